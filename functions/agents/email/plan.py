"""The email agent: its intents and how each is planned."""

from typing import Any

from pydantic import Field, create_model

from agents.email.ab_models import AbTestInput, AbTestOutput
from agents.email.ab_test import run_test
from agents.email.models import (
    SequenceInput,
    SequenceOutput,
    SubjectInput,
    SubjectOutput,
    WrittenMail,
    WrittenSequence,
    WrittenSubjects,
)
from agents.email.offline import compose_sequence, compose_subjects
from agents.email.prompts import (
    SEQUENCE_SYSTEM,
    SUBJECT_SYSTEM,
    sequence_prompt,
    subject_prompt,
)
from agents.email.sequence import counted, finish_sequence, send_steps
from agents.email.subjects import finish_subjects
from agents.email.timetable import moments
from hub.agent_kit.deliveries import delivery_steps
from hub.agent_kit.grounding import Sources, ground
from hub.agent_kit.spec import AgentSpec, Intent, IntentModel, Plan, PlanContext
from hub.domain.knowledge import Dataset
from hub.domain.run import ModelUsage
from hub.ports import ModelRequest

OFFLINE = "offline"
_QUERY = 500
_TOKENS_A_MAIL = 600


def plan_sequence(given: IntentModel, context: PlanContext) -> Plan:
    """Write the mails; a step for each delivery, then one for each mail and recipient.

    With `send`, the steps run side by side: each waits for its own time, and a mail that one
    recipient cannot get holds up no other.
    """
    assert isinstance(given, SequenceInput)
    send, days = given.send, given.days
    start = (send.start_at if send else None) or context.clock.now()
    times = moments(start, send.timezone, days, context.run.created_at) if send else []
    query = f"{given.goal or ''} {given.brief}".strip()[:_QUERY]
    sources = ground(given.grounding, query, Dataset.EMAIL, context)
    context.report(10, f"writing {counted(len(days), 'mail')}")
    written, usage = context.model.generate(_sequence_request(given, sources, context))
    output = finish_sequence(given, written, sources, times, usage.engine)
    warnings = counted(len(output.warnings), "warning")
    context.report(30, f"{counted(len(output.mails), 'mail')} written, {warnings}")
    steps = delivery_steps(given.deliver, output.to_json())
    if send:
        steps += send_steps(send, output.mails, len(steps) + 1)
    return Plan(
        output=output,
        steps=steps,
        usage=usage,
        ordered=send is None,
        items=len(output.mails),
        grounding=sources.count,
    )


def plan_subjects(given: IntentModel, context: PlanContext) -> Plan:
    """Write other subjects if wanted, score all, rank them; a step for each delivery."""
    assert isinstance(given, SubjectInput)
    sources, usage = Sources(), None
    written = WrittenSubjects(subjects=())
    if given.max_variants:
        query = " ".join((given.brief or "", *given.subjects)).strip()[:_QUERY]
        sources = ground(given.grounding, query, Dataset.EMAIL, context)
        context.report(10, f"writing up to {given.max_variants} subjects")
        written, usage = context.model.generate(_subject_request(given, sources, context))
    engine = usage.engine if usage else OFFLINE
    output = finish_subjects(given, written.subjects, sources, engine)
    best = output.variants[0]
    context.report(30, f"{len(output.variants)} subjects scored, the best with {best.score}")
    return _delivered(given, output, len(output.variants), usage, sources.count)


def plan_ab_test(given: IntentModel, context: PlanContext) -> Plan:
    """Plan or evaluate an A/B test; a step for each delivery."""
    assert isinstance(given, AbTestInput)
    planning = given.mode == "plan"
    context.report(10, "computing the sample" if planning else "comparing the variants")
    output = run_test(given)
    return _delivered(given, output, len(given.variants), None, 0)


def _delivered(
    given: SubjectInput | AbTestInput,
    output: SubjectOutput | AbTestOutput,
    items: int,
    usage: ModelUsage | None,
    grounding: int,
) -> Plan:
    steps = delivery_steps(given.deliver, output.to_json())
    return Plan(output=output, steps=steps, usage=usage, items=items, grounding=grounding)


def _sequence_request(
    given: SequenceInput, sources: Sources, context: PlanContext
) -> ModelRequest[WrittenSequence]:
    return ModelRequest(
        task="email.generate-sequence",
        system=SEQUENCE_SYSTEM,
        prompt=sequence_prompt(given, sources, context.run.id),
        output=_of_so_many(len(given.days)),
        compose=lambda: compose_sequence(given, sources),
        max_tokens=500 + _TOKENS_A_MAIL * len(given.days),
        simulate=context.run.simulate,
        attempt=context.attempt,
    )


def _subject_request(
    given: SubjectInput, sources: Sources, context: PlanContext
) -> ModelRequest[WrittenSubjects]:
    return ModelRequest(
        task="email.optimize-subject",
        system=SUBJECT_SYSTEM,
        prompt=subject_prompt(given, sources, context.run.id),
        output=WrittenSubjects,
        compose=lambda: compose_subjects(given, sources),
        simulate=context.run.simulate,
        attempt=context.attempt,
    )


def _of_so_many(count: int) -> type[WrittenSequence]:
    """The model's schema for exactly so many mails: another number is sent back for repair."""
    mails: Any = (tuple[WrittenMail, ...], Field(min_length=count, max_length=count))
    return create_model("WrittenSequence", __base__=WrittenSequence, mails=mails)


def _objective(given: IntentModel) -> str:
    brief = getattr(given, "goal", None) or getattr(given, "brief", None)
    return f"Emails: {(brief or '')[:120]}"


def _subject_objective(given: IntentModel) -> str:
    subjects = getattr(given, "subjects", ()) or (getattr(given, "brief", None) or "",)
    return f"Subject: {subjects[0][:120]}"


def _test_objective(given: IntentModel) -> str:
    return f"A/B test {getattr(given, 'test_id', '')}: {getattr(given, 'mode', '')}"


AGENT = AgentSpec(
    id="email",
    description="Writes and sends email sequences, scores subjects, and tests variants.",
    intents=(
        Intent(
            name="generate-sequence",
            description="Writes a sequence of emails from a brief, and sends it if you say so.",
            input=SequenceInput,
            output=SequenceOutput,
            plan=plan_sequence,
            objective=_objective,
        ),
        Intent(
            name="optimize-subject",
            description="Scores subjects by documented rules, and writes others.",
            input=SubjectInput,
            output=SubjectOutput,
            plan=plan_subjects,
            objective=_subject_objective,
        ),
        Intent(
            name="ab-test",
            description="Plans an A/B test, or evaluates one by an exact test.",
            input=AbTestInput,
            output=AbTestOutput,
            plan=plan_ab_test,
            objective=_test_objective,
        ),
    ),
    default_intent="generate-sequence",
    default_input={"brief": "What is new this week, in short.", "count": 1},
)
