"""Stripe: bracketed forms, a key on every write, its advice on trying again, invoices in parts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given as each
from hypothesis import strategies as st
from stripe._encode import _api_encode

from connectors.stripe import inputs, selling
from connectors.stripe.client import TABLE, StripeClient
from connectors.stripe.form import decode, encode
from connectors.stripe.platform import MARK, idempotency_key
from connectors.stripe.spec import SPEC
from hub.connector_kit.client import ClientContext
from hub.connector_kit.journal import MemoryNotes
from hub.connector_kit.outcomes import Answer
from hub.connector_kit.sandbox import SandboxTransport
from hub.connector_kit.spec import NoInput
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import Json
from hub.domain.outcome import Effect
from tests.contract.oracles import stripe as oracle
from tests.contract.samples import connector
from tests.harness import Harness, connection
from tests.support import START, FrozenClock

KEY = "run_1.step_1"


class Platform:
    """Answers as told, one after the other, and keeps what was asked."""

    def __init__(self, *answers: Any) -> None:
        self.sent: list[httpx.Request] = []
        self._answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.sent.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)


def context(platform: Callable[[httpx.Request], httpx.Response], **more: Any) -> ClientContext:
    settings = {**SPEC.default_settings(), **more.pop("settings", {})}
    return ClientContext(
        transport=httpx.MockTransport(platform),
        credentials={"secretKey": "sk_test_1"},  # pragma: allowlist secret
        clock=more.pop("clock", FrozenClock()),
        settings=settings,
        call_key=KEY,
        **more,
    )


def client(platform: Platform, **more: Any) -> StripeClient:
    return StripeClient(context(platform, **more))


def fields(request: httpx.Request) -> dict[str, str]:
    return dict(httpx.QueryParams(request.content.decode()))


# ---------------------------------------------------------------------- forms

NAMES = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
LEAVES = st.one_of(
    st.integers(), st.booleans(), st.text(max_size=20), st.none(),
    st.integers(0, 2**33).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
)  # fmt: skip
NESTED = st.dictionaries(
    NAMES,
    st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
        max_leaves=12,
    ),
    max_size=4,
)


def plain(value: Any) -> Any:
    """A value as the SDK encodes a leaf of a list, which it leaves to its HTTP library."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value.timestamp())) if isinstance(value, datetime) else str(value)


@each(NESTED)
def test_a_form_is_encoded_as_stripes_own_sdk_does(data: dict[str, Any]) -> None:
    sdk = [(name, plain(value)) for name, value in _api_encode(data) if value is not None]
    assert list(encode(data).items()) == sdk


@each(NESTED)
def test_what_is_encoded_is_decoded_to_the_same(data: dict[str, Any]) -> None:
    def kept(value: Any) -> Any:
        """What a form can carry: no absent values, nothing empty, all as text."""
        if isinstance(value, dict):
            inner = {key: kept(item) for key, item in value.items()}
            return {key: item for key, item in inner.items() if item not in (None, {}, [])} or None
        if isinstance(value, list):
            return [kept(item) for item in value] or None
        return None if value is None else plain(value)

    def whole(value: Any) -> bool:
        """Whether no list has a gap, which a form cannot tell from a shorter list."""
        if isinstance(value, dict):
            return all(whole(item) for item in value.values())
        if isinstance(value, list):
            return all(kept(item) is not None and whole(item) for item in value)
        return True

    if whole(data):
        assert decode(encode(data).items()) == (kept(data) or {})


def test_a_list_with_empty_brackets_is_understood() -> None:
    assert decode([("a[]", "1"), ("a[]", "2"), ("b[0][c]", "3")]) == {
        "a": ["1", "2"],
        "b": [{"c": "3"}],
    }


# ---------------------------------------------------------------------- requests


