"""X: posts as its contract has them, threads and uploads that go on, lookups by what a post is."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from connectors.x.app import CONNECTOR
from connectors.x.client import XClient
from connectors.x.inputs import (
    GetMetrics,
    PostThread,
    PostTweet,
    SearchTweets,
    UploadMedia,
)
from connectors.x.spec import SPEC
from connectors.x.upload import PART
from hub.connector_kit.client import ClientContext
from hub.connector_kit.journal import MemoryNotes
from hub.connector_kit.media import Media, OpenMedia
from hub.connector_kit.spec import NoInput
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.outcome import Outcome
from tests.contract.oracles import x as oracle
from tests.harness import Harness
from tests.support import START, FrozenClock

ME = {"data": {"id": "42", "username": "neonhub", "name": "NeonHub"}}


class Platform:
    """Answers in order; the last answer again and again. Keeps what was sent."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.sent: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.sent.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.sent if request.content]


class Files:
    """Media of a size and type."""

    def __init__(self, size: int = 10, content_type: str = "image/png") -> None:
        self.size, self.content_type = size, content_type

    def open(self, _media: Media) -> OpenMedia:
        return OpenMedia("file", self.content_type, self.size, self._read)

    def link(self, _media: Media) -> str:
        raise AssertionError("X fetches nothing")

    def _read(self, start: int, end: int) -> Iterator[bytes]:
        yield b"\x00" * (end - start)


def context(platform: Callable[[httpx.Request], httpx.Response], **more: Any) -> ClientContext:
    fields: dict[str, Any] = {
        "transport": httpx.MockTransport(platform),
        "credentials": {"accessToken": "user-token"},
        "clock": FrozenClock(),
        "call_key": "run_1.step_1",
        **more,
    }
    return ClientContext(**fields)


def client(platform: Platform, **more: Any) -> XClient:
    return XClient(context(platform, **more))


def created(number: int) -> httpx.Response:
    return httpx.Response(201, json={"data": {"id": str(number), "text": f"t{number}"}})


def test_a_post_goes_out_as_x_wants_it() -> None:
    platform = Platform(created(7))
    outcome = client(platform).post_tweet(
        PostTweet(
            media_ids=["1", "2"],
            tagged_user_ids=["3"],
            reply_to="4",
            exclude_reply_user_ids=["5"],
            reply_settings="subscribers",
            community_id="6",
            made_with_ai=True,
            paid_partnership=False,
        )
    )
    assert outcome.data == {"id": "7", "text": "t7"}
    (request,) = platform.sent
    assert (request.method, str(request.url)) == ("POST", "https://api.x.com/2/tweets")
    assert request.headers["authorization"] == "Bearer user-token"
    assert platform.bodies() == [
        {
            "text": "",
            "media": {"media_ids": ["1", "2"], "tagged_user_ids": ["3"]},
            "reply": {"in_reply_to_tweet_id": "4", "exclude_reply_user_ids": ["5"]},
            "reply_settings": "subscribers",
            "community_id": "6",
            "made_with_ai": True,
            "paid_partnership": False,
        }
    ]


def test_text_is_sent_even_with_media_alone() -> None:
    platform = Platform(created(1))
    client(platform).post_tweet(PostTweet(media_ids=["1"]))
    assert platform.bodies() == [{"text": "", "media": {"media_ids": ["1"]}}]


