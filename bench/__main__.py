"""`python -m bench`: measure, print the ratios, write docs/benchmarks.md."""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench import cold, latency, sizes, warm
from bench.report import Machine, markdown, terminal
from bench.results import BenchError, Results
from bench.stack import Stack, build, deployed
from local.aws.process import EmulatorError
from local.aws.tools import ROOT, ToolError

REPORT = ROOT / "docs/benchmarks.md"
PARTS = ("cold", "warm", "latency")


@dataclass(frozen=True)
class Repetitions:
    """How often each thing is measured."""

    cold: int = 9
    warm: int = 50
    runs: int = 100
    calls: int = 200
    burst: int = 200
    concurrency: int = 16
    counted: int = 10

    def __str__(self) -> str:
        return (
            f"{self.cold} cold starts of each handler, {self.warm} warm runs, {self.runs} runs and "
            f"{self.calls} calls one after the other, {self.burst} runs at concurrency "
            f"{self.concurrency}"
        )


QUICK = Repetitions(cold=3, warm=20, runs=20, calls=20, burst=20)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure NeonHub on this machine.")
    parser.add_argument("--quick", action="store_true", help="few repetitions, for a first look")
    parser.add_argument("--only", choices=PARTS, help="measure one part")
    parser.add_argument(
        "--output", type=Path, help="where to write the report (a full run: docs/benchmarks.md)"
    )
    return parser.parse_args(arguments)


def measure(stack: Stack, parts: Sequence[str], often: Repetitions) -> Results:
    """Measure the parts on a deployed stack."""
    # Cold starts come first, while the tables are nearly empty: some first answers list runs.
    started = cold.measure(stack, often.cold, _progress) if "cold" in parts else None
    artifacts = sizes.measure(stack) if "cold" in parts else ()
    waited = heard = None
    if "latency" in parts:
        waited = latency.measure(
            stack,
            runs=often.runs,
            calls=often.calls,
            burst=often.burst,
            concurrency=often.concurrency,
            progress=_progress,
        )
    if "warm" in parts:
        _progress("warm handlers: counting the publisher's batches")
        batches = round(latency.publisher_batches(stack, often.counted))
        heard = warm.measure(stack, often.warm, batches, _progress)
    return Results(started, artifacts, heard, waited)


def _progress(message: str) -> None:
    print(f"bench: {message}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str]) -> int:
    """Run the benchmarks; returns the exit status. A missed target is a result, no failure."""
    given = parse(arguments)
    often = QUICK if given.quick else Repetitions()
    parts = [given.only] if given.only else PARTS
    began = time.monotonic()
    machine = Machine.here()
    if machine.busy:
        _progress(f"others are at work here (load average {machine.load:.1f}): expect noise")
    try:
        _progress("building")
        with deployed(build()) as stack:
            results = measure(stack, parts, often)
    except (BenchError, EmulatorError, ToolError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(terminal(results))
    # What only part of it or few repetitions found does not replace the report.
    target = given.output or (REPORT if parts == PARTS and not given.quick else None)
    if target:
        text = markdown(results, machine, datetime.now(UTC).date(), str(often))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        _progress(f"wrote {target.name}")
    _progress(f"took {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