def test_a_write_is_a_form_with_key_version_and_a_mark() -> None:
    platform = Platform({"id": "cus_1"})
    given = inputs.CreateCustomer(email="a@example.com", metadata={"tier": "gold & blue"})
    outcome = client(platform).create_customer(given)
    assert outcome.data["id"] == "cus_1"
    (request,) = platform.sent
    assert str(request.url) == "https://api.stripe.com/v1/customers"
    assert request.headers["authorization"] == "Bearer sk_test_1"
    assert request.headers["stripe-version"] == "2026-10-28.endive"
    assert request.headers["idempotency-key"] == "run_1.step_1:customers"
    assert "stripe-account" not in request.headers
    mark = context(platform).token(32)
    assert fields(request) == {
        "email": "a@example.com",
        "metadata[tier]": "gold & blue",
        f"metadata[{MARK}]": mark,
    }


def test_a_connected_account_and_another_version_are_settings() -> None:
    platform = Platform({"id": "acct_1"})
    settings = {"account": "acct_9", "apiVersion": "2026-09-30.dahlia"}
    client(platform, settings=settings).test_connection(NoInput())
    headers = platform.sent[0].headers
    assert (headers["stripe-account"], headers["stripe-version"]) == ("acct_9", "2026-09-30.dahlia")
    assert "idempotency-key" not in headers


@pytest.mark.parametrize("call_key", ["k" * 255, "k" * 400, "schlüssel", "a\nb", ""])
def test_a_key_always_fits_and_differs_by_part(call_key: str) -> None:
    keys = {idempotency_key(call_key, part) for part in ("item-1", "item-2", "/invoices")}
    assert len(keys) == 3
    assert all(len(key) <= 255 and key.isascii() and key.isprintable() for key in keys)
    assert idempotency_key(call_key, "item-1") == idempotency_key(call_key, "item-1")


def test_discounts_and_times_of_a_subscription_are_as_endive_has_them() -> None:
    platform = Platform({"id": "sub_1", "status": "active"})
    given = selling.CreateSubscription.model_validate(
        {
            "customer": "cus_1",
            "items": [{"price": "price_1", "quantity": 2}],
            "discounts": [{"coupon": "SPRING"}],
            "trialEnd": "2026-04-01T00:00:00Z",
            "cancelAtPeriodEnd": True,
        }
    )
    client(platform).create_subscription(given)
    sent = fields(platform.sent[0])
    assert sent["items[0][price]"] == "price_1"
    assert sent["items[0][quantity]"] == "2"
    assert sent["discounts[0][coupon]"] == "SPRING"
    assert sent["trial_end"] == "1775001600"
    assert sent["cancel_at_period_end"] == "true"
    assert "coupon" not in sent


def test_a_subscriptions_period_is_read_from_its_items() -> None:
    items = {"data": [{"current_period_end": 5}, {"current_period_end": 7}, {}]}
    body = {"id": "sub_1", "status": "active", "items": items, "latest_invoice": {"id": "in_1"}}
    given = selling.CreateSubscription.model_validate(
        {"customer": "cus_1", "items": [{"price": "p"}]}
    )
    outcome = client(Platform(body)).create_subscription(given)
    assert outcome.data["currentPeriodEnd"] == 7
    assert outcome.data["latestInvoice"] == "in_1"


@pytest.mark.parametrize(("minutes", "sent"), [(29, 0), (30, 1), (24 * 60, 1), (24 * 60 + 1, 0)])
def test_a_session_expires_in_half_an_hour_to_a_day(minutes: int, sent: int) -> None:
    platform = Platform({"id": "cs_1", "url": "https://checkout.stripe.com/c/pay/cs_1"})
    given = selling.CreateCheckoutSession.model_validate(
        {
            "lineItems": [{"price": "p"}],
            "successUrl": "https://shop.example.com/",
            "expiresAt": START + timedelta(minutes=minutes),
        }
    )
    outcome = client(platform).create_checkout_session(given)
    assert len(platform.sent) == sent
    assert outcome.code == (None if sent else "EXPIRES_AT_OUT_OF_RANGE")


SESSION = {"successUrl": "https://shop.example.com/", "lineItems": [{"price": "p"}]}
MADE = {"currency": "eur", "unitAmount": 1, "product": "prod_1"}
MONTHLY = {**MADE, "recurring": {"interval": "month"}}
SUBSCRIBED: dict[str, Any] = {"customer": "cus_1", "items": [{"price": "p"}]}
BILLED: dict[str, Any] = {"customer": "cus_1", "items": [{"price": "p"}]}


