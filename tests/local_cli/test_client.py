"""The HTTP client: envelope, errors, headers."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from local.client import ApiClient, ApiError, UnreachableError, is_loopback
from tests.local_cli.fakes import API, FakeApi


def client_of(answer: Callable[[httpx.Request], httpx.Response]) -> ApiClient:
    return ApiClient(API, "nh_key", transport=httpx.MockTransport(answer))


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (
            httpx.Response(
                401,
                json={
                    "success": False,
                    "error": {"code": "UNAUTHENTICATED", "message": "send a key", "requestId": "r"},
                },
            ),
            "UNAUTHENTICATED: send a key (request id r)",
        ),
        (
            httpx.Response(
                503, json={"message": "Service Unavailable"}, headers={"apigw-requestid": "g"}
            ),
            "HTTP_503: Service Unavailable (request id g)",
        ),
        (httpx.Response(502, text="<html>"), "HTTP_502: Bad Gateway"),
        (
            httpx.Response(200, text="<html>hello"),
            f"NOT_NEONHUB: {API} does not answer as a NeonHub API does; check the URL",
        ),
        (
            httpx.Response(301, headers={"location": "https://elsewhere"}),
            f"NOT_NEONHUB: {API} does not answer as a NeonHub API does; check the URL",
        ),
    ],
)
def test_a_refusal_is_one_line_with_code_message_and_request_id(
    answer: httpx.Response, line: str
) -> None:
    with client_of(lambda _request: answer) as client, pytest.raises(ApiError) as caught:
        client.runs()
    assert str(caught.value) == line
    assert caught.value.status == answer.status_code


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (httpx.ConnectError("refused"), f"nothing answers at {API}"),
        (httpx.ReadTimeout("slow"), f"no answer from {API} in time"),
        (httpx.RemoteProtocolError("odd"), f"cannot talk to {API}"),
    ],
)
def test_a_broken_connection_names_the_url(failure: Exception, words: str) -> None:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise failure

    with client_of(fail) as client, pytest.raises(UnreachableError, match=words):
        client.health()


@pytest.mark.parametrize("url", ["nonsense", "http://[", "ftp://host"])
def test_what_is_no_url_is_one_line_too(url: str) -> None:
    with pytest.raises(UnreachableError, match=re.escape(url)), ApiClient(url, "k") as client:
        client.health()


def test_a_start_carries_key_idempotency_and_simulation(api: FakeApi) -> None:
    with ApiClient(API, "nh_key", transport=api.transport) as client:
        started = client.start_run(
            "content",
            "generate-draft",
            {"a": 1},
            idempotency_key="i",
            simulate={"modelFailures": 2},
        )
    assert started["runId"] == "run_1"
    (request,) = api.seen
    assert request.headers["authorization"] == "Bearer nh_key"
    assert request.headers["idempotency-key"] == "i"
    assert api.body() == {
        "intent": "generate-draft",
        "input": {"a": 1},
        "simulate": {"modelFailures": 2},
    }


def test_absent_parameters_are_not_sent_and_ids_cannot_leave_their_segment(api: FakeApi) -> None:
    with ApiClient(API + "/", "nh_key", transport=api.transport) as client:
        client.runs(agent=None, limit=5)
        assert str(api.seen[-1].url) == f"{API}/api/runs?limit=5"
        api.answers["GET /api/runs/../keys"] = (200, {"success": True, "data": 1})
        client.run("../keys")
        assert api.seen[-1].url.raw_path == b"/dev/api/runs/..%2Fkeys"


@pytest.mark.parametrize(
    ("url", "own"),
    [("http://127.0.0.1:80/x", True), ("ws://localhost", True), ("https://10.0.0.1", False)],
)
def test_only_this_machine_is_loopback(url: str, own: bool) -> None:
    assert is_loopback(url) is own


def test_no_proxy_comes_between_this_machine_and_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    seen: dict[str, Any] = {}

    def note(self: httpx.Client, *args: Any, **options: Any) -> None:
        seen.update(options)

    monkeypatch.setattr(httpx.Client, "__init__", note)
    ApiClient("http://127.0.0.1:4566/x")
    assert seen["trust_env"] is False
    ApiClient(API)
    assert seen["trust_env"] is True
