"""The NeonHub API over HTTP: the one place that knows its envelope and its errors."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlsplit

import httpx

TIMEOUT_SECONDS = 35.0
"""Longer than API Gateway's 30 seconds, so that its answer arrives and not our impatience."""

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

type Json = Any


class NeonHubError(Exception):
    """What went wrong, as the one line a user reads."""


class UnreachableError(NeonHubError):
    """Nothing answers at the URL."""


class ApiError(NeonHubError):
    """The API refused. `code` is its stable code, `status` the HTTP status (0: not over HTTP)."""

    def __init__(
        self, code: str, message: str, *, request_id: str | None = None, status: int = 0
    ) -> None:
        told = f" (request id {request_id})" if request_id else ""
        super().__init__(f"{code}: {message}{told}")
        self.code = code
        self.message = message
        self.request_id = request_id
        self.status = status


def is_loopback(url: str) -> bool:
    """Whether a URL is this machine's own, which no proxy may come between."""
    try:
        return urlsplit(url).hostname in _LOOPBACK
    except ValueError:
        return False


class ApiClient:
    """Calls one stack with one API key or token; every method raises `NeonHubError`."""

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        transport: httpx.BaseTransport | None = None,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        if key and not (key.isascii() and key.isprintable()):
            raise NeonHubError("the API key has characters that no key has: copy it again")
        self.url = url.rstrip("/")
        self.key = key
        self._http = httpx.Client(
            headers={"authorization": f"Bearer {key}"} if key else {},
            transport=transport,
            timeout=timeout,
            trust_env=not is_loopback(url),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        body: Json = None,
        params: Mapping[str, str | int | None] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        """The `data` of an answer; parameters that are None are left out."""
        given = {name: value for name, value in (params or {}).items() if value is not None}
        try:
            response = self._http.request(
                method, self.url + path, json=body, params=given, headers=headers
            )
        except httpx.TimeoutException as error:
            message = f"no answer from {self.url} in time"
            raise UnreachableError(message) from error
        except httpx.ConnectError as error:
            message = f"nothing answers at {self.url} ({error})"
            raise UnreachableError(message) from error
        except (httpx.TransportError, httpx.InvalidURL) as error:
            message = f"cannot talk to {self.url} ({error})"
            raise UnreachableError(message) from error
        return _data(response, self.url)

    def health(self) -> Json:
        """Whether the stack is well; needs no key."""
        return self.request("GET", "/api/health")

    def start_run(
        self,
        agent: str,
        intent: str,
        given: Json,
        *,
        idempotency_key: str | None = None,
        simulate: Mapping[str, int] | None = None,
        approval: bool = False,
    ) -> Json:
        """Start a run: `{"runId", "status", …}`. The same key and request is the same run."""
        body = {"intent": intent, "input": given}
        if simulate:
            body["simulate"] = dict(simulate)
        if approval:
            body["approval"] = {}
        headers = {} if idempotency_key is None else {"idempotency-key": idempotency_key}
        path = f"/api/agents/{_segment(agent)}/runs"
        return self.request("POST", path, body=body, headers=headers)

    def decide(self, run_id: str, decision: str, comment: str | None = None) -> Json:
        """Approve or reject a run that waits for it: `decision` is approve or reject."""
        body = {"comment": comment} if comment else {}
        return self.request("POST", f"/api/runs/{_segment(run_id)}/{decision}", body=body)

    def replay(self, run_id: str, start: str | None = None) -> Json:
        """Start a run again, from `failed` or `start`: `{"runId", "parentRunId", …}`."""
        body = {"from": start} if start else {}
        return self.request("POST", f"/api/runs/{_segment(run_id)}/replay", body=body)

    def runs(self, **where: str | int | None) -> Json:
        """A page of runs, `{"runs", "cursor"}`, by agent, status, since, limit and cursor."""
        return self.request("GET", "/api/runs", params=where)

    def run(self, run_id: str) -> Json:
        """One run with its steps."""
        return self.request("GET", f"/api/runs/{_segment(run_id)}")

    def events(self, run_id: str, since: int = 0, limit: int = 200) -> list[Json]:
        """A run's events after an event id, at most `limit`, in order."""
        params = {"since": since, "limit": limit}
        answer = self.request("GET", f"/api/runs/{_segment(run_id)}/events", params=params)
        events: list[Json] = answer["events"]
        return events

    def cancel(self, run_id: str) -> Json:
        """Stop a run."""
        return self.request("POST", f"/api/runs/{_segment(run_id)}/cancel")

    def agents(self) -> list[Json]:
        """The agents there are, `{"id", …}` each."""
        agents: list[Json] = self.request("GET", "/api/agents")["agents"]
        return agents

    def schedule(self, agent: str) -> Json:
        """An agent's schedule; `scheduleExpression` is null if it has none."""
        return self.request("GET", f"/api/agents/{_segment(agent)}/schedule")

    def change_schedule(self, agent: str, change: str | None = None, body: Json = None) -> Json:
        """Set an agent's schedule; or `change` it: pause, resume, preview or backfill."""
        path = f"/api/agents/{_segment(agent)}/schedule" + (f"/{change}" if change else "")
        return self.request("POST", path, body=body)

    def delete_schedule(self, agent: str) -> Json:
        """Remove an agent's schedule."""
        return self.request("DELETE", f"/api/agents/{_segment(agent)}/schedule")

    def create_connection(self, body: Json) -> Json:
        """Connect an account of a platform."""
        return self.request("POST", "/api/connections", body=body)

    def connections(self, kind: str | None = None) -> list[Json]:
        """The organization's connections."""
        answer = self.request("GET", "/api/connections", params={"kind": kind})
        connections: list[Json] = answer["connections"]
        return connections

    def test_connection(self, connection_id: str) -> Json:
        """What the platform says to a harmless call: `{"ok", "outcome", …}`."""
        return self.request("POST", f"/api/connections/{_segment(connection_id)}/test")


def _segment(text: str) -> str:
    return quote(text, safe="")


def _data(response: httpx.Response, url: str) -> Json:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    content = answer if isinstance(answer, dict) else {}
    if response.is_success and content.get("success") is True:
        return content.get("data")
    if isinstance(error := content.get("error"), dict):
        code, message = str(error.get("code")), str(error.get("message"))
        raise ApiError(
            code, message, request_id=error.get("requestId"), status=response.status_code
        )
    raise _not_ours(response, content, url)


def _not_ours(response: httpx.Response, content: Mapping[str, Json], url: str) -> ApiError:
    """The error of an answer without our envelope: API Gateway's own, or somebody else's."""
    status = response.status_code
    names = ("apigw-requestid", "x-amzn-requestid", "x-amz-apigw-id")
    request_id = next((response.headers[n] for n in names if n in response.headers), None)
    if response.is_success or response.is_redirect:
        message = f"{url} does not answer as a NeonHub API does; check the URL"
        return ApiError("NOT_NEONHUB", message, request_id=request_id, status=status)
    message = str(content.get("message") or response.reason_phrase or "no reason given")
    return ApiError(f"HTTP_{status}", message, request_id=request_id, status=status)
