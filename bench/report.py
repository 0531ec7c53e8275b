"""The results as Markdown, and in short for the terminal."""

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from bench.cost import Cost, cost_of
from bench.results import (
    BASELINES,
    COLD_TARGET,
    COST_TARGET_USD,
    UNCOMPILED,
    WARM_TARGET_MS,
    Artifact,
    ColdStarts,
    Hop,
    Latency,
    Results,
    Warm,
)
from bench.stats import Summary

_MB = 1024 * 1024


@dataclass(frozen=True)
class Machine:
    """Where it was measured, without names."""

    cores: int
    architecture: str
    system: str
    python: str
    load: float

    @classmethod
    def here(cls) -> Self:
        """This machine, with the load average that it has now."""
        return cls(
            load=os.getloadavg()[0],
            cores=os.cpu_count() or 1,
            architecture=platform.machine(),
            system=platform.system(),
            python=platform.python_version(),
        )

    @property
    def busy(self) -> bool:
        """Whether others were at work: then the times are too long, and the shares uneven."""
        return self.load > self.cores / 2


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, texts: int = 1) -> str:
    """A Markdown table; the first `texts` columns are text, the others are aligned right."""
    rule = [":--" if i < texts else "--:" for i in range(len(head))]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *rows))


def markdown(results: Results, machine: Machine, day: date, repetitions: str) -> str:
    """docs/benchmarks.md."""
    parts = [
        "# Benchmarks",
        "Written by `make bench`. Measured on the machine below against the embedded AWS; nothing "
        "here was measured on AWS.",
        f"- {day.isoformat()}\n- {machine.system}, {machine.architecture}, {machine.cores} cores, "
        f"Python {machine.python}, load average before the start {machine.load:.1f}"
        f"{' (others were at work: measure again)' if machine.busy else ''}\n- {repetitions}",
        "## Targets",
        table(("target", "measured", "verdict"), verdicts(results), texts=3),
    ]
    if results.cold:
        parts += _cold(results.cold)
    if results.artifacts:
        parts += _sizes(results.artifacts)
    if results.warm:
        parts += _warm(results.warm)
    if results.latency:
        parts += _latency(results.latency, results.warm)
    if results.warm and results.latency:
        parts += _cost(cost_of(results.warm, results.latency.transitions))
    return "\n\n".join(parts) + "\n"


def verdicts(results: Results) -> list[tuple[str, str, str]]:
    """Each target with what was measured and whether it is met."""
    found = []
    if cold := results.cold:
        slowest = cold.functions[0]
        measured = f"slowest {slowest} {cold.ratio(slowest):.0%}"
        met = "met" if not cold.over else f"MISSED by {', '.join(cold.over)}"
        target = f"cold start of every function at most {COLD_TARGET:.0%} of {UNCOMPILED!r}"
        found.append((target, measured, met))
    if warm := results.warm:
        target = f"our own code in all handlers of a run at most {WARM_TARGET_MS:.0f} ms"
        met = "met" if warm.ours <= WARM_TARGET_MS else "MISSED"
        measured = f"{warm.ours:.1f} ms, with the AWS SDK's share {warm.with_sdk:.1f} ms"
        found.append((target, measured, met))
    if results.warm and results.latency:
        cost = cost_of(results.warm, results.latency.transitions)
        target = f"infrastructure of 1,000 runs ${COST_TARGET_USD:.2f}"
        found.append((target, f"${cost.total:.3f}", cost.verdict))
    return found


def terminal(results: Results) -> str:
    """The ratios and verdicts, for the terminal."""
    lines = []
    if cold := results.cold:
        width = max(len(label) for label in cold.starts)
        for label in (*BASELINES, *cold.functions):
            start = cold.starts[label]
            over = "  over the target" if label in cold.over else ""
            share = f"{cold.ratio(label):5.0%}"
            lines.append(f"  {label:<{width}}  {start.p50:6.0f} ms  {share}{over}")
        lines += [f"  {name}: not measured, no event is known" for name in cold.unmeasured]
    lines += [f"  {target}: {measured}: {met}" for target, measured, met in verdicts(results)]
    if latency := results.latency:
        lines.append(
            f"  run {_p(latency.run)}, call {_p(latency.call)}, "
            f"{latency.runs_per_second:.1f} runs per second"
        )
    return "\n".join(lines)


def _p(summary: Summary) -> str:
    return f"p50 {summary.p50:.0f} ms, p95 {summary.p95:.0f} ms"


def _cold(cold: ColdStarts) -> list[str]:
    rows = []
    for label in (*BASELINES, *cold.functions):
        start = cold.starts[label]
        verdict = "" if label in BASELINES else "over" if label in cold.over else "met"
        spread = f"{start.low:.0f} to {start.high:.0f}"
        rows.append((label, f"{start.p50:.0f}", spread, f"{cold.ratio(label):.0%}", verdict))
    missing = ""
    if cold.unmeasured:
        missing = f" Not measured, because no event is known: {', '.join(cold.unmeasured)}."
    count = cold.starts[UNCOMPILED].count
    return [
        "## Cold starts",
        table(("handler", "median ms", "spread ms", "share", "target"), rows),
        f"Median of {count}, from the start of the process to the first answer, in AWS's runtime "
        "interface emulator with AWS's runtime client: one start after the other, all handlers in "
        "turns. The functions are as built, with their bytecode, and their first answer includes "
        "their first calls to DynamoDB and others (on the embedded AWS). Agents and connectors are "
        "started with a request and with a task of the state machine. The comparison loads boto3 "
        "with a DynamoDB client, Powertools with its resolver, pydantic, httpx, PyJWT, tenacity "
        "and Twilio, calls nothing, and finds the layers without bytecode; boto3 comes with its "
        "own, as in AWS's runtime. Read the shares, not the milliseconds: Lambda gives 512 MB less "
        f"than a third of a processor.{missing}",
    ]


