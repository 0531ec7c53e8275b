"""Improves a caption by rules. A change is kept only if the score is not worse for it; the call to
action that was given is added wherever it fits.

Nothing is added but hashtags of the caption's own words and the call to action that was given.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from agents.social import ranking, scoring
from agents.social.hashtags import distinct, key, refusal
from agents.social.models import OptimizeCaptionInput
from agents.social.words import emoji, without_emoji, words
from hub.agent_kit.platforms import fits, hashtags, limits, links, shortened
from hub.agent_kit.text import sentences

_ONE = r"[#＃](?=\d*[^\W\d_])\w+"
# Several at the end, or one after the end of a sentence; `We love #tea` is a sentence.
_TAG_BLOCK = re.compile(
    rf"(?:(?:^|\n|(?<=[.!?…:。！？])[ \t])\s*{_ONE}(?:\s+{_ONE})*|(?:\s+{_ONE}){{2,}})\s*$"
)
_TAG = re.compile(r"(?<![\w&/#＃])[#＃](?=\d*[^\W\d_])(\w+)")


@dataclass(frozen=True)
class Improved:
    """A caption and what was done to it, in words, in order."""

    caption: str
    changes: tuple[str, ...]


def improve(given: OptimizeCaptionInput) -> Improved:
    """The caption, changed by each rule that helps; it fits its platform."""
    text = given.caption
    changes: list[str] = []
    for rule in _RULES:
        new, change = rule(text, given)
        if new != text and new.strip() and (_helps(new, text, given) or rule is _call):
            text = new
            changes.append(change)
    if fits(given.platform, text):
        text, change = _short(text, given)
        changes.append(change)
    return Improved(text, tuple(changes))


def _helps(new: str, old: str, given: OptimizeCaptionInput) -> bool:
    scores = [scoring.score(given.platform, t, given.call_to_action) for t in (new, old)]
    return scores[0] >= scores[1]


type Changed = tuple[str, str]
"""The new text, and what was changed; the same text if the rule has nothing to do."""


def _tidy(text: str, _given: OptimizeCaptionInput) -> Changed:
    lines = [re.sub(r"[ \t]{2,}", " ", line).strip() for line in text.strip().split("\n")]
    new = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    return new, "spaces and empty lines made regular"


def _calm(text: str, _given: OptimizeCaptionInput) -> Changed:
    new = re.sub(r"([!！])[!！]+|([?？])[?？]+", lambda m: m.group(1) or m.group(2), text)
    return new, "repeated ! and ? made one"


def _fewer_emoji(text: str, _given: OptimizeCaptionInput) -> Changed:
    allowed = max(1, len(words(text)) // 8)
    count = len(emoji(text))
    if count <= allowed:
        return text, ""
    return without_emoji(text, allowed), f"emoji: {count} became {allowed}"


def _better_hashtags(text: str, given: OptimizeCaptionInput) -> Changed:
    """Hashtags at the end in a block of their own: as many as are good, none that does harm."""
    low, high = limits(given.platform).good_hashtags
    body, block = _split(text)
    before = hashtags(text)
    body, inside = _inside(body, high)
    known = {key(tag) for tag in inside}
    own = [t for t in distinct(block) if not refusal(t) and key(t) not in known]
    kept = own[: max(0, high - len(inside))]
    missing = low - len(inside) - len(kept)
    if missing > 0:
        about = re.sub(re.escape(given.call_to_action or "\0"), "", body, flags=re.IGNORECASE)
        ideas = ranking.for_post(about, given.keywords, (), high + len(known) + len(kept))
        taken = known | {key(tag) for tag in kept}
        kept += [tag for tag in ideas if key(tag) not in taken][:missing]
    new = _joined(body, kept)
    after = hashtags(new)
    gone = [f"#{tag}" for tag in distinct(before) if key(tag) not in set(map(key, after))]
    came = [f"#{tag}" for tag in distinct(after) if key(tag) not in set(map(key, before))]
    change = f"hashtags: {len(before)} became {len(after)}"
    change += f", without {', '.join(gone)}" if gone else ""
    change += f", with {', '.join(came)}" if came else ""
    return new, change if before or after else ""


def _split(text: str) -> tuple[str, list[str]]:
    """A caption without its hashtags at the end, and those."""
    block = _TAG_BLOCK.search(text)
    if block is None:
        return text, []
    return text[: block.start()].rstrip(), hashtags(block.group())


def _inside(body: str, room: int) -> tuple[str, list[str]]:
    """Hashtags inside sentences: the first few stay, later ones become words, harmful ones go."""
    stay: list[str] = []

    def changed(match: re.Match[str]) -> str:
        tag = match.group(1)
        if refusal(tag):
            return ""
        if len(stay) >= room or key(tag) in {key(known) for known in stay}:
            return tag
        stay.append(tag)
        return match.group()

    new = re.sub(r"[ \t]{2,}", " ", _TAG.sub(changed, body)).strip()
    return new, hashtags(new)


def _joined(body: str, tags: list[str]) -> str:
    block = " ".join(f"#{tag}" for tag in tags)
    return "\n\n".join(part for part in (body, block) if part)


def _visible_hook(text: str, given: OptimizeCaptionInput) -> Changed:
    """The first sentence on a line of its own, where the first line is cut by the fold."""
    limit = limits(given.platform)
    first, _, rest = text.partition("\n")
    parts = sentences(first)
    if limit.count(first) <= limit.fold or len(parts) < 2:
        return text, ""
    follows = first[len(parts[0]) :].strip()
    new = f"{parts[0]}\n\n{follows}" + (f"\n{rest}" if rest else "")
    return new, "the first sentence put on a line of its own, so that it is seen whole"


def _link_last(text: str, given: OptimizeCaptionInput) -> Changed:
    """A link that stands first goes to the end, before the hashtags."""
    found = links(text)
    if not found or not text.startswith(found[0]) or limits(given.platform).links == "plain":
        return text, ""
    body, block = _split(text[len(found[0]) :].strip())
    return _joined(f"{body}\n\n{found[0]}".strip(), block), "the link moved to the end"


def _call(text: str, given: OptimizeCaptionInput) -> Changed:
    own = given.call_to_action
    if not own or own.casefold() in text.casefold():
        return text, ""
    body, block = _split(text)
    new = _joined(f"{body}\n\n{own}".strip(), block)
    if fits(given.platform, new) and not fits(given.platform, text):
        return text, ""
    return new, "your call to action added"


def _short(text: str, given: OptimizeCaptionInput) -> Changed:
    """Cut to what the platform takes; the call to action and the hashtags stay if they can."""
    limit = limits(given.platform)
    body, block = _split(text)
    ending = ""
    own = given.call_to_action
    if own and body.endswith(own):
        body, ending = body[: -len(own)].rstrip(), f"\n\n{own}"
    change = f"shortened to the {limit.max_length:,} characters that {limit.name} takes"
    for count in range(min(len(block), limit.good_hashtags[1]), -1, -1):
        tail = ending + "".join(
            f"{' ' if i else '\n\n'}#{tag}" for i, tag in enumerate(block[:count])
        )
        if not fits(given.platform, f"…{tail}"):
            return shortened(given.platform, body, tail) + tail, change
    return shortened(given.platform, text), change


_RULES: tuple[Callable[[str, OptimizeCaptionInput], Changed], ...] = (
    _tidy,
    _calm,
    _fewer_emoji,
    _link_last,
    _call,
    _better_hashtags,
    _visible_hook,
)
