"""What every KnowledgeStore must do: DynamoDB and its twin in memory."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from hub.adapters.dynamo_knowledge import DynamoKnowledgeStore
from hub.adapters.memory_documents import MemoryKnowledgeStore
from hub.domain.documents import Block, Chunk, Document, Head, Shelf, Source
from hub.domain.errors import InvalidRequestError, TransientError
from hub.domain.knowledge import Dataset
from hub.knowledge.ports import KnowledgeStore
from tests.support import START

TABLE = "knowledge"
SEO = Dataset.SEO


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A DynamoDB client with the knowledge table."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    names = ("pk", "sk", "byOrganization", "listKey")
    with mock_aws():
        client = boto3.client("dynamodb")
        client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in names],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "byOrganization",
                    "KeySchema": [
                        {"AttributeName": "byOrganization", "KeyType": "HASH"},
                        {"AttributeName": "listKey", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )
        yield client


@pytest.fixture(params=["dynamo", "memory"])
def store(request: pytest.FixtureRequest) -> KnowledgeStore:
    if request.param == "memory":
        return MemoryKnowledgeStore()
    return DynamoKnowledgeStore(request.getfixturevalue("dynamodb"), TABLE)


def document(number: int = 1, organization: str = "acme", dataset: Dataset = SEO) -> Document:
    return Document(
        id=f"doc_{number}",
        organization_id=organization,
        dataset=dataset,
        title=f"Überschrift {number}",
        source=Source.TEXT,
        url="https://example.com/ü" if number % 2 else None,
        characters=12,
        chunks=3,
        blocks=2,
        preview="Ein Anfang ✓",
        created_at=START + timedelta(seconds=number),
    )


def blocks(number: int = 1, model: str | None = "toy") -> list[Block]:
    vectors = bytes(range(16)) if model else b""
    return [
        Block(
            f"doc_{number}", 0, 0, (Chunk("A > B", "Grüße"), Chunk("", "two", 1)), model, vectors
        ),
        Block(f"doc_{number}", 1, 2, (Chunk("", "three"),), model, vectors[:8]),
    ]


def shelf(store: KnowledgeStore, organization: str = "acme", dataset: Dataset = SEO) -> Shelf:
    (found,) = store.shelves(organization, [dataset])
    return found


def test_a_document_comes_back_as_it_was_stored(store: KnowledgeStore) -> None:
    for number in (1, 2):
        store.add(document(number), blocks(number))
        assert store.get("acme", f"doc_{number}") == document(number)
        assert store.blocks(document(number)) == blocks(number)
    contents = store.contents(shelf(store))
    assert contents.heads == {
        "doc_1": Head("doc_1", "Überschrift 1", "https://example.com/ü"),
        "doc_2": Head("doc_2", "Überschrift 2", None),
    }
    assert contents.blocks == [*blocks(1), *blocks(2)]


def test_what_is_not_there_is_none(store: KnowledgeStore) -> None:
    assert store.get("acme", "doc_1") is None
    assert store.blocks(document()) == []
    assert shelf(store) == Shelf("acme", SEO, 0, None)
    assert store.contents(shelf(store)).blocks == []
    assert store.delete(document()) is False
    assert store.present("acme", []) == set()


def test_organizations_never_see_each_others_documents(store: KnowledgeStore) -> None:
    store.add(document(1), blocks(1))
    store.add(document(1, "other"), blocks(1, "theirs"))
    assert store.get("third", "doc_1") is None
    assert store.present("third", ["doc_1"]) == set()
    assert store.list("third", None, 10).items == []
    assert [d.organization_id for d in store.list("acme", None, 10).items] == ["acme"]
    assert store.contents(Shelf("third", SEO)).blocks == []
    assert {b.model for b in store.contents(Shelf("acme", SEO)).blocks} == {"toy"}
    assert store.delete(document(1, "other"))
    assert store.get("acme", "doc_1") == document(1)
    assert store.blocks(document(1)) == blocks(1)


def test_documents_are_listed_newest_first_in_pages(store: KnowledgeStore) -> None:
    for number in (2, 5, 1, 4, 3):
        store.add(document(number), blocks(number))
    first = store.list("acme", None, 2)
    assert [d.id for d in first.items] == ["doc_5", "doc_4"]
    second = store.list("acme", None, 2, first.cursor)
    third = store.list("acme", None, 2, second.cursor)
    assert [d.id for d in (*second.items, *third.items)] == ["doc_3", "doc_2", "doc_1"]
    assert third.cursor is None


def test_a_list_of_one_dataset_has_only_its_documents(store: KnowledgeStore) -> None:
    store.add(document(1), blocks(1))
    for number in (2, 3):
        store.add(document(number, dataset=Dataset.EMAIL), blocks(number))
    assert [d.id for d in store.list("acme", SEO, 2).items] == ["doc_1"]
    assert [d.id for d in store.list("acme", Dataset.EMAIL, 2).items] == ["doc_3", "doc_2"]


def test_a_made_up_cursor_is_refused(store: KnowledgeStore) -> None:
    with pytest.raises(InvalidRequestError, match="cursor"):
        store.list("acme", None, 2, "nonsense!")


def test_another_organizations_cursor_is_refused(dynamodb: Any) -> None:
    store = DynamoKnowledgeStore(dynamodb, TABLE)
    for number in (1, 2):
        store.add(document(number), blocks(number))
    with pytest.raises(InvalidRequestError, match="cursor"):
        store.list("other", None, 2, store.list("acme", None, 1).cursor)


def test_each_change_of_a_shelf_gives_it_a_new_version(store: KnowledgeStore) -> None:
    store.add(document(1), blocks(1))
    store.add(document(2), blocks(2))
    before = shelf(store)
    assert before.version == 2
    store.delete(document(1))
    store.replace(shelf(store), blocks(2), None)
    assert shelf(store).version == 4
    assert shelf(store, dataset=Dataset.EMAIL).version == 0
    assert shelf(store, "other").version == 0


def test_a_deleted_document_leaves_nothing(store: KnowledgeStore) -> None:
    store.add(document(1), blocks(1))
    store.add(document(2), blocks(2))
    assert store.present("acme", ["doc_1", "doc_2", "doc_9"]) == {"doc_1", "doc_2"}
    assert store.delete(document(1)) is True
    assert store.delete(document(1)) is False
    assert store.present("acme", ["doc_1", "doc_2"]) == {"doc_2"}
    assert store.blocks(document(1)) == []
    assert set(store.contents(shelf(store)).heads) == {"doc_2"}


@pytest.mark.parametrize(
    ("models", "settled"),
    [
        (["toy"], "toy"),
        (["toy", "toy"], "toy"),
        (["toy", "other"], None),
        (["toy", None], None),
        ([None, "toy"], None),
    ],
)
def test_a_shelf_knows_the_one_model_that_embedded_all_of_it(
    store: KnowledgeStore, models: list[str | None], settled: str | None
) -> None:
    for number, model in enumerate(models):
        store.add(document(number), blocks(number, model))
    assert shelf(store).model == settled


def test_a_shelf_stays_settled_when_a_document_goes(store: KnowledgeStore) -> None:
    for number in (1, 2):
        store.add(document(number), blocks(number))
    store.delete(document(1))
    assert shelf(store).model == "toy"


def test_blocks_embedded_anew_take_the_old_ones_place(store: KnowledgeStore) -> None:
    store.add(document(1), blocks(1))
    new = blocks(1, "other")
    store.replace(shelf(store), new[:1], None)
    assert store.blocks(document(1)) == [new[0], blocks(1)[1]]
    assert shelf(store).model == "toy", "nobody said that all of it is embedded by another"
    store.replace(shelf(store), new[1:], "other")
    assert store.blocks(document(1)) == new
    assert shelf(store).model == "other"


def test_a_shelf_that_changed_meanwhile_is_not_settled(store: KnowledgeStore) -> None:
    store.add(document(1), blocks(1))
    known = shelf(store)
    store.add(document(2), blocks(2))
    store.replace(known, blocks(1, "other"), "other")
    assert shelf(store).model == "toy"
    assert shelf(store).version == 3


def test_embedding_anew_brings_no_deleted_document_back(store: KnowledgeStore) -> None:
    store.add(document(1), blocks(1))
    known = shelf(store)
    store.delete(document(1))
    store.replace(known, blocks(1, "other"), "other")
    assert store.blocks(document(1)) == []


def test_a_document_whose_writing_broke_off_is_not_there(dynamodb: Any) -> None:
    store = DynamoKnowledgeStore(dynamodb, TABLE)
    store.add(document(1), blocks(1))
    refusing = Refusing(dynamodb, transact_write_items=1000)
    with pytest.raises(TransientError, match="same dataset"):
        DynamoKnowledgeStore(refusing, TABLE, sleep=lambda _: None).add(document(2), blocks(2))
    assert store.get("acme", "doc_2") is None
    assert {block.document_id for block in store.contents(shelf(store)).blocks} == {"doc_1"}
    store.add(document(2), blocks(2))
    assert len(store.contents(shelf(store)).blocks) == 4


def test_others_that_change_the_same_shelf_are_waited_for(dynamodb: Any) -> None:
    pauses: list[float] = []
    refusing = Refusing(dynamodb, transact_write_items=3)
    store = DynamoKnowledgeStore(refusing, TABLE, sleep=pauses.append)
    store.add(document(1), blocks(1))
    assert shelf(store).version == 1
    assert pauses == [0.05, 0.1, 0.2]


def test_a_long_document_is_written_in_batches_and_what_is_left_out_again(dynamodb: Any) -> None:
    pauses: list[float] = []
    store = DynamoKnowledgeStore(Refusing(dynamodb, batch_write_item=2), TABLE, sleep=pauses.append)
    many = [replace(block, number=n, first=n * 2) for n in range(60) for block in blocks()[:1]]
    long = document().model_copy(update={"blocks": 60})
    store.add(long, many)
    assert store.blocks(long) == many
    assert len(pauses) == 2
    assert store.delete(long)
    assert dynamodb.scan(TableName=TABLE)["Count"] == 1, "only the shelf is left"


def test_a_table_that_stays_busy_is_a_reason_to_try_later(dynamodb: Any) -> None:
    pauses: list[float] = []
    store = DynamoKnowledgeStore(
        Refusing(dynamodb, batch_write_item=99), TABLE, sleep=pauses.append
    )
    with pytest.raises(TransientError, match="busy"):
        store.add(document(), blocks())
    assert sum(pauses) < 2


def test_keys_that_a_busy_table_did_not_read_are_asked_for_again(dynamodb: Any) -> None:
    DynamoKnowledgeStore(dynamodb, TABLE).add(document(), blocks())
    refusing = Refusing(dynamodb, batch_get_item=2)
    store = DynamoKnowledgeStore(refusing, TABLE, sleep=lambda _: None)
    assert store.present("acme", ["doc_1"]) == {"doc_1"}
    refusing.times["batch_get_item"] = 99
    with pytest.raises(TransientError, match="busy"):
        store.present("acme", ["doc_1"])


def test_every_partition_begins_with_its_organization(dynamodb: Any) -> None:
    DynamoKnowledgeStore(dynamodb, TABLE).add(document(), blocks())
    items = dynamodb.scan(TableName=TABLE)["Items"]
    assert len(items) == 5
    assert {item["pk"]["S"] for item in items} == {"ORG#acme", "ORG#acme#DATASET#seo"}


def test_an_organization_whose_name_looks_like_a_key_reaches_no_other(dynamodb: Any) -> None:
    store = DynamoKnowledgeStore(dynamodb, TABLE)
    store.add(document(), blocks())
    for name in ("acme#DATASET#seo", "acm", "acme#", "*"):
        assert store.list(name, None, 10).items == []
        assert store.get(name, "doc_1") is None
        assert store.contents(Shelf(name, SEO)).blocks == []


class Refusing:
    """A client that leaves out, or refuses, the first calls of some operations."""

    def __init__(self, client: Any, **times: int) -> None:
        self._client = client
        self.times = times

    def __getattr__(self, name: str) -> Any:
        if self.times.get(name, 0) <= 0:
            return getattr(self._client, name)
        self.times[name] -= 1
        return getattr(self, f"_{name}")

    def _transact_write_items(self, **_: Any) -> Any:
        response: Any = {
            "Error": {"Code": "TransactionCanceledException", "Message": "x"},
            "CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}],
        }
        raise ClientError(response, "TransactWriteItems")

    def _batch_write_item(self, **request: Any) -> Any:
        return {"UnprocessedItems": request["RequestItems"]}

    def _batch_get_item(self, **request: Any) -> Any:
        return {"Responses": {}, "UnprocessedKeys": request["RequestItems"]}
