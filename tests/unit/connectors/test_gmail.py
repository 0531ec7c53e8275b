"""Gmail: emails as RFC 5322 wants them, attachments streamed, lost answers looked up."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from connectors.gmail.app import CONNECTOR
from connectors.gmail.client import GmailClient
from connectors.gmail.mime import CALL_HEADER, base64_lines
from connectors.gmail.sandbox_mail import THREAD
from connectors.gmail.spec import (
    MAX_MESSAGE_BYTES,
    SPEC,
    CreateDraft,
    GetThread,
    ListThreads,
    SendDraft,
    SendEmail,
)
from hub.connector_kit.client import ClientContext
from hub.connector_kit.journal import MemoryNotes
from hub.connector_kit.media import Media, OpenMedia, SandboxMedia
from hub.connector_kit.spec import NoInput
from tests.contract.oracles import gmail as oracle
from tests.contract.oracles.google_discovery import related
from tests.harness import Harness
from tests.support import START, FrozenClock

SENT = {"id": "m1", "threadId": "t1", "labelIds": ["SENT"]}
ROOT = "https://gmail.googleapis.com/gmail/v1/users/me"
QUESTION = "<question-1@customer.example>"
PDF = {"url": "https://media.example.com/a.pdf"}

type Answers = Callable[[httpx.Request], httpx.Response]


def context(transport: httpx.BaseTransport, **more: Any) -> ClientContext:
    fields: dict[str, Any] = {
        "transport": transport,
        "credentials": {"accessToken": "ya29.1"},
        "clock": FrozenClock(),
        "settings": SPEC.default_settings(),
        "call_key": "run_1.step_1",
        **more,
    }
    return ClientContext(**fields)


def client(answer: Any = SENT, sent: list[httpx.Request] | None = None, **more: Any) -> GmailClient:
    """A client whose requests are answered with a body, a response, or by a function."""

    def transport(request: httpx.Request) -> httpx.Response:
        if sent is not None:
            sent.append(request)
        found = answer(request) if callable(answer) else answer
        return found if isinstance(found, httpx.Response) else httpx.Response(200, json=found)

    return GmailClient(context(httpx.MockTransport(transport), **more))


def email(**fields: Any) -> SendEmail:
    return SendEmail.model_validate({"to": ["ann@example.com"], "text": "Hi", **fields})


def sent_as(given: SendEmail, **more: Any) -> httpx.Request:
    """The one request of sending an email."""
    sent: list[httpx.Request] = []
    assert client(SENT, sent, **more).send_email(given).ok
    (request,) = sent
    return request


def token(key: str = "run_1.step_1") -> str:
    return context(httpx.MockTransport(lambda _: httpx.Response(200)), call_key=key).token(32)


# ---------------------------------------------------------------- what goes out


def test_an_email_goes_out_as_gmail_wants_it() -> None:
    given = email(cc=["Bo <bo@example.com>"], bcc=["x@example.com"], subject="Launch")
    request = sent_as(given)
    assert request.method == "POST"
    assert str(request.url) == ROOT + "/messages/send"
    assert request.headers["authorization"] == "Bearer ya29.1"
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.content).keys() == {"raw"}
    found, _ = oracle.email_of(request)
    assert {name: str(found[name]) for name in ("To", "Cc", "Bcc", "Subject")} == {
        "To": "ann@example.com",
        "Cc": "Bo <bo@example.com>",
        "Bcc": "x@example.com",
        "Subject": "Launch",
    }
    assert found["From"] is None
    assert found.get_content() == "Hi\r\n"
    assert found[CALL_HEADER] == token()


def test_the_answer_is_told_in_our_words() -> None:
    outcome = client().send_email(email())
    assert outcome.data == {"messageId": "m1", "threadId": "t1", "labelIds": ["SENT"]}


def test_a_draft_is_wrapped_and_its_ids_are_told() -> None:
    sent: list[httpx.Request] = []
    answer = {"id": "r1", "message": {"id": "m1", "threadId": "t1", "labelIds": ["DRAFT"]}}
    outcome = client(answer, sent).create_draft(CreateDraft(text="Hi"))
    assert outcome.data == {"draftId": "r1", "messageId": "m1", "threadId": "t1"}
    assert str(sent[0].url) == ROOT + "/drafts"
    assert json.loads(sent[0].content)["message"].keys() == {"raw"}


@pytest.mark.parametrize(
    ("fields", "settings", "sender", "domain"),
    [
        ({}, {}, None, "neonhub.invalid"),
        ({}, {"from": "Shop <shop@example.org>"}, "Shop <shop@example.org>", "example.org"),
        (
            {"from": "me@example.net"},
            {"from": "Shop <shop@example.org>"},
            "me@example.net",
            "example.net",
        ),
    ],
)
def test_the_sender_is_the_emails_own_else_the_settings(
    fields: dict[str, str], settings: dict[str, str], sender: str | None, domain: str
) -> None:
    request = sent_as(email(**fields), settings={**SPEC.default_settings(), **settings})
    found, _ = oracle.email_of(request)
    assert found["From"] == sender
    assert found["Message-ID"] == f"<{token()}@{domain}>"


@pytest.mark.parametrize("setting", ["nobody", "a@b.de\r\nBcc: x@example.com", "a@b.de, c@d.de"])
def test_a_setting_that_is_no_address_is_refused_before_anything_goes_out(setting: str) -> None:
    sent: list[httpx.Request] = []
    outcome = client(sent=sent, settings={"apiVersion": "v1", "from": setting}).send_email(email())
    assert (outcome.kind, outcome.code) == ("invalid_request", "BAD_SENDER")
    assert sent == []


def test_the_same_call_makes_the_same_email_and_another_call_another() -> None:
    given = email(html="<p>Hi</p>", attachments=[PDF])
    first, again, other = (
        sent_as(given, call_key=key).content for key in ("run_1.s", "run_1.s", "run_2.s")
    )
    assert first == again
    assert first.replace(token("run_1.s").encode(), token("run_2.s").encode()) == other


@pytest.mark.parametrize(
    ("fields", "kinds"),
    [
        ({"text": "Hi"}, ["text/plain"]),
        ({"text": None, "html": "<p>Hi</p>"}, ["text/html"]),
        (
            {"text": "Hi", "html": "<p>Hi</p>"},
            ["multipart/alternative", "text/plain", "text/html"],
        ),
        (
            {"text": "Hi", "html": "<p>Hi</p>", "attachments": [PDF]},
            [
                "multipart/mixed",
                "multipart/alternative",
                "text/plain",
                "text/html",
                "application/pdf",
            ],
        ),
        (
            {"text": "Hi", "attachments": [PDF]},
            ["multipart/mixed", "text/plain", "application/pdf"],
        ),
    ],
)
def test_text_and_html_are_alternatives_and_attachments_stand_beside(
    fields: dict[str, Any], kinds: list[str]
) -> None:
    found, _ = oracle.email_of(sent_as(email(**fields)))
    assert [part.get_content_type() for part in found.walk()] == kinds


@pytest.mark.parametrize(
    "text", ["Grüße ✓ 🎉", "x" * 5000, "line\n" * 900, ".\n.\n", "From here\n", "a\r\nb\rc", "="]
)
def test_any_text_arrives_as_it_was_written(text: str) -> None:
    found, _ = oracle.email_of(sent_as(email(text=text, html=f"<p>{text}</p>")))
    for kind, wanted in (("plain", text), ("html", f"<p>{text}</p>")):
        body = found.get_body((kind,))
        assert body is not None
        assert body.get_content().splitlines() == wanted.splitlines()


@pytest.mark.parametrize(
    "subject", ["Grüße ✓ " * 40, "word " * 150, "x" * 400, 'a, b; <c> "d"', "日本語" * 100]
)
def test_any_subject_arrives_as_it_was_written(subject: str) -> None:
    request = sent_as(email(subject=subject))
    found, _ = oracle.email_of(request)
    assert " ".join(str(found["Subject"]).split()) == " ".join(subject.split())
    raw = base64.urlsafe_b64decode(json.loads(request.content)["raw"])
    words = [w for w in raw.partition(b"\r\n\r\n")[0].split() if w.startswith(b"=?")]
    assert all(len(word) <= 75 for word in words), "RFC 2047, 2"


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("ann@example.com", "", "ann@example.com"),
        ("<ann@example.com>", "", "ann@example.com"),
        ("Ann Lee <ann@example.com>", "Ann Lee", "ann@example.com"),
        ('"Doe, Jane" <jane@example.com>', "Doe, Jane", "jane@example.com"),
        ("Doe, Jane <jane@example.com>", "Doe, Jane", "jane@example.com"),
        (
            "Müller, Jörg @ Vertrieb <j@xn--mller-kva.de>",
            "Müller, Jörg @ Vertrieb",
            "j@xn--mller-kva.de",
        ),
        ("a+b.c'd@sub.example.co.uk", "", "a+b.c'd@sub.example.co.uk"),
    ],
)
def test_an_address_reaches_whom_it_names_and_nobody_else(
    written: str, name: str, address: str
) -> None:
    found, _ = oracle.email_of(sent_as(email(to=[written], cc=[written, "c@example.com"])))
    (only,) = found["To"].addresses
    assert (only.display_name, only.addr_spec) == (name, address)
    assert [each.addr_spec for each in found["Cc"].addresses] == [address, "c@example.com"]


LONG_ID = f"<{'x' * 120}@mail.example.com>"


@pytest.mark.parametrize(
    ("fields", "references"),
    [
        ({}, [QUESTION]),
        ({"references": ["<a@b.c>", QUESTION]}, ["<a@b.c>", QUESTION]),
        (
            {"inReplyTo": LONG_ID, "references": [LONG_ID] * 30},
            [LONG_ID] * 30,
        ),
    ],
)
def test_a_reply_carries_all_that_gmail_wants_to_thread_it(
    fields: dict[str, Any], references: list[str]
) -> None:
    fields = {"threadId": THREAD, "inReplyTo": QUESTION, "subject": "Re: Shipping", **fields}
    request = sent_as(email(**fields))
    found, message = oracle.email_of(request)
    assert message["threadId"] == THREAD
    assert found["In-Reply-To"] == fields["inReplyTo"]
    assert str(found["References"]).split() == references
    raw = base64.urlsafe_b64decode(json.loads(request.content)["raw"]).decode()
    assert f"In-Reply-To: {fields['inReplyTo']}\r\n" in raw, "not taken apart, however long"


def test_bulk_mail_can_be_left_with_one_click() -> None:
    given = email(listUnsubscribe="https://example.com/u?id=1&list=a,b")
    found, _ = oracle.email_of(sent_as(given))
    assert found["List-Unsubscribe"] == "<https://example.com/u?id=1&list=a,b>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    "url", ["https://example.com/<x>,<mailto:y@z.de>", "https://example.com/ü"]
)
def test_an_unsubscribe_url_cannot_leave_its_brackets(url: str) -> None:
    found, _ = oracle.email_of(sent_as(email(listUnsubscribe=url)))
    assert str(found["List-Unsubscribe"]).strip("<>").isascii()
    assert not set(str(found["List-Unsubscribe"])[1:-1]) & set("<>")


# ---------------------------------------------------------------- what is refused


BREAKS = ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00"]


@pytest.mark.parametrize("line_break", BREAKS, ids=ascii)
@pytest.mark.parametrize("name", ["to", "cc", "bcc", "from", "replyTo", "subject", "inReplyTo"])
def test_no_header_can_begin_another(name: str, line_break: str) -> None:
    injected = f"{line_break}Bcc: thief@example.com"
    values: dict[str, Any] = {
        "subject": f"Hi{injected}",
        "inReplyTo": f"<a@b.de{injected}>",
        "from": f"A{injected} <a@example.com>",
    }
    addresses = [f"a@example.com{injected}", f"A{injected} <a@example.com>"]
    for value in [values[name]] if name in values else [[each] for each in addresses]:
        with pytest.raises(ValueError, match="should match pattern"):
            email(**{name: value})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": None}, "give text, html or both"),
        ({"to": []}, "name a recipient"),
        ({"to": ["a@b.de"] * 300, "bcc": ["c@d.de"] * 201}, "at most 500 recipients"),
        ({"threadId": "t1"}, "inReplyTo with threadId"),
        ({"references": ["<a@b.de>"]}, "inReplyTo with references"),
        ({"to": ["no address"]}, "should match pattern"),
        ({"to": ["a@b.de, c@d.de"]}, "should match pattern"),
        ({"to": ["a@localhost"]}, "should match pattern"),
        ({"inReplyTo": "a@b.de"}, "should match pattern"),
        ({"threadId": "../profile", "inReplyTo": "<a@b.de>"}, "should match pattern"),
        ({"attachments": [{"url": "http://127.0.0.1/x"}]}, "must be an https"),
        ({"colour": "red"}, "Extra inputs are not permitted"),
    ],
)
def test_what_gmail_would_not_take_is_refused_at_once(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        email(**fields)


def test_a_draft_needs_no_recipient() -> None:
    assert CreateDraft(text="Hi").to == []


# ---------------------------------------------------------------- attachments


PATTERN = bytes(range(251)) * 40


def bytes_of(start: int, end: int) -> bytes:
    """The bytes of made-up media: no two neighbouring lines are equal."""
    offset = start % 251
    return (PATTERN * ((end - start) // len(PATTERN) + 2))[offset : offset + end - start]


class Endless:
    """Media of any size and piece length that counts what is read of it."""

    def __init__(self, size: int, piece: int = 1000, **more: str) -> None:
        self._size, self._piece = size, piece
        self._more = {"filename": "a.bin", "content_type": "application/zip", **more}
        self.read = 0

    def open(self, media: Media) -> OpenMedia:
        return OpenMedia(size=self._size, read=self._pieces, **self._more)

    def link(self, media: Media) -> str:
        raise AssertionError(media)

    def _pieces(self, start: int, end: int) -> Iterator[bytes]:
        for at in range(start, end, self._piece):
            piece = bytes_of(at, min(at + self._piece, end))
            self.read += len(piece)
            yield piece


@pytest.mark.parametrize("size", [0, 1, 2, 3, 56, 57, 58, 113, 114, 115, 5700, 9999])
@pytest.mark.parametrize("piece", [1, 50, 57, 1000])
def test_an_attachment_arrives_whole_and_as_long_as_announced(size: int, piece: int) -> None:
    request = sent_as(email(attachments=[PDF, PDF]), media=Endless(size, piece))
    assert int(request.headers["content-length"]) == len(request.content)
    found, _ = oracle.email_of(request)
    first, second = found.iter_attachments()
    assert first.get_content() == second.get_content() == bytes_of(0, size)


@pytest.mark.parametrize("piece", [1, 19, 57, 58, 200])
def test_base64_has_lines_of_76_letters_whatever_the_pieces(piece: int) -> None:
    data = bytes(range(256)) * 3
    pieces = (data[at : at + piece] for at in range(0, len(data), piece))
    lines = b"".join(base64_lines(pieces)).split(b"\r\n")
    assert base64.b64decode(b"".join(lines)) == data
    assert {len(line) for line in lines[:-2]} == {76}
    assert lines[-1] == b""


def test_an_upload_is_json_then_the_email() -> None:
    fields = {"threadId": THREAD, "inReplyTo": QUESTION, "attachments": [PDF]}
    request = sent_as(email(**fields))
    assert str(request.url) == (
        "https://gmail.googleapis.com/upload/gmail/v1/users/me/messages/send?uploadType=multipart"
    )
    (about_kind, about), (email_kind, _) = related(request)
    assert (about_kind, json.loads(about)) == (
        "application/json; charset=utf-8",
        {"threadId": THREAD},
    )
    assert email_kind == "message/rfc822"


@pytest.mark.parametrize(
    ("fields", "about"),
    [
        ({}, {}),
        ({"threadId": "t1", "inReplyTo": "<a@b.de>"}, {"message": {"threadId": "t1"}}),
    ],
)
def test_a_draft_with_attachments_is_uploaded_too(
    fields: dict[str, Any], about: dict[str, Any]
) -> None:
    sent: list[httpx.Request] = []
    given = CreateDraft.model_validate({"text": "Hi", "attachments": [PDF], **fields})
    client({"id": "r1", "message": {"id": "m1"}}, sent).create_draft(given)
    assert sent[0].url.path == "/upload/gmail/v1/users/me/drafts"
    assert json.loads(related(sent[0])[0][1]) == about


class Pieces(httpx.BaseTransport):
    """Takes a request piece by piece, keeping none."""

    def __init__(self) -> None:
        self.largest = self.total = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        for piece in request.stream:
            self.largest = max(self.largest, len(piece))
            self.total += len(piece)
        assert self.total == int(request.headers["content-length"])
        return httpx.Response(200, json=SENT)


def test_a_large_attachment_is_never_held_whole() -> None:
    taken, media = Pieces(), Endless(3_000_000, 65_536)
    outcome = GmailClient(context(taken, media=media)).send_email(email(attachments=[PDF]))
    assert outcome.ok
    assert taken.total > 4_000_000
    assert taken.largest < 100_000


@pytest.mark.parametrize("size", [26_819_348, 40_000_000])
def test_what_is_over_gmails_limit_in_base64_is_not_even_read(size: int) -> None:
    sent: list[httpx.Request] = []
    media = Endless(size)
    outcome = client(sent=sent, media=media).send_email(email(attachments=[PDF]))
    assert (outcome.kind, outcome.code) == ("invalid_request", "MESSAGE_TOO_LARGE")
    assert f"{MAX_MESSAGE_BYTES:,}" in (outcome.message or "")
    assert (sent, media.read) == ([], 0)


def test_what_is_just_within_gmails_limit_is_sent() -> None:
    taken = Pieces()
    media = Endless(26_818_800, 1_000_000)
    outcome = GmailClient(context(taken, media=media)).send_email(email(attachments=[PDF]))
    assert outcome.ok
    assert MAX_MESSAGE_BYTES - 1000 < taken.total < MAX_MESSAGE_BYTES + 1000


@pytest.mark.parametrize(
    ("content_type", "filename", "shown_type", "shown_name"),
    [
        ("image/png", "Grüße ✓.png", "image/png", "Grüße ✓.png"),
        ("message/rfc822", "mail.eml", "application/octet-stream", "mail.eml"),
        ("multipart/mixed", "x", "application/octet-stream", "x"),
        ("text/html\r\nX-Evil: 1", "x", "application/octet-stream", "x"),
        ("nonsense", "x", "application/octet-stream", "x"),
        ("text/plain", 'a"b\r\nX-Evil: 1', "text/plain", "a_b__X-Evil: 1"),
        ("text/plain", "a\u2028b", "text/plain", "a_b"),
        ("text/plain", "y" * 190 + ".txt", "text/plain", "y" * 190 + ".txt"),
    ],
)
def test_names_and_types_from_outside_are_made_harmless(
    content_type: str, filename: str, shown_type: str, shown_name: str
) -> None:
    media = Endless(10, filename=filename, content_type=content_type)
    found, _ = oracle.email_of(sent_as(email(attachments=[PDF]), media=media))
    (part,) = found.iter_attachments()
    assert (part.get_content_type(), part.get_filename()) == (shown_type, shown_name)
    assert part["X-Evil"] is None


# ---------------------------------------------------------------- reading


def test_pages_of_threads_end() -> None:
    sent: list[httpx.Request] = []
    pages = {
        None: {"threads": [{"id": "t1", "snippet": "a", "historyId": "9"}], "nextPageToken": "p2"},
        "p2": {"resultSizeEstimate": 0},
    }
    mailbox = client(lambda request: pages[request.url.params.get("pageToken")], sent)
    first = mailbox.list_threads(ListThreads(query="from:ann", label_ids=["A", "B"], limit=1))
    assert first.data == {
        "threads": [{"threadId": "t1", "snippet": "a", "historyId": "9"}],
        "cursor": "p2",
    }
    last = mailbox.list_threads(ListThreads(cursor="p2"))
    assert last.data == {"threads": [], "cursor": None}
    assert str(sent[0].url.params) == "q=from%3Aann&labelIds=A&labelIds=B&maxResults=1"
    assert str(sent[1].url.params) == "maxResults=50&pageToken=p2"


def data(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def test_a_thread_is_read_with_what_a_reply_needs() -> None:
    payload = {
        "mimeType": "multipart/mixed",
        "headers": [
            {"name": "FROM", "value": "Kari <k@example.com>"},
            {"name": "subject", "value": "Shipping"},
            {"name": "Message-Id", "value": "<1@example.com>"},
            {"name": "References", "value": "<0@example.com>"},
            {"name": "X-Other", "value": "no"},
        ],
        "parts": [
            {
                "mimeType": "multipart/alternative",
                "parts": [
                    {"mimeType": "text/plain", "body": {"data": data("Grüße".encode())}},
                    {"mimeType": "text/html", "body": {"data": data(b"<p>Hi</p>")}},
                ],
            },
            {
                "mimeType": "text/plain",
                "filename": "notes.txt",
                "body": {"size": 3, "attachmentId": "A1"},
            },
        ],
    }
    message = {
        "id": "m1",
        "threadId": "t1",
        "labelIds": ["INBOX"],
        "snippet": "Grüße",
        "internalDate": "1772442000500",
        "payload": payload,
    }
    outcome = client({"id": "t1", "messages": [message]}).get_thread(GetThread(thread_id="t1"))
    assert outcome.data == {
        "threadId": "t1",
        "messages": [
            {
                "messageId": "m1",
                "labelIds": ["INBOX"],
                "snippet": "Grüße",
                "receivedAt": "2026-03-02T09:00:00.500000+00:00",
                "from": "Kari <k@example.com>",
                "subject": "Shipping",
                "rfc822MessageId": "<1@example.com>",
                "references": "<0@example.com>",
                "text": "Grüße",
                "html": "<p>Hi</p>",
                "attachments": [
                    {
                        "filename": "notes.txt",
                        "contentType": "text/plain",
                        "size": 3,
                        "attachmentId": "A1",
                    }
                ],
            }
        ],
    }


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        ("Grüße".encode(), "utf-8", "Grüße"),
        ("Grüße".encode(), "iso-8859-1", "Grüße"),
        ("Grüße".encode("iso-8859-1"), '"ISO-8859-1"; format=flowed', "Grüße"),
        ("Grüße".encode("iso-8859-1"), "no-such-charset", "Gr\ufffd\ufffde"),
        ("日本".encode("shift_jis"), "shift_jis", "日本"),
    ],
)
def test_a_body_is_read_in_its_own_letters(body: bytes, charset: str, text: str) -> None:
    header = {"name": "Content-Type", "value": f"text/plain; charset={charset}"}
    payload = {"mimeType": "text/plain", "headers": [header], "body": {"data": data(body)}}
    answer = {"id": "t1", "messages": [{"id": "m1", "payload": payload}]}
    outcome = client(answer).get_thread(GetThread(thread_id="t1"))
    assert outcome.data["messages"][0]["text"] == text


def test_a_body_that_cannot_be_read_is_empty() -> None:
    payload = {"mimeType": "text/plain", "body": {"data": "A"}}
    answer = {"id": "t1", "messages": [{"id": "m1", "payload": payload}]}
    outcome = client(answer).get_thread(GetThread(thread_id="t1"))
    assert outcome.data["messages"][0]["text"] == ""


def test_the_version_is_a_setting() -> None:
    sent: list[httpx.Request] = []
    client({"emailAddress": "a@b.de"}, sent, settings={"apiVersion": "v2"}).test_connection(
        NoInput()
    )
    assert sent[0].url.path == "/gmail/v2/users/me/profile"


# ---------------------------------------------------------------- lost answers


def refused(status: int, reason: str) -> httpx.Response:
    body = {"code": status, "message": "No.", "errors": [{"reason": reason}]}
    return httpx.Response(status, json={"error": body})


def message(marked: bool) -> dict[str, Any]:
    value = token() if marked else "of-another-call"
    return {"id": "m", "payload": {"headers": [{"name": CALL_HEADER.lower(), "value": value}]}}


NONE = {"resultSizeEstimate": 0}


def mailbox(kind: str, by_id: Any, recent: Any, messages: dict[str, Any]) -> Answers:
    """Answers the two searches, and single messages."""

    def answer(request: httpx.Request) -> Any:
        query = request.url.params.get("q")
        if query is None:
            return messages[request.url.path.rpartition("/")[2]]
        assert request.url.path.endswith(f"/{kind}")
        return by_id if query.startswith("rfc822msgid:") else recent

    return answer


def entry(kind: str, number: int) -> dict[str, Any]:
    found = {"id": f"m{number}", "threadId": f"t{number}"}
    return found if kind == "messages" else {"id": f"r{number}", "message": found}


def listed(kind: str, *numbers: int, **more: Any) -> dict[str, Any]:
    return {kind: [entry(kind, number) for number in numbers], **more}


@pytest.mark.parametrize("kind", ["messages", "drafts"])
@pytest.mark.parametrize(
    ("by_id", "recent", "messages", "verdict"),
    [
        ([7], None, {}, "done"),
        ([], [], {}, "not_done"),
        ([], [6, 7], {"m6": message(False), "m7": message(True)}, "done"),
        ([], [6], {"m6": message(False)}, "not_done"),
        ([], [6], {"m6": {"id": "m6"}}, "not_done"),
        ([], [6, "more"], {"m6": message(False)}, "unknown"),
        ([], [7, "more"], {"m7": message(True)}, "done"),
        ([], [6, 7], {"m6": refused(404, "notFound"), "m7": message(True)}, "unknown"),
        (refused(403, "insufficientPermissions"), [], {}, "unknown"),
        ([], refused(429, "rateLimitExceeded"), {}, "unknown"),
        ("<html>", [], {}, "unknown"),
        ([], {"surprise": 1}, {}, "unknown"),
    ],
)
def test_a_lost_email_is_looked_up_by_its_id_then_by_its_mark(
    kind: str, by_id: Any, recent: Any, messages: dict[str, Any], verdict: str
) -> None:
    def page(found: Any) -> Any:
        if not isinstance(found, list):
            return found
        more = {"nextPageToken": "p2"} if "more" in found else {}
        numbers = [number for number in found if number != "more"]
        return listed(kind, *numbers, **more) if numbers else NONE

    sent: list[httpx.Request] = []
    found = client(mailbox(kind, page(by_id), page(recent), messages), sent)
    given = email() if kind == "messages" else CreateDraft(text="Hi")
    action = "send_email" if kind == "messages" else "create_draft"
    seen = found.reconcile(action, given, START)
    assert seen.verdict == verdict
    if verdict == "done":
        shown = {"messageId": "m7", "threadId": "t7"}
        own = {"labelIds": ["SENT"]} if kind == "messages" else {"draftId": "r7"}
        assert seen.data == {**shown, **own}
    assert sent[0].url.params["q"] == f"rfc822msgid:{token()}@neonhub.invalid"
    assert sent[0].url.params.get("labelIds") == ("SENT" if kind == "messages" else None)
    if len(sent) > 1:
        since = int(START.timestamp()) - 60
        assert sent[1].url.params["q"] == f"after:{since}", "clocks may differ"
    for request in sent:
        oracle.check(request)


def test_a_look_that_takes_too_long_proves_nothing() -> None:
    clock = FrozenClock()

    def slow(request: httpx.Request) -> Any:
        clock.advance(5)
        return mailbox("messages", NONE, listed("messages", 1, 2), {"m1": {}, "m2": {}})(request)

    found = client(slow, clock=clock)
    assert found.reconcile("send_email", email(), START).verdict == "unknown"


DRAFT = {
    "id": "r1",
    "message": {
        "id": "m1",
        "threadId": "t1",
        "payload": {"headers": [{"name": "Message-Id", "value": "<d@x>"}]},
    },
}


def in_thread(
    number: int, label: str = "SENT", own_id: str = "<other@x>", seconds: float = 0
) -> dict[str, Any]:
    moment = START + timedelta(seconds=seconds)
    return {
        "id": f"m{number}",
        "threadId": "t1",
        "labelIds": [label],
        "internalDate": str(int(moment.timestamp() * 1000)),
        "payload": {"headers": [{"name": "Message-ID", "value": own_id}]},
    }


GONE = refused(404, "notFound")


@pytest.mark.parametrize(
    ("known", "draft", "thread", "verdict"),
    [
        (True, DRAFT, None, "not_done"),
        (True, GONE, [in_thread(2, own_id="<d@x>", seconds=-9)], "done"),
        (True, GONE, [in_thread(1, seconds=-9), in_thread(2, seconds=1)], "done"),
        (True, GONE, [in_thread(1, seconds=1), in_thread(2, own_id="<d@x>")], "done"),
        (True, GONE, [in_thread(1, seconds=-9)], "unknown"),
        (True, GONE, [in_thread(1, "INBOX", seconds=1)], "unknown"),
        (True, GONE, [in_thread(1, seconds=1), in_thread(2, seconds=1)], "unknown"),
        (True, GONE, [], "unknown"),
        (True, GONE, GONE, "unknown"),
        (True, GONE, "<html>", "unknown"),
        (True, refused(403, "insufficientPermissions"), [in_thread(2, seconds=1)], "unknown"),
        (False, GONE, [in_thread(2, seconds=1)], "unknown"),
        (False, DRAFT, None, "not_done"),
    ],
)
def test_a_draft_that_is_gone_was_sent_only_if_its_thread_shows_it(
    known: bool, draft: Any, thread: Any, verdict: str
) -> None:
    def lost(request: httpx.Request) -> Any:
        if request.method == "POST":
            raise httpx.ReadTimeout("lost", request=request)
        return DRAFT

    notes = MemoryNotes()
    if known:
        assert client(lost, notes=notes).send_draft(SendDraft(draft_id="r1")).kind == (
            "unknown_outcome"
        )

    def later(request: httpx.Request) -> Any:
        if "/drafts/" in request.url.path:
            return draft
        assert request.url.path.endswith("/threads/t1")
        return {"id": "t1", "messages": thread} if isinstance(thread, list) else thread

    seen = client(later, notes=notes).reconcile("send_draft", SendDraft(draft_id="r1"), START)
    assert seen.verdict == verdict
    if verdict == "done":
        assert seen.data == {"messageId": "m2", "threadId": "t1", "labelIds": ["SENT"]}


def test_a_draft_is_looked_at_once_then_sent() -> None:
    sent: list[httpx.Request] = []
    answers: list[Any] = [DRAFT, refused(429, "rateLimitExceeded"), SENT]
    notes = MemoryNotes()
    mailbox = client(lambda _request: answers[len(sent) - 1], sent, notes=notes)
    assert mailbox.send_draft(SendDraft(draft_id="r1")).kind == "rate_limited"
    again = client(lambda _request: answers[len(sent) - 1], sent, notes=notes)
    assert again.send_draft(SendDraft(draft_id="r1")).data["messageId"] == "m1"
    assert [(each.method, each.url.path.rpartition("me/")[2]) for each in sent] == [
        ("GET", "drafts/r1"),
        ("POST", "drafts/send"),
        ("POST", "drafts/send"),
    ]
    assert json.loads(sent[2].content) == {"id": "r1"}


def test_a_draft_that_is_not_there_is_not_sent() -> None:
    sent: list[httpx.Request] = []
    outcome = client(GONE, sent).send_draft(SendDraft(draft_id="r1"))
    assert (outcome.kind, outcome.code) == ("invalid_request", "notFound")
    assert [request.method for request in sent] == ["GET"]


def test_a_dry_run_of_a_draft_shows_the_sending() -> None:
    sent: list[httpx.Request] = []
    client(SENT, sent, dry_run=True).send_draft(SendDraft(draft_id="r1"))
    assert [request.method for request in sent] == ["POST"]


def test_reads_are_not_looked_up() -> None:
    sent: list[httpx.Request] = []
    seen = client(sent=sent).reconcile("get_thread", GetThread(thread_id="t1"), START)
    assert (seen.verdict, sent) == ("unknown", [])


# ---------------------------------------------------------------- the twin


@pytest.fixture
def twin() -> Harness:
    return Harness(CONNECTOR)


def test_what_was_sent_is_found_and_read_again(twin: Harness) -> None:
    given = {"to": ["ann@example.com"], "subject": "Launch", "html": "<p>We are <b>live</b>.</p>"}
    sent = twin.act("send_email", {**given, "attachments": [PDF]}).data
    (found,) = twin.act("list_threads", {"query": "in:sent launch"}).data["threads"]
    assert found == {"threadId": sent["threadId"], "snippet": "We are live .", "historyId": "1001"}
    (read,) = twin.act("get_thread", {"threadId": sent["threadId"]}).data["messages"]
    assert (read["to"], read["subject"]) == ("ann@example.com", "Launch")
    assert read["html"].strip() == given["html"]
    media = SandboxMedia().open(Media(url=PDF["url"]))
    assert [(a["filename"], a["size"]) for a in read["attachments"]] == [("a.pdf", media.size)]
    assert twin.act("test_connection", {}).data["messagesTotal"] == 2


@pytest.mark.parametrize(
    ("subject", "in_reply_to", "joins"),
    [
        ("Re: Shipping", QUESTION, True),
        ("shipping", QUESTION, True),
        ("Something else", QUESTION, False),
        ("Re: Shipping", "<unknown@example.com>", False),
    ],
)
def test_a_reply_joins_its_thread_only_if_everything_fits(
    twin: Harness, subject: str, in_reply_to: str, joins: bool
) -> None:
    given = {
        "to": ["kari@customer.example"],
        "text": "We do.",
        "subject": subject,
        "threadId": THREAD,
        "inReplyTo": in_reply_to,
    }
    sent = twin.act("send_email", given).data
    assert (sent["threadId"] == THREAD) is joins
    read = twin.act("get_thread", {"threadId": THREAD}).data["messages"]
    assert len(read) == (2 if joins else 1)


def test_a_draft_is_sent_once(twin: Harness) -> None:
    draft = twin.act("create_draft", {"to": ["ann@example.com"], "text": "Hi"}).data
    sent = twin.act("send_draft", {"draftId": draft["draftId"]}).data
    assert sent["threadId"] == draft["threadId"]
    assert sent["messageId"] != draft["messageId"]
    twin.connections = type(twin.connections)()
    again = twin.act("send_draft", {"draftId": draft["draftId"]})
    assert (again.kind, again.code) == ("invalid_request", "notFound")


@pytest.mark.parametrize(
    ("action", "given", "code"),
    [
        ("send_email", {"to": ["a@refused.example"], "text": "x"}, "invalidArgument"),
        (
            "send_email",
            {"to": ["a@b.de"], "text": "x", "threadId": "none", "inReplyTo": "<a@b.de>"},
            "notFound",
        ),
        ("get_thread", {"threadId": "none"}, "notFound"),
        ("send_draft", {"draftId": "none"}, "notFound"),
        ("list_threads", {"cursor": "nonsense"}, "invalidArgument"),
        ("list_threads", {"query": "after:yesterday"}, "invalidArgument"),
    ],
)
def test_the_twin_refuses_as_gmail_does(
    twin: Harness, action: str, given: dict[str, Any], code: str
) -> None:
    outcome = twin.act(action, given)
    assert (outcome.kind, outcome.code) == ("invalid_request", code)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("norway", True),
        ("sweden", False),
        ('"ship to Norway"', True),
        ("from:kari is:unread in:inbox", True),
        ("to:kari@customer.example", False),
        ('subject:"shipping" after:2026/02/26 before:2026/02/28', True),
        ("after:1772150401", False),
        ("before:2026/02/26", False),
        ("rfc822msgid:question-1@customer.example", True),
        ("rfc822msgid:question-2@customer.example", False),
        ("has:anything", True),
    ],
)
def test_the_twin_searches_as_gmail_does(twin: Harness, query: str, found: bool) -> None:
    assert bool(twin.act("list_threads", {"query": query}).data["threads"]) is found


def test_a_draft_to_nobody_is_not_sent(twin: Harness) -> None:
    draft = twin.act("create_draft", {"text": "Hi"}).data
    outcome = twin.act("send_draft", {"draftId": draft["draftId"]})
    assert (outcome.kind, outcome.message) == ("invalid_request", "Recipient address required")


def uploaded(content: bytes) -> dict[str, Any]:
    return {"content": content, "headers": {"content-type": 'multipart/related; boundary="b"'}}


UPLOAD = "/upload/gmail/v1/users/me/messages/send?uploadType=multipart"
PART = b"--b\r\nContent-Type: message/rfc822\r\n\r\nTo: a@b.de\r\n\r\nHi\r\n"
ABOUT = b"--b\r\nContent-Type: application/json\r\n\r\n{}\r\n"


@pytest.mark.parametrize(
    ("path", "content", "status"),
    [
        (UPLOAD, ABOUT + PART + b"--b--", 200),
        (UPLOAD, PART + b"--b--", 400),
        (UPLOAD, ABOUT + PART.replace(b"message/", b"text/") + b"--b--", 400),
        (UPLOAD.partition("?")[0], ABOUT + PART + b"--b--", 400),
    ],
)
def test_the_twin_takes_uploads_apart(path: str, content: bytes, status: int) -> None:
    more = uploaded(content)
    headers = {"authorization": "Bearer ya29.x", **more.pop("headers")}
    url = "https://gmail.googleapis.com" + path
    request = httpx.Request("POST", url, headers=headers, **more)
    assert CONNECTOR.twin().answer(request, {}, START).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "more", "status"),
    [
        ("POST", "/messages/send", {"json": {}}, 400),
        ("POST", "/messages/send", {"json": {"raw": "a"}}, 400),
        ("POST", "/messages/send", {"json": {"raw": data(b"Subject: x\r\n\r\nx") + "=="}}, 400),
        ("GET", "/labels", {}, 404),
        ("GET", "/profile", {"headers": {"authorization": "Basic x"}}, 401),
    ],
)
def test_the_twin_is_not_content_with_anything(
    method: str, path: str, more: dict[str, Any], status: int
) -> None:
    headers = {"authorization": "Bearer ya29.x", **more.pop("headers", {})}
    request = httpx.Request(method, ROOT + path, headers=headers, **more)
    assert CONNECTOR.twin().answer(request, {}, START).status_code == status


def test_a_page_of_the_twin_ends(twin: Harness) -> None:
    for number in range(3):
        twin.act("send_email", {"to": ["a@b.de"], "text": f"Mail {number}"})
    seen, cursor = [], None
    for _ in range(5):
        page = twin.act("list_threads", {"limit": 2, "cursor": cursor} if cursor else {"limit": 2})
        seen += [each["snippet"] for each in page.data["threads"]]
        cursor = page.data["cursor"]
        if cursor is None:
            break
    assert seen == ["Mail 2", "Mail 1", "Mail 0", "Do you ship to Norway?"]
