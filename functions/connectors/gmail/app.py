"""The Gmail connector's function: its routes, and its steps of runs."""

from connectors.gmail.client import GmailClient
from connectors.gmail.sandbox import GmailTwin
from connectors.gmail.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector

CONNECTOR = Connector(SPEC, GmailClient, GmailTwin)

handler = connector_handler(CONNECTOR)
