"""Posts on X with media are published once, wherever the call breaks."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from connectors.x.app import CONNECTOR
from hub.connector_kit import connector as kit
from hub.domain.errors import TransientError
from hub.domain.run import Step
from tests.contract.recorded import Recorded
from tests.harness import Harness
from tests.support import START
from tests.unit.connectors.x_played import PAIR, PAIR_SENT, STORY, Played, of


def test_a_post_whose_media_is_not_complete_was_never_sent() -> None:
    x = Played()
    x.instead[6] = lambda _request: httpx.Response(503)
    assert x.client().post_tweet(PAIR).kind == "transient"
    sent = len(x.sent)
    assert x.client().reconcile("post_tweet", PAIR, START).verdict == "not_done"
    assert x.client().reconcile("post_thread", STORY, START).verdict == "not_done"
    assert len(x.sent) == sent, "nobody is asked"


def test_a_lost_post_is_known_by_the_media_uploaded_for_it() -> None:
    x = Played()
    x.instead[len(PAIR_SENT)] = x.lost
    assert x.client().post_tweet(PAIR).kind == "unknown_outcome"
    seen = x.client().reconcile("post_tweet", PAIR, START)
    assert (seen.verdict, seen.data["id"]) == ("done", x.state["posts"][0]["id"])


def test_a_post_with_other_media_is_not_taken_for_the_lost_one() -> None:
    x = Played()
    x.instead[len(PAIR_SENT)] = lambda _request: httpx.Response(503)
    assert x.client().post_tweet(PAIR).kind == "unknown_outcome"
    assert x.client().reconcile("post_tweet", PAIR, START).verdict == "not_done"
    x.state["posts"] = [
        {"id": "5", "text": "Launch", "created_at": "2026-03-02T09:00:00.000Z"},
    ]
    assert x.client().reconcile("post_tweet", PAIR, START).verdict == "unknown"


def test_a_post_that_the_journal_has_is_not_asked_for() -> None:
    x = Played()
    made = x.client().post_tweet(PAIR)
    seen = x.client().reconcile("post_tweet", PAIR, START)
    assert (seen.verdict, seen.data) == ("done", made.data)
    assert x.sent == PAIR_SENT


class KilledError(BaseException):
    """The function ended in the middle of a request."""


class Breaking(httpx.BaseTransport):
    """Breaks at the request of a number, before it is delivered or after."""

    def __init__(self, inner: httpx.BaseTransport, count: list[int], broken: int, how: str) -> None:
        self._inner, self._count, self._broken, self._how = inner, count, broken, how

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._count[0] += 1
        if self._count[0] == self._broken and self._how == "killed before":
            raise KilledError
        answer = self._inner.handle_request(request)
        if self._count[0] == self._broken:
            raise KilledError if self._how == "killed after" else httpx.ReadTimeout("lost")
        return answer


def _run(harness: Harness) -> None:
    """The step as the state machine takes it to its end."""
    for _ in range(40):
        try:
            unknown = harness.step().status == "unknown"
            answer = harness.reconcile() if unknown else harness.execute()
        except (TransientError, KilledError):
            harness.clock.advance(30)
            continue
        harness.clock.advance(answer["retryAfter"] + 1)
        if harness.step().status in ("succeeded", "failed", "needs_review"):
            return


TWO = [of("a.png", "A rocket"), of("b.png")]
PAYLOADS: dict[str, dict[str, Any]] = {
    "post_tweet": {"text": "Launch", "media": TWO},
    "post_thread": {
        "tweets": [{"text": "One", "media": [of("film.mp4", "A film")]}, {"text": "Two"}]
    },
}
REQUESTS = {"post_tweet": 8, "post_thread": 8}
"""How many requests each takes if nothing breaks."""


@pytest.mark.parametrize("how", ["lost", "killed before", "killed after"])
@pytest.mark.parametrize(
    ("action", "broken"),
    [(action, n) for action, count in REQUESTS.items() for n in range(1, count + 1)],
)
def test_posts_with_media_are_published_once_wherever_they_break(
    action: str, broken: int, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.connector_kit.client.READ_RETRY_SECONDS", 0.0)
    harness, sent, count = Harness(CONNECTOR), [], [0]
    real = kit.transport_for
    monkeypatch.setattr(
        kit,
        "transport_for",
        lambda *all_: Breaking(Recorded(real(*all_), sent), count, broken, how),
    )
    over = harness.connect()
    harness.plan(
        Step(
            id="step_1",
            name=f"x.{action}",
            connector="x",
            action=action,
            connection_id=over.id,
            payload=PAYLOADS[action],
        )
    )
    _run(harness)
    assert harness.step().status == "succeeded", harness.step().error
    posted = [request.content for request in sent if request.url.path == "/2/tweets"]
    assert len(posted) == len(set(posted)) == (1 if action == "post_tweet" else 2)
    state, _ = harness.connections.load_sandbox("acme", over.id)
    shown = [post for post in state["posts"] if post.get("attachments")]
    keys = shown[0]["attachments"]["media_keys"]
    described = [state["media"][key.partition("_")[2]].get("alt_text") for key in keys]
    assert described == (["A rocket", None] if action == "post_tweet" else ["A film"])
    assert count[0] >= REQUESTS[action]
    assert harness.clock.now() < START + timedelta(minutes=10)
