"""Builds a connector's Lambda handler: its HTTP side and its task side."""

from datetime import timedelta
from functools import cache
from typing import Any

from hub.connector_kit.connector import Caller, Connector
from hub.entrypoint import Event, LambdaHandler, entrypoint


def connector_handler(connector: Connector) -> LambdaHandler:
    """The handler of a connector's function.

    Tasks: `execute` and `reconcile` come from the state machine, and `plan` for a run that has its
    steps already; `test` comes from the connections API.
    Each side loads what it needs at its first call.
    """

    @cache
    def http_side() -> LambdaHandler:
        from hub.connector_kit.routes import connector_api

        return connector_api(connector, caller_of(connector))

    def http(event: Event, context: Any) -> Any:
        return http_side()(event, context)

    def task(event: Event, _context: Any) -> Any:
        match event.get("task"):
            case "test":
                return _test(connector, event)
            case "plan":
                return _plan(event)
            case _:
                return _step(connector, event)

    return entrypoint(http=http, task=task)


def caller_of(connector: Connector) -> Caller:
    """A Caller over the stack's own stores."""
    from hub import wiring
    from hub.settings import ConnectorSettings, load

    settings = load(ConnectorSettings)
    return Caller(
        connector=connector,
        connections=wiring.connections(),
        vault=wiring.vault(),
        clock=wiring.clock(),
        default_mode=settings.default_mode,
        call_timeout=settings.call_timeout,
        blobs=wiring.blobs,
        later=wiring.later if settings.schedules_calls else None,
        private_hosts=settings.allowed_hosts,
    )


def _step(connector: Connector, event: Event) -> Any:
    from hub import wiring
    from hub.connector_kit.steps import StepRunner, StepTask
    from hub.settings import ConnectorSettings, load

    window = timedelta(seconds=load(ConnectorSettings).function_timeout)
    runner = StepRunner(wiring.runs(), caller_of(connector), wiring.clock(), window)
    task = StepTask.model_validate(event)
    return runner.reconcile(task) if task.task == "reconcile" else runner.execute(task)


def _plan(event: Event) -> Any:
    from hub import wiring
    from hub.plan_task import plan_answer, take_up

    at = wiring.clock().now()
    run = wiring.runs().update(
        event["organizationId"],
        event["runId"],
        lambda run, sequence: take_up(run, sequence, at),
    )
    return plan_answer(run, event["attempt"])


def _test(connector: Connector, event: Event) -> Any:
    caller = caller_of(connector)
    action = connector.spec.action(connector.spec.test_action)
    connection = caller.connection(event["organizationId"], event["connectionId"])
    outcome = caller.perform(connection, action, action.input(), call_key="test")
    return outcome.to_json()
