"""Nothing made up gets into a reply: numbers, addresses, prices, dates; nor any claim of a deed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.support.claims import check_claims
from agents.support.evidence import Evidence, facts
from hub.domain.errors import InvalidOutputError

KNOWN = (
    "Refunds take 14-day periods and cost $1,200.00 at most, 20% less online. We open on "
    "3 May 2026 and on Mondays at 9:30. Call +44 20 7946 0958, write to help@shop.example or see "
    "https://shop.example/help/returns. Version 2.10 came in two weeks; 5 items are 4,90 EUR."
)
EVIDENCE = Evidence([KNOWN, "My order is 10482 of 2026-02-11.", "Monday"])


@pytest.mark.parametrize(
    "reply",
    [
        "It takes 14 days [1].",
        "It costs 1.200 USD at most.",
        "You save 20 percent.",
        "We open on May 3rd.",
        "Wir öffnen am 3. Mai 2026.",
        "Your order 10482 of 11.02.2026 is known.",
        "Write to HELP@shop.example.",
        "See shop.example/help/returns, or www.shop.example.",
        "Call +44 (20) 7946-0958.",
        "It came in 2 weeks.",
        "Two ways there are to do this.",
        "1. Open the page\n2. Choose returns",
        "It is €4.90 for 5.",
        "Version 2.1 has it.",
        "Come on Monday.",
        "No facts at all.",
        "",
    ],
)
def test_what_is_known_may_be_said_in_any_notation(reply: str) -> None:
    EVIDENCE.check(reply)


@pytest.mark.parametrize(
    ("reply", "named"),
    [
        ("It takes 15 days.", "15 days"),
        ("It takes 14 weeks.", "14 weeks"),
        ("It takes three weeks.", "three weeks"),
        ("It costs $1,300.", "$1,300"),
        ("It costs 1,200 euros.", "1,200 euros"),
        ("You save 14%.", "14%"),
        ("We open on 4 May.", "4 May"),
        ("We open on 3 May 2027.", "3 May 2027"),
        ("Wir öffnen am\n4. Mai.", "4. Mai"),
        ("Your order of 12.02.2026 is known.", "12.02.2026"),
        ("Write to refunds@shop.example.", "refunds@shop.example"),
        ("Write to help@evil.example.", "help@evil.example"),
        ("See https://evil.example/login", "https://evil.example/login"),
        ("See shop.example/other", "shop.example/other"),
        ("See evil.com now.", "evil.com"),
        ("Call +44 20 7946 0959.", "+44 20 7946 0959"),
        ("Call +44 7946 20 0958.", "+44 7946 20 0958"),
        ("Come on Tuesday.", "tuesday"),
        ("Your order 10483 is known.", "10483"),
        ("Get fifty percent off.", "fifty percent"),
    ],
)
def test_what_is_nowhere_is_refused_by_its_name(reply: str, named: str) -> None:
    with pytest.raises(InvalidOutputError) as refused:
        EVIDENCE.check(reply)
    assert repr(named) in refused.value.message
    assert "output.reply" in refused.value.message


@given(st.text(max_size=300))
def test_a_text_bears_itself_out(text: str) -> None:
    # Brackets are citations in a reply, and numbers at the beginning of a line belong to a list.
    Evidence([text]).check(text.replace("[", "").replace("]", ""))


@given(st.text(alphabet="0123456789.,$€% daysMay/:@-+()\n", max_size=400))
def test_reading_facts_never_fails(text: str) -> None:
    assert list(facts(text)) == list(facts(text))


@given(st.integers(min_value=0, max_value=10**9), st.integers(min_value=0, max_value=10**9))
def test_a_number_is_known_only_if_it_is_that_number(known: int, said: int) -> None:
    evidence = Evidence([f"It is {known:,} of them"])
    if known == said:
        evidence.check(f"There are {said}")
    else:
        with pytest.raises(InvalidOutputError):
            evidence.check(f"There are {said}")


@pytest.mark.parametrize(
    "reply",
    [
        "I have issued your refund.",
        "We've refunded you.",
        "I just cancelled it.",
        "Your refund has been processed.",
        "Your account is now closed.",
        "We will refund you.",
        "We'll gladly credit it.",
        "You will receive a full refund.",
        "Wir haben den Betrag erstattet.",
        "Wir werden Ihnen den Betrag überweisen.",
        "Nous avons remboursé votre achat.",
        "Hemos reembolsado su compra.",
    ],
)
def test_no_deed_is_claimed_and_no_money_promised(reply: str) -> None:
    with pytest.raises(InvalidOutputError, match="no agent can do or promise"):
        check_claims(reply, ["Refunds are paid within 14 days."])


@pytest.mark.parametrize(
    "reply",
    [
        "Refunds are paid within 14 days.",
        "You can cancel it in your settings.",
        "A person will look at it.",
        "We ship to Austria.",
        "Erstattungen dauern etwas.",
    ],
)
def test_what_holds_for_everybody_may_be_said(reply: str) -> None:
    check_claims(reply, [])


def test_the_knowledge_itself_may_put_it_so() -> None:
    check_claims(
        "Once we\nhave sent it, you get a mail.", ["Once we have sent it, you get a mail."]
    )
