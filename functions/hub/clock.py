"""The real clock and identifiers. Everything else takes them as arguments."""

import os
import secrets
from datetime import UTC, datetime


class SystemClock:
    """The time of this machine, in UTC."""

    def now(self) -> datetime:
        """The present moment."""
        return datetime.now(UTC)


class SystemIds:
    """Identifiers of the form `run_0192f3c4d5e6a1b2c3d4`: milliseconds, then 40 random bits."""

    def new(self, prefix: str) -> str:
        """A new identifier; later ones sort after earlier ones."""
        millis = int(datetime.now(UTC).timestamp() * 1000)
        return f"{prefix}_{millis:011x}{secrets.token_hex(5)}"


def entropy(size: int) -> bytes:
    """Random bytes from the operating system."""
    return os.urandom(size)
