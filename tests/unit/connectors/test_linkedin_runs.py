"""Steps of runs that publish media on LinkedIn, over its twin: whatever is lost, one post."""

from typing import Any

import httpx
import pytest

from connectors.linkedin.app import CONNECTOR
from hub.connector_kit import transports
from hub.domain.errors import TransientError
from hub.domain.run import Step
from tests.contract.oracles import linkedin as oracle
from tests.harness import ORGANIZATION, Harness

PHOTOS = {
    "text": "Launch (day)",
    "images": [
        {"media": {"url": "https://example.com/a.png"}, "altText": "A"},
        {"media": {"objectKey": "uploads/abc/b.jpg"}},
    ],
}
FILM = {"video": {"media": {"url": "https://example.com/launch.mp4"}, "title": "Launch"}}


class Line(httpx.BaseTransport):
    """The way to the twin. The answer number `loses` does not come back, or nothing goes out."""

    def __init__(self, loses: int, dead: bool = False) -> None:
        self.reached: list[str] = []
        self._left, self._dead = loses, dead
        self.inner: httpx.BaseTransport = httpx.MockTransport(lambda _: httpx.Response(500))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        oracle.check(request)
        self._left -= 1
        if self._left == -1 and self._dead:
            raise httpx.ConnectError("no way out")
        self.reached.append(f"{request.method} {request.url.path}")
        answer = self.inner.handle_request(request)
        if self._left == -1:
            raise httpx.ReadTimeout("the answer was lost")
        return answer


def run(
    monkeypatch: pytest.MonkeyPatch, payload: dict[str, Any], line: Line
) -> tuple[Harness, Step]:
    """A run's one step, executed as the state machine does until it ends."""
    monkeypatch.setattr("hub.connector_kit.client.READ_RETRY_SECONDS", 0.0)
    monkeypatch.setattr("hub.connector_kit.media.SANDBOX_SIZE", 5 * 1024 * 1024)

    def over_line(*all_: Any) -> Line:
        line.inner = transports.transport_for(*all_)
        return line

    monkeypatch.setattr("hub.connector_kit.connector.transport_for", over_line)
    harness = Harness(CONNECTOR)
    over = harness.connect()
    harness.plan(
        Step(
            id="step_1",
            name="linkedin.publish_post",
            connector="linkedin",
            action="publish_post",
            connection_id=over.id,
            payload=payload,
        )
    )
    for _ in range(40):
        try:
            lost = harness.step().status == "unknown"
            answer = harness.reconcile() if lost else harness.execute()
        except TransientError:
            continue
        harness.clock.advance(answer["retryAfter"] + 1)
        if harness.step().status in ("succeeded", "failed", "needs_review"):
            break
    return harness, harness.step()


def kept(harness: Harness, what: str) -> Any:
    """What the twin has."""
    state, _ = harness.connections.load_sandbox(ORGANIZATION, "con_linkedin")
    return state.get(what)


@pytest.mark.parametrize(
    ("payload", "requests"),
    [
        # Two begun, two put; the first is looked at too early, then both are there; the post.
        (PHOTOS, 9),
        # Begun, two parts of 5 MB, finalized; looked at too early; the post.
        (FILM, 7),
    ],
)
def test_a_step_publishes_its_media(
    payload: dict[str, Any], requests: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line(loses=1000)
    harness, step = run(monkeypatch, payload, line)
    (post,) = kept(harness, "posts")
    assert (step.status, step.result) == ("succeeded", {"id": post["id"]})
    assert len(line.reached) == requests


@pytest.mark.parametrize("dead", [False, True])
@pytest.mark.parametrize(
    ("payload", "loses"),
    [(PHOTOS, number) for number in range(9)] + [(FILM, number) for number in range(7)],
)
def test_whatever_answer_is_lost_there_is_one_post_with_all_its_media(
    payload: dict[str, Any], loses: int, dead: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line(loses, dead)
    harness, step = run(monkeypatch, payload, line)
    (post,) = kept(harness, "posts")
    assert (step.status, step.result) == ("succeeded", {"id": post["id"]})
    content = post["content"]
    several = content.get("multiImage", {}).get("images", []) or [content["media"]]
    assert len({media["id"] for media in several}) == (2 if payload is PHOTOS else 1)
    assert line.reached.count("POST /rest/posts") == 1
