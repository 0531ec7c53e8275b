"""Gmail's contract: its discovery document, and RFC 5322 for the email inside."""

import base64
import json
import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import httpx

from tests.contract.oracles import google_discovery

DOCUMENT = "gmail.v1"
_WRITES_EMAIL = {"gmail.users.messages.send", "gmail.users.drafts.create"}


def check(request: httpx.Request) -> None:
    """A call that Gmail's document allows, with an email that every mail server understands."""
    called = google_discovery.check(request, DOCUMENT)
    assert called.path.get("userId") == "me"
    if called.id not in _WRITES_EMAIL:
        return
    email, about = email_of(request)
    sends = called.id == "gmail.users.messages.send"
    assert email["Message-ID"]
    assert not sends or any(email[name] for name in ("To", "Cc", "Bcc")), "no recipient"
    # The contract, at `threadId`: the headers must be set as well.
    in_thread = not about.get("threadId") or (email["In-Reply-To"] and email["References"])
    assert in_thread, "a thread without In-Reply-To and References"


def email_of(request: httpx.Request) -> tuple[EmailMessage, dict[str, Any]]:
    """The email in a request, and what the JSON says about it."""
    if request.url.path.startswith("/upload/"):
        (_, about), (_, raw) = google_discovery.related(request)
        message = json.loads(about)
    else:
        message = json.loads(request.content)
        raw = base64.urlsafe_b64decode(message.get("message", message)["raw"])
    return parsed(raw), message.get("message", message)


def parsed(raw: bytes) -> EmailMessage:
    """An email without defects (RFC 5322, 2.1.1: CRLF, at most 998 letters a line)."""
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw), "a line that does not end with CRLF"
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.isascii(), "8-bit letters"
    email = message_from_bytes(raw, policy=default)
    assert isinstance(email, EmailMessage)
    for part in email.walk():
        assert not part.defects, part.defects
        for name, value in part.items():
            assert not getattr(value, "defects", ()), (name, value.defects)
    counts = [len(email.get_all(name, [])) for name in ("From", "To", "Cc", "Bcc", "Subject")]
    assert max(counts) <= 1, "a header twice"
    return email


_HEADERS = {"authorization": "Bearer ya29.x"}
_ROOT = "https://gmail.googleapis.com/gmail/v1/users/me"


def _raw(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode()


def _post(path: str, body: Any, **headers: str) -> httpx.Request:
    return httpx.Request("POST", _ROOT + path, json=body, headers={**_HEADERS, **headers})


_FINE = b"To: a@b.de\r\nMessage-ID: <1@b.de>\r\n\r\nhi\r\n"

WRONG = [
    _post("/messages/send", {"to": "a@b.de", "raw": _raw(_FINE)}),
    _post("/messages/send", {"threadId": "1"}),
    _post("/drafts", {"raw": _raw(_FINE)}),
    _post("/drafts/send", {"draftId": "r1"}),
    _post("/messages/send", {"raw": _raw(_FINE), "threadId": "1"}),
    _post("/messages/send", {"raw": _raw(_FINE.replace(b"\r\n", b"\n"))}),
    _post("/messages/send", {"raw": _raw(b"Message-ID: <1@b.de>\r\n\r\nto nobody\r\n")}),
    _post("/messages/send", {"raw": _raw(_FINE)}, authorization="ya29.x"),
    httpx.Request("GET", _ROOT + "/threads?query=x", headers=_HEADERS),
    httpx.Request("GET", _ROOT + "/threads/1?format=raw", headers=_HEADERS),
    httpx.Request("GET", _ROOT.replace("me", "me/x") + "/profile", headers=_HEADERS),
]
