"""X as its twin plays it around a client, and posts with media that the tests share."""

from collections.abc import Callable, Iterator
from mimetypes import guess_type
from typing import Any

import httpx

from connectors.x.client import XClient
from connectors.x.inputs import PostThread, PostTweet
from connectors.x.sandbox import XTwin
from hub.connector_kit.client import ClientContext
from hub.connector_kit.journal import MemoryNotes
from hub.connector_kit.media import Media, OpenMedia
from hub.domain.outcome import Outcome
from tests.contract.oracles import x as oracle
from tests.support import FrozenClock

SITE = "https://example.com/"


class Library:
    """Files whose type their name tells; keeps the names of those that were opened."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    def open(self, media: Media) -> OpenMedia:
        name = (media.url or "").removeprefix(SITE)
        self.opened.append(name)
        return OpenMedia(name, guess_type(name)[0] or "", 10, _zeros)

    def link(self, _media: Media) -> str:
        raise AssertionError("X fetches nothing")


def _zeros(start: int, end: int) -> Iterator[bytes]:
    yield b"\x00" * (end - start)


type Answer = Callable[[httpx.Request], httpx.Response]


class Played:
    """X as its twin plays it, with every request held against X's contract.

    `seconds` is how long each takes. `instead` answers the request of a number, from 1.
    """

    def __init__(self, seconds: float = 0) -> None:
        self.clock, self.notes, self.library = FrozenClock(), MemoryNotes(), Library()
        self.state: dict[str, Any] = {}
        self.sent: list[str] = []
        self.seconds = seconds
        self.instead: dict[int, Answer] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        oracle.check(request)
        self.sent.append(request.url.path.removeprefix("/2"))
        self.clock.advance(self.seconds)
        return self.instead.get(len(self.sent), self.answer)(request)

    def answer(self, request: httpx.Request) -> httpx.Response:
        return XTwin().answer(request, self.state, self.clock.now())

    def lost(self, request: httpx.Request) -> httpx.Response:
        self.answer(request)
        raise httpx.ReadTimeout("lost")

    def client(self) -> XClient:
        """The client of another invocation of the same call."""
        return XClient(
            ClientContext(
                transport=httpx.MockTransport(self),
                credentials={"accessToken": "token-of-the-user"},
                clock=self.clock,
                call_key="run_1.step_1",
                media=self.library,
                notes=self.notes,
            )
        )

    def until_done(self, call: Callable[[XClient], Outcome]) -> list[Outcome]:
        """Invocations until one is not `in_progress`."""
        outcomes = [call(self.client())]
        while outcomes[-1].kind == "in_progress":
            assert len(outcomes) < 40, outcomes[-1]
            outcomes.append(call(self.client()))
        return outcomes

    @property
    def shown(self) -> list[tuple[str, list[str]]]:
        """Text and media keys of the posts, oldest first."""
        return [
            (post["text"], (post.get("attachments") or {}).get("media_keys", []))
            for post in reversed(self.state.get("posts", []))
        ]

    @property
    def texts(self) -> list[str | None]:
        """The alternative texts of the media, in the order of the uploads."""
        return [media.get("alt_text") for media in self.state.get("media", {}).values()]


def of(name: str, alt_text: str | None = None) -> dict[str, Any]:
    described = {"altText": alt_text} if alt_text else {}
    return {"media": {"url": SITE + name}, **described}


def post(*names: str, **more: Any) -> PostTweet:
    media = [of(name) for name in names]
    return PostTweet.model_validate({"text": "Launch", "media": media, **more})


def thread(*posts: dict[str, Any]) -> PostThread:
    return PostThread.model_validate({"tweets": list(posts)})


BEGIN, METADATA, STATUS, TWEET = (
    "/media/upload/initialize",
    "/media/metadata",
    "/media/upload",
    "/tweets",
)
FIRST, SECOND = "1900000000000000001", "1900000000000000002"


def parts_of(media_id: str) -> list[str]:
    return [f"/media/upload/{media_id}/append", f"/media/upload/{media_id}/finalize"]


PAIR = PostTweet.model_validate(
    {"text": "Launch", "media": [of("a.png", "A rocket"), of("b.jpg")], "taggedUserIds": ["12"]}
)
PAIR_SENT = [BEGIN, *parts_of(FIRST), METADATA, BEGIN, *parts_of(SECOND), TWEET]

STORY = thread(
    {"text": "One", "media": [of("a.png", "A rocket")]},
    {"text": "Two", "mediaIds": ["7"]},
    {"media": [of("b.png"), of("c.png")]},
)
