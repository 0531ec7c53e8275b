"""How things look: lines and tables for people, JSON for machines."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from local.client import Json

_PLAIN_WIDTH = 160
_UNLIMITED = 10_000
_STYLES = {
    "completed": "green",
    "succeeded": "green",
    "active": "green",
    "failed": "red",
    "cancelled": "red",
    "timed_out": "red",
    "needs_reauth": "red",
    "needs_review": "red",
    "waiting_rate_limit": "yellow",
    "waiting_approval": "yellow",
    "unknown": "yellow",
}


def console(*, stderr: bool = False) -> Console:
    """A console; where nobody looks at a screen, lines are long and plain."""
    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)
    if not made.is_terminal:
        made.width = _PLAIN_WIDTH
    return made


@contextmanager
def spinner(doing: str, on: Console | None = None) -> Iterator[None]:
    """Show that something takes its time, where somebody looks at a screen."""
    screen = on or console()
    if not screen.is_terminal:
        yield
        return
    with screen.status(doing):
        yield


def say(line: str | Text) -> None:
    """Print a line for people."""
    console().print(line)


def note(line: str) -> None:
    """Print a line beside the result, on stderr."""
    console(stderr=True).print(Text(line, style="dim"))


def print_json(value: Json) -> None:
    """Print a value as one line of JSON."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def plain(value: Any) -> str:
    """A value as text without anything that could command a terminal."""
    return "".join(c if c.isprintable() else " " for c in str("" if value is None else value))


def status_text(status: Any) -> Text:
    """A status in its colour."""
    text = plain(status)
    return Text(text, style=_STYLES.get(text, ""))


def table(*columns: str) -> Table:
    """An empty table. Columns are numbers if their name begins with >, may wrap if with ~."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        justify: Any = "right" if column.startswith(">") else "left"
        wraps = column.startswith("~")
        made.add_column(column.lstrip(">~"), justify=justify, no_wrap=not wraps, overflow="fold")
    return made


def show(made: Table) -> None:
    """Print a table: in the terminal's width if a column may wrap, else as wide as it is."""
    out = console()
    wraps = any(not column.no_wrap for column in made.columns)
    if not (wraps and out.is_terminal):
        out.width = _UNLIMITED
        out.width = out.measure(made).maximum
    out.print(made)


def clock_time(stamp: Any) -> str:
    """The time of day of an ISO 8601 time, on this machine's clock."""
    moment = moment_of(stamp)
    return moment.strftime("%H:%M:%S") if moment else ""


def day_time(stamp: Any) -> str:
    """Day and time of an ISO 8601 time, on this machine's clock."""
    moment = moment_of(stamp)
    return moment.strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def moment_of(stamp: Any) -> datetime | None:
    """An ISO 8601 time in this machine's zone; None if it is none."""
    try:
        return datetime.fromisoformat(str(stamp)).astimezone()
    except ValueError:
        return None


def seconds(milliseconds: Any) -> str:
    """A duration for people."""
    return "" if milliseconds is None else f"{milliseconds / 1000:.2f} s"


def dollars(amount: Any) -> str:
    """A cost for people: runs cost fractions of a cent."""
    return "" if amount is None else f"${amount:.6f}"
