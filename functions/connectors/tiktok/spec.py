"""TikTok as data: what it can do, what it takes, and how it fails.

The trap of the route: TikTok is said to refuse new campaigns of the manual route for the objectives
APP_PROMOTION, LEAD_GENERATION, PRODUCT_SALES and WEB_CONVERSIONS after 2026-12-31 (third parties
only, no page of TikTok's says so). Existing campaigns and the other objectives stay. The setting
`route` = smart_plus moves a connection over without a change of code.
"""

from connectors.tiktok.inputs import (
    AdjustBudget,
    CheckConnection,
    CreateAd,
    CreateAdGroup,
    CreateCampaign,
    GetReport,
    TurnOffAd,
)
from hub.connector_kit.spec import (
    Action,
    Auth,
    AuthType,
    ConnectorSpec,
    Credential,
    OAuth,
    Setting,
    Webhook,
)
from hub.domain.outcome import Effect

HOSTS = ("business-api.tiktok.com", "sandbox-ads.tiktok.com")
"""TikTok's own hosts: the token goes to no other, whatever `baseUrl` says."""

BASE_URL = "https://business-api.tiktok.com/open_api/v1.3"

SPEC = ConnectorSpec(
    kind="tiktok",
    display_name="TikTok Ads",
    description="Create campaigns, ad groups and ads, steer their budgets, read reports.",
    category="ads",
    base_url=BASE_URL,
    auth=Auth(
        type=AuthType.OAUTH2,
        credentials=(
            Credential("accessToken", "Marketing API token; good until it is revoked."),
            Credential("clientSecret", "Secret of the app; signs webhooks.", required=False),
        ),
        # TikTok's own dialect: the page takes app_id for client_id, the token call is JSON with
        # app_id, secret and auth_code. There is no refresh token and no PKCE.
        oauth=OAuth(
            authorize_url="https://business-api.tiktok.com/portal/auth",
            token_url=f"{BASE_URL}/oauth2/access_token/",
        ),
    ),
    settings=(
        Setting("advertiserId", "Ad account to work in, where an action does not name one."),
        Setting(
            "route",
            "manual or smart_plus. New manual campaigns are said to be refused after 2026-12-31 "
            "for app promotion, lead generation, product sales and web conversions: set "
            "smart_plus then.",
            "manual",
        ),
        Setting(
            "baseUrl",
            "https://sandbox-ads.tiktok.com/open_api/v1.3 for TikTok's own sandbox.",
            BASE_URL,
        ),
    ),
    actions=(
        Action(
            id="create_campaign",
            name="Create a campaign",
            description="Creates a campaign over the manual or the Smart+ route.",
            input=CreateCampaign,
            effect=Effect.WRITE,
            output={"campaignId": "id of the campaign", "name": "its name"},
        ),
        Action(
            id="create_ad_group",
            name="Create an ad group",
            description="Creates an ad group: who sees the ads, when, and for how much.",
            input=CreateAdGroup,
            effect=Effect.WRITE,
            output={"adgroupId": "id of the ad group", "name": "its name"},
        ),
        Action(
            id="create_ad",
            name="Create an ad",
            description="Creates an ad of media that is in TikTok's library, or of a post.",
            input=CreateAd,
            effect=Effect.WRITE,
            output={"adIds": "ids of the ads", "name": "the name"},
        ),
        Action(
            id="adjust_budget",
            name="Set a budget",
            description="Sets the budget of an ad group or a campaign, in major units.",
            input=AdjustBudget,
            effect=Effect.IDEMPOTENT_WRITE,
            output={"level": "adgroup or campaign", "id": "its id", "budget": "as it is now"},
        ),
        Action(
            id="turn_off_ad",
            name="Turn off",
            description="Turns off ads, ad groups or campaigns.",
            input=TurnOffAd,
            effect=Effect.IDEMPOTENT_WRITE,
            output={"level": "ad, adgroup or campaign", "ids": "those turned off"},
        ),
        Action(
            id="get_report",
            name="Get a report",
            description="Reads a synchronous report, a page at a time.",
            input=GetReport,
            effect=Effect.READ,
            output={
                "rows": "dimensions and metrics",
                "totals": "of all rows, if asked for",
                "total": "number of rows",
                "cursor": "next page or null",
            },
        ),
        Action(
            id="test_connection",
            name="Test the connection",
            description="Reads the ad account, or who the token belongs to; changes nothing.",
            input=CheckConnection,
            effect=Effect.READ,
            output={"advertiserId": "ad account", "name": "its name", "currency": "ISO 4217"},
        ),
    ),
    limits="Basic tier 10 calls a second, 600 a minute, 864,000 a day; ad creation 5, 150, 86,400. "
    "20 ids a status call, 1,000 rows a report page.",
    reference="https://business-api.tiktok.com/portal/docs",
    contract="JSON Schemas after TikTok's own SDK and its OpenAPI files (business-api-sdk 0.1.8)",
    webhook=Webhook("t=…,s=hex HMAC-SHA256 of t.body", "tiktok-signature"),
)
