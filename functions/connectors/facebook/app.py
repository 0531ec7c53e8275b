"""The Facebook connector's function: its routes, its webhooks, and its steps of runs."""

from connectors.facebook.client import FacebookClient
from connectors.facebook.sandbox import FacebookTwin
from connectors.facebook.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector
from hub.connector_kit.schemes import META

CONNECTOR = Connector(SPEC, FacebookClient, FacebookTwin, scheme=META)

handler = connector_handler(CONNECTOR)
