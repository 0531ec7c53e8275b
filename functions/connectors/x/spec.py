"""X as data: what it can do, how it knows its caller, and how it fails."""

from connectors.x.inputs import (
    DeleteTweet,
    GetMetrics,
    PostThread,
    PostTweet,
    SearchTweets,
    UploadMedia,
)
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
    app_credentials,
)
from hub.domain.outcome import Effect

SPEC = ConnectorSpec(
    kind="x",
    display_name="X",
    description="Publish posts, threads and media on X, search posts and read how they do.",
    category="social",
    base_url="https://api.x.com/2",
    auth=Auth(
        type=AuthType.OAUTH2,
        credentials=(
            Credential("accessToken", "OAuth 2 access token of a user; good for two hours."),
            *app_credentials(),
            Credential("consumerSecret", "API secret of the app; signs webhooks.", required=False),
        ),
        # Without offline.access X gives no refresh token.
        scopes=("tweet.read", "tweet.write", "users.read", "media.write", "offline.access"),
        oauth=OAuth(
            authorize_url="https://x.com/i/oauth2/authorize",
            token_url="https://api.x.com/2/oauth2/token",  # noqa: S106 -- an address, not a token
            pkce=True,
            client_auth=ClientAuth.BASIC,
            # X does not say invalid_grant of a refresh token that it does not take any more.
            ended=("invalid_request: token was invalid",),
        ),
    ),
    actions=(
        Action(
            id="post_tweet",
            name="Publish a post",
            description="Publishes a post with its media, a reply, a quote or a poll.",
            input=PostTweet,
            effect=Effect.WRITE,
            output={"id": "id of the post", "text": "as X shows it"},
        ),
        Action(
            id="post_thread",
            name="Publish a thread",
            description="Publishes 2 to 25 posts with their media, each a reply to the one before.",
            input=PostThread,
            effect=Effect.WRITE,
            output={"id": "id of the first post", "ids": "of all, in order"},
        ),
        Action(
            id="upload_media",
            name="Upload media",
            description="Uploads an image, GIF, video or subtitles for a later post, in parts.",
            input=UploadMedia,
            # Media that no post shows is seen by nobody and expires.
            effect=Effect.IDEMPOTENT_WRITE,
            output={"mediaId": "for mediaIds", "mediaKey": "key", "expiresAfterSecs": "seconds"},
        ),
        Action(
            id="delete_tweet",
            name="Delete a post",
            description="Deletes one of your posts.",
            input=DeleteTweet,
            effect=Effect.IDEMPOTENT_WRITE,
            output={"deleted": "whether it is deleted"},
        ),
        Action(
            id="search_tweets",
            name="Search posts",
            description="Searches the posts of the last seven days, a page at a time.",
            input=SearchTweets,
            effect=Effect.READ,
            output={
                "tweets": "id, text, authorId, authorUsername, createdAt, lang, metrics",
                "cursor": "next page or null",
                "errors": "what of it X could not give, if anything",
            },
        ),
        Action(
            id="get_metrics",
            name="Read metrics",
            description="Reads how posts do: now, or over a time in buckets.",
            input=GetMetrics,
            effect=Effect.READ,
            output={
                "metrics": "id and its publicMetrics, …",
                "errors": "the posts X could not give, if any",
            },
        ),
        Action(
            id="test_connection",
            name="Test the connection",
            description="Reads whose token it is; changes nothing.",
            input=NoInput,
            effect=Effect.READ,
            output={"id": "user id", "username": "handle", "name": "shown name"},
        ),
    ),
    limits="Posting 100 in 15 minutes a user and 10,000 a day an app; deleting 50, searching 300, "
    "reading 5,000 in 15 minutes. Pay per use: $0.015 a post, $0.20 a post with a link, $0.005 a "
    "post read. Posts with one cashtag at most; replies only where you were mentioned or quoted.",
    reference="https://docs.x.com/x-api/introduction",
    contract="Request models and client methods of X's own SDK (xdk), from OpenAPI 2.167",
    settings=(Setting("longPosts", "true for an account that may publish 25,000 letters", False),),
    webhook=Webhook("HMAC-SHA256 in base64, and a challenge", "x-twitter-webhooks-signature"),
)
