"""What an output of the social agent must be, whoever wrote it.

Checks count and compare by means of their own, not by the functions that made the output, where
that is possible.
"""

import re
from collections.abc import Iterable
from typing import Any

from hub.domain.x_text import weighted_length
from tests.evals.case import Check

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_URL = re.compile(r"https?://[^\s)\"']+")
_TAG = re.compile(r"#\w+")
MOST = {
    "x": 280,
    "linkedin": 3000,
    "instagram": 2200,
    "facebook": 63_206,
    "reddit": 40_000,
    "tiktok": 2200,
    "slack": 40_000,
    "discord": 2000,
}
_HASHTAGS = {"x": 2, "linkedin": 5, "instagram": 5, "facebook": 2, "tiktok": 5}
_SPAM = {"f4f", "l4l", "follow4follow", "like4like", "followforfollow", "followme", "fyp"}


def _posts(output: dict[str, Any]) -> Iterable[tuple[str, str]]:
    return ((post["platform"], post["text"]) for post in output["posts"])


def _count(platform: str, text: str) -> int:
    # No text of a case here has signs that Slack escapes, or letters of two UTF-16 units apart
    # from emoji, which all but Discord count twice.
    if platform == "x":
        return weighted_length(text)
    return len(text) if platform == "discord" else len(text.encode("utf-16-le")) // 2


def platforms(*names: str) -> Check:
    """A post for each, in that order."""

    def check(output: dict[str, Any]) -> str | None:
        found = [post["platform"] for post in output["posts"]]
        return None if found == list(names) else f"posts are for {found}, not {list(names)}"

    return check


def within_limits(output: dict[str, Any]) -> str | None:
    """Every post is within its platform's length and hashtags, and says its true length."""
    for post in output["posts"]:
        platform, text = post["platform"], post["text"]
        counted = _count(platform, text)
        if counted > MOST[platform]:
            return f"{platform}: {counted} characters"
        if counted != post["characters"] or post["limit"] != MOST[platform]:
            return f"{platform}: says {post['characters']} of {post['limit']}, has {counted}"
        if len(_TAG.findall(text)) > _HASHTAGS.get(platform, 0):
            return f"{platform}: {len(_TAG.findall(text))} hashtags"
        if len(post.get("title", "")) > 300:
            return f"{platform}: the title is too long"
    return None


def everywhere(*facts: str) -> Check:
    """Each of these stands in every post (or its title), whatever its letters' case."""

    def check(output: dict[str, Any]) -> str | None:
        for post in output["posts"]:
            text = f"{post.get('title', '')} {post['text']}".lower()
            for fact in facts:
                if fact.lower() not in text:
                    return f"{post['platform']}: {fact!r} is missing"
        return None

    return check


def nowhere(*words: str) -> Check:
    """None of these stands in any post."""

    def check(output: dict[str, Any]) -> str | None:
        for platform, text in _posts(output):
            for word in words:
                if word.lower() in text.lower():
                    return f"{platform}: {word!r} is in it"
        return None

    return check


def only_from(*material: str) -> Check:
    """Posts have no number, link, mention or name that the material has not."""
    known = " ".join(material)

    def check(output: dict[str, Any]) -> str | None:
        for platform, text in _posts(output):
            for found in _details(text):
                if found not in known:
                    return f"{platform}: {found!r} is made up"
        return None

    return check


def _details(text: str) -> Iterable[str]:
    without = _TAG.sub("", text)
    yield from _URL.findall(without)
    yield from _NUMBER.findall(_URL.sub("", without))
    yield from re.findall(r"@\w+", without)
    # Words with a large first letter inside a sentence.
    yield from re.findall(r"(?<=[a-z,] )[A-Z]\w+", without)


def cites(*documents: str) -> Check:
    """These documents are cited, no other, and what posts name as sources is there."""

    def check(output: dict[str, Any]) -> str | None:
        found = {citation["documentId"] for citation in output.get("citations", ())}
        if found != set(documents):
            return f"cites {sorted(found)}, not {sorted(documents)}"
        numbers = {citation["number"] for citation in output.get("citations", ())}
        used = {number for post in output.get("posts", ()) for number in post.get("sources", ())}
        return None if used <= numbers else f"sources {used - numbers} are no citations"

    return check


def warned(platform: str, part: str) -> Check:
    """The platform's post has a warning with this in it."""

    def check(output: dict[str, Any]) -> str | None:
        for post in output["posts"]:
            if post["platform"] == platform and any(part in w for w in post["warnings"]):
                return None
        return f"{platform}: nobody is warned of {part!r}"

    return check


def hashtags_are(platform: str, *tags: str) -> Check:
    """The platform's post begins its hashtags with these."""

    def check(output: dict[str, Any]) -> str | None:
        found = next(p["hashtags"] for p in output["posts"] if p["platform"] == platform)
        return None if found[: len(tags)] == list(tags) else f"{platform}: hashtags {found}"

    return check


def better(by: int) -> Check:
    """The improved caption scores so much more."""

    def check(output: dict[str, Any]) -> str | None:
        gain = output["improvedScore"] - output["score"]
        return None if gain >= by else f"only {gain} better"

    return check


