"""Difficulty and opportunity of a keyword: every number, what it is computed from, and no other.

With `w` words, an intent, and, where Search Console has a row, impressions, clicks and position:

    wordPart   = 80, 65, 50, 38, 30, 25 for w = 1, 2, 3, 4, 5, 6 and more
    base       = min(100, wordPart + 10 transactional | 6 commercial | 0 otherwise)
    difficulty = base                                                    without a row
               = (base + min(100, 5 × (position - 1))) / 2                with one

    ease        = (100 - difficulty) / 100
    value       = 1.0 transactional | 0.8 commercial | 0.5 informational | 0.2 navigational
    extraClicks = impressions × max(0, curve(max(1, position / 2)) - clicks / impressions)
    volume      = min(1, ln(1 + extraClicks) / ln(1 + 1000))
    opportunityScore = 100 × volume × (0.60 + 0.25 × ease + 0.15 × value)  with a row
                     =  50 × (0.625 × ease + 0.375 × value)                without one

`curve` is `clicks.usual_ctr`. Without a row the search volume is not known: the score then says
only how easy and how valuable the words look, is at most 50, and its basis is "estimate". The
difficulty is an estimate in both cases: nothing here has looked at the pages of others.
"""

import math
from dataclasses import dataclass

from agents.seo.keywords.clicks import extra_clicks, usual_ctr
from agents.seo.models import SearchIntent

WORD_PART = (80, 65, 50, 38, 30, 25)
INTENT_PART: dict[str, int] = {"transactional": 10, "commercial": 6}
VALUE: dict[str, float] = {
    "transactional": 1.0,
    "commercial": 0.8,
    "informational": 0.5,
    "navigational": 0.2,
}
FULL_VOLUME = 1000
"""Extra clicks at which the volume part is full."""

METHOD = (
    "Difficulty: number of words and intent, and the present position where Search Console has "
    "one. Opportunity: impressions × (usual click rate at half the present position - present "
    "click rate), on a log scale to 1,000 extra clicks, weighted by difficulty and intent; usual "
    "click rates: SISTRIX 2020. Without Search Console rows the volume is unknown and the score is "
    "an estimate of at most 50 from words and intent alone."
)


@dataclass(frozen=True)
class Figures:
    """What Search Console knows of a query, its rows added up; position is an average."""

    impressions: int
    clicks: int
    position: float
    pages: tuple[str, ...] = ()

    @property
    def ctr(self) -> float:
        """Clicks by impressions, 0 to 1; computed, whatever the row said."""
        return min(1.0, self.clicks / self.impressions) if self.impressions else 0.0

    @property
    def extra_clicks(self) -> float:
        """The clicks to be gained."""
        return extra_clicks(self.impressions, self.ctr, self.position)

    @property
    def below_usual(self) -> float:
        """How far the click rate is below what is usual at the position, 0 to 1."""
        return max(0.0, usual_ctr(self.position) - self.ctr)


def difficulty(word_count: int, intent: SearchIntent, position: float | None = None) -> int:
    """0 (easy) to 100. More words never raise it, a worse position never lowers it."""
    word_part = WORD_PART[min(max(word_count, 1), len(WORD_PART)) - 1]
    base = min(100, word_part + INTENT_PART.get(intent, 0))
    if position is None:
        return base
    return round((base + min(100.0, 5 * (max(1.0, position) - 1))) / 2)


def opportunity(hardness: int, intent: SearchIntent, figures: Figures | None) -> int:
    """0 to 100, at most 50 without figures.

    More impressions, or fewer clicks, at the same position and difficulty never lower it.
    """
    ease = (100 - hardness) / 100
    if figures is None:
        return round(50 * (0.625 * ease + 0.375 * VALUE[intent]))
    volume = min(1.0, math.log1p(figures.extra_clicks) / math.log1p(FULL_VOLUME))
    return round(100 * volume * (0.60 + 0.25 * ease + 0.15 * VALUE[intent]))
