"""Knowledge over HTTP: documents from seven sources, found by their own organization only."""

import json
from base64 import b64encode
from typing import Any

import pytest

from api.knowledge import handler
from hub import wiring
from hub.adapters.exact_index import ExactIndex
from hub.adapters.memory_documents import MemoryKnowledgeStore
from hub.adapters.memory_runs import MemoryRunStore
from hub.adapters.s3_blobs import MemoryBlobStore
from hub.domain.errors import InvalidRequestError
from hub.domain.knowledge import Dataset, Passage
from hub.domain.model import Json
from hub.domain.run import AgentRun, RunStatus
from hub.knowledge import extract
from hub.knowledge.documents import BLOCK, Library
from hub.ports import FetchedPage
from tests.http_events import Context, answer, load, request
from tests.support import START, FrozenClock
from tests.unit.knowledge.pdf_samples import pdf
from tests.unit.knowledge.toy import OtherEmbedder, ToyEmbedder

DOCUMENTS = "/api/knowledge/documents"


class Pages:
    """The web: one page, whatever the URL."""

    def __init__(self) -> None:
        self.status = 200
        self.html = "<title>Kettles</title><nav>Home</nav><p>The kettle of the web.</p>"
        self.headers = {"content-type": "text/html; charset=utf-8"}

    def fetch(self, url: str) -> FetchedPage:
        if "10.0.0.1" in url:
            raise InvalidRequestError("must name a public host", code="PAGE_NOT_AVAILABLE")
        html = self.html
        return FetchedPage(f"{url}/final", self.status, html, self.headers, len(html), 0.1)


