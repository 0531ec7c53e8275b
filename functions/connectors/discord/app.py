"""The Discord connector's function: its routes, its webhooks, and its steps of runs."""

from connectors.discord.client import DiscordClient
from connectors.discord.sandbox import DiscordTwin
from connectors.discord.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector
from hub.connector_kit.schemes import DISCORD

CONNECTOR = Connector(SPEC, DiscordClient, DiscordTwin, scheme=DISCORD)

handler = connector_handler(CONNECTOR)
