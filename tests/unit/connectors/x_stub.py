"""A stand-in for X that answers as it is told, and what X's answers look like."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from connectors.x.client import XClient
from connectors.x.inputs import UploadMedia
from hub.connector_kit.client import ClientContext
from hub.connector_kit.media import Media, OpenMedia
from tests.support import FrozenClock

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


BEGUN = {"data": {"id": "77", "media_key": "3_77", "expires_after_secs": 86400}}
APPENDED = {"data": {"expires_at": 1772528400}}
DESCRIBED = {"data": {"id": "77"}}


def processed(state: str | None, **more: Any) -> dict[str, Any]:
    processing = {"processing_info": {"state": state, **more}} if state else {}
    return {"data": {"id": "77", "media_key": "3_77", "expires_after_secs": 86400, **processing}}


def upload(alt_text: str | None = None, **more: Any) -> UploadMedia:
    return UploadMedia(media=Media(url="https://example.com/a"), alt_text=alt_text, **more)


READY = {"mediaId": "77", "mediaKey": "3_77", "expiresAfterSecs": 86400}
