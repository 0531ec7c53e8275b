"""What Shopify's product actions take. Fields are named as Shopify names them."""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from hub.connector_kit.fence import PublicUrl
from hub.connector_kit.spec import ActionInput

MAX_PRODUCTS = 2000
"""Products of one feed. Shopify takes files of 100 MB."""

Gid = Annotated[
    str,
    Field(
        max_length=200,
        pattern=r"^gid://shopify/[A-Za-z]+/[A-Za-z0-9-]+$",
        description="Like gid://shopify/Product/1234.",
    ),
]
Price = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=3)]
Handle = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\s/?#]+$")]
Tags = Annotated[list[Annotated[str, Field(min_length=1, max_length=255)]], Field(max_length=250)]
Quantity = Annotated[int, Field(ge=0, le=1_000_000_000)]


class CustomId(ActionInput):
    """A product's id in your own system: the value of a metafield defined as unique."""

    namespace: str | None = Field(default=None, min_length=2, max_length=255)
    key: str = Field(min_length=2, max_length=64)
    value: str = Field(min_length=1, max_length=255)


class Identifier(ActionInput):
    """Which product: by `id`, `handle` or `customId`."""

    id: Gid | None = None
    handle: Handle | None = None
    custom_id: CustomId | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(value is not None for value in (self.id, self.handle, self.custom_id)) != 1:
            raise ValueError("give one of id, handle and customId")
        return self


class Metafield(ActionInput):
    """A value of your own on a product or variant."""

    namespace: str | None = Field(default=None, min_length=2, max_length=255)
    key: str = Field(min_length=2, max_length=64)
    type: str | None = Field(default=None, max_length=100, description="Unset: as defined.")
    value: str = Field(min_length=1, max_length=65_536)


class Option(ActionInput):
    """A choice buyers have, like Size, and what it can be."""

    name: str = Field(min_length=1, max_length=255)
    values: list[Annotated[str, Field(min_length=1, max_length=255)]] = Field(
        min_length=1, max_length=2048
    )


class VariantOption(ActionInput):
    """What a variant is in one option."""

    option_name: str = Field(min_length=1, max_length=255)
    name: str = Field(min_length=1, max_length=255, description="One of the option's values.")


class Stock(ActionInput):
    """How many there are at a location."""

    location_id: Gid
    quantity: int = Field(ge=-1_000_000_000, le=1_000_000_000)
    name: Literal["available", "on_hand"] = "available"


class InventoryItem(ActionInput):
    """The goods behind a variant."""

    cost: Price | None = None
    tracked: bool | None = None
    requires_shipping: bool | None = None
    sku: str | None = Field(default=None, max_length=255)
    country_code_of_origin: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    harmonized_system_code: str | None = Field(default=None, pattern=r"^[0-9]{6,13}$")


class File(ActionInput):
    """A picture or other file, fetched by Shopify from `originalSource`."""

    original_source: PublicUrl
    alt: str | None = Field(default=None, max_length=512)
    content_type: Literal["IMAGE", "FILE", "EXTERNAL_VIDEO"] | None = None
    filename: str | None = Field(default=None, max_length=255)
    duplicate_resolution_mode: Literal["APPEND_UUID", "REPLACE"] | None = None


class Variant(ActionInput):
    """One thing that can be bought. `optionValues` say which."""

    option_values: list[VariantOption] = Field(min_length=1, max_length=3)
    id: Gid | None = None
    sku: str | None = Field(default=None, max_length=255)
    barcode: str | None = Field(default=None, max_length=255)
    price: Price | None = None
    compare_at_price: Price | None = None
    position: int | None = Field(default=None, ge=1)
    taxable: bool | None = None
    inventory_policy: Literal["DENY", "CONTINUE"] | None = None
    inventory_item: InventoryItem | None = None
    inventory_quantities: list[Stock] | None = Field(default=None, max_length=250)
    metafields: list[Metafield] | None = Field(default=None, max_length=250)
    file: File | None = None


class Seo(ActionInput):
    """How a search engine shows the product."""

    title: str | None = Field(default=None, max_length=255)
    description: str | None = Field(default=None, max_length=5000)


