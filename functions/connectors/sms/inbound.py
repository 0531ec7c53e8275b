"""Opt-outs in what Twilio sends in: inbound messages and status callbacks.

The caller has verified the signature. Keywords and `OptOutType`:
https://help.twilio.com/articles/223134027 and
https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out, read 2026-11.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.sms.optout import REFUSED, OptOuts, Source
from hub.connector_kit.journal import Notes
from hub.connector_kit.signatures import Inbound

_STOP = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE"},
)
_START = frozenset({"START", "YES", "UNSTOP"})
_E164 = re.compile(r"\+[1-9]\d{6,14}")


@dataclass(frozen=True)
class OptChange:
    """A number, in E.164, that opted out or in again."""

    number: str
    opted_out: bool
    source: Source


def opt_change(form: Mapping[str, str]) -> OptChange | None:
    """What a webhook's form says of opting out; None if it says nothing.

    `OptOutType` comes from messaging services with Advanced Opt-Out and decides where it is there,
    as such a service may have keywords of its own. Otherwise the whole text must be one of Twilio's
    English keywords, whatever its case and spaces. RCS shares its opt-outs with SMS; WhatsApp,
    whose numbers come as `whatsapp:+…`, has its own.
    """
    if form.get("ErrorCode") == REFUSED:
        return _change(form.get("To", ""), True, "status_callback")
    word = form.get("OptOutType") or form.get("Body", "")
    said = "".join(word.split()).upper()
    if said not in _STOP | _START:
        return None
    return _change(form.get("From", ""), said in _STOP, "inbound")


def on_event(notes: Notes, inbound: Inbound, at: datetime) -> None:
    """Keep what a verified webhook says of opting out."""
    change = opt_change(dict(inbound.pairs()))
    if change:
        record(notes, change, at)


def record(notes: Notes, change: OptChange, at: datetime) -> None:
    """Keep the change in a connection's table; `at` is when it came in."""
    table = OptOuts(notes)
    if change.opted_out:
        table.add(change.number, at, change.source)
    else:
        table.remove(change.number)


def _change(address: str, opted_out: bool, source: Source) -> OptChange | None:
    number = address.removeprefix("rcs:")
    return OptChange(number, opted_out, source) if _E164.fullmatch(number) else None
