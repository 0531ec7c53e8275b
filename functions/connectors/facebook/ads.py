"""Campaigns, ad sets and creatives: the Marketing API.

A creative cannot change its content: https://developers.facebook.com/docs/marketing-api/reference/
ad-creative. `is_adset_budget_sharing_enabled` must be said, true or false, for a campaign without
a budget: Meta refuses its absence since 2026-06. Read 2026-11.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from connectors.facebook.inputs import CreateCampaign, LinkAd, PauseAdSet, UpdateCreative, VideoAd
from hub.connector_kit.client import ClientContext
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.media import Media
from hub.connector_kit.meta_client import UNREADABLE, GraphClient, Listing, made_since
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, Reconciliation, invalid

_PAGES = 10
_PAGE = 200
_CREATIVE = "creative.made"
_TOKEN_LENGTH = 12


@dataclass(frozen=True)
class Ads:
    """Calls of one ad account. `account` and `page` are ids without a prefix, empty if not set."""

    context: ClientContext
    graph: GraphClient
    account: str
    page: str

    def create_campaign(self, given: CreateCampaign) -> Outcome:
        """POST act_…/campaigns. Validating creates nothing, so it may be repeated."""
        effect = Effect.IDEMPOTENT_WRITE if given.validate_only else Effect.WRITE
        return self._no_account() or self.graph.post(
            f"/act_{self.account}/campaigns",
            effect,
            _campaign(given),
            read=_validated if given.validate_only else _created,
        )

    def pause_ad_set(self, given: PauseAdSet) -> Outcome:
        """POST to the ad set."""
        return self.graph.post(
            f"/{given.ad_set_id}",
            Effect.IDEMPOTENT_WRITE,
            {"status": "PAUSED"},
            read=lambda body: {
                "adSetId": given.ad_set_id,
                "status": "PAUSED" if body["success"] else None,
            },
        )

    def update_creative(self, given: UpdateCreative) -> Outcome:
        """POST act_…/adcreatives, then the ad is pointed to what was made."""
        refusal = self._no_account() or self._no_page(given)
        if refusal:
            return refusal
        made = self.context.journal.once(_CREATIVE, partial(self._make_creative, given))
        if not made.ok or UNREADABLE in made.data:
            return made
        creative = made.data["id"]
        return self.graph.post(
            f"/{given.ad_id}",
            Effect.IDEMPOTENT_WRITE,
            {"creative": {"creative_id": creative}},
            read=lambda body: _pointed(given, creative) if body["success"] else None,
        )

    # ------------------------------------------------------------------ read back

    def find_campaign(self, given: CreateCampaign, since: datetime) -> ReadBack:
        """Looks for a campaign of this name and objective, made since then."""
        if given.validate_only:
            return ReadBack(Reconciliation.NOT_DONE)
        listing = self.graph.listing(
            f"/act_{self.account}/campaigns",
            _PAGES,
            fields="id,name,objective,created_time",
            limit=_PAGE,
        )
        found = [item for item in listing.items if _is_campaign(given, item, since)]
        if len(found) == 1:
            data = {"campaignId": str(found[0]["id"]), "valid": True}
            return ReadBack(Reconciliation.DONE, data)
        return _absent(listing, found)

    def find_creative(self, given: UpdateCreative) -> ReadBack:
        """Looks for the creative by its name, which holds the call's key, then at the ad."""
        if _CREATIVE not in self.context.journal:
            listing = self.graph.listing(
                f"/act_{self.account}/adcreatives", _PAGES, fields="id,name", limit=_PAGE
            )
            name = self._name(given)
            found = [item for item in listing.items if item.get("name") == name]
            if not found:
                return _absent(listing, found)
            self.context.journal.put(_CREATIVE, {"id": str(found[0]["id"])})
        creative = self.context.journal.get(_CREATIVE).get("id")
        seen = self.graph.get(f"/{given.ad_id}", fields="creative")
        if not seen.ok:
            return ReadBack(Reconciliation.UNKNOWN)
        shown = (seen.data.get("creative") or {}).get("id")
        if creative and shown == creative:
            return ReadBack(Reconciliation.DONE, _pointed(given, creative))
        return ReadBack(Reconciliation.NOT_DONE)

    # ------------------------------------------------------------------ parts

    def _no_account(self) -> Outcome | None:
        if self.account.isdigit():
            return None
        return invalid(
            "NO_AD_ACCOUNT_ID", "set adAccountId in the connection's settings, like act_1234567890"
        )

    def _no_page(self, given: UpdateCreative) -> Outcome | None:
        if given.post_id or self.page.isdigit():
            return None
        return invalid("NO_PAGE_ID", "set pageId in the connection's settings: ads are a Page's")

    def _make_creative(self, given: UpdateCreative) -> Outcome:
        return self.graph.post(
            f"/act_{self.account}/adcreatives",
            Effect.WRITE,
            {
                "name": self._name(given),
                **self._content(given),
                "url_tags": given.url_tags,
            },
            read=lambda body: {"id": str(body["id"])},
        )

    def _name(self, given: UpdateCreative) -> str:
        """The creative's name, with the key by which a lost call is found again."""
        return f"{given.name or 'NeonHub'} [{self.context.token(_TOKEN_LENGTH)}]"

    def _content(self, given: UpdateCreative) -> dict[str, Json]:
        actor = {"instagram_user_id": given.instagram_user_id} if given.instagram_user_id else {}
        if given.post_id:
            return {"object_story_id": given.post_id, **actor}
        story: dict[str, Json] = {"page_id": self.page, **actor}
        if given.link_ad:
            story["link_data"] = self._link_data(given.link_ad)
        if given.video_ad:
            story["video_data"] = self._video_data(given.video_ad)
        return {"object_story_spec": story}

    def _link_data(self, ad: LinkAd) -> dict[str, Json]:
        return _told(
            {
                "link": ad.link,
                "message": ad.message,
                "name": ad.headline,
                "description": ad.description,
                "caption": ad.display_link,
                "picture": self._link(ad.image),
                "image_hash": ad.image_hash,
                "call_to_action": _button(ad.button, ad.link),
            }
        )

    def _video_data(self, ad: VideoAd) -> dict[str, Json]:
        return _told(
            {
                "video_id": ad.video_id,
                "image_url": self._link(ad.thumbnail),
                "image_hash": ad.image_hash,
                "message": ad.message,
                "title": ad.title,
                "link_description": ad.link_description,
                "call_to_action": _button(ad.button, ad.link),
            }
        )

    def _link(self, media: Media | None) -> str | None:
        return self.context.media.link(media) if media else None


