"""Scores a caption by rules, 0 to 100. The rules are NeonHub's own; no platform publishes its.

- length, 20: within the platform's `good_length`; outside fewer, by the distance.
- hook, 20: a first line of words that ends before the fold (10), that asks, has a number or
  addresses the reader (6), and does not begin with a hashtag, link or mention (4).
- callToAction, 15: a call to act (15), or else a question (10).
- hashtags, 15: as many as `good_hashtags`; 4 fewer for each too few, too many, or harmful one, 3
  fewer for each that stands twice.
- readability, 15: LIX of 40 or less; none from 70 on, in between in proportion.
- emoji, 5: at most one for eight words; none from one for two words on.
- links, 5: none, or one that can be clicked and does not stand first.
- mentions, 5: at most three, and not first on X, where that makes a reply of the post.

What does not fit the platform cannot be posted and has at most 30 in all. Calls to act and
addresses of the reader are recognized in English, German, French and Spanish.
"""

import re

from agents.social.hashtags import distinct, refusal
from agents.social.models import Criterion
from agents.social.words import emoji, plain, readability, unlinked, words
from hub.agent_kit.numbers import numbers
from hub.agent_kit.platforms import fits, hashtags, limits, links, mentions
from hub.agent_kit.text import sentences

CAP_UNFIT = 30
"""The most a caption can have that its platform would refuse."""

_EASY, _HARD = 40.0, 70.0
# Verbs call to act where a sentence begins with them: `our shop` and `in order` do not.
_VERB = re.compile(
    r"^\W*(?:(?:please|now|then|and|so|just|or|go|bitte|jetzt)\s+)*(?:click|tap|shop|buy|order|book|"
    r"reserve|join|subscribe|register|download|try|taste|get|grab|learn|read|discover|watch|listen|"
    r"comment|share|save|tag|tell|follow|visit|see|check|start|reply|vote|apply|contact|"
    r"call|swipe|come|meet|pick|save|send|write|ask|entdecke|bestell\w*|kauf\w*|probier\w*|schreib\w*|"
    r"teil\w*|melde?|d\u00e9couvrez|cliquez|inscrivez|achetez|commandez|r\u00e9servez|essayez|"
    r"partagez|descubre|compra|reserva|reg\u00edstrate|suscr\u00edbete|haz|comparte|prueba)\b",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    r"\b(?:link in (?:our |the )?bio|sign up|learn more|read more|find out more|check (?:it )?out|"
    r"swipe up|tell us|let us know|mehr erfahren|en savoir plus|m\u00e1s informaci\u00f3n)\b",
    re.IGNORECASE,
)
_READER = re.compile(
    r"\b(?:you|your|yours|du|dein|deine|ihr|euch|sie|vous|votre|tu|ton|tus?)\b", re.I
)
_QUESTION = re.compile(r"[?？¿]")


def score(platform: str, caption: str, call_to_action: str | None = None) -> int:
    """The score of a caption, 0 to 100."""
    return total(platform, caption, criteria(platform, caption, call_to_action))


def total(platform: str, caption: str, parts: tuple[Criterion, ...]) -> int:
    """The sum of the points, capped for what cannot be posted."""
    points = sum(part.points for part in parts)
    return min(points, CAP_UNFIT) if fits(platform, caption) else points


def criteria(
    platform: str, caption: str, call_to_action: str | None = None
) -> tuple[Criterion, ...]:
    """The parts of a caption's score with their reasons. `call_to_action` is one in your words."""
    return (
        _length(platform, caption),
        _hook(platform, caption),
        _call_to_action(caption, call_to_action),
        _hashtags(platform, caption),
        _readability(caption),
        _emoji(caption),
        _links(platform, caption),
        _mentions(platform, caption),
    )


def _part(name: str, points: float, maximum: int, reason: str) -> Criterion:
    bounded = max(0, min(maximum, round(points)))
    return Criterion(name=name, points=bounded, maximum=maximum, reason=reason)