@pytest.mark.parametrize(
    ("model", "given", "words"),
    [
        (selling.CreateCheckoutSession, {**SESSION, "lineItems": []}, "needs lineItems"),
        (selling.CreateCheckoutSession, {**SESSION, "mode": "setup"}, "takes no lineItems"),
        (
            selling.CreateCheckoutSession,
            {**SESSION, "mode": "setup", "lineItems": []},
            "needs currency",
        ),
        (
            selling.CreateCheckoutSession,
            {**SESSION, "customer": "cus_1", "customerEmail": "a@example.com"},
            "either customer or customerEmail",
        ),
        (
            selling.CreateCheckoutSession,
            {**SESSION, "allowPromotionCodes": True, "discounts": [{"coupon": "c"}]},
            "either discounts or allowPromotionCodes",
        ),
        (selling.CreateCheckoutSession, {**SESSION, "trialPeriodDays": 3}, "mode subscription"),
        (
            selling.CreateCheckoutSession,
            {**SESSION, "trialWithoutPaymentMethod": "cancel"},
            "trialPeriodDays",
        ),
        (
            selling.CreateCheckoutSession,
            {**SESSION, "mode": "subscription", "customerCreation": "always"},
            "customerCreation",
        ),
        (
            selling.CreateCheckoutSession,
            {**SESSION, "lineItems": [{"priceData": MONTHLY}]},
            "recurring price needs mode subscription",
        ),
        (
            selling.CreateCheckoutSession,
            {**SESSION, "mode": "subscription", "lineItems": [{"priceData": MADE}]},
            "needs a recurring price",
        ),
        (selling.CreateCheckoutSession, {**SESSION, "successUrl": "http://localhost/"}, "https"),
        (
            selling.CreateCheckoutSession,
            {**SESSION, "lineItems": [{"price": "p", "priceData": MADE}]},
            "price or priceData",
        ),
        (
            selling.CreatePaymentLink,
            {
                "lineItems": [{"price": "p"}],
                "redirectUrl": "https://a.example.com/",
                "confirmationMessage": "x",
            },
            "either redirectUrl or confirmationMessage",
        ),
        (
            selling.CreatePaymentLink,
            {"lineItems": [{"price": "p", "quantity": None}]},
            "needs a quantity",
        ),
        (selling.CreateSubscription, {**SUBSCRIBED, "daysUntilDue": 3}, "send_invoice"),
        (
            selling.CreateSubscription,
            {**SUBSCRIBED, "collectionMethod": "send_invoice"},
            "needs daysUntilDue",
        ),
        (
            selling.CreateSubscription,
            {**SUBSCRIBED, "trialPeriodDays": 3, "trialEnd": "2026-04-01T00:00:00Z"},
            "either trialPeriodDays or trialEnd",
        ),
        (
            selling.CreateSubscription,
            {**SUBSCRIBED, "cancelAt": "2026-04-01T00:00:00Z", "cancelAtPeriodEnd": True},
            "either cancelAt or cancelAtPeriodEnd",
        ),
        (
            selling.CreateSubscription,
            {**SUBSCRIBED, "trialWithoutPaymentMethod": "cancel"},
            "needs a trial",
        ),
        (selling.CreateSubscription, {**SUBSCRIBED, "items": [{}]}, "either price or priceData"),
        (
            selling.CancelSubscription,
            {"subscription": "sub_1", "atPeriodEnd": True, "prorate": True},
            "cancellation now",
        ),
        (selling.CancelSubscription, {"subscription": "sub_1/../../customers"}, "subscription"),
        (selling.CreateInvoice, {"customer": "cus_1"}, "give items"),
        (
            selling.CreateInvoice,
            {**BILLED, "daysUntilDue": 3, "dueDate": "2026-04-01T00:00:00Z"},
            "give one of",
        ),
        (
            selling.CreateInvoice,
            {**BILLED, "daysUntilDue": 3, "collectionMethod": "charge_automatically"},
            "send_invoice",
        ),
        (selling.CreateInvoice, {**BILLED, "items": [{"amount": 5}]}, "needs a currency"),
        (selling.CreateInvoice, {**BILLED, "items": [{}]}, "either price or amount"),
        (
            selling.CreateInvoice,
            {**BILLED, "currency": "eur", "items": [{"amount": 5, "quantity": 2}]},
            "quantity needs price",
        ),
        (inputs.CreateRefund, {}, "either charge or paymentIntent"),
        (inputs.CreateRefund, {"charge": "ch_1", "amount": 19.99}, "amount"),
        (inputs.CreateRefund, {"charge": "pi_1"}, "charge"),
        (inputs.CreateCustomer, {"metadata": {"a[b]": "c"}}, "no brackets"),
        (inputs.CreateCustomer, {"metadata": {"a": "c" * 501}}, "longer than 500"),
        (inputs.CreateCustomer, {"metadata": {str(n): "" for n in range(50)}}, "at most 49"),
        (inputs.Discount, {}, "either coupon or promotionCode"),
        (inputs.PriceData, {"currency": "eur", "unitAmount": 1}, "either product or productData"),
        (inputs.PriceData, {**MADE, "currency": "euro"}, "currency"),
    ],
)
def test_what_stripe_would_refuse_is_refused_before(
    model: Any, given: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        model.model_validate(given)


# ---------------------------------------------------------------------- answers


def test_a_declined_card_names_its_reason() -> None:
    error = {
        "type": "card_error",
        "code": "card_declined",
        "decline_code": "insufficient_funds",
        "message": "Your card has insufficient funds.",
        "param": "items[0][price]",
    }
    headers = {"request-id": "req_1"}
    answer = Answer(402, headers, {"error": error})
    outcome = TABLE.outcome(answer, Effect.IDEMPOTENT_WRITE, START)
    assert outcome.message == (
        "Your card has insufficient funds. "
        "(decline code insufficient_funds, parameter items[0][price])"
    )
    assert outcome.provider_request_id == "req_1"


def test_a_limit_names_its_reason() -> None:
    headers = {"stripe-rate-limited-reason": "endpoint-rate"}
    answer = Answer(429, headers, {"error": {"message": "Slow down", "code": "rate_limit"}})
    outcome = TABLE.outcome(answer, Effect.READ, START)
    assert outcome.message == "Slow down (limit endpoint-rate)"


def test_pages_of_charges_end() -> None:
    harness = Harness(connector("stripe"))
    cursor, seen = None, []
    for _ in range(5):
        given = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = harness.act("list_charges", given).data
        seen += [charge["id"] for charge in page["charges"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert seen == ["ch_3SandboxC", "ch_3SandboxB", "ch_3SandboxA"]


# ---------------------------------------------------------------------- once


def test_a_write_whose_answer_was_lost_is_done_once() -> None:
    harness = Harness(connector("stripe"))
    over = harness.connect(SandboxFailure(kind=Injection.TIMEOUT_AFTER_WRITE))
    given = {"email": "ada@example.com"}
    assert harness.act("create_customer", given, over).kind == "transient"
    again = harness.act("create_customer", given, over)
    assert again.data["email"] == "ada@example.com"
    state, _ = harness.connections.load_sandbox("acme", over.id)
    assert len(state["customers"]) == 1


def test_the_same_key_with_other_parameters_is_refused() -> None:
    harness = Harness(connector("stripe"))
    harness.act("create_customer", {"email": "ada@example.com"})
    outcome = harness.act("create_customer", {"email": "bob@example.com"})
    assert (outcome.kind, outcome.code) == ("invalid_request", "idempotency_error")


def test_canceling_what_is_canceled_is_done() -> None:
    gone = httpx.Response(404, json={"error": {"code": "resource_missing", "message": "No such"}})
    ended = {"id": "sub_1", "status": "canceled", "canceled_at": 5}
    platform = Platform(gone, ended)
    given = selling.CancelSubscription(subscription="sub_1")
    outcome = client(platform).cancel_subscription(given)
    assert outcome.data["status"] == "canceled"
    assert [r.method for r in platform.sent] == ["DELETE", "GET"]
    assert "idempotency-key" not in platform.sent[0].headers


@pytest.mark.parametrize(
    "seen",
    [
        {"id": "sub_1", "status": "active"},
        httpx.Response(404, json={"error": {"code": "resource_missing", "message": "No such"}}),
        {"other": "shape"},
    ],
)
def test_canceling_what_is_not_there_is_refused(seen: Any) -> None:
    gone = httpx.Response(404, json={"error": {"code": "resource_missing", "message": "No such"}})
    given = selling.CancelSubscription(subscription="sub_1")
    outcome = client(Platform(gone, seen)).cancel_subscription(given)
    assert (outcome.kind, outcome.code) == ("invalid_request", "resource_missing")


@pytest.mark.parametrize(
    ("hours", "answer", "kind", "methods"),
    [
        (22, {"id": "cus_1"}, "ok", ["POST"]),
        (24, {"data": [], "has_more": False}, "ok", ["GET", "POST"]),
        (24, {"data": [], "has_more": True}, "unknown_outcome", ["GET"]),
        (24, "marked", "ok", ["GET"]),
    ],
)
def test_a_call_older_than_its_key_is_looked_up_before_it_is_sent_again(
    hours: int, answer: Any, kind: str, methods: list[str]
) -> None:
    clock, notes, given = FrozenClock(), MemoryNotes(), inputs.CreateCustomer(name="Ada")
    lost = Platform(httpx.ReadTimeout("lost"))
    assert client(lost, clock=clock, notes=notes).create_customer(given).kind == "transient"
    clock.advance(hours * 3600)
    found = listing(marked({"id": "cus_1"})) if answer == "marked" else answer
    platform = Platform(found, {"id": "cus_1"}) if len(methods) > 1 else Platform(found)
    outcome = client(platform, clock=clock, notes=notes).create_customer(given)
    assert outcome.kind == kind
    assert [request.method for request in platform.sent] == methods
    if kind == "ok":
        assert outcome.data["id"] == "cus_1"
    else:
        assert outcome.code == "KEY_EXPIRED"


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"apiVersion": ""}, "BAD_API_VERSION"),
        ({"apiVersion": "2026-10-28.endive\r\nX: y"}, "BAD_API_VERSION"),
        ({"account": "cus_1"}, "BAD_ACCOUNT"),
        ({"account": "acct_1\n"}, "BAD_ACCOUNT"),
    ],
)
def test_settings_that_are_none_are_never_sent(settings: dict[str, str], code: str) -> None:
    platform = Platform({})
    outcome = client(platform, settings=settings).test_connection(NoInput())
    assert (outcome.kind, outcome.code) == ("invalid_request", code)
    assert platform.sent == []