def _campaign(given: CreateCampaign) -> dict[str, Json]:
    budget = given.daily_budget or given.lifetime_budget
    return {
        "name": given.name,
        "objective": given.objective,
        "status": given.status,
        "special_ad_categories": given.special_ad_categories,
        "special_ad_category_country": given.special_ad_category_country,
        "daily_budget": given.daily_budget,
        "lifetime_budget": given.lifetime_budget,
        "bid_strategy": given.bid_strategy,
        "spend_cap": given.spend_cap,
        "start_time": _time(given.start_time),
        "stop_time": _time(given.stop_time),
        "is_adset_budget_sharing_enabled": None if budget else given.share_adset_budgets,
        "execution_options": ["validate_only"] if given.validate_only else None,
    }


def _is_campaign(given: CreateCampaign, item: dict[str, Any], since: datetime) -> bool:
    same = (item.get("name"), item.get("objective")) == (given.name, given.objective)
    return same and made_since(item, since)


def _absent(listing: Listing, found: list[Any]) -> ReadBack:
    """Not done only if everything was read and nothing was found: of two, which one is unknown."""
    clear = listing.complete and not found
    return ReadBack(Reconciliation.NOT_DONE if clear else Reconciliation.UNKNOWN)


def _created(body: Any) -> Json:
    return {"campaignId": str(body["id"]), "valid": True}


def _validated(body: Any) -> Json:
    return {"campaignId": None, "valid": bool(body["success"])}


def _pointed(given: UpdateCreative, creative: str) -> Json:
    return {"adId": given.ad_id, "creativeId": creative}


def _button(kind: str | None, link: str | None) -> Json:
    return {"type": kind, "value": {"link": link}} if kind else None


def _time(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%S%z") if moment else None


def _told(fields: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in fields.items() if value is not None}
