"""What each function is asked at its cold start: something it really does, against real tables."""

import copy
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from bench.functions import Function
from bench.rie import Candidate
from bench.stack import ORGANIZATION, Stack
from local.aws import tools

_EVENTS = tools.ROOT / "events"

# The event of each function; functions that are not named here get the first event that bears
# their name. Agents and connectors have two sides and are started with each.
_CHOSEN = {
    "authorizer": "authorizer-http",
    "catalog": "catalog-connectors",
    "connections": "connections-list",
    "keys": "keys-list",
    "oauth": "oauth-start",
    "publisher": "publisher-events",
    "reaper": "reaper-failed",
    "runs": "runs-list",
    "schedules": "schedules-status",
    "sockets": "sockets-connect",
}

type Event = dict[str, Any]


def candidates(
    stack: Stack, functions: Mapping[str, Function]
) -> tuple[list[Candidate], list[str]]:
    """Everything to start cold, and the names of functions that no event is known for."""
    found: list[Candidate] = []
    unknown: list[str] = []
    for name, function in functions.items():
        made = list(_of(stack, function))
        found += made
        if not made:
            unknown.append(name)
    return found, unknown


def sample(name: str) -> Event:
    """An event of events/, by its file's name without the ending."""
    event: Event = json.loads((_EVENTS / f"{name}.json").read_text())
    return event


def http_event(path: str, body: Any, request_id: str = "req-bench") -> Event:
    """A POST of an operator as the HTTP API hands it to a function."""
    event = copy.deepcopy(sample("agent-content-start"))
    key = f"POST {path}"
    event["headers"].pop("idempotency-key", None)
    context = {**event["requestContext"], "routeKey": key, "requestId": request_id}
    context["http"] = {**context["http"], "path": path}
    return {
        **event,
        "routeKey": key,
        "rawPath": path,
        "requestContext": context,
        "body": json.dumps(body),
    }


def authorizer_event(key: str) -> Event:
    """What the HTTP API asks the authorizer about a request with this API key."""
    event = sample("authorizer-http")
    event["headers"]["authorization"] = f"Bearer {key}"
    return event


def _of(stack: Stack, function: Function) -> Iterator[Candidate]:
    kind, _, name = function.name.partition("-")
    if kind == "agent":
        yield from _agent(stack, function, name)
    elif kind == "connector":
        yield from _connector(stack, function, name)
    elif function.name == "authorizer":
        yield _candidate(stack, function, authorizer_event(stack.key))
    elif event := _event_of(function.name):
        yield _candidate(stack, function, event)


def _event_of(name: str) -> Event | None:
    if name in _CHOSEN:
        return sample(_CHOSEN[name])
    first = next(iter(sorted(_EVENTS.glob(f"{name}-*.json"))), None)
    return sample(first.stem) if first else None


def _agent(stack: Stack, function: Function, agent_id: str) -> Iterator[Candidate]:
    order = _default_order(agent_id)
    start = http_event(f"/api/agents/{agent_id}/runs", order)
    idle = {"STATE_MACHINE_ARN": stack.idle_machine}
    yield _candidate(stack, function, start, " (HTTP)", variables=idle)
    run_id = stack.start(agent=agent_id, **order)
    stack.wait(run_id)
    task = {"task": "plan", "organizationId": ORGANIZATION, "runId": run_id, "attempt": 0}
    yield _candidate(stack, function, task, " (plan)", _unplanned(stack, run_id))


def _connector(stack: Stack, function: Function, kind: str) -> Iterator[Candidate]:
    action = _test_action(kind)
    call = http_event(f"/api/connectors/{kind}/actions/{action}", {"input": {}})
    yield _candidate(stack, function, call, " (HTTP)")
    run_id = stack.start({"connector": kind, "action": action, "input": {}})
    stack.wait(run_id)
    task = {
        "task": "execute",
        "organizationId": ORGANIZATION,
        "runId": run_id,
        "stepIndex": 0,
        "attempt": 0,
        "lastAttempt": False,
    }
    yield _candidate(stack, function, task, " (execute)", _unexecuted(stack, run_id))


def _candidate(
    stack: Stack,
    function: Function,
    event: Event,
    side: str = "",
    prepare: Callable[[], None] = lambda: None,
    variables: Mapping[str, str] = MappingProxyType({}),
) -> Candidate:
    return Candidate(
        label=function.name + side,
        handler=function.handler,
        code=function.code,
        environment=function.environment(stack.endpoint, **variables),
        event=event,
        prepare=prepare,
    )


def _unplanned(stack: Stack, run_id: str) -> Callable[[], None]:
    """Makes an ended run one that is yet to be planned."""
    change = "SET #s = :queued, planned = :no, steps = :none REMOVE completedAt, endedSequence"
    values = {":queued": {"S": "queued"}, ":no": {"BOOL": False}, ":none": {"L": []}}
    return lambda: _change(stack, run_id, change, values)


def _unexecuted(stack: Stack, run_id: str) -> Callable[[], None]:
    """Makes an ended run one whose first step is yet to be executed."""
    change = "SET #s = :running, steps[0].#s = :pending REMOVE completedAt, endedSequence"
    values = {":running": {"S": "running"}, ":pending": {"S": "pending"}}
    return lambda: _change(stack, run_id, change, values)


def _change(stack: Stack, run_id: str, change: str, values: Mapping[str, Any]) -> None:
    stack.aws("dynamodb").update_item(
        TableName=stack.outputs["RunsTableName"],
        Key={"pk": {"S": f"ORG#{ORGANIZATION}#RUN#{run_id}"}, "sk": {"S": "RUN"}},
        UpdateExpression=change,
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues=values,
    )


def _default_order(agent_id: str) -> dict[str, Any]:
    """What a schedule that names nothing asks of an agent."""
    _import_path()
    from hub.agent_kit.catalog import load_agent

    agent = load_agent(agent_id)
    return {"intent": agent.default_intent, "input": dict(agent.default_input)}


def _test_action(kind: str) -> str:
    _import_path()
    from hub.connector_kit.registry import load_spec

    return load_spec(kind).test_action


def _import_path() -> None:
    source = str(tools.ROOT / "functions")
    if source not in sys.path:
        sys.path.append(source)
