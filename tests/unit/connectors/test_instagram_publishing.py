"""Instagram: nothing is published before it is ready, nor twice, wherever a call breaks off."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from connectors.instagram.app import CONNECTOR
from connectors.instagram.spec import (
    PublishStory,
)
from hub.connector_kit import connector as connector_module
from hub.connector_kit.journal import MemoryNotes
from hub.domain.run import Step
from tests.harness import Harness
from tests.support import START, FrozenClock
from tests.unit.connectors.instagram_stub import TOKEN, USER, client, graph, post
from tests.unit.connectors.meta_stub import IMAGE, LOST, TIME, VIDEO, Answer, Answers, raw_form

READY: dict[str, Any] = {"status_code": "FINISHED", "id": "55"}
WORKING: dict[str, Any] = {"status_code": "IN_PROGRESS", "id": "55"}
LINK = {"permalink": "https://www.instagram.com/p/x/", "id": "77"}


def test_an_image_is_published_once_its_container_is_ready() -> None:
    meta = graph(
        {
            "POST media": {"id": "55"},
            "GET 55": READY,
            "POST media_publish": {"id": "77"},
            "GET 77": LINK,
        }
    )
    outcome = client(meta).publish_post(post())
    assert outcome.data == {
        "mediaId": "77",
        "containerId": "55",
        "permalink": "https://www.instagram.com/p/x/",
    }
    assert meta.calls == ["POST media", "GET 55", "POST media_publish", "GET 77"]
    create, status, publish, _link = meta.sent
    assert str(create.url) == f"https://graph.facebook.com/v26.0/{USER}/media"
    assert create.headers["authorization"] == f"Bearer {TOKEN}"
    assert create.headers["content-type"] == "application/x-www-form-urlencoded"
    assert raw_form(create) == {"image_url": "https://example.com/a.jpg", "caption": "Hi"}
    assert dict(status.url.params) == {"fields": "status_code,status"}
    assert raw_form(publish) == {"creation_id": "55"}


def test_a_reel_is_waited_for_and_the_same_call_goes_on() -> None:
    notes = MemoryNotes()
    given = post(
        reel=VIDEO, shareToFeed=True, thumbOffset=0, userTags=[{"username": "a"}], trial="MANUAL"
    )
    meta = graph(
        {
            "POST media": [{"id": "55"}],
            "GET 55": [WORKING, WORKING, READY],
            "POST media_publish": [{"id": "77"}],
            "GET 77": LINK,
        }
    )
    first = client(meta, notes).publish_post(given)
    assert (first.kind, first.retry_after) == ("in_progress", 10)
    assert client(meta, notes).publish_post(given).kind == "in_progress"
    assert client(meta, notes).publish_post(given).ok
    assert meta.calls.count("POST media") == 1
    assert raw_form(meta.sent[0]) == {
        "media_type": "REELS",
        "video_url": "https://example.com/b.mp4",
        "share_to_feed": "true",
        "thumb_offset": "0",
        "user_tags": '[{"username":"a"}]',
        "trial_params": '{"graduation_strategy":"MANUAL"}',
    }


def test_a_carousel_is_made_of_slides_that_are_ready() -> None:
    notes = MemoryNotes()
    given = post(carousel=[{"image": IMAGE, "altText": "one"}, {"video": VIDEO}], caption="Two")
    meta = graph(
        {
            "POST media": [{"id": "51"}, {"id": "52"}, {"id": "55"}],
            "GET 51": [READY],
            "GET 52": [WORKING, READY],
            "GET 55": READY,
            "POST media_publish": [{"id": "77"}],
            "GET 77": LINK,
        }
    )
    waiting = client(meta, notes).publish_post(given)
    assert (waiting.kind, waiting.retry_after) == ("in_progress", 10)
    assert client(meta, notes).publish_post(given).ok
    bodies = [raw_form(request) for request in meta.sent if request.url.path.endswith("/media")]
    assert bodies == [
        {
            "is_carousel_item": "true",
            "image_url": "https://example.com/a.jpg",
            "alt_text": "one",
        },
        {
            "is_carousel_item": "true",
            "media_type": "VIDEO",
            "video_url": "https://example.com/b.mp4",
        },
        {"media_type": "CAROUSEL", "caption": "Two", "children": '["51","52"]'},
    ]


def test_slides_are_made_over_several_invocations_when_time_is_up() -> None:
    notes, clock = MemoryNotes(), FrozenClock()
    made = iter(range(51, 60))

    def meta(request: httpx.Request) -> httpx.Response:
        clock.advance(5)
        body = {"id": str(next(made))} if request.url.path.endswith("/media") else READY
        return httpx.Response(200, json=body)

    given = post(carousel=[{"image": IMAGE}] * 3)
    first = client(meta, notes, clock=clock).publish_post(given)
    assert (first.kind, first.retry_after) == ("in_progress", 1)
    assert "2 of 3" in (first.message or "")
    second = client(meta, notes, clock=clock).publish_post(given)
    assert second.ok
    assert next(made) == 55, "three slides and the carousel, none of them twice"


@pytest.mark.parametrize(
    ("status", "code"), [("ERROR", "CONTAINER_ERROR"), ("EXPIRED", "CONTAINER_EXPIRED")]
)
def test_a_container_that_cannot_be_published_is_refused(status: str, code: str) -> None:
    words = "Error: Media upload has failed with error code 2207026"
    state = {"status_code": status, "status": words, "id": "55"}
    meta = graph({"POST media": {"id": "55"}, "GET 55": state})
    outcome = client(meta).publish_post(post())
    assert (outcome.kind, outcome.code) == ("invalid_request", code)
    assert status == "EXPIRED" or words in (outcome.message or "")
    assert meta.calls == ["POST media", "GET 55"]


def test_a_publish_is_ok_although_its_address_cannot_be_read() -> None:
    refused = httpx.Response(403, json={"error": {"message": "too many", "code": 4}})
    meta = graph(
        {
            "POST media": {"id": "55"},
            "GET 55": READY,
            "POST media_publish": {"id": "77"},
            "GET 77": refused,
        }
    )
    outcome = client(meta).publish_post(post())
    assert outcome.ok
    assert outcome.data == {"mediaId": "77", "containerId": "55", "permalink": None}


def test_a_story_has_a_container_of_its_own_kind() -> None:
    meta = graph(
        {
            "POST media": {"id": "55"},
            "GET 55": READY,
            "POST media_publish": {"id": "77"},
            "GET 77": LINK,
        }
    )
    given = PublishStory.model_validate({"image": IMAGE, "userTags": [{"username": "a"}]})
    assert client(meta).publish_story(given).ok
    assert raw_form(meta.sent[0]) == {
        "media_type": "STORIES",
        "image_url": "https://example.com/a.jpg",
        "user_tags": '[{"username":"a"}]',
    }


@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        ("POST media", "transient"),
        ("GET 55", "transient"),
        ("POST media_publish", "unknown_outcome"),
    ],
)
def test_a_break_at_each_part_is_resumed(
    broken: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.connector_kit.client.READ_RETRY_SECONDS", 0.0)
    notes = MemoryNotes()
    answers: Answers = {
        "POST media": [{"id": "55"}],
        "GET 55": [READY],
        "POST media_publish": [{"id": "77"}],
        "GET 77": LINK,
    }
    meta = graph({**answers, broken: [LOST]})
    assert client(meta, notes).publish_post(post()).kind == kind
    # Two looks more: the read back, and the one before the publish.
    again = graph({**answers, "GET 55": [READY, READY]})
    if kind == "unknown_outcome":
        seen = client(again, notes).reconcile("publish_post", post(), START)
        assert seen.verdict == "not_done"
    assert client(again, notes).publish_post(post()).ok
    made = meta.calls.count("POST media") + again.calls.count("POST media")
    assert made == (2 if broken == "POST media" else 1)


def container_of(notes: MemoryNotes, action: str = "post") -> None:
    notes.put("call#run_1.step_1", {f"{action}.container": {"id": "55"}})


def media(id_: str, caption: str, seconds: int, kind: str = "FEED") -> dict[str, Any]:
    made = (START + timedelta(seconds=seconds)).strftime(TIME)
    return {"id": id_, "caption": caption, "timestamp": made, "media_product_type": kind}


@pytest.mark.parametrize(
    ("status", "listed", "verdict", "media_id"),
    [
        ("FINISHED", None, "not_done", None),
        ("IN_PROGRESS", None, "not_done", None),
        ("ERROR", None, "not_done", None),
        ("EXPIRED", None, "not_done", None),
        ("SOMETHING_NEW", None, "unknown", None),
        ("PUBLISHED", [media("77", "Hi", 3), media("70", "Hi", -60)], "done", "77"),
        ("PUBLISHED", [media("78", "Hello", 3), media("77", " Hi\n", 4)], "done", "77"),
        ("PUBLISHED", [media("79", "Hi", 3, "REELS")], "done", None),
        # Which of two equal ones it is nobody can say, but it is out.
        ("PUBLISHED", [media("77", "Hi", 3), media("78", "Hi", 3)], "done", None),
        ("PUBLISHED", [], "done", None),
    ],
)
def test_a_lost_publish_is_told_by_its_container(
    status: str, listed: list[Answer] | None, verdict: str, media_id: str | None
) -> None:
    notes = MemoryNotes()
    container_of(notes)
    meta = graph({"GET 55": {"status_code": status}, "GET media": {"data": listed or []}})
    seen = client(meta, notes).reconcile("publish_post", post(), START)
    assert seen.verdict == verdict
    if verdict == "done":
        assert seen.data == {"mediaId": media_id, "containerId": "55", "permalink": None}
        assert meta.sent[1].url.params["since"] == str(int(START.timestamp()))
        # Should the step be executed after all, it publishes nothing.
        after = graph({"GET 55": {"status_code": "PUBLISHED"}, "GET 77": LINK})
        assert client(after, notes).publish_post(post()).ok
        assert "POST media_publish" not in after.calls


def test_a_lost_publish_whose_container_cannot_be_read_stays_unknown() -> None:
    notes = MemoryNotes()
    container_of(notes)
    refused = httpx.Response(400, json={"error": {"message": "no", "code": 190}})
    seen = client(graph({"GET 55": refused}), notes).reconcile("publish_post", post(), START)
    assert seen.verdict == "unknown"


def test_a_call_that_made_no_container_published_nothing() -> None:
    seen = client(graph({})).reconcile("publish_post", post(), START)
    assert seen.verdict == "not_done"


def test_a_lost_story_is_looked_up_among_the_stories() -> None:
    notes = MemoryNotes()
    container_of(notes, "story")
    stories = [{"id": "88", "timestamp": START.strftime(TIME)}]
    meta = graph({"GET 55": {"status_code": "PUBLISHED"}, "GET stories": {"data": stories}})
    given = PublishStory.model_validate({"image": IMAGE})
    seen = client(meta, notes).reconcile("publish_story", given, START)
    assert (seen.verdict, seen.data["mediaId"]) == ("done", "88")
    assert "since" not in meta.sent[1].url.params


def test_a_container_published_by_a_lost_call_is_not_published_again() -> None:
    notes = MemoryNotes()
    container_of(notes)
    meta = graph({"GET 55": {"status_code": "PUBLISHED"}})
    outcome = client(meta, notes).publish_post(post())
    assert outcome.data == {"mediaId": None, "containerId": "55", "permalink": None}
    assert meta.calls == ["GET 55"]


def test_a_publish_whose_answer_is_lost_is_found_by_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole way: execute, the publish's answer lost, reconcile."""
    harness = Harness(CONNECTOR)
    over = harness.connect()
    published: list[httpx.Request] = []
    real = connector_module.transport_for

    class Losing(httpx.BaseTransport):
        def __init__(self, inner: httpx.BaseTransport) -> None:
            self._inner = inner

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = self._inner.handle_request(request)
            if request.url.path.endswith("/media_publish"):
                published.append(request)
                raise httpx.ReadTimeout("lost", request=request)
            return answer

    monkeypatch.setattr(connector_module, "transport_for", lambda *all: Losing(real(*all)))
    payload = {"image": IMAGE, "caption": "Once"}
    harness.plan(
        Step(
            id="step_1",
            name="instagram.publish_post",
            connector="instagram",
            action="publish_post",
            connection_id=over.id,
            payload=payload,
        )
    )
    assert harness.execute()["next"] == "reconcile"
    assert harness.reconcile()["next"] == "done"
    assert harness.step().result["mediaId"]
    assert len(published) == 1
