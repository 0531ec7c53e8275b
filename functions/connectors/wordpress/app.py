"""The WordPress connector's function: its routes, and its steps of runs."""

from connectors.wordpress.client import WordpressClient
from connectors.wordpress.sandbox import WordpressTwin
from connectors.wordpress.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector

CONNECTOR = Connector(SPEC, WordpressClient, WordpressTwin)

handler = connector_handler(CONNECTOR)
