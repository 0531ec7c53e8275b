"""Google Ads as data: what it can do, what it takes, and how it fails."""

from connectors.google_ads.inputs import (
    CreateBudget,
    CreateCampaign,
    GetCampaignMetrics,
    Search,
    UpdateBidStrategy,
)
from hub.connector_kit.google import google_auth
from hub.connector_kit.spec import Action, ConnectorSpec, NoInput, Setting
from hub.domain.outcome import Effect

SPEC = ConnectorSpec(
    kind="google_ads",
    display_name="Google Ads",
    description="Create budgets and campaigns, change bidding, and read how they do.",
    category="ads",
    base_url="https://googleads.googleapis.com",
    auth=google_auth("https://www.googleapis.com/auth/adwords"),
    actions=(
        Action(
            id="create_budget",
            name="Create a budget",
            description="Creates a campaign budget.",
            input=CreateBudget,
            effect=Effect.WRITE,
            output={"budgetId": "id", "resourceName": "customers/…/campaignBudgets/…"},
        ),
        Action(
            id="create_campaign",
            name="Create a campaign",
            description="Creates a campaign, paused unless told otherwise, with a budget of its "
            "own in the same step: both are made or neither.",
            input=CreateCampaign,
            effect=Effect.WRITE,
            output={
                "campaignId": "id",
                "resourceName": "customers/…/campaigns/…",
                "budgetId": "id of its budget",
            },
        ),
        Action(
            id="update_bid_strategy",
            name="Change the bidding",
            description="Gives a campaign a bidding strategy, or a portfolio strategy new targets.",
            input=UpdateBidStrategy,
            effect=Effect.IDEMPOTENT_WRITE,
            output={"resourceName": "what was changed"},
        ),
        Action(
            id="search",
            name="Search",
            description="Runs a query in the Google Ads Query Language.",
            input=Search,
            effect=Effect.READ,
            output={
                "rows": "objects as Google has them",
                "total": "number of all rows, if asked for",
                "summary": "sums, if asked for",
                "cursor": "next page or null",
            },
        ),
        Action(
            id="get_campaign_metrics",
            name="Get campaign metrics",
            description="Tells how campaigns did between two dates.",
            input=GetCampaignMetrics,
            effect=Effect.READ,
            output={
                "rows": "campaignId, name, status, currency, segments and metrics; money in micros",
                "cursor": "next page or null",
            },
        ),
        Action(
            id="test_connection",
            name="Test the connection",
            description="Lists the accounts that the user can reach; changes nothing.",
            input=NoInput,
            effect=Effect.READ,
            output={"customerIds": "accounts that can be reached directly"},
        ),
    ),
    limits="Operations a day by the Cloud project's access: 2,880 (Explorer), 15,000 (Basic), "
    "unlimited (Standard). Pages have 10,000 rows.",
    reference="https://developers.google.com/google-ads/api/rest/overview",
    contract="Messages of Google's own client library (google-ads), v26",
    settings=(
        Setting("apiVersion", "version of the Google Ads API; v23 to v26 are live", "v26"),
        Setting("customerId", "account to act on, with or without dashes"),
        Setting("loginCustomerId", "manager account through which the account is reached"),
    ),
)
