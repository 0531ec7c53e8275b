"""The YouTube connector's function: its routes, and its steps of runs."""

from connectors.youtube.client import YoutubeClient
from connectors.youtube.sandbox import YoutubeTwin
from connectors.youtube.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector

CONNECTOR = Connector(SPEC, YoutubeClient, YoutubeTwin)

handler = connector_handler(CONNECTOR)
