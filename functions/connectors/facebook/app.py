"""The Facebook connector's function: its routes, and its steps of runs."""

from connectors.facebook.client import FacebookClient
from connectors.facebook.sandbox import FacebookTwin
from connectors.facebook.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector

CONNECTOR = Connector(SPEC, FacebookClient, FacebookTwin)

handler = connector_handler(CONNECTOR)
