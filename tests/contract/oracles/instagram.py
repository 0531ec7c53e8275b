"""Instagram's contract: Meta's SDK, and schemas of Meta's pages for what it leaves open.

The SDK types a message and its recipient as `Object`, and takes any container. Their shapes are of
https://developers.facebook.com/docs/instagram-platform (messaging-api, ig-user/media, insights).
"""

import json
from typing import Any

import httpx
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tests.contract.oracles.meta_business import Edge, check_edge

HOSTS = frozenset({"graph.facebook.com", "graph.instagram.com"})

# Metrics of the account that the SDK's enum has not, from the page of account insights.
_ACCOUNT_METRICS = frozenset(
    {
        "accounts_engaged",
        "engaged_audience_demographics",
        "follower_count",
        "follower_demographics",
        "follows_and_unfollows",
        "online_followers",
        "profile_links_taps",
        "saves",
        # breakdowns
        "contact_button_type",
        "follower_type",
        "media_product_type",
        "age",
        "city",
        "country",
        "gender",
    }
)

_EDGES = [
    Edge("POST", r"\d+/media", "IGUser", "create_media"),
    Edge(
        "POST", r"\d+/media_publish", "IGUser", "create_media_publish", frozenset({"creation_id"})
    ),
    Edge("GET", r"\d+/media", "IGUser", "get_media"),
    Edge("GET", r"\d+/stories", "IGUser", "get_stories"),
    Edge("GET", r"\d+/content_publishing_limit", "IGUser", "get_content_publishing_limit"),
    Edge(
        "POST",
        r"\d+/messages",
        "IGUser",
        "create_message",
        frozenset({"recipient", "message"}),
    ),
    Edge("GET", r"\d+/conversations", "IGUser", "get_conversations", fields=frozenset({"id"})),
    Edge(
        "GET",
        r"17841\d+/insights",
        "IGUser",
        "get_insights",
        frozenset({"metric", "period"}),
        metrics=_ACCOUNT_METRICS,
    ),
    Edge("GET", r"\d+/insights", "IGMedia", "get_insights", frozenset({"metric"})),
    Edge("GET", r"17841\d+", "IGUser", "api_get"),
    # Containers are no class of the SDK: their fields are of the page ig-container.
    Edge("GET", r"\d+", "IGMedia", "api_get", fields=frozenset({"status", "status_code"})),
    Edge("GET", r"[A-Za-z]\w+", "UnifiedThread", "api_get"),
]

