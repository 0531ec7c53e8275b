"""What the social agent tells a model."""

from agents.social.models import (
    Criterion,
    GeneratePostInput,
    HashtagPackInput,
    OptimizeCaptionInput,
)
from agents.social.offline import ending
from hub.agent_kit.grounding import Sources
from hub.agent_kit.guard import RULE, fenced
from hub.agent_kit.platforms import limits

HASHTAG_ROOM = 40
"""Characters of a post that are left for hashtags, which code adds."""

_FACTS = (
    "Write only what the material supports: no invented facts, numbers, names, quotes, links or "
    "accounts. Sources are numbered; give the numbers of those you used in `sources`, and never "
    "write [n] in a text. Write in the language of the material. Write as the brand voice does. "
    f"{RULE} Answer with the fields of the given schema and nothing else."
)

POST_SYSTEM = (
    "You write social media posts. The first line makes people read on; one thought a post; plain "
    f"words. {_FACTS}"
)
CAPTION_SYSTEM = (
    "You improve captions of social media posts. Keep their meaning, their facts, links and "
    f"mentions; change what the list of weaknesses names. {_FACTS}"
)
HASHTAG_SYSTEM = (
    "You find hashtags for social media posts: specific ones that people interested in the subject "
    "look for, in the language of the material. No hashtags that ask for followers or likes, none "
    f"that say nothing of the subject, none of other companies' brands. {_FACTS}"
)


def post_prompt(given: GeneratePostInput, sources: Sources, run_id: str) -> str:
    """The prompt for `generate-post`."""
    asked = [f"Write one post for each of these platforms, in a {given.tone} tone:"]
    asked += [_room(platform, given) for platform in given.platforms]
    if "reddit" in given.platforms:
        asked.append("The Reddit post needs a title of at most 300 characters, in one line.")
    asked.append("Links are added to the texts: write none.")
    if given.hashtags:
        asked.append("Give up to 5 hashtags a post in `hashtags`; write none in the text.")
    if given.call_to_action:
        asked.append("End each text with the call to action as it is given.")
    return "\n".join([*asked, *_material(given, sources, run_id)])


def _room(platform: str, given: GeneratePostInput) -> str:
    limit = limits(platform)
    room = limit.max_length - limit.count(ending(given)) - HASHTAG_ROOM
    low, high = limit.good_length
    return f"- {platform}: at most {room} characters, best {low} to {min(high, room)}"


def _material(given: GeneratePostInput, sources: Sources, run_id: str) -> list[str]:
    named = {
        "topic": given.topic,
        "audience": given.audience,
        "keywords": ", ".join(given.keywords),
        "call to action": given.call_to_action,
        "what the media shows": given.alt_text,
    }
    blocks = [fenced(run_id, name, text) for name, text in named.items() if text]
    return [*blocks, sources.prompt(run_id)]


def caption_prompt(
    given: OptimizeCaptionInput, parts: tuple[Criterion, ...], sources: Sources, run_id: str
) -> str:
    """The prompt for `optimize-caption`, with what the score found."""
    limit = limits(given.platform)
    weak = [f"- {part.name}: {part.reason}" for part in parts if part.points < part.maximum]
    asked = [
        f"Improve this caption for {given.platform}: at most {limit.max_length} characters, "
        f"{limit.good_hashtags[0]} to {limit.good_hashtags[1]} hashtags at its end.",
        "Weaknesses:",
        *(weak or ["- none"]),
        fenced(run_id, "caption", given.caption),
    ]
    if given.keywords:
        asked.append(fenced(run_id, "keywords", ", ".join(given.keywords)))
    if given.call_to_action:
        asked.append(fenced(run_id, "call to action", given.call_to_action))
    return "\n".join([*asked, sources.prompt(run_id)])


def hashtag_prompt(given: HashtagPackInput, sources: Sources, run_id: str) -> str:
    """The prompt for `hashtag-pack`."""
    asked = [
        f"Find up to 30 hashtags for {', '.join(given.platforms)}: single words and terms.",
        fenced(run_id, "topic", given.topic),
    ]
    if given.keywords:
        asked.append(fenced(run_id, "keywords", ", ".join(given.keywords)))
    if given.brands:
        asked.append(fenced(run_id, "own brands", ", ".join(given.brands)))
    return "\n".join([*asked, sources.prompt(run_id)])
