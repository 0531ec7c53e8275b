"""Vault in memory: the twin of the KMS vault, held to the same contract tests."""

from collections.abc import Mapping

from hub.adapters.kms_vault import cannot_open


class MemoryVault:
    """Keeps credentials in a dictionary; what it gives out is only a number."""

    def __init__(self) -> None:
        self._secrets: dict[bytes, tuple[str, str, dict[str, str]]] = {}

    def seal(self, organization_id: str, connection_id: str, secret: Mapping[str, str]) -> bytes:
        """Keep credentials for one connection."""
        sealed = f"sealed-{len(self._secrets)}".encode()
        self._secrets[sealed] = (organization_id, connection_id, dict(secret))
        return sealed

    def open(self, organization_id: str, connection_id: str, sealed: bytes) -> dict[str, str]:
        """The credentials, for the organization and connection that sealed them only."""
        *owner, secret = self._secrets.get(sealed, ("", "", {}))
        if sealed not in self._secrets or owner != [organization_id, connection_id]:
            raise cannot_open(connection_id)
        return dict(secret)
