"""What the email agent tells a model."""

from agents.email.models import SequenceInput, SubjectInput
from agents.email.spam import PHRASES
from hub.agent_kit.grounding import Sources
from hub.agent_kit.guard import RULE, fenced

_FACTS = (
    "Write only what the material supports: no invented facts, numbers, dates, names, prices, "
    "links or quotes. Write in the language of the brief. "
)
_END = "Answer with the fields of the given schema and nothing else."

SEQUENCE_SYSTEM = (
    "You write email sequences for marketing teams. " + _FACTS + RULE + " In `sources`, give the "
    "numbers of the sources a mail uses; do not write them into its text. Write no links: they are "
    "put in afterwards, as are the sender's name and how to unsubscribe. " + _END
)

SUBJECT_SYSTEM = (
    "You write subjects of emails. " + _FACTS + RULE + " A good subject says what is in the mail "
    "within 40 characters and nine words, without capitals for whole words, with at most one "
    "exclamation mark, and does not pretend to be a reply. " + _END
)


def sequence_prompt(given: SequenceInput, sources: Sources, run_id: str) -> str:
    """The prompt for `generate-sequence`."""
    days = given.days
    named = ", ".join(str(day) for day in days)
    parts = [
        f"Write exactly this many mails: {len(days)}, in a {given.tone} tone, for these days of a "
        f"sequence: {named}. Each has one thought, builds on those before it, and repeats none of "
        "them. 50 to 180 words a mail.",
        _placeholders(given.personalization),
        fenced(run_id, "brief", given.brief),
        _optional(run_id, "goal", given.goal),
        _optional(run_id, "audience", given.audience),
        _optional(run_id, "call to action", given.call_to_action),
        sources.prompt(run_id),
    ]
    return "\n".join(part for part in parts if part)


def subject_prompt(given: SubjectInput, sources: Sources, run_id: str) -> str:
    """The prompt for `optimize-subject`."""
    parts = [
        f"Write subjects for one email, {given.max_variants} of them, in a {given.tone} tone, each "
        "from another angle.",
        f"Avoid words known from spam, such as {', '.join(PHRASES[2:12])}.",
        _placeholders(given.personalization),
        _optional(run_id, "brief", given.brief),
        _optional(run_id, "present subjects", "\n".join(given.subjects)),
        _optional(run_id, "preview text", given.preview),
        _optional(run_id, "audience", given.audience),
        sources.prompt(run_id),
    ]
    return "\n".join(part for part in parts if part)


def _placeholders(names: tuple[str, ...]) -> str:
    if not names:
        return "Use no placeholders."
    listed = ", ".join(f"{{{{{name}}}}}" for name in names)
    return f"You may use these placeholders, written exactly so, and no others: {listed}."


def _optional(run_id: str, name: str, text: str | None) -> str:
    return fenced(run_id, name, text) if text else ""
