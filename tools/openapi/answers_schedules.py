"""What the routes of schedules answer."""

from typing import Literal

from hub.domain.approval import DEFAULT_SECONDS
from hub.domain.model import Instant, Record
from hub.domain.run import Priority, RunStatus
from hub.domain.schedule import Overlap
from tools.openapi.shown import JsonObject


class ScheduleApproval(Record):
    """How long a run of the schedule waits for approval, in seconds."""

    timeout_seconds: int = DEFAULT_SECONDS


class Schedule(Record):
    """An agent's schedule; without one, `scheduleEnabled` is false and the rest null."""

    id: str
    name: str
    schedule_expression: str | None
    schedule_enabled: bool
    next_run_at: Instant | None
    next_runs: tuple[Instant, ...]
    timezone: str | None
    priority: Priority | None
    intent: str | None
    input: JsonObject | None
    approval: ScheduleApproval | None
    overlap: Overlap | None
    start_at: Instant | None
    end_at: Instant | None
    flexible_minutes: int | None
    pause_after_failures: int | None
    paused_at: Instant | None
    paused_by: str | None
    paused_reason: str | None
    consecutive_failures: int
    waiting_firings: tuple[Instant, ...]
    missed_firings: int
    last_missed_at: Instant | None
    overdue_since: Instant | None


class Task(Record):
    """A scheduled agent as the scheduler sees it."""

    agent_id: str
    agent_name: str
    priority: Priority
    next_run_time: Instant | None
    retry_count: int
    is_running: bool


class TaskWithError(Task):
    """A scheduled agent, with the error of its newest ended run."""

    last_error: str | None


class ShownSchedule(Schedule):
    """An agent's schedule with how it goes."""

    last_run_at: Instant | None
    status: Literal["running", "idle", "scheduled", "paused"]
    task_details: Task | None


class Message(Record):
    """What was done, in words."""

    message: str


class Session(Record):
    """A run as a session. `success` is null until it has ended; `duration` is in milliseconds."""

    id: str
    started_at: Instant
    completed_at: Instant | None
    success: bool | None
    duration: int | None
    output_summary: str | None
    error_message: str | None
    status: RunStatus
    intent: str


class Pagination(Record):
    """Where a page of sessions is; `total` counts up to 1,000, cursors go further."""

    total: int
    limit: int
    offset: int
    cursor: str | None


class Sessions(Record):
    """Sessions, newest first."""

    sessions: tuple[Session, ...]
    pagination: Pagination


class SchedulerStatus(Record):
    """What is scheduled and under way."""

    is_running: bool
    scheduled_tasks_count: int
    running_agents_count: int
    queued_tasks_count: int
    max_concurrent_agents: int
    tasks: tuple[TaskWithError, ...]


class ForeseenFiring(Record):
    """A time of a schedule on its own clock, and when that is; null if it is skipped."""

    at: Instant | None
    local: str
    fires: bool
    notes: tuple[str, ...]


class Preview(Record):
    """When a schedule would fire, and what EventBridge Scheduler is told."""

    schedule_expression: str
    scheduler_expressions: tuple[str, ...]
    timezone: str
    firings: tuple[ForeseenFiring, ...]


class BackfilledFiring(Record):
    """A firing in the past, and what became of it."""

    at: Instant
    run_id: str
    outcome: Literal["existed", "started", "waiting"]
    status: RunStatus | None


class Backfill(Record):
    """The firings of a backfill, and the ids of their runs by outcome; go on at `nextFrom`."""

    firings: tuple[BackfilledFiring, ...]
    started: tuple[str, ...]
    waiting: tuple[str, ...]
    existed: tuple[str, ...]
    next_from: Instant | None
