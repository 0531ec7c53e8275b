"""Shopify's actions, over the Admin GraphQL API.

Contract: the Admin schema 2026-10 and https://shopify.dev/docs/api/admin-graphql, read 2026-11.
"""

from datetime import datetime

from connectors.shopify import bodies, documents, results
from connectors.shopify.feed import FeedSync
from connectors.shopify.orders import Ordering
from connectors.shopify.platform import FILES, TABLE, Shopify
from connectors.shopify.products import GetProduct, SyncProductFeed
from connectors.shopify.selling import CreateDiscountCode, CreateOrder, ListOrders
from hub.connector_kit.client import ClientContext
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.spec import ActionInput, NoInput
from hub.domain.outcome import Effect, Outcome, Reconciliation, invalid

__all__ = ["FILES", "TABLE", "ShopifyClient"]


class ShopifyClient:
    """Calls Shopify for one connection. Settings: `shop`, `apiVersion`."""

    def __init__(self, context: ClientContext) -> None:
        self._clock = context.clock
        self._shopify = Shopify(context)
        self._feed = FeedSync(context, self._shopify)
        self._ordering = Ordering(context, self._shopify)

    def sync_product_feed(self, given: SyncProductFeed) -> Outcome:
        """productSet, for several products in a bulk operation."""
        return self._feed.sync(given)

    def create_discount_code(self, given: CreateDiscountCode) -> Outcome:
        """discountCodeBasicCreate. Shopify refuses a code there is already (TAKEN)."""
        return self._shopify.call(
            documents.DISCOUNT_CREATE,
            {"basicCodeDiscount": bodies.discount(given, self._clock.now())},
            Effect.WRITE,
            lambda data: results.discount(
                data["discountCodeBasicCreate"]["codeDiscountNode"], given.code
            ),
        )

    def list_orders(self, given: ListOrders) -> Outcome:
        """orders, one page."""
        variables = {
            "first": given.limit,
            "after": given.cursor,
            "query": given.query,
            "sortKey": given.sort_key,
            "reverse": given.reverse,
            "withCustomer": given.with_customer,
            "withLines": given.with_lines,
        }
        asked = {name: value for name, value in variables.items() if value is not None}
        return self._shopify.call(documents.ORDERS, asked, read=results.orders)

    def create_order(self, given: CreateOrder) -> Outcome:
        """draftOrderCreate, with `complete` also draftOrderComplete."""
        return self._ordering.create(given)

    def get_product(self, given: GetProduct) -> Outcome:
        """productByIdentifier."""
        identifier = given.model_dump(by_alias=True, exclude_none=True)
        outcome = self._shopify.call(
            documents.PRODUCT_BY_IDENTIFIER, {"identifier": identifier}, read=results.product
        )
        if outcome.ok and not outcome.data:
            return invalid("PRODUCT_NOT_FOUND", f"there is no product {given.model_dump_json()}")
        return outcome

    def test_connection(self, _given: NoInput) -> Outcome:
        """shop and currentAppInstallation."""
        return self._shopify.call(documents.SHOP, {}, read=results.shop)

    def reconcile(self, action: str, given: ActionInput, since: datetime) -> ReadBack:
        """Looks for the discount by its code, the draft by its note attribute, the bulk operation
        by its name.
        """
        del action
        match given:
            case SyncProductFeed():
                return self._feed.reconcile(given, since)
            case CreateOrder():
                return self._ordering.reconcile(given, since)
            case CreateDiscountCode():
                return self._discounted(given, since)
            case _:
                return ReadBack(Reconciliation.UNKNOWN)

    def _discounted(self, given: CreateDiscountCode, since: datetime) -> ReadBack:
        """A code is there once. An older one is not this call's: sent again, it is refused."""
        seen = self._shopify.call(documents.DISCOUNT_BY_CODE, {"code": given.code})
        if not seen.ok or "codeDiscountNodeByCode" not in seen.data:
            return ReadBack(Reconciliation.UNKNOWN)
        node = seen.data["codeDiscountNodeByCode"]
        if node is None or not results.created_since(node, since):
            return ReadBack(Reconciliation.NOT_DONE)
        return ReadBack(Reconciliation.DONE, results.discount(node, given.code))
