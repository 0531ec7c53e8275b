"""Bodies of TikTok's create calls over both routes, and the queries of its reads.

Contract: the models and yml_files of TikTok's own SDK (business-api-sdk 0.1.8), read 2026-11.
TikTok takes JSON numbers for money, in major units: two decimals survive a float exactly. It takes
`YYYY-MM-DD HH:MM:SS` in UTC for times, and lists in a query as JSON texts.
"""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from connectors.tiktok.inputs import CreateAd, CreateAdGroup, CreateCampaign, Creative, GetReport
from hub.domain.outcome import Outcome, invalid

_TIME = "%Y-%m-%d %H:%M:%S"

SMART_OBJECTIVES = frozenset({"APP_PROMOTION", "LEAD_GENERATION", "WEB_CONVERSIONS"})
SMART_BUDGET_MODES = frozenset({None, "BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "BUDGET_MODE_TOTAL"})


def utc(moment: datetime) -> str:
    """A moment as TikTok writes it."""
    return moment.astimezone(UTC).strftime(_TIME)


def moment_of(text: object) -> datetime | None:
    """TikTok's time as a moment; None for what is not one."""
    try:
        return datetime.strptime(str(text), _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def number(amount: Decimal | None) -> float | None:
    """An amount as a JSON number. At most 15 digits, so the float is exactly what was given."""
    return None if amount is None else float(amount)


def query(**fields: Any) -> dict[str, Any]:
    """Query parameters: lists and objects as JSON texts, what is None left out."""
    return {
        name: json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        if isinstance(value, list | dict)
        else value
        for name, value in fields.items()
        if value is not None
    }


def refused_by_smart_plus(given: CreateCampaign) -> Outcome | None:
    """Why the Smart+ route cannot make this campaign, if so."""
    if given.objective_type not in SMART_OBJECTIVES:
        return invalid(
            "NO_SMART_PLUS_OBJECTIVE",
            f"smart_plus has no objective {given.objective_type}: take one of "
            f"{', '.join(sorted(SMART_OBJECTIVES))}, or the manual route",
        )
    if given.budget_mode not in SMART_BUDGET_MODES:
        return invalid(
            "NO_SMART_PLUS_BUDGET_MODE",
            f"smart_plus has no {given.budget_mode}: take BUDGET_MODE_DYNAMIC_DAILY_BUDGET or "
            "BUDGET_MODE_TOTAL",
        )
    return None


def campaign(given: CreateCampaign, advertiser_id: str, request_id: str) -> dict[str, Any]:
    """The body of campaign/create/ and smart_plus/campaign/create/."""
    fields = given.model_dump(mode="json", exclude={"advertiser_id", "route", "name", "budget"})
    return _given(
        advertiser_id=advertiser_id,
        request_id=request_id,
        campaign_name=given.name,
        budget=number(given.budget),
        **fields,
    )


def ad_group(given: CreateAdGroup, advertiser_id: str) -> dict[str, Any]:
    """The body of adgroup/create/: targeting beside everything else.

    It takes a request_id too, which would let a second ad group of the same name through; without
    one TikTok refuses it, and that protects longer than the ten seconds a request_id lives.
    """
    # Budget and mode are required even where the campaign has the budget.
    budget = {"budget": 0.0, "budget_mode": "BUDGET_MODE_INFINITE"} if not given.budget else {}
    return {
        **_ad_group(given, advertiser_id),
        "pacing": given.pacing,
        **given.targeting.model_dump(mode="json", exclude_none=True),
        **budget,
    }


def smart_ad_group(given: CreateAdGroup, advertiser_id: str, request_id: str) -> dict[str, Any]:
    """The body of smart_plus/adgroup/create/: targeting in an object of its own."""
    return {
        **_ad_group(given, advertiser_id),
        "request_id": request_id,
        "targeting_spec": given.targeting.model_dump(mode="json", exclude_none=True),
    }


def _ad_group(given: CreateAdGroup, advertiser_id: str) -> dict[str, Any]:
    special = {
        "advertiser_id",
        "route",
        "name",
        "schedule_start",
        "schedule_end",
        "targeting",
        "pacing",
        "budget",
        "bid_price",
        "conversion_bid_price",
    }
    return _given(
        advertiser_id=advertiser_id,
        adgroup_name=given.name,
        schedule_type="SCHEDULE_START_END" if given.schedule_end else "SCHEDULE_FROM_NOW",
        schedule_start_time=utc(given.schedule_start),
        schedule_end_time=utc(given.schedule_end) if given.schedule_end else None,
        budget=number(given.budget),
        bid_price=number(given.bid_price),
        conversion_bid_price=number(given.conversion_bid_price),
        **given.model_dump(mode="json", exclude=special),
    )


def refused_by_manual(given: CreateAd) -> Outcome | None:
    """Why the manual route cannot make this ad, if so."""
    if len(given.creatives) == 1 and len(given.texts) <= 1 and len(given.calls_to_action) <= 1:
        return None
    return invalid(
        "ONE_CREATIVE",
        "the manual route makes an ad of one creative with one text and one call to action; "
        "create several ads, or use the route smart_plus",
    )


def ad(given: CreateAd, advertiser_id: str) -> dict[str, Any]:
    """The body of ad/create/: one creative is one ad."""
    creative = _given(
        ad_name=given.name,
        ad_text=next(iter(given.texts), None),
        call_to_action=next(iter(given.calls_to_action), None),
        landing_page_url=given.landing_page_url,
        click_tracking_url=given.click_tracking_url,
        impression_tracking_url=given.impression_tracking_url,
        operation_status=given.operation_status,
        **given.creatives[0].model_dump(mode="json"),
    )
    return {
        "advertiser_id": advertiser_id,
        "adgroup_id": given.adgroup_id,
        "creatives": [creative],
    }


def smart_ad(given: CreateAd, advertiser_id: str) -> dict[str, Any]:
    """The body of smart_plus/ad/create/. It has no request_id."""
    tracking = _given(
        click_tracking_url=given.click_tracking_url,
        impression_tracking_url=given.impression_tracking_url,
    )
    page = given.landing_page_url
    return _given(
        advertiser_id=advertiser_id,
        adgroup_id=given.adgroup_id,
        ad_name=given.name,
        operation_status=given.operation_status,
        creative_list=[{"creative_info": _creative_info(one)} for one in given.creatives],
        ad_text_list=[{"ad_text": text} for text in given.texts] or None,
        call_to_action_list=[{"call_to_action": one} for one in given.calls_to_action] or None,
        landing_page_url_list=[{"landing_page_url": page}] if page else None,
        ad_configuration={"tracking_info": tracking} if tracking else None,
    )


def _creative_info(creative: Creative) -> dict[str, Any]:
    fields = creative.model_dump(mode="json", exclude={"video_id", "image_ids", "music_id"})
    images = [{"web_uri": image} for image in creative.image_ids or ()]
    return _given(
        video_info={"video_id": creative.video_id} if creative.video_id else None,
        image_info=images or None,
        music_info={"music_id": creative.music_id} if creative.music_id else None,
        **fields,
    )


def report(given: GetReport, advertiser_id: str) -> dict[str, Any]:
    """The query of report/integrated/get/."""
    special = {"advertiser_id", "route", "limit", "cursor"}
    return query(
        advertiser_id=advertiser_id,
        page=int(given.cursor or 1),
        page_size=given.limit,
        **given.model_dump(mode="json", exclude=special, exclude_none=True),
    )


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
