"""Emails as the Gmail twin keeps them: taken apart when they come in, shown as Gmail shows them."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from hub.connector_kit.sandbox import TwinRequest
from hub.domain.model import Json

ACCOUNT = "sandbox@neonhub.example"
THREAD = "19a8c0ffee000001"
"""A thread that is there from the start: a customer's question."""

_QUESTION = {
    "id": THREAD,
    "threadId": THREAD,
    "labelIds": ["UNREAD", "INBOX"],
    "snippet": "Do you ship to Norway?",
    "internalDate": "1772150400000",
    "historyId": "1000",
    "headers": [
        {"name": "From", "value": "Kari Nordmann <kari@customer.example>"},
        {"name": "To", "value": ACCOUNT},
        {"name": "Subject", "value": "Shipping"},
        {"name": "Date", "value": "Fri, 27 Feb 2026 00:00:00 +0000"},
        {"name": "Message-ID", "value": "<question-1@customer.example>"},
    ],
    "text": "Do you ship to Norway?\r\n",
    "html": None,
    "attachments": [],
}


class Refused(Exception):  # noqa: N818 -- an answer of Gmail's, not a failure of ours
    """A request that Gmail refuses."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status, self.reason, self.message = status, reason, message


def messages(state: Mapping[str, Json]) -> list[dict[str, Any]]:
    """Every message of the mailbox, newest first."""
    return [*state.get("messages", []), _QUESTION]


def incoming(request: TwinRequest) -> tuple[dict[str, Any], bytes]:
    """The JSON of a request and the email that came with it, inside or beside."""
    if not request.request.url.path.startswith("/upload/"):
        about = request.json()
        message = about.get("message", about)
        if not message.get("raw"):
            words = "'raw' RFC822 payload message string or uploading message via /upload/* URL"
            raise Refused(400, "invalidArgument", f"{words} required")
        try:
            return about, base64.urlsafe_b64decode(message["raw"])
        except binascii.Error:
            raise Refused(400, "invalidArgument", "Invalid value for ByteString") from None
    return _uploaded(request.request)


def taken(request: TwinRequest, raw: bytes, thread_id: str | None, label: str) -> dict[str, Any]:
    """The email as a message of the mailbox.

    It joins the thread it names only if its In-Reply-To and its subject fit, as Gmail has it.
    """
    from email import message_from_bytes
    from email.policy import default

    email = message_from_bytes(raw, policy=default)
    recipients = [str(email[name]) for name in ("To", "Cc", "Bcc") if email[name]]
    if label == "SENT" and not recipients:
        raise Refused(400, "invalidArgument", "Recipient address required")
    own = f"19a8{request.next_number():012x}"
    headers = [{"name": name, "value": str(value)} for name, value in email.items()]
    for name, value in (("From", ACCOUNT), ("Date", format_datetime(request.now))):
        if email[name] is None:
            headers.insert(0, {"name": name, "value": value})
    bodies = {kind: email.get_body((kind,)) for kind in ("plain", "html")}
    texts = {kind: str(body.get_content()) if body else None for kind, body in bodies.items()}
    return {
        "id": own,
        "threadId": _thread(request, thread_id, email) or own,
        "labelIds": [label],
        "snippet": _snippet(texts["plain"] or texts["html"] or ""),
        "internalDate": stamp(request.now),
        "historyId": str(1000 + request.state["counter"]),
        "headers": headers,
        "text": texts["plain"],
        "html": texts["html"],
        "attachments": [
            {
                "filename": part.get_filename() or "",
                "mimeType": part.get_content_type(),
                "size": len(part.get_payload(decode=True) or b""),
            }
            for part in email.iter_attachments()
        ],
    }


def stamp(moment: datetime) -> str:
    """Milliseconds, as text."""
    return str(round(moment.timestamp() * 1000))


def shown(message: Mapping[str, Any], format_: str, wanted: list[str]) -> dict[str, Json]:
    """A message in one of Gmail's formats."""
    plain = {
        key: message[key]
        for key in ("id", "threadId", "labelIds", "snippet", "historyId", "internalDate")
    }
    if format_ == "minimal":
        return plain
    names = {name.lower() for name in wanted if format_ == "metadata"}
    headers = [h for h in message["headers"] if not names or h["name"].lower() in names]
    if format_ == "metadata":
        return {**plain, "payload": {"mimeType": "text/plain", "headers": headers}}
    parts = [_part("text/plain", message["text"]), _part("text/html", message["html"])]
    parts += [
        {
            "mimeType": attached["mimeType"],
            "filename": attached["filename"],
            "body": {"size": attached["size"], "attachmentId": f"ANGjdJ{number}"},
        }
        for number, attached in enumerate(message["attachments"])
    ]
    payload = {
        "mimeType": "multipart/mixed",
        "filename": "",
        "headers": headers,
        "body": {"size": 0},
        "parts": [part for part in parts if part],
    }
    return {**plain, "payload": payload}


