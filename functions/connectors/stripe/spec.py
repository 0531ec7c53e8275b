"""Stripe as data: what it can do, what it takes, and how it fails."""

from connectors.stripe.inputs import CreateCustomer, CreateRefund, ListCharges
from connectors.stripe.selling import (
    CancelSubscription,
    CreateCheckoutSession,
    CreateInvoice,
    CreatePaymentLink,
    CreateSubscription,
)
from hub.connector_kit.spec import (
    Action,
    Auth,
    AuthType,
    ConnectorSpec,
    Credential,
    NoInput,
    Setting,
    Webhook,
)
from hub.domain.outcome import Effect

SPEC = ConnectorSpec(
    kind="stripe",
    display_name="Stripe",
    description="Sell and bill: customers, checkout, payment links, subscriptions, invoices, "
    "refunds, and the charges there were.",
    category="commerce",
    base_url="https://api.stripe.com/v1",
    auth=Auth(
        type=AuthType.API_KEY,
        credentials=(
            Credential("secretKey", "Secret or restricted key; begins with sk_ or rk_."),
            Credential(
                "webhookSecret",
                "Signing secret of your webhook endpoint; begins with whsec_.",
                required=False,
            ),
        ),
    ),
    actions=(
        Action(
            id="create_customer",
            name="Create a customer",
            description="Creates a customer to bill or to sell to.",
            input=CreateCustomer,
            effect=Effect.IDEMPOTENT_WRITE,
            output={"id": "cus_…", "email": "or null", "created": "unix seconds"},
        ),
        Action(
            id="create_checkout_session",
            name="Create a checkout session",
            description="Makes a page of Stripe's where one buyer pays; send the buyer to its url.",
            input=CreateCheckoutSession,
            effect=Effect.IDEMPOTENT_WRITE,
            output={"id": "cs_…", "url": "of the page", "expiresAt": "unix seconds"},
        ),
        Action(
            id="create_payment_link",
            name="Create a payment link",
            description="Makes a lasting link at which anybody can pay.",
            input=CreatePaymentLink,
            effect=Effect.IDEMPOTENT_WRITE,
            output={"id": "plink_…", "url": "to share", "active": "true"},
        ),
        Action(
            id="create_subscription",
            name="Create a subscription",
            description="Subscribes a customer to recurring prices.",
            input=CreateSubscription,
            effect=Effect.IDEMPOTENT_WRITE,
            output={
                "id": "sub_…",
                "status": "active, trialing, incomplete, …",
                "currentPeriodEnd": "unix seconds",
                "latestInvoice": "in_… or null",
            },
        ),
        Action(
            id="cancel_subscription",
            name="Cancel a subscription",
            description="Ends a subscription now or at the end of its period.",
            input=CancelSubscription,
            effect=Effect.IDEMPOTENT_WRITE,
            output={"id": "sub_…", "status": "canceled or as before", "cancelAtPeriodEnd": "bool"},
        ),
        Action(
            id="create_invoice",
            name="Create an invoice",
            description="Makes an invoice of lines, finalizes it and emails it to the customer.",
            input=CreateInvoice,
            effect=Effect.IDEMPOTENT_WRITE,
            output={
                "id": "in_…",
                "number": "or null for a draft",
                "status": "draft, open, paid, …",
                "total": "in minor units",
                "hostedInvoiceUrl": "where to pay",
                "sent": "whether it was emailed",
            },
        ),
        Action(
            id="list_charges",
            name="List charges",
            description="Lists charges, newest first, a page at a time.",
            input=ListCharges,
            effect=Effect.READ,
            output={"charges": "id, amount, currency, status, …", "cursor": "next page or null"},
        ),
        Action(
            id="create_refund",
            name="Create a refund",
            description="Refunds a charge or payment, in whole or in part.",
            input=CreateRefund,
            effect=Effect.IDEMPOTENT_WRITE,
            output={"id": "re_…", "status": "succeeded, pending, …", "amount": "in minor units"},
        ),
        Action(
            id="test_connection",
            name="Test the connection",
            description="Reads the account of the key; changes nothing.",
            input=NoInput,
            effect=Effect.READ,
            output={"id": "acct_…", "name": "or null", "chargesEnabled": "bool"},
        ),
    ),
    limits="100 calls a second and account live, 25 in a sandbox; 25 a second for each endpoint; "
    "10 new invoices a minute for each subscription. Stripe does not say how long to wait.",
    reference="https://docs.stripe.com/api",
    contract="Parameter types of Stripe's own SDK (stripe 16.1, API 2026-10-28.endive)",
    settings=(
        Setting("apiVersion", "version of Stripe's API that is asked for", "2026-10-28.endive"),
        Setting("account", "connected account (acct_…) to act for, with a platform's key"),
    ),
    webhook=Webhook("t, v1 HMAC-SHA256 over t.body", "Stripe-Signature"),
)
