"""TikTok's contract: JSON Schemas of the calls that TikTok's own SDK makes.

Field names, types and required fields are those of the models and OpenAPI files of TikTok's
business-api-sdk 0.1.8, which is on no package index; enums are those its OpenAPI files call valid,
with what TikTok's pages of 2026 added to them. Posts: the tables of the Content Posting API's pages
(direct-post, photo-post, query-creator-info, get-video-status, media-transfer-guide).
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import httpx
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

type Schema = Mapping[str, Any]

HOSTS = ("business-api.tiktok.com", "sandbox-ads.tiktok.com")
BASE = "/open_api/v1.3"

TEXT: Schema = {"type": "string", "minLength": 1}
ID: Schema = {"type": "string", "pattern": "^[0-9]{1,20}$"}
NUMBER: Schema = {"type": "number"}
YES_NO: Schema = {"type": "boolean"}
TIME: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"}
DAY: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}


def one_of(*values: str) -> Schema:
    return {"enum": list(values)}


def many(of: Schema, least: int = 0, most: int = 10_000) -> Schema:
    return {"type": "array", "items": of, "minItems": least, "maxItems": most}


def record(required: str, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


STATUS = one_of("ENABLE", "DISABLE", "DELETE")
CREATED_AS = one_of("ENABLE", "DISABLE")
OFF_ON = one_of("OFF", "ON")
REQUEST_ID: Schema = {"type": "string", "pattern": "^[0-9]{1,19}$"}

CAMPAIGN = {
    "advertiser_id": ID,
    "app_id": ID,
    "app_promotion_type": one_of("APP_INSTALL", "APP_RETARGETING", "MINIS"),
    "budget": NUMBER,
    "budget_optimize_on": YES_NO,
    "campaign_name": TEXT,
    "campaign_type": one_of("IOS14_CAMPAIGN", "REGULAR_CAMPAIGN"),
    "catalog_enabled": YES_NO,
    "disable_skan_campaign": YES_NO,
    "is_advanced_dedicated_campaign": YES_NO,
    "operation_status": CREATED_AS,
    "po_number": TEXT,
    "request_id": REQUEST_ID,
    "sales_destination": one_of("WEBSITE", "APP", "WEB_AND_APP"),
    "special_industries": many(one_of("CREDIT", "EMPLOYMENT", "HOUSING")),
}

TARGETING = {
    "age_groups": many(
        one_of("AGE_13_17", "AGE_18_24", "AGE_25_34", "AGE_35_44", "AGE_45_54", "AGE_55_100")
    ),
    "audience_ids": many(ID),
    "excluded_audience_ids": many(ID),
    "gender": one_of("GENDER_FEMALE", "GENDER_MALE", "GENDER_UNLIMITED"),
    "interest_category_ids": many(ID),
    "languages": many(TEXT),
    "location_ids": many(ID),
    "network_types": many(one_of("2G", "3G", "4G", "5G", "WIFI")),
    "operating_systems": many(one_of("ANDROID", "IOS")),
}

AD_GROUP = {
    "adgroup_name": TEXT,
    "advertiser_id": ID,
    "app_id": ID,
    "bid_price": NUMBER,
    "bid_type": one_of("BID_TYPE_CUSTOM", "BID_TYPE_MAX_CONVERSION", "BID_TYPE_NO_BID"),
    "billing_event": one_of("CPA", "CPC", "CPM", "CPV", "GD", "OCPM"),
    "budget": NUMBER,
    "budget_mode": one_of(
        "BUDGET_MODE_DAY",
        "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
        "BUDGET_MODE_INFINITE",
        "BUDGET_MODE_TOTAL",
    ),
    "campaign_id": ID,
    "comment_disabled": YES_NO,
    "conversion_bid_price": NUMBER,
    "dayparting": {"type": "string", "pattern": "^[01]{336}$"},
    "operation_status": CREATED_AS,
    "optimization_event": TEXT,
    "optimization_goal": one_of(
        "CLICK",
        "CONVERT",
        "INSTALL",
        "IN_APP_EVENT",
        "LEAD_GENERATION",
        "REACH",
        "TRAFFIC_LANDING_PAGE_VIEW",
        "VALUE",
        "VIDEO_VIEW",
    ),
    "pixel_id": ID,
    "placement_type": one_of("PLACEMENT_TYPE_AUTOMATIC", "PLACEMENT_TYPE_NORMAL"),
    "placements": many(
        one_of("PLACEMENT_GLOBAL_APP_BUNDLE", "PLACEMENT_PANGLE", "PLACEMENT_TIKTOK")
    ),
    "promotion_type": one_of("APP_ANDROID", "APP_IOS", "LEAD_GENERATION", "WEBSITE"),
    "request_id": REQUEST_ID,
    "schedule_end_time": TIME,
    "schedule_start_time": TIME,
    "schedule_type": one_of("SCHEDULE_FROM_NOW", "SCHEDULE_START_END"),
    "share_disabled": YES_NO,
    "video_download_disabled": YES_NO,
}
AD_GROUP_REQUIRED = (
    "adgroup_name advertiser_id billing_event campaign_id optimization_goal "
    "schedule_start_time schedule_type"
)

IDENTITY = {
    "identity_authorized_bc_id": ID,
    "identity_id": TEXT,
    "identity_type": one_of("AUTH_CODE", "BC_AUTH_TT", "CUSTOMIZED_USER", "TT_USER"),
    "tiktok_item_id": ID,
    "aigc_disclosure_type": one_of("NOT_DECLARED", "SELF_DISCLOSURE", "UNSET"),
}
CALL_TO_ACTION = one_of(
    *("APPLY_NOW", "BOOK_NOW", "CALL_NOW", "CHECK_AVAILABILITY", "CONTACT_US", "DOWNLOAD_NOW"),
    *("EXPERIENCE_NOW", "GET_QUOTE", "GET_SHOWTIMES", "GET_TICKETS_NOW", "INSTALL_NOW"),
    *("INTERESTED", "LEARN_MORE", "LISTEN_NOW", "ORDER_NOW", "PLAY_GAME", "PREORDER_NOW"),
    *("READ_MORE", "SEND_MESSAGE", "SHOP_NOW", "SIGN_UP", "SUBSCRIBE", "VIEW_NOW", "WATCH_NOW"),
)

CREATIVE = record(
    "",
    **IDENTITY,
    ad_format=one_of("SINGLE_VIDEO", "SINGLE_IMAGE", "CAROUSEL_ADS", "CATALOG_CAROUSEL"),
    ad_name=TEXT,
    ad_text=TEXT,
    call_to_action=CALL_TO_ACTION,
    click_tracking_url=TEXT,
    image_ids=many(TEXT),
    impression_tracking_url=TEXT,
    landing_page_url=TEXT,
    music_id=TEXT,
    operation_status=CREATED_AS,
    video_id=TEXT,
)
SMART_CREATIVE = record(
    "creative_info",
    creative_info=record(
        "ad_format",
        **IDENTITY,
        ad_format=one_of("CAROUSEL_ADS", "CATALOG_CAROUSEL", "SINGLE_VIDEO"),
        image_info=many(record("web_uri", web_uri=TEXT), most=35),
        music_info=record("music_id", music_id=TEXT),
        video_info=record("video_id", video_id=TEXT, file_name=TEXT),
    ),
)


def status_of(ids: str, **more: Schema) -> Schema:
    fields = {"advertiser_id": ID, ids: many(ID, 1, 20), "operation_status": STATUS, **more}
    return record(f"advertiser_id {ids} operation_status", **fields)


def update_of(level: str) -> Schema:
    fields = {"advertiser_id": ID, f"{level}_id": ID, "budget": NUMBER}
    return record(f"advertiser_id {level}_id", **fields)


BODIES: Mapping[str, Schema] = {
    "/campaign/create/": record(
        "advertiser_id campaign_name objective_type",
        **CAMPAIGN,
        budget_mode=AD_GROUP["budget_mode"],
        objective_type=one_of(
            *("REACH", "TRAFFIC", "VIDEO_VIEWS", "ENGAGEMENT", "LEAD_GENERATION"),
            *("APP_PROMOTION", "WEB_CONVERSIONS", "PRODUCT_SALES"),
        ),
    ),
    "/smart_plus/campaign/create/": record(
        "advertiser_id campaign_name objective_type request_id",
        **CAMPAIGN,
        budget_mode=one_of("BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "BUDGET_MODE_TOTAL"),
        objective_type=one_of("APP_PROMOTION", "LEAD_GENERATION", "WEB_CONVERSIONS"),
    ),
    "/adgroup/create/": record(
        f"{AD_GROUP_REQUIRED} budget budget_mode pacing",
        **AD_GROUP,
        **TARGETING,
        pacing=one_of("PACING_MODE_FAST", "PACING_MODE_SMOOTH"),
    ),
    "/smart_plus/adgroup/create/": record(
        f"{AD_GROUP_REQUIRED} promotion_type request_id targeting_spec",
        **AD_GROUP,
        targeting_spec=record("", **TARGETING),
    ),
    "/ad/create/": record(
        "adgroup_id advertiser_id creatives",
        adgroup_id=ID,
        advertiser_id=ID,
        creatives=many(CREATIVE, 1, 20),
    ),
    "/smart_plus/ad/create/": record(
        "ad_name adgroup_id advertiser_id",
        ad_name=TEXT,
        adgroup_id=ID,
        advertiser_id=ID,
        ad_text_list=many(record("ad_text", ad_text=TEXT), most=5),
        call_to_action_list=many(record("call_to_action", call_to_action=CALL_TO_ACTION), most=3),
        creative_list=many(SMART_CREATIVE, 1, 31),
        landing_page_url_list=many(record("", landing_page_url=TEXT), most=1),
        operation_status=CREATED_AS,
        ad_configuration=record(
            "",
            tracking_info=record("", click_tracking_url=TEXT, impression_tracking_url=TEXT),
        ),
    ),
    "/campaign/update/": update_of("campaign"),
    "/smart_plus/campaign/update/": update_of("campaign"),
    "/adgroup/update/": update_of("adgroup"),
    "/smart_plus/adgroup/update/": update_of("adgroup"),
    "/campaign/status/update/": status_of("campaign_ids"),
    "/smart_plus/campaign/status/update/": status_of("campaign_ids"),
    "/adgroup/status/update/": status_of("adgroup_ids", allow_partial_success=YES_NO),
    "/smart_plus/adgroup/status/update/": status_of("adgroup_ids"),
    "/ad/status/update/": status_of("ad_ids", aco_ad_ids=many(ID)),
    "/smart_plus/ad/status/update/": status_of("smart_plus_ad_ids"),
}


def listed(most: int = 1000, **filtering: Schema) -> Schema:
    return record(
        "advertiser_id",
        advertiser_id=ID,
        filtering=record("", **filtering),
        page={"type": "integer", "minimum": 1},
        page_size={"type": "integer", "minimum": 1, "maximum": most},
    )


QUERIES: Mapping[str, Schema] = {
    "/report/integrated/get/": record(
        "report_type advertiser_id",
        advertiser_id=ID,
        data_level=one_of(
            *("AUCTION_AD", "AUCTION_ADGROUP", "AUCTION_ADVERTISER", "AUCTION_CAMPAIGN"),
            *("RESERVATION_AD", "RESERVATION_ADGROUP", "RESERVATION_ADVERTISER"),
            "RESERVATION_CAMPAIGN",
        ),
        dimensions=many(TEXT),
        enable_total_metrics=YES_NO,
        end_date=DAY,
        filtering=many(
            record(
                "field_name filter_type filter_value",
                field_name=TEXT,
                filter_type=one_of(
                    *("BETWEEN", "GREATER_EQUAL", "GREATER_THAN", "IN", "LOWER_EQUAL"),
                    *("LOWER_THAN", "MATCH", "RANGE"),
                ),
                filter_value={"type": "string"},
            )
        ),
        metrics=many(TEXT),
        order_field=TEXT,
        order_type=one_of("ASC", "DESC"),
        page={"type": "integer", "minimum": 1},
        page_size={"type": "integer", "minimum": 1, "maximum": 1000},
        query_lifetime=YES_NO,
        report_type=one_of("AUDIENCE", "BASIC", "BC", "CATALOG", "PLAYABLE_MATERIAL", "TT_SHOP"),
        service_type=one_of("AUCTION", "RESERVATION"),
        start_date=DAY,
    ),
    "/advertiser/info/": record("advertiser_ids", advertiser_ids=many(ID, 1), fields=many(TEXT)),
    "/user/info/": record(""),
    "/campaign/get/": listed(campaign_name=TEXT, campaign_ids=many(ID)),
    "/smart_plus/campaign/get/": listed(campaign_name=TEXT, campaign_ids=many(ID)),
    "/adgroup/get/": listed(adgroup_name=TEXT, campaign_ids=many(ID)),
    "/smart_plus/adgroup/get/": listed(adgroup_name=TEXT, campaign_ids=many(ID)),
    "/ad/get/": listed(ad_name=TEXT, adgroup_ids=many(ID)),
    "/smart_plus/ad/get/": listed(100, adgroup_ids=many(ID)),
}


LEVEL = one_of("PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY")
POST = {
    "privacy_level": LEVEL,
    "disable_comment": YES_NO,
    "brand_content_toggle": YES_NO,
    "brand_organic_toggle": YES_NO,
}
POSTING: Mapping[str, Schema] = {
    "/creator_info/query/": record(""),
    "/status/fetch/": record("publish_id", publish_id={"type": "string", "maxLength": 64}),
    "/video/init/": record(
        "post_info source_info",
        post_info=record(
            "privacy_level brand_content_toggle",
            **POST,
            title={"type": "string", "maxLength": 2200},
            disable_duet=YES_NO,
            disable_stitch=YES_NO,
            video_cover_timestamp_ms={"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
            is_aigc=YES_NO,
        ),
        source_info=record(
            "source video_size chunk_size total_chunk_count",
            source=one_of("FILE_UPLOAD"),
            video_size={"type": "integer", "minimum": 1, "maximum": 4_000_000_000},
            chunk_size={"type": "integer", "minimum": 1, "maximum": 64_000_000},
            total_chunk_count={"type": "integer", "minimum": 1, "maximum": 1000},
        ),
    ),
    "/content/init/": record(
        "media_type post_mode post_info source_info",
        media_type=one_of("PHOTO"),
        post_mode=one_of("DIRECT_POST"),
        post_info=record(
            "privacy_level",
            **POST,
            title={"type": "string", "maxLength": 90},
            description={"type": "string", "maxLength": 4000},
            auto_add_music=YES_NO,
        ),
        source_info=record(
            "source photo_images photo_cover_index",
            source=one_of("PULL_FROM_URL"),
            photo_images=many({"type": "string", "pattern": "^https://"}, 1, 35),
            photo_cover_index={"type": "integer", "minimum": 0, "maximum": 34},
        ),
    ),
}
POSTING_HOST = "open.tiktokapis.com"
SIZES = ("video_size", "chunk_size", "total_chunk_count")
RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


def check(request: httpx.Request) -> None:
    """A call of the API for Business, or one that posts, with fields that its operation has."""
    if request.url.host == POSTING_HOST:
        check_posting(request)
    elif request.url.host.endswith(".tiktokapis.com"):
        check_part(request)
    else:
        check_ads(request)


def check_posting(request: httpx.Request) -> None:
    """A call of the Content Posting API."""
    assert request.url.scheme == "https" and request.method == "POST"
    assert request.headers["authorization"].startswith("Bearer "), "the user's token"
    assert request.headers["content-type"] == "application/json; charset=UTF-8"
    path = request.url.path.removeprefix("/v2/post/publish")
    assert path in POSTING, f"TikTok has no {request.url.path}"
    given = json.loads(request.content)
    errors = [error.message for error in Draft202012Validator(POSTING[path]).iter_errors(given)]
    assert not errors, errors
    source = given.get("source_info", {})
    if path == "/video/init/":
        size, chunk, count = (source[name] for name in SIZES)
        assert count == size // chunk, "the video's size by that of a part, rounded down"
        assert chunk == size if size < 5_000_000 else chunk >= 5_000_000
        assert size <= 64_000_000 or count > 1, "above 64 MB only in parts"
    if path == "/content/init/":
        assert source["photo_cover_index"] < len(source["photo_images"])


def check_part(request: httpx.Request) -> None:
    """A part of a video, as the media transfer guide has it."""
    assert request.url.scheme == "https" and request.method == "PUT"
    assert "upload_id" in request.url.params and "upload_token" in request.url.params
    assert "authorization" not in request.headers, "the address is the permission"
    assert request.headers["content-type"] in ("video/mp4", "video/quicktime", "video/webm")
    told = RANGE.fullmatch(request.headers["content-range"])
    assert told, request.headers["content-range"]
    start, end, total = (int(number) for number in told.groups())
    assert start <= end < total
    length = len(request.content)
    assert end - start + 1 == length == int(request.headers["content-length"])
    assert length <= 128_000_000 and (length >= 5_000_000 or length == total)


def check_ads(request: httpx.Request) -> None:
    """A call of the API for Business."""
    assert request.url.scheme == "https" and request.url.host in HOSTS
    token = request.headers.get("access-token", "")
    assert token and " " not in token, "the bare token in Access-Token"
    assert "authorization" not in request.headers
    path = request.url.path.removeprefix(BASE)
    assert path != request.url.path, f"not below {BASE}: {path}"
    known = QUERIES if request.method == "GET" else BODIES
    assert path in known, f"TikTok has no {request.method} {path}"
    if request.method == "GET":
        given: Any = {name: plain(name, value) for name, value in request.url.params.items()}
    else:
        assert request.method == "POST"
        assert request.headers["content-type"] == "application/json"
        assert not request.url.params
        given = json.loads(request.content)
    errors = [error.message for error in Draft202012Validator(known[path]).iter_errors(given)]
    assert not errors, errors


def plain(name: str, text: str) -> Any:
    """A query parameter's value: lists, objects, booleans and page numbers are JSON."""
    if text in ("true", "false") or text[:1] in ("[", "{") or name in ("page", "page_size"):
        return json.loads(text)
    return text


