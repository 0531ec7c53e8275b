"""What every Vault must do: KMS and its twin in memory."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from hub.adapters.kms_vault import KMS_LIMIT, KmsVault
from hub.adapters.memory_vault import MemoryVault
from hub.domain.errors import MisconfiguredError, TransientError
from hub.ports import Vault

SMALL = {"botToken": "tök✓en-0123456789"}
LARGE = {"serviceAccount": "key-material " * 1000}


@pytest.fixture
def kms(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield boto3.client("kms")


@pytest.fixture
def kms_vault(kms: Any) -> KmsVault:
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    return KmsVault(lambda: kms, key_id)


@pytest.fixture(params=["kms", "memory"])
def vault(request: pytest.FixtureRequest) -> Vault:
    if request.param == "memory":
        return MemoryVault()
    found: KmsVault = request.getfixturevalue("kms_vault")
    return found


@pytest.mark.parametrize("secret", [SMALL, LARGE, {}, {"a": "", "b": "\x00\n"}])
def test_credentials_open_as_they_were_sealed(vault: Vault, secret: dict[str, str]) -> None:
    assert vault.open("acme", "con_1", vault.seal("acme", "con_1", secret)) == secret


@pytest.mark.parametrize("secret", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize(
    ("organization", "connection"),
    [("globex", "con_1"), ("acme", "con_2"), ("globex", "con_2"), ("con_1", "acme"), ("", "")],
)
def test_what_one_sealed_no_other_organization_or_connection_opens(
    vault: Vault, secret: dict[str, str], organization: str, connection: str
) -> None:
    sealed = vault.seal("acme", "con_1", secret)
    with pytest.raises(MisconfiguredError) as caught:
        vault.open(organization, connection, sealed)
    assert f"the connection {connection} " in caught.value.message
    assert not any(value in str(caught.value) for value in secret.values())


@pytest.mark.parametrize("secret", [SMALL, LARGE], ids=["small", "large"])
def test_what_is_sealed_shows_nothing_of_the_credentials(
    vault: Vault, secret: dict[str, str]
) -> None:
    sealed = vault.seal("acme", "con_1", secret)
    for name, value in secret.items():
        assert name.encode() not in sealed
        assert value.encode()[:12] not in sealed


@pytest.mark.parametrize(
    "garbage", [b"", b"\x00", b"\x01", b"\x02", b"\x02\x00\x05abcde", b"?" * 99]
)
def test_what_was_never_sealed_does_not_open(vault: Vault, garbage: bytes) -> None:
    with pytest.raises(MisconfiguredError, match="con_1"):
        vault.open("acme", "con_1", garbage)


def test_sealing_twice_gives_two_independent_seals(vault: Vault) -> None:
    first, second = (vault.seal("acme", "con_1", {"n": str(n)}) for n in (1, 2))
    assert first != second
    assert vault.open("acme", "con_1", first) == {"n": "1"}
    assert vault.open("acme", "con_1", second) == {"n": "2"}


@pytest.mark.parametrize(
    ("size", "form"), [(10, 1), (KMS_LIMIT, 1), (KMS_LIMIT + 1, 2), (60_000, 2)]
)
def test_the_first_byte_says_whether_kms_or_a_data_key_encrypted(
    kms_vault: KmsVault, size: int, form: int
) -> None:
    secret = {"k": "x" * (size - len('{"k":""}'))}
    sealed = kms_vault.seal("acme", "con_1", secret)
    assert sealed[0] == form
    assert kms_vault.open("acme", "con_1", sealed) == secret


@pytest.mark.parametrize("secret", [SMALL, LARGE], ids=["small", "large"])
def test_a_changed_byte_is_noticed(kms_vault: KmsVault, secret: dict[str, str]) -> None:
    sealed = bytearray(kms_vault.seal("acme", "con_1", secret))
    sealed[-1] ^= 1
    with pytest.raises(MisconfiguredError, match="con_1"):
        kms_vault.open("acme", "con_1", bytes(sealed))


def test_a_large_seal_cut_off_is_noticed(kms_vault: KmsVault) -> None:
    sealed = kms_vault.seal("acme", "con_1", LARGE)
    start = 3 + int.from_bytes(sealed[1:3])
    for length in (2, start - 1, start, start + 4, start + 12, len(sealed) - 1):
        with pytest.raises(MisconfiguredError, match="con_1"):
            kms_vault.open("acme", "con_1", sealed[:length])


def test_the_data_of_one_connection_under_the_data_key_of_another_is_noticed(
    kms_vault: KmsVault,
) -> None:
    mine = kms_vault.seal("acme", "con_1", LARGE)
    other = kms_vault.seal("acme", "con_2", LARGE)
    assert len(mine) == len(other)
    start = 3 + int.from_bytes(mine[1:3])
    with pytest.raises(MisconfiguredError, match="con_1"):
        kms_vault.open("acme", "con_1", mine[:start] + other[start:])


@pytest.mark.parametrize("sealed", [b"\x01", b"\x02", b"\x02\x00\x00rest"])
def test_kms_is_not_asked_to_open_nothing(sealed: bytes) -> None:
    vault = KmsVault(lambda: FailingKms("ValidationException"), "key")
    with pytest.raises(MisconfiguredError, match="con_1"):
        vault.open("acme", "con_1", sealed)


def test_credentials_sealed_with_another_key_do_not_open(kms_vault: KmsVault, kms: Any) -> None:
    sealed = kms_vault.seal("acme", "con_1", SMALL)
    other = KmsVault(lambda: kms, kms.create_key()["KeyMetadata"]["KeyId"])
    with pytest.raises(MisconfiguredError, match="con_1"):
        other.open("acme", "con_1", sealed)


class FailingKms:
    """KMS that answers every call with one error code."""

    def __init__(self, code: str) -> None:
        self._error = ClientError({"Error": {"Code": code, "Message": ""}}, "Encrypt")

    def encrypt(self, **_given: Any) -> Any:
        raise self._error

    decrypt = generate_data_key = encrypt


@pytest.mark.parametrize(
    ("code", "expected", "words"),
    [
        ("AccessDeniedException", MisconfiguredError, "CREDENTIALS_KEY"),
        ("DisabledException", MisconfiguredError, "CREDENTIALS_KEY"),
        ("NotFoundException", MisconfiguredError, "CREDENTIALS_KEY"),
        ("KMSInvalidStateException", MisconfiguredError, "CREDENTIALS_KEY"),
        ("IncorrectKeyException", MisconfiguredError, "another key"),
        ("ThrottlingException", TransientError, "try again"),
        ("KMSInternalException", TransientError, "try again"),
        ("SomethingNewException", ClientError, "SomethingNewException"),
    ],
)
@pytest.mark.parametrize("secret", [SMALL, LARGE], ids=["small", "large"])
def test_what_kms_refuses_becomes_what_its_receiver_must_do(
    code: str, expected: type[Exception], words: str, secret: dict[str, str]
) -> None:
    vault = KmsVault(lambda: FailingKms(code), "key")
    with pytest.raises(expected, match=words) as sealing:
        vault.seal("acme", "con_1", secret)
    with pytest.raises(expected, match=words):
        vault.open("acme", "con_1", b"\x01something")
    assert not any(value in repr(sealing.value) for value in secret.values())
