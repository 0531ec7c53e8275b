"""Stripe, played: keeps what is made, replays the answer of a key, refuses as Stripe refuses."""

import hashlib
import re
from datetime import datetime
from typing import Any

import httpx

from connectors.stripe import sandbox_objects as objects
from connectors.stripe.form import decode
from hub.connector_kit.sandbox import MAX_KEPT, Twin, TwinRequest, route
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import Json

MISSING_PRICE = "price_missing"
"""A price that does not exist; every other one does."""

_GONE = {
    ("/v1/customers", "coupon"),
    ("/v1/subscriptions", "coupon"),
    ("/v1/invoices", "coupon"),
    ("/v1/invoiceitems", "price"),
}
_SOUND_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?")


def _refused(
    status: int, message: str, type_: str = "invalid_request_error", **more: Json
) -> httpx.Response:
    headers = {"Request-Id": "req_sandbox000001"}
    error = {"message": message, "type": type_, **more}
    return httpx.Response(status, headers=headers, json={"error": error})


def _absent(what: str, id_: str, param: str) -> httpx.Response:
    return _refused(404, f"No such {what}: '{id_}'", code="resource_missing", param=param)


def _needs(param: str) -> httpx.Response:
    words = f"Missing required param: {param}."
    return _refused(400, words, code="parameter_missing", param=param)


def _answered(body: Json) -> httpx.Response:
    return httpx.Response(200, headers={"Request-Id": "req_sandbox000001"}, json=body)


