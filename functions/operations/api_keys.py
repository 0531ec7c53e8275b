"""API keys: `nh_<id>_<secret>`, how they are made and how they are checked.

The id is 10 lower-case base32 characters, the secret 32 random bytes in URL-safe base64. Only the
secret's SHA-256 is kept: a secret of 256 random bits needs no slow hash.
"""

import base64
import hashlib
import hmac
import re
from datetime import datetime

from hub.clock import entropy
from hub.domain.errors import UnauthenticatedError
from hub.domain.principal import ApiKey, Principal, Role
from hub.ports import KeyStore

PREFIX = "nh_"
ORGANIZATION_ID = r"^[a-z0-9][a-z0-9-]{1,38}$"
"""What an organization id looks like. It leads partition keys, so it never contains a `#`."""

_TOKEN = re.compile(r"nh_([a-z0-9]{10})_([A-Za-z0-9_-]{43})")


def issue(
    organization_id: str, role: Role, name: str, at: datetime, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A new key as it is stored, and the key itself, which nobody can ever read again."""
    key_id = base64.b32encode(entropy(7)).decode().lower()[:10]
    secret = base64.urlsafe_b64encode(entropy(32)).decode().rstrip("=")
    stored = ApiKey(
        id=key_id,
        organization_id=organization_id,
        role=role,
        name=name,
        secret_sha256=_digest(secret),
        created_at=at,
        expires_at=expires_at,
    )
    return stored, f"{PREFIX}{key_id}_{secret}"


def verify(store: KeyStore, token: str, now: datetime) -> Principal:
    """Whom a key stands for. UnauthenticatedError says why it is refused.

    Somebody who does not have the secret learns nothing, not even whether the id exists.
    """
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        raise UnauthenticatedError("the API key is not whole: it reads nh_<id>_<secret>")
    key_id, secret = parts.groups()
    key = store.get(key_id)
    if key is None or not hmac.compare_digest(_digest(secret), key.secret_sha256):
        raise UnauthenticatedError("the API key is not valid; check that you copied all of it")
    if key.revoked_at:
        raise UnauthenticatedError("the API key was revoked; ask an admin for a new one")
    if key.expires_at and now >= key.expires_at:
        raise UnauthenticatedError("the API key has expired; ask an admin for a new one")
    return Principal(organization_id=key.organization_id, role=key.role, subject=f"key:{key.id}")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
