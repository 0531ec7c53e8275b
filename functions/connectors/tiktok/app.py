"""The TikTok connector's function: its routes, its webhooks, and its steps of runs."""

from connectors.tiktok.client import TikTokClient
from connectors.tiktok.sandbox import TikTokTwin
from connectors.tiktok.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector
from hub.connector_kit.schemes import TIKTOK

CONNECTOR = Connector(SPEC, TikTokClient, TikTokTwin, scheme=TIKTOK)

handler = connector_handler(CONNECTOR)
