"""Patches of Step Functions."""

import contextvars
import copy
import json
import random
import threading
from typing import Any

from ministack.core import responses
from ministack.services import stepfunctions as service

from local.aws.patches.code import replace_constant

type Json = dict[str, Any]

_LONGEST_DELAY_SECONDS = 31_622_400


def retry_delays() -> None:
    """`MaxDelaySeconds` and `JitterStrategy` shape the delays of a Retry.

    ministack 1.5.33 ignores both.
    """
    find = service._find_matching_retrier

    def find_with_delay(retriers: list[Json], error: str, counts: dict[int, int]) -> Any:
        retrier, index = find(retriers, error, counts)
        if retrier is None:
            return retrier, index
        growth = retrier.get("BackoffRate", 2.0) ** counts.get(index, 0)
        longest = retrier.get("MaxDelaySeconds", _LONGEST_DELAY_SECONDS)
        delay = min(retrier.get("IntervalSeconds", 1) * growth, longest)
        if retrier.get("JitterStrategy") == "FULL":
            delay = random.uniform(0, delay)  # noqa: S311 (no secret)
        return {**retrier, "IntervalSeconds": delay, "BackoffRate": 1}, index

    service._find_matching_retrier = find_with_delay


def idempotent_start() -> None:
    """Starting a running execution again, by name and with the same input, answers it.

    ministack 1.5.33 raises `ExecutionAlreadyExists`, which AWS does for another input or a
    closed execution only:
    https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
    """
    start = service._start_execution
    # Or two callers at once could both find no execution and both start one.
    lock = threading.Lock()

    def start_once(data: Json) -> Any:
        with lock:
            running = _running_execution(data)
            if running is None:
                return start(data)
        return responses.json_response(
            {"executionArn": running["executionArn"], "startDate": running["startDate"]}
        )

    service._start_execution = start_once


def _running_execution(data: Json) -> Json | None:
    machine = service._resolve_state_machine_arn(data.get("stateMachineArn", "").split("#")[0])
    if machine is None or not data.get("name"):
        return None
    arn = machine.replace(":stateMachine:", ":execution:") + ":" + data["name"]
    execution: Json | None = service._executions.get(arn)
    if execution is None or execution["status"] != "RUNNING":
        return None
    return execution if execution["input"] == data.get("input", "{}") else None


def immediate_start() -> None:
    """An execution starts at once.

    ministack 1.5.33 sleeps 0.15 s before the first state.
    """
    replace_constant(service._run_execution, 0.15, 0)


def nested_history() -> None:
    """The history tells of the states inside Map and Parallel.

    ministack 1.5.33 records the top level only, and numbers events twice when branches record
    at the same time.
    """
    add, lock = service._add_event, threading.Lock()

    def add_in_turn(execution: Json, kind: str, details: Json | None = None) -> Any:
        with lock:
            return add(execution, kind, details)

    service._add_event = add_in_turn
    service._run_sub_machine = _run_recorded


def timeout_expressions() -> None:
    """`TimeoutSeconds` of a task may be a JSONata expression.

    ministack 1.5.33 takes a number only.
    """
    run = service._execute_task

    def run_in_time(state: Json, value: Any, execution: Json, context: Json) -> Any:
        limit = state.get("TimeoutSeconds")
        if isinstance(limit, str):
            seconds = service._apply_jsonata_arguments({"Arguments": limit}, value, context)
            state = {**state, "TimeoutSeconds": seconds}
        return run(state, value, execution, context)

    service._execute_task = run_in_time


def _run_recorded(states: Json, start: str, value: Any, execution: Json, context: Json) -> Any:
    name: str | None = start
    value = copy.deepcopy(value)
    while name:
        state = states.get(name)
        if state is None:
            message = f"State '{name}' not found"
            raise service._ExecutionError("States.Runtime", message)
        context["State"] = {"Name": name, "EnteredTime": responses.now_iso(), "RetryCount": 0}
        kind = state.get("Type")
        _record(execution, kind, "Entered", {"name": name, "input": json.dumps(value)})
        value, following = _run_state(state, value, execution, context)
        _record(execution, kind, "Exited", {"name": name, "output": json.dumps(value)})
        name = following
    return value


def _record(execution: Json, kind: str, moment: str, details: Json) -> None:
    service._add_event(execution, f"{kind}State{moment}", {f"state{moment}EventDetails": details})


def _run_state(state: Json, value: Any, execution: Json, context: Json) -> tuple[Any, str | None]:
    kind = state.get("Type")
    if kind == "Fail":
        raise service._ExecutionError(*service._fail_state_error(state, value, context))
    if kind == "Succeed":
        value = service._apply_input_path(state, value, context)
        return service._apply_output_path(state, value, context), None
    if kind in ("Task", "Parallel", "Map"):
        run = getattr(service, f"_execute_{kind.lower()}")
        output, following = run(state, value, execution, context)
    elif kind in ("Pass", "Choice", "Wait"):
        run = getattr(service, f"_execute_{kind.lower()}")
        output, following = run(state, value, context)
    else:
        message = f"Unknown state type: {kind}"
        raise service._ExecutionError("States.Runtime", message)
    return output, following


class _Iterations:
    """The iterations of one run of a Map state, and what the first to fail failed with."""

    failure: BaseException | None = None


class _Watched(dict[str, Any]):
    """The states of one iteration; entering one of a failed Map ends the iteration alike."""

    def __init__(self, states: Json, iterations: _Iterations) -> None:
        super().__init__(states)
        self._iterations = iterations

    def get(self, name: str, default: Any = None) -> Any:
        if self._iterations.failure:
            # The same error, for the Map takes that of the lowest index, not of the first time.
            raise self._iterations.failure
        return super().get(name, default)


def map_stops_at_failure() -> None:
    """A failed iteration of an inline Map ends the Map: no other state starts in it.

    ministack 1.5.33 runs all the other iterations to their ends first.
    """
    run_items, run_machine = service._run_map_items, service._run_sub_machine
    current: contextvars.ContextVar[_Iterations | None] = contextvars.ContextVar("iterations")

    def run_watched_items(*arguments: Any) -> Any:
        token = current.set(_Iterations())
        try:
            return run_items(*arguments)
        finally:
            current.reset(token)

    def run_watched_machine(states: Json, *arguments: Any) -> Any:
        iterations = current.get(None)
        if iterations is None:
            return run_machine(states, *arguments)
        # A Parallel inside the iteration runs machines too, which are not iterations.
        token = current.set(None)
        try:
            return run_machine(_Watched(states, iterations), *arguments)
        except service._ExecutionError as error:
            iterations.failure = iterations.failure or error
            raise
        finally:
            current.reset(token)

    service._run_map_items = run_watched_items
    service._run_sub_machine = run_watched_machine
