"""The SMS connector's function: its routes, and its steps of runs."""

from connectors.sms.client import SmsClient
from connectors.sms.sandbox import SmsTwin
from connectors.sms.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector

CONNECTOR = Connector(SPEC, SmsClient, SmsTwin)

handler = connector_handler(CONNECTOR)
