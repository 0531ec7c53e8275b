"""LinkedIn's schedules, which are ours: kept once, with their media, and taken back."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from connectors.linkedin.app import CONNECTOR
from connectors.linkedin.inputs import CancelScheduled, PublishPost
from hub.connector_kit.later import MemoryLater
from hub.domain.connection import Mode
from tests.harness import Harness
from tests.support import START
from tests.unit.connectors.linkedin_stub import (
    MEMBER,
    PAGE,
    Files,
    Platform,
    Ticking,
    client,
    schedule,
)


def test_a_scheduled_post_is_kept_for_later_as_publish_post() -> None:
    platform, later = Platform(MEMBER), MemoryLater()
    at = START + timedelta(days=3)
    given = schedule(at, author=PAGE, images=[{"id": "urn:li:image:a", "altText": "A"}])
    outcome = client(platform, later=later).schedule_post(given)
    assert outcome.data == {"scheduledId": "later_run_1.step_1", "at": "2026-03-05T09:00:00.000Z"}
    ((action, payload, when),) = later.calls.values()
    assert (action, when) == ("publish_post", at)
    assert PublishPost.model_validate(payload) == PublishPost.model_validate(
        given.model_dump(exclude={"publish_at"})
    )
    assert [request.url.path for request in platform.sent] == ["/v2/userinfo"]


def test_the_same_call_schedules_once() -> None:
    later, given = MemoryLater(), schedule(START + timedelta(days=3))
    first = client(Platform(MEMBER), later=later).schedule_post(given)
    again = client(Platform(MEMBER), later=later).schedule_post(given)
    assert first.data == again.data
    assert len(later.calls) == 1


@pytest.mark.parametrize(
    ("after", "code"),
    [
        (timedelta(0), "PUBLISH_AT_PAST"),
        (timedelta(seconds=-1), "PUBLISH_AT_PAST"),
        (timedelta(days=365, seconds=1), "PUBLISH_AT_TOO_FAR"),
    ],
)
def test_a_post_is_scheduled_within_a_year(after: timedelta, code: str) -> None:
    later = MemoryLater()
    outcome = client(Platform(MEMBER), later=later).schedule_post(schedule(START + after))
    assert (outcome.kind, outcome.code) == ("invalid_request", code)
    assert not later.calls


def test_the_last_moment_of_the_year_is_taken() -> None:
    later = MemoryLater()
    given = schedule(START + timedelta(days=365))
    assert client(Platform(MEMBER), later=later).schedule_post(given).ok


def test_without_a_scheduler_nothing_is_promised() -> None:
    outcome = client(Platform(MEMBER)).schedule_post(schedule(START + timedelta(days=1)))
    assert (outcome.kind, outcome.code) == ("invalid_request", "NO_SCHEDULER")


def test_with_a_bad_token_nothing_is_scheduled() -> None:
    later = MemoryLater()
    platform = Platform(httpx.Response(401, json={"message": "Expired", "status": 401}))
    outcome = client(platform, later=later).schedule_post(schedule(START + timedelta(days=1)))
    assert outcome.kind == "needs_reauth"
    assert not later.calls


def test_a_dry_run_shows_the_post_that_will_be_published() -> None:
    harness = Harness(CONNECTOR)
    given = {"text": "Later (on)", "publishAt": "2026-04-02T09:00:00Z"}
    shown = harness.act("schedule_post", given, harness.connect(mode=Mode.DRY_RUN)).data["request"]
    assert shown["url"] == "https://api.linkedin.com/rest/posts"
    assert json.loads(shown["body"])["commentary"] == r"Later \(on\)"
    assert not harness.later.calls


def test_a_scheduled_post_can_be_taken_back_once() -> None:
    later = MemoryLater()
    platform = Platform(MEMBER)
    scheduled = client(platform, later=later).schedule_post(schedule(START + timedelta(days=1)))
    given = CancelScheduled(scheduled_id=scheduled.data["scheduledId"])
    answers = [client(Platform(MEMBER), later=later).cancel_scheduled(given) for _ in range(2)]
    assert [answer.data for answer in answers] == [{"cancelled": True}, {"cancelled": False}]
    assert later.calls == {}


PHOTO = {"media": {"url": "https://example.com/a.png"}, "altText": "A"}
UPLOADED = {"media": {"objectKey": "uploads/abc/a.png"}}
FILM = {"media": {"url": "https://example.com/a.mp4"}, "title": "T"}


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"images": [PHOTO, UPLOADED, {"id": "urn:li:image:b"}]}, "image/png"),
        ({"video": FILM}, "video/mp4"),
    ],
)
def test_a_scheduled_post_brings_its_media_when_it_is_due(given: Any, kind: str) -> None:
    later, platform = MemoryLater(), Platform(MEMBER)
    scheduled = schedule(START + timedelta(days=3), **given)
    assert client(platform, later=later, media=Files(kind)).schedule_post(scheduled).ok
    ((action, payload, _),) = later.calls.values()
    assert action == "publish_post"
    assert PublishPost.model_validate(payload) == PublishPost.model_validate(
        {"text": "Later", **given}
    )
    assert len(platform.sent) == 1, "nothing is uploaded before its time"


@pytest.mark.parametrize(
    ("given", "kind", "code"),
    [
        ({"images": [PHOTO]}, "image/webp", "MEDIA_TYPE_UNSUPPORTED"),
        ({"video": FILM}, "video/quicktime", "MEDIA_TYPE_UNSUPPORTED"),
    ],
)
def test_media_that_linkedin_does_not_take_is_not_scheduled(
    given: Any, kind: str, code: str
) -> None:
    later = MemoryLater()
    outcome = client(Platform(MEMBER), later=later, media=Files(kind)).schedule_post(
        schedule(START + timedelta(days=3), **given)
    )
    assert (outcome.kind, outcome.code) == ("invalid_request", code)
    assert not later.calls


@pytest.mark.parametrize(
    ("image", "after", "code"),
    [
        (UPLOADED, timedelta(days=30), "MEDIA_GONE_BY_THEN"),
        (UPLOADED, timedelta(days=30) - timedelta(seconds=1), None),
        (PHOTO, timedelta(days=365), None),
    ],
)
def test_an_uploaded_object_is_not_promised_for_later_than_it_is_kept(
    image: Any, after: timedelta, code: str | None
) -> None:
    later = MemoryLater()
    outcome = client(Platform(MEMBER), later=later, media=Files()).schedule_post(
        schedule(START + after, images=[image])
    )
    assert outcome.code == code
    assert bool(later.calls) == (code is None)


def test_media_is_looked_at_before_only_as_long_as_there_is_time() -> None:
    later, files = MemoryLater(), Files()
    clock = Ticking(5)
    given = schedule(START + timedelta(days=3), images=[PHOTO, PHOTO, PHOTO, PHOTO])
    assert (
        client(Platform(MEMBER), later=later, media=files, clock=clock, budget=8)
        .schedule_post(given)
        .ok
    )
    assert 1 <= len(files.opened) < 4


def test_a_dry_run_shows_the_upload_that_comes_first() -> None:
    harness = Harness(CONNECTOR)
    over = harness.connect(mode=Mode.DRY_RUN)
    for action, given in [
        ("publish_post", {"images": [PHOTO]}),
        ("schedule_post", {"images": [PHOTO], "publishAt": "2026-04-01T09:00:00Z"}),
    ]:
        shown = harness.act(action, given, over).data["request"]
        assert shown["url"] == "https://api.linkedin.com/rest/images?action=initializeUpload"
