"""RunStore in memory: the twin of the DynamoDB store, held to the same contract tests."""

import base64
from collections.abc import Sequence

from hub.domain import events
from hub.domain.errors import InvalidRequestError, NotFoundError
from hub.domain.run import AgentRun, RunEvent
from hub.ports import Decide, Page, RunFilter


class MemoryRunStore:
    """Keeps runs in a dictionary."""

    def __init__(self) -> None:
        self._runs: dict[tuple[str, str], AgentRun] = {}
        self._events: dict[tuple[str, str], list[RunEvent]] = {}

    def create(self, run: AgentRun) -> AgentRun:
        """Store a new run; if its id is taken, return the run that has it."""
        return self._runs.setdefault((run.organization_id, run.id), run)

    def get(self, organization_id: str, run_id: str) -> AgentRun | None:
        """A run, or None."""
        return self._runs.get((organization_id, run_id))

    def update(
        self, organization_id: str, run_id: str, decide: Decide, known: AgentRun | None = None
    ) -> AgentRun:
        """Apply a decision with its event on the newest run."""
        key = (organization_id, run_id)
        run = self._load(organization_id, run_id)
        if known is not None and known.sequence == run.sequence:
            run = known
        change = decide(run, run.sequence + 1)
        if change is None:
            return run
        new = change.run.model_copy(update={"sequence": run.sequence + 1})
        self._runs[key] = new
        if change.event:
            self._events.setdefault(key, []).append(change.event)
        return new

    def list(
        self, organization_id: str, where: RunFilter, limit: int, cursor: str | None = None
    ) -> Page[AgentRun]:
        """Runs, newest first, without input, output and steps."""
        mine = [run for (owner, _), run in self._runs.items() if owner == organization_id]
        found = sorted(
            (run for run in mine if _matches(run, where)),
            key=lambda run: (run.created_at, run.id),
            reverse=True,
        )
        start = _offset(organization_id, cursor)
        page = [
            run.model_copy(update={"input": None, "output": None, "steps": ()})
            for run in found[start : start + limit]
        ]
        more = start + limit < len(found)
        return Page(page, _cursor(organization_id, start + limit) if more else None)

    def events(
        self, organization_id: str, run_id: str, since: int, limit: int
    ) -> Sequence[RunEvent]:
        """Events after `since`, with the ending of an ended run."""
        run = self._load(organization_id, run_id)
        stored = self._events.get((organization_id, run_id), [])
        found = [event for event in stored if event.id > since]
        return events.with_ending(run, found, since)[:limit]

    def _load(self, organization_id: str, run_id: str) -> AgentRun:
        run = self._runs.get((organization_id, run_id))
        if run is None:
            raise NotFoundError(f"there is no run {run_id!r} in your organization")
        return run


def _matches(run: AgentRun, where: RunFilter) -> bool:
    return (
        (where.agent_id is None or run.agent_id == where.agent_id)
        and (where.status is None or run.status is where.status)
        and (where.since is None or run.created_at >= where.since)
    )


def _cursor(organization_id: str, offset: int) -> str:
    return base64.urlsafe_b64encode(f"{organization_id}:{offset}".encode()).decode()


def _offset(organization_id: str, cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        owner, _, offset = base64.urlsafe_b64decode(cursor).decode().rpartition(":")
        if owner == organization_id:
            return int(offset)
    except ValueError:
        pass
    raise InvalidRequestError("the cursor is not one this list gave; start again without it")
