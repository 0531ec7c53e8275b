"""What the support agent tells a model."""

from collections.abc import Sequence

from agents.support.channels import LIMITS
from agents.support.models import Incoming, SupportInput
from agents.support.phrases import Spoken
from hub.agent_kit.grounding import Sources
from hub.agent_kit.guard import RULE, fenced

SUPPORT_SYSTEM = (
    "You answer customers of a company. Say only what the numbered sources say: no facts, numbers, "
    "prices, dates, links or addresses that are not in them or in the conversation. You can do "
    "nothing yourself: never say that something was done, and promise no refund, credit or "
    "discount. If the sources do not answer the question, set answered to false. " + RULE
)
TRIAGE_SYSTEM = (
    "You check how customers' messages were sorted. Name only those whose category is wrong, with "
    "the right one and a short reason; none is a good answer too. " + RULE
)

_LANGUAGES: dict[Spoken, str] = {"en": "English", "de": "German", "fr": "French", "es": "Spanish"}


def reply_prompt(given: SupportInput, sources: Sources, language: Spoken, run_id: str) -> str:
    """The prompt for `support`."""
    limit = LIMITS[given.channel]
    cite = (
        "After each sentence from a source, put its number as [1]."
        if limit.cites
        else "Write no source numbers into the text, and no letters outside the GSM alphabet."
    )
    history = "\n".join(f"{turn.author}: {turn.text}" for turn in given.history)
    known = "\n".join(f"{name}: {value}" for name, value in given.customer.to_json().items())
    parts = [
        f"Write a {given.tone} reply in {_LANGUAGES[language]} for {given.channel}, at most "
        f"{limit.most} {limit.unit}; short is better. {cite} List in `used` the numbers of the "
        "sources you used.",
        fenced(run_id, "customer", known) if known else "",
        fenced(run_id, "earlier messages", history) if history else "",
        fenced(run_id, "message", given.message),
        sources.prompt(run_id),
    ]
    return "\n".join(part for part in parts if part)


def triage_prompt(shown: Sequence[tuple[int, Incoming, str]], run_id: str) -> str:
    """The prompt for `triage`: messages by number, each with its category so far."""
    blocks = [
        f"Message {number}, now {category}:\n" + fenced(run_id, f"message {number}", message.text)
        for number, message, category in shown
    ]
    return "\n".join(["Which of these are in the wrong category?", *blocks])