# ---------------------------------------------------------------------- invoices

INVOICE: dict[str, Any] = {
    "customer": "cus_NeonHubSandbox",
    "currency": "eur",
    "items": [{"price": "price_1", "quantity": 2}, {"amount": 700, "description": "Setup"}],
}


def parts(sent: list[httpx.Request]) -> list[str]:
    return [request.headers["idempotency-key"].partition(":")[2] for request in sent]


class Recording(httpx.BaseTransport):
    """Plays the twin; the n-th request breaks off after it was done, or before."""

    def __init__(self, harness: Harness, broken: int = 0) -> None:
        self.sent: list[httpx.Request] = []
        self.broken = broken
        self._twin = SandboxTransport(
            harness.connector.twin(),
            connection("stripe"),
            harness.connections,
            harness.clock,
            "create_invoice",
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.sent.append(request)
        answer = self._twin.handle_request(request)
        if len(self.sent) == self.broken:
            raise httpx.ReadTimeout("lost", request=request)
        return answer


def over(transport: httpx.BaseTransport, notes: Any = None, **more: Any) -> StripeClient:
    given = {"notes": notes} if notes else {}
    made = context(lambda _request: httpx.Response(500), **given, **more)
    object.__setattr__(made, "transport", transport)
    return StripeClient(made)


def test_an_invoice_is_drafted_filled_finalized_and_sent() -> None:
    transport = Recording(Harness(connector("stripe")))
    outcome = over(transport).create_invoice(selling.CreateInvoice.model_validate(INVOICE))
    assert outcome.data["status"] == "open"
    assert outcome.data["total"] == 2700
    assert outcome.data["sent"] is True
    assert outcome.data["hostedInvoiceUrl"].startswith("https://invoice.stripe.com/")
    assert parts(transport.sent) == ["invoices", "item-1", "item-2", "finalize", "send"]
    draft, priced, amount, finalized, _ = map(fields, transport.sent)
    assert draft["auto_advance"] == "false"
    assert draft["pending_invoice_items_behavior"] == "exclude"
    assert draft["days_until_due"] == "30"
    assert priced["pricing[price]"] == "price_1"
    assert "price" not in priced
    assert priced["invoice"] == outcome.data["id"]
    assert (amount["amount"], amount["currency"]) == ("700", "eur")
    assert finalized == {"auto_advance": "false"}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"send": False}, ["invoices", "item-1", "item-2", "finalize"]),
        ({"finalize": False}, ["invoices", "item-1", "item-2"]),
        (
            {"collectionMethod": "charge_automatically"},
            ["invoices", "item-1", "item-2", "finalize"],
        ),
        ({"items": [], "pendingItems": "include"}, ["invoices", "finalize", "send"]),
    ],
)
def test_only_the_parts_asked_for_are_done(more: dict[str, Any], expected: list[str]) -> None:
    transport = Recording(Harness(connector("stripe")))
    given = selling.CreateInvoice.model_validate({**INVOICE, **more})
    outcome = over(transport).create_invoice(given)
    assert parts(transport.sent) == expected
    assert outcome.data["sent"] is ("send" in expected)


