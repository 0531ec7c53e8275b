"""The Shopify connector's function: its routes, its webhooks, and its steps of runs."""

from connectors.shopify.client import ShopifyClient
from connectors.shopify.sandbox import ShopifyTwin
from connectors.shopify.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector
from hub.connector_kit.schemes import SHOPIFY

CONNECTOR = Connector(SPEC, ShopifyClient, ShopifyTwin, scheme=SHOPIFY)

handler = connector_handler(CONNECTOR)
