"""Facebook as data: Pages and ads, what they can do, and their limits."""

from connectors.facebook.inputs import (
    CreateCampaign,
    CreatePost,
    GetInsights,
    PauseAdSet,
    SchedulePost,
    UpdateCreative,
)
from hub.connector_kit.meta import API_VERSION
from hub.connector_kit.meta_oauth import META_CLIENT_ID, META_OAUTH
from hub.connector_kit.spec import (
    Action,
    Auth,
    AuthType,
    ConnectorSpec,
    Credential,
    NoInput,
    Setting,
    Webhook,
)
from hub.domain.outcome import Effect

_POST = {
    "postId": "id of the post, page_post; null where Meta does not tell it yet",
    "photoIds": "ids of its photos",
    "videoId": "id of its video, or null",
}

SPEC = ConnectorSpec(
    kind="facebook",
    display_name="Facebook",
    description="Post to a Page, schedule posts, create campaigns, change ads, read insights.",
    category="social",
    base_url="https://graph.facebook.com",
    auth=Auth(
        type=AuthType.OAUTH2,
        credentials=(
            Credential(
                "accessToken",
                "Token of a system user (does not expire) or of a user (about 60 days), for ads.",
            ),
            Credential(
                "pageAccessToken",
                "Token of the Page, for posts and their insights; else the access token is used.",
                required=False,
            ),
            Credential(
                "appSecret",
                "The app's secret: proves that calls are the app's, and signs its webhooks.",
                required=False,
            ),
            Credential("verifyToken", "The token you chose for webhooks.", required=False),
            META_CLIENT_ID,
        ),
        scopes=(
            "ads_management",
            "ads_read",
            "business_management",
            "pages_manage_posts",
            "pages_read_engagement",
            "pages_show_list",
            "read_insights",
        ),
        oauth=META_OAUTH,
    ),
    actions=(
        Action(
            id="create_campaign",
            name="Create a campaign",
            description="Creates an ad campaign, paused unless told otherwise.",
            input=CreateCampaign,
            effect=Effect.WRITE,
            output={"campaignId": "id of the campaign; null with validateOnly", "valid": "true"},
        ),
        Action(
            id="pause_ad_set",
            name="Pause an ad set",
            description="Stops the delivery of an ad set's ads.",
            input=PauseAdSet,
            effect=Effect.IDEMPOTENT_WRITE,
            output={"adSetId": "id of the ad set", "status": "PAUSED"},
        ),
        Action(
            id="update_creative",
            name="Change what an ad shows",
            description="Makes a new creative and points the ad to it; Meta reviews the ad anew.",
            input=UpdateCreative,
            effect=Effect.WRITE,
            output={"adId": "id of the ad", "creativeId": "id of its new creative"},
        ),
        Action(
            id="create_post",
            name="Create a post",
            description="Posts text, a link, photos or a video to the Page.",
            input=CreatePost,
            effect=Effect.WRITE,
            output=_POST,
        ),
        Action(
            id="schedule_post",
            name="Schedule a post",
            description="Has Facebook publish a post at a time 10 minutes to about 30 days ahead.",
            input=SchedulePost,
            effect=Effect.WRITE,
            output={**_POST, "publishAt": "when it will be published"},
        ),
        Action(
            id="get_insights",
            name="Read insights",
            description="Figures of the ad account, the Page or one post.",
            input=GetInsights,
            effect=Effect.READ,
            output={
                "insights": "rows of the ads' fields, or name, period and values of metrics",
                "cursor": "next page or null",
            },
        ),
        Action(
            id="test_connection",
            name="Test the connection",
            description="Asks Meta whose the token is; changes nothing.",
            input=NoInput,
            effect=Effect.READ,
            output={"id": "id of the user or Page", "name": "its name"},
        ),
    ),
    settings=(
        Setting("pageId", "Id of the Page that posts are of."),
        Setting("adAccountId", "Id of the ad account, with or without act_."),
        Setting("apiVersion", "Version of the Graph API.", API_VERSION),
    ),
    limits="Page: 4,800 calls a day and engaged user; ads: 100,000 calls an hour plus 40 for each "
    "active ad (300 at first), 100 changes a second; posts are scheduled 10 minutes to about 30 "
    "days ahead.",
    reference="https://developers.facebook.com/docs/marketing-apis",
    contract="Parameter tables of Meta's own SDK (facebook_business 26, Graph API v26.0)",
    webhook=Webhook("HMAC-SHA256 of the body with the app secret", "X-Hub-Signature-256"),
)
