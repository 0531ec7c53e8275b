"""Words and phrases that spam filters and readers know from spam.

The list is this project's own choice of what published lists agree on: suped.com "What words and
phrases are considered spammy", htmlemailguide.com "Words and Phrases that Trigger Anti-Spam
Filters", martech.zone "Email Subject Line Words That Trigger Spam Filters", Klaviyo "The ultimate
ecommerce spam trigger word list" (read 2026-11). They all say, too, that no word alone decides:
today's filters weigh the sender's reputation far more. So a word found here costs points and is
named; nothing is refused for it. English only.
"""

import re
from functools import cache

PHRASES = (
    "100% free",
    "act immediately",
    "act now",
    "apply now",
    "as seen on",
    "bargain",
    "best price",
    "buy now",
    "call now",
    "cancel at any time",
    "cash",
    "cash bonus",
    "cheap",
    "click below",
    "click here",
    "congratulations",
    "credit card offers",
    "dear friend",
    "don't delete",
    "double your income",
    "earn extra cash",
    "earn money",
    "eliminate debt",
    "exclusive deal",
    "extra income",
    "fast cash",
    "financial freedom",
    "for free",
    "free",
    "free gift",
    "free money",
    "free trial",
    "get paid",
    "get rich",
    "great offer",
    "guarantee",
    "guaranteed",
    "hurry up",
    "increase sales",
    "incredible deal",
    "instant cash",
    "last chance",
    "limited time",
    "lowest price",
    "make money",
    "million dollars",
    "miracle",
    "money back",
    "no catch",
    "no cost",
    "no credit check",
    "no fees",
    "no obligation",
    "no strings attached",
    "offer expires",
    "once in a lifetime",
    "only $",
    "order now",
    "prize",
    "promise you",
    "pure profit",
    "risk free",
    "risk-free",
    "save big",
    "special promotion",
    "this is not spam",
    "this won't last",
    "urgent",
    "while supplies last",
    "winner",
    "work from home",
    "you are a winner",
    "you have been selected",
    "you won",
    "you've won",
)


def spam_words(text: str) -> list[str]:
    """The phrases of the list that a text has, in its order, each once, the longest at a place."""
    plain = text.replace("’", "'").casefold()
    return list(dict.fromkeys(re.sub(r"\s+", " ", hit) for hit in _pattern().findall(plain)))


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(PHRASES, key=len, reverse=True)
    either = "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in longest_first)
    # A part of a word is not the word: "carefree", "gluten-free", "freedom".
    return re.compile(rf"(?<![\w-])(?:{either})(?:(?<=\$)|(?![\w-]))")
