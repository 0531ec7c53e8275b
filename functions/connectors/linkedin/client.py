"""LinkedIn's versioned REST API.

Contract: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api
and its neighbours, read 2026-11. What is created is named in the header `x-restli-id`; the body is
empty. LinkedIn has no idempotency key, and refuses a post that was published before with 422.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
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
    restli_id,
)
from hub.connector_kit.client import ClientContext
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.spec import ActionInput, NoInput
from hub.connector_kit.waits import number
from hub.domain.linkedin_text import little_text, plain_text
from hub.domain.model import Json, iso
from hub.domain.outcome import Effect, Outcome, OutcomeKind, Reconciliation, invalid

__all__ = ["TABLE", "LinkedinClient"]

_READ_BACK_COUNT = 50
_A_YEAR = timedelta(days=365)


class LinkedinClient:
    """Calls LinkedIn for one connection. Credentials: `accessToken`.

    Settings: `apiVersion`, `author`, `adAccountId`.
    """

    def __init__(self, context: ClientContext) -> None:
        self._context = context
        self._linkedin = platform(context)

    def publish_post(self, given: PublishPost) -> Outcome:
        """POST /rest/posts."""

        def publish(author: str) -> Outcome:
            return self._linkedin.call(
                "POST",
                "/rest/posts",
                Effect.WRITE,
                read=lambda answer: {"id": restli_id(answer)},
                whole=True,
                json=_post(given, author),
            )

        return self._as(given.author, publish)

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
            author = self._author(given.author)
            if author.ok and "urn" in author.data:
                return self._look(author.data["urn"], given, since)
        return ReadBack(Reconciliation.UNKNOWN)

    def _look(self, author: str, given: PublishPost, since: datetime) -> ReadBack:
        query = f"q=author&author={encoded(author)}&count={_READ_BACK_COUNT}&sortBy=CREATED"
        outcome = self._linkedin.call(
            "GET",
            f"/rest/posts?{query}",
            Effect.READ,
            headers={"X-RestLi-Method": "FINDER"},
        )
        if not outcome.ok or not isinstance(outcome.data, dict) or "elements" not in outcome.data:
            return ReadBack(Reconciliation.UNKNOWN)
        return _seen(outcome.data["elements"], given, since)

    def _as(self, author: str | None, call: Callable[[str], Outcome]) -> Outcome:
        """Call as somebody: the one named, the connection's author, or else the member."""
        found = self._author(author)
        return call(found.data["urn"]) if found.ok and "urn" in found.data else found

    def _author(self, named: str | None) -> Outcome:
        known = named or self._context.setting("author")
        if known:
            return Outcome(kind=OutcomeKind.OK, data={"urn": known})
        return self.test_connection(NoInput())


def _post(given: PublishPost, author: str) -> dict[str, Json]:
    content = _content(given)
    return {
        "author": author,
        "commentary": little_text(given.text),
        "visibility": given.visibility,
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": given.reshare_disabled,
        **({"content": content} if content else {}),
        **({"reshareContext": {"parent": given.reshare_of}} if given.reshare_of else {}),
    }


def _content(given: PublishPost) -> dict[str, Json]:
    """One image is `media`, several are `multiImage`: LinkedIn refuses the other way round."""
    if given.article:
        return {"article": given.article.model_dump(by_alias=True, exclude_none=True)}
    shown = [image.model_dump(by_alias=True, exclude_none=True) for image in given.images or ()]
    if len(shown) == 1:
        return {"media": shown[0]}
    return {"multiImage": {"images": shown}} if shown else {}


def _seen(posts: list[dict[str, Any]], given: PublishPost, since: datetime) -> ReadBack:
    """The verdict of the newest posts. Posts come newest first, unless LinkedIn orders otherwise.

    A post of the same words with other content is perhaps this one and perhaps not.
    """
    recent = [post for post in posts if _created(post) >= milliseconds(since)]
    alike = [post for post in recent if _words(post) == _even(given.text)]
    same = [post for post in alike if _shows(post) == _sought(given)]
    if same:
        return ReadBack(Reconciliation.DONE, {"id": same[0]["id"]})
    # A full page of recent posts may have had the sought one after it.
    full = len(posts) >= _READ_BACK_COUNT and len(recent) == len(posts)
    return ReadBack(Reconciliation.UNKNOWN if alike or full else Reconciliation.NOT_DONE)


def _created(post: dict[str, Any]) -> float:
    return number(post.get("createdAt")) or number(post.get("publishedAt")) or 0.0


def _words(post: dict[str, Any]) -> str:
    return _even(plain_text(str(post.get("commentary") or "")))


def _even(text: str) -> str:
    return " ".join(text.split())


def _shows(post: dict[str, Any]) -> set[str]:
    """What a post shows beside its words: images, an article's address, the post it shares."""
    content = post.get("content") or {}
    several = (content.get("multiImage") or {}).get("images") or []
    ids = [(content.get("media") or {}).get("id"), *(image.get("id") for image in several)]
    article = (content.get("article") or {}).get("source")
    parent = (post.get("reshareContext") or {}).get("parent")
    return {str(one) for one in (*ids, article, parent) if one}


def _sought(given: PublishPost) -> set[str]:
    article = given.article.source if given.article else None
    images_ = [image.id for image in given.images or ()]
    return {one for one in (*images_, article, given.reshare_of) if one}


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
