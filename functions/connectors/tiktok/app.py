"""The TikTok connector's function: its routes, and its steps of runs."""

from connectors.tiktok.client import TikTokClient
from connectors.tiktok.sandbox import TikTokTwin
from connectors.tiktok.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector

CONNECTOR = Connector(SPEC, TikTokClient, TikTokTwin)

handler = connector_handler(CONNECTOR)
