"""VectorIndex over Amazon S3 Vectors.

One vector bucket for the stack, in it one index for each organization and model: no query can reach
another organization's vectors, and no vectors of two models meet. Organization and dataset are also
filterable metadata of each vector, and every query filters by both. Title, URL and text go along as
metadata that cannot be filtered, so that a search needs no second store; a passage counts only
while its document is in the KnowledgeStore.

The 100 nearest passages are ranked by words too, among themselves.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors.html
"""

import hashlib
import re
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import batched
from typing import Any

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from hub.adapters.aws import error_code
from hub.domain.documents import Block, Chunk, Head, Shelf, chunk_id
from hub.domain.errors import HubError, MisconfiguredError, TransientError
from hub.domain.knowledge import Dataset, Passage
from hub.knowledge.documents import embedded_text
from hub.knowledge.lexical import Bm25
from hub.knowledge.ports import KnowledgeStore, Question
from hub.knowledge.ranking import best, blended

NEAREST = 100
"""How many vectors one query may answer."""

_WRITTEN_AT_ONCE = 200
_DELETED_AT_ONCE = 500
_MISSING = "NotFoundException"
_TEXTS = ["title", "heading", "text", "url"]
_BUSY = frozenset(
    {
        "TooManyRequestsException",
        "ServiceUnavailableException",
        "InternalServerException",
        "RequestTimeoutException",
    }
)


class S3VectorIndex:
    """Keeps vectors in S3 Vectors. The client is asked for at first use."""

    place = "s3vectors"

    def __init__(
        self, client: Callable[[], Any], bucket: str, store: KnowledgeStore, dimensions: int
    ) -> None:
        self._client = client
        # CloudFormation names a bucket by its ARN.
        self._bucket = bucket.rpartition("/")[2]
        self._store = store
        self._dimensions = dimensions

    def take(
        self, shelf: Shelf, heads: Mapping[str, Head], blocks: Sequence[Block]
    ) -> Sequence[Block]:
        """Put the blocks' vectors into the index of their model; the store keeps the rest."""
        for model in {block.model for block in blocks if block.model}:
            index = index_name(shelf.organization_id, model)
            mine = [block for block in blocks if block.model == model]
            vectors = [v for block in mine for v in _vectors(shelf, heads, block)]
            for part in batched(vectors, _WRITTEN_AT_ONCE, strict=False):
                self._put(index, [*part])
        return [
            Block(block.document_id, block.number, block.first, block.chunks, block.model)
            for block in blocks
        ]

    def drop(self, organization_id: str, blocks: Sequence[Block]) -> None:
        """Delete the blocks' vectors from the indexes of their models."""
        for model in {block.model for block in blocks if block.model}:
            keys = [
                chunk_id(block.document_id, block.first + offset)
                for block in blocks
                if block.model == model
                for offset in range(len(block.chunks))
            ]
            index = index_name(organization_id, model)
            for part in batched(keys, _DELETED_AT_ONCE, strict=False):
                self._ask("delete_vectors", indexName=index, keys=[*part])

    def search(self, shelves: Sequence[Shelf], question: Question, limit: int) -> Sequence[Passage]:
        """The passages that fit best, best first, of the shelves' one organization."""
        if not shelves:
            return []
        organization = shelves[0].organization_id
        if not any(question.vector):
            return []
        nearest = self._nearest(organization, [shelf.dataset for shelf in shelves], question)
        found = [_found(organization, item) for item in nearest]
        there = self._store.present(organization, [passage.document_id for passage, _ in found])
        found = [(passage, chunk) for passage, chunk in found if passage.document_id in there]
        texts = [embedded_text(passage.title, chunk) for passage, chunk in found]
        coverage = Bm25(texts).coverage(question.text)
        scores = blended([passage.score for passage, _ in found], coverage)
        return [found[i][0].model_copy(update={"score": scores[i]}) for i in best(scores, limit)]

    def _nearest(
        self, organization_id: str, datasets: Sequence[Dataset], question: Question
    ) -> list[dict[str, Any]]:
        mine = [{"organization": {"$eq": organization_id}}, {"dataset": {"$in": [*datasets]}}]
        answer = self._ask(
            "query_vectors",
            indexName=index_name(organization_id, question.model),
            topK=NEAREST,
            queryVector={"float32": question.vector.tolist()},
            filter={"$and": mine},
            returnMetadata=True,
            returnDistance=True,
        )
        vectors: list[dict[str, Any]] = (answer or {}).get("vectors", [])
        return vectors

    def _put(self, index: str, vectors: list[dict[str, Any]]) -> None:
        """Write vectors; the first of an organization or model make their index."""
        if self._ask("put_vectors", indexName=index, vectors=vectors) is None:
            self._make(index)
            if self._ask("put_vectors", indexName=index, vectors=vectors) is None:
                raise self._no_bucket()

    def _make(self, index: str) -> None:
        try:
            made = self._ask(
                "create_index",
                indexName=index,
                dataType="float32",
                dimension=self._dimensions,
                distanceMetric="cosine",
                metadataConfiguration={"nonFilterableMetadataKeys": _TEXTS},
            )
        except ClientError as error:
            # Another process made it just now.
            if error_code(error) != "ConflictException":
                raise
            return
        if made is None:
            raise self._no_bucket()

    def _ask(self, operation: str, **arguments: Any) -> dict[str, Any] | None:
        """One call; None if the index, or the bucket, is not there."""
        call = getattr(self._client(), operation)
        try:
            answer: dict[str, Any] = call(vectorBucketName=self._bucket, **arguments)
        except (ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError) as error:
            raise TransientError("S3 Vectors did not answer in time; try again") from error
        except ClientError as error:
            code = error_code(error)
            if code == _MISSING:
                return None
            known = _translated(code)
            if known is None:
                raise
            raise known from error
        return answer

    def _no_bucket(self) -> MisconfiguredError:
        return MisconfiguredError(
            f"there is no vector bucket {self._bucket}; deploy the stack with the parameter "
            "KnowledgeVectors=s3, in a region that has S3 Vectors"
        )


