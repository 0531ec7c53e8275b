"""The knowledge function's adapters: by its settings, each made once."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from hub import settings, wiring
from hub.adapters import aws
from hub.adapters.exact_index import ExactIndex
from hub.adapters.s3_vectors import S3VectorIndex
from hub.adapters.titan_embedder import TitanEmbedder
from hub.adapters.wordllama_embedder import WordLlamaEmbedder
from hub.domain.errors import MisconfiguredError

PORTS = ("library", "knowledge_store", "embedder", "vector_index", "pages")
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "RUNS_TABLE": "runs",
    "PAYLOAD_BUCKET": "payloads",
    "KNOWLEDGE_TABLE": "knowledge",
}


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ENDPOINT_URL", "STATE_MACHINE_ARN", "PRIVATE_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    clear()
    with mock_aws():
        yield
    clear()


def clear() -> None:
    settings.load.cache_clear()
    aws.client.cache_clear()
    for name in (*PORTS, "clock"):
        getattr(wiring, name).cache_clear()


@pytest.mark.parametrize("port", PORTS)
def test_a_port_has_its_adapter_once(port: str) -> None:
    assert getattr(wiring, port)() is getattr(wiring, port)()


@pytest.mark.parametrize(
    ("variables", "port", "expected"),
    [
        ({}, "embedder", WordLlamaEmbedder),
        ({"KNOWLEDGE_EMBEDDER": "titan"}, "embedder", TitanEmbedder),
        ({}, "vector_index", ExactIndex),
        (
            {"KNOWLEDGE_VECTORS": "s3", "KNOWLEDGE_VECTOR_BUCKET": "bucket"},
            "vector_index",
            S3VectorIndex,
        ),
    ],
)
def test_the_settings_choose(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], port: str, expected: type[Any]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert isinstance(getattr(wiring, port)(), expected)


@pytest.mark.parametrize(
    ("name", "value"),
    [("KNOWLEDGE_EMBEDDER", "openai"), ("KNOWLEDGE_VECTORS", "disk"), ("KNOWLEDGE_TABLE", "")],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(MisconfiguredError, match=name):
        wiring.library()


def test_s3_without_a_bucket_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KNOWLEDGE_VECTORS", "s3")
    with pytest.raises(MisconfiguredError, match="KNOWLEDGE_VECTOR_BUCKET"):
        wiring.vector_index()
