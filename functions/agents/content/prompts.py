"""What the content agent tells a model."""

import json

from agents.content.citing import without_own_marks
from agents.content.models import DraftInput
from agents.content.repurpose_models import MAX_POSTS, RepurposeInput
from agents.content.summary_models import SummarizeInput
from agents.content.threads import ROOM
from hub.agent_kit.grounding import Sources
from hub.agent_kit.guard import RULE, fenced

_HONEST = "Write only what the material says: no invented facts, numbers, names, quotes or links. "
_END = f"{RULE} Answer with the fields of the given schema and nothing else."

DRAFT_SYSTEM = (
    f"You write marketing content. {_HONEST}What the brief says needs no citation. What you take "
    "from a numbered source ends with its number in brackets, like [1], in paragraphs only. Write "
    f"in the language of the brief, and like the brand voice where there is one. {_END}"
)

SUMMARY_SYSTEM = (
    "You summarize texts. Every number, name and link of the summary stands in the text exactly "
    "so; leave out what you are not sure of. Write in the language of the text, sentence case, "
    f"nothing about the text itself, and like the brand voice where there is one. {_END}"
)

REPURPOSE_SYSTEM = (
    f"You turn one text into pieces for other places. {_HONEST}Its main point and its numbers "
    "appear in every piece that has room for them. Sources are background for terms and names: "
    "list the numbers of those you used, and put no numbers in brackets into the pieces. Write in "
    f"the language of the text, and like the brand voice where there is one. {_END}"
)

_LENGTHS = {"short": 150, "medium": 400, "long": 900}
_SECTIONS = {"short": 2, "medium": 3, "long": 5}

_STYLES = {
    "bullets": "as bullets, one point each, the most important first",
    "paragraph": "as one paragraph; each of its sentences is a point",
    "headline": "as one headline in sentence case, without a full stop",
}

_PIECES = {
    "linkedin": "linkedin: a post of at most 1,300 characters, plain text with empty lines; the "
    "first line makes people read on.",
    "x_thread": f"xThread: 2 to 8 posts (at most {MAX_POSTS}), each at most {ROOM} characters of "
    "plain text, the first standing for itself. No numbering, it is added.",
    "email": "email: a subject of at most 60 characters, a preview that adds to it, and a body in "
    "Markdown that ends without a signature.",
    "outline": "outline: the points of the text in its order, with what supports each below it.",
}


def draft_prompt(run_id: str, given: DraftInput, sources: Sources) -> str:
    """The prompt for `generate-draft`."""
    parts = [
        f"Write an article of about {_LENGTHS[given.length]} words in about "
        f"{_SECTIONS[given.length]} sections, in a {given.tone} tone. If the material says less, "
        "write less."
    ]
    if given.keywords:
        listed = json.dumps([without_own_marks(k) for k in given.keywords], ensure_ascii=False)
        parts.append("Each of these keywords appears in the text, letter for letter:")
        parts.append(fenced(run_id, "keywords", listed))
    if given.audience:
        parts.append(fenced(run_id, "audience", given.audience))
    parts.append(fenced(run_id, "brief", without_own_marks(given.brief)))
    return _with_sources(run_id, parts, sources)


def summary_prompt(run_id: str, given: SummarizeInput, text: str, sources: Sources) -> str:
    """The prompt for `summarize`."""
    parts = [
        f"Summarize the text {_STYLES[given.style]}, in at most {given.words} words in all.",
        fenced(run_id, "text", text),
    ]
    return _with_sources(run_id, parts, sources)


def repurpose_prompt(run_id: str, given: RepurposeInput, sources: Sources) -> str:
    """The prompt for `repurpose`."""
    parts = [f"Write these pieces in a {given.tone} tone, and only these:"]
    parts += [f"- {_PIECES[target]}" for target in given.targets]
    if given.link:
        parts.append("A link to the whole text is added to each piece: do not write one.")
    if given.audience:
        parts.append(fenced(run_id, "audience", given.audience))
    if given.title:
        parts.append(fenced(run_id, "title", given.title))
    parts.append(fenced(run_id, "text", given.text))
    return _with_sources(run_id, parts, sources)


def _with_sources(run_id: str, parts: list[str], sources: Sources) -> str:
    return "\n".join([*parts, *([sources.prompt(run_id)] if sources.count else [])])