class StripeTwin(Twin):
    """One customer and three charges are there from the beginning, and all prices but one."""

    credentials = {"secretKey": "sk_test_sandbox0000"}  # pragma: allowlist secret
    tells_wait = False

    def authorized(self, request: httpx.Request) -> bool:
        """Stripe takes secret and restricted keys as bearer tokens."""
        return str(request.headers.get("authorization", "")).startswith(
            ("Bearer sk_", "Bearer rk_")
        )

    def unknown(self, request: httpx.Request) -> httpx.Response:
        """Stripe's 404."""
        words = f"Unrecognized request URL ({request.method}: {request.url.path})."
        return _refused(404, words)

    def failure(self, failure: SandboxFailure) -> httpx.Response:
        """A failure with the status, headers and body that Stripe uses for it."""
        match failure.kind:
            case Injection.RATE_LIMIT:
                answer = _refused(429, "Request rate limit exceeded.", code="rate_limit")
                answer.headers["Stripe-Rate-Limited-Reason"] = "global-rate"
                return answer
            case Injection.REAUTH:
                return _refused(401, "Invalid API Key provided: sk_test_****0000")
            case Injection.BUSINESS_ERROR:
                declined = {"code": "card_declined", "decline_code": "insufficient_funds"}
                return _refused(402, "Your card has insufficient funds.", "card_error", **declined)
            case _:
                return _refused(500, "An unknown error occurred.", "api_error")

    def answer(
        self, request: httpx.Request, state: dict[str, Json], now: datetime
    ) -> httpx.Response:
        """The twin's answer; a key's first answer is kept and given again."""
        key = request.headers.get("idempotency-key", "")
        if request.method != "POST" or not key or not self.authorized(request):
            return super().answer(request, state, now)
        asked = hashlib.sha256(request.url.raw_path + b" " + request.read()).hexdigest()
        kept = state.setdefault("keys", {}).get(key)
        if kept:
            return _replayed(key, kept, asked)
        answer = super().answer(request, state, now)
        # Stripe keeps nothing for a request that it refused before it began.
        if answer.is_success:
            state["keys"][key] = {"asked": asked, "body": answer.json()}
            state["keys"] = dict(list(state["keys"].items())[-MAX_KEPT:])
        return answer

    @route("GET", "/v1/account")
    def account(self, _request: TwinRequest) -> httpx.Response:
        """The account of the key."""
        return _answered(objects.ACCOUNT)

    @route("POST", "/v1/customers")
    def create_customer(self, request: TwinRequest) -> httpx.Response:
        """Keeps a customer."""
        return _make(request, "customers", objects.customer)

    @route("POST", "/v1/checkout/sessions")
    def create_session(self, request: TwinRequest) -> httpx.Response:
        """Opens a session."""
        return _make(request, "sessions", objects.checkout_session, "mode", "success_url")

    @route("POST", "/v1/payment_links")
    def create_link(self, request: TwinRequest) -> httpx.Response:
        """Keeps a link."""
        return _make(request, "payment_links", objects.payment_link, "line_items")

    @route("POST", "/v1/subscriptions")
    def create_subscription(self, request: TwinRequest) -> httpx.Response:
        """Begins a subscription."""
        return _make(request, "subscriptions", objects.subscription, "customer", "items")

    @route("POST", "/v1/subscriptions/{id}")
    def update_subscription(self, request: TwinRequest) -> httpx.Response:
        """Sets whether it ends with its period."""
        return _change(request, "subscriptions", _ends_later)

    @route("DELETE", "/v1/subscriptions/{id}")
    def cancel_subscription(self, request: TwinRequest) -> httpx.Response:
        """Ends it; one that has ended is not found to be ended again."""
        found = _kept(request, "subscriptions", request.path["id"])
        if found is None or found["status"] == "canceled":
            return _absent("subscription", request.path["id"], "id")
        found |= {"status": "canceled", "canceled_at": int(request.now.timestamp())}
        return _answered(found)

    @route("POST", "/v1/invoices")
    def create_invoice(self, request: TwinRequest) -> httpx.Response:
        """Keeps a draft."""
        given = _given(request)
        due = given.get("days_until_due") or given.get("due_date")
        if given.get("collection_method") == "send_invoice" and not due:
            words = "If invoice collection method is 'send_invoice', you must specify due_date "
            return _refused(400, words + "or days_until_due.")
        return _make(request, "invoices", objects.invoice, "customer")

    @route("POST", "/v1/invoiceitems")
    def create_item(self, request: TwinRequest) -> httpx.Response:
        """Adds a line to a draft."""
        given = _given(request)
        draft = _kept(request, "invoices", given.get("invoice", ""))
        if draft is None:
            return _absent("invoice", given.get("invoice", ""), "invoice")
        if draft["status"] != "draft":
            return _refused(400, "Invoice items can only be added to a draft invoice.")
        answer = _make(request, "invoiceitems", objects.invoice_item, "customer")
        if answer.is_success:
            draft["total"] += answer.json()["amount"]
        return answer

    @route("POST", "/v1/invoices/{id}/finalize")
    def finalize(self, request: TwinRequest) -> httpx.Response:
        """Opens a draft."""
        return _change(request, "invoices", _opened)

    @route("POST", "/v1/invoices/{id}/send")
    def send(self, request: TwinRequest) -> httpx.Response:
        """Emails an invoice that is to be paid on invoice."""
        found = _kept(request, "invoices", request.path["id"])
        if found and found["collection_method"] != "send_invoice":
            return _refused(400, "You can only send invoices with collection_method send_invoice.")
        return _change(request, "invoices", lambda invoice, _given: invoice)

    @route("POST", "/v1/refunds")
    def create_refund(self, request: TwinRequest) -> httpx.Response:
        """Refunds a charge, no more than is left of it."""
        given = _given(request)
        wanted = given.get("charge") or given.get("payment_intent")
        refunded = request.state.setdefault("refunded", {})
        known = {c[name]: c for c in objects.charges(request.now, refunded)
                 for name in ("id", "payment_intent")}  # fmt: skip
        if wanted not in known:
            return _absent("charge", str(wanted), "charge")
        charge = known[wanted]
        if charge["refunded"]:
            words = f"Charge {charge['id']} has already been refunded."
            return _refused(400, words, code="charge_already_refunded")
        made = objects.refund(given, request.next_number(), request.now, charge)
        if charge["amount_refunded"] + made["amount"] > charge["amount"]:
            words = "Refund amount is greater than unrefunded amount on charge"
            return _refused(400, words, param="amount")
        refunded[charge["id"]] = charge["amount_refunded"] + made["amount"]
        request.remember("refunds", made)
        return _answered(made)

    @route("GET", "/v1/{list}")
    @route("GET", "/v1/checkout/{list}")
    def list_all(self, request: TwinRequest) -> httpx.Response:
        """A page of a list, newest first."""
        name = request.path["list"]
        every = request.state.get(name, [])
        if name == "charges":
            every = objects.charges(request.now, request.state.get("refunded", {}))
        return _answered(_page(request, name, every))

    @route("GET", "/v1/{list}/{id}")
    def retrieve(self, request: TwinRequest) -> httpx.Response:
        """One object."""
        found = _kept(request, request.path["list"], request.path["id"])
        what = request.path["list"].removesuffix("s")
        return _answered(found) if found else _absent(what, request.path["id"], "id")


