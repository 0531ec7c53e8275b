"""The content agent: its intents and how each is planned."""

from agents.content.models import DraftInput, DraftOutput
from agents.content.offline import compose_draft
from agents.content.prompts import SYSTEM, draft_prompt
from hub.agent_kit.deliveries import delivery_steps
from hub.agent_kit.spec import AgentSpec, Intent, IntentModel, Plan, PlanContext
from hub.ports import ModelRequest


def plan_draft(given: IntentModel, context: PlanContext) -> Plan:
    """Write the draft; a step for each delivery asked for."""
    assert isinstance(given, DraftInput)
    context.report(10, "writing the draft")
    output, usage = context.model.generate(
        ModelRequest(
            task="content.generate-draft",
            system=SYSTEM,
            prompt=draft_prompt(given),
            output=DraftOutput,
            compose=lambda: compose_draft(given),
            simulate=context.run.simulate,
            attempt=context.attempt,
        )
    )
    context.report(30, f"draft written: {output.word_count} words")
    return Plan(output=output, steps=delivery_steps(given.deliver, output.to_json()), usage=usage)


AGENT = AgentSpec(
    id="content",
    description="Writes, summarizes and repurposes content.",
    intents=(
        Intent(
            name="generate-draft",
            description="Writes an article from a brief and delivers it where you say.",
            input=DraftInput,
            output=DraftOutput,
            plan=plan_draft,
            objective=lambda given: f"Draft: {getattr(given, 'brief', '')[:120]}",
        ),
    ),
    default_intent="generate-draft",
    default_input={"brief": "What is new this week, in short."},
)
