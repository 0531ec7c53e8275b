"""Threads on X: they go on after the last post, and are looked up from the first one missing."""

from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from connectors.x.app import CONNECTOR
from connectors.x.client import XClient
from connectors.x.inputs import PostThread
from connectors.x.posts import Posts
from hub.connector_kit.journal import MemoryNotes
from hub.domain.outcome import Outcome
from tests.harness import Harness
from tests.support import START, FrozenClock
from tests.unit.connectors.x_stub import (
    ME,
    Platform,
    client,
    context,
    created,
    media,
    page,
    reply,
    shown,
)

THREAD = PostThread.model_validate(
    {"tweets": [{"text": "one"}, {"text": "two", "mediaIds": ["9"]}, {"text": "three"}]}
)


def test_each_post_of_a_thread_replies_to_the_one_before() -> None:
    platform = Platform(created(1), created(2), created(3))
    given = THREAD.model_copy(update={"reply_settings": "verified", "made_with_ai": True})
    outcome = client(platform).post_thread(given)
    assert outcome.data == {"id": "1", "ids": ["1", "2", "3"]}
    assert platform.bodies() == [
        # Who may reply is settled by the first post; what is disclosed holds for each.
        {"text": "one", "reply_settings": "verified", "made_with_ai": True},
        {
            "text": "two",
            "media": {"media_ids": ["9"]},
            "reply": {"in_reply_to_tweet_id": "1"},
            "made_with_ai": True,
        },
        {"text": "three", "reply": {"in_reply_to_tweet_id": "2"}, "made_with_ai": True},
    ]


@pytest.mark.parametrize("done", [0, 1, 2])
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(429, headers={"x-rate-limit-reset": "1772442060"}), "rate_limited"),
        (httpx.ConnectError("x"), "transient"),
        (httpx.Response(401, json={"title": "Unauthorized"}), "needs_reauth"),
    ],
)
def test_a_thread_goes_on_after_the_last_post_that_was_published(
    done: int, answer: Any, kind: str
) -> None:
    notes = MemoryNotes()
    broken = Platform(*[created(n + 1) for n in range(done)], answer)
    assert client(broken, notes=notes).post_thread(THREAD).kind == kind
    rest = Platform(*[created(n + 1) for n in range(done, 3)])
    outcome = client(rest, notes=notes).post_thread(THREAD)
    assert outcome.data["ids"] == ["1", "2", "3"]
    assert [body["text"] for body in rest.bodies()] == ["one", "two", "three"][done:]


def test_a_thread_that_is_out_of_time_says_how_far_it_is() -> None:
    clock, notes = FrozenClock(), MemoryNotes()

    def slow(request: httpx.Request) -> httpx.Response:
        clock.advance(5)
        return platform(request)

    platform = Platform(created(1), created(2), created(3))
    outcome = XClient(context(slow, clock=clock, notes=notes)).post_thread(THREAD)
    assert (outcome.kind, outcome.retry_after) == ("in_progress", 1)
    assert outcome.message == "2 of 3 posts are published"
    outcome = XClient(context(slow, clock=clock, notes=notes)).post_thread(THREAD)
    assert outcome.data["ids"] == ["1", "2", "3"]
    assert len(platform.sent) == 3


def test_a_thread_with_a_post_that_is_too_long_is_not_begun() -> None:
    given = PostThread.model_validate({"tweets": [{"text": "one"}, {"text": "a" * 281}]})
    platform = Platform(created(1))
    outcome = client(platform).post_thread(given)
    assert outcome.code == "TEXT_TOO_LONG"
    assert "post 2 of the thread" in (outcome.message or "")
    assert not platform.sent


@pytest.mark.parametrize(
    ("tweets", "said"),
    [
        ([{"text": "one"}], "at least 2"),
        ([{"text": str(n)} for n in range(26)], "at most 25"),
        ([{"text": "one"}, {"text": "one "}], "make the posts of the thread differ"),
        ([{"text": "one"}, {"text": ""}], "give a text or media"),
    ],
)
def test_a_thread_that_would_stop_in_its_middle_is_refused(tweets: list[Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        PostThread.model_validate({"tweets": tweets})


@pytest.mark.parametrize(
    ("done", "timeline", "verdict", "left"),
    [
        (0, page(), "not_done", ["one", "two", "three"]),
        (0, page(shown(1, "one")), "not_done", ["two", "three"]),
        (
            1,
            page(shown(1, "one"), shown(2, "two", **reply(1), **media("9"))),
            "not_done",
            ["three"],
        ),
        (1, page(shown(1, "one")), "not_done", ["two", "three"]),
        (2, page(shown(3, "three", **reply(2))), "done", []),
        (2, page(shown(3, "three", **reply(7))), "unknown", ["three"]),
        (2, page(next_token="more"), "unknown", ["three"]),
    ],
)
def test_a_thread_is_looked_up_from_the_first_post_that_is_missing(
    done: int, timeline: Any, verdict: str, left: list[str]
) -> None:
    notes = MemoryNotes()
    lost = Platform(*[created(n + 1) for n in range(done)], httpx.ReadTimeout("x"))
    assert client(lost, notes=notes).post_thread(THREAD).kind == "unknown_outcome"
    seen = client(Platform(ME, timeline), notes=notes).reconcile("post_thread", THREAD, START)
    assert seen.verdict == verdict
    if verdict == "done":
        assert seen.data == {"id": "1", "ids": ["1", "2", "3"]}
    rest = Platform(*[created(n) for n in range(4 - len(left), 4)] or [created(0)])
    assert client(rest, notes=notes).post_thread(THREAD).data["ids"] == ["1", "2", "3"]
    assert [body["text"] for body in rest.bodies()] == left


def test_a_post_of_the_thread_that_is_known_is_not_taken_for_another() -> None:
    thread = PostThread.model_validate(
        {"tweets": [{"text": "Look", "mediaIds": ["1"]}, {"text": "Look", "mediaIds": ["2"]}]}
    )
    notes = MemoryNotes()
    lost = Platform(created(1), httpx.ReadTimeout("x"))
    assert client(lost, notes=notes).post_thread(thread).kind == "unknown_outcome"
    timeline = Platform(ME, page(shown(1, "Look https://t.co/m", **media("1"))))
    seen = client(timeline, notes=notes).reconcile("post_thread", thread, START)
    assert seen.verdict == "not_done"


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_thread_whose_answer_is_lost_is_published_once(
    place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness, sent = Harness(CONNECTOR), 0
    create = Posts._create

    def losing(posts: Posts, body: dict[str, Any]) -> Outcome:
        nonlocal sent
        sent += 1
        outcome = create(posts, body)
        lost = {"kind": "unknown_outcome", "code": "LOST", "data": None}
        return outcome.model_copy(update=lost) if sent == place else outcome

    monkeypatch.setattr(Posts, "_create", losing)
    over = harness.connect()
    given = {"tweets": [{"text": "one"}, {"text": "two"}, {"text": "three"}]}
    action = harness.connector.spec.action("post_thread")
    parsed = action.input.model_validate(given)
    assert harness.act("post_thread", given, over).kind == "unknown_outcome"
    seen = harness.caller.read_back(over, action, parsed, "key-1", START)
    final = seen.data if seen.verdict == "done" else harness.act("post_thread", given, over).data
    posts = harness.act("search_tweets", {"query": "from:neonhub_sandbox"}, over).data["tweets"]
    assert [post["text"] for post in reversed(posts)] == ["one", "two", "three"]
    assert [post["id"] for post in reversed(posts)] == final["ids"]
    assert [post["repliedTo"] for post in reversed(posts)] == [None, *final["ids"][:-1]]
