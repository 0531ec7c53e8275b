"""What Stripe's actions take. Fields are named as Stripe names them; amounts are in minor units."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from hub.connector_kit.fence import PublicUrl
from hub.connector_kit.spec import ActionInput
from hub.domain.model import Instant

Id = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\s/?#]+$")]
ChargeId = Annotated[
    str, Field(max_length=255, pattern=r"^(ch|py)_[A-Za-z0-9_]+$", description="Begins with ch_.")
]
PaymentIntentId = Annotated[
    str, Field(max_length=255, pattern=r"^pi_[A-Za-z0-9_]+$", description="Begins with pi_.")
]
SubscriptionId = Annotated[
    str, Field(max_length=255, pattern=r"^sub_[A-Za-z0-9_]+$", description="Begins with sub_.")
]
Currency = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z]{3}$", to_lower=True),
    Field(description="Three letters, like eur."),
]
Amount = Annotated[
    int, Field(ge=1, le=999_999_999_999, description="In minor units: 1999 is 19.99 EUR.")
]
Email = Annotated[str, Field(max_length=512, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="Two letters, like DE.")]
Quantity = Annotated[int, Field(ge=1, le=999_999)]
Locale = Literal[
    "auto", "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr",
    "fr-CA", "hi-IN", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl",
    "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
]  # fmt: skip


def _metadata(given: dict[str, str]) -> dict[str, str]:
    for name, value in given.items():
        if not 1 <= len(name) <= 40 or "[" in name or "]" in name:
            raise ValueError(f"the name {name[:50]!r} must have 1 to 40 characters and no brackets")
        if len(value) > 500:
            raise ValueError(f"the value of {name!r} is longer than 500 characters")
    return given


# Stripe allows 50; one of them is ours, by which a lost call is found again.
Metadata = Annotated[dict[str, str], Field(max_length=49), AfterValidator(_metadata)]


class Address(ActionInput):
    """A postal address."""

    line1: str | None = Field(default=None, max_length=500)
    line2: str | None = Field(default=None, max_length=500)
    city: str | None = Field(default=None, max_length=500)
    state: str | None = Field(default=None, max_length=500)
    postal_code: str | None = Field(default=None, max_length=500)
    country: Country | None = None


class Shipping(ActionInput):
    """Where goods go to."""

    name: str = Field(min_length=1, max_length=500)
    phone: str | None = Field(default=None, max_length=20)
    address: Address


class InvoiceSettings(ActionInput):
    """How a customer's invoices look and are paid."""

    default_payment_method: Id | None = None
    footer: str | None = Field(default=None, max_length=5000)


class CreateCustomer(ActionInput):
    """Input of `create_customer`. Nothing is required; without an email no invoice can be sent."""

    email: Email | None = None
    name: str | None = Field(default=None, max_length=256)
    business_name: str | None = Field(default=None, max_length=150)
    individual_name: str | None = Field(default=None, max_length=150)
    phone: str | None = Field(default=None, max_length=20)
    description: str | None = Field(default=None, max_length=5000)
    address: Address | None = None
    shipping: Shipping | None = None
    preferred_locales: list[str] | None = Field(default=None, max_length=20)
    payment_method: Id | None = None
    invoice_settings: InvoiceSettings | None = None
    tax_exempt: Literal["none", "exempt", "reverse"] | None = None
    metadata: Metadata = Field(default_factory=dict)


class Recurring(ActionInput):
    """How often a price is charged."""

    interval: Literal["day", "week", "month", "year"]
    interval_count: int | None = Field(default=None, ge=1, le=1095)


class ProductData(ActionInput):
    """A product made along with its price."""

    name: str = Field(min_length=1, max_length=5000)
    description: str | None = Field(default=None, max_length=40_000)
    images: list[PublicUrl] | None = Field(default=None, max_length=8)


class PriceData(ActionInput):
    """A price made along the way, of a `product` there is or of `productData`."""

    currency: Currency
    unit_amount: int = Field(ge=0, le=999_999_999_999, description="In minor units.")
    product: Id | None = None
    product_data: ProductData | None = None
    recurring: Recurring | None = None
    tax_behavior: Literal["exclusive", "inclusive", "unspecified"] | None = None

    @model_validator(mode="after")
    def _one_product(self) -> "PriceData":
        if (self.product is None) == (self.product_data is None):
            raise ValueError("give either product or productData")
        return self


class AdjustableQuantity(ActionInput):
    """Whether the buyer may change how many."""

    enabled: bool
    minimum: int | None = Field(default=None, ge=0, le=999_999)
    maximum: int | None = Field(default=None, ge=1, le=999_999)


class LineItem(ActionInput):
    """Something sold: a `price` there is, or `priceData`."""

    price: Id | None = Field(default=None, description="Id of a price; begins with price_.")
    price_data: PriceData | None = None
    quantity: Quantity | None = Field(default=1, description="null for a price that is metered.")
    adjustable_quantity: AdjustableQuantity | None = None

    @model_validator(mode="after")
    def _one_price(self) -> "LineItem":
        if (self.price is None) == (self.price_data is None):
            raise ValueError("give either price or priceData")
        return self


class Discount(ActionInput):
    """One discount: a `coupon` or a `promotionCode`, by id."""

    coupon: Id | None = None
    promotion_code: Id | None = None

    @model_validator(mode="after")
    def _one(self) -> "Discount":
        if (self.coupon is None) == (self.promotion_code is None):
            raise ValueError("give either coupon or promotionCode")
        return self


class CreateRefund(ActionInput):
    """Input of `create_refund`. Without `amount`, all that is left is refunded."""

    charge: ChargeId | None = None
    payment_intent: PaymentIntentId | None = None
    amount: Amount | None = None
    reason: Literal["duplicate", "fraudulent", "requested_by_customer"] | None = None
    instructions_email: Email | None = None
    refund_application_fee: bool | None = None
    reverse_transfer: bool | None = None
    metadata: Metadata = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_payment(self) -> "CreateRefund":
        if (self.charge is None) == (self.payment_intent is None):
            raise ValueError("give either charge or paymentIntent")
        return self


class ListCharges(ActionInput):
    """Input of `list_charges`. `cursor` continues a list."""

    limit: int = Field(default=25, ge=1, le=100)
    cursor: ChargeId | None = Field(default=None, description="The last answer's cursor.")
    customer: Id | None = None
    payment_intent: PaymentIntentId | None = None
    created_from: Instant | None = Field(default=None, description="Not before this moment.")
    created_to: Instant | None = Field(default=None, description="Not after this moment.")