class World:
    """Everything behind the API."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self.store = MemoryKnowledgeStore()
        self.clock = FrozenClock()
        self.pages = Pages()
        self.blobs = MemoryBlobStore()
        self.runs = MemoryRunStore()
        self.use(ToyEmbedder())
        for name in ("clock", "pages", "blobs", "runs"):
            thing = getattr(self, name)
            monkeypatch.setattr(wiring, name, lambda thing=thing: thing)

    def use(self, embedder: ToyEmbedder) -> None:
        library = Library(self.store, ExactIndex(self.store), embedder, self.clock)
        self._patch.setattr(wiring, "library", lambda: library)

    def add(self, caller: dict[str, str] | None = None, **body: Any) -> tuple[int, Any]:
        """POST a document; the status, and the data or error."""
        given = {"dataset": "support", **body}
        return told(answer(handler, request("knowledge-add", given, caller=caller)))

    def search(self, query: str, caller: dict[str, str] | None = None, **more: Any) -> list[Any]:
        """The passages found."""
        body = {"query": query, **more}
        status, data = told(answer(handler, request("knowledge-search", body, caller=caller)))
        assert status == 200, data
        return list(data["passages"])

    def show(self, document_id: str, caller: dict[str, str] | None = None) -> tuple[int, Any]:
        return told(answer(handler, at("knowledge-show", document_id, caller)))

    def delete(self, document_id: str, caller: dict[str, str] | None = None) -> tuple[int, Any]:
        return told(answer(handler, at("knowledge-delete", document_id, caller)))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def told(response: tuple[int, Any, dict[str, str]]) -> tuple[int, Any]:
    status, body, _ = response
    return status, body.get("data", body.get("error"))


def at(name: str, document_id: str, caller: dict[str, str] | None) -> dict[str, Any]:
    event = request(name, path=f"{DOCUMENTS}/{document_id}", caller=caller)
    event["pathParameters"] = {"documentId": document_id}
    return event


def who(organization: str, role: str = "operator") -> dict[str, str]:
    return {"organizationId": organization, "role": role, "subject": "key:x"}


def test_the_example_requests_work_one_after_the_other(world: World) -> None:
    status, body, _ = answer(handler, load("knowledge-add"))
    assert status == 201
    shown = body["data"]
    assert shown == {
        "id": shown["id"],
        "dataset": "support",
        "title": "Returns policy",
        "source": "markdown",
        "characters": 116,
        "chunks": 1,
        "createdAt": "2026-03-02T09:00:00.000Z",
        "created": True,
        "pending": 0,
    }
    listed = answer(handler, load("knowledge-list"))[1]["data"]
    assert [document["id"] for document in listed["documents"]] == [shown["id"]]
    assert listed["cursor"] is None
    found = answer(handler, load("knowledge-search"))[1]["data"]
    assert [passage["documentId"] for passage in found["passages"]] == [shown["id"]]
    assert found["passages"][0]["text"].startswith("# Returns")
    assert 0 < found["passages"][0]["score"] <= 1
    assert found["pending"] == 0
    for name in ("knowledge-show", "knowledge-delete"):
        assert answer(handler, load(name))[0] == 404


@pytest.mark.parametrize(
    ("source", "value", "title", "url"),
    [
        ("text", "# The kettle", "The kettle", None),
        ("markdown", "Intro\n\n# Kettle care\n\nThe kettle.", "Kettle care", None),
        ("html", "<title>On kettles</title><p>The kettle", "On kettles", None),
        ("pdf", b64encode(pdf("The kettle.", title="Manual")).decode(), "Manual", None),
        ("url", "https://example.com/kettle", "Kettles", "https://example.com/kettle/final"),
    ],
)
def test_a_document_from_any_source_is_found_by_its_own_title(
    world: World, source: str, value: str, title: str, url: str | None
) -> None:
    status, data = world.add(**{source: value})
    assert (status, data["source"], data["title"]) == (201, source, title)
    assert data.get("url") == url
    (passage,) = world.search("kettle")
    assert (passage["title"], passage.get("url")) == (title, url)
    assert "<" not in passage["text"]


def test_a_title_given_goes_before_one_found(world: World) -> None:
    _, data = world.add(html="<title>Found</title><p>kettle", title=" Given  title ")
    assert data["title"] == "Given title"


def test_a_source_url_is_where_citations_lead(world: World) -> None:
    world.add(text="kettle", sourceUrl="https://example.com/handbook")
    assert world.search("kettle")[0]["url"] == "https://example.com/handbook"


@pytest.mark.parametrize(
    ("name", "kind", "data", "source", "title"),
    [
        ("up_1/guide.pdf", "application/pdf", pdf("kettle"), "pdf", "guide"),
        ("up_1/guide.bin", "text/plain", pdf("kettle"), "pdf", "guide"),
        ("up_1/Page.HTML", "application/octet-stream", b"<h1>Hot</h1>kettle", "html", "Hot"),
        ("up_1/notes.md", "text/markdown; charset=utf-8", b"kettle", "markdown", "notes"),
        ("up_1/notes.txt", "text/plain", "Kessel – kettle".encode("cp1252"), "text", "notes"),
    ],
)
def test_an_uploaded_object_is_read_by_what_it_is(
    world: World, name: str, kind: str, data: bytes, source: str, title: str
) -> None:
    world.blobs.put(f"uploads/acme/{name}", data)
    world.blobs.types[f"uploads/acme/{name}"] = kind
    status, shown = world.add(objectKey=f"uploads/{name}")
    assert (status, shown["source"], shown["title"]) == (201, source, title)
    assert "kettle" in world.search("kettle")[0]["text"]


def test_nobody_reads_another_organizations_upload(world: World) -> None:
    world.blobs.put("uploads/other/up_1/a.txt", b"kettle")
    status, error = world.add(objectKey="uploads/up_1/a.txt")
    assert (status, error["code"]) == (404, "NOT_FOUND")
    status, _ = world.add(objectKey="uploads/other/up_1/a.txt")
    assert status == 400


def test_an_object_of_another_kind_or_too_large_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.blobs.put("uploads/acme/up_1/a.png", b"x" * 100)
    world.blobs.types["uploads/acme/up_1/a.png"] = "image/png"
    status, error = world.add(objectKey="uploads/up_1/a.png")
    assert (status, error["code"]) == (400, "UNSUPPORTED_DOCUMENT")
    monkeypatch.setattr("api.knowledge_sources.MAX_BYTES", 99)
    assert world.add(objectKey="uploads/up_1/a.png")[0] == 413


def run(status: RunStatus, output: Json, organization: str = "acme") -> AgentRun:
    return AgentRun(
        id="run_1", agent_id="content", organization_id=organization, intent="generate-draft",
        objective="Draft: kettles", status=status, output=output, created_at=START,
    )  # fmt: skip


def test_a_finished_runs_output_is_taken_in(world: World) -> None:
    output = {"engine": "offline", "body": "The kettle of the run.", "wordCount": 5}
    world.runs.create(run(RunStatus.COMPLETED, output))
    status, data = world.add(runId="run_1")
    assert (status, data["source"], data["runId"]) == (201, "run", "run_1")
    assert data["title"] == "Draft: kettles"
    assert world.search("kettle")[0]["text"] == "The kettle of the run."


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        (run(RunStatus.RUNNING, None), 409, "CONFLICT"),
        (run(RunStatus.FAILED, {"body": "kettle"}), 409, "CONFLICT"),
        (run(RunStatus.COMPLETED, {"score": 1}), 400, "NO_TEXT"),
        (run(RunStatus.COMPLETED, {"body": "kettle"}, "other"), 404, "NOT_FOUND"),
    ],
)
def test_a_run_that_gives_nothing_is_refused(
    world: World, given: AgentRun, status: int, code: str
) -> None:
    world.runs.create(given)
    refused, error = world.add(runId="run_1")
    assert (refused, error["code"]) == (status, code)


@pytest.mark.parametrize(
    ("status", "kind", "html"),
    [
        (404, "text/html", "<p>kettle"),
        (200, "application/pdf", "%PDF-"),
        (200, "image/png", "x"),
        (200, "text/html", "<script>only()</script>"),
    ],
)
def test_a_page_that_gives_no_text_is_refused(
    world: World, status: int, kind: str, html: str
) -> None:
    world.pages.status, world.pages.headers, world.pages.html = status, {"content-type": kind}, html
    refused, error = world.add(url="https://example.com/a")
    assert refused == 400
    assert error["code"] in ("PAGE_NOT_AVAILABLE", "NO_TEXT")


def test_a_page_behind_the_fence_is_refused(world: World) -> None:
    status, error = world.add(url="https://10.0.0.1/")
    assert (status, error["code"]) == (400, "PAGE_NOT_AVAILABLE")


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "give one of text"),
        ({"text": "a", "html": "b"}, "give one of text"),
        ({"text": ""}, "text"),
        ({"text": " \n "}, "no text"),
        ({"text": "a", "title": " "}, "title"),
        ({"text": "a", "title": "x" * 201}, "title"),
        ({"text": "a", "dataset": "secrets"}, "dataset"),
        ({"text": "a", "organizationId": "other"}, "organizationId"),
        ({"pdf": "not base64!"}, "pdf"),
        ({"pdf": b64encode(b"no pdf").decode()}, "is no PDF"),
        ({"url": "https://example.com", "sourceUrl": "https://example.com"}, "sourceUrl"),
        ({"text": "a", "sourceUrl": "http://10.0.0.1"}, "sourceUrl"),
        ({"objectKey": "uploads/../secrets"}, "objectKey"),
        ({"runId": ""}, "runId"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_by_name(
    world: World, body: dict[str, Any], named: str
) -> None:
    status, error = world.add(**body)
    assert status == 400
    assert named in json.dumps(error)
    assert world.store.list("acme", None, 10).items == []


def test_a_pdf_that_takes_too_long_is_refused_in_time(world: World) -> None:
    class Running(FrozenClock):
        def now(self) -> Any:
            self.advance(6)
            return super().now()

    running = Running()
    world._patch.setattr(wiring, "clock", lambda: running)
    status, error = world.add(pdf=b64encode(pdf(*"abcdef")).decode())
    assert (status, error["code"]) == (400, "UNREADABLE_DOCUMENT")
    assert "2 of 6 pages" in error["message"]


def test_too_much_text_is_refused_with_the_limit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extract, "MAX_CHARACTERS", 5)
    assert world.add(text="kettle")[0] == 413


def test_the_same_document_again_is_the_one_there_is(world: World) -> None:
    first = world.add(text="The kettle.")
    again = world.add(text="The kettle.")
    assert (first[0], again[0]) == (201, 200)
    assert (first[1]["created"], again[1]["created"]) == (True, False)
    assert again[1]["id"] == first[1]["id"]


def test_organizations_never_see_each_others_knowledge(world: World) -> None:
    _, mine = world.add(text="Our secret kettle.")
    world.add(who("other"), text="Their secret kettle.")
    assert [p["text"] for p in world.search("kettle")] == ["Our secret kettle."]
    assert [p["text"] for p in world.search("kettle", who("other"))] == ["Their secret kettle."]
    assert world.search("kettle", who("third")) == []
    for call in (world.show, world.delete):
        status, error = call(mine["id"], who("other"))
        assert (status, error["code"]) == (404, "NOT_FOUND")
    listed = answer(handler, request("knowledge-list", caller=who("third")))[1]["data"]
    assert listed["documents"] == []
    assert world.show(mine["id"])[0] == 200


def test_a_document_is_shown_and_forgotten(world: World) -> None:
    _, added = world.add(text="The kettle.")
    status, shown = world.show(added["id"])
    assert (status, shown["preview"]) == (200, "The kettle.")
    assert "blocks" not in shown
    assert world.delete(added["id"]) == (200, {"deleted": True})
    assert world.show(added["id"])[0] == 404
    assert world.search("kettle") == []


def test_documents_are_listed_by_dataset_in_pages(world: World) -> None:
    for number in range(3):
        world.clock.advance(1)
        world.add(text=f"kettle {number}", title=str(number))
    world.add(text="voice", dataset="brand_voice")
    query = {"dataset": "support", "limit": "2"}
    first = answer(handler, request("knowledge-list", query=query))[1]["data"]
    assert [d["title"] for d in first["documents"]] == ["2", "1"]
    assert "preview" not in first["documents"][0]
    query["cursor"] = first["cursor"]
    second = answer(handler, request("knowledge-list", query=query))[1]["data"]
    assert [d["title"] for d in second["documents"]] == ["0"]
    wrong = answer(handler, request("knowledge-list", query={"dataset": "secrets"}))
    assert wrong[0] == 400


def test_a_search_looks_where_it_is_told_and_gives_as_many_as_asked(world: World) -> None:
    for dataset in Dataset:
        world.add(text="kettle", dataset=dataset)
    assert len(world.search("kettle", limit=50)) == len(Dataset)
    found = world.search("kettle", datasets=["seo", "email"], limit=1)
    assert len(found) == 1
    assert found[0]["dataset"] in ("seo", "email")


@pytest.mark.parametrize(
    "body", [{}, {"query": " "}, {"query": "a", "limit": 0}, {"query": "a", "datasets": []}]
)
def test_a_search_for_nothing_is_refused(world: World, body: dict[str, Any]) -> None:
    assert answer(handler, request("knowledge-search", body))[0] == 400


def test_what_another_model_left_is_counted(world: World) -> None:
    text = "\n\n".join(f"The kettle {n}. " + "It heats. " * 56 for n in range(BLOCK * 2))
    world.add(text=text)
    world.use(OtherEmbedder("other", at_once=BLOCK))
    body = {"query": "kettle"}
    counted = [
        answer(handler, request("knowledge-search", body))[1]["data"]["pending"] for _ in range(2)
    ]
    assert counted == [BLOCK, 0]


@pytest.mark.parametrize("name", ["knowledge-add", "knowledge-delete"])
def test_a_viewer_changes_nothing(world: World, name: str) -> None:
    status, body, _ = answer(handler, request(name, caller=who("acme", "viewer")))
    assert (status, body["error"]["code"]) == (403, "FORBIDDEN")


@pytest.mark.parametrize("name", ["knowledge-list", "knowledge-show", "knowledge-search"])
def test_nobody_without_a_key_reads_anything(world: World, name: str) -> None:
    assert answer(handler, request(name, caller={}))[0] == 401


def test_agents_get_the_passages_of_their_organization(world: World) -> None:
    world.add(text="You can return a bag for a refund.", title="Returns")
    world.add(who("other"), text="You can return nothing for a refund.")
    answered = handler(load("knowledge-task"), Context())
    (passage,) = [Passage.model_validate(found) for found in answered["passages"]]
    assert passage.title == "Returns"
    assert answered["pending"] == 0


@pytest.mark.parametrize(
    "event",
    [
        {"task": "forget"},
        {"task": "search", "organizationId": "acme", "query": "a", "limit": 51},
        {"task": "search", "query": "a"},
        {"task": "search", "organizationId": "", "query": "a"},
        {"task": "search", "organizationId": "acme", "query": "a", "datasets": ["secrets"]},
    ],
)
def test_a_task_that_is_not_as_it_must_be_is_refused(world: World, event: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError):
        handler(event, Context())


def test_a_whole_brief_can_be_asked_for(world: World) -> None:
    world.add(text="kettle")
    event = {**load("knowledge-task"), "query": "Write about the kettle. " * 2000}
    assert handler(event, Context())["passages"]
    assert handler({**event, "query": ""}, Context())["passages"] == []
