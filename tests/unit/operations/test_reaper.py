"""A run whose execution ended without closing it is closed, once, with a reason for its owner."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hub import wiring
from hub.adapters.memory_runs import MemoryRunStore
from hub.domain.errors import InvalidRequestError
from hub.domain.run import AgentRun, RunStatus
from hub.observability import logger
from hub.ports import Change, Decide
from operations.reaper import handler
from tests.support import START, FrozenClock

EVENTS = Path(__file__).parents[3] / "events"
CONTEXT = SimpleNamespace(
    function_name="reaper",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:reaper",
    aws_request_id="request-1",
)


def event(name: str, /, **detail: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    loaded["detail"].update(detail)
    return loaded


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FrozenClock:
    made = FrozenClock()
    monkeypatch.setattr(wiring, "clock", lambda: made)
    return made


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, clock: FrozenClock) -> MemoryRunStore:
    store = MemoryRunStore()
    monkeypatch.setattr(wiring, "runs", lambda: store)
    store.create(run())
    clock.advance(300)
    return store


def run(**more: object) -> AgentRun:
    fields: dict[str, object] = {
        "id": "run_1",
        "agent_id": "content",
        "organization_id": "acme",
        "intent": "generate-draft",
        "objective": "Draft",
        "status": RunStatus.RUNNING,
        "created_at": START,
        **more,
    }
    return AgentRun.model_validate(fields)


def reaped(store: MemoryRunStore) -> AgentRun:
    found = store.get("acme", "run_1")
    assert found
    return found


def counted(capsys: pytest.CaptureFixture[str], name: str) -> list[str]:
    """The dimension's value of each metric of that name."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    return [line.get("status") or line["reason"] for line in lines if name in line]


@pytest.mark.parametrize(
    ("sample", "detail", "status", "code"),
    [
        ("reaper-failed", {}, RunStatus.FAILED, "States.Runtime"),
        ("reaper-failed", {"error": "InvalidOutputError"}, RunStatus.FAILED, "InvalidOutputError"),
        ("reaper-failed", {"error": None}, RunStatus.FAILED, "AGENT_EXECUTION_FAILED"),
        ("reaper-failed", {"error": ""}, RunStatus.FAILED, "AGENT_EXECUTION_FAILED"),
        (
            "reaper-failed",
            {"error": "no such host db-7"},
            RunStatus.FAILED,
            "AGENT_EXECUTION_FAILED",
        ),
        ("reaper-failed", {"error": "X" * 65}, RunStatus.FAILED, "AGENT_EXECUTION_FAILED"),
        ("reaper-failed", {"error": "<b>x</b>"}, RunStatus.FAILED, "AGENT_EXECUTION_FAILED"),
        ("reaper-timed-out", {}, RunStatus.TIMED_OUT, "TIMED_OUT"),
        ("reaper-aborted", {}, RunStatus.FAILED, "ABORTED"),
    ],
)
def test_an_execution_that_ended_badly_closes_its_run(
    runs: MemoryRunStore,
    capsys: pytest.CaptureFixture[str],
    sample: str,
    detail: dict[str, Any],
    status: RunStatus,
    code: str,
) -> None:
    handler(event(sample, **detail), CONTEXT)
    closed = reaped(runs)
    assert (closed.status, closed.error_code) == (status, code)
    assert closed.error_message
    assert closed.completed_at == START + timedelta(seconds=300)
    assert closed.metrics
    assert closed.metrics.duration_ms == 300_000
    assert counted(capsys, "RunsReaped") == [status]


def test_an_abort_that_was_asked_for_is_a_cancelled_run(runs: MemoryRunStore) -> None:
    runs.update(
        "acme",
        "run_1",
        lambda run, _: Change(run.model_copy(update={"cancel_requested_at": START})),
    )
    handler(event("reaper-aborted"), CONTEXT)
    assert (reaped(runs).status, reaped(runs).error_code) == (RunStatus.CANCELLED, "CANCELLED")