_URL = {"type": "string", "pattern": "^https://"}
_CONTAINER = Draft202012Validator(
    {
        "properties": {
            "media_type": {"enum": ["REELS", "STORIES", "CAROUSEL", "VIDEO"]},
            "image_url": _URL,
            "video_url": _URL,
            "cover_url": _URL,
            "caption": {"maxLength": 2200},
            "alt_text": {"maxLength": 1000},
            "children": {
                "type": "array",
                "minItems": 2,
                "maxItems": 10,
                "items": {"type": "string"},
            },
            "collaborators": {"type": "array", "minItems": 1, "maxItems": 3},
            "user_tags": {
                "type": "array",
                "maxItems": 20,
                "items": {
                    "required": ["username"],
                    "additionalProperties": False,
                    "properties": {
                        "username": {"type": "string"},
                        "x": {"minimum": 0, "maximum": 1},
                        "y": {"minimum": 0, "maximum": 1},
                    },
                },
            },
            "product_tags": {
                "type": "array",
                "maxItems": 5,
                "items": {"type": "object", "required": ["product_id"]},
            },
            "trial_params": {
                "type": "object",
                "properties": {"graduation_strategy": {"enum": ["MANUAL", "SS_PERFORMANCE"]}},
                "required": ["graduation_strategy"],
                "additionalProperties": False,
            },
        },
        "oneOf": [
            {"required": ["image_url"], "properties": {"media_type": {"const": "STORIES"}}},
            {
                "required": ["video_url", "media_type"],
                "properties": {"media_type": {"enum": ["REELS", "STORIES", "VIDEO"]}},
            },
            {
                "required": ["children", "media_type"],
                "properties": {"media_type": {"const": "CAROUSEL"}},
            },
        ],
        "allOf": [
            # A feed video that is not in a carousel does not exist any more.
            {
                "if": {
                    "properties": {"media_type": {"const": "VIDEO"}},
                    "required": ["media_type"],
                },
                "then": {"required": ["is_carousel_item"]},
            },
            # What belongs to the whole post is not in its slides, nor are stories captioned.
            {
                "if": {"required": ["is_carousel_item"]},
                "then": {"not": {"anyOf": [{"required": [n]} for n in ("caption", "children")]}},
            },
            {
                "if": {
                    "properties": {"media_type": {"const": "STORIES"}},
                    "required": ["media_type"],
                },
                "then": {
                    "not": {
                        "anyOf": [
                            {"required": [n]} for n in ("caption", "alt_text", "collaborators")
                        ]
                    }
                },
            },
            {
                "if": {"required": ["alt_text"]},
                "then": {"required": ["image_url"]},
            },
        ],
    }
)
_MESSAGE = Draft202012Validator(
    {
        "properties": {
            "recipient": {
                "type": "object",
                "properties": {"id": {"type": "string", "pattern": r"^\d+$"}},
                "required": ["id"],
                "additionalProperties": False,
            },
            "message": {
                "type": "object",
                "properties": {"text": {"type": "string", "minLength": 1, "maxLength": 1000}},
                "required": ["text"],
                "additionalProperties": False,
            },
            "reply_to": {
                "type": "object",
                "properties": {"mid": {"type": "string"}},
                "required": ["mid"],
                "additionalProperties": False,
            },
            "tag": {"const": "HUMAN_AGENT"},
        },
        "dependentSchemas": {
            "tag": {
                "properties": {"messaging_type": {"const": "MESSAGE_TAG"}},
                "required": ["messaging_type"],
            }
        },
    }
)
_JSON_FIELDS = frozenset(
    {"children", "collaborators", "user_tags", "product_tags", "trial_params"}
    | {"recipient", "message", "reply_to"}
)


def check(request: httpx.Request) -> None:
    """A call of an edge, with a body of the shape that Meta's pages give."""
    given = check_edge(request, _EDGES, HOSTS)
    edge = request.url.path.rpartition("/")[2]
    body: dict[str, Any] = {
        name: json.loads(value) if name in _JSON_FIELDS else value for name, value in given.items()
    }
    if request.method == "POST":
        schema = {"media": _CONTAINER, "messages": _MESSAGE}.get(edge)
        wrong = [error.message for error in schema.iter_errors(body)] if schema else []
        assert not wrong, wrong


def _wrong(path: str, method: str = "POST", **fields: str) -> httpx.Request:
    body = {"data": fields} if method == "POST" else {"params": fields}
    return httpx.Request(
        method,
        f"https://graph.facebook.com/v26.0/{path}",
        headers={"authorization": "Bearer EAAB"},
        **body,  # type: ignore[arg-type]
    )


_IMAGE = "https://example.com/a.jpg"

WRONG = [
    _wrong("17841400000000001/media_publish"),
    _wrong("17841400000000001/media", image_url=_IMAGE, colour="red"),
    _wrong("17841400000000001/media", video_url=_IMAGE, media_type="VIDEO"),
    _wrong("17841400000000001/media", media_type="CAROUSEL", children='["1"]'),
    _wrong("17841400000000001/media", image_url=_IMAGE, user_tags="someone"),
    _wrong("17841400000000001/media", image_url=_IMAGE, share_to_feed="True"),
    _wrong("17841400000000001/media", image_url=_IMAGE, access_token="EAAB"),
    _wrong("17841400000000001/messages", recipient="1", message='{"text":"x"}'),
    _wrong("17841400000000001/messages", recipient='{"id":"1"}', message='{"body":"x"}'),
    _wrong("17841400000000001/insights", "GET", metric="reach", period="fortnight"),
    _wrong("17841400000000001/insights", "GET", metric="applause", period="day"),
    _wrong("17841400000000001/insights", "GET", period="day"),
    _wrong("17900000000000001/insights", "GET", metric="reach", metric_type="total_value"),
    _wrong("17900000000000001", "GET", fields="colour"),
    _wrong("17841400000000001/shout"),
]
