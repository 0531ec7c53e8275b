"""What LinkedIn's twin answers when it says no."""

import httpx

from hub.domain.model import Json


def error(status: int, code: str | None, message: str, **more: Json) -> httpx.Response:
    """LinkedIn's answer when it says no."""
    body = {"status": status, **({"code": code} if code else {}), "message": message, **more}
    return httpx.Response(status, json=body)


def input_error(status: int, code: str, message: str) -> httpx.Response:
    """LinkedIn's answer when a field of the request is wrong."""
    inputs = [{"description": message, "input": {}, "code": code}]
    details = {"errorDetails": {"inputErrors": inputs}}
    kind = {"errorDetailType": "com.linkedin.common.error.BadRequest"}
    return error(status, None, message, **kind, **details)
