"""Slack's Web API. Failures come inside HTTP 200 as `{"ok": false, "error": …}`.

Contract: https://docs.slack.dev/reference/methods, read 2026-11.
"""

from datetime import datetime
from typing import Any

from connectors.slack.spec import SPEC, ListChannels, PostMessage
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.outcomes import Answer, OutcomeTable, Reason, Row, Verdict, rows
from hub.connector_kit.spec import ActionInput, NoInput
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, Reconciliation

_EVENT_TYPE = "neonhub_call"
_READ_BACK_PAGE = 100


def _reason(answer: Answer) -> Reason:
    """Slack's error string as code; `needed` names the scope that is missing."""
    request_id = answer.headers.get("x-slack-req-id")
    if not isinstance(answer.body, dict) or answer.body.get("ok"):
        return Reason(request_id=request_id)
    error = str(answer.body.get("error", "unknown_error"))
    needed = answer.body.get("needed")
    words = f"Slack refused: {error}" + (f"; the app needs the scope {needed}" if needed else "")
    return Reason(error, words, request_id)


TABLE = OutcomeTable(
    rows=(
        *rows(Verdict.RATE_LIMITED, "ratelimited", "rate_limited", "restricted_too_many"),
        *rows(
            Verdict.NEEDS_REAUTH,
            "token_expired",
            "invalid_auth",
            "token_revoked",
            "account_inactive",
            "not_authed",
        ),
        # Slack says of these that the call may have partly succeeded.
        *rows(Verdict.AMBIGUOUS, "internal_error", "fatal_error", "request_timeout"),
        *rows(Verdict.AMBIGUOUS, "service_unavailable"),
        # Any other `ok: false` is a refusal, whatever its name.
        Row(Verdict.INVALID, status=(200, 299), code="*"),
    ),
    reason=_reason,
)


class SlackClient:
    """Calls Slack for one connection. Credentials: `botToken`."""

    def __init__(self, context: ClientContext) -> None:
        self._call_key = context.call_key
        self._slack = PlatformClient(
            context,
            SPEC.base_url,
            TABLE,
            headers={"Authorization": f"Bearer {context.credentials['botToken']}"},
        )

    def post_message(self, given: PostMessage) -> Outcome:
        """chat.postMessage. Slack has no idempotency key, so the call's own key rides along as
        message metadata, where `reconcile` finds it.
        """
        body = {
            **given.model_dump(exclude_none=True),
            "metadata": {"event_type": _EVENT_TYPE, "event_payload": {"key": self._call_key}},
        }
        return self._slack.call("POST", "/chat.postMessage", Effect.WRITE, read=_posted, json=body)

    def list_channels(self, given: ListChannels) -> Outcome:
        """conversations.list, one page."""
        params = given.model_dump(mode="json", exclude_none=True)
        return self._slack.call(
            "GET", "/conversations.list", Effect.READ, read=_channels, params=params
        )

    def test_connection(self, _given: NoInput) -> Outcome:
        """auth.test."""
        return self._slack.call("POST", "/auth.test", Effect.READ, read=_identity)

    def reconcile(self, action: str, given: ActionInput, since: datetime) -> ReadBack:
        """Looks for the call's key in the channel's messages since then.

        Needs the scope channels:history (groups:history for private channels); without it the
        outcome stays unknown.
        """
        if action != "post_message" or not isinstance(given, PostMessage):
            return ReadBack(Reconciliation.UNKNOWN)
        params = {
            "channel": given.channel,
            "oldest": f"{since.timestamp():.6f}",
            "include_all_metadata": True,
            "limit": _READ_BACK_PAGE,
        }
        path = "/conversations.history"
        if given.thread_ts:
            path, params = "/conversations.replies", {**params, "ts": given.thread_ts}
        outcome = self._slack.call("GET", path, Effect.READ, params=params)
        if not outcome.ok:
            return ReadBack(Reconciliation.UNKNOWN)
        return self._find(outcome.data, given.channel)

    def _find(self, body: Any, channel: str) -> ReadBack:
        for message in body.get("messages", []):
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("key") == self._call_key:
                return ReadBack(Reconciliation.DONE, {"ts": message["ts"], "channel": channel})
        # With more pages than we read, absence proves nothing.
        more = body.get("has_more")
        return ReadBack(Reconciliation.UNKNOWN if more else Reconciliation.NOT_DONE)


def _posted(body: Any) -> Json:
    return {"ts": body["ts"], "channel": body["channel"]}


def _channels(body: Any) -> Json:
    cursor = (body.get("response_metadata") or {}).get("next_cursor")
    return {
        "channels": [
            {
                "id": channel["id"],
                "name": channel["name"],
                "isArchived": channel.get("is_archived", False),
                "isMember": channel.get("is_member", False),
            }
            for channel in body["channels"]
        ],
        "cursor": cursor or None,
    }


def _identity(body: Any) -> Json:
    return {"team": body["team"], "user": body["user"], "teamId": body.get("team_id")}
