"""How X's answers are read."""

from datetime import UTC, datetime
from typing import Any

from pydantic.alias_generators import to_camel

from hub.domain.model import Json

_METRICS = ("public_metrics", "non_public_metrics", "organic_metrics")


def timestamp(moment: datetime) -> str:
    """A moment as X takes it: `2026-03-02T09:00:00Z`, in whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_of(post: dict[str, Any]) -> datetime | None:
    """When a post was published; None if the answer does not say."""
    try:
        moment = datetime.fromisoformat(str(post.get("created_at")))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def errors_of(body: Any) -> list[dict[str, Any]]:
    """The problems beside the data: posts that are deleted, fields that are not yours to see."""
    found = body.get("errors") if isinstance(body, dict) else None
    return [error for error in found if isinstance(error, dict)] if isinstance(found, list) else []


def full_text(post: dict[str, Any]) -> str:
    """All of a post's text: of a long one, `text` is only the beginning."""
    note = post.get("note_post") or post.get("note_tweet") or {}
    return str(note.get("text") or post.get("text") or "")


def replied_to(post: dict[str, Any]) -> str | None:
    """The post that a post replies to."""
    references = post.get("referenced_posts") or post.get("referenced_tweets") or []
    return next((ref["id"] for ref in references if ref.get("type") == "replied_to"), None)


def post_of(post: dict[str, Any], users: dict[str, Any]) -> Json:
    """A found post, with its author's name."""
    author = str(post.get("author_id") or "")
    return {
        "id": post["id"],
        "text": full_text(post),
        "authorId": author or None,
        "authorUsername": users.get(author, {}).get("username"),
        "createdAt": post.get("created_at"),
        "lang": post.get("lang"),
        "conversationId": post.get("conversation_id"),
        "repliedTo": replied_to(post),
        "metrics": camel(post.get("public_metrics") or {}),
    }


def metrics_of(body: Any) -> Json:
    """The metrics of posts: `publicMetrics` and, if asked for, the private ones."""
    return {
        "metrics": [
            {
                "id": post["id"],
                "createdAt": post.get("created_at"),
                **{to_camel(kind): camel(post[kind]) for kind in _METRICS if kind in post},
            }
            for post in body["data"]
        ],
        "errors": errors_of(body),
    }


def analytics(body: Any) -> Json:
    """The metrics of posts over a time: `buckets`, each with the time it began."""
    return {
        "metrics": [
            {
                "id": post["id"],
                "buckets": [
                    {"timestamp": bucket.get("timestamp"), **camel(bucket.get("metrics") or {})}
                    for bucket in post.get("timestamped_metrics") or []
                ],
            }
            for post in body["data"]
        ],
        "errors": errors_of(body),
    }


def camel(fields: dict[str, Any]) -> dict[str, Json]:
    """Fields under camelCase names."""
    return {to_camel(name): value for name, value in fields.items()}
