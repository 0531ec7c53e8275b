"""What every VectorIndex must do under the library: exact search, and S3 Vectors."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws

from hub.adapters.exact_index import ExactIndex
from hub.adapters.memory_documents import MemoryKnowledgeStore
from hub.adapters.s3_vectors import S3VectorIndex, index_name
from hub.domain.documents import Source
from hub.domain.errors import MisconfiguredError, TransientError
from hub.domain.knowledge import Dataset
from hub.knowledge.documents import BLOCK, Draft, Library
from hub.knowledge.ports import VectorIndex
from tests.contract.vector_bucket import VectorBucket, refused
from tests.support import FrozenClock
from tests.unit.knowledge.toy import OtherEmbedder, ToyEmbedder

BUCKET = "neonhub-knowledge"
TOY = "toy@s3vectors"
SUPPORT = (Dataset.SUPPORT,)
Open = Callable[..., Library]


class World:
    """One store and one index; libraries with different models on them."""

    def __init__(self, kind: str, store: MemoryKnowledgeStore | None = None) -> None:
        self.store = store or MemoryKnowledgeStore()
        self.bucket = VectorBucket(BUCKET)
        self.index: VectorIndex = ExactIndex(self.store)
        if kind == "s3":
            arn = f"arn:aws:s3vectors:us-east-1:123456789012:bucket/{BUCKET}"
            self.index = S3VectorIndex(lambda: self.bucket, arn, self.store, 8)

    def library(self, embedder: ToyEmbedder | None = None) -> Library:
        return Library(self.store, self.index, embedder or ToyEmbedder(), FrozenClock())


@pytest.fixture(params=["exact", "s3"])
def world(request: pytest.FixtureRequest) -> World:
    return World(request.param)


@pytest.fixture
def on_s3() -> World:
    return World("s3")


def draft(text: str, title: str = "Notes", dataset: Dataset = Dataset.SUPPORT) -> Draft:
    return Draft(dataset, Source.TEXT, text, title, "https://example.com/a")


def long(count: int) -> str:
    return "\n\n".join(f"The kettle number {n}. " + "It heats. " * 55 for n in range(count))


def test_the_passage_that_fits_best_comes_first_with_its_document(world: World) -> None:
    world.library().ingest("acme", draft("The grinder has a price.", "Grinder"))
    document = world.library().ingest("acme", draft("The kettle.", "Kettle")).document
    found = world.library().search("acme", "a kettle", SUPPORT, 2).passages
    (passage,) = [passage for passage in found if passage.title == "Kettle"]
    assert found[0] == passage
    assert passage.document_id == document.id
    assert passage.chunk_id == f"{document.id}-00000"
    assert passage.dataset is Dataset.SUPPORT
    assert passage.url == "https://example.com/a"
    assert passage.text == "The kettle."
    assert 0.8 < passage.score <= 1


def test_two_organizations_never_see_each_others_passages(world: World) -> None:
    library = world.library()
    mine = library.ingest("acme", draft("Our coffee price.")).document
    library.ingest("other", draft("Our coffee price.", "Theirs"))
    found = library.search("acme", "coffee price", tuple(Dataset), 50).passages
    assert [passage.document_id for passage in found] == [mine.id]
    assert library.search("third", "coffee price", tuple(Dataset), 50).passages == ()


def test_only_the_datasets_asked_for_are_searched(world: World) -> None:
    library = world.library()
    for dataset in Dataset:
        library.ingest("acme", draft("coffee", dataset=dataset))
    found = library.search("acme", "coffee", [Dataset.SEO, Dataset.EMAIL], 50).passages
    assert {passage.dataset for passage in found} == {Dataset.SEO, Dataset.EMAIL}
    assert len(found) == 2


def test_a_deleted_document_is_found_no_more(world: World) -> None:
    library = world.library()
    gone = library.ingest("acme", draft(long(BLOCK + 2))).document
    library.ingest("acme", draft("The kettle stays.", "Stays"))
    library.delete("acme", gone.id)
    found = library.search("acme", "kettle", SUPPORT, 50).passages
    assert [passage.title for passage in found] == ["Stays"]


def test_words_decide_between_passages_of_like_meaning(world: World) -> None:
    library = world.library()
    for n in range(20):
        library.ingest("acme", draft(f"Article LF-{2000 + n} is coffee.", f"No {n}"))
    assert library.search("acme", "coffee LF-2013", SUPPORT, 1).passages[0].title == "No 13"


def test_another_model_finds_everything_once_it_has_embedded_it(world: World) -> None:
    world.library().ingest("acme", draft(long(BLOCK * 2), "Kettles"))
    other = OtherEmbedder("other", at_once=BLOCK)
    first = world.library(other).search("acme", "kettle", SUPPORT, 99)
    assert first.pending == BLOCK
    assert len(first.passages) == BLOCK
    second = world.library(other).search("acme", "kettle", SUPPORT, 99)
    assert second.pending == 0
    assert len(second.passages) == 2 * BLOCK


@pytest.mark.parametrize("kinds", [("exact", "s3"), ("s3", "exact")])
def test_a_stack_that_moves_its_vectors_finds_everything_at_once(kinds: tuple[str, str]) -> None:
    store, embedder = MemoryKnowledgeStore(), ToyEmbedder()
    before, after = (World(kind, store) for kind in kinds)
    before.library().ingest("acme", draft("The kettle."))
    assert after.library(embedder).search("acme", "kettle", SUPPORT, 5).passages
    assert embedder.embedded == 2


# ------------------------------------------------------------------ S3 Vectors alone


def test_each_organization_and_model_has_an_index_of_its_own(on_s3: World) -> None:
    on_s3.library().ingest("acme", draft("coffee"))
    on_s3.library().ingest("other", draft("coffee"))
    on_s3.library(OtherEmbedder("other")).search("acme", "coffee", SUPPORT, 5)
    assert set(on_s3.bucket.indexes) == {
        index_name("acme", TOY), index_name("other", TOY), index_name("acme", "other@s3vectors"),
    }  # fmt: skip
    for settings in on_s3.bucket.settings.values():
        assert (settings["distanceMetric"], settings["dimension"]) == ("cosine", 8)
    assert on_s3.bucket.indexes[index_name("acme", TOY)] == {}, "the old vectors are deleted"


def test_every_query_filters_by_organization_too(on_s3: World) -> None:
    on_s3.library().ingest("acme", draft("coffee"))
    on_s3.library().search("acme", "coffee", [*SUPPORT, Dataset.SEO], 5)
    operation, arguments = on_s3.bucket.asked[-1]
    assert operation == "QueryVectors"
    assert arguments["filter"] == {
        "$and": [{"organization": {"$eq": "acme"}}, {"dataset": {"$in": ["support"]}}]
    }


def test_a_vector_that_lies_in_the_wrong_index_is_never_shown(on_s3: World) -> None:
    on_s3.library().ingest("acme", draft("coffee"))
    on_s3.library().ingest("other", draft("coffee of others"))
    mine = on_s3.bucket.indexes[index_name("acme", TOY)]
    (theirs,) = on_s3.bucket.indexes[index_name("other", TOY)].values()
    mine[theirs["key"]] = theirs
    found = on_s3.library().search("acme", "coffee", SUPPORT, 50).passages
    assert [passage.text for passage in found] == ["coffee"]


def test_vectors_of_a_document_that_is_not_there_are_passed_over(on_s3: World) -> None:
    """Its writing broke off after the vectors, or its deletion before them."""
    library = on_s3.library()
    document = library.ingest("acme", draft("coffee one")).document
    library.ingest("acme", draft("coffee two"))
    on_s3.store.delete(document)
    assert [p.text for p in library.search("acme", "coffee", SUPPORT, 5).passages] == ["coffee two"]


def test_what_means_nothing_to_the_model_is_stored_and_harms_no_search(on_s3: World) -> None:
    library = on_s3.library()
    library.ingest("acme", draft("zebra", "Zebra"))
    library.ingest("acme", draft("coffee", "Coffee"))
    assert len(on_s3.bucket.indexes[index_name("acme", TOY)]) == 1
    assert library.search("acme", "zebra", SUPPORT, 5).passages == ()
    assert len(library.search("acme", "coffee", SUPPORT, 5).passages) == 1


def test_the_store_keeps_no_second_copy_of_the_vectors(on_s3: World) -> None:
    document = on_s3.library().ingest("acme", draft("coffee")).document
    (block,) = on_s3.store.blocks(document)
    assert (block.model, block.vectors) == (TOY, b"")


def test_large_documents_travel_in_parts(on_s3: World) -> None:
    document = on_s3.library().ingest("acme", draft(long(450))).document
    on_s3.library().delete("acme", document.id)
    sizes = [len(a.get("vectors", a.get("keys", ()))) for _, a in on_s3.bucket.asked]
    assert max(sizes) <= 500
    assert on_s3.bucket.indexes[index_name("acme", TOY)] == {}


def test_an_index_that_another_process_made_just_now_is_used(on_s3: World) -> None:
    make = on_s3.bucket.create_index

    def raced(**arguments: Any) -> Any:
        make(**arguments)
        return make(**arguments)

    on_s3.bucket.create_index = raced  # type: ignore[method-assign]
    on_s3.library().ingest("acme", draft("coffee"))
    assert on_s3.library().search("acme", "coffee", SUPPORT, 5).passages


def test_a_missing_bucket_is_told_to_the_operator(on_s3: World) -> None:
    on_s3.bucket.name = "another"
    with pytest.raises(MisconfiguredError, match="KnowledgeVectors=s3"):
        on_s3.library().ingest("acme", draft("coffee"))


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (refused("TooManyRequestsException"), TransientError),
        (refused("ServiceUnavailableException"), TransientError),
        (ReadTimeoutError(endpoint_url="x"), TransientError),
        (refused("AccessDeniedException"), MisconfiguredError),
    ],
)
def test_what_the_service_refuses_is_named_by_what_to_do(
    on_s3: World, raised: Exception, expected: type[Exception]
) -> None:
    on_s3.library().ingest("acme", draft("coffee"))

    def refuse(**_: Any) -> Any:
        raise raised

    on_s3.bucket.query_vectors = refuse  # type: ignore[method-assign]
    with pytest.raises(expected):
        on_s3.library().search("acme", "coffee", SUPPORT, 5)


@pytest.mark.parametrize("organization", ["acme", "A", "Größe & Söhne GmbH", "x" * 200, "--", "é"])
def test_an_index_has_a_name_that_the_service_takes(organization: str) -> None:
    name = index_name(organization, "bedrock:amazon.titan-embed-text-v2:0:256")
    assert 3 <= len(name) <= 63
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert name[0].isalnum()
    assert name != index_name(f"{organization}-", "bedrock:amazon.titan-embed-text-v2:0:256")


@pytest.fixture
def vectors_client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        client = boto3.client("s3vectors", region_name="us-east-1")
        client.create_vector_bucket(vectorBucketName=BUCKET)
        yield client


def test_vectors_go_over_the_wire_and_back(vectors_client: Any) -> None:
    store = MemoryKnowledgeStore()
    index = S3VectorIndex(lambda: vectors_client, BUCKET, store, 8)
    library = Library(store, index, ToyEmbedder(), FrozenClock())
    document = library.ingest("acme", draft("The kettle, Grüße.")).document
    where = {"vectorBucketName": BUCKET, "indexName": index_name("acme", TOY)}
    listed = vectors_client.list_vectors(**where, returnData=True, returnMetadata=True)["vectors"]
    assert [vector["key"] for vector in listed] == [f"{document.id}-00000"]
    assert listed[0]["data"]["float32"] == [0, 1, 0, 0, 0, 0, 0, 0]
    assert listed[0]["metadata"]["text"] == "The kettle, Grüße."
    library.delete("acme", document.id)
    assert vectors_client.list_vectors(**where)["vectors"] == []
