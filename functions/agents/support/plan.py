"""The support agent: its intents."""

from agents.support.macros import plan_macros
from agents.support.models import (
    MacroInput,
    MacroOutput,
    SupportInput,
    SupportOutput,
    TriageInput,
    TriageOutput,
)
from agents.support.replying import plan_support
from agents.support.triaging import plan_triage
from hub.agent_kit.spec import AgentSpec, Intent, IntentModel


def _message(given: IntentModel) -> str:
    return " ".join(str(getattr(given, "message", "")).split())[:100]


def _count(given: IntentModel) -> int:
    return len(getattr(given, "messages", ()))


AGENT = AgentSpec(
    id="support",
    description="Answers customers from your knowledge, sorts their messages, finds macros.",
    intents=(
        Intent(
            name="support",
            description="Writes a reply grounded on the support knowledge, with citations; "
            "escalates to a person what it cannot or may not answer.",
            input=SupportInput,
            output=SupportOutput,
            plan=plan_support,
            objective=lambda given: f"Reply: {_message(given)}",
        ),
        Intent(
            name="triage",
            description="Gives each message a category, a priority with its rule, a sentiment, "
            "actions, tags and an SLA hint.",
            input=TriageInput,
            output=TriageOutput,
            plan=plan_triage,
            objective=lambda given: f"Triage of {_count(given)} message(s)",
        ),
        Intent(
            name="macro-suggest",
            description="Ranks prepared answers for a message and fills their placeholders.",
            input=MacroInput,
            output=MacroOutput,
            plan=plan_macros,
            objective=lambda given: f"Macros for: {_message(given)}",
        ),
    ),
    default_intent="support",
    default_input={"message": "What changed in our help pages?"},
)
