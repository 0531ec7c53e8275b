"""WhatsApp's contracts: what Twilio's own SDK sends, and a JSON Schema of Meta's Cloud API.

Meta has no machine-readable contract that is sound: its OpenAPI document, of v23.0, lets a button's
`index` be no single digit and has no captions. The schema is of the reference pages that
`connectors.whatsapp` names, strict about unknown fields.
"""

import json
import re
from typing import Any

import httpx
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tests.contract.oracles import twilio_sdk


def _object(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _text(most: int, pattern: str = "") -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": most, "pattern": pattern}


_LINK = _text(2048, "^https?://")
_CAPTION = _text(1024)
_MEDIA = {
    "image": _object(("link",), link=_LINK, caption=_CAPTION),
    "video": _object(("link",), link=_LINK, caption=_CAPTION),
    "audio": _object(("link",), link=_LINK),
    "sticker": _object(("link",), link=_LINK),
    "document": _object(("link",), link=_LINK, caption=_CAPTION, filename=_text(240)),
}
_AMOUNT = {"type": "integer"}
_VALUES = {
    "text": _text(1024),
    "payload": _text(256),
    "coupon_code": _text(20),
    "currency": _object(
        ("fallback_value", "code", "amount_1000"),
        fallback_value=_text(100),
        code=_text(3, "^[A-Z]{3}$"),
        amount_1000=_AMOUNT,
    ),
    "date_time": _object(("fallback_value",), fallback_value=_text(100)),
    "image": _object(("link",), link=_LINK),
    "video": _object(("link",), link=_LINK),
    "document": _object(("link",), link=_LINK, filename=_text(240)),
}
_PARAMETER = {
    "oneOf": [
        _object(
            ("type", kind),
            type={"const": kind},
            parameter_name=_text(64, "^[a-z0-9_]+$"),
            **{kind: value},
        )
        for kind, value in _VALUES.items()
    ]
}
_PARAMETERS = {"type": "array", "items": _PARAMETER, "minItems": 1}
_COMPONENT = {
    "oneOf": [
        _object(("type",), type={"enum": ["header", "body"]}, parameters=_PARAMETERS),
        _object(
            ("type", "sub_type", "index"),
            type={"const": "button"},
            sub_type={"enum": ["quick_reply", "url", "catalog", "copy_code"]},
            index={"type": "string", "pattern": "^[0-9]$"},
            parameters=_PARAMETERS,
        ),
    ]
}
_CONTENT = {
    **_MEDIA,
    "text": _object(("body",), body=_text(4096), preview_url={"type": "boolean"}),
    "template": _object(
        ("name", "language"),
        name=_text(512, "^[a-z0-9_]+$"),
        language=_object(
            ("code", "policy"),
            code=_text(8, "^[a-z]{2,3}(_[A-Z]{2,3})?$"),
            policy={"const": "deterministic"},
        ),
        components={"type": "array", "items": _COMPONENT, "minItems": 1},
    ),
}
MESSAGE = Draft202012Validator(
    {
        "oneOf": [
            _object(
                ("messaging_product", "recipient_type", "to", "type", kind),
                messaging_product={"const": "whatsapp"},
                recipient_type={"const": "individual"},
                to=_text(16, r"^\+?[0-9]+$"),
                type={"const": kind},
                context=_object(("message_id",), message_id=_text(300, r"^wamid\.")),
                biz_opaque_callback_data=_text(512),
                **{kind: content},
            )
            for kind, content in _CONTENT.items()
        ]
    }
)
_FIELDS = {"id", "display_phone_number", "verified_name", "quality_rating", "name_status"}
_PATH = re.compile(r"/v\d+\.\d/\d+(/messages)?")


def check(request: httpx.Request) -> None:
    """A request that the provider whose host is asked would take."""
    if request.url.host != "graph.facebook.com":
        twilio_sdk.check(request)
        return
    found = _PATH.fullmatch(request.url.path)
    assert found, request.url.path
    assert re.match(r"Bearer \S+", request.headers["authorization"])
    assert "access_token" not in request.url.params, "the token goes in the header"
    proof = request.url.params.get("appsecret_proof")
    assert proof is None or re.fullmatch(r"[0-9a-f]{64}", proof)
    assert request.url.params.keys() <= {"appsecret_proof", "fields"}
    if found[1] is None:
        assert request.method == "GET"
        assert set(request.url.params["fields"].split(",")) <= _FIELDS
        return
    assert request.method == "POST"
    assert request.headers["content-type"] == "application/json"
    body = json.loads(request.content)
    problems = [error.message for error in MESSAGE.iter_errors(body)]
    assert not problems, f"Meta takes no such message: {body}"


def _graph(body: Any, path: str = "/v26.0/106540352242922/messages", **headers: str) -> Any:
    sign = {"authorization": "Bearer EAA1", **headers}
    return httpx.Request("POST", f"https://graph.facebook.com{path}", json=body, headers=sign)


_SOUND = {
    "messaging_product": "whatsapp",
    "recipient_type": "individual",
    "to": "+4915112345678",
    "type": "text",
    "text": {"body": "Hi"},
}
WRONG = [
    *twilio_sdk.WRONG,
    _graph({name: value for name, value in _SOUND.items() if name != "messaging_product"}),
    _graph({**_SOUND, "type": "image"}),
    _graph({**_SOUND, "colour": "red"}),
    _graph({**_SOUND, "text": {"text": "Hi"}}),
    _graph({**_SOUND, "type": "template", "template": {"name": "x", "language": "en"}}),
    _graph(_SOUND, "/v26.0/106540352242922/message"),
    _graph(_SOUND, authorization="Basic x"),
]
