"""SMS's contract: what the generated resources of Twilio's own SDK send."""

from tests.contract.oracles.twilio_sdk import WRONG, check

__all__ = ["WRONG", "check"]
