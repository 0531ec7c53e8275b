"""What a client waits for on the embedded AWS: a run, a connector's answer, many runs at once."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from bench.cpu import CpuTime
from bench.results import BenchError, Latency
from bench.stack import Stack, to_slack
from bench.stats import Summary
from bench.timeline import Followed, hops, transitions

_DEADLINE = 60.0
_WARM_UP = 5
_RUNS_PER_CONNECTION = 10
# Each run also invokes the authorizer, the agent twice and the connector.
_OTHER_INVOCATIONS = 4
_SETTLE_SECONDS = 1.5
_BURST_WARM_UP = 3


def measure(
    stack: Stack,
    *,
    runs: int,
    calls: int,
    burst: int,
    concurrency: int,
    progress: Callable[[str], None],
) -> Latency:
    """Runs one by one, calls one by one, then `burst` runs with `concurrency` at a time."""
    progress(f"latency: {runs} runs, one after the other")
    followed = follow(stack, runs)
    progress(f"latency: {calls} calls of a connector, one after the other")
    answered = _calls(stack, calls)
    progress(f"latency: {burst} runs, {concurrency} at a time")
    together = _burst(stack, burst, concurrency)
    entered = {transitions(run.history) for run in followed}
    return Latency(
        run=Summary.of([run.milliseconds for run in followed]),
        hops=hops(followed),
        call=Summary.of(answered),
        runs_per_second=burst / together.seconds,
        concurrency=concurrency,
        concurrent_run=Summary.of([run.milliseconds for run in together.runs]),
        concurrent_hops=hops(together.runs),
        emulator_cpu_ms=together.cpu.emulator * 1000 / burst,
        functions_cpu_ms=together.cpu.functions * 1000 / burst,
        transitions=max(entered),
    )


def publisher_batches(stack: Stack, runs: int) -> float:
    """How often the publisher is invoked for one run, while runs come one after the other."""
    with stack.quiet_stream("publisher"):
        since = follow(stack, runs)[0].sent
        time.sleep(_SETTLE_SECONDS)
        return _invocations(stack, since) / runs - _OTHER_INVOCATIONS


def follow(stack: Stack, runs: int) -> list[Followed]:
    """Run one after the other, with a socket that listens."""
    connections = [stack.connection() for _ in range(-(-runs // _RUNS_PER_CONNECTION))]
    with stack.subscription() as socket:
        for _ in range(_WARM_UP):
            _await_ending(socket, stack.start(to_slack(connections[0])))
        time.sleep(_SETTLE_SECONDS)
        seen = [_timed_run(stack, socket, connections[i % len(connections)]) for i in range(runs)]
    return [Followed(sent, pushed, stack.history(run_id)) for sent, pushed, run_id in seen]


def _timed_run(stack: Stack, socket: ClientConnection, connection: str) -> tuple[float, float, str]:
    sent = time.time()
    run_id = stack.start(to_slack(connection))
    _await_ending(socket, run_id)
    return sent, time.time(), run_id


def _await_ending(socket: ClientConnection, run_id: str) -> None:
    while True:
        event = json.loads(socket.recv(timeout=_DEADLINE))
        if event["data"].get("runId") != run_id:
            continue
        if event["event"] == "agent:failed":
            raise BenchError(f"{run_id} failed: {event['data']}")
        if event["event"] == "agent:completed":
            return


def _invocations(stack: Stack, since: float) -> int:
    """How many invocations the stack's log tells of since then (seconds)."""
    pages = stack.aws("logs").get_paginator("filter_log_events")
    found = pages.paginate(
        logGroupName=stack.outputs["LogGroupName"],
        startTime=int(since * 1000),
        filterPattern="REPORT",
    )
    lines = [event["message"] for page in found for event in page["events"]]
    return sum(line.startswith("REPORT RequestId") for line in lines)


def _calls(stack: Stack, count: int) -> list[float]:
    body = {"connectionId": stack.connection(), "input": {}}
    times = []
    for _ in range(_WARM_UP + count):
        began = time.perf_counter()
        stack.data("POST", "/api/connectors/slack/actions/list_channels", body)
        times.append((time.perf_counter() - began) * 1000)
    return times[_WARM_UP:]


@dataclass
class _Endings:
    """Lets many threads wait for the endings that one socket brings."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ended: dict[str, threading.Event] = field(default_factory=dict)
    _failed: set[str] = field(default_factory=set)

    def listen(self, socket: ClientConnection) -> None:
        """Take in endings until the socket is closed."""
        try:
            for message in socket:
                event = json.loads(message)
                if event["event"] in {"agent:completed", "agent:failed"}:
                    self._tell(event["data"]["runId"], failed=event["event"] == "agent:failed")
        except ConnectionClosed:
            return

    def wait(self, run_id: str) -> None:
        """Return when the run has completed; BenchError if it failed or takes too long."""
        if not self._event(run_id).wait(_DEADLINE) or run_id in self._failed:
            raise BenchError(f"{run_id} did not complete among the runs at once")

    def _tell(self, run_id: str, *, failed: bool) -> None:
        if failed:
            self._failed.add(run_id)
        self._event(run_id).set()

    def _event(self, run_id: str) -> threading.Event:
        with self._lock:
            return self._ended.setdefault(run_id, threading.Event())


@contextmanager
def _endings(stack: Stack) -> Iterator[_Endings]:
    with stack.subscription() as socket:
        endings = _Endings()
        listener = threading.Thread(target=endings.listen, args=(socket,), daemon=True)
        listener.start()
        yield endings
        socket.close()
        listener.join(_DEADLINE)


@dataclass(frozen=True)
class _Burst:
    """Runs at once: each, the seconds of all, and the processor time they took."""

    runs: list[Followed]
    seconds: float
    cpu: CpuTime


def _burst(stack: Stack, count: int, concurrency: int) -> _Burst:
    # A connection for each few runs, or they would wait for each other at one sandbox's state.
    connections = [stack.connection() for _ in range(-(-count // _RUNS_PER_CONNECTION))]
    with _endings(stack) as endings, ThreadPoolExecutor(concurrency) as pool:

        def run(number: int) -> tuple[float, float, str]:
            sent = time.time()
            run_id = stack.start(to_slack(connections[number % len(connections)]))
            endings.wait(run_id)
            return sent, time.time(), run_id

        # The first runs start the workers; they are not counted.
        list(pool.map(run, range(_BURST_WARM_UP * concurrency)))
        before, began = stack.cpu_time(), time.perf_counter()
        seen = list(pool.map(run, range(count)))
        seconds, cpu = time.perf_counter() - began, stack.cpu_time().since(before)
    runs = [Followed(sent, pushed, stack.history(run_id)) for sent, pushed, run_id in seen]
    return _Burst(runs, seconds, cpu)
