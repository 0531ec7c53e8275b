"""Posts and threads on X with media of their own: all of it uploaded before the first post."""

from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from connectors.x.app import CONNECTOR
from connectors.x.inputs import PostTweet
from hub.domain.connection import Mode
from tests.harness import Harness
from tests.unit.connectors.x_played import (
    BEGIN,
    FIRST,
    PAIR,
    PAIR_SENT,
    SECOND,
    SITE,
    STATUS,
    STORY,
    TWEET,
    Played,
    of,
    parts_of,
    post,
    thread,
)


def test_images_are_uploaded_and_described_before_their_post() -> None:
    x = Played()
    outcome = x.client().post_tweet(PAIR)
    assert outcome.data == {"id": "1900000000000000003", "text": "Launch"}
    assert x.sent == PAIR_SENT
    assert x.shown == [("Launch", [f"3_{FIRST}", f"3_{SECOND}"])]
    assert x.texts == ["A rocket", None]


def test_a_post_may_be_media_alone() -> None:
    x = Played()
    assert x.client().post_tweet(post("a.png", text="")).ok
    assert x.shown == [("", [f"3_{FIRST}"])]


@pytest.mark.parametrize("broken", range(1, len(PAIR_SENT) + 1))
@pytest.mark.parametrize("status", [429, 401, 503])
def test_a_post_goes_on_after_the_part_it_broke_at(broken: int, status: int) -> None:
    x = Played()
    x.instead[broken] = lambda _request: httpx.Response(status, json={"title": "No"})
    first = x.client().post_tweet(PAIR)
    kinds = {429: "rate_limited", 401: "needs_reauth", 503: "transient"}
    last = broken == len(PAIR_SENT)
    assert first.kind == ("unknown_outcome" if last and status == 503 else kinds[status])
    assert x.client().post_tweet(PAIR).ok
    assert x.sent == [*PAIR_SENT[:broken], *PAIR_SENT[broken - 1 :]]
    assert x.shown == [("Launch", [f"3_{FIRST}", f"3_{SECOND}"])]


def test_a_finished_post_is_not_made_again() -> None:
    x = Played()
    made = [x.client().post_tweet(PAIR).data for _ in range(2)]
    assert made[0] == made[1]
    assert x.sent == PAIR_SENT
    assert x.library.opened == ["a.png", "b.jpg"]


def test_a_call_begins_no_part_when_its_time_is_up() -> None:
    x = Played(seconds=5)
    told = [(one.message, one.retry_after) for one in x.until_done(lambda c: c.post_tweet(PAIR))]
    assert told == [
        ("media 1 of 2: all parts of the media are sent", 1),
        ("1 of 2 media are uploaded", 1),
        ("media 2 of 2: all parts of the media are sent", 1),
        (None, None),
    ]
    assert x.sent == PAIR_SENT


def test_a_post_waits_for_the_next_invocation_if_its_media_took_all_the_time() -> None:
    x = Played(seconds=3)
    given = post("a.png")
    told = [one.message for one in x.until_done(lambda c: c.post_tweet(given))]
    assert told == ["the media is uploaded, and the post is not published yet", None]
    assert x.sent == [BEGIN, *parts_of(FIRST), TWEET]


@pytest.mark.parametrize(("name", "key"), [("film.mp4", "7"), ("loop.gif", "16")])
def test_a_video_is_published_when_x_has_processed_it(name: str, key: str) -> None:
    x = Played()
    given = post(name, text="Film")
    x.instead[3] = lambda request: _later(x.answer(request), 3)
    x.instead[4] = lambda request: _later(x.answer(request), 7)
    outcomes = x.until_done(lambda c: c.post_tweet(given))
    assert [(one.kind, one.retry_after) for one in outcomes] == [
        ("in_progress", 3),
        ("in_progress", 7),
        ("ok", None),
    ]
    assert x.sent == [BEGIN, *parts_of(FIRST), STATUS, STATUS, TWEET]
    assert x.shown == [("Film", [f"{key}_{FIRST}"])]
    assert outcomes[0].message == "X is processing the media"
    # Waiting does not fetch it again.
    assert x.library.opened == [name]


def _later(answer: httpx.Response, seconds: int) -> httpx.Response:
    data = answer.json()["data"]
    data["processing_info"]["check_after_secs"] = seconds
    return httpx.Response(200, json={"data": data})


def test_media_that_x_cannot_process_is_named_and_nothing_is_published() -> None:
    x = Played()
    error = {"name": "InvalidMedia", "message": "Unsupported format"}
    failed = {"data": {"id": SECOND, "processing_info": {"state": "failed", "error": error}}}
    x.instead[6] = lambda _request: httpx.Response(200, json=failed)
    outcome = x.client().post_tweet(post("a.png", "b.png"))
    assert (outcome.kind, outcome.code) == ("invalid_request", "MEDIA_FAILED")
    assert outcome.message == "media 2 of 2: X could not process the media: Unsupported format"
    assert not x.shown


