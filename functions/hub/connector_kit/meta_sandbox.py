"""What the sandbox twins of Meta's products share: errors, credentials, fields of objects."""

import json
from math import ceil
from typing import Any

import httpx

from hub.connector_kit.sandbox import Twin, TwinRequest
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import Json

_PROOF_LENGTH = 64
_TRACE = {"x-fb-trace-id": "Cw3ZSandbox0"}
_EXPIRED = "Error validating access token: Session has expired on Monday, 02-Mar-26 01:00:00 PST."


def refused(
    code: int, message: str, subcode: int | None = None, status: int = 400, **headers: str
) -> httpx.Response:
    """An error as Meta words it."""
    error: dict[str, Json] = {
        "message": f"(#{code}) {message}",
        "type": "OAuthException",
        "code": code,
        "fbtrace_id": "A6LJylpZRKw2xKLFsAP-cJh",
    }
    if subcode:
        error["error_subcode"] = subcode
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers={**_TRACE, **named}, json={"error": error})


def missing(object_id: str) -> httpx.Response:
    """The answer for an object that is not there, or not ours to see."""
    words = (
        f"Unsupported request. Object with ID '{object_id}' does not exist, cannot be loaded due "
        "to missing permissions, or does not support this operation"
    )
    return refused(100, words, 33)


def required(name: str) -> httpx.Response:
    """The answer for a parameter that is not there."""
    return refused(100, f"The parameter {name} is required")


def page(request: TwinRequest, items: list[dict[str, Any]]) -> httpx.Response:
    """One page of an edge; a cursor is the number of the objects already given."""
    params = request.request.url.params
    start, limit = int(params.get("after") or 0), int(params.get("limit", 25))
    shown = items[start : start + limit]
    body: dict[str, Json] = {"data": shown}
    if shown:
        body["paging"] = {"cursors": {"before": str(start), "after": str(start + len(shown))}}
        if start + limit < len(items):
            after = str(request.request.url.copy_set_param("after", str(start + limit)))
            body["paging"]["next"] = after
    return httpx.Response(200, headers=_TRACE, json=body)


def ok(body: Json) -> httpx.Response:
    """An ok answer."""
    return httpx.Response(200, headers=_TRACE, json=body)


def only(item: dict[str, Any], request: TwinRequest, *always: str) -> dict[str, Any]:
    """An object with the fields that were asked for; `id` comes always."""
    asked = request.request.url.params.get("fields", "")
    names = {name.partition("{")[0].partition(".")[0] for name in top_level(asked)}
    return {key: value for key, value in item.items() if key in {"id", *always, *names}}


def top_level(fields: str) -> list[str]:
    """The names in `a,b{c,d}` that are not inside braces, with what is in their braces."""
    found, depth = [""], 0
    for letter in fields:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == "," and not depth:
            found.append("")
        else:
            found[-1] += letter
    return [name for name in found if name]


def parsed(form: dict[str, str], name: str, default: Json = None) -> Json:
    """A form field that holds JSON; the default if it is not there or is no JSON."""
    try:
        return json.loads(form[name])
    except (KeyError, ValueError):
        return default


class MetaTwin(Twin):
    """Any bearer token is taken; a proof must at least have the shape of one."""

    def authorized(self, request: httpx.Request) -> bool:
        """The token is in the header, never in the address."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        proof = request.url.params.get("appsecret_proof")
        sound = proof is None or len(proof) == _PROOF_LENGTH
        return scheme == "Bearer" and bool(token) and sound

    def unknown(self, request: httpx.Request) -> httpx.Response:
        """Meta's answer to a path it does not have."""
        return refused(2500, f"Unknown path components: {request.url.path}")

    def throttled(self, seconds: int) -> httpx.Response:
        """Too many calls of a business use case: the wait is told in whole minutes."""
        usage = {
            "type": "instagram",
            "call_count": 100,
            "total_cputime": 32,
            "total_time": 41,
            "estimated_time_to_regain_access": ceil(seconds / 60),
        }
        header = json.dumps({"17841400000000001": [usage]})
        words = "There have been too many calls to this Instagram account."
        return refused(80002, words, 2446079, x_business_use_case_usage=header)

    def failure(self, failure: SandboxFailure) -> httpx.Response:
        """A failure with the status, headers and body that Meta uses for it."""
        match failure.kind:
            case Injection.RATE_LIMIT:
                return self.throttled(failure.retry_after)
            case Injection.REAUTH:
                asked = 'OAuth "Facebook Platform" "invalid_token" "Session has expired"'
                return refused(190, _EXPIRED, 463, 401, www_authenticate=asked)
            case Injection.BUSINESS_ERROR:
                return refused(100, "Invalid parameter", 1487851)
            case _:
                return refused(1, "An unknown error occurred", None, 500)
