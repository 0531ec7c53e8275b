"""LinkedIn's versioned REST API.

Contract: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api
and its neighbours, read 2026-11. What is created is named in the header `x-restli-id`; the body is
empty.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from connectors.linkedin import ads, images
from connectors.linkedin.inputs import (
    CancelScheduled,
    CreateAdCampaign,
    GetShareStatistics,
    PublishPost,
    SchedulePost,
    UploadImage,
)
from connectors.linkedin.platform import (
    TABLE,
    encoded,
    listed,
    milliseconds,
    platform,
    readable,
)
from connectors.linkedin.posts import Posts
from hub.connector_kit.client import ClientContext
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.spec import ActionInput, NoInput
from hub.domain.model import Json, iso
from hub.domain.outcome import Effect, Outcome, OutcomeKind, Reconciliation, invalid

__all__ = ["TABLE", "LinkedinClient"]

_A_YEAR = timedelta(days=365)
# As long as the stack's bucket keeps what POST /api/uploads took in.
_UPLOADS_KEPT = timedelta(days=30)


class LinkedinClient:
    """Calls LinkedIn for one connection. Credentials: `accessToken`.

    Settings: `apiVersion`, `author`, `adAccountId`.
    """

    def __init__(self, context: ClientContext) -> None:
        self._context = context
        self._linkedin = platform(context)
        self._posts = Posts(context, self._linkedin)

    def publish_post(self, given: PublishPost) -> Outcome:
        """POST /rest/posts, after the upload of the post's own media."""
        if not given.own_media:
            return self._as(given.author, partial(self._posts.publish, given))
        # Such a call is made again until the media is there: who publishes is asked only once.
        author = self._context.journal.get("author") or given.author
        return self._as(author, partial(self._publish_with_media, given))

    def schedule_post(self, given: SchedulePost) -> Outcome:
        """Has the post published later, by a run of its own. LinkedIn only shows whose token it is.

        A dry run shows what will be sent then.
        """
        left = given.publish_at - self._context.clock.now()
        if left <= timedelta(0):
            return invalid("PUBLISH_AT_PAST", "publishAt is past; name a time to come")
        if left > _A_YEAR:
            return invalid("PUBLISH_AT_TOO_FAR", "publishAt is more than a year away")
        if self._context.dry_run:
            return self.publish_post(given)
        if self._context.later is None:
            return invalid(
                "NO_SCHEDULER", "this stack cannot make calls later; publish the post now"
            )
        # A token that is no longer good is better found now than when the post is due.
        usable = self.test_connection(NoInput())
        if not usable.ok:
            return usable
        refused = self._gone(given, left) or self._posts.unfit(given)
        if refused:
            return refused
        payload = given.model_dump(
            mode="json", by_alias=True, exclude_none=True, exclude={"publish_at"}
        )
        scheduled = self._context.later.put(
            "publish_post", payload, given.publish_at, self._context.call_key
        )
        data: Json = {"scheduledId": scheduled, "at": iso(given.publish_at)}
        return Outcome(kind=OutcomeKind.OK, data=data)

    def cancel_scheduled(self, given: CancelScheduled) -> Outcome:
        """Takes a scheduled post back, for whoever could post it: LinkedIn is asked who that is."""
        usable = self.test_connection(NoInput())
        if not usable.ok or self._context.later is None:
            return usable
        cancelled = self._context.later.cancel(given.scheduled_id)
        return Outcome(kind=OutcomeKind.OK, data={"cancelled": cancelled})

    def upload_image(self, given: UploadImage) -> Outcome:
        """POST /rest/images?action=initializeUpload, PUT, GET /rest/images/{urn}."""
        return self._as(
            given.owner,
            lambda owner: images.upload(self._linkedin, self._context, given, owner),
        )

    def create_ad_campaign(self, given: CreateAdCampaign) -> Outcome:
        """POST /rest/adAccounts/{id}/adCampaigns."""
        account = given.account_id or self._context.setting("adAccountId")
        if not account:
            return invalid(
                "NO_AD_ACCOUNT", "name the ad account: accountId, or adAccountId of the connection"
            )
        return ads.create(self._linkedin, account, given)

    def get_share_statistics(self, given: GetShareStatistics) -> Outcome:
        """GET /rest/organizationalEntityShareStatistics; it is not paged."""
        organization = given.organization or self._context.setting("author")
        if not organization.startswith("urn:li:organization:"):
            return invalid(
                "NO_ORGANIZATION",
                "LinkedIn has statistics of pages only: name an organization, or make one the "
                "connection's author",
            )
        query = f"q=organizationalEntity&organizationalEntity={encoded(organization)}"
        return self._linkedin.call(
            "GET",
            f"/rest/organizationalEntityShareStatistics?{query}{_narrowed(given)}",
            Effect.READ,
            read=_statistics,
        )

    def test_connection(self, _given: NoInput) -> Outcome:
        """GET /v2/userinfo, OpenID Connect's own call: it has no version."""
        return self._linkedin.call("GET", "/v2/userinfo", Effect.READ, read=_member)

    def reconcile(self, action: str, given: ActionInput, since: datetime, /) -> ReadBack:
        """Looks for the post among the author's newest, or for the campaign by its name.

        Reading posts needs r_organization_social for a page and r_member_social for a member,
        which LinkedIn gives to few: without it the outcome stays unknown.
        """
        if action == "create_ad_campaign" and isinstance(given, CreateAdCampaign):
            account = given.account_id or self._context.setting("adAccountId")
            return ads.look(self._linkedin, account, given, since)
        if action == "publish_post" and isinstance(given, PublishPost):
            return self._posts.known(given) or self._look(given, since)
        return ReadBack(Reconciliation.UNKNOWN)

    def _look(self, given: PublishPost, since: datetime) -> ReadBack:
        author = self._author(self._context.journal.get("author") or given.author)
        if author.ok and "urn" in author.data:
            return self._posts.look(given, author.data["urn"], since)
        return ReadBack(Reconciliation.UNKNOWN)

    def _publish_with_media(self, given: PublishPost, author: str) -> Outcome:
        if "author" not in self._context.journal:
            self._context.journal.put("author", author)
        return self._posts.publish(given, author)

    def _gone(self, given: PublishPost, left: timedelta) -> Outcome | None:
        uploaded = any(media.object_key for media in given.own_media)
        if not uploaded or left < _UPLOADS_KEPT:
            return None
        return invalid(
            "MEDIA_GONE_BY_THEN",
            "an uploaded object is kept for 30 days, and the post is due later; name the media by "
            "url, or schedule the post for a sooner time",
        )

    def _as(self, author: str | None, call: Callable[[str], Outcome]) -> Outcome:
        """Call as somebody: the one named, the connection's author, or else the member."""
        found = readable(self._author(author), "urn")
        return call(found.data["urn"]) if found.ok else found

    def _author(self, named: str | None) -> Outcome:
        known = named or self._context.setting("author")
        if known:
            return Outcome(kind=OutcomeKind.OK, data={"urn": known})
        return self.test_connection(NoInput())


def _narrowed(given: GetShareStatistics) -> str:
    """Shares and ugcPosts go to parameters of their own, a time as a Rest.li record."""
    shares = [urn for urn in given.posts or () if urn.startswith("urn:li:share:")]
    others = [urn for urn in given.posts or () if not urn.startswith("urn:li:share:")]
    text = f"&shares={listed(shares)}" if shares else ""
    text += f"&ugcPosts={listed(others)}" if others else ""
    if given.start_time and given.end_time:
        start, end = milliseconds(given.start_time), milliseconds(given.end_time)
        text += (
            f"&timeIntervals=(timeRange:(start:{start},end:{end}),"
            f"timeGranularityType:{given.granularity})"
        )
    return text


def _statistics(body: Any) -> Json:
    return {
        "statistics": [
            {
                **element["totalShareStatistics"],
                "organization": element.get("organizationalEntity"),
                "post": element.get("share") or element.get("ugcPost"),
                "timeRange": element.get("timeRange"),
            }
            for element in body["elements"]
        ]
    }


def _member(body: Any) -> Json:
    return {"id": body["sub"], "urn": f"urn:li:person:{body['sub']}", "name": body.get("name")}
