"""A Graph API that answers as it is told, and lets through only what Meta's contract allows."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx

from tests.support import START

TIME = "%Y-%m-%dT%H:%M:%S+0000"
IMAGE = {"url": "https://example.com/a.jpg"}
VIDEO = {"url": "https://example.com/b.mp4"}
LOST = httpx.ReadTimeout("lost")
REFUSED = httpx.Response(403, json={"error": {"message": "no", "code": 10}})
MORE = {"cursors": {"after": "n"}, "next": "https://graph.facebook.com/x?after=n"}
"""The paging of a list that goes on."""

type Answer = httpx.Response | dict[str, Any] | Exception
type Answers = dict[str, Answer | list[Answer]]


class Meta:
    """Answers by method and last part of the path; a list is answered one after the other.

    Whatever is sent, a read back too, is held against the contract.
    """

    def __init__(self, answers: Answers, check: Callable[[httpx.Request], None]) -> None:
        self._answers = {
            key: list(value) if isinstance(value, list) else value for key, value in answers.items()
        }
        self._check = check
        self.sent: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self._check(request)
        self.sent.append(request)
        found = self._answers[called(request)]
        answer = found.pop(0) if isinstance(found, list) else found
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    @property
    def calls(self) -> list[str]:
        return [called(request) for request in self.sent]


def called(request: httpx.Request) -> str:
    """A request's method and the last part of its path."""
    return f"{request.method} {request.url.path.rpartition('/')[2]}"


def raw_form(request: httpx.Request) -> dict[str, str]:
    """A request's form as it was sent."""
    return dict(parse_qsl(request.content.decode(), keep_blank_values=True))


def form(request: httpx.Request) -> dict[str, Any]:
    """A request's form, with what is JSON in it parsed."""
    return {k: json.loads(v) if v[:1] in "[{" else v for k, v in raw_form(request).items()}


def stamp(seconds: int) -> str:
    """A time after the clock's, as Meta writes it."""
    return (START + timedelta(seconds=seconds)).strftime(TIME)
