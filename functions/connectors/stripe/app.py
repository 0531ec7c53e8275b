"""The Stripe connector's function: its routes, its webhooks, and its steps of runs."""

from connectors.stripe.client import StripeClient
from connectors.stripe.sandbox import StripeTwin
from connectors.stripe.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector
from hub.connector_kit.schemes import STRIPE

CONNECTOR = Connector(SPEC, StripeClient, StripeTwin, scheme=STRIPE)

handler = connector_handler(CONNECTOR)
