"""Bidding strategies, as actions take them. Money is in micros: a million is one unit.

https://developers.google.com/google-ads/api/docs/campaigns/bidding/assign-strategies, read 2026-11.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from hub.connector_kit.spec import ActionInput

Micros = Annotated[int, Field(ge=1, le=2**63 - 1, description="Money; 1000000 is one unit.")]


class Bidding(StrEnum):
    """Standard bidding strategies, named as the field of a campaign that holds them."""

    MANUAL_CPC = "manualCpc"
    MANUAL_CPM = "manualCpm"
    MANUAL_CPV = "manualCpv"
    MAXIMIZE_CONVERSIONS = "maximizeConversions"
    MAXIMIZE_CONVERSION_VALUE = "maximizeConversionValue"
    TARGET_CPA = "targetCpa"
    TARGET_ROAS = "targetRoas"
    TARGET_IMPRESSION_SHARE = "targetImpressionShare"
    MAXIMIZE_CLICKS = "targetSpend"


TAKEN: dict[Bidding, tuple[str, ...]] = {
    Bidding.MANUAL_CPC: (),
    Bidding.MANUAL_CPM: (),
    Bidding.MANUAL_CPV: (),
    Bidding.MAXIMIZE_CONVERSIONS: (
        "target_cpa_micros",
        "cpc_bid_ceiling_micros",
        "cpc_bid_floor_micros",
    ),
    Bidding.MAXIMIZE_CONVERSION_VALUE: (
        "target_roas",
        "cpc_bid_ceiling_micros",
        "cpc_bid_floor_micros",
    ),
    Bidding.TARGET_CPA: ("target_cpa_micros", "cpc_bid_ceiling_micros", "cpc_bid_floor_micros"),
    Bidding.TARGET_ROAS: ("target_roas", "cpc_bid_ceiling_micros", "cpc_bid_floor_micros"),
    Bidding.TARGET_IMPRESSION_SHARE: (
        "location",
        "location_fraction_micros",
        "cpc_bid_ceiling_micros",
    ),
    Bidding.MAXIMIZE_CLICKS: ("cpc_bid_ceiling_micros",),
}
"""The fields that each strategy takes."""

_WANTED: dict[Bidding, tuple[str, ...]] = {
    Bidding.TARGET_CPA: ("target_cpa_micros",),
    Bidding.TARGET_ROAS: ("target_roas",),
    Bidding.TARGET_IMPRESSION_SHARE: TAKEN[Bidding.TARGET_IMPRESSION_SHARE],
}
PORTFOLIO = frozenset(
    {
        Bidding.MAXIMIZE_CONVERSIONS,
        Bidding.MAXIMIZE_CONVERSION_VALUE,
        Bidding.TARGET_CPA,
        Bidding.TARGET_ROAS,
        Bidding.TARGET_IMPRESSION_SHARE,
        Bidding.MAXIMIZE_CLICKS,
    }
)
"""The strategies that a portfolio can have."""


class Location(StrEnum):
    """Where on a page of results an ad should stand."""

    ANYWHERE = "ANYWHERE_ON_PAGE"
    TOP = "TOP_OF_PAGE"
    ABSOLUTE_TOP = "ABSOLUTE_TOP_OF_PAGE"


class BidStrategy(ActionInput):
    """A bidding strategy and its targets. Bid limits are for portfolios, ceilings for clicks and
    impression share too.
    """

    type: Bidding
    target_cpa_micros: Micros | None = None
    target_roas: float | None = Field(
        default=None, ge=0.01, le=1000, description="Revenue for a unit of spend; 3.5 is 350 %."
    )
    cpc_bid_ceiling_micros: Micros | None = None
    cpc_bid_floor_micros: Micros | None = None
    location: Location | None = None
    location_fraction_micros: int | None = Field(
        default=None, ge=1, le=1_000_000, description="Share of impressions; 10000 is 1 %."
    )

    @model_validator(mode="after")
    def _fields_fit(self) -> "BidStrategy":
        given = self.given()
        wrong = [to_wire(name) for name in given if name not in TAKEN[self.type]]
        missing = [to_wire(name) for name in _WANTED.get(self.type, ()) if name not in given]
        if wrong:
            raise ValueError(f"{self.type} does not take {', '.join(wrong)}")
        if missing:
            raise ValueError(f"{self.type} needs {', '.join(missing)}")
        return self

    def given(self) -> dict[str, int | float | str]:
        """The fields that are set, but `type`."""
        found: dict[str, int | float | str] = self.model_dump(
            mode="json", exclude_none=True, exclude={"type"}
        )
        return found


def to_wire(name: str) -> str:
    """A field's name as Google and our callers write it."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
