"""WebSocket APIs on the embedded AWS behave as on API Gateway."""

import json
from typing import Any

import pytest

from tests.local.cloud import Cloud, eventually


def test_an_authorizer_without_identity_source_is_always_asked(patched: Cloud, bare: Cloud) -> None:
    assert patched.refusal("OpenUrl") == 101
    assert bare.refusal("OpenUrl") == 401


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 401), ("?token=deny", 403), ("?token=raise", 401), ("?token=break", 500)],
)
def test_a_refused_handshake_has_a_status(patched: Cloud, query: str, status: int) -> None:
    assert patched.refusal("TokenUrl", query) == status


def test_the_emulator_answers_an_unauthorized_error_with_500(bare: Cloud) -> None:
    assert bare.refusal("TokenUrl", "?token=raise") == 500


def test_the_authorizers_context_reaches_the_function(patched: Cloud) -> None:
    with patched.connect("TokenUrl", "?token=ann") as socket:
        answer = _ask(socket, "answering")

    assert answer == {"route": "answering", "authorizer": {"user": "ann", "principalId": "ann"}}


def test_only_a_route_with_a_response_answers(patched: Cloud, bare: Cloud) -> None:
    assert _answered_routes(patched) == ["answering"]
    assert _answered_routes(bare) == ["silent", "answering"]


def _answered_routes(cloud: Cloud) -> list[str]:
    routes = []
    with cloud.connect("TokenUrl", "?token=ann") as socket:
        socket.send(json.dumps({"action": "silent"}))
        socket.send(json.dumps({"action": "answering"}))
        while "answering" not in routes:
            routes.append(json.loads(socket.recv(timeout=10))["route"])
    return routes


def test_the_error_of_a_function_stays_inside(patched: Cloud, bare: Cloud) -> None:
    answer = _message(patched, "answering", "fail")

    assert json.loads(answer)["message"] == "Internal server error"
    assert "secret detail" in _message(bare, "answering", "fail")


def _message(cloud: Cloud, action: str, text: str) -> str:
    with cloud.connect("TokenUrl", "?token=ann") as socket:
        socket.send(json.dumps({"action": action, "text": text}))
        return str(socket.recv(timeout=10))


def _ask(socket: Any, action: str) -> Any:
    socket.send(json.dumps({"action": action}))
    return json.loads(socket.recv(timeout=10))


def test_a_route_logs_what_its_function_prints(patched: Cloud, bare: Cloud) -> None:
    for cloud in (patched, bare):
        with cloud.connect("TokenUrl", "?token=ann") as socket:
            _ask(socket, "answering")

    logs = eventually(lambda: patched.logs("Socket"))

    assert "socket CONNECT" in logs
    assert "socket MESSAGE" in logs
    with pytest.raises(bare.client("logs").exceptions.ResourceNotFoundException):
        bare.logs("Socket")
