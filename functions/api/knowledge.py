"""Knowledge over HTTP: take documents in, list, show, forget, search; and search for agents.

A document comes as text, Markdown, HTML or PDF in the request, as an uploaded object, by its URL,
or as the output of a finished run.
"""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field, model_validator

from api.knowledge_sources import SOURCES, draft_of, titled
from hub import wiring
from hub.connector_kit.fence import PublicUrl
from hub.domain.documents import Document
from hub.domain.errors import InvalidRequestError
from hub.domain.knowledge import Dataset
from hub.domain.model import Json
from hub.domain.principal import Role
from hub.entrypoint import Event, entrypoint
from hub.http import Api, Body, reply
from hub.knowledge.documents import Found
from hub.validation import parse

api = Api()

MAX_TEXT = 240_000
"""Characters of a text in a request, whose body takes 256 KB; longer ones are uploaded."""

MAX_PDF = 245_760
"""Characters of base64: a PDF of 180 KB; larger ones are uploaded."""

Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]


class AddDocument(Body):
    """The body of `POST /api/knowledge/documents`: one source, and what it is for.

    `url` is fetched; `sourceUrl` is where citations lead when the document came otherwise.
    """

    dataset: Dataset
    title: str | None = Field(default=None, min_length=1, max_length=200, pattern=r"\S")
    text: Text | None = None
    markdown: Text | None = None
    html: Text | None = None
    pdf: str | None = Field(default=None, min_length=1, max_length=MAX_PDF)
    url: str | None = Field(default=None, min_length=1, max_length=2048)
    object_key: str | None = Field(
        default=None, pattern=r"^uploads/[A-Za-z0-9_-]{1,64}/[^/\\\x00-\x1f]{1,200}$"
    )
    run_id: str | None = Field(default=None, min_length=1, max_length=80)
    source_url: PublicUrl | None = None

    @model_validator(mode="after")
    def _one_source(self) -> "AddDocument":
        if len([name for name in SOURCES if getattr(self, name) is not None]) != 1:
            raise ValueError("give one of text, markdown, html, pdf, url, objectKey, runId")
        if self.url and self.source_url:
            raise ValueError("give sourceUrl only for what does not come from a url")
        return self


class SearchBody(Body):
    """The body of `POST /api/knowledge/search`. Without datasets it looks in all of them."""

    query: str = Field(min_length=1, max_length=4000, pattern=r"\S")
    datasets: tuple[Dataset, ...] = Field(default=tuple(Dataset), min_length=1, max_length=6)
    limit: int = Field(default=5, ge=1, le=50)


class SearchTask(SearchBody):
    """What agents ask. The query may be a whole brief."""

    organization_id: str = Field(min_length=1)
    query: str = Field(max_length=100_000)


@api.post("/api/knowledge/documents", role=Role.OPERATOR)
def add_document(body: AddDocument) -> Any:
    """Take a document in. The same document again is answered with the one there is."""
    organization = api.principal.organization_id
    sent = {name: getattr(body, name) for name in SOURCES}
    (name, value) = next((n, v) for n, v in sent.items() if v is not None)
    draft = draft_of(organization, name, value, body.dataset)
    draft = titled(draft, body.title, body.source_url)
    taken = wiring.library().ingest(organization, draft)
    shown = {**_shown(taken.document), "created": taken.created, "pending": taken.pending}
    return reply(shown, HTTPStatus.CREATED if taken.created else HTTPStatus.OK)


@api.get("/api/knowledge/documents")
def list_documents(
    dataset: Dataset | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: str | None = None,
) -> Any:
    """The organization's documents, newest first."""
    page, following = wiring.library().documents(
        api.principal.organization_id, dataset, limit, cursor
    )
    return reply({"documents": [_shown(document) for document in page], "cursor": following})


@api.get("/api/knowledge/documents/<document_id>")
def show_document(document_id: str) -> Any:
    """One document, with how its text begins."""
    document = wiring.library().document(api.principal.organization_id, document_id)
    return reply({**_shown(document), "preview": document.preview})


@api.delete("/api/knowledge/documents/<document_id>", role=Role.OPERATOR)
def delete_document(document_id: str) -> Any:
    """Forget a document and everything made of it."""
    wiring.library().delete(api.principal.organization_id, document_id)
    return reply({"deleted": True})


@api.post("/api/knowledge/search", role=Role.VIEWER)
def search(body: SearchBody) -> Any:
    """The passages that fit a query best, with how well they do."""
    return reply(_answer(api.principal.organization_id, body))


def task(event: Event, _context: Any) -> Json:
    """What agents ask: `{"task": "search", organizationId, query, datasets, limit}`."""
    if event.get("task") != "search":
        raise InvalidRequestError(f"knowledge has no task {event.get('task')!r}; it has search")
    asked = parse(SearchTask, {k: v for k, v in event.items() if k != "task"}, "task")
    return _answer(asked.organization_id, asked)


def _answer(organization_id: str, asked: SearchBody) -> Json:
    found: Found = wiring.library().search(
        organization_id, asked.query, asked.datasets, asked.limit
    )
    passages = [passage.to_json() for passage in found.passages]
    return {"passages": passages, "pending": found.pending}


def _shown(document: Document) -> dict[str, Json]:
    hidden = {"blocks", "preview", "organizationId"}
    return {name: value for name, value in document.to_json().items() if name not in hidden}


handler = entrypoint(http=api, task=task)
