"""The SMS connector's function: its routes, its webhooks, and its steps of runs."""

from connectors.sms.client import SmsClient
from connectors.sms.inbound import on_event
from connectors.sms.sandbox import SmsTwin
from connectors.sms.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector
from hub.connector_kit.schemes import TWILIO

CONNECTOR = Connector(SPEC, SmsClient, SmsTwin, scheme=TWILIO, on_event=on_event)

handler = connector_handler(CONNECTOR)
