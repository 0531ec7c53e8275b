"""The Google Ads connector's function: its routes, and its steps of runs."""

from connectors.google_ads.client import GoogleAdsClient
from connectors.google_ads.sandbox import GoogleAdsTwin
from connectors.google_ads.spec import SPEC
from hub.connector_kit.app import connector_handler
from hub.connector_kit.connector import Connector

CONNECTOR = Connector(SPEC, GoogleAdsClient, GoogleAdsTwin)

handler = connector_handler(CONNECTOR)
