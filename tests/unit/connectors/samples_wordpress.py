"""What a WordPress site takes and how it, or its host, says no."""

from typing import Any

from hub.domain.outcome import Effect
from tests.contract.failed import Failed

_FULL = {
    "content": "<!-- wp:paragraph --><p>It is <b>here</b> & now.</p><!-- /wp:paragraph -->",
    "excerpt": "Here.",
    "slug": "our-launch",
    "author": 1,
    "categories": [1, 2],
    "tags": [3],
    "featuredMedia": 7,
    "meta": {"footnotes": "", "colour": "red"},
    "format": "aside",
    "sticky": True,
    "commentStatus": "closed",
}

VALID = {
    "create_post": {"title": "Hello & welcome", "content": "<p>Hi</p>", "status": "publish"},
    "schedule_post": {"title": "Later", "content": "<p>Soon</p>", "date": "2026-03-03T09:00:00Z"},
    "update_post": {"id": 101, "title": "Hello again"},
    "upload_media": {"media": {"url": "https://example.com/a.png"}},
    "list_posts": {},
    "test_connection": {},
}

MORE = [
    ("create_post", {"title": "Launch", **_FULL}),
    ("create_post", {"excerpt": "Only this", "status": "private"}),
    ("create_post", {"content": "Only that", "status": "pending"}),
    ("schedule_post", {"title": "Launch", **_FULL, "date": "2026-03-03T09:00:00+05:30"}),
    ("update_post", {"id": 101, "title": "New", **_FULL}),
    ("update_post", {"id": 101, "status": "draft"}),
    ("update_post", {"id": 102, "status": "future", "date": "2026-03-04T09:00:00Z"}),
    (
        "upload_media",
        {
            "media": {
                "objectKey": "uploads/u1/bild.jpg",
                "filename": "Größe; Übersicht 1.jpg",
                "contentType": "image/jpeg",
            },
            "title": "Sizes",
            "altText": "A chart & more",
            "caption": "Our sizes",
            "description": "All of them",
            "post": 101,
        },
    ),
    (
        "list_posts",
        {
            "status": ["publish", "future", "draft"],
            "search": "hello",
            "slug": "hello-welcome",
            "author": 1,
            "categories": [1, 2],
            "tags": [3],
            "after": "2026-01-01T00:00:00Z",
            "before": "2026-12-31T00:00:00Z",
            "sticky": False,
            "orderby": "modified",
            "order": "asc",
            "limit": 5,
            "cursor": "1",
        },
    ),
    ("list_posts", {"limit": 1}),
]


def _said(code: str, status: int, kind: str, **more: Any) -> Failed:
    body = {"code": code, "message": "<strong>Error:</strong> why", "data": {"status": status}}
    return Failed(code, status, kind, body, code=code, **more)


FAILURES = [
    _said("empty_content", 400, "invalid_request"),
    _said("rest_invalid_param", 400, "invalid_request"),
    _said("rest_post_invalid_page_number", 400, "invalid_request", effect=Effect.READ),
    _said("rest_upload_no_data", 400, "invalid_request"),
    _said("rest_upload_invalid_disposition", 400, "invalid_request"),
    _said("rest_cannot_create", 401, "needs_reauth"),
    _said("rest_not_logged_in", 401, "needs_reauth", effect=Effect.READ),
    _said("incorrect_password", 401, "needs_reauth"),
    _said("rest_cannot_edit", 403, "invalid_request"),
    _said("rest_cannot_publish", 403, "invalid_request"),
    _said("rest_forbidden_context", 403, "invalid_request", effect=Effect.READ),
    _said("rest_post_invalid_id", 404, "invalid_request", effect=Effect.IDEMPOTENT_WRITE),
    _said("rest_no_route", 404, "invalid_request"),
    # WordPress says 500 of a file whose kind it does not take.
    _said("rest_upload_sideload_error", 500, "invalid_request"),
    _said("internal_server_error", 500, "unknown_outcome"),
    _said("internal_server_error", 500, "transient", effect=Effect.IDEMPOTENT_WRITE),
    Failed("404 of the host", 404, "invalid_request", "<html>Not Found</html>", code="HTTP_404"),
    Failed("413 of the host", 413, "invalid_request", "<html>Too Large</html>", code="HTTP_413"),
    Failed("429 of the host", 429, "rate_limited", "<html>Slow down</html>", retry_after=30),
    Failed(
        "429 that tells",
        429,
        "rate_limited",
        "<html>Slow down</html>",
        {"Retry-After": "120"},
        retry_after=120,
    ),
    Failed("502 of the host", 502, "unknown_outcome", "<html>Bad Gateway</html>"),
    Failed("503 at work", 503, "unknown_outcome", "Briefly unavailable", {"Retry-After": "600"}),
    Failed("504 of a read", 504, "transient", "", effect=Effect.READ),
    Failed("moved", 301, "invalid_request", "", {"Location": "https://www.example.com/"}),
    Failed("not JSON", 200, "unknown_outcome", "<html>A page</html>", code="NOT_JSON"),
    Failed("not JSON", 200, "transient", "<html>A page</html>", effect=Effect.READ),
    Failed("a warning before the JSON", 201, "unknown_outcome", 'Warning: x {"id":1}'),
]
