"""Nothing in a reply may be made up: what can be checked is checked, whoever wrote it.

Every URL, e-mail address, price, percentage, date, weekday, duration and other number of a reply
must occur in the passages, the history, the message or the customer's fields. They are compared by
value: `$1,200.00` is `1.200 $`, `14 days` is `14-day`, `3 May` is `May 3rd`; a date of digits is
taken in either order. Number words are held to this before units, currencies and percent: `two
weeks` is, `both of the two` is not. `[1]` and the numbers of a list are no numbers.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from agents.support.calendar_words import DATE, MONTHS, NUMBER_WORDS, UNITS, WEEKDAYS
from agents.support.text import plain_words
from hub.agent_kit.numbers import DIGITS, canonical
from hub.domain.errors import InvalidOutputError

_TOPS = (
    "com|org|net|io|co|de|fr|es|eu|uk|ch|at|us|ca|app|dev|shop|store|info|biz|example|test|ai|me|"
    "help|support|online|site|cloud|tech|xyz|link|page"
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.IGNORECASE)
_URL = re.compile(
    rf"(?:https?://|www\.)[^\s<>\"]+|\b(?:[a-z0-9-]{{1,63}}\.){{1,8}}(?:{_TOPS})\b(?:/[^\s<>\"]*)?",
    re.IGNORECASE,
)
_NUMBER = rf"(?<!\d){DIGITS}"
_MONEY = {
    "us$": "$",
    "usd": "$",
    "dollar": "$",
    "dollars": "$",
    "eur": "€",
    "euro": "€",
    "euros": "€",
    "gbp": "£",
    "pound": "£",
    "pounds": "£",
    "franken": "chf",
    "francs": "chf",
}
_WORDS = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_COUNT = rf"{_NUMBER}|\b(?:{_WORDS})\b"
_CURRENCY = (
    r"(?:us\$|[$€£¥]|\b(?:usd|eur|gbp|chf)\b|\b(?:dollars?|euros?|pounds?|francs|franken)\b)"
)
_PRICE = re.compile(rf"({_CURRENCY})\s?({_NUMBER})|({_COUNT})\s?({_CURRENCY})", re.IGNORECASE)
_PERCENT = re.compile(rf"({_COUNT})\s?(?:%|percent\b|prozent\b|pour cent\b|por ciento\b)", re.I)
_DURATION = re.compile(rf"({_COUNT})[\s-]+(?:[^\W\d_]+[\s-]+)?({'|'.join(UNITS)})\b", re.IGNORECASE)
_DIGITAL = re.compile(r"\b(?:(\d{4})-(\d\d)-(\d\d)|(\d{1,2})[./](\d{1,2})[./](\d{4}|\d\d))\b")
_NUMBERS = re.compile(_NUMBER)
_LIST_MARK = re.compile(rf"^\s*\d{{1,2}}[.)]\s(?!(?:{'|'.join(MONTHS)})\b)", re.M | re.I)
_CITATION = re.compile(r"\[\d{1,3}\]")

_COUNTED = "number word"
_PHONE = re.compile(r"(?:\+\d|\b0|\(\d{3}\))[\d ()/-]{6,}\d")

type Fact = tuple[str, str]
"""What kind of thing a text says, and its value in one notation."""


@dataclass(frozen=True)
class Said:
    """A fact with the words that say it."""

    fact: Fact
    words: str


class Evidence:
    """Everything that a reply may say, from the texts it may rest on."""

    def __init__(self, texts: Iterable[str]) -> None:
        found = {said.fact for text in texts for said in facts(text)}
        counted = {("number", value) for kind, value in found if kind == _COUNTED}
        self._facts = found | counted

    def check(self, reply: str) -> None:
        """InvalidOutputError names the first thing in a reply that is in none of the texts."""
        plain = _LIST_MARK.sub(" ", _CITATION.sub(" ", reply))
        for said in facts(plain):
            if said.fact[0] != _COUNTED and said.fact not in self._facts:
                words = said.words.rstrip(".")
                raise InvalidOutputError(
                    f"output.reply: the {said.fact[0]} {words!r} is in none of the passages, the "
                    "history or the message; run again, or add it to the knowledge"
                )


def facts(text: str) -> Iterator[Said]:
    """The facts that a text states, each in one notation."""
    rest = text
    for kind, pattern in (("e-mail address", _EMAIL), ("URL", _URL)):
        for match in pattern.finditer(rest):
            yield from _addresses(kind, match.group())
        rest = pattern.sub(" ", rest)
    yield from _dates(rest)
    rest = DATE.sub(" ", _DIGITAL.sub(" ", rest)) if _is_dated(rest) else rest
    for match in _PHONE.finditer(rest):
        yield Said(("telephone number", "".join(filter(str.isdigit, match.group()))), match.group())
    yield from chain(_prices(rest), _durations(rest), _weekdays(rest), _numbers(rest))


def _value(written: str) -> str:
    return NUMBER_WORDS.get(written.casefold()) or canonical(written)


def _addresses(kind: str, written: str) -> Iterator[Said]:
    plain = written.rstrip(".,;:!?)('\"").casefold()
    if kind == "URL":
        plain = plain.removeprefix("https://").removeprefix("http://").removeprefix("www.")
        plain = plain.rstrip("/")
        # Who knows a page knows its host.
        yield Said((kind, plain.partition("/")[0]), written)
    yield Said((kind, plain), written)


def _is_dated(text: str) -> bool:
    return bool(_DIGITAL.search(text) or DATE.search(text))


def _dates(text: str) -> Iterator[Said]:
    for match in _DIGITAL.finditer(text):
        groups = match.groups()
        if groups[0]:
            year, month, day = groups[:3]
        else:
            # 03/04 may be March 4 or April 3: the smaller number stands first in our notation.
            day, month = sorted(groups[3:5], key=int)
            year = groups[5]
        yield from _date(day, month, year, match.group())
    for match in DATE.finditer(text):
        found = match.groupdict()
        day = found["day1"] or found["day2"]
        month = str(MONTHS[(found["month1"] or found["month2"]).casefold().rstrip(".")])
        yield from _date(day, month, found["year1"] or found["year2"], match.group())


def _date(day: str, month: str, year: str | None, words: str) -> Iterator[Said]:
    first, second = sorted((int(day), int(month)))
    yield Said(("date", f"{first}/{second}"), words)
    if year:
        yield Said(("date", f"{first}/{second}/{int(year) % 100}"), words)


def _prices(text: str) -> Iterator[Said]:
    for match in _PRICE.finditer(text):
        before, amount, later, after = match.groups()
        currency = (before or after).casefold()
        value = _value(amount or later)
        yield Said(("price", f"{_MONEY.get(currency, currency)}{value}"), match.group())
    for match in _PERCENT.finditer(text):
        yield Said(("percentage", _value(match.group(1))), match.group())


def _durations(text: str) -> Iterator[Said]:
    for match in _DURATION.finditer(text):
        count, unit = match.groups()
        yield Said(("duration", f"{_value(count)} {UNITS[unit.casefold()]}"), match.group())


def _weekdays(text: str) -> Iterator[Said]:
    for word in plain_words(text):
        if word in WEEKDAYS:
            yield Said(("weekday", str(WEEKDAYS[word])), word)


def _numbers(text: str) -> Iterator[Said]:
    for match in _NUMBERS.finditer(text):
        yield Said(("number", canonical(match.group())), match.group())
    for word in plain_words(text):
        if word in NUMBER_WORDS:
            yield Said((_COUNTED, NUMBER_WORDS[word]), word)
