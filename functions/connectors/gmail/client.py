"""Gmail's REST API: email as MIME inside JSON, or streamed with its attachments as an upload.

Contract: Google's discovery document gmail.v1, revision 20261005; guides at
https://developers.google.com/workspace/gmail/api/guides, read 2026-11.
"""

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors.gmail import mime, read_back, threads
from connectors.gmail.spec import (
    ADDRESS_PATTERN,
    MAX_MESSAGE_BYTES,
    SPEC,
    CreateDraft,
    EmailContent,
    GetThread,
    ListThreads,
    SendDraft,
    SendEmail,
)
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.google import error_of, google_table, retry_delay
from hub.connector_kit.outcomes import Answer
from hub.connector_kit.spec import ActionInput, NoInput
from hub.connector_kit.waits import first
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, Reconciliation, invalid

_RETRY_AFTER = re.compile(r"Retry after (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)")

type Wrap = Callable[[dict[str, Json]], dict[str, Json]]


def told_in_words(answer: Answer, now: datetime) -> float | None:
    """Seconds until the moment Gmail names: `User-rate limit exceeded.  Retry after 2026-…Z`."""
    match = _RETRY_AFTER.search(str(error_of(answer).get("message", "")))
    if match is None:
        return None
    return (datetime.fromisoformat(match[1]) - now).total_seconds()


TABLE = replace(google_table(), wait=first(told_in_words, retry_delay))


class GmailClient:
    """Calls Gmail for one account. Credentials: `accessToken`. Settings: `apiVersion`, `from`."""

    def __init__(self, context: ClientContext) -> None:
        self._context = context
        self._mailbox = f"/gmail/{context.setting('apiVersion')}/users/me"
        self._token = context.token(32)
        self._gmail = PlatformClient(
            context,
            SPEC.base_url,
            TABLE,
            headers={"Authorization": f"Bearer {context.credentials['accessToken']}"},
        )

    def send_email(self, given: SendEmail) -> Outcome:
        """users.messages.send. Gmail knows no idempotency key: see `reconcile`."""
        return self._deliver("/messages/send", given, lambda message: message, sent)

    def create_draft(self, given: CreateDraft) -> Outcome:
        """users.drafts.create."""
        return self._deliver("/drafts", given, lambda message: {"message": message}, drafted)

    def send_draft(self, given: SendDraft) -> Outcome:
        """users.drafts.send. A draft is gone once it is sent, so it is looked at before."""
        if not self._context.dry_run:
            seen = self._context.journal.once("draft", lambda: self._draft(given.draft_id))
            if not seen.ok:
                return seen
        return self._gmail.call(
            "POST",
            f"{self._mailbox}/drafts/send",
            Effect.WRITE,
            read=sent,
            json={"id": given.draft_id},
        )

    def list_threads(self, given: ListThreads) -> Outcome:
        """users.threads.list, one page."""
        params = {
            "q": given.query,
            "labelIds": given.label_ids or None,
            "includeSpamTrash": given.include_spam_trash or None,
            "maxResults": given.limit,
            "pageToken": given.cursor,
        }
        return self._get("/threads", threads.page, **params)

    def get_thread(self, given: GetThread) -> Outcome:
        """users.threads.get, bodies decoded."""
        return self._get(f"/threads/{given.thread_id}", threads.thread, format=given.format)

    def test_connection(self, _given: NoInput) -> Outcome:
        """users.getProfile."""
        return self._get("/profile", _profile)

    def reconcile(self, action: str, given: ActionInput, since: datetime) -> ReadBack:
        """Looks for the email that carries the call's token; for a draft, whether it was sent."""
        look = read_back.ReadBacks(self._context, self._get, since)
        if action == "send_draft" and isinstance(given, SendDraft):
            return look.draft_was_sent(given.draft_id)
        if not isinstance(given, EmailContent):
            return ReadBack(Reconciliation.UNKNOWN)
        own_id = mime.message_id(self._sender(given), self._token)
        return look.sent(own_id) if action == "send_email" else look.drafted(own_id)

    def _deliver(
        self, path: str, given: EmailContent, wrap: Wrap, read: Callable[[Any], Json]
    ) -> Outcome:
        """Hand an email over: as JSON, or as an upload if it has attachments."""
        sender = self._sender(given)
        if sender and not re.fullmatch(ADDRESS_PATTERN, sender):
            return invalid("BAD_SENDER", "the connection's setting from is not an email address")
        opened = [self._context.media.open(media) for media in given.attachments]
        email = mime.compose(given, sender, self._token, opened)
        if email.size > MAX_MESSAGE_BYTES:
            return invalid(
                "MESSAGE_TOO_LARGE",
                f"the email is {email.size:,} bytes with its attachments in base64; Gmail takes "
                f"{MAX_MESSAGE_BYTES:,}. Link to the files instead",
            )
        thread: dict[str, Json] = {"threadId": given.thread_id} if given.thread_id else {}
        if email.attachments:
            return self._upload(path, email, wrap(thread) if thread else {}, read)
        raw = base64.urlsafe_b64encode(b"".join(email.pieces())).decode()
        body = wrap({"raw": raw, **thread})
        return self._gmail.call("POST", self._mailbox + path, Effect.WRITE, read=read, json=body)

    def _upload(
        self, path: str, email: mime.Email, about: dict[str, Json], read: Callable[[Any], Json]
    ) -> Outcome:
        """A multipart upload: JSON, then the email in pieces, so that it is never held whole."""
        mark = f"upload-{self._token}"
        opening = (
            f"--{mark}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{json.dumps(about)}"
            f"\r\n--{mark}\r\nContent-Type: message/rfc822\r\n\r\n"
        ).encode()
        closing = f"\r\n--{mark}--\r\n".encode()

        def pieces() -> Iterator[bytes]:
            yield opening
            yield from email.pieces()
            yield closing

        return self._gmail.call(
            "POST",
            f"/upload{self._mailbox}{path}",
            Effect.WRITE,
            read=read,
            params={"uploadType": "multipart"},
            content=pieces(),
            headers={
                "Content-Type": f'multipart/related; boundary="{mark}"',
                "Content-Length": str(len(opening) + email.size + len(closing)),
            },
        )

    def _sender(self, given: EmailContent) -> str | None:
        return given.from_ or self._context.setting("from") or None

    def _draft(self, draft_id: str) -> Outcome:
        return self._get(f"/drafts/{draft_id}", read_back.before_sending, format="metadata")

    def _get(self, path: str, read: Callable[[Any], Json], **params: Any) -> Outcome:
        given = {name: value for name, value in params.items() if value is not None}
        return self._gmail.call("GET", self._mailbox + path, Effect.READ, read=read, params=given)


def sent(message: Any) -> Json:
    """A sent message as the actions answer it."""
    return {
        "messageId": message["id"],
        "threadId": message["threadId"],
        "labelIds": message.get("labelIds", []),
    }


def drafted(draft: Any) -> Json:
    """A draft as the action answers it."""
    return {
        "draftId": draft["id"],
        "messageId": draft["message"]["id"],
        "threadId": draft["message"].get("threadId"),
    }


def _profile(body: Any) -> Json:
    return {
        "emailAddress": body["emailAddress"],
        "messagesTotal": body.get("messagesTotal"),
        "threadsTotal": body.get("threadsTotal"),
    }
