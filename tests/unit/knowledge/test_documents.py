"""The library: what is taken in is found, by its organization only, whatever the model."""

from dataclasses import replace

import pytest

from hub.adapters.exact_index import ExactIndex
from hub.adapters.memory_documents import MemoryKnowledgeStore
from hub.domain.documents import Shelf, Source
from hub.domain.errors import NotFoundError
from hub.domain.knowledge import Dataset
from hub.knowledge.documents import BLOCK, Draft, Library
from hub.knowledge.ports import Contents, Question
from tests.support import FrozenClock
from tests.unit.knowledge.toy import OtherEmbedder, ToyEmbedder

SUPPORT = (Dataset.SUPPORT,)


class World:
    """A library on one store, with whatever model it is opened with."""

    def __init__(self) -> None:
        self.store = MemoryKnowledgeStore()
        self.clock = FrozenClock()

    def library(self, embedder: ToyEmbedder | None = None) -> Library:
        return Library(self.store, ExactIndex(self.store), embedder or ToyEmbedder(), self.clock)


@pytest.fixture
def world() -> World:
    return World()


def draft(text: str, title: str | None = "Notes", dataset: Dataset = Dataset.SUPPORT) -> Draft:
    return Draft(dataset, Source.TEXT, text, title)


def paragraphs(count: int, about: str) -> str:
    filler = "It goes on for a while and says what there is to say about it. " * 8
    return "\n\n".join(f"{about} number {n}. {filler}" for n in range(count))


def test_what_is_taken_in_is_found_best_first(world: World) -> None:
    library = world.library()
    library.ingest("acme", draft("The grinder has 42 settings.", "Grinder"))
    library.ingest("acme", draft("The kettle heats water.", "Kettle"))
    found = library.search("acme", "which grinder", SUPPORT, 5)
    assert [passage.title for passage in found.passages] == ["Grinder"]
    assert found.passages[0].text == "The grinder has 42 settings."
    assert 0.8 < found.passages[0].score <= 1
    assert found.pending == 0


def test_a_document_tells_what_became_of_it(world: World) -> None:
    given = replace(draft(paragraphs(60, "kettle")), url="https://example.com/kettle")
    taken = world.library().ingest("acme", given)
    document = taken.document
    assert taken.created
    assert document.chunks == 60
    assert document.blocks == 2
    assert document.characters == len(given.text)
    assert document.preview == given.text[:2000]
    assert document.url == "https://example.com/kettle"
    assert document.created_at == world.clock.now()
    assert world.library().document("acme", document.id) == document


def test_the_same_document_twice_is_one_and_is_embedded_once(world: World) -> None:
    embedder = ToyEmbedder()
    library = world.library(embedder)
    first = library.ingest("acme", draft("The grinder."))
    again = library.ingest("acme", draft("The grinder."))
    assert (first.created, again.created) == (True, False)
    assert again.document == first.document
    assert embedder.embedded == 1
    assert len(library.search("acme", "grinder", SUPPORT, 9).passages) == 1


@pytest.mark.parametrize(
    "changed",
    [
        draft("The grinder!"),
        draft("The grinder.", "Other"),
        draft("The grinder.", dataset=Dataset.EMAIL),
        replace(draft("The grinder."), url="https://example.com"),
    ],
)
def test_a_document_that_differs_in_anything_is_another(world: World, changed: Draft) -> None:
    first = world.library().ingest("acme", draft("The grinder."))
    second = world.library().ingest("acme", changed)
    assert second.created
    assert second.document.id != first.document.id


def test_two_organizations_never_see_each_others_passages(world: World) -> None:
    library = world.library()
    mine = library.ingest("acme", draft("Our secret coffee price.")).document
    theirs = library.ingest("other", draft("Our secret coffee price.")).document
    assert mine.id != theirs.id
    found = library.search("acme", "coffee price", tuple(Dataset), 50).passages
    assert [passage.document_id for passage in found] == [mine.id]
    assert library.search("third", "coffee price", tuple(Dataset), 50).passages == ()
    with pytest.raises(NotFoundError):
        library.document("other", mine.id)
    with pytest.raises(NotFoundError):
        library.delete("other", mine.id)
    assert library.search("acme", "coffee price", SUPPORT, 50).passages


def test_only_the_datasets_asked_for_are_searched(world: World) -> None:
    library = world.library()
    library.ingest("acme", draft("coffee in support"))
    library.ingest("acme", draft("coffee in the voice", dataset=Dataset.BRAND_VOICE))
    voice = library.search("acme", "coffee", [Dataset.BRAND_VOICE], 5).passages
    assert [passage.dataset for passage in voice] == [Dataset.BRAND_VOICE]
    both = library.search("acme", "coffee", [Dataset.BRAND_VOICE, *SUPPORT, *SUPPORT], 5).passages
    assert len(both) == 2


def test_an_organization_without_documents_costs_no_embedding(world: World) -> None:
    embedder = ToyEmbedder()
    assert world.library(embedder).search("acme", "coffee", tuple(Dataset), 5).passages == ()
    assert embedder.batches == []


def test_a_deleted_document_is_found_no_more(world: World) -> None:
    library = world.library()
    document = library.ingest("acme", draft("The grinder.")).document
    assert library.search("acme", "grinder", SUPPORT, 5).passages
    library.delete("acme", document.id)
    assert library.search("acme", "grinder", SUPPORT, 5).passages == ()
    assert library.documents("acme", None, 10, None) == ([], None)
    with pytest.raises(NotFoundError, match=document.id):
        library.delete("acme", document.id)
    assert library.ingest("acme", draft("The grinder.")).created