def test_an_abort_nobody_asked_for_names_the_console(runs: MemoryRunStore) -> None:
    handler(event("reaper-aborted"), CONTEXT)
    assert "stopped in the Step Functions console or by an operator" in str(
        reaped(runs).error_message
    )


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is logged, as text."""
    stream = io.StringIO()
    tap = logging.StreamHandler(stream)
    tap.setFormatter(logger.registered_formatter)
    logger.addHandler(tap)
    yield stream
    logger.handlers.remove(tap)


@pytest.mark.parametrize("name", ["run_1", "by-hand"], ids=["closed", "given up"])
def test_the_raw_cause_is_neither_stored_nor_logged(
    runs: MemoryRunStore, log: io.StringIO, name: str
) -> None:
    sample = event("reaper-failed", name=name)
    assert "internal-host-7" in sample["detail"]["cause"]
    handler(sample, CONTEXT)
    assert "FAILED" in log.getvalue().upper()
    assert "internal-host-7" not in log.getvalue()
    assert "internal-host-7" not in reaped(runs).model_dump_json()


@pytest.mark.parametrize("status", [s for s in RunStatus if s.terminal])
def test_a_run_that_has_ended_is_left_as_it_is(
    runs: MemoryRunStore, capsys: pytest.CaptureFixture[str], status: RunStatus
) -> None:
    runs.update("acme", "run_1", lambda run, n: Change(run.ended(status, n, START)))
    before = reaped(runs)
    handler(event("reaper-failed"), CONTEXT)
    assert reaped(runs) == before
    assert counted(capsys, "RunsReaped") == []


@pytest.mark.parametrize("status", [s for s in RunStatus if not s.terminal])
def test_a_run_is_closed_whatever_it_waited_for(runs: MemoryRunStore, status: RunStatus) -> None:
    runs.update("acme", "run_1", lambda run, _: Change(run.with_status(status)))
    handler(event("reaper-timed-out"), CONTEXT)
    assert reaped(runs).status is RunStatus.TIMED_OUT


def test_a_second_delivery_changes_and_counts_nothing(
    runs: MemoryRunStore, clock: FrozenClock, capsys: pytest.CaptureFixture[str]
) -> None:
    handler(event("reaper-failed"), CONTEXT)
    first = reaped(runs)
    clock.advance(60)
    handler(event("reaper-aborted"), CONTEXT)
    assert reaped(runs) == first
    assert counted(capsys, "RunsReaped") == [RunStatus.FAILED]


def test_a_run_that_finishes_at_the_same_time_keeps_its_own_ending(
    runs: MemoryRunStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    update = runs.update

    def finished_first(
        organization: str, run_id: str, decide: Decide, known: AgentRun | None = None
    ) -> AgentRun:
        update(organization, run_id, lambda r, n: Change(r.ended(RunStatus.COMPLETED, n, START)))
        return update(organization, run_id, decide, known)

    monkeypatch.setattr(runs, "update", finished_first)
    handler(event("reaper-failed"), CONTEXT)
    assert reaped(runs).status is RunStatus.COMPLETED
    assert counted(capsys, "RunsReaped") == []


def test_followers_hear_the_ending(runs: MemoryRunStore) -> None:
    handler(event("reaper-timed-out"), CONTEXT)
    (told,) = runs.events("acme", "run_1", since=0, limit=10)
    assert (told.event, told.data["errorCode"]) == ("agent:failed", "TIMED_OUT")


@pytest.mark.parametrize("status", ["SUCCEEDED", "RUNNING"])
def test_other_statuses_are_none_of_its_business(runs: MemoryRunStore, status: str) -> None:
    handler(event("reaper-failed", status=status), CONTEXT)
    assert reaped(runs).status is RunStatus.RUNNING


@pytest.mark.parametrize(
    ("sample", "detail", "reason"),
    [
        ("reaper-input-omitted", {}, "unknown organization"),
        ("reaper-failed", {"input": "not JSON"}, "unknown organization"),
        ("reaper-failed", {"input": "[]"}, "unknown organization"),
        ("reaper-failed", {"input": '{"organizationId": 7}'}, "unknown organization"),
        ("reaper-failed", {"input": '{"organizationId": "globex"}'}, "unknown run"),
        ("reaper-failed", {"name": "by-hand"}, "unknown run"),
    ],
)
def test_what_cannot_be_closed_is_counted_and_not_retried(
    runs: MemoryRunStore,
    capsys: pytest.CaptureFixture[str],
    sample: str,
    detail: dict[str, Any],
    reason: str,
) -> None:
    handler(event(sample, **detail), CONTEXT)
    assert reaped(runs).status is RunStatus.RUNNING
    assert counted(capsys, "RunsUnreapable") == [reason]


def test_an_event_without_a_status_change_is_refused(runs: MemoryRunStore) -> None:
    with pytest.raises(InvalidRequestError, match="detail"):
        handler({"source": "aws.states", "detail": {}}, CONTEXT)
    assert reaped(runs).status is RunStatus.RUNNING