def test_an_invoice_to_be_charged_is_advanced_by_stripe() -> None:
    transport = Recording(Harness(connector("stripe")))
    given = {**INVOICE, "collectionMethod": "charge_automatically"}
    over(transport).create_invoice(selling.CreateInvoice.model_validate(given))
    assert fields(transport.sent[-1]) == {"auto_advance": "true"}
    assert "days_until_due" not in fields(transport.sent[0])


@pytest.mark.parametrize("broken", [1, 2, 3, 4, 5])
def test_a_broken_invoice_goes_on_where_it_stopped(broken: int) -> None:
    notes, transport = MemoryNotes(), Recording(Harness(connector("stripe")), broken)
    given = selling.CreateInvoice.model_validate(INVOICE)
    first = over(transport, notes).create_invoice(given)
    assert first.kind == "transient"
    second = over(transport, notes).create_invoice(given)
    assert second.data["total"] == 2700
    every = ["invoices", "item-1", "item-2", "finalize", "send"]
    assert parts(transport.sent) == [*every[:broken], *every[broken - 1 :]]


def test_a_long_invoice_stops_in_time_and_goes_on() -> None:
    class Slow(Recording):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            clock.advance(3)
            return super().handle_request(request)

    clock, notes = FrozenClock(), MemoryNotes()
    transport = Slow(Harness(connector("stripe")))
    items = [{"price": "price_1"}] * 4
    given = selling.CreateInvoice.model_validate({**INVOICE, "items": items})
    first = over(transport, notes, clock=clock).create_invoice(given)
    assert (first.kind, first.message) == ("in_progress", "2 of 4 lines are made")
    assert first.retry_after == 1
    second = over(transport, notes, clock=clock).create_invoice(given)
    assert second.data["total"] == 4000
    assert len(parts(transport.sent)) == len(set(parts(transport.sent))) == 7


