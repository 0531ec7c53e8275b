"""Text out of what people have: plain text, Markdown, HTML and PDF. All of it becomes Markdown.

Limits: 5 MB of input, 500 pages, 2,000,000 characters of text. What cannot be read is refused with
what to do about it; nothing is ever guessed.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.domain.errors import InvalidRequestError, PayloadTooLargeError

if TYPE_CHECKING:
    from pypdf import PageObject

MAX_BYTES = 5 * 1024 * 1024
MAX_PAGES = 500
MAX_CHARACTERS = 2_000_000

_FULL_LINE = 45
"""A line of a PDF with more characters than this was wrapped, not ended."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\ufeff\ud800-\udfff]")
_LINES = re.compile(r"[ \t]+\n")
_EMPTY = re.compile(r"\n{3,}")
_HEADING = re.compile(r"#{1,6}\s+(\S.{0,198})$", re.MULTILINE)


@dataclass(frozen=True)
class Extracted:
    """A document's text in Markdown, and the title that it gives itself, if any."""

    text: str
    title: str | None = None


def extract_text(text: str) -> Extracted:
    """Plain text as it is."""
    return _checked(text, None)


def extract_markdown(text: str) -> Extracted:
    """Markdown as it is; its title is its first heading."""
    heading = _HEADING.search(text)
    return _checked(text, heading[1] if heading else None)


def extract_html(html: str) -> Extracted:
    """The content of a page, with its headings, lists and tables, and nothing of its furniture."""
    from hub.knowledge.html_text import markdown_of

    _check_size(len(html.encode(errors="replace")), "HTML")
    title, text = markdown_of(html)
    return _checked(text, title)


def extract_pdf(data: bytes, in_time: Callable[[], bool] = lambda: True) -> Extracted:
    """The text of a PDF, page by page.

    `in_time` is asked before each page whether there is time for another. InvalidRequestError: it
    is no PDF, is damaged, needs a password, has too many pages, takes too long, or has no text.
    """
    _check_size(len(data), "PDF")
    if b"%PDF-" not in data[:1024]:
        raise _unreadable("is no PDF; send a PDF, or its text")
    import zlib

    from pypdf.errors import PyPdfError

    try:
        return _pdf_text(data, in_time)
    # A damaged file can break the parser anywhere.
    except (PyPdfError, ArithmeticError, AssertionError, AttributeError, LookupError) as error:
        raise _damaged(error) from error
    except (MemoryError, NotImplementedError, RecursionError, TypeError, ValueError) as error:
        raise _damaged(error) from error
    except zlib.error as error:
        raise _damaged(error) from error


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 with its mark, or else Windows' Latin."""
    _check_size(len(data), "file")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    if b"\x00" in data:
        raise _unreadable("is no text; send PDF, HTML, Markdown or plain text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _pdf_text(data: bytes, in_time: Callable[[], bool]) -> Extracted:
    from io import BytesIO

    from pypdf import PdfReader

    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise _unreadable("needs a password; send it without one")
    if len(reader.pages) > MAX_PAGES:
        raise _unreadable(f"has {len(reader.pages)} pages; split it into parts of {MAX_PAGES}")
    text = "\n\n".join(_pages(reader.pages, in_time))
    if not text.strip():
        raise _unreadable("has no text, only pictures perhaps; run text recognition over it first")
    title = reader.metadata.title if reader.metadata else None
    return _checked(text, str(title) if title else None)


def _pages(pages: "Sequence[PageObject]", in_time: Callable[[], bool]) -> Iterator[str]:
    length = 0
    for number, page in enumerate(pages):
        if not in_time():
            raise _unreadable(
                f"takes too long to read: {number} of {len(pages)} pages in the time there is; "
                "split it, or send its text"
            )
        text = _unwrapped(page.extract_text())
        length += len(text)
        _check_length(length)
        yield text


def _unwrapped(page: str) -> str:
    """A page's lines as sentences: a full line that ends within one goes on in the next."""
    parts: list[str] = []
    before = ""
    for line in (line.strip() for line in page.split("\n")):
        if before[-1:] == "-" and before[-2:-1].isalpha() and line[:1].islower():
            parts[-1] = parts[-1][:-1]
        elif len(before) > _FULL_LINE and line and before[-1] not in ".!?:":
            parts.append(" ")
        else:
            parts.append("\n")
        parts.append(line)
        before = line
    return "".join(parts).strip()


def _checked(text: str, title: str | None) -> Extracted:
    """The text with regular line ends and without control characters; refused if there is none."""
    plain = _LINES.sub("\n", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    plain = _EMPTY.sub("\n\n", plain).strip()
    _check_length(len(plain))
    if not plain:
        raise InvalidRequestError("the document has no text; send one that has", code="NO_TEXT")
    named = " ".join(_CONTROL.sub("", title).split())[:200] if title else ""
    return Extracted(plain, named or None)


def _check_size(size: int, what: str) -> None:
    if size > MAX_BYTES:
        raise PayloadTooLargeError(
            f"the {what} has {size / 1024**2:.1f} MB, and {MAX_BYTES // 1024**2} MB are the limit; "
            "split it"
        )


def _check_length(length: int) -> None:
    if length > MAX_CHARACTERS:
        raise PayloadTooLargeError(
            f"the document has more than {MAX_CHARACTERS:,} characters of text; split it"
        )


def _damaged(error: BaseException) -> InvalidRequestError:
    return _unreadable(
        f"cannot be read ({type(error).__name__}); save it anew with another program, or send its "
        "text"
    )


def _unreadable(why: str) -> InvalidRequestError:
    return InvalidRequestError(f"the file {why}", code="UNREADABLE_DOCUMENT")
