"""What every BlobStore must do: S3 and its twin in memory."""

from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import pytest
from moto import mock_aws

from hub.adapters.s3_blobs import MemoryBlobStore, S3BlobStore
from hub.ports import BlobStore

CONTENT = bytes(range(256)) * 3000


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        client = boto3.client("s3")
        place = {"LocationConstraint": "eu-central-1"}
        client.create_bucket(Bucket="payloads", CreateBucketConfiguration=place)
        yield client


@pytest.fixture(params=["s3", "memory"])
def store(request: pytest.FixtureRequest) -> BlobStore:
    if request.param == "memory":
        return MemoryBlobStore()
    client = request.getfixturevalue("s3")
    return S3BlobStore(lambda: client, "payloads")


def test_what_was_put_comes_back(store: BlobStore) -> None:
    store.put("runs/a", CONTENT)
    assert store.get("runs/a") == CONTENT
    found = store.describe("runs/a")
    assert found is not None
    assert (found.size, found.content_type) == (len(CONTENT), "application/json")


def test_what_is_not_there_is_none(store: BlobStore) -> None:
    assert store.describe("runs/none") is None


@pytest.mark.parametrize(("start", "end"), [(0, 1), (0, len(CONTENT)), (300_000, 600_001), (5, 5)])
def test_any_part_is_read_in_pieces(store: BlobStore, start: int, end: int) -> None:
    store.put("uploads/a", CONTENT)
    pieces = list(store.read("uploads/a", start, end))
    assert b"".join(pieces) == CONTENT[start:end]
    assert max((len(piece) for piece in pieces), default=0) <= 256 * 1024


def test_links_name_the_object_and_how_long_they_live(store: BlobStore) -> None:
    for url in (store.link("uploads/a b", 60), store.upload_link("uploads/a b", "x/y", 3, 60)):
        assert url.startswith("https://")
        assert "60" in httpx.URL(url).query.decode()
        assert "uploads/a%20b" in url or "uploads/a b" in url


def test_an_upload_link_is_signed_for_its_region_size_and_type(s3: Any) -> None:
    from hub.adapters.aws import client

    made = client("s3")
    url = S3BlobStore(lambda: made, "payloads").upload_link("uploads/a", "video/mp4", 9, 60)
    query = httpx.URL(url).params
    assert query["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert {"content-length", "content-type"} <= set(query["X-Amz-SignedHeaders"].split(";"))
    client.cache_clear()
