"""Live events: in order, each once, over a socket or without."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from websockets.sync.server import ServerConnection

from local.client import ApiClient, ApiError, NeonHubError
from local.live import LiveEvents
from tests.local_cli.fakes import (
    API,
    QUICK,
    RUN,
    STORY,
    FakeApi,
    event,
    heard,
    refusal,
    sockets,
    subscribed,
    tell,
)

ASK = {"action": "run:subscribe", "runId": "run_1", "since": 0}
ENDING = STORY[-1]


@pytest.fixture
def client(api: FakeApi) -> Iterator[ApiClient]:
    with ApiClient(API, "nh_key", transport=api.transport) as made:
        yield made


def followed(
    client: ApiClient, url: str | None, since: int = 0, **timing: Any
) -> tuple[list[Any], list[str]]:
    """All events and all notices of following run_1."""
    notices: list[str] = []
    quick = replace(QUICK, **timing)
    with LiveEvents(client, url, timing=quick, notice=notices.append) as live:
        return list(live.follow("run_1", since)), notices


def test_events_come_over_the_socket_as_they_happen(client: ApiClient, api: FakeApi) -> None:
    asked: list[Any] = []

    def act(socket: ServerConnection) -> None:
        asked.append(heard(socket))
        tell(socket, subscribed(resumedFrom=0, lastEventId=0), *STORY)

    with sockets(act) as fake:
        assert followed(client, fake.url) == (STORY, [])
        assert fake.headers[0]["authorization"] == "Bearer nh_key"
    assert asked == [ASK]
    assert api.seen == [], "with a socket nothing is polled"


def test_what_arrives_mixed_around_a_resume_is_told_in_order_and_once(client: ApiClient) -> None:
    def act(socket: ServerConnection) -> None:
        heard(socket)
        tell(socket, STORY[3], STORY[0], STORY[1], STORY[1], STORY[2])
        tell(socket, subscribed(lastEventId=3), STORY[3], STORY[2], ENDING)

    with sockets(act) as fake:
        assert followed(client, fake.url)[0] == STORY


def test_events_of_other_runs_and_other_messages_are_passed_over(client: ApiClient) -> None:
    others = [
        event(9, "agent:completed", run="run_2"),
        {"event": "pong", "data": {}},
        {"event": "scheduler:status", "id": "000111", "data": {}},
    ]

    def act(socket: ServerConnection) -> None:
        heard(socket)
        tell(socket, *others, subscribed(lastEventId=0), *others, *STORY)

    with sockets(act) as fake:
        assert followed(client, fake.url)[0] == STORY


def test_a_lost_socket_is_opened_again_and_resumed(client: ApiClient, api: FakeApi) -> None:
    """Pain: "connection lost" behind proxies, and the screen is stuck."""
    asked: list[Any] = []

    def first(socket: ServerConnection) -> None:
        heard(socket)
        tell(socket, subscribed(lastEventId=0), *STORY[:2])

    def second(socket: ServerConnection) -> None:
        asked.append(heard(socket))
        tell(socket, *STORY[1:], subscribed(resumedFrom=2, lastEventId=6))

    with sockets(first, second) as fake:
        events, notices = followed(client, fake.url)
    assert events == STORY
    assert asked == [{**ASK, "since": 2}]
    assert len(notices) == 1
    assert api.seen == []


def test_more_than_one_page_of_missed_events_is_asked_for_again(client: ApiClient) -> None:
    asked: list[Any] = []

    def act(socket: ServerConnection) -> None:
        heard(socket)
        tell(socket, *STORY[:3], subscribed(lastEventId=3, more=True))
        asked.append(heard(socket))
        tell(socket, *STORY[3:], subscribed(lastEventId=6, status="completed"))

    with sockets(act) as fake:
        assert followed(client, fake.url)[0] == STORY
    assert asked == [{**ASK, "since": 3}]


def test_without_a_socket_url_events_are_polled_silently(client: ApiClient) -> None:
    assert followed(client, None) == (STORY, [])


def test_without_an_answering_socket_the_same_events_are_polled(client: ApiClient) -> None:
    events, notices = followed(client, "ws://127.0.0.1:9/dev")
    assert events == STORY
    assert notices[-1] == "asking for events every second instead"


def test_a_refused_handshake_is_not_tried_again(client: ApiClient) -> None:
    with sockets() as fake:
        fake.refuse = 401
        events, notices = followed(client, fake.url)
    assert events == STORY
    assert len(notices) == 2
    assert "401" in notices[0]


def test_an_error_of_the_gateway_itself_ends_in_polling(client: ApiClient) -> None:
    def act(socket: ServerConnection) -> None:
        heard(socket)
        tell(socket, {"message": "Internal server error", "connectionId": "c", "requestId": "r"})

    with sockets(act, act, act) as fake:
        events, notices = followed(client, fake.url)
    assert events == STORY
    assert len(notices) == 2, "what happens three times is said once"
    assert "Internal server error" in notices[0]


def test_a_subscription_without_an_answer_ends_in_polling(client: ApiClient) -> None:
    def act(socket: ServerConnection) -> None:
        heard(socket)
        socket.recv(timeout=5)

    with sockets(act) as fake:
        events, _notices = followed(client, fake.url, idle=0.05, attempts=1)
    assert events == STORY


def test_polling_follows_a_run_until_it_ends(client: ApiClient, api: FakeApi) -> None:
    pages = [STORY[:2], [], STORY[2:]]
    api.answers["GET /api/runs/run_1/events"] = [
        (200, {"success": True, "data": {"events": page}}) for page in pages
    ]
    api.run["status"] = "running"
    assert followed(client, None)[0] == STORY
    asked = [r.url.params["since"] for r in api.seen if r.url.path.endswith("/events")]
    assert asked == ["0", "2", "2"]


def test_a_run_that_ended_before_since_ends_the_following_at_once(client: ApiClient) -> None:
    assert followed(client, None, since=6)[0] == []

    def act(socket: ServerConnection) -> None:
        heard(socket)
        tell(socket, subscribed(status="completed", lastEventId=6))

    with sockets(act) as fake:
        assert followed(client, fake.url, since=6) == ([], [])


def test_a_silent_socket_is_checked_against_the_events_route(
    client: ApiClient, api: FakeApi
) -> None:
    def act(socket: ServerConnection) -> None:
        heard(socket)
        tell(socket, subscribed(lastEventId=0))
        with pytest.raises(Exception, match="received 1000"):
            socket.recv(timeout=5)

    with sockets(act) as fake:
        assert followed(client, fake.url, idle=0.05) == (STORY, [])
    assert len(api.seen) == 1


def test_a_long_lived_socket_is_kept_alive_by_pings(client: ApiClient, api: FakeApi) -> None:
    said: list[Any] = []
    api.events = []

    def act(socket: ServerConnection) -> None:
        heard(socket)
        tell(socket, subscribed(lastEventId=0))
        said.append(heard(socket))
        tell(socket, {"event": "pong", "data": {}}, *STORY)

    with sockets(act) as fake:
        followed(client, fake.url, idle=0.05, heartbeat=0.06)
    assert said == [{"action": "ping"}]


def test_a_refused_subscription_says_why(client: ApiClient) -> None:
    def act(socket: ServerConnection) -> None:
        heard(socket)
        data = {"code": "NOT_FOUND", "message": "there is no run 'run_1'", "requestId": "r"}
        tell(socket, {"event": "error", "data": data})

    with sockets(act) as fake, pytest.raises(ApiError, match="NOT_FOUND: there is no run"):
        followed(client, fake.url)


@pytest.mark.parametrize("code", ["UNAUTHENTICATED", "TEMPORARILY_UNAVAILABLE"])
def test_a_socket_the_stack_forgot_is_opened_again(client: ApiClient, code: str) -> None:
    def forgotten(socket: ServerConnection) -> None:
        heard(socket)
        tell(socket, {"event": "error", "data": {"code": code, "message": "connect again"}})

    def known(socket: ServerConnection) -> None:
        heard(socket)
        tell(socket, subscribed(lastEventId=0), *STORY)

    with sockets(forgotten, known) as fake:
        events, notices = followed(client, fake.url)
    assert events == STORY
    assert len(notices) == 1


def test_an_agent_can_be_subscribed_before_its_run_starts(client: ApiClient) -> None:
    said: list[Any] = []

    def act(socket: ServerConnection) -> None:
        said.append(heard(socket))
        answer = {"action": "agent:subscribe", "agentId": "content"}
        tell(socket, event(1, run="run_0"), {"event": "subscribed", "data": answer})
        said.append(heard(socket))
        tell(socket, *STORY[:2], subscribed(lastEventId=1), *STORY)

    with sockets(act) as fake, LiveEvents(client, fake.url, timing=QUICK) as live:
        assert live.subscribe("agent:subscribe", agentId="content") is True
        assert live.transport == "socket"
        assert list(live.follow("run_1")) == STORY
    assert said == [{"action": "agent:subscribe", "agentId": "content"}, ASK]


@pytest.mark.parametrize("url", [None, "ws://127.0.0.1:9/dev"])
def test_a_subscription_without_a_socket_says_so(client: ApiClient, url: str | None) -> None:
    with LiveEvents(client, url, timing=QUICK) as live:
        assert live.subscribe("agent:subscribe", agentId="content") is False
        assert live.transport == "polling"


def test_a_failure_that_passes_does_not_end_the_following(client: ApiClient, api: FakeApi) -> None:
    api.answers["GET /api/runs/run_1/events"] = [
        refusal(503, "TEMPORARILY_UNAVAILABLE"),
        refusal(429, "RATE_LIMITED"),
        (200, {"success": True, "data": {"events": STORY}}),
    ]
    api.run["status"] = "running"
    assert followed(client, None)[0] == STORY


@pytest.mark.parametrize(
    ("status", "code", "asked"), [(404, "NOT_FOUND", 1), (500, "INTERNAL_ERROR", 4)]
)
def test_a_failure_that_stays_ends_the_following(
    client: ApiClient, api: FakeApi, status: int, code: str, asked: int
) -> None:
    for path in ("GET /api/runs/run_1", "GET /api/runs/run_1/events"):
        api.answers[path] = refusal(status, code)
    with pytest.raises(ApiError, match=code):
        followed(client, None)
    assert len(api.seen) == asked


def test_a_run_that_does_not_end_in_its_time_is_an_error(client: ApiClient, api: FakeApi) -> None:
    api.events = []
    api.run = {**RUN, "status": "running"}
    with (
        LiveEvents(client, None, timing=QUICK) as live,
        pytest.raises(NeonHubError, match="run_1 has not ended"),
    ):
        list(live.follow("run_1", limit=0.02))


def test_nonsense_on_the_socket_ends_in_polling(client: ApiClient) -> None:
    def act(socket: ServerConnection) -> None:
        heard(socket)
        socket.send(json.dumps(STORY[0])[:9])

    with sockets(act) as fake:
        assert followed(client, fake.url, attempts=1)[0] == STORY
