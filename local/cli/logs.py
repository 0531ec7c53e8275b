"""`neonhub logs`: what a function of the stack wrote."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text

from local.cli import parsing
from local.cli.log_events import LogReader, LogRecord
from local.cli.output import clock_time, note, plain, print_json, say
from local.cli.session import session

_FOLLOW_SECONDS = 1.0
_STYLES = {"ERROR": "red", "CRITICAL": "red", "WARNING": "yellow", "PLATFORM": "dim"}
_HIDDEN = frozenset(
    {"level", "location", "message", "timestamp", "service", "cold_start", "function_name"}
    | {"function_memory_size", "function_arn", "function_request_id", "xray_trace_id", "exception"}
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("logs")(logs)


def logs(
    context: typer.Context,
    *,
    function: Annotated[str, typer.Argument(help="Like runs, agent-content, connector-slack.")],
    since: Annotated[str, typer.Option(help="From then on: 10m, 2h, a time.")] = "10m",
    follow: Annotated[bool, typer.Option(help="Go on until Ctrl-C.")] = False,
    run: Annotated[str | None, typer.Option(help="Only what was written for this run.")] = None,
    stack_name: Annotated[
        str | None,
        typer.Option(envvar="NEONHUB_STACK_NAME", help="A stack of your AWS account."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print what a function wrote, from the stack's log group."""
    start = parsing.moment(since, datetime.now(UTC))
    own = session(context)
    account = own.account(stack_name)
    reader = LogReader(lambda service: own.aws(account, service), account.stack_name, function, run)
    shown = _print_all(reader, start, as_json)
    while follow:
        time.sleep(_FOLLOW_SECONDS)
        shown += _print_all(reader, None, as_json)
    if not shown:
        note(f"nothing from {account.stack_name}-{function} since {start:%Y-%m-%d %H:%M:%S} UTC")


def _print_all(reader: LogReader, start: datetime | None, as_json: bool) -> int:
    number = 0
    for record in reader.read(start):
        print_record(record, as_json)
        number += 1
    return number


def print_record(
    record: LogRecord, as_json: bool = False, out: Callable[[Text], None] = say
) -> None:
    """Print one log record: for machines as it was written, for people in a line."""
    if as_json:
        print_json({"function": record.function, "at": record.at.isoformat(), **record.content})
        return
    content = record.content
    extra = " ".join(f"{key}={value}" for key, value in content.items() if key not in _HIDDEN)
    level = str(content.get("level", "PLATFORM"))
    head = f"{clock_time(record.at.isoformat())}  {level:<8}  {record.function}"
    out(
        Text(
            plain(f"{head}  {content.get('message', '')}  {extra}").rstrip(), _STYLES.get(level, "")
        )
    )
    for line in str(content.get("exception") or "").splitlines():
        out(Text(f"    {plain(line)}", _STYLES["ERROR"]))
