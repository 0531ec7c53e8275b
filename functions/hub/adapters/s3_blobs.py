"""BlobStore over S3 and in memory."""

from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from hub.ports import StoredObject

_PIECE = 256 * 1024


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

    def describe(self, key: str) -> StoredObject | None:
        """Size and type of an object, or None if there is none."""
        try:
            head = self._client().head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            # Without the right to list, S3 answers 403 for what is not there.
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (403, 404):
                return None
            raise
        return StoredObject(head["ContentLength"], head["ContentType"])

    def read(self, key: str, start: int, end: int) -> Iterator[bytes]:
        """Bytes `start` to `end` (not included) of an object, in pieces."""
        if end <= start:
            return
        wanted = f"bytes={start}-{end - 1}"
        answer = self._client().get_object(Bucket=self._bucket, Key=key, Range=wanted)
        yield from answer["Body"].iter_chunks(_PIECE)

    def link(self, key: str, seconds: int) -> str:
        """A URL that anybody can read the object at for so long."""
        url: str = self._client().generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=seconds
        )
        return url

    def upload_link(self, key: str, content_type: str, size: int, seconds: int) -> str:
        """A URL that takes exactly this object with one PUT within that time."""
        params = {
            "Bucket": self._bucket,
            "Key": key,
            "ContentType": content_type,
            "ContentLength": size,
        }
        url: str = self._client().generate_presigned_url(
            "put_object", Params=params, ExpiresIn=seconds
        )
        return url


class MemoryBlobStore:
    """Keeps payloads in a dictionary."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
        self.types: dict[str, str] = {}

    def put(self, key: str, data: bytes) -> None:
        """Store a payload."""
        self.blobs[key] = data

    def get(self, key: str) -> bytes:
        """A stored payload."""
        return self.blobs[key]

    def describe(self, key: str) -> StoredObject | None:
        """Size and type of an object, or None if there is none."""
        if key not in self.blobs:
            return None
        return StoredObject(len(self.blobs[key]), self.types.get(key, "application/json"))

    def read(self, key: str, start: int, end: int) -> Iterator[bytes]:
        """Bytes of an object, in pieces."""
        for at in range(start, end, _PIECE):
            yield self.blobs[key][at : min(at + _PIECE, end)]

    def link(self, key: str, seconds: int) -> str:
        """A URL that leads nowhere."""
        return f"https://bucket.example.com/{key}?expires={seconds}"

    def upload_link(self, key: str, content_type: str, size: int, seconds: int) -> str:
        """A URL that leads nowhere."""
        return f"https://bucket.example.com/{key}?type={content_type}&size={size}&for={seconds}"
