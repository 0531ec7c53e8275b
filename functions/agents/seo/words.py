"""Words: how texts are taken apart, the same way for keywords and for pages.

Plurals are stemmed by the S-stemmer for English (D. Harman, "How effective is suffixing?", JASIS
42(1), 1991) and by the commonest plural endings for German, French, Spanish, Italian, Portuguese
and Dutch. Other languages keep their words as they are.
"""

import re

from hub.agent_kit.text import clipped

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_ENDINGS = {
    "de": ("en", "er", "e", "n", "s"),
    "fr": ("s", "x"),
    "es": ("es", "s"),
    "pt": ("es", "s"),
    "it": ("i", "e", "a", "o"),
    "nl": ("en", "s"),
}
_SHORTEST = 3
"""Letters that must be left of a word; shorter words carry no ending to take off."""


def words(text: str) -> list[str]:
    """The words of a text, lower case."""
    return _WORD.findall(text.lower())


def count_words(text: str) -> int:
    """How many words a text has. Chinese and Japanese set no spaces: two characters are one."""
    signs = len(_CJK.findall(text))
    return len(_WORD.findall(_CJK.sub(" ", text))) + (signs + 1) // 2


def language_of(locale: str) -> str:
    """The language of a locale: `en` of `en-US`."""
    return re.split(r"[-_]", locale, maxsplit=1)[0].lower()


def stem(word: str, language: str) -> str:
    """A word without its plural ending. Stemming a stem again may shorten it; nobody does."""
    if language == "en":
        return _english(word)
    for ending in _ENDINGS.get(language, ()):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word


def _english(word: str) -> str:
    if word.endswith("'s") or word.endswith("’s"):
        word = word[:-2]
    if len(word) <= _SHORTEST:
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")):
        return word[:-1]
    return word


def stems(text: str, language: str) -> tuple[str, ...]:
    """The stems of a text's words, in order."""
    return tuple(stem(word, language) for word in words(text))


def normal(phrase: str) -> str:
    """A phrase as it is compared: lower case, single spaces, no punctuation around it."""
    return " ".join(phrase.lower().split()).strip(" \"'“”„‘’?!.,;:()[]").strip()


def plain(text: str, limit: int = 80) -> str:
    """A text that may be posted: nothing in it mentions, links or formats on a platform."""
    return clipped("".join(c for c in text if c not in "<>&@*_`~|{}[]"), limit)
