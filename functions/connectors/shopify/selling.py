"""What Shopify's actions that sell take: discounts and orders."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from connectors.shopify.products import Gid, Price, Tags
from hub.connector_kit.spec import ActionInput
from hub.domain.model import Instant

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="Like EUR.")]
Email = Annotated[str, Field(max_length=320, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Gids = Annotated[list[Gid], Field(min_length=1, max_length=100)]


class CombinesWith(ActionInput):
    """With which other discounts this one may be used."""

    order_discounts: bool | None = None
    product_discounts: bool | None = None
    shipping_discounts: bool | None = None


class CreateDiscountCode(ActionInput):
    """Input of `create_discount_code`: `percentOff` or `amountOff`.

    Without `products`, `variants` or `collections` it is for everything; without `customers` or
    `customerSegments` for everybody. `startsAt` is now unless given.
    """

    code: str = Field(min_length=1, max_length=255, pattern=r"^\S(.*\S)?$")
    title: str | None = Field(default=None, min_length=1, max_length=255)
    percent_off: Decimal | None = Field(
        default=None, gt=0, le=100, decimal_places=2, description="10 is 10 % off."
    )
    amount_off: Price | None = Field(default=None, description="In the shop's currency.")
    applies_on_each_item: bool | None = Field(default=None, description="Of amountOff.")
    products: Gids | None = None
    variants: Gids | None = None
    collections: Gids | None = None
    customers: Gids | None = None
    customer_segments: Gids | None = None
    minimum_subtotal: Price | None = None
    minimum_quantity: int | None = Field(default=None, ge=1)
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    usage_limit: int | None = Field(default=None, ge=1)
    applies_once_per_customer: bool | None = None
    applies_on_subscription: bool | None = None
    applies_on_one_time_purchase: bool | None = None
    recurring_cycle_limit: int | None = Field(default=None, ge=0)
    combines_with: CombinesWith | None = None
    tags: Tags | None = None

    @model_validator(mode="after")
    def _as_shopify_has_it(self) -> Self:
        if (self.percent_off is None) == (self.amount_off is None):
            raise ValueError("give either percentOff or amountOff")
        if self.applies_on_each_item is not None and self.amount_off is None:
            raise ValueError("appliesOnEachItem needs amountOff")
        if self.collections and (self.products or self.variants):
            raise ValueError("give either collections, or products and variants")
        if self.customers and self.customer_segments:
            raise ValueError("give either customers or customerSegments")
        if self.minimum_subtotal is not None and self.minimum_quantity is not None:
            raise ValueError("give either minimumSubtotal or minimumQuantity")
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValueError("endsAt must be after startsAt")
        return self


class ListOrders(ActionInput):
    """Input of `list_orders`. `cursor` continues a list.

    `query` is in Shopify's search syntax, as in `financial_status:paid created_at:>2026-10-01`.
    Without the scope read_all_orders only the last 60 days are there (so the schema says of Order).
    Customers are protected data: Shopify must have approved the app for them.
    """

    limit: int = Field(default=25, ge=1, le=250)
    cursor: str | None = Field(default=None, max_length=1000)
    query: str | None = Field(default=None, max_length=2000)
    sort_key: (
        Literal[
            "CREATED_AT", "CUSTOMER_NAME", "FINANCIAL_STATUS", "FULFILLMENT_STATUS", "ID",
            "ORDER_NUMBER", "PROCESSED_AT", "RELEVANCE", "TOTAL_PRICE", "UPDATED_AT",
        ]
        | None
    ) = None  # fmt: skip
    reverse: bool | None = None
    with_customer: bool = False
    with_lines: bool = Field(default=False, description="Up to 50 of each order.")


class Money(ActionInput):
    """An amount of money."""

    amount: Price
    currency_code: Currency


class Attribute(ActionInput):
    """A note of your own."""

    key: str = Field(min_length=1, max_length=255)
    value: str = Field(max_length=1000)


class AppliedDiscount(ActionInput):
    """A discount given by hand: `value` percent, or an amount in the shop's currency."""

    value: float = Field(ge=0)
    value_type: Literal["FIXED_AMOUNT", "PERCENTAGE"]
    title: str | None = Field(default=None, max_length=255)
    description: str | None = Field(default=None, max_length=255)

    @model_validator(mode="after")
    def _percent(self) -> Self:
        if self.value_type == "PERCENTAGE" and self.value > 100:
            raise ValueError("a percentage is at most 100")
        return self


class OrderLine(ActionInput):
    """A line: a variant there is, or `title` and `price` of something else."""

    quantity: int = Field(ge=1, le=1_000_000)
    variant_id: Gid | None = None
    title: str | None = Field(default=None, min_length=1, max_length=255)
    price: Money | None = None
    sku: str | None = Field(default=None, max_length=255)
    taxable: bool | None = None
    requires_shipping: bool | None = None
    applied_discount: AppliedDiscount | None = None
    custom_attributes: list[Attribute] | None = Field(default=None, max_length=100)

    @model_validator(mode="after")
    def _variant_or_custom(self) -> Self:
        own = (self.title, self.price, self.sku, self.taxable, self.requires_shipping)
        if self.variant_id and any(value is not None for value in own):
            raise ValueError(
                "a variant brings its own title, price, sku, taxable, requiresShipping"
            )
        if not self.variant_id and (self.title is None or self.price is None):
            raise ValueError("give variantId, or title and price")
        return self


class Address(ActionInput):
    """A postal address."""

    first_name: str | None = Field(default=None, max_length=255)
    last_name: str | None = Field(default=None, max_length=255)
    company: str | None = Field(default=None, max_length=255)
    address1: str | None = Field(default=None, max_length=255)
    address2: str | None = Field(default=None, max_length=255)
    city: str | None = Field(default=None, max_length=255)
    province_code: str | None = Field(default=None, max_length=10)
    zip: str | None = Field(default=None, max_length=20)
    country_code: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    phone: str | None = Field(default=None, max_length=50)


class ShippingLine(ActionInput):
    """How it is sent and for how much."""

    title: str = Field(min_length=1, max_length=255)
    price: Money


class PaymentTerms(ActionInput):
    """When it is to be paid, by one of the shop's templates."""

    template_id: Gid
    issued_at: Instant | None = None
    due_at: Instant | None = None


class CreateOrder(ActionInput):
    """Input of `create_order`: a draft; with `complete` it becomes an order, paid unless it has
    `paymentTerms`.
    """

    line_items: list[OrderLine] = Field(min_length=1, max_length=499)
    complete: bool = False
    customer_id: Gid | None = None
    email: Email | None = None
    phone: str | None = Field(default=None, max_length=50)
    shipping_address: Address | None = None
    billing_address: Address | None = None
    use_customer_default_address: bool | None = None
    shipping_line: ShippingLine | None = None
    applied_discount: AppliedDiscount | None = None
    discount_codes: list[str] | None = Field(default=None, min_length=1, max_length=25)
    accept_automatic_discounts: bool | None = None
    allow_discount_codes_in_checkout: bool | None = None
    presentment_currency_code: Currency | None = None
    payment_terms: PaymentTerms | None = None
    note: str | None = Field(default=None, max_length=5000)
    po_number: str | None = Field(default=None, max_length=255)
    tags: Tags | None = None
    tax_exempt: bool | None = None
    reserve_inventory_until: Instant | None = None
    visible_to_customer: bool | None = None
    custom_attributes: list[Attribute] | None = Field(default=None, max_length=99)
