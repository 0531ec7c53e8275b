"""A connector's call whose time has come becomes a run of one step."""

import hashlib
from typing import Any

from hub import wiring
from hub.domain.model import Json, Record
from hub.domain.run import DELIVERY, AgentRun, Step, Trigger
from hub.entrypoint import Event
from hub.observability import logger
from hub.validation import parse


class Delivery(Record):
    """What EventBridge Scheduler delivers for a call that was made for later."""

    task: str
    later_id: str
    organization_id: str
    connection_id: str
    connector: str
    action: str
    payload: Json

    @property
    def run_id(self) -> str:
        """The id of the one run of this call, however often it is delivered."""
        text = f"{self.organization_id}:{self.connection_id}:{self.later_id}"
        return "run_" + hashlib.sha256(text.encode()).hexdigest()[:24]


def deliver(event: Event) -> dict[str, Any]:
    """Start the run of a call and answer its id and status. Repeatable after a crash."""
    given = parse(Delivery, event, "event")
    run = wiring.runs().create(_run(given))
    if not run.status.terminal:
        wiring.executions().start(run)
    logger.info("call is due", extra={"runId": run.id, "call": run.intent})
    return {"runId": run.id, "status": run.status}


def _run(given: Delivery) -> AgentRun:
    name = f"{given.connector}.{given.action}"
    built_in = given.connection_id == f"sandbox-{given.connector}"
    step = Step(
        id="step_1",
        name=name,
        connector=given.connector,
        action=given.action,
        connection_id=None if built_in else given.connection_id,
        payload=given.payload,
    )
    return AgentRun(
        id=given.run_id,
        agent_id=DELIVERY,
        organization_id=given.organization_id,
        intent=name,
        objective=f"Scheduled {name}",
        trigger=Trigger.SCHEDULE,
        schedule_id=given.later_id,
        planned=True,
        steps=(step,),
        created_at=wiring.clock().now(),
    )
