"""Gmail's threads and messages as the actions answer them."""

import base64
import binascii
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hub.domain.model import Json

_HEADERS = {
    "from": "from",
    "to": "to",
    "cc": "cc",
    "subject": "subject",
    "message-id": "rfc822MessageId",
    "in-reply-to": "inReplyTo",
    "references": "references",
}


def page(body: Any) -> Json:
    """A page of threads. Gmail leaves `threads` out when there are none."""
    return {
        "threads": [
            {
                "threadId": thread["id"],
                "snippet": thread.get("snippet", ""),
                "historyId": thread.get("historyId"),
            }
            for thread in body.get("threads", [])
        ],
        "cursor": body.get("nextPageToken"),
    }


def thread(body: Any) -> Json:
    """A thread with its messages, oldest first."""
    return {"threadId": body["id"], "messages": [message(each) for each in body["messages"]]}


def message(body: Any) -> Json:
    """A message: its headers, its text and HTML, and what is attached to it."""
    payload = body.get("payload") or {}
    found: dict[str, Json] = {
        "messageId": body["id"],
        "labelIds": body.get("labelIds", []),
        "snippet": body.get("snippet", ""),
        "receivedAt": received_at(body),
    }
    for header in payload.get("headers", []):
        name = _HEADERS.get(header["name"].lower())
        if name:
            found.setdefault(name, header["value"])
    parts = list(_parts(payload))
    for name, kind in (("text", "text/plain"), ("html", "text/html")):
        found[name] = next(
            (_text(p) for p in parts if p.get("mimeType") == kind and _shown(p)), None
        )
    found["attachments"] = [_attached(part) for part in parts if part.get("filename")]
    return found


def header(body: Any, wanted: str) -> str | None:
    """A header of a message, by any case."""
    every = (body.get("payload") or {}).get("headers") or []
    named = (each for each in every if each["name"].lower() == wanted.lower())
    return next((str(each["value"]) for each in named), None)


def received_at(body: Any) -> str | None:
    """When Gmail took a message, from its milliseconds."""
    stamp = body.get("internalDate")
    return datetime.fromtimestamp(int(stamp) / 1000, UTC).isoformat() if stamp else None


def _parts(part: Any) -> Iterator[Any]:
    """A part and all those within it."""
    yield part
    for inner in part.get("parts") or []:
        yield from _parts(inner)


def _shown(part: Any) -> bool:
    return not part.get("filename") and bool((part.get("body") or {}).get("data"))


def _text(part: Any) -> str:
    """A body as text. Gmail gives UTF-8 mostly; else the part's own character set is tried."""
    padded = part["body"]["data"] + "==="
    try:
        data = base64.urlsafe_b64decode(padded[: len(padded) // 4 * 4])
    except binascii.Error:
        return ""
    for charset in ("utf-8", _charset(part)):
        try:
            return data.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("utf-8", "replace")


def _charset(part: Any) -> str:
    kind = header({"payload": part}, "content-type") or ""
    return kind.lower().partition("charset=")[2].partition(";")[0].strip(' "') or "latin-1"


def _attached(part: Any) -> Json:
    body = part.get("body") or {}
    return {
        "filename": part["filename"],
        "contentType": part.get("mimeType"),
        "size": body.get("size"),
        "attachmentId": body.get("attachmentId"),
    }
