"""What platforms take: how long, how many hashtags, with what media; and texts made to fit.

Hard limits. Each is the platform's own where it publishes one; read 2026-11:

- X: 280 of X's characters, a link counts 23, an emoji or CJK letter 2
  (https://docs.x.com/fundamentals/counting-characters, `hub.domain.x_text`). Accounts with long
  posts may post more; nothing is written longer for them.
- LinkedIn: 3,000, as its readers see them (the error of its Posts API; its escapes are the
  connector's work, `hub.domain.linkedin_text`).
- Instagram: caption of 2,200, 30 hashtags, 20 mentions, media always
  (https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media).
  Since 2025-12-19 Instagram lowers the 30 to 5, account by account (its announcement); so 5 are
  recommended, and what is generated has no more.
- Facebook: 63,206 (stated by Facebook in 2011, no page of its API has a figure).
- Reddit: title 300, one line; text 40,000 (https://www.reddit.com/dev/api#POST_api_submit and the
  errors of it). Reddit has no hashtags.
- TikTok: caption of 2,200 UTF-16 units, media always
  (https://developers.tiktok.com/doc/content-posting-api-reference-direct-post). Its app takes 5
  hashtags since 2025-08; that is reported by users and press, not documented.
- Slack: cuts a text after 40,000 and recommends 4,000
  (https://docs.slack.dev/reference/methods/chat.postMessage). `& < >` are sent as entities
  (https://docs.slack.dev/messaging/formatting-message-text) and counted so.
- Discord: 2,000 code points (https://docs.discord.com/developers/resources/message; that code
  points are counted: discord/discord-api-docs#1315).
- SMS: a body of 1,600 (Twilio's error 21617). Segments are `hub.domain.sms_text`.
- E-mail subject: 900, one line. RFC 5322 2.1.1 ends a line at 998 octets; mail programs show about
  60, which is the recommendation.

Where a platform does not say how it counts, UTF-16 units are counted: never fewer than code points,
so what fits here fits there.

`good_length`, `good_hashtags` and `fold` (what shows before "more") are NeonHub's rules of thumb
for advice and scores, not figures of a platform; nothing is refused by them.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from hub.domain.errors import InvalidRequestError
from hub.domain.utf16 import utf16_length
from hub.domain.x_text import MAX_WEIGHT, weighted_length

ELLIPSIS = "…"


def slack_text(text: str) -> str:
    """A plain text as Slack wants it. `<!channel>` in it is then a text, and notifies nobody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _slack_length(text: str) -> int:
    return utf16_length(slack_text(text))


@dataclass(frozen=True)
class Limits:
    """What a platform takes. Lengths are counted with `count`, as the platform counts.

    `media` is `needed` where nothing is posted without. `links` are `shortened` (whatever their
    length, they count the same), `clickable`, or `plain`: shown, but not to be clicked.
    """

    name: str
    max_length: int
    good_length: tuple[int, int]
    fold: int
    count: Callable[[str], int] = utf16_length
    max_hashtags: int | None = None
    good_hashtags: tuple[int, int] = (0, 0)
    max_mentions: int | None = None
    media: Literal["needed", "optional", "none"] = "optional"
    links: Literal["shortened", "clickable", "plain"] = "clickable"
    one_line: bool = False


_INSTAGRAM = Limits(
    "Instagram",
    max_length=2200,
    good_length=(70, 1000),
    fold=125,
    max_hashtags=30,
    good_hashtags=(3, 5),
    max_mentions=20,
    media="needed",
    links="plain",
)
_TIKTOK = Limits(
    "TikTok",
    max_length=2200,
    good_length=(50, 300),
    fold=100,
    max_hashtags=5,
    good_hashtags=(3, 5),
    media="needed",
    links="plain",
)

