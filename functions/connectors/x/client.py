"""X's API v2. Failures are problems (RFC 9457), inside HTTP 200 as `errors` beside or without data.

Contract: X's OpenAPI document 2.167 and https://docs.x.com/x-api/fundamentals, read 2026-11. Since
that document the fields of posts are asked for as `post.fields`, and authors and references as
expansions; its guides still say `tweet.fields`. Answers are read under both names.
"""

from datetime import datetime
from typing import Any

from connectors.x.inputs import (
    DeleteTweet,
    GetMetrics,
    PostThread,
    PostTweet,
    SearchTweets,
    UploadMedia,
)
from connectors.x.posts import Posts
from connectors.x.reading import analytics, errors_of, metrics_of, post_of, timestamp
from connectors.x.spec import SPEC
from connectors.x.upload import Upload
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.outcomes import Answer, OutcomeTable, Reason, Row, Verdict, rows
from hub.connector_kit.spec import ActionInput, NoInput
from hub.connector_kit.waits import header_unix, number
from hub.domain.limits import LimitScope
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, Reconciliation

_WINDOWS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")
_SHOWN = "created_at,lang,conversation_id,public_metrics,note_post"


def _reason(answer: Answer) -> Reason:
    """The problem's kind as code; a success with `errors` and no data is a problem too."""
    request_id = answer.headers.get("x-transaction-id")
    body = answer.body
    if not isinstance(body, dict) or (answer.status < 300 and not _failed(body)):
        return Reason(request_id=request_id)
    found = errors_of(body)
    first = found[0] if found else {}
    words = body.get("detail") or first.get("detail") or first.get("message") or body.get("title")
    code = _kind(body) or _kind(first) or first.get("code")
    if code is None and "duplicate content" in str(words):
        code = "duplicate-content"
    return Reason(code and str(code), words and f"X refused: {words}", request_id)


def _failed(body: dict[str, Any]) -> bool:
    return bool(errors_of(body)) and not body.get("data")


def _kind(problem: dict[str, Any]) -> str | None:
    """`usage-capped` of `https://api.x.com/2/problems/usage-capped`; None of `about:blank`."""
    _, found, kind = str(problem.get("type") or "").rpartition("/problems/")
    return kind if found and kind else None


def _wait(answer: Answer, now: datetime) -> float | None:
    """Until the window ends that is used up: of 15 minutes, or of a day for a user or the app."""
    spent = [w for w in _WINDOWS if number(answer.headers.get(f"{w}-remaining")) == 0]
    told = [header_unix(f"{w}-reset")(answer, now) for w in spent or _WINDOWS[:1]]
    known = [seconds for seconds in told if seconds is not None]
    # At least a second: a clock that is ahead of X's must not make us come back at once for ever.
    return max(1.0, *known) if known else None


def _scope(answer: Answer) -> LimitScope:
    """X counts for each endpoint and user, and a day's posts for the app and all its users too."""
    app = number(answer.headers.get("x-app-limit-24hour-remaining"))
    return LimitScope.APP if app == 0 else LimitScope.ACTION


TABLE = OutcomeTable(
    rows=(
        # Waiting does not help: the month's posts or the account's money are used up.
        *rows(Verdict.INVALID, "usage-capped"),
        *rows(Verdict.RATE_LIMITED, "rate-limit-exceeded"),
        *rows(Verdict.AMBIGUOUS, "internal-error"),
        # `errors` without data inside HTTP 200: nothing was done.
        Row(Verdict.INVALID, status=(200, 299), code="*"),
    ),
    reason=_reason,
    wait=_wait,
    scope=_scope,
)


class XClient:
    """Calls X for one connection. Credentials: `accessToken`. Settings: `longPosts`."""

    def __init__(self, context: ClientContext) -> None:
        self._context = context
        self._x = PlatformClient(
            context,
            SPEC.base_url,
            TABLE,
            headers={"Authorization": f"Bearer {context.credentials['accessToken']}"},
        )
        self._posts = Posts(self._x, context)

    def post_tweet(self, given: PostTweet) -> Outcome:
        """POST /tweets, after the uploads of its media. X has no idempotency key: `reconcile`."""
        return self._posts.publish(given)

    def post_thread(self, given: PostThread) -> Outcome:
        """POST /tweets for each post, after the uploads of all of their media."""
        return self._posts.publish_thread(given)

    def upload_media(self, given: UploadMedia) -> Outcome:
        """Uploads in parts, waits for X to process them, and adds the alternative text."""
        return Upload(self._x, self._context, given).go_on()

    def delete_tweet(self, given: DeleteTweet) -> Outcome:
        """DELETE /tweets/{id}."""
        return self._x.call("DELETE", f"/tweets/{given.id}", Effect.IDEMPOTENT_WRITE, read=_deleted)

    def search_tweets(self, given: SearchTweets) -> Outcome:
        """GET /tweets/search/recent, one page."""
        params = {
            "query": given.query,
            "max_results": given.limit,
            "next_token": given.cursor,
            "sort_order": given.sort_order,
            "start_time": given.start_time and timestamp(given.start_time),
            "end_time": given.end_time and timestamp(given.end_time),
            "since_id": given.since_id,
            "until_id": given.until_id,
            "post.fields": _SHOWN,
            "expansions": "author_id,referenced_posts",
            "user.fields": "username",
        }
        return self._read("/tweets/search/recent", params, _found)

    def get_metrics(self, given: GetMetrics) -> Outcome:
        """GET /tweets with metric fields, or GET /tweets/analytics for a time."""
        ids = ",".join(given.ids)
        if given.start_time and given.end_time:
            times = {
                "start_time": timestamp(given.start_time),
                "end_time": timestamp(given.end_time),
                "granularity": given.granularity,
                "analytics.fields": "id,timestamped_metrics",
            }
            return self._read("/tweets/analytics", {"ids": ids, **times}, analytics)
        private = ",non_public_metrics,organic_metrics" if given.private_metrics else ""
        fields = f"created_at,public_metrics{private}"
        return self._read("/tweets", {"ids": ids, "post.fields": fields}, metrics_of)

    def test_connection(self, _given: NoInput) -> Outcome:
        """GET /users/me."""
        return self._read("/users/me", {}, _user)

    def reconcile(self, action: str, given: ActionInput, since: datetime, /) -> ReadBack:
        """Looks for the post, or the first one missing of a thread, in the user's own timeline."""
        if action == "post_tweet" and isinstance(given, PostTweet):
            return self._posts.find(given, since)
        if action == "post_thread" and isinstance(given, PostThread):
            return self._posts.find_thread(given, since)
        return ReadBack(Reconciliation.UNKNOWN)

    def _read(self, path: str, params: dict[str, Any], read: Any) -> Outcome:
        sent = {name: value for name, value in params.items() if value is not None}
        return self._x.call("GET", path, Effect.READ, read=read, params=sent)


def _deleted(body: Any) -> Json:
    return {"deleted": bool(body["data"]["deleted"])}


def _found(body: Any) -> Json:
    users = {user["id"]: user for user in (body.get("includes") or {}).get("users") or []}
    return {
        "tweets": [post_of(post, users) for post in body.get("data") or []],
        "cursor": body["meta"].get("next_token"),
        "errors": errors_of(body),
    }


def _user(body: Any) -> Json:
    user = body["data"]
    return {"id": user["id"], "username": user.get("username"), "name": user.get("name")}
