"""How X says no, for the parts of its twin."""

import httpx

PROBLEMS = "https://api.x.com/2/problems/"


def problem(status: int, kind: str, title: str, detail: str, **headers: str) -> httpx.Response:
    """X's answer when it says no; `kind` is the end of the problem's address."""
    body = {
        "title": title,
        "detail": detail,
        "type": PROBLEMS + kind if kind else "about:blank",
        "status": status,
    }
    content_type = {"content-type": "application/problem+json"}
    return httpx.Response(status, headers=content_type | headers, json=body)


def invalid(message: str) -> httpx.Response:
    """X's answer to a request that is not as it should be."""
    body = {
        "errors": [{"message": message}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": PROBLEMS + "invalid-request",
    }
    return httpx.Response(400, json=body)
