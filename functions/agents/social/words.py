"""Texts taken apart: sentences, words, terms, emoji, and how hard they are to read."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from hub.agent_kit.platforms import LINK
from hub.agent_kit.text import sentences

_TAGGED = re.compile(r"(?<!\w)[#＃@][\w.]+")
_WORD = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?")
_TOKEN = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?|\d[\d.,]*|[^\w\s]")
_PICTURE = "\u203c\u2049\u231a-\u23ff\u25b6\u2600-\u27bf\u2b05-\u2b55\U0001f000-\U0001faff"
_PART = f"[{_PICTURE}][\ufe0f\U0001f3fb-\U0001f3ff]*"
_EMOJI = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_PART}(?:\u200d{_PART})*"
    "[\U000e0020-\U000e007f]*"
)

_ENGLISH = (
    "a about after again all also an and any are as at be because been before being both but "
    "by can could did do does doing each every everyone few for from further get gets give "
    "gives had has have having he her here hers him his how i if in into is it its just let "
    "like made make makes many may me might more most much must my need never new no nor not "
    "now of off on once one only or other our ours out over own really said same see she "
    "several should so some such take than that the their them then there these they this those "
    "through to too under until up us use very want was way we well were what when where "
    "which while who whom whose why will with without would yes you your yours it's we're "
    "you're don't that's"
)
# The commonest of German, French and Spanish.
_OTHERS = (
    "der die das den dem des ein eine einen einem einer und oder aber nicht mit von für auf "
    "ist sind war wir ihr sie ich du es im zu zum zur bei nach aus wie auch mehr jetzt unser "
    "unsere euer le la les un une et ou mais pas avec pour sur dans est sont nous vous ils "
    "elle que qui plus notre votre el los las una y pero con para por es son nosotros más "
    "nuestro nuestra como"
)

STOP_WORDS = frozenset(f"{_ENGLISH} {_OTHERS}".split())
"""Words that say nothing of a subject, in small letters."""

_BEFORE_NOUNS = (
    "a an the our your my their his her its this these those new of for with from in into by on "
    "der die das den dem des ein eine einen unser unsere neue neuen neuer für mit von im "
    "le la les un une notre votre de des du el los las una nuestro nuestra del con para"
)
_LEADING = frozenset(_BEFORE_NOUNS.split())


def plain(text: str) -> str:
    """A text without links, hashtags, mentions and emoji: what is read as language."""
    return _EMOJI.sub(" ", _TAGGED.sub(" ", LINK.sub(" ", text)))


def words(text: str) -> list[str]:
    """The words of a text as they stand; numbers, links, hashtags and mentions are none."""
    return _WORD.findall(plain(text))


def unlinked(text: str) -> str:
    """A text without its links: their numbers count nothing."""
    return LINK.sub(" ", text)


def emoji(text: str) -> list[str]:
    """The emoji of a text in order, each with its skin tones and joined parts."""
    return _EMOJI.findall(text)


def without_emoji(text: str, keep: int) -> str:
    """A text with its first `keep` emoji only."""
    seen = 0

    def kept(match: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        return match.group() if seen <= keep else ""

    lines = _EMOJI.sub(kept, text).split("\n")
    return "\n".join(re.sub(r" {2,}", " ", line).strip() for line in lines)


def readability(text: str) -> float | None:
    """LIX: words in a sentence plus the percentage of words over six letters; None without words.

    Under 30 is very easy, 40 a newspaper, over 60 very hard (C. H. Björnsson, Läsbarhet, 1968). It
    counts letters and sentences only, so it holds for other languages than English too.
    """
    found = words(text)
    if not found:
        return None
    count = sum(1 for sentence in sentences(text) if words(sentence))
    long = sum(len(word) > 6 for word in found)
    return round(len(found) / max(1, count) + 100 * long / len(found), 1)


def terms(texts: Iterable[str]) -> list[tuple[str, int]]:
    """What texts are about: short noun phrases and names, with how often, the most frequent first.

    A noun phrase is the end of a run of telling words after an article, possessive or preposition
    (`our new green tea is` has `green tea`), or a line that is nothing else; a name is a word with
    a large first letter inside a sentence. Their single words follow, and words that come twice.
    """
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    single: Counter[str] = Counter()
    for text in texts:
        for sentence in sentences(text):
            runs = _runs(sentence)
            single.update(word.casefold() for run in runs for word in run.words)
            for term in (term for run in runs for term in run.terms()):
                counts[term.casefold()] += 1
                shown.setdefault(term.casefold(), term)
            for word in (word for run in runs for word in run.words):
                if single[word.casefold()] > 1:
                    counts[word.casefold()] = single[word.casefold()]
                    shown.setdefault(word.casefold(), word)
    order = {key: index for index, key in enumerate(shown)}
    ranked = sorted(counts, key=lambda key: (-counts[key], order[key]))
    return [(shown[key], counts[key]) for key in ranked]


@dataclass(frozen=True)
class _Run:
    """Neighbouring telling words, without a number, sign or stop word between them."""

    words: tuple[str, ...]
    is_phrase: bool
    begins: bool

    def terms(self) -> list[str]:
        """Its phrase (the last two words, or the one) and its names."""
        names = [word for word in self.words[self.begins :] if word[0].isupper()]
        if not self.is_phrase:
            return names
        last = self.words[-2:]
        phrase = [" ".join(last)] if len(last) > 1 else []
        return list(dict.fromkeys([*phrase, *names, self.words[-1]]))


def _runs(sentence: str) -> list[_Run]:
    tokens = _TOKEN.findall(plain(sentence))
    runs: list[_Run] = []
    start = 0
    for at, token in enumerate([*tokens, "."]):
        if _is_telling(token):
            continue
        if at > start:
            before = start - 1
            while before >= 0 and _is_adverb(tokens[before]):
                before -= 1
            led = before >= 0 and tokens[before].casefold() in _LEADING
            whole = at - start <= 4 and start == 0 and at >= len(tokens) - 1
            runs.append(_Run(tuple(tokens[start:at]), led or whole, start == 0))
        start = at + 1
    return runs


def _is_telling(token: str) -> bool:
    plain_token = token.casefold().replace("’", "'")
    if len(token) < 3 or len(token) > 30 or plain_token in STOP_WORDS or not token[0].isalpha():
        return False
    return not _is_adverb(token)


def _is_adverb(token: str) -> bool:
    """Whether it may be an adverb of English: they tell how, not what."""
    return token.casefold().endswith("ly") and len(token) > 6
