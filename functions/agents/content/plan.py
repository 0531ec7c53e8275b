"""The content agent: its intents and how each is planned."""

from agents.content.article import draft_output, draft_problems
from agents.content.checks import refuse, repairable
from agents.content.models import DraftInput, DraftOutput, WrittenDraft
from agents.content.offline import compose_draft
from agents.content.prompts import (
    DRAFT_SYSTEM,
    REPURPOSE_SYSTEM,
    SUMMARY_SYSTEM,
    draft_prompt,
    repurpose_prompt,
    summary_prompt,
)
from agents.content.publishing import wordpress_steps
from agents.content.repurpose_models import RepurposeInput, RepurposeOutput, WrittenPieces
from agents.content.repurposed import pieces_output, pieces_problems, publishing_steps
from agents.content.repurposing import Original, compose_pieces
from agents.content.summarizing import (
    Material,
    compose_summary,
    material_of_page,
    material_of_text,
    summary_output,
    summary_problems,
)
from agents.content.summary_models import SummarizeInput, SummaryOutput, WrittenSummary
from hub.agent_kit.deliveries import delivery_steps
from hub.agent_kit.grounding import ground
from hub.agent_kit.spec import AgentSpec, Intent, IntentModel, Plan, PlanContext
from hub.domain.knowledge import Dataset
from hub.ports import ModelRequest

_QUERY = 500
"""Characters of a text that are searched with: its beginning says what it is about."""


def plan_draft(given: IntentModel, context: PlanContext) -> Plan:
    """Write the draft, publish it where asked, then deliver it where asked."""
    assert isinstance(given, DraftInput)
    query = " ".join([given.brief[:_QUERY], *given.keywords])[: 2 * _QUERY]
    sources = ground(given.grounding, query, Dataset.CONTENT, context)

    def problems(written: WrittenDraft) -> list[str]:
        return draft_problems(written, given, sources)

    written, usage = context.model.generate(
        ModelRequest(
            task="content.generate-draft",
            system=DRAFT_SYSTEM,
            prompt=draft_prompt(context.run.id, given, sources),
            output=repairable(WrittenDraft, problems),
            compose=lambda: compose_draft(given, sources),
            max_tokens=4000,
            simulate=context.run.simulate,
            attempt=context.attempt,
        )
    )
    refuse(written, problems)
    output = draft_output(written, given, sources, usage.engine)
    context.report(30, f"draft written: {output.word_count} words")
    steps = (
        *wordpress_steps(given.publish, output),
        *delivery_steps(given.deliver, output.to_json()),
    )
    return Plan(output=output, steps=steps, usage=usage, grounding=sources.count)


def plan_summary(given: IntentModel, context: PlanContext) -> Plan:
    """Read the text, summarize it, and deliver the summary where asked.

    A summary says what its text says: of the knowledge only the brand voice is used.
    """
    assert isinstance(given, SummarizeInput)
    material = _material(given, context)
    voice = given.grounding.model_copy(update={"datasets": ()})
    sources = ground(voice, material.text[:_QUERY], Dataset.BRAND_VOICE, context, 10)

    def problems(written: WrittenSummary) -> list[str]:
        return summary_problems(written, given, material.text)

    written, usage = context.model.generate(
        ModelRequest(
            task="content.summarize",
            system=SUMMARY_SYSTEM,
            prompt=summary_prompt(context.run.id, given, material.text, sources),
            output=repairable(WrittenSummary, problems),
            compose=lambda: compose_summary(given, material.text),
            simulate=context.run.simulate,
            attempt=context.attempt,
        )
    )
    refuse(written, problems)
    output = summary_output(written, given, material, usage.engine)
    context.report(30, f"summary written: {output.word_count} of {given.words} words")
    steps = delivery_steps(given.deliver, output.to_json())
    return Plan(output=output, steps=steps, usage=usage, grounding=sources.count)


def _material(given: SummarizeInput, context: PlanContext) -> Material:
    if given.url is None:
        return material_of_text(given.text or "")
    material = material_of_page(context.pages().fetch(given.url))
    source = material.source
    cut = ", the beginning of it is used" if source.truncated else ""
    context.report(5, f"page read: {source.word_count:,} words{cut}")
    return material


def plan_repurpose(given: IntentModel, context: PlanContext) -> Plan:
    """Write the pieces, publish them where asked, then deliver them where asked."""
    assert isinstance(given, RepurposeInput)
    query = f"{Original(given).title} {given.text[:_QUERY]}"
    sources = ground(given.grounding, query, Dataset.CONTENT, context)

    def problems(written: WrittenPieces) -> list[str]:
        return pieces_problems(written, given, sources)

    written, usage = context.model.generate(
        ModelRequest(
            task="content.repurpose",
            system=REPURPOSE_SYSTEM,
            prompt=repurpose_prompt(context.run.id, given, sources),
            output=repairable(WrittenPieces, problems),
            compose=lambda: compose_pieces(given),
            max_tokens=4000,
            simulate=context.run.simulate,
            attempt=context.attempt,
        )
    )
    refuse(written, problems)
    output = pieces_output(written, given, sources, usage.engine)
    context.report(30, f"pieces written: {', '.join(given.targets)}")
    steps = (*publishing_steps(given, output), *delivery_steps(given.deliver, output.texts()))
    return Plan(
        output=output,
        steps=steps,
        usage=usage,
        # Posts on different platforms do not wait for each other.
        ordered=bool(given.deliver),
        items=len(given.targets),
        grounding=sources.count,
    )


def _drafted(given: IntentModel) -> str:
    assert isinstance(given, DraftInput)
    return f"Draft: {given.brief[:120]}"


def _summarized(given: IntentModel) -> str:
    assert isinstance(given, SummarizeInput)
    return f"Summary: {given.url or given.text or ''}"[:150]


def _repurposed(given: IntentModel) -> str:
    assert isinstance(given, RepurposeInput)
    return f"Repurpose as {', '.join(given.targets)}: {given.title or given.text}"[:150]


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
            objective=_drafted,
        ),
        Intent(
            name="summarize",
            description="Summarizes a text or web page as bullets, a paragraph or a headline.",
            input=SummarizeInput,
            output=SummaryOutput,
            plan=plan_summary,
            objective=_summarized,
        ),
        Intent(
            name="repurpose",
            description="Turns a text into a LinkedIn post, an X thread, a mail or an outline.",
            input=RepurposeInput,
            output=RepurposeOutput,
            plan=plan_repurpose,
            objective=_repurposed,
        ),
    ),
    default_intent="generate-draft",
    default_input={"brief": "What is new this week, in short."},
)
