"""How Shopify is called and how it says no, mostly inside HTTP 200.

THROTTLED and ACCESS_DENIED come with HTTP 200, INTERNAL_SERVER_ERROR mostly instead of HTTP 500.

Contract: the Admin GraphQL schema 2026-10; https://shopify.dev/docs/api/usage/response-codes,
/docs/api/usage/limits and /docs/api/admin-graphql/latest#status_and_error_codes, read 2026-11.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from connectors.shopify.spec import SPEC
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.outcomes import Answer, OutcomeTable, Reason, Row, Verdict, rows
from hub.connector_kit.waits import number
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, invalid

_SHOP = re.compile(r"[a-z0-9][a-z0-9-]*")
_VERSION = re.compile(r"\d{4}-\d{2}|unstable")
_BUSY_SECONDS = 60.0
_SHOWN_ERRORS = 3

_STATUSES = {
    402: "the shop is frozen until its owner pays what is owed",
    403: "the app may not do this; check its access scopes",
    404: "there is no such shop or API version; check the settings shop and apiVersion",
    423: "the shop is locked; its owner should ask Shopify's support",
    430: "Shopify took the request for malicious and refused it",
}


def _reason(answer: Answer) -> Reason:
    """The first user error's code and field, else the first error's code, else the words."""
    request_id = answer.headers.get("x-request-id")
    body = answer.body if isinstance(answer.body, dict) else {}
    refused = list(_user_errors(body.get("data")))
    if refused:
        return Reason(_code(refused[0], "USER_ERROR"), _told(refused), request_id)
    errors = body.get("errors")
    if answer.status == 503 and "retry-after" in answer.headers:
        return Reason("RETRY_AFTER", "Shopify is overloaded", request_id)
    if isinstance(errors, list) and errors and not _only_in_part(body):
        return Reason(_error_code(errors[0]), _words(errors), request_id)
    if answer.status >= 300:
        known = _STATUSES.get(answer.status)
        said = str(errors) if errors else None
        words = " - ".join(text for text in (known, said) if text)
        return Reason(None, words or None, request_id)
    return Reason(request_id=request_id)


def _user_errors(data: Any) -> Iterator[dict[str, Any]]:
    for payload in data.values() if isinstance(data, dict) else ():
        found = payload.get("userErrors") if isinstance(payload, dict) else None
        yield from (error for error in found or () if isinstance(error, dict))


def _code(error: Mapping[str, Any], default: str) -> str:
    return str(error.get("code") or default)


def _told(errors: list[dict[str, Any]]) -> str:
    shown = [
        f"{'.'.join(map(str, error.get('field') or ()))}: {error.get('message')}".removeprefix(": ")
        for error in errors[:_SHOWN_ERRORS]
    ]
    more = len(errors) - len(shown)
    return "; ".join(shown) + (f"; and {more} more" if more > 0 else "")


def _error_code(error: Any) -> str:
    if not isinstance(error, dict):
        return "ERROR"
    # Older answers name no code when throttled.
    default = "THROTTLED" if error.get("message") == "Throttled" else "GRAPHQL_ERROR"
    return _code(error.get("extensions") or {}, default)


def _words(errors: list[Any]) -> str:
    return "; ".join(
        str(error.get("message") if isinstance(error, dict) else error)
        for error in errors[:_SHOWN_ERRORS]
    )


def _only_in_part(body: Mapping[str, Any]) -> bool:
    """Whether a mutation was done and only something of what it shows was withheld.

    It must not look failed: it would be made again.
    """
    data = body.get("data")
    roots = data if isinstance(data, dict) else {}
    done = {
        name for name, value in roots.items() if isinstance(value, dict) and "userErrors" in value
    }
    paths = [error.get("path") or [] for error in body["errors"] if isinstance(error, dict)]
    return bool(paths) and all(len(path) > 1 and path[0] in done for path in paths)


def _wait(answer: Answer, _now: datetime) -> float | None:
    """Seconds until enough points are restored, at least one; a minute for a full bulk queue."""
    if _reason(answer).code in ("OPERATION_IN_PROGRESS", "LIMIT_REACHED"):
        return _BUSY_SECONDS
    body = answer.body if isinstance(answer.body, dict) else {}
    cost = (body.get("extensions") or {}).get("cost") or {}
    status = cost.get("throttleStatus") or {}
    wanted, there = number(cost.get("requestedQueryCost")), number(status.get("currentlyAvailable"))
    rate = number(status.get("restoreRate"))
    if wanted is None or there is None or not rate or rate < 0:
        return None
    return max(1.0, (wanted - there) / rate)


TABLE = OutcomeTable(
    rows=(
        *rows(Verdict.RATE_LIMITED, "THROTTLED", "OPERATION_IN_PROGRESS", "LIMIT_REACHED"),
        Row(Verdict.RATE_LIMITED, status=503, code="RETRY_AFTER"),
        Row(Verdict.NEEDS_REAUTH, status=401),
        # Shopify says of it that it may pass, and that the operation did not run.
        *rows(Verdict.TRANSIENT, "INTERNAL_FILE_SERVER_ERROR"),
        *rows(Verdict.AMBIGUOUS, "INTERNAL_SERVER_ERROR", "INTERNAL_ERROR", "TIMEOUT"),
        *rows(Verdict.AMBIGUOUS, "SERVICE_UNAVAILABLE", "BAD_GATEWAY", "GENERIC_ERROR"),
        # Any other error inside HTTP 200 is a refusal, whatever its name.
        Row(Verdict.INVALID, status=(200, 299), code="*"),
    ),
    reason=_reason,
    wait=_wait,
)

FILES = OutcomeTable(
    # A signed address that is refused says nothing of our token.
    rows=(Row(Verdict.INVALID, status=(401, 403)),),
    reason=lambda answer: Reason(
        message=None if answer.status < 300 else f"Shopify's file store: HTTP {answer.status}"
    ),
)


class Shopify:
    """Makes calls. Credentials: `accessToken`; settings: `shop`, `apiVersion`."""

    def __init__(self, context: ClientContext) -> None:
        shop, version = context.setting("shop"), context.setting("apiVersion")
        self._refusal = _refusal(shop, version)
        base_url = SPEC.base_url.format(shop="unset" if self._refusal else shop)
        token = {"X-Shopify-Access-Token": context.credentials["accessToken"]}
        self._path = f"/{version}/graphql.json"
        self._http = PlatformClient(context, base_url, TABLE, headers=token)
        # Staged uploads and results lie elsewhere: the token is not for those hosts.
        self.files = PlatformClient(context, base_url, FILES)

    def call(
        self,
        document: str,
        variables: Mapping[str, Any],
        effect: Effect = Effect.READ,
        read: Callable[[Any], Json] = lambda data: data,
    ) -> Outcome:
        """Run a document; `read` makes the action's data of its `data`."""
        if self._refusal:
            return self._refusal
        body = {"query": document, "variables": dict(variables)}
        return self._http.call(
            "POST", self._path, effect, read=lambda answer: read(answer["data"]), json=body
        )


def _refusal(shop: str, version: str) -> Outcome | None:
    if not _SHOP.fullmatch(shop):
        return invalid(
            "NO_SHOP",
            "set the connection's setting shop to the first part of the shop's myshopify.com "
            "address, like my-shop",
        )
    if not _VERSION.fullmatch(version):
        return invalid("BAD_API_VERSION", "the setting apiVersion must be like 2026-10")
    return None
