"""KeyStore in memory: the twin of the DynamoDB store, held to the same contract tests."""

from collections.abc import Sequence
from datetime import datetime

from hub.domain.errors import ConflictError
from hub.domain.principal import ApiKey


class MemoryKeyStore:
    """Keeps API keys in a dictionary."""

    def __init__(self) -> None:
        self._keys: dict[str, ApiKey] = {}

    def put(self, key: ApiKey) -> None:
        """Store a new key; ConflictError if its id is taken."""
        if key.id in self._keys:
            raise ConflictError(f"the key id {key.id} is taken; create the key again")
        self._keys[key.id] = key

    def get(self, key_id: str) -> ApiKey | None:
        """A key, or None."""
        return self._keys.get(key_id)

    def list(self, organization_id: str) -> Sequence[ApiKey]:
        """An organization's keys, oldest first."""
        mine = [key for key in self._keys.values() if key.organization_id == organization_id]
        return sorted(mine, key=lambda key: (key.created_at, key.id))

    def revoke(self, organization_id: str, key_id: str, at: datetime) -> bool:
        """Mark a key as revoked, once; False if the organization has no such key."""
        key = self._keys.get(key_id)
        if key is None or key.organization_id != organization_id:
            return False
        self._keys[key_id] = key.model_copy(update={"revoked_at": key.revoked_at or at})
        return True