@pytest.mark.parametrize(
    ("text", "settings", "taken"),
    [
        ("a" * 280, {}, True),
        ("a" * 281, {}, False),
        ("漢" * 140, {}, True),
        ("漢" * 141, {}, False),
        ("https://example.com/" + "a" * 300, {}, True),
        ("a" * 25_000, {"longPosts": True}, True),
        ("a" * 281, {"longPosts": "true"}, True),
        ("a" * 281, {"longPosts": False}, False),
        ("a" * 281, {"longPosts": "false"}, False),
    ],
)
def test_a_post_is_as_long_as_its_account_may(
    text: str, settings: dict[str, Any], taken: bool
) -> None:
    platform = Platform(created(1))
    outcome = client(platform, settings=settings).post_tweet(PostTweet(text=text))
    assert outcome.ok is taken
    assert len(platform.sent) == taken
    assert taken or outcome.code == "TEXT_TOO_LONG"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "give a text"),
        ({"text": "  "}, "give a text"),
        ({"text": "x", "media_ids": list("12345")}, "at most 4"),
        ({"text": "x", "media_ids": ["abc"]}, "should match"),
        ({"media_ids": ["1"], "quote_tweet_id": "2"}, "only one of"),
        ({"text": "x", "tagged_user_ids": ["1"]}, "mediaIds too"),
        ({"text": "x", "exclude_reply_user_ids": ["1"]}, "replyTo too"),
        ({"text": "x", "poll": {"options": ["a"], "duration_minutes": 5}}, "at least 2"),
        ({"text": "x", "poll": {"options": ["a", "b"], "duration_minutes": 4}}, "greater"),
        ({"text": "x", "poll": {"options": ["a", "b" * 26], "duration_minutes": 5}}, "at most 25"),
        ({"text": "a" * 25_001}, "at most 25000"),
    ],
)
def test_a_post_that_x_would_refuse_is_refused_before(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        PostTweet.model_validate(given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ids": ["1"], "startTime": "2026-03-01T00:00:00Z"}, "both startTime and endTime"),
        ({"ids": ["1"], "granularity": "daily"}, "granularity is of a time"),
        (
            {
                "ids": ["1"],
                "startTime": "2026-03-01T00:00:00Z",
                "endTime": "2026-03-01T00:00:00Z",
            },
            "endTime must be after",
        ),
        (
            {
                "ids": ["1"],
                "privateMetrics": True,
                "startTime": "2026-03-01T00:00:00Z",
                "endTime": "2026-03-02T00:00:00Z",
            },
            "privateMetrics are of now",
        ),
        ({"ids": [str(n) for n in range(101)]}, "at most 100"),
    ],
)
def test_metrics_are_of_now_or_of_a_whole_time(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        GetMetrics.model_validate(given)


# ------------------------------------------------------------------ threads

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
        ([{"text": "one"}, {"text": ""}], "give a text or mediaIds"),
    ],
)
def test_a_thread_that_would_stop_in_its_middle_is_refused(tweets: list[Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        PostThread.model_validate({"tweets": tweets})


# ------------------------------------------------------------------ lookups

NOW = "2026-03-02T09:00:00.000Z"
OLD = "2026-03-02T08:59:59.000Z"


def shown(number: int, text: str, **more: Any) -> dict[str, Any]:
    return {"id": str(number), "text": text, "created_at": NOW, **more}


def reply(to: int) -> dict[str, Any]:
    return {"referenced_posts": [{"type": "replied_to", "id": str(to)}]}


def media(*ids: str) -> dict[str, Any]:
    return {"attachments": {"media_keys": [f"3_{one}" for one in ids]}}


def page(*posts: Any, **meta: Any) -> dict[str, Any]:
    return {
        **({"data": list(posts)} if posts else {}),
        "meta": {"result_count": len(posts), **meta},
    }


@pytest.mark.parametrize(
    ("given", "timeline", "verdict"),
    [
        ({"text": "Hi"}, page(), "not_done"),
        ({"text": "Hi"}, page(shown(1, "Other"), shown(2, "Hi")), "done"),
        ({"text": "Hi"}, page(shown(2, "Hi", created_at=OLD)), "not_done"),
        ({"text": "Hi"}, page(shown(1, "Other"), next_token="more"), "unknown"),
        ({"text": "Hi"}, page(shown(2, "Hi"), next_token="more"), "done"),
        ({"text": "A & B <3"}, page(shown(2, "A &amp; B &lt;3")), "done"),
        ({"text": "See https://example.com/a"}, page(shown(2, "See https://t.co/x")), "done"),
        ({"text": "See example.com"}, page(shown(2, "See https://t.co/x")), "done"),
        # Only a link: it cannot be told from another link.
        ({"text": "https://example.com/a"}, page(shown(2, "https://t.co/x")), "unknown"),
        ({"text": "https://example.com/a"}, page(shown(2, "Other")), "not_done"),
        (
            {"text": "Hi", "media_ids": ["5"]},
            page(shown(2, "Hi https://t.co/m", **media("5"))),
            "done",
        ),
        ({"media_ids": ["5"]}, page(shown(2, "https://t.co/m", **media("5"))), "done"),
        # The same words with other media, or not as the same reply: perhaps, perhaps not.
        ({"text": "Hi", "media_ids": ["5"]}, page(shown(2, "Hi https://t.co/m")), "unknown"),
        ({"text": "Hi"}, page(shown(2, "Hi", **media("6"))), "unknown"),
        ({"text": "Hi", "reply_to": "8"}, page(shown(2, "Hi", **reply(8))), "done"),
        ({"text": "Hi", "reply_to": "8"}, page(shown(2, "Hi")), "unknown"),
        ({"text": "Hi"}, page(shown(2, "Hi", **reply(8))), "unknown"),
        (
            {"text": "Hi", "reply_to": "8"},
            page(shown(2, "Hi", referenced_tweets=[{"type": "replied_to", "id": "8"}])),
            "done",
        ),
        (
            {"text": "long " * 100},
            page(shown(2, "long", note_post={"text": "long " * 100})),
            "done",
        ),
        (
            {"text": "long " * 100},
            page(shown(2, "long", note_tweet={"text": "long " * 100})),
            "done",
        ),
        ({"text": "Hi"}, httpx.Response(403, json={"title": "Forbidden"}), "unknown"),
        ({"text": "Hi"}, {"strange": True}, "unknown"),
    ],
)
def test_a_lost_post_is_known_by_what_it_is(
    given: dict[str, Any], timeline: Any, verdict: str
) -> None:
    platform = Platform(ME, timeline)
    since = START.replace(microsecond=400_000)
    seen = client(platform, settings={"longPosts": True}).reconcile(
        "post_tweet", PostTweet.model_validate(given), since
    )
    assert seen.verdict == verdict
    if verdict == "done":
        assert seen.data["id"] == "2"
    me, asked = platform.sent
    for request in platform.sent:
        oracle.check(request)
    assert (me.url.path, asked.url.path) == ("/2/users/me", "/2/users/42/tweets")
    assert asked.url.params["start_time"] == "2026-03-02T09:00:00Z"


@pytest.mark.parametrize("me", [httpx.Response(401), {"strange": True}])
def test_without_knowing_who_we_are_nothing_is_known(me: Any) -> None:
    given = PostTweet(text="Hi")
    assert client(Platform(me)).reconcile("post_tweet", given, START).verdict == "unknown"


def test_an_action_that_publishes_nothing_is_not_looked_up() -> None:
    assert client(Platform(ME)).reconcile("delete_tweet", NoInput(), START).verdict == "unknown"


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
def test_a_thread_whose_answer_is_lost_is_published_once(place: int) -> None:
    harness = Harness(CONNECTOR)
    sent = 0

    class Losing(XClient):
        """Loses the answer to the n-th post."""

        def _create(self, body: dict[str, Any]) -> Outcome:
            nonlocal sent
            sent += 1
            outcome = super()._create(body)
            lost = {"kind": "unknown_outcome", "code": "LOST", "data": None}
            return outcome.model_copy(update=lost) if sent == place else outcome

    harness.connector = replace(CONNECTOR, client=Losing)
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


# ------------------------------------------------------------------ uploads

BEGUN = {"data": {"id": "77", "media_key": "3_77", "expires_after_secs": 86400}}
APPENDED = {"data": {"expires_at": 1772528400}}
DESCRIBED = {"data": {"id": "77"}}


def processed(state: str | None, **more: Any) -> dict[str, Any]:
    processing = {"processing_info": {"state": state, **more}} if state else {}
    return {"data": {"id": "77", "media_key": "3_77", "expires_after_secs": 86400, **processing}}


def upload(alt_text: str | None = None, **more: Any) -> UploadMedia:
    return UploadMedia(media=Media(url="https://example.com/a"), alt_text=alt_text, **more)


READY = {"mediaId": "77", "mediaKey": "3_77", "expiresAfterSecs": 86400}


def test_an_image_is_sent_finalized_and_described() -> None:
    platform = Platform(BEGUN, APPENDED, processed(None), DESCRIBED)
    outcome = client(platform, media=Files()).upload_media(upload("A rocket"))
    assert outcome.data == READY
    begin, append, finalize, describe = platform.sent
    assert begin.url.path == "/2/media/upload/initialize"
    assert json.loads(begin.content) == {
        "media_type": "image/png",
        "total_bytes": 10,
        "media_category": "tweet_image",
    }
    assert append.url.path == "/2/media/upload/77/append"
    assert append.headers["content-type"].startswith("multipart/form-data")
    assert b'name="segment_index"\r\n\r\n0\r\n' in append.content
    assert b"\r\n\r\n" + b"\x00" * 10 + b"\r\n" in append.content
    assert finalize.url.path == "/2/media/upload/77/finalize"
    assert not finalize.content
    assert describe.url.path == "/2/media/metadata"
    assert json.loads(describe.content) == {
        "id": "77",
        "metadata": {"alt_text": {"text": "A rocket"}},
    }


def test_a_large_video_is_sent_in_parts() -> None:
    platform = Platform(BEGUN, APPENDED, APPENDED, APPENDED, processed(None))
    video = Files(2 * PART + 5, "video/mp4")
    assert client(platform, media=video).upload_media(upload()).data == READY
    parts = platform.sent[1:-1]
    assert [b'"segment_index"\r\n\r\n%d' % n in p.content for n, p in enumerate(parts)] == [
        True
    ] * 3
    sizes = [p.content.count(b"\x00") for p in parts]
    assert sizes == [PART, PART, 5]


@pytest.mark.parametrize("done", range(6))
def test_an_upload_goes_on_after_the_part_it_broke_at(done: int) -> None:
    answers = [BEGUN, APPENDED, APPENDED, APPENDED, processed(None), DESCRIBED]
    video, notes = Files(2 * PART + 5, "video/mp4"), MemoryNotes()
    broken = Platform(*answers[:done], httpx.Response(503))
    outcome = client(broken, media=video, notes=notes).upload_media(upload("A film"))
    assert outcome.kind == "transient"
    rest = Platform(*answers[done:])
    outcome = client(rest, media=video, notes=notes).upload_media(upload("A film"))
    assert outcome.data == READY
    every = [request.url.path for request in (*broken.sent[:-1], *rest.sent)]
    assert len(every) == 6
    assert len(rest.sent) == 6 - done


def test_an_upload_that_is_out_of_time_goes_on_next_time() -> None:
    clock, notes, video = FrozenClock(), MemoryNotes(), Files(2 * PART + 5, "video/mp4")

    def slow(request: httpx.Request) -> httpx.Response:
        clock.advance(4.5)
        return platform(request)

    platform = Platform(BEGUN, APPENDED, APPENDED, APPENDED, processed(None))
    first = XClient(context(slow, clock=clock, notes=notes, media=video)).upload_media(upload())
    assert (first.kind, first.retry_after) == ("in_progress", 1)
    assert first.message == "1 of 3 parts of the media are sent"
    later = XClient(context(slow, clock=clock, notes=notes, media=video)).upload_media(upload())
    assert later.data == READY
    assert len(platform.sent) == 5


def test_processing_is_waited_for_as_long_as_x_says() -> None:
    notes, video = MemoryNotes(), Files(10, "video/mp4")

    def call(*answers: Any) -> tuple[Outcome, Platform]:
        platform = Platform(*answers)
        return client(platform, media=video, notes=notes).upload_media(upload("x")), platform

    outcome, _ = call(BEGUN, APPENDED, processed("pending", check_after_secs=3))
    assert (outcome.kind, outcome.retry_after) == ("in_progress", 3)
    outcome, asked = call(processed("in_progress", check_after_secs=7))
    assert (outcome.kind, outcome.retry_after) == ("in_progress", 7)
    assert dict(asked.sent[0].url.params) == {"command": "STATUS", "media_id": "77"}
    outcome, done = call(processed("succeeded"), DESCRIBED)
    assert outcome.data == READY
    assert [request.method for request in done.sent] == ["GET", "POST"]
    outcome, again = call(httpx.Response(500))
    assert outcome.data == READY
    assert not again.sent


def test_media_that_x_cannot_process_is_refused_with_its_reason() -> None:
    error = {"name": "InvalidMedia", "message": "Unsupported video format"}
    platform = Platform(BEGUN, APPENDED, processed("failed", error=error))
    outcome = client(platform, media=Files(10, "video/mp4")).upload_media(upload())
    assert (outcome.kind, outcome.code) == ("invalid_request", "MEDIA_FAILED")
    assert "Unsupported video format" in (outcome.message or "")


@pytest.mark.parametrize(
    ("content_type", "size", "category", "code"),
    [
        ("application/pdf", 10, None, "MEDIA_TYPE_UNSUPPORTED"),
        ("application/pdf", 10, "tweet_image", "MEDIA_TYPE_UNSUPPORTED"),
        ("image/png", 5 * 2**20 + 1, None, "MEDIA_TOO_LARGE"),
        ("image/gif", 15 * 2**20 + 1, None, "MEDIA_TOO_LARGE"),
        ("video/mp4", 512 * 2**20 + 1, None, "MEDIA_TOO_LARGE"),
    ],
)
def test_media_that_x_does_not_take_is_not_sent(
    content_type: str, size: int, category: Any, code: str
) -> None:
    platform = Platform(BEGUN)
    outcome = client(platform, media=Files(size, content_type)).upload_media(
        upload(category=category)
    )
    assert (outcome.kind, outcome.code) == ("invalid_request", code)
    assert not platform.sent


@pytest.mark.parametrize(
    ("content_type", "category"),
    [
        ("image/gif", "tweet_gif"),
        ("image/webp", "tweet_image"),
        ("video/quicktime", "tweet_video"),
        ("text/srt", "subtitles"),
    ],
)
def test_a_category_follows_from_the_type(content_type: str, category: str) -> None:
    platform = Platform(BEGUN, APPENDED, processed(None))
    client(platform, media=Files(10, content_type)).upload_media(upload())
    assert json.loads(platform.sent[0].content)["media_category"] == category


# ------------------------------------------------------------------ reads


def test_partial_errors_do_not_hide_the_data() -> None:
    gone = {"type": "https://api.x.com/2/problems/resource-not-found", "detail": "Gone."}
    answer = {"data": [{"id": "1", "public_metrics": {"repost_count": 3}}], "errors": [gone]}
    outcome = client(Platform(answer)).get_metrics(GetMetrics(ids=["1", "2"]))
    assert outcome.data == {
        "metrics": [{"id": "1", "createdAt": None, "publicMetrics": {"repostCount": 3}}],
        "errors": [gone],
    }


def test_private_metrics_are_asked_for_only_when_wanted() -> None:
    platform = Platform({"data": []})
    client(platform).get_metrics(GetMetrics(ids=["1"]))
    client(platform).get_metrics(GetMetrics(ids=["1"], private_metrics=True))
    public, private = (request.url.params["post.fields"] for request in platform.sent)
    assert public == "created_at,public_metrics"
    assert private == "created_at,public_metrics,non_public_metrics,organic_metrics"


def test_metrics_over_a_time_come_in_buckets() -> None:
    bucket = {"timestamp": "2026-03-01T00:00:00Z", "metrics": {"url_clicks": 2}}
    platform = Platform({"data": [{"id": "1", "timestamped_metrics": [bucket]}]})
    given = GetMetrics.model_validate(
        {"ids": ["1"], "startTime": "2026-03-01T01:00:00+01:00", "endTime": "2026-03-02T00:00:00Z"}
    )
    outcome = client(platform).get_metrics(given)
    assert outcome.data["metrics"] == [
        {"id": "1", "buckets": [{"timestamp": "2026-03-01T00:00:00Z", "urlClicks": 2}]}
    ]
    assert platform.sent[0].url.params["start_time"] == "2026-03-01T00:00:00Z"


def test_a_search_without_results_is_an_empty_page() -> None:
    outcome = client(Platform(page())).search_tweets(SearchTweets(query="x"))
    assert outcome.data == {"tweets": [], "cursor": None, "errors": []}


def test_a_search_ends() -> None:
    harness = Harness(CONNECTOR)
    for number in range(25):
        assert harness.act("post_tweet", {"text": f"launch {number}"}).ok
    found: list[str] = []
    cursor, pages = None, 0
    while True:
        given = {"query": "launch", **({"cursor": cursor} if cursor else {})}
        data = harness.act("search_tweets", given).data
        found += [tweet["text"] for tweet in data["tweets"]]
        cursor, pages = data["cursor"], pages + 1
        if cursor is None:
            break
    assert pages == 3
    assert sorted(found) == sorted(f"launch {number}" for number in range(25))


def test_a_found_post_has_its_author() -> None:
    harness = Harness(CONNECTOR)
    harness.act("post_tweet", {"text": "launch"})
    (tweet,) = harness.act("search_tweets", {"query": "launch"}).data["tweets"]
    assert (tweet["authorUsername"], tweet["createdAt"]) == ("neonhub_sandbox", NOW)
    assert tweet["metrics"]["likeCount"] == 0


# ------------------------------------------------------------------ the sandbox


@pytest.mark.parametrize(
    ("action", "given", "code"),
    [
        ("post_tweet", {"text": "Hi", "mediaIds": ["5"]}, "invalid-request"),
        ("post_tweet", {"text": "Hi", "replyTo": "5"}, "HTTP_403"),
        ("delete_tweet", {"id": "5"}, "resource-not-found"),
        ("get_metrics", {"ids": ["5"]}, "resource-not-found"),
        ("search_tweets", {"query": "x", "cursor": "nonsense"}, "invalid-request"),
    ],
)
def test_the_sandbox_refuses_what_x_refuses(action: str, given: Any, code: str) -> None:
    outcome = Harness(CONNECTOR).act(action, given)
    assert (outcome.kind, outcome.code) == ("invalid_request", code)


def test_the_sandbox_takes_no_text_twice() -> None:
    harness = Harness(CONNECTOR)
    assert harness.act("post_tweet", {"text": "Hi"}).ok
    assert harness.act("post_tweet", {"text": "Hi"}).code == "duplicate-content"


def test_a_deleted_post_is_gone() -> None:
    harness = Harness(CONNECTOR)
    posted = harness.act("post_tweet", {"text": "Hi"}).data["id"]
    assert harness.act("delete_tweet", {"id": posted}).data == {"deleted": True}
    assert harness.act("get_metrics", {"ids": [posted]}).kind == "invalid_request"


def test_the_reset_header_of_the_sandbox_is_of_its_own_time() -> None:
    harness = Harness(CONNECTOR)
    harness.clock.advance(12_345)
    failure = SandboxFailure(kind=Injection.RATE_LIMIT, retry_after=60)
    outcome = harness.act("test_connection", {}, harness.connect(failure))
    assert (outcome.kind, outcome.retry_after) == ("rate_limited", 60)


def test_the_spec_names_the_scopes_its_actions_need() -> None:
    assert {"tweet.write", "media.write", "offline.access"} <= set(SPEC.auth.scopes)
    assert SPEC.auth.oauth is not None
    assert SPEC.auth.oauth.pkce
