"""Facebook's Graph API: a Page's posts, an ad account's campaigns, insights of both.

Contract: https://developers.facebook.com/docs/graph-api and
https://developers.facebook.com/docs/marketing-api, v26.0, read 2026-11.
"""

from datetime import datetime
from typing import Any

from connectors.facebook.ads import Ads
from connectors.facebook.inputs import (
    CreateCampaign,
    CreatePost,
    GetInsights,
    PauseAdSet,
    SchedulePost,
    UpdateCreative,
)
from connectors.facebook.posts import Posts
from connectors.facebook.spec import SPEC
from hub.connector_kit.client import ClientContext
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.meta import meta_table
from hub.connector_kit.meta_client import GraphClient, next_cursor
from hub.connector_kit.spec import ActionInput, NoInput
from hub.domain.model import Json
from hub.domain.outcome import Outcome, Reconciliation, invalid

TABLE = meta_table()


class FacebookClient:
    """Calls Facebook for one connection. Settings: `pageId`, `adAccountId`, `apiVersion`.

    Ads are called with the access token, the Page with its own where the connection has one.
    """

    def __init__(self, context: ClientContext) -> None:
        token = context.credentials["accessToken"]
        page_token = context.credentials.get("pageAccessToken") or token
        self._graph = GraphClient(context, SPEC.base_url, TABLE, token)
        self._page_graph = GraphClient(context, SPEC.base_url, TABLE, page_token)
        self._page = context.setting("pageId")
        self._account = context.setting("adAccountId").removeprefix("act_")
        self._ads = Ads(context, self._graph, self._account, self._page)
        self._posts = Posts(context, self._page_graph, self._page)

    def create_campaign(self, given: CreateCampaign) -> Outcome:
        """A campaign of the ad account. Meta has no idempotency key: see `reconcile`."""
        return self._ads.create_campaign(given)

    def pause_ad_set(self, given: PauseAdSet) -> Outcome:
        """The status of an ad set."""
        return self._ads.pause_ad_set(given)

    def update_creative(self, given: UpdateCreative) -> Outcome:
        """A new creative, and the ad pointed to it."""
        return self._ads.update_creative(given)

    def create_post(self, given: CreatePost) -> Outcome:
        """A post of the Page: its feed, photos or videos edge."""
        return self._posts.create(given)

    def schedule_post(self, given: SchedulePost) -> Outcome:
        """As `create_post`, unpublished and with a time."""
        return self._posts.create(given)

    def get_insights(self, given: GetInsights) -> Outcome:
        """The insights edge of the ad account, the Page or the post."""
        if given.of == "ad_account":
            return self._ad_insights(given)
        if given.of == "page" and not self._page.isdigit():
            return invalid("NO_PAGE_ID", "set pageId in the connection's settings")
        return self._page_graph.get(
            f"/{given.post_id or self._page}/insights",
            read=_figures,
            metric=",".join(given.metrics or ()),
            period=given.period,
            date_preset=given.date_preset,
            since=given.since.isoformat() if given.since else None,
            until=given.until.isoformat() if given.until else None,
        )

    def test_connection(self, _given: NoInput) -> Outcome:
        """Whose the token is."""
        return self._graph.get("/me", read=_identity, fields="id,name")

    def reconcile(self, action: str, given: ActionInput, since: datetime) -> ReadBack:
        """Looks for what a lost call made: by name, by text, by time.

        Campaigns by name and objective, creatives by a name that holds the call's key, posts by
        their words, scheduled ones by their time too.
        """
        match action, given:
            case "create_campaign", CreateCampaign():
                return self._ads.find_campaign(given, since)
            case "update_creative", UpdateCreative():
                return self._ads.find_creative(given)
            case "create_post", CreatePost():
                return self._posts.find(given, since)
            case "schedule_post", SchedulePost():
                return self._posts.find(given, since)
        return ReadBack(Reconciliation.UNKNOWN)

    def _ad_insights(self, given: GetInsights) -> Outcome:
        if not self._account.isdigit():
            return invalid("NO_AD_ACCOUNT_ID", "set adAccountId in the connection's settings")
        spans = given.since and given.until
        return self._graph.get(
            f"/act_{self._account}/insights",
            read=_rows,
            fields=",".join(given.fields or ()),
            level=given.level,
            breakdowns=given.breakdowns,
            time_increment=given.time_increment,
            filtering=[condition.model_dump() for condition in given.filters or ()] or None,
            date_preset=given.date_preset,
            time_range={"since": str(given.since), "until": str(given.until)} if spans else None,
            limit=given.limit,
            after=given.cursor,
        )


def _identity(body: Any) -> Json:
    return {"id": body["id"], "name": body.get("name")}


def _rows(body: Any) -> Json:
    return {"insights": body["data"], "cursor": next_cursor(body) or None}


def _figures(body: Any) -> Json:
    return {
        "insights": [
            {
                "name": metric["name"],
                "title": metric.get("title"),
                "period": metric.get("period"),
                "values": [
                    {"value": point.get("value"), "endTime": point.get("end_time")}
                    for point in metric.get("values", [])
                ],
            }
            for metric in body["data"]
        ],
        "cursor": None,
    }
