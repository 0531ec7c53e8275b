"""Twilio's SMS, played."""

from hub.connector_kit.twilio_twin import TwilioTwin


class SmsTwin(TwilioTwin):
    """`hub.connector_kit.twilio_twin` names the numbers that fail."""

    credentials = {"accountSid": "AC" + "0" * 32, "authToken": "sandbox-auth-token"}
    settings = {"from": "+15005550006", "messagingServiceSid": "MG" + "0" * 32}