LIMITS: dict[str, Limits] = {
    "x": Limits(
        "X",
        max_length=MAX_WEIGHT,
        good_length=(70, 280),
        fold=280,
        count=weighted_length,
        good_hashtags=(1, 2),
        links="shortened",
    ),
    "linkedin": Limits("LinkedIn", 3000, (150, 1500), fold=210, good_hashtags=(3, 5)),
    "instagram": _INSTAGRAM,
    "facebook": Limits("Facebook", 63_206, (40, 500), fold=477, good_hashtags=(1, 2)),
    "reddit": Limits("Reddit", 40_000, (100, 3000), fold=500, media="none"),
    "tiktok": _TIKTOK,
    "slack": Limits("Slack", 40_000, (40, 4000), fold=500, count=_slack_length),
    "discord": Limits("Discord", 2000, (40, 1000), fold=500, count=len),
    "sms": Limits("SMS", 1600, (20, 160), fold=160),
    "reddit_title": Limits("A Reddit title", 300, (20, 120), fold=120, media="none", one_line=True),
    "email_subject": Limits("A subject", 900, (20, 60), fold=60, media="none", one_line=True),
}
"""By the kind of the connector; `reddit_title` and `email_subject` are parts of a post and mail."""

_COUNTED_HASHTAG = re.compile(r"[#＃]\w+")
# A word after # with a letter in it, not inside a word or a link: what readers see as a hashtag.
_HASHTAG = re.compile(r"(?<![\w&/#＃])[#＃](?=\d*[^\W\d_])(\w+)")
_MENTION = re.compile(r"(?<![\w/@.])@(\w(?:[\w.-]*\w)?)")
# Texts without spaces go on behind a link with their own signs.
LINK = re.compile(r"https?://[^\s<>\"。、，！？；「」（）]+", re.IGNORECASE)
# What is shown whole or not at all: links (without https:// too), hashtags, mentions.
_ATOM = re.compile(
    r"https?://\S+|[#＃@]\w[\w.-]*|(?<![\w-])(?:[^\W_][\w-]*\.)+[^\W\d_]{2}\S*", re.IGNORECASE
)
_END_OF_LINK = ".,;:!?)]}'’”»"
_LOOSE_END = " \t\n.,;:-–—、，。；："


def limits(platform: str) -> Limits:
    """The limits of a platform; InvalidRequestError names the ones that are known."""
    found = LIMITS.get(platform)
    if found is None:
        raise InvalidRequestError(f"no limits of {platform!r} are known; of {', '.join(LIMITS)}")
    return found


def length(platform: str, text: str) -> int:
    """The length of a text as the platform counts it."""
    return limits(platform).count(text)


def hashtags(text: str) -> list[str]:
    """The hashtags that readers see in a text, without #, in order, each as often as it stands."""
    return _HASHTAG.findall(text)


def mentions(text: str) -> list[str]:
    """The accounts that a text mentions, without @, in order. Mail addresses are none."""
    return _MENTION.findall(text)


def links(text: str) -> list[str]:
    """The http and https links of a text, without the sentence around them, in order."""
    return [_link(match.group()) for match in LINK.finditer(text)]


def _link(found: str) -> str:
    while found[-1] in _END_OF_LINK and not (found[-1] == ")" and "(" in found):
        found = found[:-1]
    return found


def fits(platform: str, text: str) -> list[str]:
    """What is wrong with a text for a platform: whole sentences, none if it fits."""
    limit = limits(platform)
    tags = len(_COUNTED_HASHTAG.findall(text))
    named = len(re.findall(r"(?<!\w)@\w", text))
    wrong = []
    if (counted := limit.count(text)) > limit.max_length:
        wrong.append(
            f"{limit.name} takes {limit.max_length:,} characters; this has {counted:,} as it counts"
        )
    if limit.max_hashtags is not None and tags > limit.max_hashtags:
        wrong.append(f"{limit.name} takes {limit.max_hashtags} hashtags; this has {tags}")
    if limit.max_mentions is not None and named > limit.max_mentions:
        wrong.append(f"{limit.name} takes {limit.max_mentions} mentions; this has {named}")
    if limit.one_line and len(f"{text}.".splitlines()) > 1:
        wrong.append(f"{limit.name} is one line; this has a line break")
    return wrong


