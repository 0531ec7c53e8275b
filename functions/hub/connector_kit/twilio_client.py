"""Twilio's SDK over an injected transport, for the connectors that use it (SMS, WhatsApp).

The SDK builds requests and parses answers; sending and the meaning of failures stay ours, so that
sandbox, dry run and outcomes work as everywhere else. Error codes: twilio.com/docs/api/errors.
"""

from collections.abc import Callable
from typing import Any

import httpx
from twilio.base.exceptions import TwilioException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from hub.connector_kit.client import ClientContext, answer_of, guarded, retrying_read, with_data
from hub.connector_kit.outcomes import Answer, OutcomeTable, Reason, Verdict, rows
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, OutcomeKind


def _reason(answer: Answer) -> Reason:
    request_id = answer.headers.get("twilio-request-id")
    if answer.status < 300 or not isinstance(answer.body, dict):
        return Reason(request_id=request_id)
    code = answer.body.get("code")
    return Reason(str(code) if code else None, answer.body.get("message"), request_id)


TABLE = OutcomeTable(
    rows=(
        # Too many concurrent requests: Twilio documents that these were never processed.
        *rows(Verdict.RATE_LIMITED, 20429),
        *rows(Verdict.NEEDS_REAUTH, 20003),
    ),
    reason=_reason,
)


class HttpxForTwilio(HttpClient):  # type: ignore[misc]  # the SDK is untyped
    """Twilio's HttpClient over httpx. `last` is the latest answer."""

    def __init__(self, http: httpx.Client) -> None:
        import logging

        super().__init__(logging.getLogger("twilio"), is_async=False)
        self._http = http
        self.last: Answer | None = None

    def request(  # noqa: PLR0917 -- the SDK's own signature
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002 -- ours is set on the httpx client
        allow_redirects: bool = False,
    ) -> Response:
        """Send what the SDK built."""
        sent: dict[str, Any] = {"params": params or None, "data": data or None, "headers": headers}
        if auth:
            sent["auth"] = auth
        response = self._http.request(method, uri, follow_redirects=allow_redirects, **sent)
        self.last = answer_of(response)
        return Response(response.status_code, response.text, dict(response.headers))


class TwilioPlatform:
    """Makes calls with the SDK's client. Credentials: `accountSid`, `authToken`, or an API key."""

    def __init__(self, context: ClientContext, table: OutcomeTable = TABLE) -> None:
        given = context.credentials
        self._clock = context.clock
        self._table = table
        timeout = httpx.Timeout(context.timeout, connect=min(3.0, context.timeout))
        self._http = HttpxForTwilio(httpx.Client(transport=context.transport, timeout=timeout))
        self.account_sid = given["accountSid"]
        self._sdk = Client(
            given.get("apiKeySid") or given["accountSid"],
            given.get("apiKeySecret") or given["authToken"],
            account_sid=given["accountSid"],
            http_client=self._http,
        )

    def call(
        self, effect: Effect, do: Callable[[Client], Any], read: Callable[[Any], Json]
    ) -> Outcome:
        """Run one SDK call; `read` makes the action's data of what the SDK returns."""

        def once() -> Outcome:
            return guarded(effect, lambda: self._outcome(effect, do))

        outcome = retrying_read(once) if effect is Effect.READ else once()
        return with_data(outcome, read)

    def _outcome(self, effect: Effect, do: Callable[[Client], Any]) -> Outcome:
        self._http.last = None
        try:
            result = do(self._sdk)
        except TwilioException as error:
            return self._failed(effect, error)
        request_id = self._table.reason(self._http.last).request_id if self._http.last else None
        return Outcome(kind=OutcomeKind.OK, data=result, provider_request_id=request_id)

    def _failed(self, effect: Effect, error: TwilioException) -> Outcome:
        if self._http.last is None:
            return Outcome(kind=OutcomeKind.INVALID_REQUEST, code="TWILIO_SDK", message=str(error))
        return self._table.outcome(self._http.last, effect, self._clock.now())
