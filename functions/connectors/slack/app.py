"""The Slack connector's function: its routes, and its steps of runs."""

from connectors.slack.client import SlackClient
from connectors.slack.sandbox import SlackTwin
from connectors.slack.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector

CONNECTOR = Connector(SPEC, SlackClient, SlackTwin)

handler = connector_handler(CONNECTOR)
