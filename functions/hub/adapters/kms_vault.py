"""Vault over KMS: credentials sealed under an encryption context of organization and connection.

KMS checks the context at decryption, so what was sealed for one connection opens for no other, even
for code that holds the ciphertext and may use the key.
https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html

The first byte of what is sealed says how. `1`: the rest is KMS ciphertext. `2`: two bytes with the
length of an encrypted data key, that key, a 12-byte nonce, and AES-256-GCM ciphertext. Each data
key is used once, and KMS opens it under the same context only, so that binds the ciphertext too.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from hub.adapters.aws import error_code
from hub.clock import entropy
from hub.domain.errors import HubError, MisconfiguredError, TransientError

KMS_LIMIT = 4096
"""KMS encrypts this many bytes itself; more takes a data key."""

_DIRECT, _DATA_KEY = b"\x01", b"\x02"
_NONCE = 12

_UNREADABLE = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})
_UNUSABLE_KEY = frozenset(
    {
        "AccessDeniedException",
        "DisabledException",
        "InvalidKeyUsageException",
        "KMSInvalidStateException",
        "NotFoundException",
    }
)
_BUSY = frozenset(
    {
        "DependencyTimeoutException",
        "KeyUnavailableException",
        "KMSInternalException",
        "ThrottlingException",
    }
)


class KmsVault:
    """Seals credentials with one KMS key. The client is asked for at first use."""

    def __init__(self, client: Callable[[], Any], key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    def seal(self, organization_id: str, connection_id: str, secret: Mapping[str, str]) -> bytes:
        """Encrypt credentials for one connection.

        Raises MisconfiguredError if the key cannot be used, TransientError if KMS is busy.
        """
        context = _context(organization_id, connection_id)
        plaintext = json.dumps(dict(secret), separators=(",", ":")).encode()
        if len(plaintext) > KMS_LIMIT:
            return _DATA_KEY + self._seal_large(plaintext, context)
        answer = self._kms(
            "encrypt", connection_id, Plaintext=plaintext, EncryptionContext=dict(context)
        )
        return _DIRECT + bytes(answer["CiphertextBlob"])

    def open(self, organization_id: str, connection_id: str, sealed: bytes) -> dict[str, str]:
        """Decrypt the credentials of a connection.

        Raises MisconfiguredError if they were sealed for another organization or connection, with
        another key, or are damaged; or if the key cannot be used. TransientError if KMS is busy.
        """
        context = _context(organization_id, connection_id)
        form, rest = sealed[:1], sealed[1:]
        if form == _DIRECT:
            plaintext = self._decrypt(rest, connection_id, context)
        elif form == _DATA_KEY:
            plaintext = self._open_large(rest, connection_id, context)
        else:
            raise cannot_open(connection_id)
        secret: dict[str, str] = json.loads(plaintext)
        return secret

    def _seal_large(self, plaintext: bytes, context: Mapping[str, str]) -> bytes:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        answer = self._kms(
            "generate_data_key",
            context["connection"],
            KeySpec="AES_256",
            EncryptionContext=dict(context),
        )
        wrapped: bytes = answer["CiphertextBlob"]
        nonce = entropy(_NONCE)
        ciphertext = AESGCM(answer["Plaintext"]).encrypt(nonce, plaintext, None)
        return len(wrapped).to_bytes(2) + wrapped + nonce + ciphertext

    def _open_large(self, sealed: bytes, connection_id: str, context: Mapping[str, str]) -> bytes:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        start = 2 + int.from_bytes(sealed[:2])
        nonce, ciphertext = sealed[start : start + _NONCE], sealed[start + _NONCE :]
        key = self._decrypt(sealed[2:start], connection_id, context)
        try:
            return AESGCM(key).decrypt(nonce, ciphertext, None)
        except (InvalidTag, ValueError) as error:
            raise cannot_open(connection_id) from error

    def _decrypt(self, blob: bytes, connection_id: str, context: Mapping[str, str]) -> bytes:
        # KMS would call an empty ciphertext our malformed request; it is damage like any other.
        if not blob:
            raise cannot_open(connection_id)
        answer = self._kms(
            "decrypt", connection_id, CiphertextBlob=blob, EncryptionContext=dict(context)
        )
        plaintext: bytes = answer["Plaintext"]
        return plaintext

    def _kms(self, operation: str, connection_id: str, **given: Any) -> Any:
        try:
            return getattr(self._client(), operation)(KeyId=self._key_id, **given)
        except ClientError as error:
            known = _explained(error, connection_id)
            if known is None:
                raise
            raise known from error


def cannot_open(connection_id: str) -> MisconfiguredError:
    """The error for credentials that do not open for this connection."""
    return MisconfiguredError(
        f"the credentials of the connection {connection_id} cannot be opened: they were sealed for "
        "another connection or with another key; delete it and create it again"
    )


def _explained(error: ClientError, connection_id: str) -> HubError | None:
    code = error_code(error)
    if code in _UNREADABLE:
        return cannot_open(connection_id)
    if code in _UNUSABLE_KEY:
        return MisconfiguredError(
            f"the key for the credentials of the connection {connection_id} cannot be used "
            f"({code}); check that CREDENTIALS_KEY exists, is enabled, and may be used by this "
            "function"
        )
    if code in _BUSY:
        return TransientError("the key service is busy; try again in a few seconds")
    return None


def _context(organization_id: str, connection_id: str) -> dict[str, str]:
    return {"organization": organization_id, "connection": connection_id}