def _wrong(method: str, path: str, header: str = "access-token", **given: Any) -> httpx.Request:
    url, headers = f"https://{HOSTS[0]}{BASE}{path}", {header: "t0ken"}
    if method == "GET":
        return httpx.Request(method, url, params=given, headers=headers)
    return httpx.Request(method, url, json=given, headers=headers)


def _wrong_post(path: str, post: dict[str, Any], source: dict[str, Any]) -> httpx.Request:
    headers = {"Authorization": "Bearer act.1", "Content-Type": "application/json; charset=UTF-8"}
    body = {"post_info": {"brand_content_toggle": False, **post}, "source_info": source}
    url = f"https://{POSTING_HOST}/v2/post/publish{path}"
    return httpx.Request("POST", url, json=body, headers=headers)


def _wrong_part(range_: str, content: bytes, **headers: str) -> httpx.Request:
    url = "https://open-upload.tiktokapis.com/video/?upload_id=1&upload_token=2"
    every = {"Content-Type": "video/mp4", "Content-Range": range_, **headers}
    return httpx.Request("PUT", url, content=content, headers=every)


_FILE = {"source": "FILE_UPLOAD", "video_size": 9, "chunk_size": 9, "total_chunk_count": 1}
_ALL = {"privacy_level": "SELF_ONLY"}
_CAMPAIGN = {"advertiser_id": "7", "campaign_name": "x", "objective_type": "TRAFFIC"}

