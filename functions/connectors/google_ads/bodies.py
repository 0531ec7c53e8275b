"""The operations of mutate calls, as Google Ads has them in JSON."""

from collections.abc import Mapping

from connectors.google_ads.bidding import Bidding, BidStrategy, to_wire
from connectors.google_ads.inputs import (
    Channel,
    CreateBudget,
    CreateCampaign,
    Networks,
    UpdateBidStrategy,
)
from hub.domain.model import Json

_TEMPORARY_BUDGET = -1
"""A negative id names what an earlier operation of the same call creates."""


_CLEARED: dict[Bidding, str] = {
    Bidding.MANUAL_CPC: "enhanced_cpc_enabled",
    Bidding.MAXIMIZE_CONVERSIONS: "target_cpa_micros",
    Bidding.MAXIMIZE_CONVERSION_VALUE: "target_roas",
    Bidding.MAXIMIZE_CLICKS: "cpc_bid_ceiling_micros",
}
"""What a campaign's strategy may be without, and loses when it is not given."""


def wire(fields: Mapping[str, object]) -> dict[str, Json]:
    """Fields as they go out: unset ones left away, 64-bit numbers as text."""
    return {to_wire(name): _value(name, v) for name, v in fields.items() if v is not None}


def _value(name: str, value: object) -> Json:
    # protobuf's JSON has int64 as text; every such field we send ends in these words.
    return str(value) if name.endswith(("_micros", "merchant_id")) else value


def budget(given: CreateBudget) -> dict[str, Json]:
    """The operation that creates a budget."""
    return {
        "create": wire(
            {
                "name": given.name,
                "amount_micros": given.amount_micros,
                "total_amount_micros": given.total_amount_micros,
                "period": "CUSTOM_PERIOD" if given.total_amount_micros else None,
                "delivery_method": given.delivery_method.value,
                "explicitly_shared": given.explicitly_shared,
            }
        )
    }


def campaign(given: CreateCampaign, customer: str, mark: str) -> list[dict[str, Json]]:
    """The operations that create a campaign, its own budget first."""
    if given.budget_id:
        name = f"customers/{customer}/campaignBudgets/{given.budget_id}"
        return [{"campaignOperation": {"create": _campaign(given, customer, name)}}]
    name = f"customers/{customer}/campaignBudgets/{_TEMPORARY_BUDGET}"
    own = budget(
        CreateBudget(
            # Google renames a budget that is not shared after its campaign; until then the name
            # must be one that no shared budget has.
            name=f"{given.name[:50].strip()} {mark}",
            amount_micros=given.daily_budget_micros,
            total_amount_micros=given.total_budget_micros,
        )
    )
    created = {"resourceName": name, **own["create"]}
    return [
        {"campaignBudgetOperation": {"create": created}},
        {"campaignOperation": {"create": _campaign(given, customer, name)}},
    ]


def campaign_update(given: UpdateBidStrategy, customer: str) -> dict[str, Json]:
    """The operation that gives a campaign a strategy of its own, or a portfolio's."""
    name = f"customers/{customer}/campaigns/{given.campaign_id}"
    if given.bidding is None:
        portfolio = _portfolio(customer, given.bidding_strategy_id)
        update: dict[str, Json] = {"resourceName": name, "biddingStrategy": portfolio}
        return {"updateMask": "biddingStrategy", "update": update}
    return {
        "updateMask": _mask(given.bidding, whole=True),
        "update": {"resourceName": name, **_bidding(given.bidding)},
    }


def portfolio_update(given: UpdateBidStrategy, customer: str) -> dict[str, Json]:
    """The operation that changes a portfolio strategy's targets; others of its stay."""
    assert given.bidding is not None  # the input's validator saw to it
    name = _portfolio(customer, given.bidding_strategy_id)
    return {
        "updateMask": _mask(given.bidding, whole=False),
        "update": {"resourceName": name, **_bidding(given.bidding)},
    }


def _campaign(given: CreateCampaign, customer: str, budget_name: str) -> dict[str, Json]:
    declared = "CONTAINS" if given.contains_eu_political_advertising else "DOES_NOT_CONTAIN"
    networks = given.network_settings
    if networks is None and given.advertising_channel_type is Channel.SEARCH:
        # Without any network Google refuses a search campaign.
        networks = Networks()
    shopping = given.shopping_setting
    own = {
        "name": given.name,
        "status": given.status.value,
        "advertising_channel_type": given.advertising_channel_type.value,
        "campaign_budget": budget_name,
        "contains_eu_political_advertising": f"{declared}_EU_POLITICAL_ADVERTISING",
        "start_date_time": given.start_date_time,
        "end_date_time": given.end_date_time,
        "network_settings": wire(networks.model_dump()) if networks else None,
        "shopping_setting": wire(shopping.model_dump()) if shopping else None,
        "brand_guidelines_enabled": given.brand_guidelines_enabled,
        "tracking_url_template": given.tracking_url_template,
        "final_url_suffix": given.final_url_suffix,
    }
    if given.bidding:
        return {**wire(own), **_bidding(given.bidding)}
    return {**wire(own), "biddingStrategy": _portfolio(customer, given.bidding_strategy_id)}


def _bidding(bidding: BidStrategy) -> dict[str, Json]:
    """The strategy as one field; an empty object is one with nothing set."""
    return {bidding.type.value: wire(bidding.given())}


def _mask(bidding: BidStrategy, *, whole: bool) -> str:
    """The fields that an update changes, separated by commas.

    With `whole` also the target that is not given, which clears it. A field with fields of its own
    must not be named itself (FIELD_HAS_SUBFIELDS):
    https://developers.google.com/google-ads/api/docs/client-libs/php/fieldmasks.
    """
    names = list(bidding.given())
    cleared = _CLEARED.get(bidding.type)
    if whole and cleared and cleared not in names:
        names.append(cleared)
    paths = [f"{bidding.type.value}.{to_wire(name)}" for name in names]
    return ",".join(paths) or bidding.type.value


def _portfolio(customer: str, strategy_id: str | None) -> str:
    return f"customers/{customer}/biddingStrategies/{strategy_id}"
