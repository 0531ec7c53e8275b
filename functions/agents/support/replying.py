"""Plans `support`: a reply that rests on the knowledge, or a holding reply and a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from agents.support.channels import (
    LIMITS,
    check_size,
    fits,
    inner_marks,
    marks,
    size,
    tamed,
    without_marks,
)
from agents.support.claims import check_claims
from agents.support.coverage import (
    Judged,
    Question,
    judge,
    key_terms,
    only_courtesy,
    question,
)
from agents.support.escalation import Rule, topics
from agents.support.evidence import Evidence
from agents.support.followups import follow_ups
from agents.support.models import SupportInput, SupportOutput, Topic
from agents.support.offline import compose_reply, letter
from agents.support.phrases import WELCOME, Spoken, holding, spoken
from agents.support.prompts import SUPPORT_SYSTEM, reply_prompt
from agents.support.text import guess_language
from agents.support.written import WrittenReply
from hub.agent_kit.deliveries import delivery_steps
from hub.agent_kit.grounding import Sources, ground
from hub.agent_kit.spec import IntentModel, Plan, PlanContext
from hub.agent_kit.text import sentences
from hub.domain.knowledge import Dataset
from hub.domain.run import ModelUsage, Step
from hub.ports import ModelRequest

_SHARED = 2
"""So many key terms must a cited sentence have in common with the passage it cites."""


@dataclass(frozen=True)
class Conversation:
    """What is known of a message before anything is written."""

    given: SupportInput
    language: Spoken
    rules: tuple[Rule, ...]
    asked: Question

    @property
    def topics(self) -> tuple[Topic, ...]:
        """The topics of the rules that apply."""
        return tuple(rule.topic for rule in self.rules)

    @property
    def held(self) -> bool:
        """Whether a rule forbids to answer from the knowledge."""
        return any(rule.hold for rule in self.rules)


@dataclass(frozen=True)
class Answer:
    """A finished reply and what it rests on. `used` are numbers of sources; none: a holding one."""

    reply: str
    judged: Judged
    used: tuple[int, ...] = ()
    sources: Sources = field(default_factory=Sources)
    usage: ModelUsage | None = None
    answers: bool = False


_NOTHING = Judged((), grounded=False, coverage=0.0, confidence=0.0, missing=())


def plan_support(given: IntentModel, context: PlanContext) -> Plan:
    """Answer a message from the knowledge; hold and escalate where that cannot be.

    Raises InvalidOutputError if a model wrote what is in no passage, claims what no agent can do,
    cites a source there is not, or exceeds the channel's limit.
    """
    assert isinstance(given, SupportInput)
    talk = _read(given)
    found = ", ".join(talk.topics) or "none"
    context.report(5, f"message read: topics that need a person: {found}")
    answer = _answer(talk, context)
    output = _output(talk, answer)
    context.report(35, "reply written" if answer.answers else "holding reply written")
    return Plan(
        output=output,
        steps=_steps(given, output),
        usage=answer.usage,
        grounding=answer.sources.count,
    )


def _read(given: SupportInput) -> Conversation:
    guessed = guess_language(given.message)
    earlier = [turn.text for turn in given.history if turn.author == "customer"]
    return Conversation(
        given=given,
        language=spoken(guessed, given.customer),
        rules=topics(given.message, earlier, given.customer.plan),
        asked=question(given.message, guessed, given.customer.name),
    )


def _answer(talk: Conversation, context: PlanContext) -> Answer:
    if talk.held:
        return _hold(talk, _NOTHING, Sources())
    if not talk.rules and only_courtesy(talk.given.message):
        text = WELCOME[talk.language]
        return Answer(_dressed(text, talk), _NOTHING, answers=True)
    sources = ground(talk.given.grounding, _query(talk), Dataset.SUPPORT, context, progress=10)
    judged = judge(talk.asked, sources.facts)
    strong = Sources(judged.facts, sources.voice)
    context.report(15, f"{len(judged.facts)} passages cover {judged.coverage:.0%} of what is asked")
    if not judged.grounded:
        return _hold(talk, judged, strong)
    return _write(talk, judged, strong, context)


def _query(talk: Conversation) -> str:
    """What to search for: a follow-up of a word or two means what was asked before it."""
    before = [turn.text for turn in talk.given.history if turn.author == "customer"]
    if len(talk.asked.terms) > 1 or not before:
        return talk.asked.query
    return f"{question(before[-1], 'other').query} {talk.asked.query}"


def _hold(
    talk: Conversation,
    judged: Judged,
    sources: Sources,
    usage: ModelUsage | None = None,
) -> Answer:
    text = holding(talk.language, talk.topics)
    return Answer(_dressed(text, talk), judged, sources=sources, usage=usage)


def _dressed(text: str, talk: Conversation) -> str:
    """A text of ours for the channel: a letter by e-mail, as it is elsewhere."""
    if talk.given.channel == "email":
        text = letter(text, talk.given.customer.name, talk.language)
    return tamed(text)


def _write(talk: Conversation, judged: Judged, sources: Sources, context: PlanContext) -> Answer:
    given = talk.given
    written, usage = context.model.generate(
        ModelRequest(
            task="support.support",
            system=SUPPORT_SYSTEM,
            prompt=reply_prompt(given, sources, talk.language, context.run.id),
            output=WrittenReply,
            compose=lambda: compose_reply(given, talk.asked, judged, talk.language),
            simulate=context.run.simulate,
            attempt=context.attempt,
        )
    )
    if not written.answered:
        return _hold(talk, judged, sources, usage)
    # What was made up fails the run by name, even where the reply would not be used.
    _check(written.reply, given, sources)
    reply, used = _rested(written, given, sources)
    if not used:
        return _hold(talk, judged, sources, usage)
    check_size(reply, given.channel)
    return Answer(_with_sources(reply, used, given, sources), judged, used, sources, usage, True)


def _rested(
    written: WrittenReply, given: SupportInput, sources: Sources
) -> tuple[str, tuple[int, ...]]:
    """The reply with only those citations that its sentences bear out, and their numbers."""
    reply = tamed(inner_marks(written.reply))
    cited = marks(reply) | set(written.used)
    # Refuses numbers that lead nowhere.
    sources.citations(tuple(cited))
    if not LIMITS[given.channel].cites:
        plain = without_marks(reply)
        return plain, tuple(n for n in sorted(cited) if _bears_out(plain, n, sources))
    parts = sentences(reply)
    used = {n for part in parts for n in marks(part) if _bears_out(part, n, sources)}
    return without_marks(reply, frozenset(used)), tuple(sorted(used))


def _bears_out(text: str, number: int, sources: Sources) -> bool:
    passage = sources.facts[number - 1]
    said = key_terms(without_marks(text))
    shared = said & key_terms(f"{passage.title}\n{passage.text}")
    return len(shared) >= min(_SHARED, len(said)) > 0


def _check(reply: str, given: SupportInput, sources: Sources) -> None:
    passages = [*sources.facts, *sources.voice]
    known = [f"{passage.title}\n{passage.text}\n{passage.url or ''}" for passage in passages]
    said = [given.message, *(turn.text for turn in given.history)]
    customer = [value for value in (given.customer.name, given.customer.plan) if value]
    Evidence([*known, *said, *customer]).check(reply)
    check_claims(reply, known)


def _with_sources(reply: str, used: tuple[int, ...], given: SupportInput, sources: Sources) -> str:
    """By e-mail, the sources that have an address are listed, if there is room for them."""
    if given.channel != "email":
        return reply
    named = [source for source in sources.citations(used) if source.url]
    lines = "\n".join(f"[{source.number}] {source.title}: {source.url}" for source in named)
    longer = f"{reply}\n\n{lines}"
    return longer if named and fits(longer, given.channel) else reply


def _output(talk: Conversation, answer: Answer) -> SupportOutput:
    given, judged = talk.given, answer.judged
    found = _topics(talk, answer)
    escalate = bool(found)
    return SupportOutput(
        engine=answer.usage.engine if answer.usage else "offline",
        reply=answer.reply,
        language=talk.language,
        channel=given.channel,
        size=size(answer.reply, given.channel),
        grounded=bool(answer.used),
        # Nothing was answered: sureness about passages would mislead.
        confidence=judged.confidence if answer.used else min(judged.confidence, 0.3),
        coverage=judged.coverage,
        escalate=escalate,
        reason=_reason(talk, answer),
        team=(talk.rules[0].team if talk.rules else "support") if escalate else "none",
        topics=found,
        missing_terms=judged.missing,
        citations=answer.sources.citations(answer.used),
        follow_ups=follow_ups(given, found, judged.missing),
    )


def _topics(talk: Conversation, answer: Answer) -> tuple[Topic, ...]:
    if answer.answers or talk.held:
        return talk.topics
    return (*talk.topics, "ungrounded")


def _reason(talk: Conversation, answer: Answer) -> str:
    reasons = [rule.why for rule in talk.rules]
    if not answer.answers and not talk.held:
        reasons.append(_why_ungrounded(answer.judged))
    if not reasons:
        return "Nothing in the message needs a person."
    text = "; ".join(reasons)
    return f"{text[:1].upper()}{text[1:]}."


def _why_ungrounded(judged: Judged) -> str:
    if not judged.facts:
        return "nothing in the knowledge is close to the question"
    if not judged.grounded:
        words = ", ".join(judged.missing[:5]) or "what is asked"
        return f"the knowledge does not cover {words}"
    return "the passages found do not answer the question"


def _steps(given: SupportInput, output: SupportOutput) -> tuple[Step, ...]:
    if output.escalate and given.hold_when_escalated:
        return ()
    texts: Mapping[str, object] = output.to_json()
    return delivery_steps(given.deliver, texts)
