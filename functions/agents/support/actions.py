"""What to do next with a triaged message, and how to tag it, by rules."""

from collections.abc import Sequence

from agents.support.escalation import RULES
from agents.support.models import Action, Category, Incoming, Sentiment, Topic
from agents.support.priority import Decided

_ACTIONS: dict[Category, tuple[tuple[str, str], ...]] = {
    "billing": (("check_charge", "Compare the charge with the invoices of the account."),),
    "technical": (
        ("check_status", "Look whether the fault is known or wider than one customer."),
        ("reproduce", "Reproduce it, or ask for error text, device and version."),
    ),
    "account": (("verify_owner", "Make sure that the writer owns the account before a change."),),
    "shipping": (("track_parcel", "Look the shipment up with its carrier."),),
    "refund": (
        ("check_policy", "Compare order and date with the refund policy; a person decides."),
    ),
    "feature_request": (("log_request", "Log the wish with its reason, and thank the writer."),),
    "complaint": (("apologize", "Answer personally, and find out what went wrong."),),
    "praise": (("thank", "Say thanks, and pass it on to the team."),),
    "sales": (("route_sales", "Hand over to sales."),),
    "spam": (("close_spam", "Close it without an answer; open no links."),),
    "other": (("read", "Read it and choose a category."),),
}
_BY_TOPIC = {rule.topic: rule for rule in RULES}


def actions(category: Category, decided: Decided, topics: Sequence[Topic]) -> tuple[Action, ...]:
    """The actions for a message: the teams it must go to first, then what its category asks."""
    found = [("page_on_call", "Wake the person on call.")] if decided.priority == "P1" else []
    found += [
        (
            f"escalate_{_BY_TOPIC[topic].team}",
            f"To {_BY_TOPIC[topic].team}: {_BY_TOPIC[topic].why}.",
        )
        for topic in topics
    ]
    found += _ACTIONS[category]
    # Two topics of one team are one escalation.
    unique = {id_: description for id_, description in reversed(found)}
    ordered = dict.fromkeys(id_ for id_, _ in found)
    return tuple(Action(id=id_, description=unique[id_]) for id_ in ordered)


def tags(
    message: Incoming,
    category: Category,
    decided: Decided,
    topics: Sequence[Topic],
    feeling: Sentiment,
) -> tuple[str, ...]:
    """Tags for a message: category, topics, the deciding rule, and how it is written."""
    text = message.text
    letters = [letter for letter in text if letter.isalpha()]
    found: list[str] = [category, *topics]
    if decided.rule not in {"category", "vip", "spam"}:
        found.append(decided.rule)
    if message.plan:
        found.append(f"plan:{message.plan.lower()[:40]}")
    if feeling.label != "neutral":
        found.append(feeling.label)
    if len(letters) >= 10 and all(letter.isupper() for letter in letters):
        found.append("shouting")
    if text.count("?") > 0:
        found.append("question")
    return tuple(dict.fromkeys(found))
