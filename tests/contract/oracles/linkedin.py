"""LinkedIn's contract, as JSON Schemas written after its documentation: it publishes none.

Posts, little text, images, share statistics and campaigns of
https://learn.microsoft.com/en-us/linkedin/marketing/, version 202607, read 2026-11.
"""

import json
import re
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]


def _closed(required: list[str], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": properties,
    }


def _one(*values: str) -> dict[str, Any]:
    return {"enum": list(values)}


def _text(most: int, least: int = 1) -> dict[str, Any]:
    return {"type": "string", "minLength": least, "maxLength": most}


def _urn(*kinds: str) -> dict[str, Any]:
    return {"type": "string", "pattern": rf"^urn:li:({'|'.join(kinds)}):[\w-]+$"}


_FLAG = {"type": "boolean"}
_AUTHOR = _urn("person", "organization")
_IMAGE = _urn("image")
_MILLISECONDS = {"type": "integer", "minimum": 1_000_000_000_000}
_MONEY = _closed(
    ["amount", "currencyCode"],
    amount={"type": "string", "pattern": r"^\d+(\.\d+)?$"},
    currencyCode={"type": "string", "pattern": "^[A-Z]{3}$"},
)
_CONTENT = {
    "oneOf": [
        _closed(
            ["media"],
            media=_closed(["id"], id=_IMAGE, title=_text(400), altText=_text(4086)),
        ),
        _closed(
            ["multiImage"],
            multiImage=_closed(
                ["images"],
                images={
                    "type": "array",
                    "minItems": 2,
                    "maxItems": 20,
                    "items": _closed(["id"], id=_IMAGE, altText=_text(4086)),
                },
            ),
        ),
        _closed(
            ["article"],
            article=_closed(
                ["source", "title"],
                source={"type": "string", "pattern": "^https?://"},
                title=_text(400),
                description=_text(4086),
                thumbnail=_IMAGE,
                thumbnailAltText=_text(4086),
            ),
        ),
    ]
}
_POST = _closed(
    ["author", "commentary", "visibility", "distribution", "lifecycleState"],
    author=_AUTHOR,
    commentary={"type": "string"},
    visibility=_one("PUBLIC", "CONNECTIONS", "LOGGED_IN", "CONTAINER"),
    distribution=_closed(
        ["feedDistribution", "targetEntities", "thirdPartyDistributionChannels"],
        feedDistribution=_one("MAIN_FEED", "NONE"),
        targetEntities={"type": "array"},
        thirdPartyDistributionChannels={"type": "array"},
    ),
    lifecycleState={"const": "PUBLISHED"},
    isReshareDisabledByAuthor=_FLAG,
    content=_CONTENT,
    reshareContext=_closed(["parent"], parent=_urn("share", "ugcPost")),
)
_FACETS = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"pattern": r"^urn:li:adTargetingFacet:\w+$"},
    "additionalProperties": {"type": "array", "minItems": 1, "items": {"type": "string"}},
}
_CAMPAIGN = {
    **_closed(
        [
            "account",
            "campaignGroup",
            "costType",
            "locale",
            "name",
            "offsiteDeliveryEnabled",
            "targetingCriteria",
            "type",
            "unitCost",
            "status",
            "politicalIntent",
        ],
        account=_urn("sponsoredAccount"),
        associatedEntity=_AUTHOR,
        audienceExpansionEnabled=_FLAG,
        campaignGroup=_urn("sponsoredCampaignGroup"),
        costType=_one("CPM", "CPC", "CPV"),
        creativeSelection=_one("ROUND_ROBIN", "OPTIMIZED"),
        dailyBudget=_MONEY,
        totalBudget=_MONEY,
        unitCost=_MONEY,
        locale=_closed(
            ["country", "language"],
            country={"type": "string", "pattern": "^[A-Z]{2}$"},
            language={"type": "string", "pattern": "^[a-z]{2}$"},
        ),
        name=_text(255),
        objectiveType=_one(
            "BRAND_AWARENESS",
            "ENGAGEMENT",
            "JOB_APPLICANTS",
            "LEAD_GENERATION",
            "WEBSITE_CONVERSIONS",
            "WEBSITE_VISITS",
            "VIDEO_VIEWS",
        ),
        offsiteDeliveryEnabled=_FLAG,
        runSchedule=_closed(["start"], start=_MILLISECONDS, end=_MILLISECONDS),
        targetingCriteria=_closed(
            ["include"],
            include=_closed(
                ["and"],
                **{"and": {"type": "array", "items": _closed(["or"], **{"or": _FACETS})}},
            ),
            exclude=_closed(["or"], **{"or": _FACETS}),
        ),
        type=_one("TEXT_AD", "SPONSORED_UPDATES", "SPONSORED_INMAILS", "DYNAMIC"),
        status=_one("ACTIVE", "PAUSED", "DRAFT"),
        optimizationTargetType={"type": "string", "pattern": "^[A-Z_]+$"},
        format={"type": "string", "pattern": "^[A-Z_]+$"},
        pacingStrategy=_one("LIFETIME", "ACCELERATED"),
        connectedTelevisionOnly=_FLAG,
        politicalIntent=_one("POLITICAL", "NOT_POLITICAL", "NOT_DECLARED"),
    ),
    "anyOf": [{"required": ["dailyBudget"]}, {"required": ["totalBudget"]}],
}
_UPLOAD = _closed(
    ["initializeUploadRequest"], initializeUploadRequest=_closed(["owner"], owner=_AUTHOR)
)

