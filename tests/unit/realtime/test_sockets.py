"""The WebSocket API: who may connect, what they can ask, and what they are told."""

import json
from typing import Any

import pytest

from hub import wiring
from hub.domain import events
from hub.domain.errors import TransientError
from hub.domain.run import AgentRun, RunStatus
from hub.ports import Change
from realtime.sockets import MAX_RESUMED, handler
from tests.support import START
from tests.unit.realtime.world import CONTEXT, World, load

SOCKET = "SOCKET1="
ACTIONS = [
    "agent:subscribe",
    "agent:unsubscribe",
    "run:subscribe",
    "run:unsubscribe",
    "monitoring:subscribe",
    "monitoring:unsubscribe",
    "ping",
]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    made.wire(monkeypatch)
    return made


@pytest.fixture
def connected(world: World) -> World:
    assert handler(load("sockets-connect"), CONTEXT) == {"statusCode": 200}
    return world


def send(body: Any) -> tuple[str, Any]:
    """What a socket is answered: event and data. A text is sent as it is."""
    given = load("sockets-ping")
    given["body"] = body if isinstance(body, str | None) else json.dumps(body)
    answer = handler(given, CONTEXT)
    assert set(answer) == {"statusCode", "body"}
    assert answer["statusCode"] == 200
    message = json.loads(answer["body"])
    assert set(message) == {"event", "data"}
    return message["event"], message["data"]


def test_a_socket_is_remembered_with_the_organization_of_its_credential(connected: World) -> None:
    assert connected.socket_store.organization(SOCKET) == "acme"
    two_hours_ten = 2 * 3600 + 10 * 60
    assert connected.socket_store.expiries[SOCKET] == START.timestamp() + two_hours_ten


def test_without_a_caller_no_socket_opens(world: World) -> None:
    given = load("sockets-connect")
    del given["requestContext"]["authorizer"]
    assert handler(given, CONTEXT) == {"statusCode": 401}
    assert world.socket_store.organization(SOCKET) is None


def test_a_disconnect_forgets_the_socket_and_its_subscriptions(connected: World) -> None:
    send({"action": "agent:subscribe", "agentId": "content"})
    assert handler(load("sockets-disconnect"), CONTEXT) == {"statusCode": 200}
    assert connected.socket_store.organization(SOCKET) is None
    assert connected.socket_store.listeners(["ORG#acme#AGENT#content"]) == set()


@pytest.mark.parametrize(
    ("message", "topic"),
    [
        ({"action": "agent:subscribe", "agentId": "content"}, "ORG#acme#AGENT#content"),
        ({"action": "run:subscribe", "runId": "run_1"}, "ORG#acme#RUN#run_1"),
        ({"action": "monitoring:subscribe", "room": "agents"}, "ORG#acme#ROOM#agents"),
        ({"action": "monitoring:subscribe", "room": "scheduler"}, "ORG#acme#ROOM#scheduler"),
    ],
)
def test_a_socket_listens_until_it_unsubscribes(
    connected: World, message: dict[str, Any], topic: str
) -> None:
    connected.start()
    event, data = send(message)
    assert event == "subscribed"
    assert message.items() <= data.items()
    assert connected.socket_store.listeners([topic]) == {SOCKET}
    unsubscribe = {**message, "action": message["action"].replace("subscribe", "unsubscribe")}
    assert send(unsubscribe) == ("unsubscribed", unsubscribe)
    assert connected.socket_store.listeners([topic]) == set()


@pytest.mark.parametrize(
    "name", ["sockets-subscribe-agent", "sockets-subscribe-run", "sockets-subscribe-room"]
)
def test_the_sample_subscriptions_work(connected: World, name: str) -> None:
    connected.start()
    assert json.loads(handler(load(name), CONTEXT)["body"])["event"] == "subscribed"


def test_a_subscription_lasts_as_long_as_a_socket_can(connected: World) -> None:
    connected.clock.advance(3600)
    send({"action": "monitoring:subscribe", "room": "agents"})
    expected = START.timestamp() + 3600 + 2 * 3600 + 10 * 60
    assert connected.socket_store.expiries[f"{SOCKET} ORG#acme#ROOM#agents"] == expected


