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
from connectors.tiktok.post_inputs import GetPost, PublishPhotos, PublishVideo
from hub.connector_kit.spec import (
    Action,
    Auth,
    AuthType,
    ClientAuth,
    ConnectorSpec,
    Credential,
    NoInput,
    OAuth,
    Setting,
    Webhook,
)
from hub.domain.outcome import Effect
from hub.domain.token import TokenNames

HOSTS = ("business-api.tiktok.com", "sandbox-ads.tiktok.com")
"""TikTok's own hosts: the token goes to no other, whatever `baseUrl` says."""

BASE_URL = "https://business-api.tiktok.com/open_api/v1.3"
POSTING_URL = "https://open.tiktokapis.com"
"""TikTok for Developers: posts are another product than ads, with apps and tokens of its own."""

_POSTED = {
    "publishId": "id of the publishing",
    "postId": "id of the post; null while TikTok moderates it, and for posts not everybody sees",
    "url": "its address, or null",
}

SPEC = ConnectorSpec(
    kind="tiktok",
    display_name="TikTok",
    description="Publish videos and photos; create campaigns and ads, steer budgets, read reports.",
    category="social",
    base_url=BASE_URL,
    auth=Auth(
        type=AuthType.OAUTH2,
        credentials=(
            Credential(
                "accessToken",
                "For ads: Marketing API token; good until it is revoked.",
                required=False,
            ),
            Credential(
                "userToken",
                "For posts: access token of a TikTok user, with video.publish; good for 24 hours.",
                required=False,
            ),
            Credential("refreshToken", "For posts: to get new user tokens.", required=False),
            Credential(
                "clientId", "App id; for posts the client key.", secret=False, required=False
            ),
            Credential("clientSecret", "Secret of the app; signs webhooks.", required=False),
        ),
        # TikTok's own dialect: the page takes app_id for client_id, the token call is JSON with
        # app_id, secret and auth_code. There is no refresh token and no PKCE.
        oauth=OAuth(
            authorize_url="https://business-api.tiktok.com/portal/auth",
            token_url=f"{BASE_URL}/oauth2/access_token/",
            client_auth=ClientAuth.JSON,
            authorize_names={"client_id": "app_id", "response_type": "", "scope": ""},
            token_names={
                "client_id": "app_id",
                "client_secret": "secret",
                "code": "auth_code",
                "grant_type": "",
                "redirect_uri": "",
            },
            answer="data",
            renews=False,
        ),
        # TikTok for Developers: a token of 24 hours, a refresh token of a year.
        # https://developers.tiktok.com/doc/oauth-user-access-token-management
        flows={
            "posts": OAuth(
                authorize_url="https://www.tiktok.com/v2/auth/authorize/",
                token_url="https://open.tiktokapis.com/v2/oauth/token/",  # noqa: S106 -- an address
                authorize_names={"client_id": "client_key"},
                token_names={"client_id": "client_key"},
                scope_separator=",",
                answer_names={"refresh_token_expires_in": "refresh_expires_in"},
                names=TokenNames(access="userToken"),
                scopes=("user.info.basic", "video.publish"),
            ),
        },
    ),
    settings=(
        Setting(
            "privacyLevel",
            "Who sees posts that do not say it themselves: PUBLIC_TO_EVERYONE, "
            "MUTUAL_FOLLOW_FRIENDS, FOLLOWER_OF_CREATOR or SELF_ONLY. TikTok wants a person to "
            "choose it, so there is no default.",
        ),
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
            id="publish_video",
            name="Publish a video",
            description="Uploads a video of up to 4 GB in parts and posts it on the account.",
            input=PublishVideo,
            effect=Effect.WRITE,
            output=_POSTED,
        ),
        Action(
            id="publish_photos",
            name="Publish photos",
            description="Posts 1 to 35 photos. TikTok fetches them itself, and only from a domain "
            "or URL prefix that was verified for your app.",
            input=PublishPhotos,
            effect=Effect.WRITE,
            output=_POSTED,
        ),
        Action(
            id="get_post",
            name="Look at a post",
            description="Reads how far a post is, and its id once TikTok's moderation let it pass.",
            input=GetPost,
            effect=Effect.READ,
            output={
                "publishId": "id of the publishing",
                "status": "PUBLISH_COMPLETE, PROCESSING_UPLOAD, PROCESSING_DOWNLOAD or FAILED",
                "failReason": "TikTok's reason, or null",
                "postIds": "ids of the posts that everybody can see",
                "uploadedBytes": "of a video",
            },
        ),
        Action(
            id="get_creator",
            name="Read what the account may post",
            description="Reads who may be shown its posts, and what it has turned off.",
            input=NoInput,
            effect=Effect.READ,
            output={
                "username": "name of the account",
                "nickname": "its shown name",
                "privacyLevels": "those it can choose from",
                "commentDisabled": "whether nobody may comment",
                "duetDisabled": "whether nobody may make duets",
                "stitchDisabled": "whether nobody may make stitches",
                "maxVideoSeconds": "longest video it may post",
            },
        ),
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
            description="Reads the ad account, or who the token belongs to; without a token for "
            "ads, the account that posts. Changes nothing.",
            input=CheckConnection,
            effect=Effect.READ,
            output={
                "advertiserId": "ad account, or null",
                "name": "its name",
                "currency": "ISO 4217",
                "username": "name of the account that posts",
            },
        ),
    ),
    limits="Posts: 6 a minute and about 15 a day an account; until TikTok has audited your app, "
    "private accounts only. Ads, basic tier: 10 calls a second, 600 a minute, 864,000 a day; ad "
    "creation 5, 150, 86,400. 20 ids a status call, 1,000 rows a report page.",
    reference="https://developers.tiktok.com/doc/content-posting-api-get-started and "
    "https://business-api.tiktok.com/portal/docs",
    contract="JSON Schemas after TikTok's Content Posting API reference, and after TikTok's own "
    "SDK and its OpenAPI files (business-api-sdk 0.1.8)",
    webhook=Webhook("t=…,s=hex HMAC-SHA256 of t.body", "tiktok-signature"),
)
