"""What the benchmarks found out, as data. Times in milliseconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.stats import Summary

COLD_TARGET = 0.45
"""A function's cold start, as a share of the handler that imports everything, uncompiled."""

WARM_TARGET_MS = 15.0
"""Our own code's time in all handlers of one plain run."""

COST_TARGET_USD = 0.10
COST_LIMIT_USD = 0.25
"""Infrastructure of 1,000 runs."""

EMPTY = "empty handler"
UNCOMPILED = "imports everything, without bytecode"
COMPILED = "imports everything, with bytecode"
BASELINES = (EMPTY, UNCOMPILED, COMPILED)


class BenchError(RuntimeError):
    """Something did not work as it must for a measurement to mean anything."""


@dataclass(frozen=True)
class ColdStarts:
    """Cold starts by what was started, and the functions that no payload is known for."""

    starts: Mapping[str, Summary]
    unmeasured: tuple[str, ...] = ()

    def ratio(self, label: str) -> float:
        """A cold start as a share of the handler that imports everything without bytecode."""
        return self.starts[label].p50 / self.starts[UNCOMPILED].p50

    @property
    def functions(self) -> list[str]:
        """What was measured besides the baselines, slowest first."""
        labels = [label for label in self.starts if label not in BASELINES]
        return sorted(labels, key=lambda label: -self.starts[label].p50)

    @property
    def over(self) -> list[str]:
        """The functions over the target."""
        return [label for label in self.functions if self.ratio(label) > COLD_TARGET]


@dataclass(frozen=True)
class Artifact:
    """Something that is deployed, in bytes."""

    name: str
    zipped: int
    unzipped: int


@dataclass(frozen=True)
class WarmHandler:
    """One handler's part in a plain run; several invocations in one run are summed.

    `sdk` is what the AWS SDK takes around its round trips: building, signing, parsing.
    """

    label: str
    invocations: float
    total: Summary
    wire: Summary
    sdk: Summary
    ours: Summary
    calls: float


@dataclass(frozen=True)
class Units:
    """What one run takes of DynamoDB, and of what else is paid by the piece."""

    writes: float
    reads: float
    requests: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Warm:
    """The handlers of a plain run with one step, and what the run took."""

    handlers: tuple[WarmHandler, ...]
    units: Units
    records: float
    messages: float

    @property
    def ours(self) -> float:
        """Our own code's time in one run, without the SDK's."""
        return sum(handler.ours.p50 for handler in self.handlers)

    @property
    def with_sdk(self) -> float:
        """Everything but the round trips."""
        return sum(handler.ours.p50 + handler.sdk.p50 for handler in self.handlers)

    @property
    def invocations(self) -> float:
        """Invocations of one run."""
        return sum(handler.invocations for handler in self.handlers)


@dataclass(frozen=True)
class Hop:
    """One stretch of a run's way: its time, and the handlers that run within it."""

    name: str
    time: Summary
    mean: float
    handlers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Latency:
    """A run and a call as a client sees them; processor times are of one of the runs at once."""

    run: Summary
    hops: tuple[Hop, ...]
    call: Summary
    runs_per_second: float
    concurrency: int
    concurrent_run: Summary
    concurrent_hops: tuple[Hop, ...]
    emulator_cpu_ms: float
    functions_cpu_ms: float
    transitions: int


@dataclass(frozen=True)
class Results:
    """Everything that was measured; None where it was not asked for."""

    cold: ColdStarts | None = None
    artifacts: tuple[Artifact, ...] = ()
    warm: Warm | None = None
    latency: Latency | None = None
