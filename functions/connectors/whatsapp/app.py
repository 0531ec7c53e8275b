"""The WhatsApp connector's function: its routes, its webhooks, and its steps of runs."""

from connectors.whatsapp.client import WhatsAppClient
from connectors.whatsapp.sandbox import WhatsAppTwin
from connectors.whatsapp.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector
from hub.connector_kit.schemes import WHATSAPP

CONNECTOR = Connector(SPEC, WhatsAppClient, WhatsAppTwin, scheme=WHATSAPP)

handler = connector_handler(CONNECTOR)