@pytest.mark.parametrize(
    ("names", "code", "said", "sent"),
    [
        (["film.mp4", "a.png"], "MEDIA_DO_NOT_FIT", "film.mp4 is video/mp4", []),
        (["loop.gif", "b.gif"], "MEDIA_DO_NOT_FIT", "loop.gif is image/gif", []),
        (
            ["a.png", "film.mp4"],
            "MEDIA_DO_NOT_FIT",
            "media 2 of 2: a post has up to 4 images, or 1 GIF, or 1 video",
            [BEGIN, *parts_of(FIRST)],
        ),
        (["words.vtt"], "MEDIA_TYPE_UNSUPPORTED", "words.vtt is text/vtt; leave it out", []),
        (["sheet.pdf"], "MEDIA_TYPE_UNSUPPORTED", "X does not take application/pdf", []),
    ],
)
def test_a_post_has_up_to_four_images_or_one_gif_or_one_video(
    names: list[str], code: str, said: str, sent: list[str]
) -> None:
    x = Played()
    outcome = x.client().post_tweet(post(*names))
    assert (outcome.kind, outcome.code) == ("invalid_request", code)
    assert said in (outcome.message or "")
    assert x.sent == sent


def test_a_text_that_is_too_long_uploads_nothing() -> None:
    x = Played()
    assert x.client().post_tweet(post("a.png", text="a" * 281)).code == "TEXT_TOO_LONG"
    assert not x.sent


def test_an_upload_without_an_id_does_not_look_like_a_post() -> None:
    x = Played()
    x.instead[1] = lambda _request: httpx.Response(200, json={"ok": True})
    outcome = x.client().post_tweet(post("a.png"))
    assert (outcome.kind, outcome.code) == ("invalid_request", "ANSWER_UNREADABLE")
    assert x.sent == [BEGIN]


def test_a_dry_run_shows_the_first_request_and_fetches_nothing() -> None:
    harness = Harness(CONNECTOR)
    over = harness.connect(mode=Mode.DRY_RUN)
    given = {"text": "Launch", "media": [of("a.png", "A rocket")]}
    shown = harness.act("post_tweet", given, over).data["request"]
    assert shown["url"] == "https://api.x.com/2/media/upload/initialize"
    assert harness.connections.load_note("acme", over.id, "call#key-1") is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"media": [of(f"{n}.png") for n in range(5)]}, "at most 4"),
        ({"media": []}, "at least 1"),
        ({"media": [of("a.png")], "mediaIds": ["1"]}, "either media or mediaIds"),
        ({"media": [of("a.png")], "quoteTweetId": "2"}, "only one of media, poll"),
        ({"media": [of("a.png", "a" * 1001)]}, "at most 1000"),
        ({"media": [{"url": SITE + "a.png"}]}, "Field required"),
    ],
)
def test_media_that_do_not_go_together_are_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        PostTweet.model_validate({"text": "Launch", **given})


# ------------------------------------------------------------------ threads


def test_all_media_of_a_thread_are_there_before_its_first_post() -> None:
    x = Played(seconds=1.5)
    x.state["media"] = {"7": {"ready": True, "category": "tweet_image", "key": "3_7"}}
    outcomes = x.until_done(lambda c: c.post_thread(STORY))
    assert outcomes[-1].data["ids"] == [post["id"] for post in reversed(x.state["posts"])]
    assert x.sent[-3:] == [TWEET] * 3
    assert TWEET not in x.sent[:-3]
    first, second, third = (str(int(FIRST) + n) for n in range(3))
    assert x.shown == [
        ("One", [f"3_{first}"]),
        ("Two", ["3_7"]),
        ("", [f"3_{second}", f"3_{third}"]),
    ]
    told = [one.message for one in outcomes]
    assert len(told) == len(set(told)), "work that goes on says how far it is"


def test_a_thread_with_media_that_x_does_not_take_is_not_begun() -> None:
    x = Played()
    given = thread({"text": "One"}, {"text": "Two", "media": [of("sheet.pdf")]})
    assert x.client().post_thread(given).code == "MEDIA_TYPE_UNSUPPORTED"
    assert not x.sent


def test_posts_of_a_thread_may_differ_in_their_media_alone() -> None:
    one, other = ({"text": "Look", "media": [of(name)]} for name in ("a.png", "b.png"))
    assert len(thread(one, other).tweets) == 2
    with pytest.raises(ValidationError, match="make the posts of the thread differ"):
        thread(one, one)