def test_a_ping_is_answered_with_the_time(connected: World) -> None:
    event, data = send({"action": "ping"})
    assert event == "pong"
    assert data == {"action": "ping", "timestamp": "2026-03-02T09:00:00.000Z"}


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "hello",
        "{",
        '{"action": "ping"',
        "[" * 100_000,
        "null",
        "[]",
        '"ping"',
        "{}",
        {"action": None},
        {"action": ["ping"]},
        {"action": {"ping": 1}},
        {"action": "agent:start"},
        {"action": "$connect"},
        {"action": "PING"},
    ],
)
def test_what_is_no_known_message_is_answered_with_the_known_actions(
    connected: World, body: Any
) -> None:
    event, data = send(body)
    assert event == "error"
    assert data["code"] == "INVALID_INPUT"
    assert data["requestId"] == "req-socket-5"
    assert [action for action in ACTIONS if action in data["message"]] == ACTIONS


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({"action": "agent:subscribe"}, "agentId"),
        ({"action": "agent:subscribe", "agentId": 7}, "agentId"),
        ({"action": "agent:subscribe", "agentId": ""}, "agentId"),
        ({"action": "agent:subscribe", "agentId": "content#x"}, "agentId"),
        ({"action": "agent:unsubscribe", "agentId": None}, "agentId"),
        ({"action": "run:subscribe"}, "runId"),
        ({"action": "run:subscribe", "runId": "run_1", "since": -1}, "since"),
        ({"action": "run:subscribe", "runId": "run_1", "since": "all"}, "since"),
        ({"action": "run:unsubscribe", "runId": "a" * 101}, "runId"),
        ({"action": "monitoring:subscribe"}, "room"),
        ({"action": "monitoring:subscribe", "room": "kitchen"}, "room"),
        ({"action": "monitoring:unsubscribe", "room": "kitchen"}, "room"),
        ({"action": "ping", "organizationId": "globex"}, "organizationId"),
        ({"action": "run:subscribe", "runId": "run_1", "organizationId": "x"}, "organizationId"),
    ],
)
def test_a_bad_field_is_named(connected: World, message: dict[str, Any], field: str) -> None:
    connected.start()
    event, data = send(message)
    assert (event, data["code"]) == ("error", "INVALID_INPUT")
    assert f"{field}: " in data["message"]
    assert connected.sockets.sent == []


def test_a_room_that_does_not_exist_is_answered_with_those_that_do(connected: World) -> None:
    _, data = send({"action": "monitoring:subscribe", "room": "kitchen"})
    assert "'agents' or 'scheduler'" in data["message"]


def test_an_agent_that_does_not_exist_is_answered_with_those_that_do(connected: World) -> None:
    event, data = send({"action": "agent:subscribe", "agentId": "sales"})
    assert (event, data["code"]) == ("error", "AGENT_NOT_REGISTERED")
    assert "content" in data["message"]
    assert connected.socket_store.listeners(["ORG#acme#AGENT#sales"]) == set()


@pytest.mark.parametrize("since", [{}, {"since": 0}])
@pytest.mark.parametrize("owner", ["globex", None], ids=["another organization's", "unknown"])
def test_a_run_that_is_not_the_organizations_is_not_found(
    connected: World, owner: str | None, since: dict[str, int]
) -> None:
    if owner:
        connected.start(3, owner)
    event, data = send({"action": "run:subscribe", "runId": "run_1", **since})
    assert (event, data["code"]) == ("error", "NOT_FOUND")
    assert "run_1" in data["message"]
    topics = ["ORG#acme#RUN#run_1", "ORG#globex#RUN#run_1"]
    assert connected.socket_store.listeners(topics) == set()
    assert connected.sockets.sent == []


@pytest.mark.parametrize("action", ["$connect", "$disconnect"])
def test_a_message_cannot_pose_as_a_connect_or_disconnect(connected: World, action: str) -> None:
    send({"action": "monitoring:subscribe", "room": "agents"})
    given = load("sockets-ping")
    given["body"] = json.dumps({"action": action})
    given["requestContext"]["routeKey"] = action
    assert json.loads(handler(given, CONTEXT)["body"])["event"] == "error"
    assert connected.socket_store.listeners(["ORG#acme#ROOM#agents"]) == {SOCKET}


def test_a_socket_that_is_not_known_is_told_to_connect_again(world: World) -> None:
    event, data = send({"action": "ping"})
    assert (event, data["code"]) == ("error", "UNAUTHENTICATED")
    assert "connect again" in data["message"]


def test_a_socket_that_ends_while_it_subscribes_gets_an_error_and_no_crash(
    connected: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connected.socket_store, "organization", lambda _: "acme")
    connected.socket_store.disconnect(SOCKET)
    event, data = send({"action": "monitoring:subscribe", "room": "agents"})
    assert (event, data["code"]) == ("error", "NOT_FOUND")


# ---------------------------------------------------------------------- resume


