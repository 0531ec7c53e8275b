"""Amazon S3 Vectors in memory: takes what the real client would send, checked by its own model.

The contract is botocore's model of the service, and for filters
https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-metadata-filtering.html
"""

from math import sqrt
from typing import Any

import botocore.session
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

FILTERABLE_BYTES = 2048
TOTAL_BYTES = 40 * 1024


class VectorBucket:
    """One vector bucket. `asked` are the operations with their arguments, in order."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.indexes: dict[str, dict[str, Any]] = {}
        self.settings: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        session = botocore.session.get_session()
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
        client = session.create_client("s3vectors", region_name="us-east-1", **keys)
        self._model = client.meta.service_model

    def create_index(self, **arguments: Any) -> dict[str, Any]:
        """Make an index, once."""
        given = self._checked("CreateIndex", arguments)
        if given["indexName"] in self.indexes:
            raise refused("ConflictException")
        assert 3 <= len(given["indexName"]) <= 63
        self.indexes[given["indexName"]] = {}
        self.settings[given["indexName"]] = given
        return {"indexArn": "arn"}

    def put_vectors(self, **arguments: Any) -> dict[str, Any]:
        """Add vectors, or put them in the place of those with their keys."""
        given = self._checked("PutVectors", arguments)
        index = self._index(given)
        hidden = self.settings[given["indexName"]]["metadataConfiguration"]
        for vector in given["vectors"]:
            assert len(vector["data"]["float32"]) == self.settings[given["indexName"]]["dimension"]
            assert any(vector["data"]["float32"]), "a cosine index takes no vector of length 0"
            shown = vector["metadata"].items()
            filtered = {k: v for k, v in shown if k not in hidden["nonFilterableMetadataKeys"]}
            assert len(str(filtered).encode()) <= FILTERABLE_BYTES
            assert len(str(vector["metadata"]).encode()) <= TOTAL_BYTES
            index[vector["key"]] = vector
        return {}

    def delete_vectors(self, **arguments: Any) -> dict[str, Any]:
        """Remove vectors; those that are not there do not matter."""
        given = self._checked("DeleteVectors", arguments)
        index = self._index(given)
        for key in given["keys"]:
            index.pop(key, None)
        return {}

    def query_vectors(self, **arguments: Any) -> dict[str, Any]:
        """The nearest vectors that pass the filter."""
        given = self._checked("QueryVectors", arguments)
        assert given["topK"] <= 100
        found = [
            {
                "key": vector["key"],
                "distance": 1 - _cosine(vector["data"]["float32"], given["queryVector"]["float32"]),
                "metadata": vector["metadata"],
            }
            for vector in self._index(given).values()
            if _passes(vector["metadata"], given["filter"])
        ]
        found.sort(key=lambda vector: vector["distance"])
        return {"vectors": found[: given["topK"]], "distanceMetric": "cosine"}

    def _checked(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        shape = self._model.operation_model(operation).input_shape
        report = ParamValidator().validate(arguments, shape)
        assert not report.has_errors(), report.generate_report()
        self.asked.append((operation, arguments))
        if arguments["vectorBucketName"] != self.name:
            raise refused("NotFoundException")
        return arguments

    def _index(self, given: dict[str, Any]) -> dict[str, Any]:
        index: dict[str, Any] | None = self.indexes.get(given["indexName"])
        if index is None:
            raise refused("NotFoundException")
        return index


def refused(code: str) -> ClientError:
    """An error of the service."""
    return ClientError({"Error": {"Code": code, "Message": "refused"}}, "Operation")


def _passes(metadata: dict[str, Any], wanted: dict[str, Any]) -> bool:
    if "$and" in wanted:
        return all(_passes(metadata, part) for part in wanted["$and"])
    ((name, condition),) = wanted.items()
    ((operator, value),) = condition.items()
    return metadata[name] == value if operator == "$eq" else metadata[name] in value


def _cosine(one: list[float], other: list[float]) -> float:
    lengths = sqrt(sum(n * n for n in one)) * sqrt(sum(n * n for n in other))
    return sum(a * b for a, b in zip(one, other, strict=True)) / lengths if lengths else 0.0
