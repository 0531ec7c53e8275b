"""Reddit as data: what it can do, what it takes, and how it fails. Two APIs under one token."""

from connectors.reddit.inputs import (
    AdjustBudget,
    CheckConnection,
    CreateCampaign,
    GetReport,
    ListCampaigns,
    SubmitComment,
    SubmitPost,
)
from hub.connector_kit.spec import (
    Action,
    Auth,
    AuthType,
    ClientAuth,
    ConnectorSpec,
    Credential,
    OAuth,
    Setting,
    app_credentials,
)
from hub.domain.outcome import Effect

ADS_URL = "https://ads-api.reddit.com/api/v3"
ORGANIC_URL = "https://oauth.reddit.com"

HOSTS = ("ads-api.reddit.com", "oauth.reddit.com")
"""Reddit's own hosts: the token goes to no other, whatever a setting or a cursor says."""

SPEC = ConnectorSpec(
    kind="reddit",
    display_name="Reddit",
    description="Submit posts and comments; create campaigns, steer budgets, read reports.",
    category="social",
    base_url=ADS_URL,
    auth=Auth(
        type=AuthType.OAUTH2,
        credentials=(
            Credential("accessToken", "OAuth access token; good for about an hour."),
            *app_credentials(),
        ),
        # history and identity are for looking up what became of a post or comment.
        scopes=("adsread", "adsedit", "identity", "submit", "read", "history", "flair"),
        oauth=OAuth(
            authorize_url="https://www.reddit.com/api/v1/authorize",
            token_url="https://www.reddit.com/api/v1/access_token",  # noqa: S106 -- an address
            # Without it Reddit gives no refresh token.
            extra={"duration": "permanent"},
            client_auth=ClientAuth.BASIC,
            # A dead refresh token is answered with a bare {"message": "Bad Request", "error": 400}.
            ended=("400",),
        ),
    ),
    settings=(
        Setting("adAccountId", "Ad account to work in, where an action does not name one."),
        Setting(
            "userAgent",
            "Unique name of your app, platform:app:version (by /u/name). Reddit slows down the "
            "ones of libraries.",
            "aws-lambda:neonhub.connector:v0.1 (by /u/neonhub)",
        ),
        Setting("adsBaseUrl", "Ads API, with its version.", ADS_URL),
        Setting("organicBaseUrl", "API of posts and comments.", ORGANIC_URL),
    ),
    actions=(
        Action(
            id="create_campaign",
            name="Create a campaign",
            description="Creates a campaign, paused unless told otherwise.",
            input=CreateCampaign,
            effect=Effect.WRITE,
            output={"campaignId": "id of the campaign", "name": "its name", "status": "as set"},
        ),
        Action(
            id="adjust_budget",
            name="Set a budget",
            description="Sets the budget of an ad group or a CBO campaign, in micro-units.",
            input=AdjustBudget,
            effect=Effect.IDEMPOTENT_WRITE,
            output={"level": "ad_group or campaign", "id": "its id", "goalValueMicros": "as it is"},
        ),
        Action(
            id="list_campaigns",
            name="List campaigns",
            description="Lists campaigns, a page at a time.",
            input=ListCampaigns,
            effect=Effect.READ,
            output={"campaigns": "id, name, status, objective, budget", "cursor": "next or null"},
        ),
        Action(
            id="get_report",
            name="Get a report",
            description="Reads metrics of ads, a page at a time; money in micro-units.",
            input=GetReport,
            effect=Effect.READ,
            output={"rows": "metrics", "updatedAt": "of the metrics", "cursor": "next or null"},
        ),
        Action(
            id="submit_post",
            name="Submit a post",
            description="Submits a text or link post to a subreddit or profile.",
            input=SubmitPost,
            effect=Effect.WRITE,
            output={"id": "full name, t3_…", "url": "where it is"},
        ),
        Action(
            id="submit_comment",
            name="Submit a comment",
            description="Comments on a post, or replies to a comment.",
            input=SubmitComment,
            effect=Effect.WRITE,
            output={"id": "full name, t1_…", "url": "where it is"},
        ),
        Action(
            id="test_connection",
            name="Test the connection",
            description="Asks Reddit who the token belongs to; changes nothing.",
            input=CheckConnection,
            effect=Effect.READ,
            output={"name": "user", "id": "t2_…", "api": "ads or organic"},
        ),
    ),
    limits="Posts and comments: 100 calls a minute, counted over 10, and fewer for young accounts. "
    "Ads, each minute: 400 reads, 200 writes, 60 reports.",
    reference="https://ads-api.reddit.com/docs/v3 and https://www.reddit.com/dev/api",
    contract="JSON Schemas after Reddit's OpenAPI document of the Ads API v3; requests of praw",
)
