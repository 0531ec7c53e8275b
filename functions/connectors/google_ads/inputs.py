"""What Google Ads' actions take. Money is in micros: a million is one unit of the currency."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from connectors.google_ads.bidding import PORTFOLIO, BidStrategy, Micros
from hub.connector_kit.spec import ActionInput


def _name(text: str) -> str:
    """Google trims names and counts their UTF-8 bytes."""
    if not 1 <= len(text.strip().encode()) <= 255:
        raise ValueError("must have 1 to 255 bytes in UTF-8")
    if any(letter in text for letter in "\x00\n\r"):
        raise ValueError("must be one line")
    return text.strip()


Name = Annotated[str, AfterValidator(_name)]
Id = Annotated[str, Field(pattern=r"^\d{1,19}$", description="An id: digits only.")]
CustomerId = Annotated[
    str | None,
    Field(
        default=None,
        pattern=r"^\d{3}-?\d{3}-?\d{4}$",
        description="Account to act on; else the connection's setting customerId.",
    ),
]
Moment = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$",
        description='In the account\'s time zone, as "2026-12-01 00:00:00".',
    ),
]


class Delivery(StrEnum):
    """How a budget is spent over the day."""

    STANDARD = "STANDARD"
    ACCELERATED = "ACCELERATED"


class CreateBudget(ActionInput):
    """Input of `create_budget`: a daily amount, or a total one for a campaign's whole time."""

    name: Name
    amount_micros: Micros | None = None
    total_amount_micros: Micros | None = None
    delivery_method: Delivery = Delivery.STANDARD
    explicitly_shared: bool = Field(
        default=False, description="Whether several campaigns may use it; it cannot be undone."
    )
    customer_id: CustomerId

    @model_validator(mode="after")
    def _one_amount(self) -> "CreateBudget":
        if (self.amount_micros is None) == (self.total_amount_micros is None):
            raise ValueError("give either amountMicros or totalAmountMicros")
        if self.total_amount_micros and self.explicitly_shared:
            raise ValueError("a budget with a totalAmountMicros cannot be shared")
        return self


class Channel(StrEnum):
    """Where a campaign's ads are shown. The others need settings that are not taken here."""

    SEARCH = "SEARCH"
    DISPLAY = "DISPLAY"
    SHOPPING = "SHOPPING"
    PERFORMANCE_MAX = "PERFORMANCE_MAX"
    DEMAND_GEN = "DEMAND_GEN"


_MAX = Channel.PERFORMANCE_MAX


class CampaignStatus(StrEnum):
    """Whether a new campaign spends money at once."""

    PAUSED = "PAUSED"
    ENABLED = "ENABLED"


class Networks(ActionInput):
    """The networks of a search or display campaign."""

    target_google_search: bool = True
    target_search_network: bool = True
    target_content_network: bool = False
    target_partner_search_network: bool = False

    @model_validator(mode="after")
    def _search_before_partners(self) -> "Networks":
        if self.target_search_network and not self.target_google_search:
            raise ValueError("targetSearchNetwork needs targetGoogleSearch")
        return self


class Shopping(ActionInput):
    """The Merchant Center account of a shopping or Performance Max campaign."""

    merchant_id: Id
    feed_label: str | None = Field(default=None, pattern=r"^[A-Z0-9_-]{1,20}$")
    campaign_priority: int | None = Field(default=None, ge=0, le=2)
    enable_local: bool | None = None


class CreateCampaign(ActionInput):
    """Input of `create_campaign`. The budget is a new one of its own, or `budgetId`."""

    name: Name
    advertising_channel_type: Channel = Channel.SEARCH
    status: CampaignStatus = CampaignStatus.PAUSED
    daily_budget_micros: Micros | None = None
    total_budget_micros: Micros | None = None
    budget_id: Id | None = None
    bidding: BidStrategy | None = None
    bidding_strategy_id: Id | None = Field(default=None, description="A portfolio strategy's id.")
    start_date_time: Moment | None = None
    end_date_time: Moment | None = None
    network_settings: Networks | None = None
    shopping_setting: Shopping | None = None
    brand_guidelines_enabled: bool | None = Field(
        default=None, description="For PERFORMANCE_MAX: whether the campaign has its own brand."
    )
    tracking_url_template: str | None = Field(default=None, max_length=2048)
    final_url_suffix: str | None = Field(default=None, max_length=2048)
    contains_eu_political_advertising: bool = Field(
        default=False,
        description="Google wants to know of every campaign; it shows no such ads in the EU.",
    )
    customer_id: CustomerId

    @model_validator(mode="after")
    def _sound(self) -> "CreateCampaign":
        budgets = (self.daily_budget_micros, self.total_budget_micros, self.budget_id)
        if sum(budget is not None for budget in budgets) != 1:
            raise ValueError("give one of dailyBudgetMicros, totalBudgetMicros and budgetId")
        if (self.bidding is None) == (self.bidding_strategy_id is None):
            raise ValueError("give either bidding or biddingStrategyId")
        if self.total_budget_micros and not self.end_date_time:
            raise ValueError("a totalBudgetMicros needs an endDateTime")
        if self.start_date_time and self.end_date_time and not self._in_order():
            raise ValueError("endDateTime must be after startDateTime")
        if self.advertising_channel_type is Channel.SHOPPING and not self.shopping_setting:
            raise ValueError("a SHOPPING campaign needs a shoppingSetting")
        if self.brand_guidelines_enabled is not None and self.advertising_channel_type is not _MAX:
            raise ValueError("brandGuidelinesEnabled is for PERFORMANCE_MAX campaigns")
        return self

    def _in_order(self) -> bool:
        return (self.start_date_time or "") < (self.end_date_time or "")


