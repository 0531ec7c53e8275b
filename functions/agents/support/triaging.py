"""Plans `triage`: everything by rules; a model may name a better category and nothing else."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agents.support.actions import actions, tags
from agents.support.classify import Classified, classify
from agents.support.escalation import Rule, topics
from agents.support.models import (
    Incoming,
    Language,
    Refinement,
    Sentiment,
    Triaged,
    TriageInput,
    TriageOutput,
)
from agents.support.priority import LEVELS, Decided, not_lowered, prioritize, sla
from agents.support.prompts import TRIAGE_SYSTEM, triage_prompt
from agents.support.sentiment import sentiment
from agents.support.text import guess_language
from agents.support.written import Recategorized, WrittenTriage
from hub.agent_kit.deliveries import delivery_steps
from hub.agent_kit.spec import IntentModel, Plan, PlanContext
from hub.domain.run import ModelUsage
from hub.ports import ModelRequest

UNSURE = 0.6
"""Categories of less confidence are shown to a model."""


@dataclass(frozen=True)
class Read:
    """A message and what the rules made of it."""

    number: int
    message: Incoming
    feeling: Sentiment
    language: Language
    rules: tuple[Rule, ...]
    category: Classified
    priority: Decided
    refined: Refinement | None = None


def plan_triage(given: IntentModel, context: PlanContext) -> Plan:
    """Sort messages by rules, let a model refine unsure categories, deliver a summary if asked."""
    assert isinstance(given, TriageInput)
    rows = [read(number, message) for number, message in enumerate(given.messages, 1)]
    context.report(10, f"{len(rows)} messages sorted by rules")
    refined, usage = _refine(rows, given, context)
    now = context.clock.now()
    output = _output([_triaged(row, now) for row in refined], usage)
    return Plan(
        output=output,
        steps=delivery_steps(given.deliver, output.to_json()),
        usage=usage,
        items=len(rows),
    )


def read(number: int, message: Incoming) -> Read:
    """What the rules make of a message, the same for the same message."""
    feeling = sentiment(message.text)
    category = classify(message.text, feeling)
    rules = topics(message.text, plan=message.plan)
    return Read(
        number=number,
        message=message,
        feeling=feeling,
        language=guess_language(message.text),
        rules=rules,
        category=category,
        priority=prioritize(message.text, category.category, feeling, rules, message.plan),
    )


def _refine(
    rows: list[Read], given: TriageInput, context: PlanContext
) -> tuple[list[Read], ModelUsage | None]:
    shown = [row for row in rows if _shown(row, given)]
    if not shown:
        return rows, None
    listed = [(row.number, row.message, row.category.category) for row in shown]
    written, usage = context.model.generate(
        ModelRequest(
            task="support.triage",
            system=TRIAGE_SYSTEM,
            prompt=triage_prompt(listed, context.run.id),
            output=WrittenTriage,
            compose=WrittenTriage,
            simulate=context.run.simulate,
            attempt=context.attempt,
        )
    )
    known = {row.number for row in shown}
    changes = {change.number: change for change in written.changes if change.number in known}
    ignored = len(written.changes) - len(changes)
    told = f", {ignored} for other messages ignored" if ignored else ""
    context.report(30, f"{len(shown)} unsure messages looked at, {len(changes)} changes{told}")
    return [_changed(row, changes.get(row.number)) for row in rows], usage


def _shown(row: Read, given: TriageInput) -> bool:
    unsure = given.refine == "unsure" and row.category.confidence < UNSURE
    return unsure or given.refine == "always"


def _changed(row: Read, change: Recategorized | None) -> Read:
    """A row in the category that a model named. Its priority may rise by that, and never falls."""
    was = row.category.category
    if change is None or change.category == was:
        return row
    message = row.message
    now = prioritize(message.text, change.category, row.feeling, row.rules, message.plan)
    return replace(
        row,
        category=replace(row.category, category=change.category),
        priority=not_lowered(row.priority, now),
        refined=Refinement(was=was, reason=change.reason),
    )


def _triaged(row: Read, now: datetime) -> Triaged:
    category, decided = row.category, row.priority
    found = tuple(rule.topic for rule in row.rules)
    return Triaged(
        number=row.number,
        id=row.message.id,
        category=category.category,
        confidence=category.confidence,
        because=category.because,
        refined=row.refined,
        priority=decided.priority,
        rule=decided.rule,
        rule_description=decided.description,
        sentiment=row.feeling,
        language=row.language,
        actions=actions(category.category, decided, found),
        tags=tags(row.message, category.category, decided, found, row.feeling),
        topics=found,
        sla=sla(decided.priority, row.message.received_at or now),
    )


def _output(results: Sequence[Triaged], usage: ModelUsage | None) -> TriageOutput:
    by_priority = Counter(result.priority for result in results)
    by_category = Counter(result.category for result in results)
    urgent = sorted(results, key=lambda r: (r.priority, r.sentiment.score, r.number))
    return TriageOutput(
        engine=usage.engine if usage else "offline",
        results=tuple(results),
        by_priority={level: by_priority[level] for level in LEVELS},
        by_category=dict(sorted(by_category.items())),
        most_urgent=tuple(result.number for result in urgent),
        summary=_summary(urgent),
    )


def _summary(urgent: Sequence[Triaged]) -> str:
    """The counts, and the messages of P1 and P2: numbers and rules, none of their words."""
    counts = Counter(result.priority for result in urgent)
    head = ", ".join(f"{counts[level]} {level}" for level in LEVELS if counts[level])
    lines = [
        f"{r.priority} message {r.number}{f' ({r.id})' if r.id else ''}: "
        f"{r.category}, {r.rule_description}"
        for r in urgent
        if r.priority in {"P1", "P2"}
    ]
    return "\n".join([f"{len(urgent)} messages: {head}", *lines])
