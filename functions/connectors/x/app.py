"""The X connector's function: its routes, its webhooks, and its steps of runs."""

from connectors.x.client import XClient
from connectors.x.sandbox import XTwin
from connectors.x.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector
from hub.connector_kit.schemes import X

CONNECTOR = Connector(SPEC, XClient, XTwin, scheme=X)

handler = connector_handler(CONNECTOR)
