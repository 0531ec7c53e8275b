"""How runs, their steps and their events look to people."""

import json
from collections.abc import Iterator
from typing import Any

from rich.table import Table
from rich.text import Text

from local.cli.output import (
    clock_time,
    day_time,
    dollars,
    plain,
    say,
    seconds,
    show,
    status_text,
    table,
)
from local.client import Json
from local.live import Event

_MAX_RESULT = 72
_NAME_WIDTH = 15


def event_line(event: Event) -> Text:
    """One event: when, how far the run is, what happened."""
    data = event["data"]
    progress = data.get("progress")
    share = f"{progress:>3} %" if isinstance(progress, int) else " " * 5
    name = plain(event["event"]).ljust(_NAME_WIDTH)
    line = f"{clock_time(data.get('timestamp'))}  {share}  {name}  {_words(event['event'], data)}"
    return Text(line, style=_style(event["event"], data))


def is_told_wait(event: Event) -> bool:
    """Whether the event says that a platform told the run to wait."""
    step = event["data"].get("step") or {}
    return step.get("status") == "waiting_rate_limit"


def runs_table(runs: list[Json]) -> Table:
    """Runs, one a line."""
    made = table("RUN", "AGENT", "INTENT", "STATUS", "TRIGGER", "CREATED", ">TOOK", ">COST")
    for run in runs:
        metrics = run.get("metrics") or {}
        made.add_row(
            plain(run.get("id")),
            plain(run.get("agentId")),
            plain(run.get("intent")),
            status_text(run.get("status")),
            plain(run.get("trigger")),
            day_time(run.get("createdAt")),
            seconds(run.get("durationMs")),
            dollars(metrics.get("costUsd")),
        )
    return made


def steps_table(steps: list[Json]) -> Table:
    """Steps, one a line; the last column is what the platform gave or why it did not."""
    made = table("STEP", "ACTION", "STATUS", "WAITS", ">TOOK", "~RESULT")
    for step in steps:
        waits = step.get("waits") or 0
        made.add_row(
            plain(step.get("id")),
            plain(step.get("name")),
            status_text(step.get("status")),
            f"{waits} ({seconds(step.get('waitedMs'))})" if waits else "0",
            seconds(step.get("durationMs")),
            _result(step),
        )
    return made


def show_run(run: Json) -> None:
    """A run's record: its facts, its steps, what it took."""
    say(Text.assemble(f"run {plain(run.get('id'))}: ", status_text(run.get("status"))))
    for label, text in _facts(run):
        say(f"  {label:<10} {plain(text)}")
    if run.get("steps"):
        say("")
        show(steps_table(run["steps"]))
    if run.get("status") == "waiting_approval":
        _show_plan(run)


def _show_plan(run: Json) -> None:
    """What a run would do once somebody approves it."""
    for step in run.get("steps") or ():
        say(f"\n{plain(step.get('name'))} would send")
        for line in _payload_lines(step.get("payload")):
            say(f"  {plain(line)}")
    say(f"\nneonhub runs approve {plain(run.get('id'))}, or reject it")


def _payload_lines(payload: Json) -> Iterator[str]:
    """An input, its texts as people will read them."""
    for name, value in payload.items() if isinstance(payload, dict) else ():
        if isinstance(value, str) and "\n" in value:
            yield f"{name}:"
            yield from (f"  {line}" for line in value.splitlines())
        else:
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield f"{name}: {shown}"


def clipped(text: str, limit: int) -> str:
    """The text, at most so long."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def metrics_line(run: Json) -> str:
    """What a run took, in a line."""
    metrics = run.get("metrics") or {}
    parts = [
        f"{dollars(metrics.get('costUsd'))} for {metrics.get('transitions', 0)} transitions",
        f"{metrics.get('retries', 0)} retries",
        f"{metrics.get('waits', 0)} waits ({seconds(metrics.get('waitedMs', 0))})",
    ]
    return ", ".join(parts)


def _facts(run: Json) -> list[tuple[str, Any]]:
    output = run.get("output") or {}
    error = ": ".join(filter(None, (run.get("errorCode"), run.get("errorMessage"))))
    ended = f", ended {day_time(run.get('completedAt'))}" if run.get("completedAt") else ""
    facts = [
        ("agent", f"{run.get('agentId')} / {run.get('intent')} ({run.get('trigger')})"),
        ("objective", run.get("objective")),
        ("created", day_time(run.get("createdAt")) + ended),
        ("took", seconds(run.get("durationMs"))),
        ("cost", metrics_line(run) if (run.get("metrics") or {}).get("transitions") else ""),
        ("writer", output.get("engine")),
        ("output", output.get("title")),
        ("error", error),
    ]
    return [(label, text) for label, text in facts if text]


def _words(name: str, data: Json) -> str:
    match name:
        case "agent:started":
            words = f"{data.get('agentName')} takes up {data.get('intent')}"
        case "agent:completed":
            words = f"completed in {seconds(data.get('duration'))}"
        case "agent:failed":
            words = f"{data.get('status')}: {data.get('error')} ({data.get('errorCode')})"
        case _:
            words = data.get("message") or json.dumps(data)
    return plain(words)


def _style(name: str, data: Json) -> str:
    waiting = data.get("status") == "waiting_rate_limit"
    styles = {"agent:completed": "green", "agent:failed": "red"}
    return "yellow" if waiting else styles.get(name, "")


def _result(step: Json) -> str:
    if error := step.get("error"):
        return plain(f"{error.get('code')}: {error.get('message')}")
    result = step.get("result")
    given = result if isinstance(result, dict) else {}
    text = " ".join(f"{name}={value}" for name, value in given.items()) or result
    return clipped(plain(text), _MAX_RESULT)
