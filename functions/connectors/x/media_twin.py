"""Reading the parts of an upload as X reads them."""

import httpx


def segment_of(request: httpx.Request) -> tuple[int | None, int]:
    """Index and size in bytes of the part in a multipart form; None and 0 for what is missing."""
    kind, _, boundary = request.headers.get("content-type", "").partition("; boundary=")
    if kind != "multipart/form-data" or not boundary:
        return None, 0
    fields: dict[str, bytes] = {}
    for piece in request.read().split(b"--" + boundary.encode())[1:-1]:
        head, _, content = piece.partition(b"\r\n\r\n")
        _, _, name = head.partition(b'name="')
        fields[name.partition(b'"')[0].decode()] = content[:-2]
    index = fields.get("segment_index", b"").decode()
    return (int(index) if index.isdigit() else None), len(fields.get("media", b""))
