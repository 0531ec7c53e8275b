"""Vectors: the same meaning lies close, every call to Bedrock ends in a clear outcome."""

import io
import json
import socket
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from hub.adapters import wordllama_embedder
from hub.adapters.titan_embedder import TitanEmbedder
from hub.adapters.wordllama_embedder import WordLlamaEmbedder
from hub.domain.errors import HubError, InternalError, MisconfiguredError, TransientError


def cosine(one: Any, other: Any) -> float:
    return float(sum(a * b for a, b in zip(one, other, strict=True)))


@pytest.fixture(scope="module")
def wordllama() -> WordLlamaEmbedder:
    return WordLlamaEmbedder()


def test_like_meaning_lies_closer_than_unlike(wordllama: WordLlamaEmbedder) -> None:
    refund, money, weather = wordllama.embed(
        ["How do I get a refund?", "We give your money back.", "It rains in Lisbon."]
    )
    assert cosine(refund, money) > cosine(refund, weather) + 0.1


def test_vectors_have_the_length_one_and_as_many_numbers_as_said(
    wordllama: WordLlamaEmbedder,
) -> None:
    vectors = wordllama.embed(["coffee", "Grüße ✓ 漢字", "\x00", "a " * 50_000])
    for vector in vectors:
        assert len(vector) == wordllama.dimensions == 256
        assert vector.typecode == "f"
        assert cosine(vector, vector) == pytest.approx(1, abs=1e-5)


def test_a_text_is_embedded_the_same_alone_and_among_others(wordllama: WordLlamaEmbedder) -> None:
    alone = wordllama.embed(["short"])
    assert wordllama.embed(["short", "a much longer text " * 30, ""])[0] == alone[0]
    assert wordllama.embed([]) == []


def test_case_does_not_matter(wordllama: WordLlamaEmbedder) -> None:
    assert wordllama.embed(["RETURN Policy"]) == wordllama.embed(["return policy"])


def test_an_empty_text_means_nothing(wordllama: WordLlamaEmbedder) -> None:
    assert not any(wordllama.embed([""])[0])


def test_the_weights_are_those_of_the_package(wordllama: WordLlamaEmbedder) -> None:
    """Beside the library that wrote the format: the mean of the tokens' vectors."""
    from safetensors.numpy import load_file

    spec = find_spec("wordllama")
    assert spec and spec.origin
    weights = load_file(Path(spec.origin).parent / "weights/l2_supercat_256.safetensors")
    tokens = wordllama._tokenizer.encode("kettle price", add_special_tokens=False).ids
    mean = weights["embedding.weight"][tokens].astype("float32").mean(axis=0)
    length = float((mean * mean).sum() ** 0.5)
    (vector,) = wordllama.embed(["kettle price"])
    assert vector.tolist() == pytest.approx((mean / length).tolist(), abs=1e-6)


def test_nothing_is_looked_for_on_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setenv("HOME", "/nonexistent")
    assert WordLlamaEmbedder().embed(["coffee"])


def test_a_function_without_the_layer_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordllama_embedder, "find_spec", lambda _: None)
    with pytest.raises(MisconfiguredError, match="knowledge layer"):
        WordLlamaEmbedder().embed(["coffee"])


class Bedrock:
    """Bedrock's runtime: answers or fails, and remembers what it was asked."""

    def __init__(self, answer: Any = None) -> None:
        self.answer = answer if answer is not None else {"embedding": [0.0] * 255 + [1.0]}
        self.asked: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def invoke_model(self, **request: Any) -> Any:
        with self._lock:
            self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"body": io.BytesIO(json.dumps(self.answer).encode())}


def test_titan_is_asked_for_short_vectors_of_length_one() -> None:
    bedrock = Bedrock()
    (vector,) = TitanEmbedder(lambda: bedrock).embed(["coffee"])
    (request,) = bedrock.asked
    assert request["modelId"] == "amazon.titan-embed-text-v2:0"
    assert json.loads(request["body"]) == {
        "inputText": "coffee", "dimensions": 256, "normalize": True,
    }  # fmt: skip
    assert len(vector) == 256
    assert vector[-1] == 1


def test_many_texts_are_asked_for_at_a_time_and_keep_their_order() -> None:
    class Counting(Bedrock):
        def invoke_model(self, **request: Any) -> Any:
            number = float(json.loads(request["body"])["inputText"])
            return {"body": io.BytesIO(json.dumps({"embedding": [number] * 256}).encode())}

    vectors = TitanEmbedder(Counting).embed([str(n) for n in range(40)])
    assert [vector[0] for vector in vectors] == list(range(40))


def test_a_text_that_titan_would_refuse_is_sent_otherwise() -> None:
    bedrock = Bedrock()
    TitanEmbedder(lambda: bedrock).embed([" "])
    TitanEmbedder(lambda: bedrock).embed(["x" * 60_000])
    sent = [json.loads(request["body"])["inputText"] for request in bedrock.asked]
    assert sent[0] == "-"
    assert len(sent[1]) < 50_000


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "x"}}, "InvokeModel")


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (refused("ThrottlingException"), TransientError, "MODEL_THROTTLED"),
        (refused("ModelNotReadyException"), TransientError, "MODEL_BUSY"),
        (ReadTimeoutError(endpoint_url="x"), TransientError, "MODEL_TIMEOUT"),
        (refused("AccessDeniedException"), MisconfiguredError, "MISCONFIGURED"),
        (refused("ValidationException"), MisconfiguredError, "MISCONFIGURED"),
        ({"embedding": [1.0]}, InternalError, "INTERNAL_ERROR"),
        ({"message": "no"}, InternalError, "INTERNAL_ERROR"),
    ],
)
@pytest.mark.parametrize("texts", [["one"], ["one", "two"]])
def test_what_bedrock_refuses_is_named_by_what_to_do(
    answer: Any, kind: type[HubError], code: str, texts: list[str]
) -> None:
    with pytest.raises(kind) as refusal:
        TitanEmbedder(lambda: Bedrock(answer)).embed(texts)
    assert refusal.value.error_code == code
