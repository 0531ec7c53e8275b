"""`neonhub run` and `neonhub runs`: start, follow, list, show, decide, replay and cancel runs."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from local.cli import parsing
from local.cli.output import note, print_json, say, show
from local.cli.run_output import event_line, runs_table, show_run
from local.cli.session import Session, session
from local.client import ApiClient
from local.live import ENDED_STATUSES, Event

runs = typer.Typer(help="Runs of agents.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
RunId = Annotated[str, typer.Argument(help="The run's id.", metavar="RUN")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("run")(start)
    app.add_typer(runs, name="runs")


def start(
    context: typer.Context,
    *,
    agent: Annotated[str, typer.Argument(help="The agent, for example content.")],
    intent: Annotated[str, typer.Argument(help="What it shall do, for example generate-draft.")],
    source: Annotated[
        str, typer.Option("--input", help="File with the input as JSON; - is stdin.")
    ],
    follow: Annotated[bool, typer.Option(help="Print each event, then the record.")] = False,
    idempotency_key: Annotated[
        str | None, typer.Option(help="The same key and request is the same run.")
    ] = None,
    approval: Annotated[bool, typer.Option(help="Wait for approval before it acts.")] = False,
    simulate_model_failures: Annotated[
        int, typer.Option(min=0, help="Let the offline writer fail so often first.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Start a run. With --follow the exit status is 0 only if it completed."""
    given = parsing.json_object(source)
    own = session(context)
    failures = {"modelFailures": simulate_model_failures} if simulate_model_failures else None
    with own.api() as client:
        started = client.start_run(
            agent,
            intent,
            given,
            idempotency_key=idempotency_key,
            simulate=failures,
            approval=approval,
        )
        if not follow:
            _print_started(started, as_json)
            return
        note(f"run {started['runId']}")
        _print_events(_followed(own, client, started["runId"], 0), as_json)
        run = client.run(started["runId"])
        _print_run(run, as_json)
    if run["status"] != "completed":
        raise typer.Exit(1)


@runs.command("list")
def list_runs(
    context: typer.Context,
    *,
    agent: Annotated[str | None, typer.Option(help="Only of this agent.")] = None,
    status: Annotated[str | None, typer.Option(help="Only with this status.")] = None,
    since: Annotated[str | None, typer.Option(help="Only from then on: 10m, 2h, a time.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="At most so many.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="Continue a list.")] = None,
    as_json: AsJson = False,
) -> None:
    """List runs, newest first."""
    moment = parsing.iso(parsing.moment(since, datetime.now(UTC))) if since else None
    with session(context).api() as client:
        page = client.runs(agent=agent, status=status, since=moment, limit=limit, cursor=cursor)
    if as_json:
        print_json(page)
        return
    show(runs_table(page["runs"]))
    if not page["runs"]:
        note("no runs")
    if page.get("cursor"):
        note(f"more: --cursor {page['cursor']}")


@runs.command("show")
def show_one(context: typer.Context, run_id: RunId, as_json: AsJson = False) -> None:
    """Show a run with its steps."""
    with session(context).api() as client:
        _print_run(client.run(run_id), as_json)


@runs.command()
def events(
    context: typer.Context,
    run_id: RunId,
    since: Annotated[int, typer.Option(min=0, help="Only after this event id.")] = 0,
    follow: Annotated[bool, typer.Option(help="Go on until the run ends.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print a run's events."""
    own = session(context)
    with own.api() as client:
        found = _followed(own, client, run_id, since) if follow else _stored(client, run_id, since)
        _print_events(found, as_json)


Comment = Annotated[str | None, typer.Option(help="Kept with the run.")]


@runs.command()
def approve(context: typer.Context, run_id: RunId, comment: Comment = None) -> None:
    """Let a run act that waits for approval."""
    _decide(context, run_id, "approve", comment)


@runs.command()
def reject(context: typer.Context, run_id: RunId, comment: Comment = None) -> None:
    """End a run before it acts."""
    _decide(context, run_id, "reject", comment)


@runs.command()
def replay(
    context: typer.Context,
    run_id: RunId,
    start: Annotated[
        str | None, typer.Option("--from", help="failed or start. Default: what failed, if any.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Start a run again. What succeeded is not done again."""
    with session(context).api() as client:
        _print_started(client.replay(run_id, start), as_json)


@runs.command()
def cancel(context: typer.Context, run_id: RunId, as_json: AsJson = False) -> None:
    """Stop a run."""
    with session(context).api() as client:
        answer = client.cancel(run_id)
    if as_json:
        print_json(answer)
    else:
        say(f"run {run_id}: {answer['status']}")
    if answer["status"] in ENDED_STATUSES - {"cancelled"}:
        raise typer.Exit(1)


def _decide(context: typer.Context, run_id: str, decision: str, comment: str | None) -> None:
    with session(context).api() as client:
        run = client.decide(run_id, decision, comment)
    say(f"run {run_id}: {run['approval']['decision']} by {run['approval']['decidedBy']}")


def _followed(own: Session, client: ApiClient, run_id: str, since: int) -> Iterator[Event]:
    with own.live(client, note) as live:
        yield from live.follow(run_id, since)


def _stored(client: ApiClient, run_id: str, since: int) -> Iterator[Event]:
    while page := client.events(run_id, since):
        yield from page
        since = page[-1]["id"]


def _print_events(found: Iterator[Event], as_json: bool) -> None:
    for event in found:
        if as_json:
            print_json(event)
        else:
            say(event_line(event))


def _print_run(run: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(run)
    else:
        show_run(run)


def _print_started(started: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(started)
        return
    say(f"run {started['runId']}: {started['status']}")
    note(f"follow it: neonhub runs events {started['runId']} --follow")
