"""What became of a call to Gmail whose answer was lost.

First by Message-ID (`rfc822msgid:`, named in the contract at `q`). Gmail may put a Message-ID of
its own in place of ours, so the messages since then are also looked at for our own header.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from connectors.gmail.mime import CALL_HEADER
from connectors.gmail.threads import header
from hub.connector_kit.client import ClientContext
from hub.connector_kit.connector import ReadBack
from hub.domain.model import Json
from hub.domain.outcome import Outcome, Reconciliation

_PAGE = 50
_CLOCKS_DIFFER = timedelta(seconds=60)

_UNKNOWN = ReadBack(Reconciliation.UNKNOWN)
_NOT_DONE = ReadBack(Reconciliation.NOT_DONE)


_GONE = ("notFound", "NOT_FOUND", "HTTP_404")

type Shown = Callable[[Any], Json]


class Get(Protocol):
    """Reads a path of the mailbox."""

    def __call__(self, path: str, read: Any, **params: Any) -> Outcome: ...


def before_sending(draft: Any) -> Json:
    """What is kept of a draft before it is sent: its thread and Message-ID."""
    message = draft["message"]
    return {"threadId": message["threadId"], "messageId": header(message, "Message-ID")}


class ReadBacks:
    """Looks for one call in a mailbox. `since` is when the call was made."""

    def __init__(self, context: ClientContext, get: Get, since: datetime) -> None:
        self._context = context
        self._get = get
        self._since = since
        self._token = context.token(32)

    def sent(self, own_id: str) -> ReadBack:
        """Whether an email was sent."""
        return self._find("/messages", "messages", own_id, _sent, labelIds=["SENT"])

    def drafted(self, own_id: str) -> ReadBack:
        """Whether a draft was written."""
        return self._find("/drafts", "drafts", own_id, _drafted)

    def draft_was_sent(self, draft_id: str) -> ReadBack:
        """Whether a draft was sent: then it is gone, and its thread has its message.

        A draft that is gone without one may have been deleted, so that is left open.
        """
        draft = self._get(f"/drafts/{draft_id}", _whole, format="minimal")
        if draft.ok:
            return _NOT_DONE
        before = self._context.journal.get("draft")
        if draft.code not in _GONE or not before or "threadId" not in before:
            return _UNKNOWN
        thread = self._get(
            f"/threads/{before['threadId']}",
            _messages,
            format="metadata",
            metadataHeaders=["Message-ID"],
        )
        return self._sent_of(thread.data, before["messageId"]) if thread.ok else _UNKNOWN

    def _sent_of(self, messages: Any, known: str | None) -> ReadBack:
        """The message of the thread that was the draft."""
        every = messages if isinstance(messages, list) else []
        sent = [each for each in every if "SENT" in each.get("labelIds", [])]
        same = [each for each in sent if known and header(each, "Message-ID") == known]
        found = same or [each for each in sent if self._is_new(each)]
        return ReadBack(Reconciliation.DONE, _sent(found[0])) if len(found) == 1 else _UNKNOWN

    def _find(self, path: str, kind: str, own_id: str, shown: Shown, **params: Any) -> ReadBack:
        """The entry of a list that is the call's, by Message-ID or by our own header."""
        by_id = self._get(path, _whole, q=f"rfc822msgid:{own_id.strip('<>')}", **params)
        if not _listed(by_id, kind):
            return _UNKNOWN
        for entry in by_id.data.get(kind, []):
            return ReadBack(Reconciliation.DONE, shown(entry))
        after = int((self._since - _CLOCKS_DIFFER).timestamp())
        recent = self._get(path, _whole, q=f"after:{after}", maxResults=_PAGE, **params)
        return self._marked(recent.data, kind, shown) if _listed(recent, kind) else _UNKNOWN

    def _marked(self, body: Any, kind: str, shown: Shown) -> ReadBack:
        """The entry that carries the call's token, each one looked at."""
        for entry in body.get(kind, []):
            message = entry.get("message") or entry
            seen = self._get(
                f"/messages/{message['id']}",
                _whole,
                format="metadata",
                metadataHeaders=[CALL_HEADER],
            )
            if not seen.ok or self._context.time_is_up:
                return _UNKNOWN
            if header(seen.data, CALL_HEADER) == self._token:
                return ReadBack(Reconciliation.DONE, shown(entry))
        # With more pages than we read, absence proves nothing.
        return _UNKNOWN if body.get("nextPageToken") else _NOT_DONE

    def _is_new(self, message: Any) -> bool:
        return int(message.get("internalDate", 0)) / 1000 >= self._since.timestamp()


def _whole(body: Any) -> Json:
    return body


def _messages(body: Any) -> Json:
    return body["messages"]


def _listed(outcome: Outcome, kind: str) -> bool:
    """Whether an answer is a list: one of another shape must not look like an empty list."""
    known = {kind, "nextPageToken", "resultSizeEstimate"}
    return outcome.ok and isinstance(outcome.data, dict) and outcome.data.keys() <= known


def _sent(message: Any) -> Json:
    return {
        "messageId": message["id"],
        "threadId": message.get("threadId"),
        "labelIds": message.get("labelIds", ["SENT"]),
    }


def _drafted(draft: Any) -> Json:
    message = draft["message"]
    return {
        "draftId": draft["id"],
        "messageId": message["id"],
        "threadId": message.get("threadId"),
    }
