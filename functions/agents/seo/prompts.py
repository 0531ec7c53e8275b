"""What the SEO agent tells a model."""

from collections.abc import Sequence

from agents.seo.keywords.candidates import Candidate
from agents.seo.models import ResearchInput
from hub.agent_kit.grounding import Sources
from hub.agent_kit.guard import RULE, fenced

MAX_CLUSTERS = 60
MAX_KEYWORDS = 8

SYSTEM = (
    "You help with keyword research. You name clusters of keywords and suggest further search "
    "phrases. You never write figures: no volumes, scores, ranks, prices or years. "
    f"{RULE} Answer with the fields of the given schema and nothing else."
)


def research_prompt(
    run_id: str, given: ResearchInput, groups: Sequence[Sequence[Candidate]], sources: Sources
) -> str:
    """The prompt for `keyword-research`: clusters by number, and what is known."""
    listed = "\n".join(
        f"{number}. ({group[0].intent}) {', '.join(c.text for c in group[:MAX_KEYWORDS])}"
        for number, group in enumerate(groups[:MAX_CLUSTERS], 1)
    )
    room = given.max_suggestions // 2
    return (
        f"Language of the keywords: {given.locale}\n"
        f"Name each cluster by its number, in at most six words of that language. Suggest at most "
        f"{room} further search phrases of at most six words each that fit the seeds and are not "
        "there yet; give the number of the source a phrase comes from, if it comes from one.\n"
        f"{fenced(run_id, 'seeds', chr(10).join(given.seeds))}\n"
        f"{fenced(run_id, 'clusters', listed)}\n"
        f"{sources.prompt(run_id)}"
    )
