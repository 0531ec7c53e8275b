"""The bodies that LinkedIn documents, as JSON Schemas: it publishes none itself.

Posts, images, videos and campaigns of https://learn.microsoft.com/en-us/linkedin/marketing/,
version 202607, read 2026-11.
"""

from typing import Any


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
_VIDEO = _urn("video")
_SHOWN = _urn("image", "video")
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
            media=_closed(["id"], id=_SHOWN, title=_text(400), altText=_text(4086)),
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
POST = _closed(
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
CAMPAIGN = {
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
IMAGE_UPLOAD = _closed(
    ["initializeUploadRequest"], initializeUploadRequest=_closed(["owner"], owner=_AUTHOR)
)
VIDEO_UPLOAD = _closed(
    ["initializeUploadRequest"],
    initializeUploadRequest=_closed(
        ["owner", "fileSizeBytes"],
        owner=_AUTHOR,
        # The page's limits of a video in the feed: 75 KB to 500 MB.
        fileSizeBytes={"type": "integer", "minimum": 75_000, "maximum": 524_288_000},
        uploadCaptions=_FLAG,
        uploadThumbnail=_FLAG,
    ),
)
VIDEO_FINALIZED = _closed(
    ["finalizeUploadRequest"],
    finalizeUploadRequest=_closed(
        ["video", "uploadToken", "uploadedPartIds"],
        video=_VIDEO,
        uploadToken={"type": "string"},
        # The ETags without the quotes that HTTP puts around them.
        uploadedPartIds={
            "type": "array",
            "minItems": 1,
            "items": {"type": "string", "pattern": '^[^"]+$'},
        },
    ),
)