def _length(platform: str, caption: str) -> Criterion:
    limit = limits(platform)
    low, high = limit.good_length
    counted = limit.count(caption)
    says = f"{counted:,} characters as {limit.name} counts; {low} to {high:,} is a good length"
    if counted > limit.max_length:
        return _part("length", 0, 20, f"{says}, and {limit.max_length:,} is the limit")
    if counted < low:
        return _part("length", 20 * counted / low, 20, says)
    beyond = max(0, counted - high) / high
    return _part("length", 20 - 10 * beyond, 20, says)


def _hook(platform: str, caption: str) -> Criterion:
    limit = limits(platform)
    first = caption.strip().split("\n")[0].strip()
    seen = limit.count(first) <= limit.fold and len(words(first)) >= 2
    pulls = bool(_QUESTION.search(first) or numbers(unlinked(first)) or _READER.search(first))
    clean = not first.startswith(("#", "＃", "@", "http://", "https://"))
    notes = [
        f"the first line is seen whole (about {limit.fold} characters show)"
        if seen
        else f"the first line should have some words, and end within {limit.fold} characters",
        "it asks, counts or addresses the reader"
        if pulls
        else "it could ask, give a number or address the reader",
    ]
    if not clean:
        notes.append("it begins with a hashtag, link or mention")
    return _part("hook", 10 * seen + 6 * pulls + 4 * clean, 20, "; ".join(notes))


def _call_to_action(caption: str, own: str | None) -> Criterion:
    if (own and own.casefold() in caption.casefold()) or _calls(caption):
        return _part("callToAction", 15, 15, "it says what to do")
    if _QUESTION.search(caption):
        return _part("callToAction", 10, 15, "it asks, but does not say what to do")
    return _part("callToAction", 0, 15, "it does not say what to do next")


def _calls(caption: str) -> bool:
    return bool(_PHRASE.search(caption)) or any(map(_VERB.match, sentences(plain(caption))))


def _hashtags(platform: str, caption: str) -> Criterion:
    limit = limits(platform)
    low, high = limit.good_hashtags
    found = hashtags(caption)
    harmful = [tag for tag in found if refusal(tag)]
    twice = len(found) - len(distinct(found))
    off = max(0, low - len(found), len(found) - high)
    good = f"{low} to {high} are" if high else "none is"
    reason = f"{len(found)} hashtags; {good} good on {limit.name}"
    if harmful:
        reason += f"; better without {', '.join(f'#{tag}' for tag in harmful[:5])}"
    if twice:
        reason += f"; {twice} repeated"
    return _part("hashtags", 15 - 4 * off - 4 * len(harmful) - 3 * twice, 15, reason)


def _readability(caption: str) -> Criterion:
    lix = readability(caption)
    if lix is None:
        return _part("readability", 0, 15, "there are no words to read")
    points = 15 * (_HARD - max(lix, _EASY)) / (_HARD - _EASY)
    return _part("readability", points, 15, f"LIX {lix}; 40 or less is easy to read")


def _emoji(caption: str) -> Criterion:
    count, spoken = len(emoji(caption)), len(words(caption))
    share = count / max(1, spoken)
    points = 5 * (0.5 - max(share, 0.125)) / 0.375
    return _part("emoji", points, 5, f"{count} emoji for {spoken} words; one for eight is enough")


def _links(platform: str, caption: str) -> Criterion:
    limit = limits(platform)
    found = links(caption)
    if not found:
        return _part("links", 5, 5, "no link")
    if limit.links == "plain":
        return _part("links", 0, 5, f"{limit.name} does not make links in captions clickable")
    first = caption.strip().startswith(found[0])
    several = len(found) > 1
    reason = "the link stands first" if first else "more than one link" if several else "one link"
    return _part("links", 5 - 3 * first - 2 * several, 5, reason)


def _mentions(platform: str, caption: str) -> Criterion:
    found = mentions(caption)
    if platform == "x" and caption.strip().startswith("@"):
        return _part("mentions", 0, 5, "a post on X that begins with a mention is a reply")
    points = 5 - max(0, len(found) - 3)
    return _part("mentions", points, 5, f"{len(found)} mentions; up to three are good")
