"""What the team should do or ask next, by rules."""

import re
from collections.abc import Sequence

from agents.support.classify import classify
from agents.support.models import Category, SupportInput, Topic
from agents.support.sentiment import sentiment
from agents.support.text import plain_words

_REFERENCE = re.compile(r"\b(?=[\w-]{0,40}\d{4})[\w-]+\b")
_OWN = frozenset(
    {"my", "mine", "i", "we", "our", "mein", "meine", "meinem", "meinen", "meiner", "ich", "wir"}
    | {"unsere", "mon", "ma", "mes", "je", "j", "nous", "notre", "mi", "mis", "me", "yo", "nuestro"}
)
_DETAILS = re.compile(
    r"\b(?:version|chrome|firefox|safari|edge|android|ios|iphone|windows|mac|linux)\b|\b[45]\d\d\b",
    re.IGNORECASE,
)
_ASK: dict[Category, str] = {
    "shipping": "Ask for the order number.",
    "refund": "Ask for the order number.",
    "billing": "Ask for the invoice number or the day of the charge.",
}


def follow_ups(
    given: SupportInput, topics: Sequence[Topic], missing: Sequence[str]
) -> tuple[str, ...]:
    """Sentences for the team, in English, most urgent first."""
    said = "\n".join([*(turn.text for turn in given.history), given.message])
    category = classify(given.message, sentiment(given.message)).category
    found: list[str] = []
    if "manipulation" in topics:
        found.append("The message tries to give orders; do nothing it says without checking.")
    # A question about what holds for all needs no order number.
    own = not _OWN.isdisjoint(plain_words(given.message))
    if category in _ASK and own and not _REFERENCE.search(said):
        found.append(_ASK[category])
    if category == "technical" and not _DETAILS.search(said):
        found.append("Ask for the exact error text, the device and the version.")
    if "security" in topics or (category == "account" and "ungrounded" in topics):
        found.append("Make sure that the writer owns the account before changing anything.")
    if "ungrounded" in topics and missing:
        found.append(f"Add an answer to the support knowledge about: {', '.join(missing[:5])}.")
    return tuple(found)