def fits(message: Mapping[str, Any], query: str) -> bool:
    """Whether a message is found by a query: some of Gmail's operators, and plain words.

    Operators that the twin does not know let every message pass.
    """
    return all(_term(message, term) for term in re.findall(r'(?:\w+:)?"[^"]*"|\S+', query))


def header(message: Mapping[str, Any], name: str) -> str:
    """A header's value; empty if there is none."""
    every = (h["value"] for h in message["headers"] if h["name"].lower() == name.lower())
    return str(next(every, ""))


def _snippet(text: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", text).split())[:180]


def _term(message: Mapping[str, Any], term: str) -> bool:
    operator, colon, value = term.replace('"', "").rpartition(":")
    if not colon:
        return value.lower() in f"{header(message, 'subject')} {message['snippet']}".lower()
    match operator:
        case "rfc822msgid":
            return header(message, "message-id").strip("<>") == value.strip("<>")
        case "after":
            return int(message["internalDate"]) >= _seconds(value) * 1000
        case "before":
            return int(message["internalDate"]) < _seconds(value) * 1000
        case "in" | "label" | "is":
            return value.upper() in message["labelIds"]
        case "from" | "to" | "subject" | "cc" | "bcc":
            return value.lower() in header(message, operator).lower()
        case _:
            return True


def _seconds(value: str) -> float:
    """A query's moment: seconds, or a day, which begins in California."""
    if value.isdecimal():
        return float(value)
    try:
        day = datetime.strptime(value.replace("-", "/"), "%Y/%m/%d")  # noqa: DTZ007 -- its zone follows
    except ValueError:
        raise Refused(400, "invalidArgument", "Invalid query") from None
    return day.replace(tzinfo=ZoneInfo("America/Los_Angeles")).timestamp()


def _part(kind: str, text: str | None) -> dict[str, Json] | None:
    if text is None:
        return None
    data = text.encode()
    return {
        "mimeType": kind,
        "filename": "",
        "headers": [{"name": "Content-Type", "value": f'{kind}; charset="utf-8"'}],
        "body": {"size": len(data), "data": base64.urlsafe_b64encode(data).decode()},
    }


def _thread(request: TwinRequest, thread_id: str | None, email: Any) -> str | None:
    if thread_id is None:
        return None
    inside = [each for each in messages(request.state) if each["threadId"] == thread_id]
    if not inside:
        raise Refused(404, "notFound", "Requested entity was not found.")
    known = {header(each, "message-id") for each in inside}
    replied = str(email["In-Reply-To"] or "").strip() in known
    subjects = {_subject(header(each, "subject")) for each in inside}
    return thread_id if replied and _subject(str(email["Subject"] or "")) in subjects else None


def _subject(text: str) -> str:
    return re.sub(r"^((re|fwd?|aw|wg):\s*)+", "", text.strip().lower())


def _uploaded(request: httpx.Request) -> tuple[dict[str, Any], bytes]:
    """A multipart upload: JSON first, then the email."""
    kind = request.headers.get("content-type", "")
    boundary = re.search(r'boundary="?([^";]+)"?', kind)
    if request.url.params.get("uploadType") != "multipart" or boundary is None:
        raise Refused(400, "badContent", "Media type 'application/json' is not supported.")
    parts = (b"\r\n" + request.read()).split(b"\r\n--" + boundary[1].encode())
    if len(parts) != 4:
        raise Refused(400, "badContent", "Multipart must have two parts")
    about, email = (part.partition(b"\r\n\r\n")[2] for part in parts[1:3])
    if b"message/" not in parts[2].partition(b"\r\n\r\n")[0]:
        raise Refused(400, "badContent", "Media type is not supported. Valid: [message/*]")
    return json.loads(about), email
