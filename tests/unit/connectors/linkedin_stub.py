"""A LinkedIn client over a stub that answers in order, and what its tests share."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import httpx

from connectors.linkedin.client import LinkedinClient
from connectors.linkedin.inputs import PublishPost, SchedulePost
from hub.connector_kit.client import ClientContext
from hub.connector_kit.media import Media, OpenMedia
from tests.contract.oracles import linkedin as oracle
from tests.support import START, FrozenClock

MEMBER = {"sub": "782bbtaQ", "name": "A Member"}
PERSON = "urn:li:person:782bbtaQ"
PAGE = "urn:li:organization:2414183"
SETTINGS = {"apiVersion": "202607"}
NOW = round(START.timestamp() * 1000)
DAY = 86_400_000

FORBIDDEN = httpx.Response(
    403, json={"message": "Accessing this resource is forbidden.", "status": 403}
)
"""What a token with w_member_social alone is told when it looks at media."""


class Platform:
    """Answers in order; the last answer again and again. Keeps what was sent."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.sent: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        oracle.check(request)
        self.sent.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    def body(self) -> Any:
        return json.loads(self.sent[-1].content)

    def paths(self) -> list[tuple[str, str]]:
        """Method and path of what was sent, the path without ids."""
        return [(r.method, r.url.path.partition("/urn:")[0]) for r in self.sent]


class Files:
    """Media of a type. Its bytes tell where they are from."""

    def __init__(self, content_type: str = "image/png", size: int = 600_000) -> None:
        self.content_type, self.size = content_type, size
        self.opened: list[str] = []

    def open(self, media: Media) -> OpenMedia:
        self.opened.append(str(media.url or media.object_key))
        return OpenMedia("file", self.content_type, self.size, content)

    def link(self, _media: Media) -> str:
        raise AssertionError("LinkedIn fetches nothing")


def content(start: int, end: int) -> Iterator[bytes]:
    """Bytes of a made-up file: each 64 KB of it are one digit."""
    while start < end:
        block = start // 65_536
        stop = min(end, (block + 1) * 65_536)
        yield bytes([block % 251]) * (stop - start)
        start = stop


class Ticking(FrozenClock):
    """A clock by which every look at it takes so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    def now(self) -> datetime:
        self.advance(self.seconds)
        return super().now()


def client(platform: Callable[[httpx.Request], httpx.Response], **more: Any) -> LinkedinClient:
    fields: dict[str, Any] = {
        "transport": httpx.MockTransport(platform),
        "credentials": {"accessToken": "member-token"},
        "clock": FrozenClock(),
        "call_key": "run_1.step_1",
        "settings": SETTINGS,
        **more,
    }
    return LinkedinClient(ClientContext(**fields))


def created(urn: str = "urn:li:share:7") -> httpx.Response:
    return httpx.Response(201, headers={"x-restli-id": urn})


def post(**fields: Any) -> PublishPost:
    return PublishPost.model_validate({"text": "Hello", "author": PAGE, **fields})


def schedule(at: datetime, **fields: Any) -> SchedulePost:
    return SchedulePost.model_validate({"text": "Later", "publishAt": at, **fields})


def shown(number: int, text: str, **more: Any) -> dict[str, Any]:
    """A post as LinkedIn lists it."""
    return {
        "id": f"urn:li:share:{number}",
        "commentary": text,
        "createdAt": NOW,
        "lifecycleState": "PUBLISHED",
        **more,
    }


def found(*posts: Any) -> dict[str, Any]:
    return {"elements": list(posts), "paging": {"start": 0, "count": 50, "links": []}}


def image_begun(name: str = "a") -> dict[str, Any]:
    return {
        "value": {
            "uploadUrlExpiresAt": NOW + DAY,
            "uploadUrl": f"https://www.linkedin.com/dms-uploads/{name}/uploaded-image/0?ca=x",
            "image": f"urn:li:image:{name}",
        }
    }


IMAGE_PUT = httpx.Response(201)


def status(name: str, **more: Any) -> dict[str, Any]:
    return {"id": "urn:li:image:a", "owner": PAGE, "status": name, **more}
