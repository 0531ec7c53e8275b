"""The Reddit connector's function: its routes, and its steps of runs."""

from connectors.reddit.client import RedditClient
from connectors.reddit.sandbox import RedditTwin
from connectors.reddit.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector

CONNECTOR = Connector(SPEC, RedditClient, RedditTwin)

handler = connector_handler(CONNECTOR)