def test_names_and_codes_are_found_though_the_model_does_not_know_them(world: World) -> None:
    library = world.library()
    for n in range(30):
        library.ingest("acme", draft(f"Article LF-{1000 + n} is coffee.", f"No {n}"))
    best = library.search("acme", "LF-1017", SUPPORT, 3).passages[0]
    assert best.text == "Article LF-1017 is coffee."


def test_a_title_is_made_of_the_first_words_where_there_is_none(world: World) -> None:
    library = world.library()
    assert library.ingest("acme", draft("# Care tips\n\nx", None)).document.title == "Care tips"
    assert library.ingest("acme", draft("---", None)).document.title == "Untitled"
    long = library.ingest("acme", draft("word " * 60, None)).document.title
    assert long.endswith("word…")
    assert len(long) <= 80


def test_another_model_embeds_everything_anew_before_it_answers(world: World) -> None:
    world.library().ingest("acme", draft("The grinder.", "Grinder"))
    world.library().ingest("acme", draft("The kettle.", "Kettle"))
    other = OtherEmbedder("other")
    library = world.library(other)
    found = library.search("acme", "kettle", SUPPORT, 5)
    assert [passage.title for passage in found.passages] == ["Kettle"]
    assert found.pending == 0
    assert other.embedded == 3
    library.search("acme", "grinder", SUPPORT, 5)
    assert other.embedded == 4, "only the second query: nothing is embedded twice"


def test_what_one_request_has_no_time_for_is_counted_and_done_by_the_next(world: World) -> None:
    world.library().ingest("acme", draft(paragraphs(BLOCK * 3, "kettle")))
    slow = OtherEmbedder("other", at_once=BLOCK + 5)
    library = world.library(slow)
    assert library.search("acme", "kettle", SUPPORT, 5).pending == 2 * BLOCK
    assert library.search("acme", "kettle", SUPPORT, 5).pending == BLOCK
    last = library.search("acme", "kettle", SUPPORT, 5)
    assert last.pending == 0
    assert len(last.passages) == 5
    assert all(len(batch) <= BLOCK for batch in slow.batches)


def test_vectors_of_two_models_are_never_compared(world: World) -> None:
    """Half embedded anew, a search sees that half only."""
    world.library().ingest("acme", draft(paragraphs(BLOCK * 2, "kettle")))
    library = world.library(OtherEmbedder("other", at_once=BLOCK))
    found = library.search("acme", "kettle", SUPPORT, 50)
    assert found.pending == BLOCK
    assert len(found.passages) == BLOCK
    (vector,) = ToyEmbedder().embed(["kettle"])
    old = Question("kettle", vector, "toy@table")
    other_half = ExactIndex(world.store).search(world.store.shelves("acme", SUPPORT), old, 99)
    assert len(other_half) == BLOCK
    assert not {p.chunk_id for p in other_half} & {p.chunk_id for p in found.passages}


def test_a_document_too_long_for_one_request_is_stored_and_embedded_over_several(
    world: World,
) -> None:
    slow = ToyEmbedder(at_once=BLOCK)
    library = world.library(slow)
    taken = library.ingest("acme", draft(paragraphs(BLOCK * 2 + 10, "farm")))
    assert taken.created
    assert taken.pending == BLOCK + 10
    again = library.ingest("acme", draft(paragraphs(BLOCK * 2 + 10, "farm")))
    assert not again.created
    assert again.pending == 10
    assert library.search("acme", "farm", SUPPORT, 50).pending == 0


def test_a_write_embeds_what_another_model_left(world: World) -> None:
    world.library().ingest("acme", draft("The grinder."))
    other = OtherEmbedder("other")
    taken = world.library(other).ingest("acme", draft("The kettle."))
    assert taken.pending == 0
    assert other.embedded == 2


def test_a_shelf_whose_last_old_document_went_is_settled(world: World) -> None:
    document = world.library().ingest("acme", draft("The grinder.")).document
    other = OtherEmbedder("other")
    world.library(other).delete("acme", document.id)
    world.library(other).search("acme", "grinder", SUPPORT, 5)
    (shelf,) = world.store.shelves("acme", SUPPORT)
    assert shelf.model == "other@table"


def test_a_change_by_another_process_is_seen_by_the_next_search(world: World) -> None:
    searching, writing = world.library(), world.library()
    writing.ingest("acme", draft("The grinder."))
    assert searching.search("acme", "kettle", SUPPORT, 5).passages == ()
    writing.ingest("acme", draft("The kettle."))
    assert searching.search("acme", "kettle", SUPPORT, 5).passages


def test_a_process_keeps_only_so_many_chunks_and_those_used_last(world: World) -> None:
    class Counting(MemoryKnowledgeStore):
        loads = 0

        def contents(self, shelf: Shelf) -> Contents:
            self.loads += 1
            return super().contents(shelf)

    store = Counting()
    library = Library(store, ExactIndex(store, max_chunks=2), ToyEmbedder(), world.clock)
    for organization in ("a", "b", "c"):
        library.ingest(organization, draft("coffee"))
    for organization, loads in (("a", 1), ("b", 2), ("a", 2), ("c", 3), ("a", 3), ("b", 4)):
        assert library.search(organization, "coffee", SUPPORT, 5).passages
        assert store.loads == loads
