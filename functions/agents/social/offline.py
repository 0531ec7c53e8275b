"""Writes posts by rules: sentences of the topic and of the knowledge, arranged for each platform.

It adds no fact that they have not, and the same input gives the same posts.
"""

from agents.social.models import GeneratePostInput, WrittenPost, WrittenPosts
from agents.social.words import STOP_WORDS, words
from hub.agent_kit.grounding import Sources
from hub.agent_kit.platforms import hashtags, limits, links, mentions, shortened
from hub.agent_kit.text import has_end, sentences

MAX_FACTS = 2
_LEADS = {"neutral": "", "professional": "", "friendly": "👋 ", "playful": "✨ ", "bold": "⚡ "}


def compose_posts(given: GeneratePostInput, sources: Sources) -> WrittenPosts:
    """A post for each platform that was asked for."""
    own = [_sentence(part) for part in sentences(given.topic)]
    facts = _facts(given, sources, own)
    return WrittenPosts(posts=tuple(_post(p, given, own, facts) for p in given.platforms))


def _facts(given: GeneratePostInput, sources: Sources, own: list[str]) -> list[tuple[int, str]]:
    """One sentence of each source: the one that has most of the topic's words. With its number."""
    about = _telling(" ".join((given.topic, *given.keywords)))
    said = {sentence.casefold() for sentence in own}
    found: list[tuple[int, str]] = []
    for number, passage in enumerate(sources.facts, 1):
        parts = [_sentence(part) for part in sentences(passage.text)]
        fitting = [p for p in parts if _is_fact(p) and p.casefold() not in said]
        best = max(fitting, key=lambda part: len(about & _telling(part)), default=None)
        if best is not None and about & _telling(best):
            found.append((number, best))
            said.add(best.casefold())
    return found[:MAX_FACTS]


def _is_fact(sentence: str) -> bool:
    """Whether a sentence may be told on: no heading, not long, and it calls nobody anywhere."""
    return 20 <= len(sentence) <= 200 and not links(sentence) and not mentions(sentence)


def _telling(text: str) -> set[str]:
    return {word.casefold() for word in words(text)} - STOP_WORDS


def _sentence(text: str) -> str:
    plain = text.lstrip("-*•# ").strip() or text
    return plain if has_end(plain) or hashtags(plain[-30:]) else f"{plain}."


def _post(
    platform: str, given: GeneratePostInput, own: list[str], facts: list[tuple[int, str]]
) -> WrittenPost:
    chosen, used = _chosen(platform, given, own, facts)
    if platform == "reddit" and len(chosen) > 1:
        # Its first sentence is the title.
        chosen = chosen[1:]
    lead = "" if platform == "reddit" else _LEADS[given.tone]
    audience = f"For {given.audience}:" if given.audience and platform != "x" else ""
    paragraphs = [f"{lead}{chosen[0]}", audience, " ".join(chosen[1:])]
    if audience and not chosen[1:]:
        paragraphs = [audience, f"{lead}{chosen[0]}"]
    body = "\n\n".join(part for part in paragraphs if part)
    text = shortened(platform, body, ending(given))
    title = shortened("reddit_title", own[0].rstrip(".")) if platform == "reddit" else None
    call = f"\n\n{given.call_to_action}" if given.call_to_action else ""
    return WrittenPost.model_validate(
        {"platform": platform, "title": title, "text": text + call, "sources": used}
    )


def ending(given: GeneratePostInput) -> str:
    """What must stand after a post's text: the call to action and the link."""
    parts = [part for part in (given.call_to_action, given.link) if part]
    return "".join(f"\n\n{part}" for part in parts)


def _chosen(
    platform: str, given: GeneratePostInput, own: list[str], facts: list[tuple[int, str]]
) -> tuple[list[str], list[int]]:
    """The first sentence, then facts and further sentences while the post stays a good length."""
    room = limits(platform).good_length[1] - limits(platform).count(ending(given))
    chosen, used = own[:1], []
    further: list[tuple[int | None, str]] = [(None, sentence) for sentence in own[1:]]
    # What the organization knows comes after the second sentence, so that a short post has it too.
    further[1:1] = facts
    for number, sentence in further:
        if limits(platform).count(" ".join([*chosen, sentence])) > room - 40:
            continue
        chosen.append(sentence)
        if number is not None:
            used.append(number)
    return chosen, used
