"""Reaper: closes runs whose execution ended without closing them.

It hears every "Step Functions Execution Status Change" of the agent_run machine:
https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
"""

import json
import re
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from hub import wiring
from hub.domain.run import AgentRun, Failure, RunStatus
from hub.entrypoint import Event, entrypoint
from hub.observability import count, logger
from hub.ports import Change
from hub.validation import parse

_BAD_ENDINGS = frozenset({"FAILED", "TIMED_OUT", "ABORTED"})
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,63}")


class Ending(BaseModel):
    """The detail of a status change, as far as it matters here. `name` is the run's id.

    `input` is the execution's, a JSON text; null when Step Functions left it out for its size. The
    `cause` is not read: it may carry internal detail, and Step Functions shows it to operators.
    """

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True)

    execution_arn: str
    name: str
    status: str
    input: str | None = None
    error: str | None = None

    @property
    def organization_id(self) -> str | None:
        """Whose run it was; None if the input does not say."""
        try:
            given = json.loads(self.input or "null")
        except ValueError:
            return None
        found = given.get("organizationId") if isinstance(given, dict) else None
        return found if isinstance(found, str) else None


def reap(event: Event, _context: Any = None) -> None:
    """Close the run of an execution that failed, timed out or was stopped, unless it is closed.

    Repeatable. What cannot be closed is logged and counted, because no retry would change it.
    """
    ending = parse(Ending, event.get("detail"), "detail")
    if ending.status not in _BAD_ENDINGS:
        return
    organization = ending.organization_id
    run = wiring.runs().get(organization, ending.name) if organization else None
    if run is None:
        _give_up(ending, "unknown run" if organization else "unknown organization")
    elif not run.status.terminal:
        _close(ending, run)


def _close(ending: Ending, run: AgentRun) -> None:
    at = wiring.clock().now()

    def decide(run: AgentRun, sequence: int) -> Change | None:
        if run.status.terminal:
            return None
        status, failure = _verdict(ending, run)
        return Change(run.ended(status, sequence, at, failure))

    closed = wiring.runs().update(run.organization_id, run.id, decide, known=run)
    if _was_closed_here(closed, at):
        logger.warning("run reaped", extra={"runId": run.id, "status": closed.status})
        count("RunsReaped", status=closed.status)


def _was_closed_here(run: AgentRun, at: datetime) -> bool:
    """False when Finish, or a cancel, closed it between the read and the write."""
    return run.completed_at == at


def _verdict(ending: Ending, run: AgentRun) -> tuple[RunStatus, Failure]:
    if ending.status == "TIMED_OUT":
        message = "the run took longer than an execution may and was ended; start it again"
        return RunStatus.TIMED_OUT, Failure(code="TIMED_OUT", message=message)
    if ending.status == "ABORTED" and run.cancel_requested_at:
        return RunStatus.CANCELLED, Failure(code="CANCELLED", message="the run was cancelled")
    if ending.status == "ABORTED":
        message = "the execution was stopped in the Step Functions console or by an operator"
        return RunStatus.FAILED, Failure(code="ABORTED", message=message)
    message = (
        "the execution failed before the run could be finished; look at the run's steps before you "
        "start it again, and quote the run's id to your operator for the cause"
    )
    return RunStatus.FAILED, Failure(code=_code(ending.error), message=message)


def _code(error: str | None) -> str:
    """An error name fit for clients: `States.Runtime` is, a sentence is not."""
    return error if error and _IDENTIFIER.fullmatch(error) else "AGENT_EXECUTION_FAILED"


def _give_up(ending: Ending, reason: str) -> None:
    told = {"executionArn": ending.execution_arn, "status": ending.status, "reason": reason}
    logger.error("an execution ended and its run cannot be found", extra=told)
    count("RunsUnreapable", reason=reason)


handler = entrypoint(task=reap)
