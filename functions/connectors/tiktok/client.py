"""TikTok's API for Business v1.3: ads. Posts are in `posting`, over another API.

Contract: https://business-api.tiktok.com/portal/docs and TikTok's own SDK (0.1.8), read 2026-11.
Failures come inside HTTP 200 as `{"code": not 0, "message": …}`.
Every path ends in a slash (404 without), the token goes in the header `Access-Token` without
"Bearer". The `request_id` of create calls is a 64-bit integer as text and stops a repetition for
ten seconds only (TikTok's page on Upgraded Smart+); so a lost answer is still looked up.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from connectors.tiktok import bodies
from connectors.tiktok.inputs import (
    AccountInput,
    AdjustBudget,
    CheckConnection,
    CreateAd,
    CreateAdGroup,
    CreateCampaign,
    GetReport,
    TurnOffAd,
)
from connectors.tiktok.post_inputs import GetPost, PublishPhotos, PublishVideo
from connectors.tiktok.posting import Posting
from connectors.tiktok.spec import HOSTS, SPEC
from connectors.tiktok.table import POSTING_TABLE, TABLE
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.spec import ActionInput, NoInput
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, Reconciliation, invalid

__all__ = ["POSTING_TABLE", "TABLE", "TikTokClient"]

_READ_BACK_PAGE = 100


class TikTokClient:
    """Calls TikTok for one connection. Credentials: `accessToken` for ads, `userToken` for posts.

    Settings: `advertiserId`, `route` (manual or smart_plus), `baseUrl`, `privacyLevel`.
    """

    def __init__(self, context: ClientContext) -> None:
        self._context = context
        self._base = context.setting("baseUrl") or SPEC.base_url
        self._token = context.credentials.get("accessToken", "")
        self._tiktok = PlatformClient(
            context, self._base, TABLE, headers={"Access-Token": self._token}
        )
        self._posting = Posting(context)

    def publish_video(self, given: PublishVideo) -> Outcome:
        """video/init/, the video in parts, and the wait until TikTok has posted it."""
        return self._posting.publish_video(given)

    def publish_photos(self, given: PublishPhotos) -> Outcome:
        """content/init/, and the wait until TikTok has fetched and posted the photos."""
        return self._posting.publish_photos(given)

    def get_post(self, given: GetPost) -> Outcome:
        """status/fetch/."""
        return self._posting.get_post(given)

    def get_creator(self, given: NoInput) -> Outcome:
        """creator_info/query/."""
        return self._posting.get_creator(given)

    def create_campaign(self, given: CreateCampaign) -> Outcome:
        """campaign/create/ or smart_plus/campaign/create/."""
        smart = self._is_smart(given)
        refused = bodies.refused_by_smart_plus(given) if smart else None
        body = bodies.campaign(given, self._account(given), self._request_id)
        path = _path("campaign/create/", smart)
        return refused or self._write(given, path, body, lambda data: _made(data, "campaign"))

    def create_ad_group(self, given: CreateAdGroup) -> Outcome:
        """adgroup/create/ or smart_plus/adgroup/create/."""
        account, smart = self._account(given), self._is_smart(given)
        if smart and not given.promotion_type:
            return invalid("NO_PROMOTION_TYPE", "smart_plus needs a promotionType")
        if smart:
            body = bodies.smart_ad_group(given, account, self._request_id)
        else:
            body = bodies.ad_group(given, account)
        path = _path("adgroup/create/", smart)
        return self._write(given, path, body, lambda data: _made(data, "adgroup"))

    def create_ad(self, given: CreateAd) -> Outcome:
        """ad/create/ or smart_plus/ad/create/."""
        account, smart = self._account(given), self._is_smart(given)
        refused = None if smart else bodies.refused_by_manual(given)
        if refused:
            return refused
        body = bodies.smart_ad(given, account) if smart else bodies.ad(given, account)
        path = _path("ad/create/", smart)
        return self._write(given, path, body, lambda data: _made_ad(data, given.name))

    def adjust_budget(self, given: AdjustBudget) -> Outcome:
        """adgroup/update/ or campaign/update/, of either route. Setting a value twice is harmless.

        The SDK has no adgroup/budget/update/.
        """
        body = {
            "advertiser_id": self._account(given),
            f"{given.level}_id": given.id,
            "budget": bodies.number(given.budget),
        }
        now = {"level": given.level, "id": given.id, "budget": bodies.number(given.budget)}
        path = _path(f"{given.level}/update/", self._is_smart(given))
        return self._write(given, path, body, lambda _data: now, Effect.IDEMPOTENT_WRITE)

    def turn_off_ad(self, given: TurnOffAd) -> Outcome:
        """ad/status/update/, or that of ad groups or campaigns, with DISABLE."""
        smart = self._is_smart(given)
        ids = "smart_plus_ad_ids" if smart and given.level == "ad" else f"{given.level}_ids"
        body: dict[str, Any] = {
            "advertiser_id": self._account(given),
            ids: given.ids,
            "operation_status": "DISABLE",
        }
        if given.allow_partial_success is not None and given.level == "adgroup" and not smart:
            body["allow_partial_success"] = given.allow_partial_success
        done = {"level": given.level, "ids": given.ids}
        path = _path(f"{given.level}/status/update/", smart)
        return self._write(given, path, body, lambda _data: done, Effect.IDEMPOTENT_WRITE)

    def get_report(self, given: GetReport) -> Outcome:
        """report/integrated/get/, one page."""
        params = bodies.report(given, self._account(given))
        return self._read(given, "/report/integrated/get/", params, _report)

    def test_connection(self, given: CheckConnection) -> Outcome:
        """advertiser/info/ of the ad account; user/info/ where none is named.

        Not oauth2/advertiser/get/: it wants the app's secret in the URL. A connection for posts
        only is tested by creator_info/query/.
        """
        if not self._token and self._posting.connected:
            return self._posting.test()
        account = self._account(given)
        if not account:
            return self._checked() or self._tiktok.call(
                "GET", "/user/info/", Effect.READ, read=_user
            )
        fields = ["advertiser_id", "name", "currency", "timezone", "status"]
        params = bodies.query(advertiser_ids=[account], fields=fields)
        return self._read(given, "/advertiser/info/", params, _advertiser)

    def reconcile(self, action: str, given: ActionInput, since: datetime) -> ReadBack:
        """Looks for what was to be created by its name, made since then."""
        match given:
            case CreateCampaign():
                return self._find("campaign", given, {"campaign_name": given.name}, since)
            case CreateAdGroup():
                where = {"campaign_ids": [given.campaign_id], "adgroup_name": given.name}
                return self._find("adgroup", given, where, since)
            case CreateAd():
                return self._find("ad", given, {"adgroup_ids": [given.adgroup_id]}, since)
            case PublishVideo() | PublishPhotos():
                return self._posting.look(given)
            case _:
                del action
                return ReadBack(Reconciliation.UNKNOWN)

    def _find(
        self,
        level: str,
        given: CreateCampaign | CreateAdGroup | CreateAd,
        where: dict[str, Any],
        since: datetime,
    ) -> ReadBack:
        smart = self._is_smart(given)
        params = bodies.query(
            advertiser_id=self._account(given), filtering=where, page=1, page_size=_READ_BACK_PAGE
        )
        outcome = self._read(given, _path(f"{level}/get/", smart), params, lambda data: data)
        if not outcome.ok or not isinstance(outcome.data, dict) or "list" not in outcome.data:
            return ReadBack(Reconciliation.UNKNOWN)
        # TikTok's times have no fractions of a second.
        earliest = since.replace(microsecond=0)
        for seen in outcome.data["list"] or ():
            if seen.get(f"{level}_name") != given.name:
                continue
            created, made = bodies.moment_of(seen.get("create_time")), _seen(seen, level)
            if created is None or made is None:
                return ReadBack(Reconciliation.UNKNOWN)
            if created >= earliest:
                return ReadBack(Reconciliation.DONE, made)
        more = _pages(outcome.data) > 1
        return ReadBack(Reconciliation.UNKNOWN if more else Reconciliation.NOT_DONE)

    def _write(
        self,
        given: AccountInput,
        path: str,
        body: dict[str, Any],
        read: Callable[[Any], Json],
        effect: Effect = Effect.WRITE,
    ) -> Outcome:
        return self._checked(given) or self._tiktok.call(
            "POST", path, effect, read=lambda answer: read(answer["data"]), json=body
        )

    def _read(
        self, given: AccountInput, path: str, params: dict[str, Any], read: Callable[[Any], Json]
    ) -> Outcome:
        return self._checked(given) or self._tiktok.call(
            "GET", path, Effect.READ, read=lambda answer: read(answer["data"]), params=params
        )

    def _checked(self, given: AccountInput | None = None) -> Outcome | None:
        """What is wrong with the connection's settings, before TikTok is asked."""
        if not self._token:
            return invalid(
                "NO_ACCESS_TOKEN",
                "ads need the accessToken of TikTok's Marketing API; connect TikTok with it",
            )
        parts = urlsplit(self._base)
        if parts.scheme != "https" or parts.netloc not in HOSTS:
            return invalid("BAD_BASE_URL", f"baseUrl must be https:// at {' or '.join(HOSTS)}")
        if given is not None and not self._account(given):
            return invalid(
                "NO_ADVERTISER",
                "name an ad account: advertiserId in the input or in the connection's settings",
            )
        route = self._context.setting("route")
        if route not in ("", "manual", "smart_plus"):
            return invalid("BAD_ROUTE", f"the setting route is manual or smart_plus, not {route!r}")
        return None

    def _account(self, given: AccountInput) -> str:
        return given.advertiser_id or self._context.setting("advertiserId")

    def _is_smart(self, given: AccountInput) -> bool:
        return (given.route or self._context.setting("route")) == "smart_plus"

    @property
    def _request_id(self) -> str:
        """The call's key as a 64-bit integer in digits."""
        return str(int(self._context.token(15), 16))


