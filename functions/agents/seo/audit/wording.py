"""Checks of the text: how much there is, how it reads, whether the keyword is where it counts."""

from agents.seo.audit.finding import Check, Fault, Held, Subject, held
from agents.seo.audit.readability import ENOUGH_WORDS
from agents.seo.words import stems
from hub.agent_kit.text import clipped

THIN_WORDS = 200
HARD_EASE = 30.0
"""Below this, a text is "very difficult" by Flesch's own table."""

LONG_SENTENCE = 25
"""Words by sentence from which on texts in other languages are called long."""


def thin(subject: Subject) -> Fault | Held:
    """Little text beside navigation and footer."""
    count = subject.reading.words
    return held(count >= THIN_WORDS) or Fault(
        f"the page has {count} words beside navigation and footer",
        f"Answer what visitors come for; a page that shall be found rarely has under {THIN_WORDS} "
        "words.",
    )


def hard(subject: Subject) -> Fault | Held:
    """English that few can read with ease."""
    ease = subject.reading.ease
    if ease is None:
        return Held.NOT_APPLICABLE
    return held(ease >= HARD_EASE) or Fault(
        f"Flesch reading ease is {ease} (below {HARD_EASE:g} is very difficult), with "
        f"{subject.reading.words_per_sentence} words by sentence",
        "Use shorter sentences and plainer words.",
    )


def long_sentences(subject: Subject) -> Fault | Held:
    """Long sentences, in languages without a formula here."""
    reading = subject.reading
    average = reading.words_per_sentence
    if subject.language in ("", "en") or reading.words < ENOUGH_WORDS or average is None:
        return Held.NOT_APPLICABLE
    return held(average <= LONG_SENTENCE) or Fault(
        f"sentences have {average} words on average", "Split the long ones."
    )


def _named(subject: Subject, text: str, where: str) -> Fault | Held:
    if not subject.keyword or not text:
        return Held.NOT_APPLICABLE
    language = subject.language or "en"
    wanted = set(stems(subject.keyword, language))
    missing = wanted - set(stems(text, language))
    return held(not missing) or Fault(
        f"the {where}, “{clipped(text, 160)}”, lacks “{'”, “'.join(sorted(missing))}”",
        f"Name “{subject.keyword}” in the {where}, where it fits.",
    )


def keyword_title(subject: Subject) -> Fault | Held:
    """The keyword is not in the title."""
    return _named(subject, subject.title, "title")


def keyword_h1(subject: Subject) -> Fault | Held:
    """The keyword is not in the main heading."""
    return _named(subject, " ".join(subject.h1), "main heading")


def keyword_description(subject: Subject) -> Fault | Held:
    """The keyword is not in the description."""
    return _named(subject, subject.description, "meta description")


CHECKS = (
    Check("thin-content", 15, "There is little text", "There is enough text", thin),
    Check("hard-to-read", 4, "The text is hard to read", "The text is easy to read", hard),
    Check(
        "long-sentences", 3, "Sentences are long", "Sentences are of fair length", long_sentences
    ),
    Check(
        "keyword-title",
        10,
        "The keyword is not in the title",
        "The keyword is in the title",
        keyword_title,
    ),
    Check(
        "keyword-h1",
        6,
        "The keyword is not in the main heading",
        "The keyword is in the main heading",
        keyword_h1,
    ),
    Check(
        "keyword-description",
        3,
        "The keyword is not in the meta description",
        "The keyword is in the meta description",
        keyword_description,
    ),
)
