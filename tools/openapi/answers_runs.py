"""What the routes of runs answer."""

from pydantic import create_model

from hub.domain.model import Record
from hub.domain.run import AgentRun, RunEvent, RunStatus
from hub.domain.run import Step as StoredStep
from tools.openapi.shown import shown

RunStep = shown(
    StoredStep,
    "RunStep",
    "One platform call of a run's plan, with all that became of it. `retryAfter` is in seconds.",
    frozenset({"approval_token"}),
)

Run = shown(
    AgentRun,
    "Run",
    "A run with its steps. `durationMs` is null until it has ended; `lastEventId` is the newest "
    "of its events.",
    frozenset({"input_digest", "sequence", "ended_sequence", "planned"}),
    steps=(tuple[RunStep, ...], ()),  # type: ignore[valid-type]  # made by `shown`
    duration_ms=(int | None, ...),
    last_event_id=(int, ...),
)

CancelledRun = create_model(
    "CancelledRun",
    __base__=Run,
    __doc__="The run as it ended. `cancelled` is false if it ended otherwise meanwhile.",
    run_id=(str, ...),
    cancelled=(bool, ...),
)


class RunPage(Record):
    """Runs, newest first. With a cursor there are more."""

    runs: tuple[Run, ...]  # type: ignore[valid-type]  # made by `shown`
    cursor: str | None


class Events(Record):
    """Events of a run in order. Ask for those after `since` next."""

    events: tuple[RunEvent, ...]
    since: int


class Links(Record):
    """Where to follow a run."""

    self: str
    events: str


class StartedRun(Record):
    """A run that was started."""

    id: str
    run_id: str
    agent_id: str
    intent: str
    status: RunStatus
    links: Links


class ReplayedRun(StartedRun):
    """A run that was started from another."""

    parent_run_id: str
