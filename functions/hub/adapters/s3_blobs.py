"""BlobStore over S3 and in memory."""

from collections.abc import Callable
from typing import Any


class S3BlobStore:
    """Keeps payloads in one bucket. The client is asked for at first use: most runs need none."""

    def __init__(self, client: Callable[[], Any], bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, data: bytes) -> None:
        """Store a payload; the same key always has the same content."""
        self._client().put_object(
            Bucket=self._bucket, Key=key, Body=data, ContentType="application/json"
        )

    def get(self, key: str) -> bytes:
        """A stored payload."""
        answer = self._client().get_object(Bucket=self._bucket, Key=key)
        body: bytes = answer["Body"].read()
        return body


class MemoryBlobStore:
    """Keeps payloads in a dictionary."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}

    def put(self, key: str, data: bytes) -> None:
        """Store a payload."""
        self.blobs[key] = data

    def get(self, key: str) -> bytes:
        """A stored payload."""
        return self.blobs[key]