_ENCODED = r"(?:[\w.~-]|%[0-9A-F]{2})+"
_LIST = rf"List\({_ENCODED}(?:,{_ENCODED})*\)"
# Method, raw path, raw query (Rest.li 2.0: its own punctuation plain, values encoded), body.
_CALLS: list[tuple[str, str, str, dict[str, Any] | None]] = [
    ("GET", "/v2/userinfo", "", None),
    ("POST", "/rest/posts", "", _POST),
    (
        "GET",
        "/rest/posts",
        rf"q=author&author={_ENCODED}&count=\d+&sortBy=(LAST_MODIFIED|CREATED)",
        None,
    ),
    ("POST", "/rest/images", "action=initializeUpload", _UPLOAD),
    ("GET", r"/rest/images/urn%3Ali%3Aimage%3A[\w-]+", "", None),
    ("POST", r"/rest/adAccounts/\d+/adCampaigns", "", _CAMPAIGN),
    (
        "GET",
        r"/rest/adAccounts/\d+/adCampaigns",
        rf"q=search&search=\(name:\(values:{_LIST}\),campaignGroup:\(values:{_LIST}\)\)"
        r"&pageSize=\d+",
        None,
    ),
    (
        "GET",
        "/rest/organizationalEntityShareStatistics",
        rf"q=organizationalEntity&organizationalEntity=urn%3Ali%3Aorganization%3A\d+"
        rf"(&shares={_LIST})?(&ugcPosts={_LIST})?"
        r"(&timeIntervals=\(timeRange:\(start:\d{13},end:\d{13}\),"
        r"timeGranularityType:(DAY|MONTH)\))?",
        None,
    ),
]
# The grammar of little text: no reserved character without a backslash, but in its elements.
_LITTLE_TEXT = re.compile(
    r"(?:[^\\|{}@\[\]()<>#*_~]"
    r"|\\[\\|{}@\[\]()<>#*_~]"
    r"|\{hashtag\|(?:\\#|＃)\|[^\W_]+\}"
    r"|@\[(?:[^\\|{}@\[\]()<>#*_~]|\\[\\|{}@\[\]()<>#*_~])+\]"
    r"\(urn:li:(?:person|organization):[\w-]+\))*"
)