def test_without_since_nothing_missed_is_sent(connected: World) -> None:
    connected.start(5)
    _, data = send({"action": "run:subscribe", "runId": "run_1"})
    assert data == {"action": "run:subscribe", "runId": "run_1", "status": "running"}
    assert connected.sockets.sent == []


def test_resume_brings_the_missed_events_in_order_before_the_answer(connected: World) -> None:
    connected.start(5)
    _, data = send({"action": "run:subscribe", "runId": "run_1", "since": 2})
    assert [message["id"] for message in connected.received(SOCKET)] == [3, 4, 5]
    first = connected.received(SOCKET)[0]
    assert set(first) == {"event", "id", "data"}
    assert (first["event"], first["data"]["message"]) == ("agent:progress", "step 3")
    assert data["resumedFrom"] == 2
    assert data["lastEventId"] == 5
    assert "more" not in data


def test_resume_brings_the_ending_of_a_run_that_ended_meanwhile(connected: World) -> None:
    connected.start(2)

    def end(run: AgentRun, sequence: int) -> Change:
        return Change(run.ended(RunStatus.COMPLETED, sequence, START))

    connected.runs.update("acme", "run_1", end)
    _, data = send({"action": "run:subscribe", "runId": "run_1", "since": 1})
    assert [message["event"] for message in connected.received(SOCKET)] == [
        "agent:progress",
        "agent:completed",
    ]
    assert (data["status"], data["lastEventId"]) == ("completed", 3)


def test_resume_with_nothing_missed_says_so(connected: World) -> None:
    connected.start(2)
    _, data = send({"action": "run:subscribe", "runId": "run_1", "since": 2})
    assert (data["resumedFrom"], data["lastEventId"]) == (2, 2)
    assert connected.sockets.sent == []


@pytest.mark.parametrize(
    ("stored", "more"), [(MAX_RESUMED, False), (MAX_RESUMED + 1, True), (MAX_RESUMED + 50, True)]
)
def test_resume_brings_at_most_a_hundred_and_says_if_there_are_more(
    connected: World, stored: int, more: bool
) -> None:
    connected.start(stored)
    _, data = send({"action": "run:subscribe", "runId": "run_1", "since": 0})
    ids = [message["id"] for message in connected.received(SOCKET)]
    assert ids == list(range(1, MAX_RESUMED + 1))
    assert data.get("more", False) is more
    assert data["lastEventId"] == MAX_RESUMED


def test_a_client_that_was_told_of_more_gets_it_by_asking_again(connected: World) -> None:
    connected.start(MAX_RESUMED + 50)
    since: int = 0
    for _ in range(2):
        _, data = send({"action": "run:subscribe", "runId": "run_1", "since": since})
        since = data["lastEventId"]
    assert [m["id"] for m in connected.received(SOCKET)] == list(range(1, MAX_RESUMED + 51))
    assert "more" not in data


def test_the_socket_listens_before_it_is_sent_what_it_missed(
    connected: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected.start(1)
    listening: list[set[str]] = []
    topics = ["ORG#acme#RUN#run_1"]

    class Watched:
        def __getattr__(self, name: str) -> Any:
            return getattr(connected.runs, name)

        def events(self, *given: Any) -> Any:
            listening.append(connected.socket_store.listeners(topics))
            return connected.runs.events(*given)

    monkeypatch.setattr(wiring, "runs", Watched)
    send({"action": "run:subscribe", "runId": "run_1", "since": 0})
    assert listening == [{SOCKET}]


def test_a_socket_that_goes_away_during_the_resume_is_forgotten(connected: World) -> None:
    connected.start(3)
    connected.sockets.gone.add(SOCKET)
    send({"action": "run:subscribe", "runId": "run_1", "since": 0})
    assert connected.socket_store.organization(SOCKET) is None
    assert connected.socket_store.listeners(["ORG#acme#RUN#run_1"]) == set()


def test_a_throttled_resume_is_an_error_that_says_when_to_try_again(connected: World) -> None:
    connected.start(3)
    connected.sockets.failing[SOCKET] = TransientError("takes no more just now; send it again")
    event, data = send({"action": "run:subscribe", "runId": "run_1", "since": 0})
    assert (event, data["code"]) == ("error", "TEMPORARILY_UNAVAILABLE")
    assert "again" in data["message"]


def test_resumed_and_pushed_events_have_the_same_shape(connected: World) -> None:
    run = connected.start()
    event = events.started(run, 1, START)
    connected.runs.update("acme", "run_1", lambda run, _: Change(run, event))
    send({"action": "run:subscribe", "runId": "run_1", "since": 0})
    assert connected.received(SOCKET) == [event.to_json()]
