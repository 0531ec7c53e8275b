"""Emails as bytes (RFC 5322 and 2045 to 2047), attachments encoded while they are sent."""

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from connectors.gmail.spec import EmailContent
from hub.connector_kit.media import OpenMedia

if TYPE_CHECKING:
    from email.headerregistry import Address
    from email.message import EmailMessage
    from email.policy import EmailPolicy

CALL_HEADER = "X-NeonHub-Call"
"""Carries the call's token, because Gmail may put a Message-ID of its own in place of ours."""

_LINE = 57
"""Bytes that make one line of 76 letters in base64 (RFC 2045, 6.8)."""

_UNKNOWN_TYPE = "application/octet-stream"
_TYPE = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\"\\/]")
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]+)>")


@dataclass(frozen=True)
class Attachment:
    """One attachment: its headers, and its bytes when they are sent."""

    head: bytes
    media: OpenMedia

    @property
    def size(self) -> int:
        """Bytes of it within the email."""
        lines, rest = divmod(self.media.size, _LINE)
        return len(self.head) + lines * 78 + ((rest + 2) // 3 * 4 + 2 if rest else 0)

    def pieces(self) -> Iterator[bytes]:
        """Headers, then base64 in lines."""
        yield self.head
        yield from base64_lines(self.media.pieces())


@dataclass(frozen=True)
class Email:
    """An email that is ready to go out. `size` is in bytes."""

    start: bytes
    attachments: tuple[Attachment, ...] = ()
    end: bytes = b""

    @property
    def size(self) -> int:
        """Bytes of the whole."""
        inner = sum(attachment.size for attachment in self.attachments)
        return len(self.start) + inner + len(self.end)

    def pieces(self) -> Iterator[bytes]:
        """All of it, a little at a time."""
        yield self.start
        for attachment in self.attachments:
            yield from attachment.pieces()
        yield self.end


def message_id(sender: str | None, token: str) -> str:
    """The Message-ID of a call's email: the same whenever the call is made again."""
    domain = bare(sender).rpartition("@")[2] if sender else "neonhub.invalid"
    return f"<{token}@{domain}>"


def compose(
    given: EmailContent, sender: str | None, token: str, media: Iterable[OpenMedia]
) -> Email:
    """The email of an input, marked with the call's token.

    The caller has checked that no header holds a line break. Date, and From where there is no
    sender, are left to Gmail.
    """
    from email.policy import SMTP

    # 7bit: no server on the way has to recode it, which would break its signature. 76: so long may
    # lines in quoted-printable be (RFC 2045, 6.7) and those of encoded words (RFC 2047, 2).
    policy = SMTP.clone(cte_type="7bit", max_line_length=76)
    start = _head(given, sender, token, policy)
    body = _body(given, token, policy)
    attached = tuple(_attachment(token, opened, policy) for opened in media)
    if not attached:
        return Email(start + body.as_bytes())
    del body["MIME-Version"]
    mixed = f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="mixed-{token}"\r\n\r\n'
    opening = f"--mixed-{token}\r\n"
    start += (mixed + opening).encode() + body.as_bytes()
    return Email(start, attached, f"\r\n--mixed-{token}--\r\n".encode())


def bare(address: str) -> str:
    """The address alone, of `Ann <ann@example.com>` too."""
    match = _NAMED.fullmatch(address)
    return match["address"] if match else address


def base64_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Base64 in lines of 76 letters, of pieces of any length."""
    rest = b""
    for piece in pieces:
        have = rest + piece
        whole = len(have) - len(have) % _LINE
        rest = have[whole:]
        if whole:
            yield _encoded(have[:whole])
    if rest:
        yield _encoded(rest)


def _encoded(data: bytes) -> bytes:
    lines = (base64.b64encode(data[at : at + _LINE]) for at in range(0, len(data), _LINE))
    return b"".join(line + b"\r\n" for line in lines)


def _head(
    given: EmailContent, sender: str | None, token: str, policy: "EmailPolicy[EmailMessage]"
) -> bytes:
    """The headers but for those of the content."""
    shown = {
        "From": _addresses([sender] if sender else []),
        "To": _addresses(given.to),
        "Cc": _addresses(given.cc),
        "Bcc": _addresses(given.bcc),
        "Reply-To": _addresses(given.reply_to),
        "Subject": given.subject,
    }
    lines = [
        policy.header_factory(name, value).fold(policy=policy)
        for name, value in shown.items()
        if value
    ]
    # Folded here: the library takes a long Message-ID apart as if it were words.
    chain = given.references or ([given.in_reply_to] if given.in_reply_to else [])
    plain = {
        "Message-ID": message_id(sender, token),
        "In-Reply-To": given.in_reply_to,
        "References": "\r\n ".join(chain),
        CALL_HEADER: token,
    }
    if given.list_unsubscribe:
        plain["List-Unsubscribe"] = f"<{httpx.URL(given.list_unsubscribe)}>"
        plain["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    lines += [f"{name}: {value}\r\n" for name, value in plain.items() if value]
    return "".join(lines).encode("ascii")


def _addresses(given: Iterable[str]) -> "list[Address]":
    from email.headerregistry import Address

    found = []
    for text in given:
        name = text.partition("<")[0].strip().strip('"') if "<" in text else ""
        user, _, domain = bare(text).rpartition("@")
        found.append(Address(name, user, domain))
    return found


def _body(given: EmailContent, token: str, policy: "EmailPolicy[EmailMessage]") -> "EmailMessage":
    """The text, the HTML, or both as alternatives, the better one last."""
    from email.message import EmailMessage

    message = EmailMessage(policy)
    if given.text is not None:
        message.set_content(given.text)
    if given.html is not None and given.text is not None:
        message.add_alternative(given.html, subtype="html")
        # Its own choice would be by chance, and the same call must look the same.
        message.set_boundary(f"alternative-{token}")
    elif given.html is not None:
        message.set_content(given.html, subtype="html")
    return message


def _attachment(token: str, media: OpenMedia, policy: "EmailPolicy[EmailMessage]") -> Attachment:
    """The type and name come from outside, so they are made harmless here."""
    from email.message import EmailMessage

    known = _TYPE.fullmatch(media.content_type)
    # Messages and multiparts within a message may not be in base64 (RFC 2045, 6.4).
    whole = media.content_type.lower().startswith(("message/", "multipart/"))
    part = EmailMessage(policy)
    part["Content-Type"] = media.content_type if known and not whole else _UNKNOWN_TYPE
    part["Content-Transfer-Encoding"] = "base64"
    name = _CONTROL.sub("_", media.filename)
    part.add_header("Content-Disposition", "attachment", filename=name)
    opening = f"\r\n--mixed-{token}\r\n".encode()
    return Attachment(opening + part.as_bytes(), media)
