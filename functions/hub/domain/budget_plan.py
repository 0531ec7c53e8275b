"""A budget plan: how much money, which channels, within which limits, by which rules.

Field names are those that clients of the original system send. ROI is net:
(returns - cost) / cost, so 0 breaks even, -1 loses everything, and 2.5 brings 3.50 for each 1.00.
"""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, PlainSerializer, model_validator
from pydantic.alias_generators import to_camel

from hub.domain.budget_shares import fraction
from hub.domain.model import Record

MAX_TOTAL = 100_000_000_000
"""The largest budget. Up to here a JSON number carries every cent exactly."""

MAX_CHANNELS = 50
MAX_RULES = 50


def _wire_name(name: str) -> str:
    """`mean_roi` is `meanROI` on the wire, as clients know it."""
    camel = to_camel(name)
    return f"{camel[:-3]}ROI" if camel.endswith("Roi") else camel


class BudgetRecord(Record):
    """The base of what budgets take and give."""

    model_config = ConfigDict(alias_generator=_wire_name)


Money = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
"""An amount to the cent; a number in JSON."""

Amount = Annotated[Money, Field(ge=0, le=MAX_TOTAL, decimal_places=2)]

Name = Annotated[
    str,
    Field(
        max_length=60,
        pattern=r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$",
        description="Any name, for example google_ads.",
    ),
]

Roi = Annotated[float, Field(ge=-1, le=1000, allow_inf_nan=False)]
Share = Annotated[
    float, Field(gt=0, le=1, allow_inf_nan=False, description="Of the total: 0.4 is 40 %.")
]


class Channel(BudgetRecord):
    """A channel that may get money."""

    channel: Name
    priority: int = Field(default=5, ge=1, le=10, description="Weight: 10 counts twice as 5.")
    historical_roi: Roi | None = Field(
        default=None,
        description="(returns - cost) / cost so far; 0 breaks even. Read to 6 decimals.",
    )
    min_allocation: Amount = Field(default=Decimal(0), description="It gets at least this.")
    max_allocation: Amount | None = Field(default=None, description="It gets at most this.")
    cost_per_thousand: float | None = Field(
        default=None,
        ge=0.01,
        le=1_000_000,
        allow_inf_nan=False,
        description="What a thousand people reached have cost. Without it, reach is not known.",
    )

    @property
    def returned(self) -> Fraction | None:
        """What has come back for each 1.00; None if that is not known."""
        return None if self.historical_roi is None else 1 + fraction(self.historical_roi)


class Multiply(BudgetRecord):
    """Multiplies what a channel has, or what every channel has whose ROI is below or above."""

    type: Literal["multiply"]
    channel: Name | None = Field(default=None, description="Without it, every channel.")
    if_roi_below: Roi | None = Field(default=None, description="Only if historicalROI is below.")
    if_roi_above: Roi | None = Field(default=None, description="Only if historicalROI is above.")
    multiply_by: float = Field(ge=0.01, le=100, allow_inf_nan=False)

    @model_validator(mode="after")
    def _chooses(self) -> Self:
        if self.channel is None and not self.conditional:
            raise ValueError("a multiply rule needs a channel, ifRoiBelow or ifRoiAbove")
        return self

    @property
    def conditional(self) -> bool:
        """Whether it depends on the ROI; then it never applies to a channel without one."""
        return self.if_roi_below is not None or self.if_roi_above is not None

    def applies(self, channel: Channel) -> bool:
        """Whether the channel is one it multiplies."""
        if self.channel not in (None, channel.channel):
            return False
        if not self.conditional:
            return True
        roi = channel.historical_roi
        return (
            roi is not None
            and (self.if_roi_below is None or roi < self.if_roi_below)
            and (self.if_roi_above is None or roi > self.if_roi_above)
        )


class CapShare(BudgetRecord):
    """A channel gets at most a share of the total."""

    type: Literal["cap_share"]
    channel: Name
    share: Share


class FloorShare(BudgetRecord):
    """A channel gets at least a share of the total."""

    type: Literal["floor_share"]
    channel: Name
    share: Share


Rule = Annotated[Multiply | CapShare | FloorShare, Field(discriminator="type")]


class BudgetPlan(BudgetRecord):
    """What `POST /api/budgets/allocate` takes."""

    total_budget: Decimal = Field(
        gt=0, le=MAX_TOTAL, decimal_places=2, description="All of it is allocated, to the cent."
    )
    currency: str | None = Field(
        default=None, pattern=r"^[A-Z]{3}$", description="Only carried; amounts have two decimals."
    )
    channels: tuple[Channel, ...] = Field(min_length=1, max_length=MAX_CHANNELS)
    rules: tuple[Rule, ...] = Field(
        default=(), max_length=MAX_RULES, description="Applied after the limits of the channels."
    )

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        counted = Counter(channel.channel.casefold() for channel in self.channels)
        twice = sorted(name for name, count in counted.items() if count > 1)
        if twice:
            raise ValueError(f"channels are named more than once: {', '.join(twice)}")
        known = {channel.channel for channel in self.channels}
        unknown = sorted({rule.channel for rule in self.rules if rule.channel} - known)
        if unknown:
            named = ", ".join(unknown)
            raise ValueError(f"rules name channels that the plan does not have: {named}")
        return self

    def multipliers(self, channel: Channel) -> list[Multiply]:
        """The rules that multiply what a channel has."""
        return [r for r in self.rules if isinstance(r, Multiply) and r.applies(channel)]
