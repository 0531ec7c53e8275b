"""The words that a message's category goes by.

English first; the commonest of German, French and Spanish. A `*` stands for any ending. Weights: 3
names the subject, 2 belongs to it, 1 hints at it.
"""

from agents.support.lexicon_cases import CASE_TERMS
from agents.support.lexicon_talk import TALK_TERMS
from agents.support.models import Category

CATEGORY_TERMS: dict[Category, dict[float, str]] = {**CASE_TERMS, **TALK_TERMS}

NOT_WANTED = (
    "do not want",
    "do not need",
    "not asking for",
    "instead of",
    "rather than",
    "no need for",
    "not about",
    "kein",
    "keine",
    "pas de",
    "pas besoin de",
    "no quiero",
)
"""Before a term, within three words: the writer does not want it, so the term does not count."""