# ---------------------------------------------------------------------- read back


def marked(body: dict[str, Any], part: str = "") -> dict[str, Any]:
    mark = context(Platform({})).token(32)
    return {**body, "metadata": {MARK: f"{mark}.{part}" if part else mark}}


def listing(*items: Any, more: bool = False) -> dict[str, Any]:
    return {"object": "list", "data": list(items), "has_more": more}


CUSTOMER = inputs.CreateCustomer(email="a@example.com")
REFUND = inputs.CreateRefund(charge="ch_1")
LINK = selling.CreatePaymentLink.model_validate({"lineItems": [{"price": "p"}]})
SUBSCRIPTION = selling.CreateSubscription.model_validate(SUBSCRIBED)
CHECKOUT = selling.CreateCheckoutSession.model_validate(SESSION)


@pytest.mark.parametrize(
    ("action", "given", "path", "params"),
    [
        ("create_customer", CUSTOMER, "/v1/customers", {"email": "a@example.com"}),
        ("create_refund", REFUND, "/v1/refunds", {"charge": "ch_1"}),
        ("create_payment_link", LINK, "/v1/payment_links", {}),
        ("create_checkout_session", CHECKOUT, "/v1/checkout/sessions", {}),
        (
            "create_subscription",
            SUBSCRIPTION,
            "/v1/subscriptions",
            {"customer": "cus_1", "status": "all"},
        ),
    ],
)
def test_a_lost_object_is_looked_for_by_its_mark(
    action: str, given: Any, path: str, params: dict[str, str]
) -> None:
    made = marked({"id": "x_1", "url": "https://example.com/", "status": "active"})
    other = {"id": "x_2", "metadata": {"a": "b"}}
    verdicts = []
    for answer in (
        listing(other, made),
        listing(other),
        listing(other, more=True),
        httpx.Response(401, json={"error": {"message": "no"}}),
        {"other": "shape"},
    ):
        platform = Platform(answer)
        seen = client(platform).reconcile(action, given, START)
        verdicts.append(str(seen.verdict))
        oracle.check(platform.sent[0])
        asked = dict(platform.sent[0].url.params)
        assert platform.sent[0].url.path == path
        assert asked.pop("limit") == "100"
        since = asked.pop("created[gte]", None)
        assert since == (None if path == "/v1/payment_links" else str(int(START.timestamp()) - 300))
        assert asked == params
        assert (seen.data or {}).get("id") == ("x_1" if seen.verdict == "done" else None)
    assert verdicts == ["done", "not_done", "unknown", "unknown", "unknown"]


