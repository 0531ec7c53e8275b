r"""Scores subjects of emails, by rules that can be read.

    score = 75 + the points of all checks, held between 0 and 100

    check            points
    length           +8 for 10–40 characters, 0 to 60, −12 to 90, −25 beyond; −10 below 10
    words            +4 for 2–9, −6 for one or for 10 and more
    spam words       −10 each, −40 at most (`spam`)
    capitals         −25 if half the letters are capitals; else −4 a shouted word, −12 at most
    punctuation      −12 for runs such as !!! or $$; −6 for two ! apart; −5 for five marks and more
    emoji            −8 for two and more; one costs nothing
    personalization  +5 for a placeholder
    number           +3
    question         +2 at its end
    preview          +3 if the preview text adds something and fits; −8 if it repeats; −3 for length
    pretended reply  −20 for Re: or Fwd: in front
    duplicate        −30 if a better subject of the same list says the same

Thresholds: phones show about 33 to 48 characters and desktops about 60 to 70 (device tests of
emailtooltester.com); at most nine words, 60 characters, three punctuation marks and one emoji, in
Mailchimp's "Best practices for email subject lines"; half capitals and more than four marks in
Kajabi's checks; SUBJ_ALL_CAPS and a reply that is none in SpamAssassin's and Stalwart's rules; 40
to 100 characters of preview text in published client tables (all read 2026-11). The points are this
project's own: they order subjects, and foretell no open rate. That is what `ab-test` is for.

Characters are counted as people see them: an emoji or a letter with its accents is one, and a
placeholder counts as 8, about a first name.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from agents.email import facts
from agents.email.models import Reason
from agents.email.placeholders import PLACEHOLDER, used
from agents.email.spam import spam_words

BASE = 75
PHONE = 40
DESKTOP = 60
TOO_LONG = 90
PREVIEW = (30, 100)
DUPLICATE = 0.8
"""Subjects of which so many words are the same say the same."""

PLACEHOLDER_LENGTH = 8
_NAME = "x" * PLACEHOLDER_LENGTH
_PICTURES = (
    "\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_ONE = f"[{_PICTURES}]\ufe0f?[\U0001f3fb-\U0001f3ff]?"
_EMOJI = re.compile(f"[0-9#*]\ufe0f?\u20e3|[\U0001f1e6-\U0001f1ff]{{2}}|{_ONE}(?:\u200d{_ONE})*")
_RUN = re.compile(r"[!?]{2,}|[$€£]{2,}|[.…]{4,}|[*#~=]{2,}")
_MARK = re.compile(r"[!?.,;:…$€£*#~=&%+|]")
_REPLY = re.compile(r"^\s*(?:re|fwd?|aw|wg)\s*:\s*", re.IGNORECASE)
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Score:
    """A scored subject."""

    score: int
    characters: int
    words: int
    on_phone: str
    reasons: tuple[Reason, ...]


def score_subject(text: str, preview: str | None = None, better: Sequence[str] = ()) -> Score:
    """The score of a subject, beside its preview text and the subjects that are better."""
    shown = PLACEHOLDER.sub(_NAME, text)
    checks = (
        _length(shown, text),
        _words(text),
        _spam(text),
        _capitals(PLACEHOLDER.sub("", text)),
        _punctuation(PLACEHOLDER.sub("", text)),
        _emoji(text),
        _personal(text),
        _number(text),
        _question(text),
        _preview(text, preview),
        _reply(text),
        _duplicate(text, better),
    )
    reasons = tuple(reason for reason in checks if reason)
    total = BASE + sum(reason.points for reason in reasons)
    return Score(
        score=max(0, min(100, total)),
        characters=characters(shown),
        words=len(facts.words(text)),
        on_phone=_on_phone(text),
        reasons=reasons,
    )


def characters(text: str) -> int:
    """The characters of a text as people see them."""
    plain = _EMOJI.sub("x", unicodedata.normalize("NFC", text))
    return sum(unicodedata.category(letter) not in ("Mn", "Me", "Cf") for letter in plain)


def calmed(text: str) -> str:
    """A subject without what shouts or pretends: capitals, runs of marks, emoji, Re: in front."""
    quiet = _EMOJI.sub("", _REPLY.sub("", text)).replace("!", " ")
    quiet = _RUN.sub(lambda run: run[0][0] if run[0][0] in "?.…" else "", quiet)
    lowest = 2 if _mostly_capitals(text) else 4
    lowered = " ".join(_lowered(word, lowest) for word in quiet.split())
    return facts.capitalized(re.sub(r"\s+([,.;:?])", r"\1", lowered).strip(" -–,;:"))


def shouted(text: str) -> list[str]:
    """The words of four letters and more that are all capitals; shorter ones may be initials."""
    return [word for word in _LETTERS.findall(text) if len(word) > 3 and word.isupper()]


def _lowered(word: str, lowest: int) -> str:
    letters = _LETTERS.findall(word)
    loud = any(len(part) >= lowest and part.isupper() for part in letters)
    return word.lower() if loud and not PLACEHOLDER.search(word) else word


def _mostly_capitals(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) >= 10 and 2 * sum(map(str.isupper, letters)) >= len(letters)


def _on_phone(text: str) -> str:
    """What a phone shows, its placeholders counted as names and shown as they are."""
    names = PLACEHOLDER.findall(text)
    stand_ins = iter(range(len(names)))
    # Characters for private use stand for names while the text is cut.
    drawn = PLACEHOLDER.sub(lambda _: chr(0xE000 + next(stand_ins)) * PLACEHOLDER_LENGTH, text)
    cut = facts.clip(drawn, PHONE + len(drawn) - characters(drawn))
    for index, name in enumerate(names):
        cut = cut.replace(chr(0xE000 + index) * PLACEHOLDER_LENGTH, f"{{{{{name}}}}}")
    return _PRIVATE.sub("", cut)


def _length(shown: str, text: str) -> Reason:
    count = characters(shown)
    if count < 10:
        return _reason("length", -10, f"{count} characters say little; use 10 to {PHONE}")
    if count <= PHONE:
        return _reason("length", 8, f"{count} characters: phones show it whole")
    if count <= DESKTOP:
        return _reason(
            "length", 0, f"{count} characters: phones cut it at about “{_on_phone(text)}”"
        )
    points = -12 if count <= TOO_LONG else -25
    return _reason("length", points, f"{count} characters: cut on most screens; use {PHONE}, at "
                   f"most {DESKTOP}")  # fmt: skip


def _words(text: str) -> Reason:
    count = len(facts.words(text))
    if 2 <= count <= 9:
        return _reason("words", 4, f"{count} words are read at a glance")
    many = "too many to take in at a glance; use nine at most" if count > 9 else "too few to tell"
    return _reason("words", -6, f"{count} word{'' if count == 1 else 's'}: {many}")


def _spam(text: str) -> Reason | None:
    found = spam_words(text)
    if not found:
        return None
    return _reason("spam words", -min(40, 10 * len(found)), f"known from spam: {', '.join(found)}")


def _capitals(text: str) -> Reason | None:
    if _mostly_capitals(text):
        letters = [letter for letter in text if letter.isalpha()]
        share = round(100 * sum(map(str.isupper, letters)) / len(letters))
        return _reason("capitals", -25, f"{share} % of the letters are capitals; write it small")
    loud = shouted(text)
    if not loud:
        return None
    return _reason("capitals", -min(12, 4 * len(loud)), f"shouts: {', '.join(loud)}")


def _punctuation(text: str) -> Reason | None:
    runs = _RUN.findall(text)
    if runs:
        return _reason("punctuation", -12, f"runs of marks: {' '.join(runs)}")
    if text.count("!") > 1:
        return _reason("punctuation", -6, "more than one exclamation mark")
    marks = len(_MARK.findall(text))
    return (
        _reason("punctuation", -5, f"{marks} punctuation marks; use three") if marks > 4 else None
    )


def _emoji(text: str) -> Reason | None:
    count = len(_EMOJI.findall(text))
    if not count:
        return None
    if count == 1:
        return _reason("emoji", 0, "one emoji: some clients draw it otherwise, or not at all")
    return _reason("emoji", -8, f"{count} emoji; use one at most")


def _personal(text: str) -> Reason | None:
    return (
        _reason("personalization", 5, f"addresses the reader: {used(text)[0]}")
        if used(text)
        else None
    )


def _number(text: str) -> Reason | None:
    found = facts.numbers(PLACEHOLDER.sub("", text))
    return _reason("number", 3, f"is concrete: {', '.join(found)}") if found else None


def _question(text: str) -> Reason | None:
    return _reason("question", 2, "asks") if text.rstrip().endswith("?") else None


def _preview(text: str, preview: str | None) -> Reason | None:
    if not preview:
        return None
    if facts.likeness(text, preview) >= 0.6 or preview.casefold().startswith(text.casefold()):
        return _reason("preview", -8, "the preview text says the same again")
    count = characters(PLACEHOLDER.sub(_NAME, preview))
    if not PREVIEW[0] <= count <= PREVIEW[1]:
        wanted = f"use {PREVIEW[0]} to {PREVIEW[1]}"
        return _reason("preview", -3, f"the preview text has {count} characters; {wanted}")
    return _reason("preview", 3, "the preview text adds to it")


def _reply(text: str) -> Reason | None:
    found = _REPLY.match(text)
    if not found:
        return None
    return _reason("pretended reply", -20, f"“{found[0].strip()}” pretends to be a reply")


def _duplicate(text: str, better: Sequence[str]) -> Reason | None:
    same = next((other for other in better if facts.likeness(text, other) >= DUPLICATE), None)
    return _reason("duplicate", -30, f"says the same as “{same}”") if same is not None else None


def _reason(check: str, points: int, message: str) -> Reason:
    return Reason(check=check, points=points, message=message)
