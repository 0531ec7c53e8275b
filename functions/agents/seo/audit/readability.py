"""How hard a text is to read.

English: Flesch reading ease, 206.835 - 1.015 × words by sentences - 84.6 × syllables by words
(R. Flesch, "A new readability yardstick", Journal of Applied Psychology 32(3), 1948); about 100 is
very easy, below 30 very difficult. Syllables are estimated: groups of vowels, without a silent e.
Other languages have no such formula here: the length of their sentences is told instead.
"""

import re
from dataclasses import dataclass

from agents.seo.words import count_words, words
from hub.agent_kit.text import sentences as split

ENOUGH_WORDS = 100
"""Shorter texts say nothing about how they read."""

_MOST_WORDS = 20_000
_VOWELS = re.compile(r"[aeiouy]+")


@dataclass(frozen=True)
class Reading:
    """A text in numbers. `ease` only for English and enough words."""

    words: int
    sentences: int
    ease: float | None

    @property
    def words_per_sentence(self) -> float | None:
        """The average, None for a text without sentences."""
        return round(self.words / self.sentences, 1) if self.sentences else None


def read(text: str, language: str) -> Reading:
    """Count a text. The end of a block ends a sentence, too."""
    sentences = sum(1 for part in split(text) if words(part))
    counted = count_words(text)
    ease = None
    if language == "en" and counted >= ENOUGH_WORDS and sentences:
        sample = words(text)[:_MOST_WORDS]
        syllables = sum(syllables_of(word) for word in sample) / max(1, len(sample))
        ease = round(206.835 - 1.015 * counted / sentences - 84.6 * syllables, 1)
    return Reading(counted, sentences, ease)


def syllables_of(word: str) -> int:
    """The syllables of an English word, estimated, at least 1."""
    groups = len(_VOWELS.findall(word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)
