"""Twilio's SDK over an injected transport, for the connectors that use it (SMS, WhatsApp).

The SDK's client signs in, sets its headers and builds the request; sending and the meaning of
failures stay ours, so that sandbox, dry run and outcomes work as everywhere else. Its generated
resources are not used: importing the tree that they come in takes longer than everything else in
such a function together, and they only rename fields.
"""

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from twilio.http import HttpClient
from twilio.rest import Client

from hub.connector_kit.client import ClientContext, answer_of, guarded, retrying_read, with_data
from hub.connector_kit.outcomes import Answer, OutcomeTable
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, invalid

# The SDK reads a region and an edge from the environment if it is given none.
_NO_ENVIRONMENT = {"TWILIO_REGION": ""}


class HttpxForTwilio(HttpClient):  # type: ignore[misc]  # the SDK is untyped
    """Twilio's HttpClient over httpx. It returns an Answer, which the SDK hands on as it is."""

    def __init__(self, http: httpx.Client) -> None:
        super().__init__(logging.getLogger("twilio"), is_async=False)
        self._http = http

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
    ) -> Answer:
        """Send what the SDK built."""
        sent: dict[str, Any] = {"params": params or None, "data": data or None, "headers": headers}
        if auth:
            sent["auth"] = auth
        return answer_of(self._http.request(method, uri, follow_redirects=allow_redirects, **sent))


class TwilioPlatform:
    """Makes calls with the SDK's client. Credentials: `accountSid`, and `authToken` or an API key.

    `by_key`: it signs in by an API key, which may not read the account itself.
    """

    def __init__(self, context: ClientContext, table: OutcomeTable) -> None:
        given = context.credentials
        self._clock = context.clock
        self._table = table
        self.account_sid = given.get("accountSid", "")
        self.by_key = bool(given.get("apiKeySid") and given.get("apiKeySecret"))
        self._refusal = _refusal(given, self.by_key)
        timeout = httpx.Timeout(context.timeout, connect=min(3.0, context.timeout))
        self._sdk = Client(
            given["apiKeySid"] if self.by_key else self.account_sid,
            given["apiKeySecret"] if self.by_key else given.get("authToken", ""),
            account_sid=self.account_sid,
            http_client=HttpxForTwilio(httpx.Client(transport=context.transport, timeout=timeout)),
            environment=_NO_ENVIRONMENT,
        )

    def call(
        self,
        method: str,
        url: str,
        effect: Effect,
        read: Callable[[Any], Json] = lambda body: body,
        *,
        params: Mapping[str, Any] | None = None,
        form: Mapping[str, Any] | None = None,
    ) -> Outcome:
        """Send one request; `read` makes the action's data of an ok body.

        Without credentials nothing is sent: the outcome says which are missing.
        """
        if self._refusal:
            return self._refusal

        def once() -> Outcome:
            return guarded(effect, lambda: self._once(method, url, effect, params, form))

        outcome = retrying_read(once) if effect is Effect.READ else once()
        return with_data(outcome, read)

    def _once(
        self,
        method: str,
        url: str,
        effect: Effect,
        params: Mapping[str, Any] | None,
        form: Mapping[str, Any] | None,
    ) -> Outcome:
        answer = self._sdk.request(method, url, params=params, data=dict(form) if form else None)
        return self._table.outcome(answer, effect, self._clock.now())


def _refusal(given: Mapping[str, str], by_key: bool) -> Outcome | None:
    if not re.fullmatch(r"AC[0-9a-fA-F]{32}", given.get("accountSid", "")):
        message = "this connection needs the credential accountSid: AC and 32 hexadecimal digits"
        return invalid("NO_CREDENTIALS", message)
    if not by_key and not given.get("authToken"):
        message = "this connection needs the credential authToken, or apiKeySid with apiKeySecret"
        return invalid("NO_CREDENTIALS", message)
    return None
