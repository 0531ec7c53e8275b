"""Where documents come from: turns each source of a request into a text that can be taken in."""

from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hub import wiring
from hub.connector_kit.media import name_of, object_key
from hub.domain.documents import Source
from hub.domain.errors import ConflictError, InvalidRequestError, PayloadTooLargeError
from hub.domain.knowledge import Dataset
from hub.domain.run import RunStatus
from hub.knowledge.documents import Draft
from hub.knowledge.extract import (
    MAX_BYTES,
    Extracted,
    decoded,
    extract_html,
    extract_markdown,
    extract_pdf,
    extract_text,
)
from hub.knowledge.run_text import run_text
from hub.validation import found

READING = timedelta(seconds=15)
"""How long a PDF may take: the rest of the request's 28 seconds is for embedding and storing."""

_KINDS = {
    "application/pdf": Source.PDF,
    "text/html": Source.HTML,
    "application/xhtml+xml": Source.HTML,
    "text/markdown": Source.MARKDOWN,
    "text/x-markdown": Source.MARKDOWN,
    "text/plain": Source.TEXT,
}
_ENDINGS = {
    "pdf": Source.PDF,
    "html": Source.HTML,
    "htm": Source.HTML,
    "md": Source.MARKDOWN,
    "markdown": Source.MARKDOWN,
    "txt": Source.TEXT,
}


def draft_of(organization_id: str, source: str, value: str, dataset: Dataset) -> Draft:
    """The document of one source of a request, by the source's field."""
    return SOURCES[source](organization_id, value, dataset)


def titled(draft: Draft, title: str | None, source_url: str | None) -> Draft:
    """The document with what the caller says of it, which goes before what was found in it."""
    given = " ".join(title.split()) if title else draft.title
    return replace(draft, title=given, url=draft.url or source_url)


def _of_text(_organization_id: str, text: str, dataset: Dataset) -> Draft:
    return _draft(Source.TEXT, extract_text(text), dataset)


def _of_markdown(_organization_id: str, text: str, dataset: Dataset) -> Draft:
    return _draft(Source.MARKDOWN, extract_markdown(text), dataset)


def _of_html(_organization_id: str, html: str, dataset: Dataset) -> Draft:
    return _draft(Source.HTML, extract_html(html), dataset)


def _of_pdf(_organization_id: str, encoded: str, dataset: Dataset) -> Draft:
    try:
        data = b64decode(encoded, validate=True)
    except ValueError:
        raise InvalidRequestError(
            "the field pdf is not base64; encode the file's bytes", details={"field": "pdf"}
        ) from None
    return _draft(Source.PDF, extract_pdf(data, _in_time()), dataset)


def _of_url(_organization_id: str, url: str, dataset: Dataset) -> Draft:
    page = wiring.pages().fetch(url)
    if page.status != 200:
        raise _unusable(url, f"answered with status {page.status}")
    kind = _KINDS.get(_plain_type(page.headers.get("content-type", "text/html")))
    if kind is None or kind is Source.PDF:
        raise _unusable(url, "is no page of text; upload the file and send its objectKey")
    extracted = _READERS[kind](page.html)
    return Draft(dataset, Source.URL, extracted.text, extracted.title, page.url)


def _of_object(organization_id: str, key: str, dataset: Dataset) -> Draft:
    blobs = wiring.blobs()
    # The caller's organization leads, so no key can name another's object.
    stored = object_key(organization_id, key)
    known = found(blobs.describe(stored), "uploaded object", key)
    if known.size > MAX_BYTES:
        raise PayloadTooLargeError(
            f"the object has {known.size / 1024**2:.1f} MB, and {MAX_BYTES // 1024**2} MB are the "
            "limit; split it"
        )
    ending = key.rpartition(".")[2].lower()
    kind = _KINDS.get(_plain_type(known.content_type)) or _ENDINGS.get(ending)
    if kind is None:
        raise InvalidRequestError(
            f"the object is {known.content_type}; upload PDF, HTML, Markdown or plain text",
            code="UNSUPPORTED_DOCUMENT",
            details={"field": "objectKey"},
        )
    data = blobs.get(stored)
    if data.startswith(b"%PDF-"):
        kind = Source.PDF
    if kind is Source.PDF:
        draft = _draft(kind, extract_pdf(data, _in_time()), dataset)
    else:
        draft = _draft(kind, _READERS[kind](decoded(data)), dataset)
    title = draft.title or name_of(key).rpartition(".")[0]
    return Draft(dataset, kind, draft.text, title or None)


def _of_run(organization_id: str, run_id: str, dataset: Dataset) -> Draft:
    run = found(wiring.runs().get(organization_id, run_id), "run", run_id)
    if run.status is not RunStatus.COMPLETED:
        raise ConflictError(
            f"the run {run_id} is {run.status}; only a completed run's output can be taken in"
        )
    extracted = extract_markdown(run_text(run.output))
    title = extracted.title or run.objective or None
    return Draft(dataset, Source.RUN, extracted.text, title, run_id=run_id)


SOURCES: dict[str, Callable[[str, str, Dataset], Draft]] = {
    "text": _of_text,
    "markdown": _of_markdown,
    "html": _of_html,
    "pdf": _of_pdf,
    "url": _of_url,
    "object_key": _of_object,
    "run_id": _of_run,
}
"""What reads each source, by its field. It gets organization, value and dataset."""

_READERS: dict[Source, Callable[[str], Extracted]] = {
    Source.TEXT: extract_text,
    Source.MARKDOWN: extract_markdown,
    Source.HTML: extract_html,
}


def _draft(source: Source, extracted: Extracted, dataset: Dataset) -> Draft:
    return Draft(dataset, source, extracted.text, extracted.title)


def _plain_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _in_time() -> Callable[[], bool]:
    clock = wiring.clock()
    until = clock.now() + READING
    return lambda: clock.now() < until


def _unusable(url: str, why: str) -> InvalidRequestError:
    return InvalidRequestError(
        f"the page {url[:200]} {why}", code="PAGE_NOT_AVAILABLE", details={"field": "url"}
    )
