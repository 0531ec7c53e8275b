"""What 1,000 plain runs cost in AWS's infrastructure, from what was measured.

Prices are those of us-east-1 without free tiers, as the pricing pages of the services gave them in
November 2025: Step Functions (Standard), Lambda (arm64), DynamoDB (on demand, since its halving in
November 2024), API Gateway (HTTP and WebSocket APIs), EventBridge (custom events).
"""

import math
from dataclasses import dataclass

from bench.results import COST_LIMIT_USD, COST_TARGET_USD, Warm, WarmHandler

TRANSITION_USD = 0.025 / 1000
LAMBDA_GB_SECOND_USD = 0.0000133334
LAMBDA_REQUEST_USD = 0.20 / 1_000_000
WRITE_UNIT_USD = 0.625 / 1_000_000
READ_UNIT_USD = 0.125 / 1_000_000
HTTP_REQUEST_USD = 1.00 / 1_000_000
SOCKET_MESSAGE_USD = 1.00 / 1_000_000
BUS_EVENT_USD = 1.00 / 1_000_000

MEMORY_GB = 0.5

CPU_FACTOR = 1769 / 512
"""A function of 1,769 MB has one vCPU, one of 512 MB that share of it:
https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""

RUNS = 1000


@dataclass(frozen=True)
class CostLine:
    """One kind of cost: what a run takes of it, and dollars for 1,000 runs."""

    name: str
    per_run: str
    usd: float


@dataclass(frozen=True)
class Cost:
    """The costs of 1,000 runs."""

    lines: tuple[CostLine, ...]

    @property
    def total(self) -> float:
        """Dollars for 1,000 runs."""
        return sum(line.usd for line in self.lines)

    @property
    def verdict(self) -> str:
        """How the total stands to target and limit."""
        if self.total <= COST_TARGET_USD:
            return "met"
        if self.total <= COST_LIMIT_USD:
            return f"missed, but under the limit of ${COST_LIMIT_USD:.2f}"
        return f"MISSED, and over the limit of ${COST_LIMIT_USD:.2f}"


def billed_ms(handler: WarmHandler) -> float:
    """What Lambda would bill for a handler's part of one run, at 512 MB.

    Round trips are taken as measured; the rest takes longer on the smaller share of a processor.
    Each invocation is rounded up to the millisecond.
    """
    computing = handler.ours.p50 + handler.sdk.p50
    each = (computing * CPU_FACTOR + handler.wire.p50) / handler.invocations
    return math.ceil(each) * handler.invocations


def cost_of(warm: Warm, transitions: int) -> Cost:
    """The costs of runs that take as much as the measured ones."""
    milliseconds = sum(billed_ms(handler) for handler in warm.handlers)
    seconds = milliseconds / 1000 * MEMORY_GB
    events = warm.units.requests.get("events.PutEvents", 0.0)
    parts = (
        ("state transitions", f"{transitions}", transitions * TRANSITION_USD),
        (
            "DynamoDB writes",
            f"{warm.units.writes:.0f} units",
            warm.units.writes * WRITE_UNIT_USD,
        ),
        ("DynamoDB reads", f"{warm.units.reads:.0f} units", warm.units.reads * READ_UNIT_USD),
        (
            "Lambda duration",
            f"{milliseconds:.0f} ms at 512 MB",
            seconds * LAMBDA_GB_SECOND_USD,
        ),
        (
            "Lambda requests",
            f"{warm.invocations:.0f} invocations",
            warm.invocations * LAMBDA_REQUEST_USD,
        ),
        ("HTTP API", "1 request", HTTP_REQUEST_USD),
        (
            "WebSocket API, one listener",
            f"{warm.messages:.0f} messages",
            warm.messages * SOCKET_MESSAGE_USD,
        ),
        ("event bus", f"{events:.0f} event", events * BUS_EVENT_USD),
    )
    return Cost(tuple(CostLine(name, per_run, usd * RUNS) for name, per_run, usd in parts))