def index_name(organization_id: str, model: str) -> str:
    """The index of an organization and a model: 3 to 63 lower case letters, digits and hyphens."""
    readable = re.sub("[^a-z0-9]+", "-", organization_id.lower()).strip("-")[:20].strip("-")
    exact = hashlib.sha256(f"{organization_id}\n{model}".encode()).hexdigest()[:32]
    return f"{readable or 'org'}-{exact}"


def _translated(code: str) -> HubError | None:
    if code in _BUSY:
        return TransientError(f"S3 Vectors cannot answer now ({code}); try again in a few seconds")
    if code in ("AccessDeniedException", "ServiceQuotaExceededException"):
        return MisconfiguredError(f"S3 Vectors refused ({code}); see the knowledge function's role")
    return None


def _vectors(shelf: Shelf, heads: Mapping[str, Head], block: Block) -> Iterator[dict[str, Any]]:
    head = heads[block.document_id]
    numbers = array("f", block.vectors)
    size = len(numbers) // len(block.chunks)
    for offset, chunk in enumerate(block.chunks):
        vector = numbers[offset * size : (offset + 1) * size]
        if not any(vector):
            # Nothing has an angle to it, and the service refuses it.
            continue
        texts = {
            "title": head.title,
            "text": chunk.text,
            **({"heading": chunk.heading} if chunk.heading else {}),
            **({"url": head.url} if head.url else {}),
        }
        yield {
            "key": chunk_id(block.document_id, block.first + offset),
            "data": {"float32": vector.tolist()},
            "metadata": {
                "organization": shelf.organization_id,
                "dataset": shelf.dataset.value,
                "document": block.document_id,
                **texts,
            },
        }


def _found(organization_id: str, item: dict[str, Any]) -> tuple[Passage, Chunk]:
    """A passage of an answer with its chunk; its score is the similarity."""
    metadata = item["metadata"]
    if metadata["organization"] != organization_id:
        raise MisconfiguredError("the vector index holds vectors of another organization")
    passage = Passage(
        chunk_id=item["key"],
        document_id=metadata["document"],
        dataset=metadata["dataset"],
        title=metadata["title"],
        text=metadata["text"],
        score=min(1.0, max(0.0, 1 - item["distance"])),
        url=metadata.get("url"),
    )
    return passage, Chunk(metadata.get("heading", ""), metadata["text"])
