"""The rate budget: what one call learns of a platform's limits, the next one knows.

A call that is told to wait blocks its account, or the app or the action where the platform says so,
in the connections store. Whoever calls next over the same account, another step, another run or
somebody over HTTP, reads that first and waits without having asked. A call that was answered well
blocks, too, when the answer says that it was the last for now.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from hub.connector_kit.outcomes import Answer, OutcomeTable, capped
from hub.connector_kit.waits import used_up
from hub.domain.connection import Connection, Mode
from hub.domain.limits import LimitScope
from hub.domain.outcome import Outcome, OutcomeKind
from hub.limit_ports import BudgetStore
from hub.observability import logger
from hub.ports import Clock

RATE_BUDGET_SPENT = "RATE_BUDGET_SPENT"
"""The code of a wait that no platform told: the call was not made."""

LONG_SECONDS = 15 * 60
"""A longer wait is a quota of that action: with the day's posts used up, reading goes on."""

_SPREAD = 0.2
_LEAST_SPREAD = 2.0
_MOST_SPREAD = 30.0


@dataclass(frozen=True)
class Limit:
    """That the next call is one too many for so many seconds. `scope`: where the platform says."""

    seconds: float
    scope: LimitScope | None = None


@dataclass
class Heard:
    """What the answers of one call have said of limits, in order."""

    limits: list[Limit] = field(default_factory=list)

    def add(self, limit: Limit | None) -> None:
        """Keep a limit, if there is one."""
        if limit and limit.seconds > 0:
            self.limits.append(limit)


def limit_of(table: OutcomeTable, answer: Answer, outcome: Outcome, now: datetime) -> Limit | None:
    """What an answer says of the next call; None if that may be made."""
    seconds = outcome.retry_after
    if outcome.kind is not OutcomeKind.RATE_LIMITED:
        seconds = (table.spent or used_up)(answer, now) if outcome.ok else None
    return Limit(capped(seconds), table.scope_of(answer)) if seconds else None


@dataclass(frozen=True)
class RateBudget:
    """The limits that a call of one action over one connection comes under."""

    store: BudgetStore
    clock: Clock
    connection: Connection
    action: str
    heard: Heard = field(default_factory=Heard)

    def held(self, call_key: str) -> Outcome | None:
        """The outcome of a call that need not be made, because it would be refused; else None.

        One read; a dry run calls nobody and reads nothing.
        """
        if self.connection.mode is Mode.DRY_RUN:
            return None
        until = self.store.blocked_until(self.connection.organization_id, self._keys)
        left = (until - self.clock.now()).total_seconds() if until else 0
        if left <= 0:
            return None
        return Outcome(
            kind=OutcomeKind.RATE_LIMITED,
            code=RATE_BUDGET_SPENT,
            message="the platform has told another call over this account to wait",
            retry_after=spread(left, call_key),
        )

    def learned(self, outcome: Outcome, call_key: str) -> Outcome:
        """Block what the call was told is used up; nothing is written if it was told nothing.

        The outcome stays, but for one: who is told to wait while others wait already does not come
        back in the same second as they.
        """
        if self.connection.mode is Mode.DRY_RUN:
            return outcome
        limits, told = list(self.heard.limits), outcome.retry_after or 0
        limited = outcome.kind is OutcomeKind.RATE_LIMITED
        if limited and told > 0:
            limits.append(Limit(told, limits[-1].scope if limits else None))
        before = self._block(limits)
        if not limited or before <= 0:
            return outcome
        return outcome.model_copy(update={"retry_after": spread(max(told, before), call_key)})

    def _block(self, limits: Sequence[Limit]) -> float:
        """Block as told; the seconds that were left of earlier blocks, 0 if there were none."""
        waits: dict[str, float] = {}
        for limit in limits:
            key = self._key(limit)
            waits[key] = max(limit.seconds, waits.get(key, 0))
        now, left = self.clock.now(), 0.0
        for key, seconds in waits.items():
            until = now + timedelta(seconds=seconds)
            logger.info("rate limit told", extra={"budget": key, "seconds": seconds})
            before = self.store.block(self.connection.organization_id, key, until)
            left = max(left, (before - now).total_seconds() if before else 0)
        return left

    def _key(self, limit: Limit) -> str:
        app = self._app if limit.scope is LimitScope.APP else None
        owner = app or self._account
        narrow = limit.scope is LimitScope.ACTION or limit.seconds > LONG_SECONDS
        return f"{owner}#{self.action}" if narrow else owner

    @property
    def _keys(self) -> list[str]:
        """What blocks this call: its account, its app if that is known, or either for its action.

        Ids and actions have no "#" in them.
        """
        owners = [self._account, *([self._app] if self._app else [])]
        return [key for owner in owners for key in (owner, f"{owner}#{self.action}")]

    @property
    def _account(self) -> str:
        return f"account#{self.connection.id}"

    @property
    def _app(self) -> str | None:
        grant = self.connection.grant
        if grant is None or not grant.client_id:
            return None
        # Hashed: a client id may be longer than a key.
        return f"app#{self.connection.kind}#{sha256(grant.client_id.encode()).hexdigest()[:24]}"


def spread(seconds: float, call_key: str) -> float:
    """A wait of at least so long, in whole seconds, and a little longer by the call's key.

    Calls that wait for the same moment come back over a fifth of their wait, within 2 to 30
    seconds; the same call always at the same place in their row.
    """
    place = int.from_bytes(sha256(call_key.encode()).digest()[:4]) / 2**32
    room = min(max(seconds * _SPREAD, _LEAST_SPREAD), _MOST_SPREAD)
    return float(math.ceil(seconds + place * room))
