"""The Search Console connector's function: its routes, and its steps of runs."""

from connectors.google_search_console.client import GoogleSearchConsoleClient
from connectors.google_search_console.sandbox import GoogleSearchConsoleTwin
from connectors.google_search_console.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector

CONNECTOR = Connector(SPEC, GoogleSearchConsoleClient, GoogleSearchConsoleTwin)

handler = connector_handler(CONNECTOR)