@pytest.mark.parametrize(
    ("later", "answer", "verdict"),
    [
        (False, {"id": "sub_1", "status": "canceled"}, "done"),
        (False, {"id": "sub_1", "status": "active"}, "not_done"),
        (False, {"id": "sub_1", "status": "active", "cancel_at_period_end": True}, "not_done"),
        (True, {"id": "sub_1", "status": "active", "cancel_at_period_end": True}, "done"),
        (True, {"id": "sub_1", "status": "active", "cancel_at_period_end": False}, "not_done"),
        (False, httpx.Response(500, headers={"Stripe-Should-Retry": "false"}), "unknown"),
        (False, {"other": "shape"}, "unknown"),
    ],
)
def test_a_lost_cancellation_is_looked_up(later: bool, answer: Any, verdict: str) -> None:
    given = selling.CancelSubscription(subscription="sub_1", at_period_end=later)
    seen = client(Platform(answer)).reconcile("cancel_subscription", given, START)
    assert seen.verdict == verdict


@pytest.mark.parametrize("action", ["list_charges", "test_connection"])
def test_a_read_has_nothing_to_look_up(action: str) -> None:
    assert client(Platform({})).reconcile(action, NoInput(), START).verdict == "unknown"


DRAFT = marked({"id": "in_1", "status": "draft"})
LINES = [marked({"id": f"ii_{n}"}, f"item-{n}") for n in (1, 2)]
OPEN = {**DRAFT, "status": "open", "number": "A-1"}