def _sizes(artifacts: Sequence[Artifact]) -> list[str]:
    rows = [(a.name, f"{a.zipped / _MB:.1f}", f"{a.unzipped / _MB:.1f}") for a in artifacts]
    return [
        "## Sizes",
        table(("artifact", "zip MB", "unzipped MB"), rows),
        "Bytecode included. Lambda takes 250 MB unzipped, function and layers together.",
    ]


def _warm(warm: Warm) -> list[str]:
    def row(label: str, numbers: Sequence[float], counts: Sequence[float]) -> tuple[str, ...]:
        return (label, *(f"{n:.0f}" for n in counts), *(f"{n:.1f}" for n in numbers))

    rows = [
        row(
            h.label,
            (h.total.p50, h.wire.p50, h.sdk.p50, h.ours.p50),
            (h.invocations, h.calls),
        )
        for h in warm.handlers
    ]
    sums = [sum(float(cells[i]) for cells in rows) for i in range(3, 7)]
    counts = (warm.invocations, sum(h.calls for h in warm.handlers))
    rows.append(row("**one run**", sums, counts))
    requests = sorted(warm.units.requests.items(), key=lambda request: (-request[1], request[0]))
    return [
        "## Warm handlers",
        table(
            ("handler", "invocations", "AWS calls", "total ms", "round trips", "SDK", "our code"),
            rows,
        ),
        f"Medians over {warm.handlers[0].total.count} plain runs with one Slack step and one "
        "socket that listens; each function in a process of its own, one invocation at a time. "
        "*Round trips* is the time on the wire and in the embedded AWS, *SDK* is what botocore "
        "takes around it to build, sign and parse, *our code* is the rest of the handler. The "
        f"target of {WARM_TARGET_MS:.0f} ms is for our code; with the SDK's share it is "
        f"{warm.with_sdk:.1f} ms. The publisher gets the run's {warm.records:.0f} stream records "
        "in as many batches as on the deployed stack; the starter, which sees new runs "
        "some seconds later, gets each by itself.",
        f"AWS calls of one run: {', '.join(f'{name} {count:.0f}' for name, count in requests)}.",
    ]


def _latency(latency: Latency, warm: Warm | None) -> list[str]:
    rows = [
        ("run, from the request to the pushed ending", *_times(latency.run)),
        ("connector call (Slack list_channels, sandbox)", *_times(latency.call)),
        (f"run, {latency.concurrency} at a time", *_times(latency.concurrent_run)),
    ]
    return [
        "## Latency",
        table(("what", "count", "p50 ms", "p95 ms"), rows),
        f"**{latency.runs_per_second:.1f} runs per second** at concurrency {latency.concurrency}, "
        f"each with {latency.emulator_cpu_ms:.0f} ms of processor time of the emulator and "
        f"{latency.functions_cpu_ms:.0f} ms of all functions. The emulator is one Python process, "
        "and it, the functions and the clients share the cores: this says how fast the demo is, "
        "not how fast AWS is.",
        "### Where a run's time goes",
        table(
            (
                "hop",
                "p50 ms",
                "share",
                f"share, {latency.concurrency} at a time",
                "in our handlers ms",
                "of that our code and SDK ms",
            ),
            [
                _hop(one, share, together, warm)
                for one, share, together in zip(
                    latency.hops,
                    _shares(latency.hops),
                    _shares(latency.concurrent_hops),
                    strict=True,
                )
            ],
        ),
        "Hops are cut by the timestamps of the execution's history. The handlers' times are those "
        "of the table above, the publisher's for one of its batches; the difference between a "
        "hop and its handlers, and the round trips within them, is the emulator's own time. On "
        "the deployed stack the publisher runs beside the other handlers and takes turns with "
        "them.",
    ]


def _times(summary: Summary) -> tuple[str, ...]:
    return str(summary.count), f"{summary.p50:.0f}", f"{summary.p95:.0f}"


def _shares(hops: Sequence[Hop]) -> list[str]:
    whole = sum(hop.mean for hop in hops)
    return [f"{hop.mean / whole:.0%}" for hop in hops]


def _hop(hop: Hop, share: str, together: str, warm: Warm | None) -> tuple[str, ...]:
    found = [h for h in (warm.handlers if warm else ()) if h.label in hop.handlers]
    # One invocation of each: the publisher has several in a run, and one of them in this hop.
    total = sum(h.total.p50 / h.invocations for h in found)
    own = sum((h.ours.p50 + h.sdk.p50) / h.invocations for h in found)
    inside = (f"{total:.1f}", f"{own:.1f}") if found else ("", "")
    return (hop.name, f"{hop.time.p50:.1f}", share, together, *inside)


def _cost(cost: Cost) -> list[str]:
    rows = [(line.name, line.per_run, f"{line.usd:.4f}") for line in cost.lines]
    rows.append(("**total**", "", f"**{cost.total:.4f}**"))
    return [
        "## Cost of 1,000 runs",
        table(("what", "for one run", "$ for 1,000"), rows, texts=2),
        f"Target ${COST_TARGET_USD:.2f}: {cost.verdict}. A plain run with one Slack step in the "
        "sandbox, whose state is part of the writes. Transitions are counted in the execution's "
        "history, write units from the images in the table's stream (a transaction counts twice, "
        "an index when an attribute changes that it copies). Lambda's time is the measured one, "
        "with all computing stretched to the share of a processor that 512 MB have. Prices of "
        "us-east-1 without free tiers (`bench/cost.py`). Not in it: logs, traces, data transfer, "
        "storage, the start of execution environments, and model tokens.",
    ]