class UpdateBidStrategy(ActionInput):
    """Input of `update_bid_strategy`: a campaign's own strategy (`campaignId`, `bidding`), a
    portfolio for a campaign (`campaignId`, `biddingStrategyId`), or a portfolio's targets
    (`biddingStrategyId`, `bidding`).
    """

    campaign_id: Id | None = None
    bidding_strategy_id: Id | None = None
    bidding: BidStrategy | None = None
    customer_id: CustomerId

    @model_validator(mode="after")
    def _two(self) -> "UpdateBidStrategy":
        given = (self.campaign_id, self.bidding_strategy_id, self.bidding)
        if sum(each is not None for each in given) != 2:
            raise ValueError("give two of campaignId, biddingStrategyId and bidding")
        if not self.campaign_id and self.bidding:
            if self.bidding.type not in PORTFOLIO:
                raise ValueError(f"a portfolio strategy cannot be {self.bidding.type}")
            if not self.bidding.given():
                raise ValueError("give at least one target or limit to change")
        return self


class Search(ActionInput):
    """Input of `search`: a query in the Google Ads Query Language. `cursor` continues a list; its
    pages have up to 10,000 rows, so a LIMIT in the query keeps the answer small.
    """

    query: str = Field(
        min_length=1,
        max_length=60_000,
        pattern=r"^\s*[Ss][Ee][Ll][Ee][Cc][Tt]\s",
        description="Like SELECT campaign.id, campaign.name FROM campaign LIMIT 50.",
    )
    cursor: str | None = None
    total: bool = Field(default=False, description="Whether to count all rows.")
    summary: bool = Field(default=False, description="Whether to add a row with the sums.")
    customer_id: CustomerId


class Metric(StrEnum):
    """Metrics of a campaign, as they are called in the answer."""

    IMPRESSIONS = "impressions"
    CLICKS = "clicks"
    COST = "costMicros"
    CTR = "ctr"
    AVERAGE_CPC = "averageCpc"
    AVERAGE_CPM = "averageCpm"
    INTERACTIONS = "interactions"
    CONVERSIONS = "conversions"
    CONVERSIONS_VALUE = "conversionsValue"
    COST_PER_CONVERSION = "costPerConversion"
    CONVERSION_RATE = "conversionsFromInteractionsRate"
    ALL_CONVERSIONS = "allConversions"
    SEARCH_SHARE = "searchImpressionShare"


class Segment(StrEnum):
    """What the metrics may be split by."""

    DATE = "date"
    WEEK = "week"
    MONTH = "month"
    DAY_OF_WEEK = "dayOfWeek"
    HOUR = "hour"
    DEVICE = "device"
    NETWORK = "adNetworkType"


_DEFAULT_METRICS = (
    Metric.IMPRESSIONS,
    Metric.CLICKS,
    Metric.COST,
    Metric.CONVERSIONS,
    Metric.CONVERSIONS_VALUE,
)


class GetCampaignMetrics(ActionInput):
    """Input of `get_campaign_metrics`. Both dates are included. Without `limit` all rows come, in
    pages of up to 10,000 that `cursor` continues: Google lets nobody choose their size.
    """

    start_date: date
    end_date: date
    campaign_ids: tuple[Id, ...] = Field(
        default=(), max_length=1000, description="Only these; else every campaign."
    )
    metrics: tuple[Metric, ...] = Field(default=_DEFAULT_METRICS, min_length=1)
    segments: tuple[Segment, ...] = Field(default=(), description="One row for each of these.")
    limit: int | None = Field(default=None, ge=1, le=10_000, description="Only the first rows.")
    cursor: str | None = None
    customer_id: CustomerId

    @model_validator(mode="after")
    def _dates_in_order(self) -> "GetCampaignMetrics":
        if self.end_date < self.start_date:
            raise ValueError("endDate is before startDate")
        return self