def shortened(platform: str, text: str, tail: str = "") -> str:
    """A text that fits, with `tail` after it: as it is, or cut at a word border and ended with …

    It is never cut inside a link, hashtag or mention, nor inside what readers see as one letter (a
    letter with its accents, an emoji of several parts). Scripts without spaces are cut between
    letters; so is a single word that is too long. The tail is not part of the result.
    InvalidRequestError if the tail alone does not fit.
    """
    if not fits(platform, text + tail):
        return text
    if limits(platform).one_line:
        text = " ".join(text.split())
        if not fits(platform, text + tail):
            return text

    def fitting(cut: int) -> bool:
        return not fits(platform, _ended(text, cut, atoms) + tail)

    atoms = [match.span() for match in _ATOM.finditer(text)]
    letters = list(_letter_ends(text, atoms))
    for cuts in ([cut for cut in letters if _is_word_border(text, cut)], letters):
        best = _last(cuts, fitting)
        if best is not None:
            return _ended(text, best, atoms)
    if problems := fits(platform, ELLIPSIS + tail):
        raise InvalidRequestError(f"what must stand after the text is too long: {problems[0]}")
    return ELLIPSIS


def _last(cuts: list[int], fitting: Callable[[int], bool]) -> int | None:
    """The last cut that fits, by halves: what lies before `low` was seen to fit."""
    low, high = 0, len(cuts)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if fitting(cuts[middle]) else (low, middle)
    return cuts[low - 1] if low else None


def _ended(text: str, cut: int, atoms: list[tuple[int, int]]) -> str:
    kept = text[:cut].rstrip()
    if any(end == len(kept) for _start, end in atoms):
        # Touching it, … would be part of the link.
        return f"{kept} {ELLIPSIS}"
    return kept.rstrip(_LOOSE_END) + ELLIPSIS


def _letter_ends(text: str, atoms: list[tuple[int, int]]) -> Iterator[int]:
    """Where a text may be cut at all: after whole letters, outside atoms, with something before."""
    inside = bytearray(len(text) + 1)
    for start, end in atoms:
        inside[start + 1 : end] = b"\1" * (end - start - 1)
    flags = 0
    seen = False
    for at in range(1, len(text)):
        flags = flags + 1 if _is_flag_part(text[at - 1]) else 0
        seen = seen or text[at - 1] not in _LOOSE_END
        odd = flags % 2 == 1
        if seen and not inside[at] and not _joined(text[at - 1], text[at], odd):
            yield at


def _is_word_border(text: str, cut: int) -> bool:
    before, after = text[cut - 1], text[cut]
    return after.isspace() or before.isspace() or _is_unspaced(before) or _is_unspaced(after)


def _is_unspaced(letter: str) -> bool:
    """Whether a letter is of a script that puts no spaces between words: Han, kana, full width."""
    return (
        "\u2e80" <= letter <= "\u9fff"
        or "\uf900" <= letter <= "\ufaff"
        or ("\uff00" <= letter <= "\uffef" or "\U00020000" <= letter <= "\U0003ffff")
    )


def _is_flag_part(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def _joined(before: str, after: str, odd_flags: bool) -> bool:
    """Whether two code points are part of one letter: a superset of Unicode's UAX #29 clusters."""
    return (
        unicodedata.category(after).startswith("M")
        or after in "\u200c\u200d\u0e33\u0eb3"
        # Skin tones, and the tags of flags like Scotland's.
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or "\U000e0020" <= after <= "\U000e007f"
        or before == "\u200d"
        or (before == "\r" and after == "\n")
        or (odd_flags and _is_flag_part(after))
        # Consonants under one virama, and the parts of a Hangul syllable.
        or unicodedata.combining(before) == 9
        or _is_later_jamo(after)
        or (_is_first_jamo(before) and ("\uac00" <= after <= "\ud7a3" or _is_first_jamo(after)))
    )


def _is_first_jamo(letter: str) -> bool:
    return "\u1100" <= letter <= "\u115f" or "\ua960" <= letter <= "\ua97c"


def _is_later_jamo(letter: str) -> bool:
    return "\u1160" <= letter <= "\u11ff" or "\ud7b0" <= letter <= "\ud7fb"
