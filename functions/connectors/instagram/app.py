"""The Instagram connector's function: its routes, its webhooks, and its steps of runs."""

from connectors.instagram.client import InstagramClient
from connectors.instagram.sandbox import InstagramTwin
from connectors.instagram.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector
from hub.connector_kit.schemes import META

CONNECTOR = Connector(SPEC, InstagramClient, InstagramTwin, scheme=META)

handler = connector_handler(CONNECTOR)
