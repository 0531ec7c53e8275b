"""The Slack connector's function: its routes, its webhooks, and its steps of runs."""

from connectors.slack.client import SlackClient
from connectors.slack.sandbox import SlackTwin
from connectors.slack.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector
from hub.connector_kit.schemes import SLACK

CONNECTOR = Connector(SPEC, SlackClient, SlackTwin, scheme=SLACK)

handler = connector_handler(CONNECTOR)