WRONG = [
    _wrong("POST", "/campaign/create", **_CAMPAIGN),
    _wrong("POST", "/campaign/create/", header="authorization", **_CAMPAIGN),
    _wrong("POST", "/campaign/create/", **{**_CAMPAIGN, "budget": "19.99"}),
    _wrong("POST", "/campaign/create/", **{**_CAMPAIGN, "colour": "red"}),
    _wrong("POST", "/smart_plus/campaign/create/", **_CAMPAIGN),
    _wrong("POST", "/adgroup/budget/update/", advertiser_id="7", adgroup_id="8", budget=1),
    _wrong("POST", "/smart_plus/ad/status/update/", advertiser_id="7", ad_ids=["8"]),
    _wrong("GET", "/report/integrated/get/", advertiser_id="7", report_type="ALL"),
    _wrong("GET", "/advertiser/info/", advertiser_ids="7"),
    _wrong_post("/video/init/", {}, _FILE),
    _wrong_post("/video/init/", {"privacy_level": "PUBLIC"}, _FILE),
    _wrong_post("/video/init/", _ALL, {**_FILE, "total_chunk_count": 2}),
    _wrong_post("/video/init/", {**_ALL, "description": "x"}, _FILE),
    _wrong_post("/photo/init/", _ALL, _FILE),
    _wrong_post("/content/init/", _ALL, _FILE),
    _wrong_part("bytes 0-8/9", b"12345678"),
    _wrong_part("bytes 0-8/90", b"123456789"),
    _wrong_part("bytes 0-8/9", b"123456789", Authorization="Bearer act.1"),
]