class Product(ActionInput):
    """A product as it shall be.

    What is left out stays as it is. A list that is given replaces the one there: variants, files,
    metafields and collections that are not on it are removed (so the schema says of productSet).
    """

    identifier: Identifier
    title: str | None = Field(default=None, min_length=1, max_length=255)
    description_html: str | None = Field(default=None, max_length=512_000)
    vendor: str | None = Field(default=None, max_length=255)
    product_type: str | None = Field(default=None, max_length=255)
    status: Literal["ACTIVE", "ARCHIVED", "DRAFT", "UNLISTED"] | None = None
    handle: Handle | None = Field(default=None, description="A new one; not with its handle.")
    redirect_new_handle: bool | None = None
    category: Gid | None = Field(default=None, description="Of Shopify's taxonomy.")
    collections: list[Gid] | None = Field(default=None, max_length=250)
    tags: Tags | None = None
    seo: Seo | None = None
    gift_card: bool | None = None
    requires_selling_plan: bool | None = None
    template_suffix: str | None = Field(default=None, max_length=255)
    options: list[Option] | None = Field(default=None, min_length=1, max_length=3)
    variants: list[Variant] | None = Field(default=None, min_length=1, max_length=2048)
    files: list[File] | None = Field(default=None, max_length=250)
    metafields: list[Metafield] | None = Field(default=None, max_length=250)

    @model_validator(mode="after")
    def _as_shopify_has_it(self) -> Self:
        if (self.options is None) != (self.variants is None):
            raise ValueError("options and variants are given together")
        if self.identifier.handle and self.handle not in (None, self.identifier.handle):
            raise ValueError("to change the handle, identify the product by id or customId")
        custom = self.identifier.custom_id
        if custom and self.metafields is not None and custom not in self._custom_ids():
            raise ValueError("metafields must contain the customId, or it would be removed")
        self._check_variants()
        return self

    def _custom_ids(self) -> list[CustomId]:
        return [
            CustomId(namespace=field.namespace, key=field.key, value=field.value)
            for field in self.metafields or ()
        ]

    def _check_variants(self) -> None:
        known = {option.name: set(option.values) for option in self.options or ()}
        if len(known) < len(self.options or ()):
            raise ValueError("an option is given twice")
        seen = set()
        for variant in self.variants or ():
            chosen = {value.option_name: value.name for value in variant.option_values}
            if chosen.keys() != known.keys() or len(chosen) < len(variant.option_values):
                raise ValueError(f"each variant needs one value of each of {', '.join(known)}")
            unknown = [f"{o}: {v}" for o, v in chosen.items() if v not in known[o]]
            if unknown:
                raise ValueError(f"options do not have {', '.join(unknown)}")
            if tuple(sorted(chosen.items())) in seen:
                raise ValueError(f"two variants are {', '.join(chosen.values())}")
            seen.add(tuple(sorted(chosen.items())))

    def variables(self) -> dict[str, Any]:
        """The variables of productSet."""
        body = self.model_dump(
            mode="json", by_alias=True, exclude_none=True, exclude={"identifier", "options"}
        )
        if self.options:
            body["productOptions"] = [
                {"name": option.name, "values": [{"name": value} for value in option.values]}
                for option in self.options
            ]
        if self.identifier.handle:
            # Shopify wants what identifies a product in its fields too (MISSING_FIELD_REQUIRED).
            body["handle"] = self.identifier.handle
        identifier = self.identifier.model_dump(by_alias=True, exclude_none=True)
        return {"input": body, "identifier": identifier}


class SyncProductFeed(ActionInput):
    """Input of `sync_product_feed`. One product is set at once, several in a bulk operation."""

    products: list[Product] = Field(min_length=1, max_length=MAX_PRODUCTS)

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        seen = [product.identifier.model_dump_json() for product in self.products]
        twice = {one for one in seen if seen.count(one) > 1} if len(set(seen)) < len(seen) else None
        if twice:
            raise ValueError(f"given twice: {', '.join(sorted(twice)[:5])}")
        return self


class GetProduct(Identifier):
    """Input of `get_product`: one of `id`, `handle` and `customId`."""
