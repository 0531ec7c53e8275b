"""The LinkedIn connector's function: its routes, and its steps of runs."""

from connectors.linkedin.client import LinkedinClient
from connectors.linkedin.sandbox import LinkedinTwin
from connectors.linkedin.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector

CONNECTOR = Connector(SPEC, LinkedinClient, LinkedinTwin)

handler = connector_handler(CONNECTOR)
