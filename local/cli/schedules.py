"""`neonhub schedules`: list, show, set, pause, resume, preview, backfill and delete schedules."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from local.cli import parsing
from local.cli.output import day_time, note, plain, print_json, say, show, status_text, table
from local.cli.session import session

schedules = typer.Typer(help="Schedules of agents.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Agent = Annotated[str, typer.Argument(help="The agent, for example content.")]
Expression = Annotated[
    str, typer.Argument(help="Five-field cron, or cron(…), rate(…), at(…).", metavar="EXPRESSION")
]
Zone = Annotated[str, typer.Option(help="IANA time zone, for example Europe/Berlin.")]
From = Annotated[str | None, typer.Option(help="It fires from then on, ISO 8601.")]
Until = Annotated[str | None, typer.Option(help="It fires before then, ISO 8601.")]
Flexible = Annotated[
    int, typer.Option(min=0, max=1440, help="It may start so many minutes later than due.")
]


class OverlapName(StrEnum):
    """What becomes of a firing while a run of the schedule is under way."""

    SKIP = "skip"
    QUEUE_ONE = "queue_one"
    ALLOW = "allow"


class PriorityName(StrEnum):
    """How urgent its runs are."""

    LOW = "LOW"
    NORMAL = "NORMAL"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(schedules, name="schedules")


@schedules.command("list")
def list_schedules(context: typer.Context, as_json: AsJson = False) -> None:
    """List the schedules there are, also those that are paused."""
    with session(context).api() as client:
        all_of_them = [client.schedule(agent["id"]) for agent in client.agents()]
    found = [schedule for schedule in all_of_them if schedule["scheduleExpression"]]
    if as_json:
        print_json({"schedules": found})
        return
    made = table("AGENT", "EXPRESSION", "ZONE", "STATUS", "NEXT", "LAST", "OVERLAP")
    for schedule in found:
        made.add_row(
            *(plain(schedule.get(name)) for name in ("id", "scheduleExpression", "timezone")),
            status_text(schedule.get("status")),
            *(day_time(schedule.get(name)) for name in ("nextRunAt", "lastRunAt")),
            plain(schedule.get("overlap")),
        )
    show(made)
    if not found:
        note("no schedules")


@schedules.command("show")
def show_one(context: typer.Context, agent: Agent, as_json: AsJson = False) -> None:
    """Show an agent's schedule, and what has become of its firings."""
    with session(context).api() as client:
        _print_schedule(client.schedule(agent), as_json)


