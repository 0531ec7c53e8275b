"""What Stripe's actions that sell take: checkout, payment links, subscriptions, invoices."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from connectors.stripe.inputs import (
    Country,
    Currency,
    Discount,
    Email,
    Id,
    LineItem,
    Locale,
    Metadata,
    Quantity,
    Recurring,
    SubscriptionId,
)
from hub.connector_kit.fence import PublicUrl
from hub.connector_kit.spec import ActionInput
from hub.domain.model import Instant

Collection = Literal["charge_automatically", "send_invoice"]
TrialDays = Annotated[int, Field(ge=1, le=730)]
TrialEnds = Literal["cancel", "create_invoice", "pause"]


class _Selling(ActionInput):
    """What checkout sessions and payment links share."""

    allow_promotion_codes: bool | None = None
    automatic_tax: bool | None = None
    billing_address_collection: Literal["auto", "required"] | None = None
    currency: Currency | None = None
    customer_creation: Literal["always", "if_required"] | None = None
    payment_method_collection: Literal["always", "if_required"] | None = None
    phone_number_collection: bool | None = None
    shipping_countries: list[Country] | None = Field(default=None, min_length=1, max_length=240)
    submit_type: Literal["auto", "book", "donate", "pay", "subscribe"] | None = None
    tax_id_collection: bool | None = None
    trial_period_days: TrialDays | None = None
    trial_without_payment_method: TrialEnds | None = Field(
        default=None, description="What becomes of a trial that ends without a payment method."
    )
    metadata: Metadata = Field(default_factory=dict)

    @model_validator(mode="after")
    def _trial(self) -> Self:
        if self.trial_without_payment_method and not self.trial_period_days:
            raise ValueError("trialWithoutPaymentMethod needs trialPeriodDays")
        return self


class CreateCheckoutSession(_Selling):
    """Input of `create_checkout_session`: a page of Stripe's where one buyer pays.

    `successUrl` may contain `{CHECKOUT_SESSION_ID}`. `expiresAt` is 30 minutes to 24 hours ahead.
    """

    mode: Literal["payment", "subscription", "setup"] = "payment"
    line_items: list[LineItem] = Field(default_factory=list, max_length=100)
    success_url: PublicUrl
    cancel_url: PublicUrl | None = None
    customer: Id | None = None
    customer_email: Email | None = None
    client_reference_id: str | None = Field(default=None, min_length=1, max_length=200)
    discounts: list[Discount] | None = Field(default=None, min_length=1, max_length=1)
    expires_at: Instant | None = None
    locale: Locale | None = None
    consent_to_promotions: Literal["auto", "none"] | None = None
    recover_abandoned: bool | None = Field(
        default=None, description="Make a link to a new session when this one expires unpaid."
    )

    @model_validator(mode="after")
    def _as_stripe_has_it(self) -> Self:
        if self.customer and self.customer_email:
            raise ValueError("give either customer or customerEmail")
        if self.discounts and self.allow_promotion_codes:
            raise ValueError("give either discounts or allowPromotionCodes")
        if self.mode == "setup":
            self._check_setup()
        elif not self.line_items:
            raise ValueError(f"mode {self.mode} needs lineItems")
        if self.trial_period_days and self.mode != "subscription":
            raise ValueError("trialPeriodDays needs mode subscription")
        if self.customer_creation and (self.mode != "payment" or self.customer):
            raise ValueError("customerCreation needs mode payment and no customer")
        self._check_recurring()
        return self

    def _check_setup(self) -> None:
        if self.line_items:
            raise ValueError("mode setup takes no lineItems")
        if not self.currency:
            raise ValueError("mode setup needs currency")

    def _check_recurring(self) -> None:
        made = [item.price_data for item in self.line_items]
        recurring = [price is not None and price.recurring is not None for price in made]
        if self.mode == "payment" and any(recurring):
            raise ValueError("a recurring price needs mode subscription")
        if self.mode == "subscription" and all(made) and not any(recurring):
            raise ValueError("mode subscription needs a recurring price")


class CreatePaymentLink(_Selling):
    """Input of `create_payment_link`: a lasting link at which anybody can pay."""

    line_items: list[LineItem] = Field(min_length=1, max_length=20)
    redirect_url: PublicUrl | None = Field(default=None, description="Where buyers go afterwards.")
    confirmation_message: str | None = Field(default=None, min_length=1, max_length=500)
    completed_sessions_limit: int | None = Field(
        default=None, ge=1, description="How many payments until the link closes."
    )
    inactive_message: str | None = Field(default=None, min_length=1, max_length=500)

    @model_validator(mode="after")
    def _one_ending(self) -> Self:
        if self.redirect_url and self.confirmation_message:
            raise ValueError("give either redirectUrl or confirmationMessage")
        if any(item.quantity is None for item in self.line_items):
            raise ValueError("every line item of a payment link needs a quantity")
        return self


class ItemPriceData(ActionInput):
    """A recurring price made along the way, of a product there is."""

    currency: Currency
    unit_amount: int = Field(ge=0, le=999_999_999_999, description="In minor units.")
    product: Id
    recurring: Recurring
    tax_behavior: Literal["exclusive", "inclusive", "unspecified"] | None = None


class SubscriptionItem(ActionInput):
    """What is subscribed to: a recurring `price` there is, or `priceData`."""

    price: Id | None = None
    price_data: ItemPriceData | None = None
    quantity: Quantity | None = None

    @model_validator(mode="after")
    def _one_price(self) -> Self:
        if (self.price is None) == (self.price_data is None):
            raise ValueError("give either price or priceData")
        return self


class _Collected(ActionInput):
    """Something paid by charging or on invoice."""

    def _check_due(self, method: str | None, **due: object) -> None:
        if method != "send_invoice" and any(value is not None for value in due.values()):
            raise ValueError(f"{' and '.join(due)} need collectionMethod send_invoice")
        if all(value is not None for value in due.values()) and len(due) > 1:
            raise ValueError(f"give one of {' and '.join(due)}")


class CreateSubscription(_Collected):
    """Input of `create_subscription`."""

    customer: Id
    items: list[SubscriptionItem] = Field(min_length=1, max_length=20)
    discounts: list[Discount] | None = Field(default=None, min_length=1, max_length=20)
    default_payment_method: Id | None = None
    payment_behavior: (
        Literal["allow_incomplete", "default_incomplete", "error_if_incomplete"] | None
    ) = None
    save_default_payment_method: Literal["off", "on_subscription"] | None = None
    collection_method: Collection | None = None
    days_until_due: int | None = Field(default=None, ge=0, le=10_000)
    trial_period_days: TrialDays | None = None
    trial_end: Instant | None = None
    trial_without_payment_method: TrialEnds | None = None
    billing_cycle_anchor: Instant | None = None
    proration_behavior: Literal["always_invoice", "create_prorations", "none"] | None = None
    cancel_at: Instant | None = None
    cancel_at_period_end: bool | None = None
    automatic_tax: bool | None = None
    off_session: bool | None = None
    currency: Currency | None = None
    description: str | None = Field(default=None, max_length=500)
    metadata: Metadata = Field(default_factory=dict)

    @model_validator(mode="after")
    def _as_stripe_has_it(self) -> Self:
        self._check_due(self.collection_method, daysUntilDue=self.days_until_due)
        if self.collection_method == "send_invoice" and self.days_until_due is None:
            raise ValueError("collectionMethod send_invoice needs daysUntilDue")
        if self.trial_period_days and self.trial_end:
            raise ValueError("give either trialPeriodDays or trialEnd")
        if self.cancel_at and self.cancel_at_period_end:
            raise ValueError("give either cancelAt or cancelAtPeriodEnd")
        if self.trial_without_payment_method and not (self.trial_period_days or self.trial_end):
            raise ValueError("trialWithoutPaymentMethod needs a trial")
        return self


class CancelSubscription(ActionInput):
    """Input of `cancel_subscription`: now, or `atPeriodEnd`."""

    subscription: SubscriptionId
    at_period_end: bool = False
    invoice_now: bool | None = None
    prorate: bool | None = None
    comment: str | None = Field(default=None, max_length=5000)
    feedback: (
        Literal[
            "customer_service", "low_quality", "missing_features", "other",
            "switched_service", "too_complex", "too_expensive", "unused",
        ]
        | None
    ) = None  # fmt: skip

    @model_validator(mode="after")
    def _now_or_later(self) -> Self:
        if self.at_period_end and (self.invoice_now is not None or self.prorate is not None):
            raise ValueError("invoiceNow and prorate need a cancellation now")
        return self


class InvoiceItem(ActionInput):
    """A line of an invoice: a one-time `price` times `quantity`, or an `amount` of its own.

    A negative amount takes off.
    """

    price: Id | None = None
    quantity: Quantity | None = None
    amount: int | None = Field(default=None, ge=-999_999_999_999, le=999_999_999_999)
    currency: Currency | None = Field(default=None, description="Of the amount; or the invoice's.")
    description: str | None = Field(default=None, max_length=5000)
    discountable: bool | None = None
    discounts: list[Discount] | None = Field(default=None, min_length=1, max_length=20)
    tax_rates: list[Id] | None = Field(default=None, min_length=1, max_length=5)

    @model_validator(mode="after")
    def _one_price(self) -> Self:
        if (self.price is None) == (self.amount is None):
            raise ValueError("give either price or amount")
        if self.amount is not None and self.quantity is not None:
            raise ValueError("quantity needs price; amount is the whole line's")
        return self


class CustomField(ActionInput):
    """A line of your own at the head of an invoice."""

    name: str = Field(min_length=1, max_length=40)
    value: str = Field(min_length=1, max_length=140)


class CreateInvoice(_Collected):
    """Input of `create_invoice`: its lines, then finalized and sent unless told otherwise.

    `autoAdvance`: whether Stripe goes on by itself; unset, it does when it shall charge.
    """

    customer: Id
    items: list[InvoiceItem] = Field(default_factory=list, max_length=250)
    pending_items: Literal["exclude", "include"] = Field(
        default="exclude", description="Whether the customer's waiting items go on it too."
    )
    collection_method: Collection = "send_invoice"
    days_until_due: int | None = Field(default=None, ge=0, le=10_000)
    due_date: Instant | None = None
    currency: Currency | None = None
    auto_advance: bool | None = None
    automatic_tax: bool | None = None
    custom_fields: list[CustomField] | None = Field(default=None, min_length=1, max_length=4)
    default_payment_method: Id | None = None
    description: str | None = Field(default=None, max_length=5000)
    discounts: list[Discount] | None = Field(default=None, min_length=1, max_length=20)
    footer: str | None = Field(default=None, max_length=5000)
    statement_descriptor: str | None = Field(default=None, min_length=5, max_length=22)
    finalize: bool = True
    send: bool = Field(default=True, description="Email it; only with send_invoice.")
    metadata: Metadata = Field(default_factory=dict)

    @model_validator(mode="after")
    def _as_stripe_has_it(self) -> Self:
        due = {"daysUntilDue": self.days_until_due, "dueDate": self.due_date}
        self._check_due(self.collection_method, **due)
        if not self.items and self.pending_items == "exclude":
            raise ValueError("give items, or pendingItems include")
        if any(item.amount is not None and not (item.currency or self.currency)
               for item in self.items):  # fmt: skip
            raise ValueError("an item with an amount needs a currency")
        return self
