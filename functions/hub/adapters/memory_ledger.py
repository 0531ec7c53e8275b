"""AttemptLedger in memory: the twin of the DynamoDB ledger, held to the same contract tests."""

import json
from dataclasses import replace
from datetime import datetime

from hub.adapters.dynamo_ledger import KEPT
from hub.domain.model import Json
from hub.ports import Attempt, Clock


class MemoryLedger:
    """Keeps attempts in a dictionary, with the moment each is forgotten."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._attempts: dict[str, tuple[Attempt, datetime]] = {}

    def begin(self, key: str, digest: str, deadline: datetime) -> Attempt:
        """A fresh attempt for a new key; for a known one what is known of it."""
        now = self._clock.now()
        known, expires = self._attempts.get(key, (None, now))
        if known and expires > now:
            return replace(known, fresh=False)
        attempt = Attempt(fresh=True, digest=digest, deadline=deadline)
        self._attempts[key] = (attempt, now + KEPT)
        return attempt

    def settle(self, key: str, answer: Json) -> None:
        """Store the answer of an attempt; one forgotten meanwhile stays so."""
        if key in self._attempts:
            attempt, expires = self._attempts[key]
            stored = replace(attempt, answer=json.loads(json.dumps(answer)))
            self._attempts[key] = (stored, expires)

    def forget(self, key: str) -> None:
        """Remove an attempt that has no answer."""
        if key in self._attempts and self._attempts[key][0].answer is None:
            del self._attempts[key]
