"""LinkedIn as data: what it can do, how it knows its caller, and how it fails."""

from connectors.linkedin.inputs import (
    CancelScheduled,
    CreateAdCampaign,
    GetShareStatistics,
    PublishPost,
    SchedulePost,
    UploadImage,
)
from hub.connector_kit.spec import (
    Action,
    Auth,
    AuthType,
    ConnectorSpec,
    Credential,
    NoInput,
    OAuth,
    Setting,
    app_credentials,
)
from hub.domain.outcome import Effect

SPEC = ConnectorSpec(
    kind="linkedin",
    display_name="LinkedIn",
    description="Publish and schedule posts of members and pages, with images or a video, create "
    "ad campaigns and read how a page's posts do.",
    category="social",
    base_url="https://api.linkedin.com",
    auth=Auth(
        type=AuthType.OAUTH2,
        credentials=(
            Credential("accessToken", "OAuth 2 access token of a member; good for 60 days."),
            Credential(
                "refreshToken",
                "Refresh token; LinkedIn gives one to approved apps only.",
                required=False,
            ),
            *app_credentials(renewed=False),
        ),
        # These three any app gets. Pages and ads need approved products: w_organization_social,
        # r_organization_social, rw_organization_admin, rw_ads.
        scopes=("openid", "profile", "w_member_social"),
        oauth=OAuth(
            authorize_url="https://www.linkedin.com/oauth/v2/authorization",
            token_url="https://www.linkedin.com/oauth/v2/accessToken",  # noqa: S106 -- an address
        ),
    ),
    actions=(
        Action(
            id="publish_post",
            name="Publish a post",
            description="Publishes a post of a member or a page, with images, a video or an "
            "article; the same call uploads them.",
            input=PublishPost,
            effect=Effect.WRITE,
            output={"id": "urn of the post"},
        ),
        Action(
            id="schedule_post",
            name="Schedule a post",
            description="Publishes a post at a given time. LinkedIn cannot do this: NeonHub does.",
            input=SchedulePost,
            # The same call schedules once, whatever is repeated.
            effect=Effect.IDEMPOTENT_WRITE,
            output={"scheduledId": "id of the schedule", "at": "when it will be published"},
        ),
        Action(
            id="cancel_scheduled",
            name="Cancel a scheduled post",
            description="Takes a scheduled post back before its time.",
            input=CancelScheduled,
            effect=Effect.IDEMPOTENT_WRITE,
            output={"cancelled": "false if its time had come, or there is no such post"},
        ),
        Action(
            id="upload_image",
            name="Upload an image",
            description="Uploads an image for posts, and waits until LinkedIn has processed it. A "
            "post can also bring its images itself.",
            input=UploadImage,
            # An image that no post shows is seen by nobody.
            effect=Effect.IDEMPOTENT_WRITE,
            output={"id": "urn of the image", "owner": "whose it is"},
        ),
        Action(
            id="create_ad_campaign",
            name="Create an ad campaign",
            description="Creates a campaign in an ad account, paused unless told otherwise.",
            input=CreateAdCampaign,
            effect=Effect.WRITE,
            output={"id": "id of the campaign", "urn": "its urn"},
        ),
        Action(
            id="get_share_statistics",
            name="Read statistics",
            description="Reads how a page's posts do: in all, over a time, or some of them.",
            input=GetShareStatistics,
            effect=Effect.READ,
            output={
                "statistics": "impressionCount, clickCount, likeCount, …, of what and when; posts "
                "that nobody saw are left out"
            },
        ),
        Action(
            id="test_connection",
            name="Test the connection",
            description="Reads whose token it is; changes nothing.",
            input=NoInput,
            effect=Effect.READ,
            output={"id": "member id", "urn": "for author", "name": "full name"},
        ),
    ),
    limits="Calls a day and app and calls a day and member, not published; see the app's Analytics "
    "page. They begin anew at midnight UTC. 20 images or one video a post, 3,000 letters; "
    "a video is an MP4 of 3 seconds to 30 minutes and 75 KB to 500 MB. 5,000 campaigns an ad "
    "account. A version of the API lives for about a year.",
    reference="https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/"
    "posts-api",
    contract="JSON Schema written after LinkedIn's documentation of version 202607",
    settings=(
        Setting(
            "apiVersion", "version of the API, YYYYMM; LinkedIn ends each after a year", "202607"
        ),
        Setting("author", "who publishes when an action names nobody: a person's or page's urn"),
        Setting("adAccountId", "ad account when an action names none"),
    ),
)