@pytest.mark.parametrize(
    ("answers", "more", "verdict", "kept"),
    [
        ([listing()], {}, "not_done", set()),
        ([listing(more=True)], {}, "unknown", set()),
        ([listing({"id": "in_2"}, DRAFT), DRAFT, listing()], {}, "not_done", {"draft"}),
        ([listing(DRAFT), DRAFT, listing(LINES[0])], {}, "not_done", {"draft", "item-1"}),
        (
            [listing(DRAFT), DRAFT, listing(*LINES)],
            {},
            "not_done",
            {"draft", "item-1", "item-2"},
        ),
        ([listing(DRAFT), DRAFT, listing(*LINES)], {"finalize": False}, "done", None),
        (
            [listing(OPEN), OPEN, listing(*LINES)],
            {},
            "not_done",
            {"draft", "item-1", "item-2", "finalize"},
        ),
        ([listing(OPEN), OPEN, listing(*LINES)], {"send": False}, "done", None),
        ([listing(DRAFT), httpx.Response(401), listing()], {}, "unknown", {"draft"}),
        ([httpx.Response(401)], {}, "unknown", set()),
    ],
)
def test_a_lost_invoice_is_looked_up_part_by_part(
    answers: list[Any], more: dict[str, Any], verdict: str, kept: set[str] | None
) -> None:
    given = selling.CreateInvoice.model_validate({**INVOICE, **more})
    platform = Platform(*answers)
    made = context(platform)
    seen = StripeClient(made).reconcile("create_invoice", given, START)
    assert seen.verdict == verdict
    for request in platform.sent:
        oracle.check(request)
    if kept is not None:
        every = {"draft", "item-1", "item-2", "finalize", "send"}
        assert {part for part in every if part in made.journal} == kept
    else:
        assert seen.data["id"] == "in_1"
        assert seen.data["sent"] is False


def test_whether_an_invoice_was_emailed_stripe_does_not_show() -> None:
    stored = httpx.Response(500, headers={"Stripe-Should-Retry": "false"}, json={})
    platform = Platform(DRAFT, *LINES, OPEN, stored, OPEN, listing(*LINES))
    made = context(platform)
    given = selling.CreateInvoice.model_validate(INVOICE)
    assert StripeClient(made).create_invoice(given).kind == "unknown_outcome"
    assert StripeClient(made).reconcile("create_invoice", given, START).verdict == "unknown"


def test_a_lost_invoice_of_the_sandbox_is_found() -> None:
    transport = Recording(Harness(connector("stripe")), broken=1)
    given = selling.CreateInvoice.model_validate(INVOICE)
    notes = MemoryNotes()
    assert over(transport, notes).create_invoice(given).kind == "transient"
    seen = over(transport, notes).reconcile("create_invoice", given, START)
    assert seen.verdict == "not_done"
    outcome = over(transport, notes).create_invoice(given)
    assert outcome.data["total"] == 2700
    assert [r.url.path for r in transport.sent].count("/v1/invoices") == 2


# ---------------------------------------------------------------------- the twin


@pytest.mark.parametrize(
    ("action", "given", "code"),
    [
        ("create_subscription", {**SUBSCRIBED, "customer": "cus_nobody"}, "resource_missing"),
        (
            "create_subscription",
            {"customer": "cus_NeonHubSandbox", "items": [{"price": "price_missing"}]},
            "resource_missing",
        ),
        ("create_refund", {"charge": "ch_nobody"}, "resource_missing"),
        ("create_refund", {"charge": "ch_3SandboxA", "amount": 99_999}, "invalid_request_error"),
        ("cancel_subscription", {"subscription": "sub_nobody"}, "resource_missing"),
    ],
)
def test_the_twin_refuses_what_stripe_refuses(
    action: str, given: dict[str, Json], code: str
) -> None:
    outcome = Harness(connector("stripe")).act(action, given)
    assert (outcome.kind, outcome.code) == ("invalid_request", code)


def test_a_charge_is_refunded_once_in_full() -> None:
    harness = Harness(connector("stripe"))
    made = harness.act("create_refund", {"charge": "ch_3SandboxA"})
    assert made.data["amount"] == 2500
    connected = harness.caller.connection("acme", None)
    action = SPEC.action("create_refund")
    refund = action.input.model_validate({"charge": "ch_3SandboxA"})
    again = harness.caller.perform(connected, action, refund, "key-2")
    assert again.code == "charge_already_refunded"
    page = harness.act("list_charges", {}).data["charges"]
    assert [c["refunded"] for c in page] == [False, False, True]
