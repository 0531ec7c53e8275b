"""How urgent a message is: the first rule of RULES that applies decides.

P1: safety (self-harm, threats), security, outage, data_loss.
P2: legal, vip_cancellation, money (charged twice, unknown or unjust charges), blocked (locked out,
cannot sign in or pay), urgent (the writer says so), fury (sentiment of -0.85 or less, or -0.6 with
two exclamation marks).
P3: press, vip (a VIP plan, unless it is spam or praise), category (billing, technical, account,
shipping, refund, complaint, sales).
P4: everything else. What was found to be spam is P4 unless a P1 rule applies.

The signs of outage, data_loss, money, blocked and urgent are in signs.py.

SLA hints in calendar time (first answer, solution): P1 15 minutes, 4 hours; P2 1 hour, 8 hours;
P3 8 hours, 48 hours; P4 24 hours, 120 hours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agents.support.escalation import Rule, is_vip
from agents.support.models import Category, Priority, Sentiment, Sla
from agents.support.signs import BLOCKED, DATA_LOSS, MONEY, OUTAGE, URGENT
from agents.support.text import plain_words

LEVELS: tuple[Priority, ...] = ("P1", "P2", "P3", "P4")
_SLA: dict[Priority, tuple[int, int]] = {
    "P1": (15, 4),
    "P2": (60, 8),
    "P3": (480, 48),
    "P4": (1440, 120),
}
_WORK: frozenset[Category] = frozenset(
    {"billing", "technical", "account", "shipping", "refund", "complaint", "sales"}
)


@dataclass(frozen=True)
class Case:
    """What the rules look at. `found` are the words of the message, `topics` what was found."""

    text: str
    found: Sequence[str]
    category: Category
    feeling: Sentiment
    topics: frozenset[str]
    plan: str | None


@dataclass(frozen=True)
class Decided:
    """A priority, the rule that decided it, and that rule in words."""

    priority: Priority
    rule: str
    description: str


def prioritize(
    text: str, category: Category, feeling: Sentiment, rules: Sequence[Rule], plan: str | None
) -> Decided:
    """The priority of a message, the same for the same message."""
    found = plain_words(text)
    topics = frozenset(rule.topic for rule in rules)
    case = Case(text, found, category, feeling, topics, plan)
    return _critical(case) or _high(case) or _usual(case)


def not_lowered(was: Decided, now: Decided) -> Decided:
    """The higher of two: a refined category may raise a priority and never lowers it."""
    return now if LEVELS.index(now.priority) < LEVELS.index(was.priority) else was


def sla(priority: Priority, since: datetime) -> Sla:
    """The hint for a priority, counted from a moment."""
    minutes, hours = _SLA[priority]
    return Sla(
        first_response_minutes=minutes,
        resolution_hours=hours,
        respond_by=since + timedelta(minutes=minutes),
    )


def _critical(case: Case) -> Decided | None:
    if case.topics & {"self_harm", "threat"}:
        return Decided("P1", "safety", "somebody may be in danger")
    if "security" in case.topics:
        return Decided("P1", "security", "an account or data may be in the wrong hands")
    if OUTAGE.is_in(case.found):
        return Decided("P1", "outage", "something is down for many")
    if DATA_LOSS.is_in(case.found):
        return Decided("P1", "data_loss", "data may be lost")
    return None


def _high(case: Case) -> Decided | None:
    if case.category == "spam":
        return Decided("P4", "spam", "unwanted mail can wait")
    if "legal" in case.topics:
        return Decided("P2", "legal", "it has to do with the law")
    if "vip_cancellation" in case.topics:
        return Decided("P2", "vip_cancellation", "a VIP customer wants to cancel")
    if MONEY.is_in(case.found):
        return Decided("P2", "money", "money was taken that should not have been")
    if BLOCKED.is_in(case.found):
        return Decided("P2", "blocked", "the customer cannot get in or get on")
    if URGENT.is_in(case.found):
        return Decided("P2", "urgent", "the customer says that it is urgent")
    if _furious(case):
        return Decided("P2", "fury", "the customer is very angry")
    return None


def _furious(case: Case) -> bool:
    score = case.feeling.score
    return score <= -0.85 or (score <= -0.6 and case.text.count("!") >= 2)


def _usual(case: Case) -> Decided:
    if "press" in case.topics:
        return Decided("P3", "press", "the press waits for an answer")
    if is_vip(case.plan) and case.category != "praise":
        return Decided("P3", "vip", "the customer is a VIP")
    if case.category in _WORK:
        return Decided("P3", "category", f"{case.category} is work to be done")
    return Decided("P4", "category", f"{case.category} can wait")
