"""Warm handlers: the invocations of one plain run with one Slack step, one after the other.

Each function runs in a process of its own (`bench.probe`) against the embedded AWS. The run's
execution is played here, because the state machine would run the functions elsewhere.
"""

import json
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.functions import Function, functions
from bench.payloads import authorizer_event, http_event
from bench.results import BenchError, Units, Warm, WarmHandler
from bench.stack import ORGANIZATION, Stack, draft, to_slack
from bench.stats import Summary, chunks, mean
from bench.stream import RunsStream
from local.aws import tools

AUTHORIZER = "authorizer"
START = "agent-content: start (HTTP)"
PLAN = "agent-content: plan"
EXECUTE = "connector-slack: execute"
PUBLISH = "publisher"
NOTICE = "starter"

_ORDER = (AUTHORIZER, START, PLAN, EXECUTE, PUBLISH, NOTICE)
_WARM_UP = 5
# A sandbox remembers what was posted; a fresh one is as small as a real connection's state.
_RUNS_PER_CONNECTION = 10


class Probe:
    """A function in a process of its own."""

    def __init__(self, function: Function, endpoint: str, **variables: str) -> None:
        environment = function.environment(endpoint, **variables)
        environment["PYTHONPATH"] += f":{tools.ROOT}"
        self._name = function.name
        # A file, because nobody would read a pipe until it is full.
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 -- closed with the process
        self._process = subprocess.Popen(
            [tools.RUNTIME_PYTHON, "-m", "bench.probe", function.handler],
            cwd=function.code,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def __call__(self, event: Any) -> dict[str, Any]:
        """What `bench.probe` tells of one invocation."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(event) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._errors.seek(0)
            raise BenchError(f"{self._name} ended on an event: {self._errors.read()[-2000:]}")
        told: dict[str, Any] = json.loads(line)
        return told

    def close(self) -> None:
        """End the process."""
        self._process.communicate()
        self._errors.close()


@dataclass
class OneRun:
    """The invocations of one run by handler, and the stream records that it left."""

    invocations: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    records: Sequence[Mapping[str, Any]] = ()
    writes: float = 0.0


@dataclass(frozen=True)
class _Player:
    """Plays one run through the probes."""

    stack: Stack
    probes: Mapping[str, Probe]
    stream: RunsStream
    batches: int

    def play(self, connection: str) -> OneRun:
        run = OneRun()
        self._invoke(run, AUTHORIZER, authorizer_event(self.stack.key))
        order = http_event("/api/agents/content/runs", draft(to_slack(connection)))
        started = self._invoke(run, START, order)["answer"]
        if started["statusCode"] != 202:
            raise BenchError(f"the start answered {started}")
        run_id = json.loads(started["body"])["data"]["runId"]
        task = {"organizationId": ORGANIZATION, "runId": run_id, "attempt": 0}
        self._invoke(run, PLAN, {"task": "plan", **task})
        step = {"task": "execute", **task, "stepIndex": 0, "lastAttempt": False}
        executed = self._invoke(run, EXECUTE, step)["answer"]
        if executed["next"] != "done":
            raise BenchError(f"the step answered {executed}")
        finish(self.stack, run_id)
        run.records = self.stream.of(run_id)
        run.writes = self.stream.units(run.records)
        for batch in chunks(run.records, self.batches):
            answer = self._invoke(run, PUBLISH, {"Records": batch})["answer"]
            if answer["batchItemFailures"]:
                raise BenchError(f"the publisher answered {answer}")
        # The starter's filter lets new runs pass, some seconds later; here they come one by one.
        self._invoke(run, NOTICE, {"Records": run.records[:1]})
        return run

    def _invoke(self, run: OneRun, label: str, event: Any) -> dict[str, Any]:
        told = self.probes[label](event)
        run.invocations[label].append(told)
        return told


def measure(stack: Stack, runs: int, batches: int, progress: Callable[[str], None]) -> Warm:
    """Play `runs` runs whose stream records reach the publisher in `batches` batches each."""
    with stack.quiet_stream(), stack.subscription() as socket, _probes(stack) as probes:
        player = _Player(stack, probes, RunsStream(stack), batches)
        played: list[OneRun] = []
        connection = ""
        for number in range(_WARM_UP + runs):
            if number % _RUNS_PER_CONNECTION == 0:
                connection = stack.connection()
                progress(f"warm handlers: run {number} of {_WARM_UP + runs}")
            played.append(player.play(connection))
            # Read what was pushed, or the socket's buffer fills.
            while json.loads(socket.recv(timeout=10))["event"] != "agent:completed":
                pass
    return summarize(played[_WARM_UP:])


def summarize(runs: Sequence[OneRun]) -> Warm:
    """The handlers' times and the run's units, as the medians and means over the runs."""
    handlers = tuple(_handler(label, runs) for label in _ORDER)
    calls = [[call for told in _all(run) for call in told["calls"]] for run in runs]
    table = {call["table"] for run in calls for call in run if call["table"].find("RunsTable") > 0}
    others = [sum(c["writes"] for c in run if c["table"] not in table) for run in calls]
    requests = defaultdict[str, float](float)
    for run in calls:
        for call in run:
            requests[f"{call['service']}.{call['operation']}"] += 1 / len(runs)
    units = Units(
        writes=mean([run.writes for run in runs]) + mean(others),
        reads=mean([sum(c["reads"] for c in run) for run in calls]),
        requests=dict(sorted(requests.items())),
    )
    messages = requests.get("apigatewaymanagementapi.PostToConnection", 0.0)
    return Warm(handlers, units, mean([len(run.records) for run in runs]), messages)


def finish(stack: Stack, run_id: str) -> None:
    """Close a run's record as the state Finish does."""
    number = {"N": "100"}
    metrics = {name: number for name in ("durationMs", "items", "transitions")}
    stack.aws("dynamodb").update_item(
        TableName=stack.outputs["RunsTableName"],
        Key={"pk": {"S": f"ORG#{ORGANIZATION}#RUN#{run_id}"}, "sk": {"S": "RUN"}},
        UpdateExpression=(
            "SET #status = :status, progress = :all, completedAt = :at, #metrics = :metrics, "
            "endedSequence = #sequence + :one, #sequence = #sequence + :one"
        ),
        ExpressionAttributeNames={
            "#status": "status",
            "#sequence": "sequence",
            "#metrics": "metrics",
        },
        ExpressionAttributeValues={
            ":status": {"S": "completed"},
            ":all": number,
            ":at": {"S": "2026-03-02T09:00:00.000Z"},
            ":one": {"N": "1"},
            ":metrics": {"M": metrics},
        },
    )


@contextmanager
def _probes(stack: Stack) -> Iterator[dict[str, Probe]]:
    found = functions(stack)
    idle = {"STATE_MACHINE_ARN": stack.idle_machine}
    with ExitStack() as running:

        def probe(name: str, **variables: str) -> Probe:
            made = Probe(found[name], stack.endpoint, **variables)
            running.callback(made.close)
            return made

        agent = probe("agent-content", **idle)
        yield {
            AUTHORIZER: probe("authorizer"),
            START: agent,
            PLAN: agent,
            EXECUTE: probe("connector-slack"),
            PUBLISH: probe("publisher"),
            NOTICE: probe("starter", **idle),
        }


def _handler(label: str, runs: Sequence[OneRun]) -> WarmHandler:
    def per_run(part: Callable[[Mapping[str, Any]], float]) -> list[float]:
        return [sum(part(told) for told in run.invocations[label]) for run in runs]

    def ours(told: Mapping[str, Any]) -> float:
        return float(told["total"] - told["wire"] - told["sdk"])

    return WarmHandler(
        label=label,
        invocations=mean([len(run.invocations[label]) for run in runs]),
        total=Summary.of(per_run(lambda told: told["total"])),
        wire=Summary.of(per_run(lambda told: told["wire"])),
        sdk=Summary.of(per_run(lambda told: told["sdk"])),
        ours=Summary.of(per_run(ours)),
        calls=mean(per_run(lambda told: len(told["calls"]))),
    )


def _all(run: OneRun) -> list[dict[str, Any]]:
    return [told for invocations in run.invocations.values() for told in invocations]
