"""The HTTP client of every connector: one call in, one Outcome out.

It never repeats a write. Reads are tried again for up to two seconds, because a caller waits for
them; all other waiting belongs to the state machine.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

import httpx

from hub.connector_kit.budget import Heard, limit_of
from hub.connector_kit.journal import Journal, MemoryNotes, Notes
from hub.connector_kit.later import Later
from hub.connector_kit.media import MediaSource, SandboxMedia
from hub.connector_kit.outcomes import Answer, OutcomeTable, Verdict, resolve
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, OutcomeKind
from hub.ports import Clock

READ_RETRY_SECONDS = 2.0
MAX_BODY_BYTES = 5 * 1024 * 1024
USER_AGENT = "NeonHub/0.1"

# Before these the request had not left: nothing can have happened, whatever the action.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True)
class ClientContext:
    """What a client is given: where its calls go, who it is, the time, and its limits.

    `call_key` identifies this call for ever; clients put it where the platform can show it again.
    `notes` are what the connection remembers, `journal` what this call has done so far. `later`
    makes a call at another time. `dry_run`: nothing is sent, so nothing may be kept either.
    `private_hosts` may be reached though they are not public. `budget`: seconds of one invocation
    that a call of many parts, like the upload of a video, may use before it answers `in_progress`.
    `heard` collects what answers say of rate limits.
    """

    transport: httpx.BaseTransport
    credentials: Mapping[str, str]
    clock: Clock
    settings: Mapping[str, Json] = field(default_factory=dict)
    call_key: str = ""
    timeout: float = 10.0
    media: MediaSource = field(default_factory=SandboxMedia)
    notes: Notes = field(default_factory=MemoryNotes)
    later: Later | None = None
    dry_run: bool = False
    private_hosts: frozenset[str] = frozenset()
    budget: float = 8.0
    heard: Heard = field(default_factory=Heard)
    _began: datetime = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_began", self.clock.now())

    @property
    def time_is_up(self) -> bool:
        """Whether a call of many parts must stop now and answer `in_progress`."""
        return (self.clock.now() - self._began).total_seconds() >= self.budget

    @cached_property
    def journal(self) -> Journal:
        """What this call has done so far."""
        return Journal(self.notes, self.call_key)

    def token(self, length: int) -> str:
        """The call's key as hexadecimal digits, for platforms that take a short or plain one."""
        return sha256(self.call_key.encode()).hexdigest()[:length]

    def setting(self, name: str) -> str:
        """A setting as text; empty if the connection does not have it."""
        value = self.settings.get(name)
        return "" if value is None else str(value)


class PlatformClient:
    """Sends requests to one platform and reads its answers by the connector's outcome table."""

    def __init__(
        self,
        context: ClientContext,
        base_url: str,
        table: OutcomeTable,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> None:
        self._context = context
        self._table = table
        self._http = httpx.Client(
            transport=context.transport,
            base_url=base_url,
            headers={"User-Agent": USER_AGENT, **(headers or {})},
            auth=auth,
            timeout=httpx.Timeout(context.timeout, connect=min(3.0, context.timeout)),
            follow_redirects=False,
        )

    def call(
        self,
        method: str,
        path: str,
        effect: Effect,
        read: Callable[[Any], Json] = lambda body: body,
        *,
        whole: bool = False,
        **request: Any,
    ) -> Outcome:
        """Send one request; `read` makes the action's data of an ok body.

        With `whole` it is given the whole Answer: for platforms that answer in headers. `request`
        takes httpx's `json`, `data`, `params`, `content`, `files` and `headers`; `path` may be a
        URL of another host.
        """

        def once() -> Outcome:
            return self._once(self._http.build_request(method, path, **request), effect, whole)

        outcome = retrying_read(once) if effect is Effect.READ else once()
        return with_data(outcome, read)

    def _once(self, request: httpx.Request, effect: Effect, whole: bool) -> Outcome:
        def send() -> Outcome:
            answer, now = answer_of(self._http.send(request)), self._context.clock.now()
            outcome = self._table.outcome(answer, effect, now)
            self._context.heard.add(limit_of(self._table, answer, outcome, now))
            return outcome.model_copy(update={"data": answer}) if whole and outcome.ok else outcome

        return guarded(effect, send)


def guarded(effect: Effect, send: Callable[[], Outcome]) -> Outcome:
    """Send, turning every failure of the network into an outcome."""
    try:
        return send()
    except _NOT_SENT as error:
        return _network(OutcomeKind.TRANSIENT, error, "the platform could not be reached")
    except httpx.TransportError as error:
        kind = resolve(Verdict.AMBIGUOUS, effect)
        return _network(kind, error, "the platform did not answer in time or broke off")


def retrying_read(once: Callable[[], Outcome]) -> Outcome:
    """Repeat a read while its outcome is transient, for up to two seconds in all."""
    from tenacity import Retrying, retry_if_result, stop_after_delay, wait_random_exponential

    retrying = Retrying(
        retry=retry_if_result(lambda outcome: outcome.kind is OutcomeKind.TRANSIENT),
        wait=wait_random_exponential(multiplier=0.1, max=0.5),
        stop=stop_after_delay(READ_RETRY_SECONDS),
        retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
    )
    result: Outcome = retrying(once)
    return result


def with_data(outcome: Outcome, read: Callable[[Any], Json]) -> Outcome:
    """An ok outcome with the action's own data; an answer of another shape is kept as it came.

    The platform did what was asked, so a body we cannot read must not look like a failure.
    """
    if not outcome.ok:
        return outcome
    try:
        return outcome.model_copy(update={"data": read(outcome.data)})
    except (KeyError, TypeError, IndexError, AttributeError):
        body = outcome.data.body if isinstance(outcome.data, Answer) else outcome.data
        return outcome.model_copy(update={"data": {"unrecognizedAnswer": body}})


def answer_of(response: httpx.Response) -> Answer:
    """An httpx response as an Answer; a JSON body is parsed, any other kept as text."""
    text = response.text[:MAX_BODY_BYTES]
    try:
        body: Any = json.loads(text) if text else None
    except ValueError:
        body = text
    return Answer(response.status_code, dict(response.headers), body)


def _network(kind: OutcomeKind, error: Exception, message: str) -> Outcome:
    return Outcome(kind=kind, code=type(error).__name__, message=message)
