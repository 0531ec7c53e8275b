"""How Stripe is called and how it says no.

Contract: https://docs.stripe.com/api/errors, /api/idempotent_requests, /error-low-level and
/rate-limits, read 2026-11.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from connectors.stripe.form import encode
from connectors.stripe.spec import SPEC
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.outcomes import Answer, OutcomeTable, Reason, Row, Verdict, rows
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, OutcomeKind, invalid

MARK = "neonhub_call"
"""The metadata field that carries a call's token, by which a lost call is found again."""

MAX_KEY = 255
"""Characters that Stripe takes as an Idempotency-Key."""

_LOCK_SECONDS = 2.0
_ACCOUNT = re.compile(r"acct_[A-Za-z0-9]+")
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?")


def _reason(answer: Answer) -> Reason:
    """Stripe's code, else the error's type; a declined card's reason is named."""
    request_id = answer.headers.get("request-id")
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    if not isinstance(error, dict):
        return Reason(request_id=request_id)
    code = error.get("code") or error.get("type") or "error"
    # The type says what a code does not: the same key came with other parameters.
    code = "idempotency_error" if error.get("type") == "idempotency_error" else code
    limited = answer.headers.get("stripe-rate-limited-reason")
    parts = {
        "decline code": error.get("decline_code"),
        "parameter": error.get("param"),
        "limit": limited,
    }
    told = ", ".join(f"{name} {value}" for name, value in parts.items() if value)
    words = str(error.get("message") or f"Stripe refused: {code}")
    return Reason(str(code), f"{words} ({told})" if told else words, request_id)


def _wait(answer: Answer, _now: datetime) -> float | None:
    """Two seconds for an object that another request holds; else Stripe does not say."""
    return _LOCK_SECONDS if _reason(answer).code == "lock_timeout" else None


@dataclass(frozen=True)
class StripeTable(OutcomeTable):
    """Stripe's outcomes. Its advice whether to try again comes before what the status says.

    A key's answer is kept and replayed, a 500 too: then trying again brings the same 500, while the
    work may have been done. Such a write's outcome is unknown. A 429 is waited for whatever the
    advice: limits are checked before the key is looked at, so nothing was kept.
    """

    def outcome(self, answer: Answer, effect: Effect, now: datetime) -> Outcome:
        """The outcome of an answered call."""
        said = super().outcome(answer, effect, now)
        if said.kind in (OutcomeKind.OK, OutcomeKind.RATE_LIMITED):
            return said
        advice = answer.headers.get("stripe-should-retry", "")
        if advice == "true":
            return said.model_copy(update={"kind": OutcomeKind.TRANSIENT})
        replayed = answer.headers.get("idempotent-replayed") == "true" and answer.status >= 500
        if said.kind is OutcomeKind.TRANSIENT and (advice == "false" or replayed):
            lost = answer.status >= 500 and effect is not Effect.READ
            kind = OutcomeKind.UNKNOWN if lost else OutcomeKind.INVALID_REQUEST
            return said.model_copy(update={"kind": kind})
        return said


TABLE = StripeTable(
    rows=(
        # Another request holds the key, or another change was faster: nothing was done.
        Row(Verdict.TRANSIENT, status=409),
        *rows(Verdict.RATE_LIMITED, "rate_limit", "lock_timeout"),
        *rows(Verdict.NEEDS_REAUTH, "api_key_expired", "platform_api_key_expired"),
        *rows(Verdict.INVALID, "idempotency_error"),
    ),
    reason=_reason,
    wait=_wait,
)


class Stripe:
    """Makes calls. Credentials: `secretKey`; settings: `apiVersion`, `account`."""

    def __init__(self, context: ClientContext) -> None:
        self._call_key = context.call_key
        self.mark = context.token(32)
        version, account = context.setting("apiVersion"), context.setting("account")
        self._refusal = _refusal(version, account)
        headers = {"Authorization": f"Bearer {context.credentials['secretKey']}"}
        if not self._refusal:
            headers |= {"Stripe-Version": version}
            headers |= {"Stripe-Account": account} if account else {}
        self._http = PlatformClient(context, SPEC.base_url, TABLE, headers=headers)

    def post(
        self,
        path: str,
        body: Mapping[str, Any],
        read: Callable[[Any], Json] = lambda body: body,
        part: str = "",
    ) -> Outcome:
        """Write under an Idempotency-Key of this call and part; Stripe does it once."""
        key = idempotency_key(self._call_key, part or path)
        return self._call(
            "POST",
            path,
            Effect.IDEMPOTENT_WRITE,
            read=read,
            data=encode(body),
            headers={"Idempotency-Key": key},
        )

    def get(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        read: Callable[[Any], Json] = lambda body: body,
    ) -> Outcome:
        """Read."""
        return self._call("GET", path, Effect.READ, read=read, params=encode(params or {}))

    def delete(self, path: str, params: Mapping[str, Any], read: Callable[[Any], Json]) -> Outcome:
        """Delete by id: idempotent by nature, and Stripe takes no key for it."""
        encoded = encode(params)
        return self._call("DELETE", path, Effect.IDEMPOTENT_WRITE, read=read, params=encoded)

    def _call(self, method: str, path: str, effect: Effect, **more: Any) -> Outcome:
        return self._refusal or self._http.call(method, path, effect, **more)

    def marked(self, metadata: Mapping[str, str], part: str = "") -> dict[str, str]:
        """Metadata with this call's token."""
        return {**metadata, MARK: f"{self.mark}.{part}" if part else self.mark}


def _refusal(version: str, account: str) -> Outcome | None:
    if not _VERSION.fullmatch(version):
        return invalid("BAD_API_VERSION", "the setting apiVersion must be like 2026-10-28.endive")
    if account and not _ACCOUNT.fullmatch(account):
        return invalid(
            "BAD_ACCOUNT", "the setting account must be a connected account's id, acct_…"
        )
    return None


def idempotency_key(call_key: str, part: str) -> str:
    """A key of one part of a call, for ever the same; hashed if Stripe could not take it."""
    key = f"{call_key}:{part.strip('/')}"
    plain = len(key) <= MAX_KEY and key.isascii() and key.isprintable()
    return key if plain else sha256(key.encode()).hexdigest()