@schedules.command("set")
def set_one(
    context: typer.Context,
    *,
    agent: Agent,
    expression: Expression,
    timezone: Zone = "UTC",
    intent: Annotated[str | None, typer.Option(help="What it shall do.")] = None,
    source: Annotated[
        str | None, typer.Option("--input", help="File with the input as JSON; - is stdin.")
    ] = None,
    priority: Annotated[PriorityName, typer.Option()] = PriorityName.NORMAL,
    overlap: Annotated[
        OverlapName, typer.Option(help="While a run of it is under way.")
    ] = OverlapName.SKIP,
    start: From = None,
    end: Until = None,
    flexible_minutes: Flexible = 0,
    pause_after_failures: Annotated[
        int, typer.Option(min=0, max=100, help="Failed runs in a row; 0 never pauses.")
    ] = 0,
    approval: Annotated[bool, typer.Option(help="Its runs wait for approval.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make an agent run by itself, or change when and with what it does."""
    body: dict[str, Any] = {
        **_timing(expression, timezone, start, end, flexible_minutes),
        "priority": priority,
        "overlap": overlap,
        "pauseAfterFailures": pause_after_failures,
    }
    if intent:
        body["intent"] = intent
    if source:
        body["input"] = parsing.json_object(source)
    if approval:
        body["approval"] = {}
    with session(context).api() as client:
        _print_schedule(client.change_schedule(agent, body=body), as_json)


@schedules.command()
def pause(
    context: typer.Context,
    agent: Agent,
    reason: Annotated[str | None, typer.Option(help="Shown with the schedule.")] = None,
) -> None:
    """Let a schedule fire no more until it is resumed."""
    body = {"reason": reason} if reason else {}
    with session(context).api() as client:
        client.change_schedule(agent, "pause", body)
    say(f"{plain(agent)}: paused")


@schedules.command()
def resume(context: typer.Context, agent: Agent) -> None:
    """Let a schedule fire again; its failures are forgotten."""
    with session(context).api() as client:
        resumed = client.change_schedule(agent, "resume")
    say(f"{plain(agent)}: next at {day_time(resumed['nextRunAt'])}")


@schedules.command()
def preview(
    context: typer.Context,
    *,
    agent: Agent,
    expression: Expression,
    timezone: Zone = "UTC",
    start: From = None,
    end: Until = None,
    flexible_minutes: Flexible = 0,
    number: Annotated[int, typer.Option("--count", min=1, max=50, help="How many.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Show when a schedule would fire. Nothing is stored."""
    body = {**_timing(expression, timezone, start, end, flexible_minutes), "count": number}
    with session(context).api() as client:
        foreseen = client.change_schedule(agent, "preview", body)
    if as_json:
        print_json(foreseen)
        return
    made = table("LOCAL", "UTC", "NOTES")
    for firing in foreseen["firings"]:
        notes = "; ".join(firing["notes"])
        made.add_row(plain(firing["local"]), plain(firing["at"] or "-"), plain(notes))
    show(made)


@schedules.command()
def backfill(
    context: typer.Context,
    *,
    agent: Agent,
    start: Annotated[str, typer.Option("--from", help="10m, 2h or 3d ago, or ISO 8601.")],
    end: Annotated[str | None, typer.Option("--to", help="Until now if unset.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="At most so many.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Start the runs of past firings that have none."""
    now = datetime.now(UTC)
    body = {
        "from": parsing.iso(parsing.moment(start, now)),
        "to": parsing.iso(parsing.moment(end, now) if end else now),
        "limit": limit,
    }
    with session(context).api() as client:
        done = client.change_schedule(agent, "backfill", body)
    if as_json:
        print_json(done)
        return
    made = table("DUE", "RUN", "OUTCOME", "STATUS")
    for firing in done["firings"]:
        names = ("runId", "outcome")
        columns = (plain(firing[name]) for name in names)
        made.add_row(day_time(firing["at"]), *columns, status_text(firing["status"]))
    show(made)
    counts = (f"{len(done[name])} {name}" for name in ("started", "waiting", "existed"))
    note(", ".join(counts))
    if done.get("nextFrom"):
        note(f"more: --from {done['nextFrom']}")


@schedules.command()
def delete(context: typer.Context, agent: Agent) -> None:
    """Remove an agent's schedule; removing none is fine."""
    with session(context).api() as client:
        say(plain(client.delete_schedule(agent)["message"]))


def _timing(
    expression: str, timezone: str, start: str | None, end: str | None, flexible: int
) -> dict[str, Any]:
    now = datetime.now(UTC)
    body: dict[str, Any] = {"cronExpression": expression, "timezone": timezone}
    for name, text in (("startAt", start), ("endAt", end)):
        if text:
            body[name] = parsing.iso(parsing.moment(text, now))
    return body | ({"flexibleMinutes": flexible} if flexible else {})


def _print_schedule(schedule: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(schedule)
        return
    if not schedule["scheduleExpression"]:
        say(f"{plain(schedule['id'])}: no schedule")
        return
    for line in _lines(schedule):
        say(plain(line))


def _lines(schedule: dict[str, Any]) -> list[str]:
    """What a person wants to know; what is as it is by default is left out."""
    state = "enabled" if schedule["scheduleEnabled"] else "paused"
    lines = [
        f"{schedule['id']}: {schedule['scheduleExpression']} ({schedule['timezone']}), {state}",
        f"  intent   {schedule['intent']}, priority {schedule['priority']}",
        f"  overlap  {schedule['overlap']}",
    ]
    lines += [f"  next     {day_time(moment)}" for moment in schedule["nextRuns"]]
    if schedule.get("pausedAt"):
        why = f": {schedule['pausedReason']}" if schedule.get("pausedReason") else ""
        by, since = schedule["pausedBy"], day_time(schedule["pausedAt"])
        lines.append(f"  paused   since {since} by {by}{why}")
    if schedule.get("consecutiveFailures"):
        lines.append(f"  failed   {schedule['consecutiveFailures']} in a row")
    if waiting := schedule.get("waitingFirings"):
        lines.append(f"  waiting  {len(waiting)}, the first due {day_time(waiting[0])}")
    if schedule.get("missedFirings"):
        last = day_time(schedule["lastMissedAt"])
        lines.append(f"  missed   {schedule['missedFirings']}, the last due {last}")
    if schedule.get("overdueSince"):
        lines.append(f"  overdue  since {day_time(schedule['overdueSince'])}")
    return lines
