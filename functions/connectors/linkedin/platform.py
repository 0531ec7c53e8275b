"""How LinkedIn is called and how it says no.

After https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/error-handling and
.../concepts/rate-limits, read 2026-11: a throttled call is answered with a bare 429, and the limits
begin anew at midnight UTC. A 429 that LinkedIn sends to protect itself looks the same and is over
sooner, but nothing tells them apart.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from connectors.linkedin.spec import SPEC
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.outcomes import (
    Answer,
    OutcomeTable,
    Reason,
    Row,
    Verdict,
    parse_retry_after,
)
from hub.connector_kit.waits import until_midnight
from hub.domain.outcome import Outcome, OutcomeKind

_SUNSET = 426


def _reason(answer: Answer) -> Reason:
    """The most specific code: of the first wrong input, else of the whole."""
    request_id = answer.headers.get("x-li-uuid")
    if answer.status < 300 or not isinstance(answer.body, dict):
        return Reason(request_id=request_id)
    body = answer.body
    found = _first_input(body)
    code = found.get("code") or body.get("code") or body.get("serviceErrorCode")
    words = body.get("message") or found.get("description")
    said = f"LinkedIn refused: {words}" if words else None
    if answer.status == _SUNSET:
        said = f"{said or 'LinkedIn ended this version'}; raise the connection's setting apiVersion"
    return Reason(str(code) if code else None, said, request_id)


def _first_input(body: dict[str, Any]) -> dict[str, Any]:
    details = body.get("errorDetails")
    inputs = details.get("inputErrors") if isinstance(details, dict) else None
    first = inputs[0] if isinstance(inputs, list) and inputs else None
    return first if isinstance(first, dict) else {}


def _wait(answer: Answer, now: datetime) -> float:
    told = parse_retry_after(answer.headers.get("retry-after"), now)
    return until_midnight("UTC", now) if told is None else told


TABLE = OutcomeTable(
    # Two writes of the same thing met, and neither was carried out: LinkedIn says to try again.
    rows=(Row(Verdict.TRANSIENT, status=409),),
    reason=_reason,
    wait=_wait,
)


def platform(context: ClientContext) -> PlatformClient:
    """LinkedIn for one connection. Without the version header it refuses every call."""
    return PlatformClient(
        context,
        SPEC.base_url,
        TABLE,
        headers={
            "Authorization": f"Bearer {context.credentials['accessToken']}",
            "LinkedIn-Version": context.setting("apiVersion"),
            "X-Restli-Protocol-Version": "2.0.0",
        },
    )


def without_token(context: ClientContext) -> PlatformClient:
    """LinkedIn where it refuses a token: the addresses that a video's parts go to."""
    return PlatformClient(context, SPEC.base_url, TABLE)


def readable(outcome: Outcome, name: str) -> Outcome:
    """The outcome of a part that may be done again, transient if its answer lacks `name`.

    Nothing is published by such a part, so what cannot be read must not look like a post.
    """
    if not outcome.ok or (isinstance(outcome.data, dict) and name in outcome.data):
        return outcome
    return outcome.model_copy(
        update={
            "kind": OutcomeKind.TRANSIENT,
            "code": "UNREADABLE_ANSWER",
            "message": f"LinkedIn's answer names no {name}; nothing is published, try again",
        }
    )


def encoded(value: str) -> str:
    """A value as Rest.li 2.0 wants it in a path or query: its own `(),:'` are encoded."""
    return quote(value, safe="")


def listed(values: Iterable[str]) -> str:
    """A list as Rest.li 2.0 writes it: brackets and commas plain, the values encoded."""
    return f"List({','.join(encoded(value) for value in values)})"


def milliseconds(moment: datetime) -> int:
    """A moment as LinkedIn has it: milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


def restli_id(answer: Answer) -> str:
    """The id of what was created, which LinkedIn gives in a header. KeyError if it does not."""
    return answer.headers["x-restli-id"]