def _replayed(key: str, kept: Json, asked: str) -> httpx.Response:
    if kept["asked"] != asked:
        words = "Keys for idempotent requests can only be used with the same parameters they were "
        return _refused(400, f"{words}first used with: '{key}'.", "idempotency_error")
    answer = _answered(kept["body"])
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def _given(request: TwinRequest) -> dict[str, Json]:
    return decode(request.form().items())


def _make(request: TwinRequest, kind: str, build: Any, *required: str) -> httpx.Response:
    """Keep an object, unless Stripe would refuse it."""
    given = _given(request)
    answer = _unsound(request, given) or next(
        (_needs(name) for name in required if not given.get(name)), None
    )
    if answer:
        return answer
    made: dict[str, Any] = build(given, request.next_number(), request.now)
    request.remember(kind, made)
    return _answered(made)


def _unsound(request: TwinRequest, given: dict[str, Json]) -> httpx.Response | None:
    sent = request.request
    version = sent.headers.get("stripe-version")
    if version is not None and not _SOUND_VERSION.fullmatch(version):
        return _refused(400, f"Invalid Stripe API version: {version}")
    if "json" in sent.headers.get("content-type", ""):
        words = "Invalid request (check that your POST content type is "
        return _refused(400, words + "application/x-www-form-urlencoded).")
    for name in given:
        if (sent.url.path, name) in _GONE:
            words = f"Received unknown parameter: {name}"
            return _refused(400, words, code="parameter_unknown", param=name)
    customer = given.get("customer")
    if customer not in (None, objects.CUSTOMER) and not _kept(request, "customers", customer):
        return _absent("customer", customer, "customer")
    if MISSING_PRICE in str(given):
        return _absent("price", MISSING_PRICE, "price")
    return None


def _kept(request: TwinRequest, kind: str, id_: str) -> dict[str, Any] | None:
    every: list[dict[str, Any]] = request.state.get(kind, [])
    return next((record for record in every if record["id"] == id_), None)


def _change(request: TwinRequest, kind: str, change: Any) -> httpx.Response:
    found = _kept(request, kind, request.path["id"])
    if found is None:
        return _absent(kind.removesuffix("s"), request.path["id"], "id")
    found.update(change(found, _given(request)))
    return _answered(found)


def _ends_later(found: dict[str, Any], given: dict[str, Json]) -> dict[str, Any]:
    return {**found, "cancel_at_period_end": given.get("cancel_at_period_end") == "true"}


def _opened(found: dict[str, Any], given: dict[str, Json]) -> dict[str, Any]:
    return {**objects.finalized(found), "auto_advance": given.get("auto_advance") == "true"}


def _page(request: TwinRequest, name: str, every: list[Json]) -> Json:
    asked = decode(request.request.url.params.multi_items())
    since = int((asked.get("created") or {}).get("gte", 0))
    until = int((asked.get("created") or {}).get("lte", 2**40))
    filters = ("customer", "email", "charge", "payment_intent", "invoice")
    fitting = [
        item
        for item in every
        if since <= item.get("created", since) <= until
        and all(item.get(f) == asked[f] for f in filters if f in asked)
    ]
    ids = [item["id"] for item in fitting]
    start = ids.index(asked["starting_after"]) + 1 if asked.get("starting_after") in ids else 0
    limit = int(asked.get("limit", 10))
    return {
        "object": "list",
        "url": f"/v1/{name}",
        "has_more": start + limit < len(fitting),
        "data": fitting[start : start + limit],
    }