def check(request: httpx.Request) -> None:
    """A call that LinkedIn documents, with its headers, query and body."""
    request.read()
    assert request.headers["authorization"].startswith("Bearer ")
    assert request.url.scheme == "https"
    if request.url.host == "www.linkedin.com":
        _bytes(request)
        return
    assert request.url.host == "api.linkedin.com"
    path, _, query = request.url.raw_path.decode().partition("?")
    for method, wanted, wanted_query, body in _CALLS:
        fits = method == request.method and re.fullmatch(wanted, path)
        if fits and re.fullmatch(wanted_query, query):
            _headers(request, path)
            _body(request, body)
            return
    raise AssertionError(f"LinkedIn documents no {request.method} {path}?{query}")


def _bytes(request: httpx.Request) -> None:
    assert request.method == "PUT"
    assert "transfer-encoding" not in request.headers
    assert int(request.headers["content-length"]) == len(request.content) > 0


def _headers(request: httpx.Request, path: str) -> None:
    if path.startswith("/rest/"):
        assert re.fullmatch(r"20\d{4}", request.headers["linkedin-version"])
        assert request.headers["x-restli-protocol-version"] == "2.0.0"


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema))


def _body(request: httpx.Request, schema: dict[str, Any] | None) -> None:
    if schema is None:
        assert not request.content, "this call has no body"
        return
    assert request.headers["content-type"] == "application/json"
    assert "content-length" in request.headers
    body = json.loads(request.content)
    errors = [
        f"{e.json_path}: {e.message}" for e in _validator(json.dumps(schema)).iter_errors(body)
    ]
    assert not errors, errors
    if schema is _POST:
        _commentary(body)


def _commentary(body: dict[str, Any]) -> None:
    commentary = body["commentary"]
    assert _LITTLE_TEXT.fullmatch(commentary), f"cut off by LinkedIn: {commentary}"
    assert commentary or body.keys() & {"content", "reshareContext"}, "an empty post"
    assert len({"content", "reshareContext"} & body.keys()) <= 1


_HEADERS = {
    "authorization": "Bearer member-token",
    "linkedin-version": "202607",
    "x-restli-protocol-version": "2.0.0",
}


def _wrong(method: str, path: str, leave: str = "", **more: Any) -> httpx.Request:
    headers = {name: value for name, value in _HEADERS.items() if name != leave}
    url = path if path.startswith("https:") else f"https://api.linkedin.com{path}"
    if leave:
        headers[leave] = ""
    return httpx.Request(method, url, headers=headers, **more)


def _post(**changed: Any) -> dict[str, Any]:
    body = {
        "author": "urn:li:person:a",
        "commentary": "Hello",
        "visibility": "PUBLIC",
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        **changed,
    }
    return {name: value for name, value in body.items() if value is not None}


_IMAGES = {"multiImage": {"images": [{"id": "urn:li:image:a"}]}}
_STATISTICS = "/rest/organizationalEntityShareStatistics?q=organizationalEntity"

RIGHT = _wrong("POST", "/rest/posts", json=_post())
"""What most of WRONG change: right as it is, so that each is refused for its own fault."""

WRONG = [
    _wrong("POST", "/rest/posts", json=_post(visibility=None)),
    _wrong("POST", "/rest/posts", json=_post(commentary="cut off (here)")),
    _wrong("POST", "/rest/posts", json=_post(commentary="#launch")),
    _wrong("POST", "/rest/posts", json=_post(author="a")),
    _wrong("POST", "/rest/posts", json=_post(scheduledAt=1)),
    _wrong("POST", "/rest/posts", json=_post(content=_IMAGES)),
    _wrong("POST", "/rest/posts", leave="linkedin-version", json=_post()),
    _wrong("POST", "/rest/posts", leave="x-restli-protocol-version", json=_post()),
    _wrong("POST", "/v2/ugcPosts", json=_post()),
    _wrong("POST", "/rest/adAccounts/1/adCampaigns", json={"name": "x"}),
    _wrong("GET", _STATISTICS + "&organizationalEntity=urn:li:organization:1"),
    _wrong(
        "GET", _STATISTICS + "&organizationalEntity=urn%3Ali%3Aorganization%3A1&shares=List%28a%29"
    ),
    _wrong("PUT", "https://www.linkedin.com/dms-uploads/a", content=iter([b"x"])),
]
