"""What the demo shows: on a terminal with a bar that moves, elsewhere as plain lines."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from local.cli.deployment import Stopwatch
from local.cli.output import console, plain, show, spinner, status_text
from local.cli.run_output import event_line, is_told_wait, metrics_line, steps_table
from local.client import Json
from local.live import Event

_DESCRIPTION_WIDTH = 44


class DemoScreen:
    """Prints the demo as it goes."""

    def __init__(self) -> None:
        self._console = console()
        self.watch = Stopwatch()

    def line(self, text: str | Text = "") -> None:
        """Print a line."""
        self._console.print(text)

    @contextmanager
    def phase(self, name: str, doing: str) -> Iterator[list[str]]:
        """Time a phase; what is appended to the list is told with it when it is done."""
        told: list[str] = []
        with spinner(doing, self._console), self.watch.phase(name):
            yield told
        self.told(name, *told)

    def told(self, name: str, *words: str) -> None:
        """Print how long a phase took, and what there is to say of it."""
        self.line(f"  {name:<9} {self.watch.phases[name]:>5.1f} s  {', '.join(words)}".rstrip())

    def events(self, events: Iterable[Event]) -> list[Event]:
        """Print each event as it arrives, over a bar on a terminal; all of them."""
        heard: list[Event] = []
        with self._progress() as progress:
            task = progress.add_task("waiting for the first event", total=100)
            for event in events:
                heard.append(event)
                data = event["data"]
                progress.console.print(event_line(event))
                doing = "rate limited, waiting as told" if is_told_wait(event) else ""
                doing = doing or plain(data.get("message") or event["event"])
                progress.update(
                    task,
                    completed=data.get("progress"),
                    description=doing[:_DESCRIPTION_WIDTH],
                )
        return heard

    def record(self, run: Json, heard: list[Event], transport: str) -> None:
        """The run's final record, and what the demo took."""
        output = run.get("output") or {}
        self.line()
        self.line(Text.assemble(f"run {run['id']}: ", status_text(run["status"])))
        show(steps_table(run.get("steps") or []))
        self.line()
        self.line(f"  title     {plain(output.get('title'))}")
        self.line(f"  writer    {plain(output.get('engine'))}{_about(output.get('engine'))}")
        self.line(f"  cost      {metrics_line(run)}")
        self.line(f"  events    {len(heard)} over {transport}")
        took = ", ".join(f"{name} {spent:.1f} s" for name, spent in self.watch.phases.items())
        self.line(f"  phases    {took}")
        # This stack ends with the demo; the one of `make up` stays.
        self.line("  console   make up, then open the address that it prints")

    def _progress(self) -> Progress:
        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )


def _about(engine: Json) -> str:
    return " (the built-in one, by rules: no model was asked)" if engine == "offline" else ""
