"""How things look: lines and tables for people, JSON for machines."""

import json
import sys
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from local.client import Json

_PLAIN_WIDTH = 160
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
    """An empty table; columns whose name begins with > are numbers. None is ever cut off."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        justify: Any = "right" if column.startswith(">") else "left"
        made.add_column(column.removeprefix(">"), justify=justify, no_wrap=True)
    return made


def show(made: Table) -> None:
    """Print a table in the width it needs."""
    out = console()
    out.width = max(out.width, out.measure(made).maximum)
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
