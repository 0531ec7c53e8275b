"""Slack's Web API. Failures come inside HTTP 200 as `{"ok": false, "error": …}`.

Contract: https://docs.slack.dev/reference/methods, read 2026-11. Files are in `files`, looking up
calls whose answer was lost in `read_back`.
"""

from datetime import datetime, timedelta
from typing import Any

from connectors.slack.files import FileUpload
from connectors.slack.read_back import EVENT_TYPE, SlackReadBack, next_cursor
from connectors.slack.spec import (
    SPEC,
    DeleteScheduled,
    GetHistory,
    ListChannels,
    PostMessage,
    ScheduleMessage,
    UploadFile,
)
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.outcomes import Answer, OutcomeTable, Reason, Row, Verdict, rows
from hub.connector_kit.spec import ActionInput, NoInput
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, Reconciliation, invalid

FURTHEST = timedelta(days=120)
"""How far ahead Slack takes a scheduled message."""

_JSON = {"Content-Type": "application/json; charset=utf-8"}


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
        *rows(Verdict.RATE_LIMITED, "ratelimited", "rate_limited"),
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
        # Any other `ok: false` is a refusal, whatever its name. So is restricted_too_many: another
        # time of posting helps, waiting does not.
        Row(Verdict.INVALID, status=(200, 299), code="*"),
    ),
    reason=_reason,
)


class SlackClient:
    """Calls Slack for one connection. Credentials: `botToken`."""

    def __init__(self, context: ClientContext) -> None:
        self._context = context
        token = {"Authorization": f"Bearer {context.credentials['botToken']}"}
        self._slack = PlatformClient(context, SPEC.base_url, TABLE, headers=token)
        self._read_back = SlackReadBack(self._slack, context)
        # The address to upload to carries its own permission; our token is not for that host.
        tokenless = PlatformClient(context, SPEC.base_url, TABLE)
        self._files = FileUpload(self._slack, tokenless, context)

    def post_message(self, given: PostMessage) -> Outcome:
        """chat.postMessage. Slack has no idempotency key, so the call's own key rides along as
        message metadata, where `reconcile` finds it.
        """
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": self._context.call_key}}
        body = {**given.model_dump(exclude_none=True), "metadata": metadata}
        return self._send("/chat.postMessage", body, _posted)

    def schedule_message(self, given: ScheduleMessage) -> Outcome:
        """chat.scheduleMessage, without metadata: Slack documents that a message with metadata is
        then never posted ("Bug alert" on the method's page).
        """
        ahead = given.post_at - self._context.clock.now()
        if ahead <= timedelta(0):
            return invalid("time_in_past", "postAt is in the past; name a time to come")
        if ahead > FURTHEST:
            return invalid("time_too_far", f"postAt must be within {FURTHEST.days} days")
        body = {**given.model_dump(exclude_none=True), "post_at": int(given.post_at.timestamp())}
        return self._send("/chat.scheduleMessage", body, _scheduled)

    def delete_scheduled(self, given: DeleteScheduled) -> Outcome:
        """chat.deleteScheduledMessage.

        `invalid_scheduled_message_id` is also Slack's answer for a message that was posted or
        deleted before.
        """
        return self._slack.call(
            "POST",
            "/chat.deleteScheduledMessage",
            Effect.IDEMPOTENT_WRITE,
            read=lambda _body: {"deleted": True},
            data=given.model_dump(),
        )

    def list_channels(self, given: ListChannels) -> Outcome:
        """conversations.list, one page."""
        return self._get("/conversations.list", given.model_dump(exclude_none=True), _channels)

    def upload_file(self, given: UploadFile) -> Outcome:
        """Files of any size, in three parts: see `FileUpload`."""
        return self._files.upload(given)

    def get_history(self, given: GetHistory) -> Outcome:
        """conversations.history or, with `threadTs`, conversations.replies: one page.

        Slack gives apps that are sold outside its marketplace 15 messages a page, once a minute.
        """
        params = given.model_dump(exclude_none=True, exclude={"thread_ts"})
        for edge in {"oldest", "latest"} & params.keys():
            params[edge] = f"{params[edge].timestamp():.6f}"
        if given.thread_ts:
            return self._get("/conversations.replies", {**params, "ts": given.thread_ts}, _messages)
        return self._get("/conversations.history", params, _messages)

    def test_connection(self, _given: NoInput) -> Outcome:
        """auth.test."""
        return self._slack.call("POST", "/auth.test", Effect.READ, read=_identity)

    def reconcile(self, action: str, given: ActionInput, since: datetime) -> ReadBack:
        """Looks on Slack for a message, a scheduled message or a file of this call."""
        del action
        match given:
            case PostMessage():
                return self._read_back.message(given, since)
            case ScheduleMessage():
                return self._read_back.scheduled(given, since)
            case UploadFile():
                return self._files.read_back(given)
            case _:
                return ReadBack(Reconciliation.UNKNOWN)

    def _send(self, path: str, body: Json, read: Any) -> Outcome:
        return self._slack.call("POST", path, Effect.WRITE, read=read, json=body, headers=_JSON)

    def _get(self, path: str, params: Json, read: Any) -> Outcome:
        return self._slack.call("GET", path, Effect.READ, read=read, params=params)


def _posted(body: Any) -> Json:
    return {"ts": body["ts"], "channel": body["channel"]}


def _scheduled(body: Any) -> Json:
    return {
        "scheduledMessageId": body["scheduled_message_id"],
        "channel": body["channel"],
        "postAt": body["post_at"],
    }


def _channels(body: Any) -> Json:
    return {
        "channels": [
            {
                "id": channel["id"],
                "name": channel.get("name"),
                "isArchived": channel.get("is_archived", False),
                "isMember": channel.get("is_member", False),
            }
            for channel in body["channels"]
        ],
        "cursor": next_cursor(body),
    }


def _messages(body: Any) -> Json:
    return {
        "messages": [
            {
                "ts": message["ts"],
                "text": message.get("text", ""),
                "user": message.get("user"),
                "botId": message.get("bot_id"),
                "threadTs": message.get("thread_ts"),
            }
            for message in body["messages"]
        ],
        "cursor": next_cursor(body),
    }


def _identity(body: Any) -> Json:
    return {"team": body["team"], "user": body["user"], "teamId": body.get("team_id")}