def caption_fits(platform: str) -> Check:
    """The improved caption is within the limit and says its true length."""

    def check(output: dict[str, Any]) -> str | None:
        counted = _count(platform, output["caption"])
        if counted > MOST[platform]:
            return f"{counted} characters"
        told = output["characters"]
        return None if told == counted else f"says {told} characters, has {counted}"

    return check


def keeps(*parts: str) -> Check:
    """The improved caption still has these."""

    def check(output: dict[str, Any]) -> str | None:
        lost = [part for part in parts if part not in output["caption"]]
        return f"lost {lost}" if lost else None

    return check


def lost(*parts: str) -> Check:
    """The improved caption does not have these any more."""

    def check(output: dict[str, Any]) -> str | None:
        left = [part for part in parts if part in output["caption"].lower()]
        return f"still has {left}" if left else None

    return check


def faulted(*names: str) -> Check:
    """Exactly these criteria lost points: seeded faults are found, and none is made up."""

    def check(output: dict[str, Any]) -> str | None:
        found = {r["name"] for r in output["reasons"] if r["points"] < r["maximum"]}
        if found != set(names):
            return f"found {sorted(found)}, not {sorted(names)}"
        total = sum(reason["points"] for reason in output["reasons"])
        return None if output["score"] in (total, 30) else f"score {output['score']} of {total}"

    return check


def no_new_details(caption: str, *more: str) -> Check:
    """The improved caption has no number, link, mention or name that was not given."""
    known = " ".join((caption, *more))

    def check(output: dict[str, Any]) -> str | None:
        new = [found for found in _details(output["caption"]) if found not in known]
        return f"made up {new}" if new else None

    return check


def tags_between(low: int, high: int) -> Check:
    """So many hashtags, none twice."""

    def check(output: dict[str, Any]) -> str | None:
        found = [tag.lower() for tag in _TAG.findall(output["caption"])]
        if len(set(found)) < len(found):
            return f"hashtags twice: {found}"
        return None if low <= len(found) <= high else f"{len(found)} hashtags"

    return check


def groups_have(**groups: tuple[str, ...]) -> Check:
    """These hashtags are in these groups."""

    def check(output: dict[str, Any]) -> str | None:
        for name, wanted in groups.items():
            found = {tag["hashtag"] for tag in output["groups"].get(name, ())}
            if missing := set(wanted) - found:
                return f"{name} lacks {sorted(missing)}"
        return None

    return check


def regular(output: dict[str, Any]) -> str | None:
    """Every hashtag is # and letters, once, no longer than 100, without spam."""
    every = [tag["hashtag"] for group in output["groups"].values() for tag in group]
    lowered = [tag.lower() for tag in every]
    if len(set(lowered)) < len(every):
        return "a hashtag stands twice"
    for tag in every:
        if not re.fullmatch(r"#[^\W]{1,100}", tag) or tag[1:].isdigit():
            return f"{tag} is not regular"
        if tag[1:].lower() in _SPAM:
            return f"{tag} is spam"
    return None


def ranked(output: dict[str, Any]) -> str | None:
    """Groups go from high scores to low."""
    for name, group in output["groups"].items():
        scores = [tag["score"] for tag in group]
        if scores != sorted(scores, reverse=True):
            return f"{name} is not ranked: {scores}"
    return None


def numbers_only_from(rows: list[dict[str, Any]]) -> Check:
    """No hashtag has a number of popularity but those of its own rows."""
    known = {row["hashtag"].lstrip("#").lower(): row for row in rows}

    def check(output: dict[str, Any]) -> str | None:
        for tag in (tag for group in output["groups"].values() for tag in group):
            row, own = known.get(tag["hashtag"][1:].lower()), tag.get("performance")
            if own and (not row or own["impressions"] != row["impressions"]):
                return f"{tag['hashtag']} has numbers of nobody: {own}"
            if set(tag) - {"hashtag", "score", "source", "performance"}:
                return f"{tag['hashtag']} has more than is known: {sorted(tag)}"
        return None

    return check


def before(first: str, second: str) -> Check:
    """Of one group, the first hashtag ranks before the second."""

    def check(output: dict[str, Any]) -> str | None:
        for group in output["groups"].values():
            tags = [tag["hashtag"] for tag in group]
            if first in tags and second in tags:
                return None if tags.index(first) < tags.index(second) else f"{second} is before"
        return f"{first} and {second} are not in one group"

    return check


def packs_small(output: dict[str, Any]) -> str | None:
    """No pack is larger than its platform takes."""
    for item in output["platforms"]:
        if len(item["hashtags"]) > _HASHTAGS.get(item["platform"], 0):
            return f"{item['platform']}: {len(item['hashtags'])} hashtags"
    return None


def dropped(*tags: str) -> Check:
    """Exactly these were left out."""

    def check(output: dict[str, Any]) -> str | None:
        found = {item["hashtag"] for item in output.get("dropped", ())}
        return None if found == set(tags) else f"left out {sorted(found)}, not {sorted(tags)}"

    return check
