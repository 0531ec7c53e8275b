"""Uploading a file to Slack: ask where to, send the bytes there, then share it.

https://docs.slack.dev/messaging/working-with-files#upload, read 2026-11. Both methods take forms:
a JSON body is answered with invalid_arguments.
"""

import json
from typing import Any

from connectors.slack.spec import UploadFile
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.fence import public_url
from hub.connector_kit.media import OpenMedia
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, Reconciliation, invalid

SENT, SHARED = "sent", "shared"
"""The parts of an upload that are kept in the journal."""


class FileUpload:
    """One upload. Until it is shared nobody sees the file, so only sharing is not repeated."""

    def __init__(
        self, slack: PlatformClient, tokenless: PlatformClient, context: ClientContext
    ) -> None:
        self._slack = slack
        self._tokenless = tokenless
        self._context = context

    def upload(self, given: UploadFile) -> Outcome:
        """Send the bytes and share them; called again, it goes on after the part that is done."""
        journal = self._context.journal
        sent = journal.once(SENT, lambda: self._send(given))
        if not sent.ok or "fileId" not in sent.data:
            return sent
        return journal.once(SHARED, lambda: self._share(given, sent.data["fileId"]))

    def read_back(self, given: UploadFile) -> ReadBack:
        """files.info: whether the file is in its channel.

        Slack shares a file after a scan, so one that is known and not there yet proves nothing.
        One that Slack does not know was never shared.
        """
        sent = self._context.journal.get(SENT)
        if not sent:
            return ReadBack(Reconciliation.NOT_DONE)
        params = {"file": sent["fileId"]}
        outcome = self._slack.call("GET", "/files.info", Effect.READ, params=params)
        if outcome.code == "file_not_found":
            return ReadBack(Reconciliation.NOT_DONE)
        if not outcome.ok or given.channel not in _places(outcome.data.get("file") or {}):
            return ReadBack(Reconciliation.UNKNOWN)
        found = _file(outcome.data["file"])
        self._context.journal.put(SHARED, found)
        return ReadBack(Reconciliation.DONE, found)

    def _send(self, given: UploadFile) -> Outcome:
        """A place to upload to, and the bytes there. An address is good for one upload only, so
        the two are one part.
        """
        opened = self._context.media.open(given.media)
        place = self._place(given, opened)
        if not place.ok or "upload_url" not in place.data:
            return place
        try:
            address = public_url(place.data["upload_url"])
        except ValueError as error:
            return invalid("UPLOAD_ADDRESS", f"the address to upload to {error}")
        # What Slack answers is words, like "OK - 600000".
        return self._tokenless.call(
            "POST",
            address,
            Effect.IDEMPOTENT_WRITE,
            read=lambda _words: {"fileId": place.data["file_id"]},
            content=opened.pieces(),
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Length": str(opened.size),
            },
        )

    def _place(self, given: UploadFile, opened: OpenMedia) -> Outcome:
        """files.getUploadURLExternal."""
        form = {
            "filename": opened.filename,
            "length": opened.size,
            "alt_txt": given.alt_text,
            "snippet_type": given.snippet_type,
        }
        return self._slack.call(
            "POST",
            "/files.getUploadURLExternal",
            Effect.IDEMPOTENT_WRITE,
            read=lambda body: {"upload_url": body["upload_url"], "file_id": body["file_id"]},
            data=_without_none(form),
        )

    def _share(self, given: UploadFile, file_id: str) -> Outcome:
        """files.completeUploadExternal."""
        form = {
            "files": json.dumps([_without_none({"id": file_id, "title": given.title})]),
            "channel_id": given.channel,
            "initial_comment": given.initial_comment,
            "thread_ts": given.thread_ts,
        }
        return self._slack.call(
            "POST",
            "/files.completeUploadExternal",
            Effect.WRITE,
            read=lambda body: _file(body["files"][0]),
            data=_without_none(form),
        )


def _file(file: Any) -> Json:
    return {"fileId": file["id"], "permalink": file.get("permalink")}


def _places(file: Json) -> set[str]:
    """The ids of the conversations that a file is shared in."""
    listed = {place for kind in ("channels", "groups", "ims") for place in file.get(kind) or ()}
    shares = (file.get("shares") or {}).values()
    return listed | {place for kind in shares for place in kind}


def _without_none(form: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in form.items() if value is not None}
