"""Results as the benchmarks make them, for the tests of what is made of them."""

from bench.results import (
    COMPILED,
    EMPTY,
    UNCOMPILED,
    Artifact,
    ColdStarts,
    Hop,
    Latency,
    Results,
    Units,
    Warm,
    WarmHandler,
)
from bench.stats import Summary
from bench.timeline import HANDLERS
from bench.warm import AUTHORIZER, EXECUTE, PLAN, PUBLISH, START

MB = 1024 * 1024


def around(value: float, count: int = 9) -> Summary:
    """A summary with this median."""
    return Summary(count=count, p50=value, p95=value * 1.5, low=value * 0.9, high=value * 2)


def handler(
    label: str, *, ours: float = 1.0, sdk: float = 2.0, wire: float = 4.0, times: float = 1
) -> WarmHandler:
    """A handler with these medians."""
    return WarmHandler(
        label=label,
        invocations=times,
        total=around(ours + sdk + wire),
        wire=around(wire),
        sdk=around(sdk),
        ours=around(ours),
        calls=3,
    )


def warm(ours: float = 1.0) -> Warm:
    """Five handlers, the publisher with three batches."""
    handlers = (
        *(handler(label, ours=ours) for label in (AUTHORIZER, START, PLAN, EXECUTE)),
        handler(PUBLISH, ours=ours, times=3),
    )
    units = Units(writes=40, reads=16, requests={"events.PutEvents": 1, "dynamodb.GetItem": 8})
    return Warm(handlers, units, records=14, messages=7)


def latency(transitions: int = 7) -> Latency:
    """A latency whose hops take 10 ms each, but 50 each with others at the same time."""
    return Latency(
        run=around(100),
        hops=tuple(Hop(name, around(10), 10, labels) for name, labels in HANDLERS.items()),
        call=around(20),
        runs_per_second=8.25,
        concurrency=16,
        concurrent_run=around(1500),
        concurrent_hops=tuple(Hop(name, around(50), 50) for name in HANDLERS),
        emulator_cpu_ms=60,
        functions_cpu_ms=90,
        transitions=transitions,
    )


def results(slowest: float = 400) -> Results:
    """All of them; the function `runs` starts in `slowest` ms, everything uncompiled in 1,000."""
    starts = {
        EMPTY: around(40),
        UNCOMPILED: around(1000),
        COMPILED: around(400),
        "runs": around(slowest),
        "catalog": around(200),
    }
    artifacts = (Artifact("layer DepsLayer", 12 * MB, 36 * MB),)
    return Results(ColdStarts(starts, ("unheard",)), artifacts, warm(), latency())
