"""Makes posts of what a writer wrote: link and hashtags added, counted, checked, warned about."""

from collections.abc import Sequence

from agents.social import ranking
from agents.social.checks import Material, check_invented, number_warnings, without_marks
from agents.social.hashtags import key
from agents.social.models import GeneratePostInput, Post, WrittenPost, WrittenPosts
from agents.social.publishing import SLACK_ID
from hub.agent_kit.grounding import Sources
from hub.agent_kit.platforms import fits, hashtags, length, limits, links
from hub.domain.errors import InvalidOutputError


def finished_posts(
    given: GeneratePostInput, written: WrittenPosts, sources: Sources, material: Material
) -> tuple[Post, ...]:
    """A post for each platform, in the order asked for.

    InvalidOutputError if one is missing, too long, or has a link, mention or source that there is
    not.
    """
    by_platform = {post.platform: (index, post) for index, post in enumerate(written.posts)}
    missing = [platform for platform in given.platforms if platform not in by_platform]
    if missing:
        raise InvalidOutputError(
            f"output.posts: the writer left out {', '.join(missing)}; nothing was published. Run "
            "again"
        )
    return tuple(
        _finished(given, *by_platform[platform], sources, material) for platform in given.platforms
    )


def _finished(
    given: GeneratePostInput, index: int, written: WrittenPost, sources: Sources, material: Material
) -> Post:
    field = f"output.posts.{index}"
    body, marked = without_marks(written.text, sources)
    title = _title(field, written, sources, material)
    check_invented(f"{field}.text", body, material)
    platform = written.platform
    text = _assembled(f"{field}.text", given, written, body.strip())
    used = tuple(sorted({*written.sources, *marked}))
    sources.citations(used)
    return Post(
        platform=platform,
        title=title,
        text=text,
        characters=length(platform, text),
        limit=limits(platform).max_length,
        hashtags=tuple(hashtags(text)),
        alt_text=given.alt_text if given.has_media else None,
        sources=used,
        warnings=(
            *_warnings(given, platform),
            *number_warnings(f"{title or ''}\n{body}", material),
        ),
    )


def _title(field: str, written: WrittenPost, sources: Sources, material: Material) -> str | None:
    """The title of a Reddit post; others have none, whatever was written."""
    if written.platform != "reddit":
        return None
    title = without_marks(written.title or "", sources)[0].strip()
    if not title:
        raise InvalidOutputError(f"{field}.title: a Reddit post needs a title; run again")
    check_invented(f"{field}.title", title, material)
    return title


def _assembled(field: str, given: GeneratePostInput, written: WrittenPost, body: str) -> str:
    """The text with the link and as many hashtags as there is room for."""
    text = body
    if given.link and given.link not in links(body):
        text = f"{body}\n\n{given.link}".strip()
    tags = _hashtags(given, written, text)
    for count in range(len(tags), -1, -1):
        block = " ".join(f"#{tag}" for tag in tags[:count])
        whole = f"{text}\n\n{block}" if block else text
        if not (wrong := fits(written.platform, whole)):
            return whole
    raise InvalidOutputError(
        f"{field}: {'; '.join(wrong)}; nothing was published. Run again, or ask for less"
    )


def _hashtags(given: GeneratePostInput, written: WrittenPost, text: str) -> list[str]:
    high = limits(written.platform).good_hashtags[1]
    there = {key(tag) for tag in hashtags(text)}
    if not given.hashtags or len(there) >= high:
        return []
    found = ranking.for_post(given.topic, given.keywords, written.hashtags, high + len(there))
    return [tag for tag in found if key(tag) not in there][: high - len(there)]


def _warnings(given: GeneratePostInput, platform: str) -> list[str]:
    limit = limits(platform)
    found = []
    if given.link and limit.links == "plain":
        found.append(f"{limit.name} does not make links in captions clickable")
    if given.link and platform == "x":
        found.append("X charges more for a post with a link: $0.20 beside $0.015 in 2026-11")
    if given.has_media and not _attached(given, platform):
        found.append(_not_attached(platform))
    if given.has_media and given.kind != "video" and not given.alt_text and limit.media != "none":
        found.append("the image has no altText: those who cannot see it learn nothing of it")
    return found


def _attached(given: GeneratePostInput, platform: str) -> bool:
    """Whether the media goes along wherever the post is published on this platform."""
    places: Sequence[bool] = [
        {
            "slack": SLACK_ID.fullmatch(publication.target.channel or "") is not None,
            "discord": given.media_url is not None and given.kind == "image",
        }.get(platform, platform in ("x", "linkedin", "instagram", "facebook", "tiktok"))
        for publication in given.publish
        if publication.platform == platform
    ]
    return all(places)


def _not_attached(platform: str) -> str:
    hints = {
        "slack": "name the channel by its id, like C0123456789, because a file is shared so",
        "discord": "only an image with a mediaUrl is shown",
        "reddit": "the connector posts texts and links",
    }
    return f"the media is not attached on {platform}: {hints[platform]}"
