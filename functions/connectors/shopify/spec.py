"""Shopify as data: what it can do, what it takes, and how it fails."""

from connectors.shopify.callback import signed_by_shopify
from connectors.shopify.products import MAX_PRODUCTS, GetProduct, SyncProductFeed
from connectors.shopify.selling import CreateDiscountCode, CreateOrder, ListOrders
from hub.connector_kit.spec import (
    Action,
    Auth,
    AuthType,
    ClientAuth,
    ConnectorSpec,
    Credential,
    NoInput,
    OAuth,
    Setting,
    Webhook,
)
from hub.domain.outcome import Effect
from hub.domain.token import GrantKind

SPEC = ConnectorSpec(
    kind="shopify",
    display_name="Shopify",
    description="Keep products in step with a feed, make discount codes and orders, and read them.",
    category="commerce",
    base_url="https://{shop}.myshopify.com/admin/api",
    auth=Auth(
        type=AuthType.OAUTH2,
        credentials=(
            Credential("accessToken", "Admin API access token of your app; begins with shp."),
            Credential("refreshToken", "For tokens that expire; new at each use.", required=False),
            Credential("clientId", "Client id of your app.", secret=False, required=False),
            Credential(
                "clientSecret", "Client secret of your app; it signs webhooks.", required=False
            ),
        ),
        scopes=(
            "read_products",
            "write_products",
            "write_inventory",
            "read_discounts",
            "write_discounts",
            "read_orders",
            "read_draft_orders",
            "write_draft_orders",
        ),
        oauth=OAuth(
            authorize_url="https://{shop}.myshopify.com/admin/oauth/authorize",
            token_url="https://{shop}.myshopify.com/admin/oauth/access_token",  # noqa: S106 -- an address
            # Apps of your own in shops of your own need no user.
            grants=(GrantKind.AUTHORIZATION_CODE, GrantKind.CLIENT_CREDENTIALS),
            client_auth=ClientAuth.JSON,
            # Public apps must take tokens that end after an hour; refresh tokens live for 90 days
            # and are new at each use.
            token_extra={"expiring": "1"},
            authorize_names={"response_type": ""},
            token_names={"redirect_uri": ""},
            scope_separator=",",
            signed=signed_by_shopify,
        ),
    ),
    actions=(
        Action(
            id="sync_product_feed",
            name="Sync a product feed",
            description=f"Makes products as the feed has them, up to {MAX_PRODUCTS}; one at once, "
            "several in a bulk operation. Lists that are given replace those there.",
            input=SyncProductFeed,
            effect=Effect.WRITE,
            output={
                "synced": "how many products are as the feed has them",
                "failed": "how many are not",
                "products": "id, handle (the first hundred)",
                "errors": "line, field, code, message (the first fifty)",
                "operationId": "of a bulk operation, or null",
            },
        ),
        Action(
            id="create_discount_code",
            name="Create a discount code",
            description="Makes a code that takes a percentage or an amount off.",
            input=CreateDiscountCode,
            effect=Effect.WRITE,
            output={"id": "of the discount", "code": "as given", "status": "ACTIVE, SCHEDULED, …"},
        ),
        Action(
            id="list_orders",
            name="List orders",
            description="Lists orders, a page at a time; those of the last 60 days unless the app "
            "has the scope read_all_orders.",
            input=ListOrders,
            effect=Effect.READ,
            output={"orders": "id, name, total, …", "cursor": "next page or null"},
        ),
        Action(
            id="create_order",
            name="Create an order",
            description="Makes a draft order; with `complete`, an order of it.",
            input=CreateOrder,
            effect=Effect.WRITE,
            output={
                "draftOrderId": "id",
                "status": "OPEN or COMPLETED",
                "invoiceUrl": "where the customer can pay",
                "orderId": "or null",
            },
        ),
        Action(
            id="get_product",
            name="Get a product",
            description="Reads a product with its variants, by id, handle or customId.",
            input=GetProduct,
            effect=Effect.READ,
            output={"id": "id", "title": "title", "variants": "id, sku, price, …"},
        ),
        Action(
            id="test_connection",
            name="Test the connection",
            description="Reads the shop and the app's scopes; changes nothing.",
            input=NoInput,
            effect=Effect.READ,
            output={"id": "of the shop", "name": "its name", "scopes": "what the app may do"},
        ),
    ),
    limits="Costs in points: 100 to 2,000 restored a second by the shop's plan, at most 1,000 for "
    "one query; five bulk mutations at a time, each up to 24 hours.",
    reference="https://shopify.dev/docs/api/admin-graphql/2026-10",
    contract="Shopify's Admin GraphQL schema 2026-10 (introspection in @shopify/dev-mcp)",
    settings=(
        Setting("shop", "first part of the shop's myshopify.com address, like my-shop"),
        Setting("apiVersion", "version of the Admin API", "2026-10"),
    ),
    webhook=Webhook("base64 HMAC-SHA256 of the body", "X-Shopify-Hmac-SHA256"),
)