def _path(path: str, smart: bool) -> str:
    return f"/smart_plus/{path}" if smart else f"/{path}"


def _made(data: Any, level: str) -> Json:
    return {f"{level}Id": data[f"{level}_id"], "name": data.get(f"{level}_name")}


def _made_ad(data: Any, name: str) -> Json:
    """The manual route answers with `ad_ids`, Smart+ with one id, a list with either."""
    ids = data.get("ad_ids") or [data.get("smart_plus_ad_id") or data["ad_id"]]
    return {"adIds": ids, "name": name}


def _seen(entry: Any, level: str) -> Json:
    """What a create call would have answered, from an entry of a list; None without an id."""
    try:
        return _made_ad(entry, entry["ad_name"]) if level == "ad" else _made(entry, level)
    except KeyError:
        return None


def _pages(data: Any) -> int:
    return int((data.get("page_info") or {}).get("total_page") or 1)


def _report(data: Any) -> Json:
    page = int((data.get("page_info") or {}).get("page") or 1)
    return {
        "rows": data["list"],
        "totals": data.get("total_metrics"),
        "total": (data.get("page_info") or {}).get("total_number"),
        "cursor": str(page + 1) if page < _pages(data) else None,
    }


def _advertiser(data: Any) -> Json:
    account = data["list"][0]
    return {
        "advertiserId": account["advertiser_id"],
        "name": account.get("name"),
        "currency": account.get("currency"),
        "timezone": account.get("timezone"),
        "status": account.get("status"),
    }


def _user(answer: Any) -> Json:
    return {"user": answer["data"].get("display_name"), "advertiserId": None}
