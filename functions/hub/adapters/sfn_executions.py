"""Executions over Step Functions: an execution is named after its run."""

import json
from typing import Any

from botocore.exceptions import ClientError

from hub.adapters.aws import error_code
from hub.domain.model import iso
from hub.domain.run import AgentRun
from hub.observability import logger

_OVER = ("TaskTimedOut", "TaskDoesNotExist", "InvalidToken")


class SfnExecutions:
    """Starts and stops executions of the agent_run state machine."""

    def __init__(self, client: Any, state_machine_arn: str) -> None:
        self._client = client
        self._machine = state_machine_arn

    def start(self, run: AgentRun) -> None:
        """Start the run's execution. One that exists already is left as it is."""
        given = {
            "runId": run.id,
            "organizationId": run.organization_id,
            "agentId": run.agent_id,
            "planner": run.planner,
            "createdAt": iso(run.created_at),
        }
        try:
            self._client.start_execution(
                stateMachineArn=self._machine, name=run.id, input=json.dumps(given)
            )
        except ClientError as error:
            if error_code(error) != "ExecutionAlreadyExists":
                raise

    def stop(self, run_id: str, cause: str) -> bool:
        """Stop the run's execution; False if there is none, or it ended before."""
        arn = f"{self._machine.replace(':stateMachine:', ':execution:')}:{run_id}"
        try:
            status = self._client.describe_execution(executionArn=arn)["status"]
            if status != "RUNNING":
                return False
            self._client.stop_execution(executionArn=arn, error="Cancelled", cause=cause)
        except ClientError as error:
            if error_code(error) != "ExecutionDoesNotExist":
                raise
            return False
        return True

    def resume(self, token: str) -> bool:
        """Let a waiting execution go on; False if it does not wait any more."""
        try:
            self._client.send_task_success(taskToken=token, output="{}")
        except ClientError as error:
            if error_code(error) not in _OVER:
                raise
            logger.info("the execution does not wait any more", extra={"code": error_code(error)})
            return False
        return True
