"""Where a run's time goes: its execution's history, cut into the hops between client and client."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.results import Hop
from bench.stats import Summary, mean
from bench.warm import AUTHORIZER, EXECUTE, PLAN, PUBLISH, START

REQUEST = "request until its execution starts"
PLANNING = "Plan task"
EXECUTING = "Execute task"
FINISHING = "Finish task (DynamoDB)"
BETWEEN = "state machine between its tasks"
PUSHING = "end of the execution until the push is received"

# Which handlers run within which hop; the publisher also runs beside the others.
HANDLERS = {
    REQUEST: (AUTHORIZER, START),
    PLANNING: (PLAN,),
    EXECUTING: (EXECUTE,),
    FINISHING: (),
    BETWEEN: (),
    PUSHING: (PUBLISH,),
}

_TASKS = {"Plan": PLANNING, "Execute": EXECUTING, "Finish": FINISHING}


@dataclass(frozen=True)
class Followed:
    """A run as its client saw it, in seconds since the epoch, with its execution's history."""

    sent: float
    pushed: float
    history: Sequence[Mapping[str, Any]]

    @property
    def milliseconds(self) -> float:
        """From the request to the pushed ending."""
        return (self.pushed - self.sent) * 1000


def hops_of(run: Followed) -> dict[str, float]:
    """The milliseconds of each hop; together they are the run's whole time."""
    times = {hop: 0.0 for hop in HANDLERS}
    task, scheduled = "", 0.0
    for event in run.history:
        at = event["timestamp"].timestamp()
        if event["type"] == "TaskStateEntered":
            task = event["stateEnteredEventDetails"]["name"]
        elif event["type"] == "TaskScheduled":
            scheduled = at
        elif event["type"] == "TaskSucceeded" and task in _TASKS:
            times[_TASKS[task]] += (at - scheduled) * 1000
    began = run.history[0]["timestamp"].timestamp()
    ended = run.history[-1]["timestamp"].timestamp()
    times[REQUEST] = (began - run.sent) * 1000
    times[PUSHING] = (run.pushed - ended) * 1000
    times[BETWEEN] = (ended - began) * 1000 - sum(times[hop] for hop in _TASKS.values())
    return times


def hops(runs: Sequence[Followed]) -> tuple[Hop, ...]:
    """The hops of many runs, in the order in which they happen."""
    times = [hops_of(run) for run in runs]
    return tuple(
        Hop(
            name=name,
            time=Summary.of([run[name] for run in times]),
            mean=mean([run[name] for run in times]),
            handlers=handlers,
        )
        for name, handlers in HANDLERS.items()
    )


def transitions(history: Sequence[Mapping[str, Any]]) -> int:
    """The states entered, which is what a Standard execution is billed for."""
    return sum(event["type"].endswith("StateEntered") for event in history)
