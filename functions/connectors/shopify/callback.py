"""Shopify signs the parameters it sends a user back with.

`hmac` is the hex HMAC-SHA256, keyed by the app's secret, over the other parameters sorted by name.
https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

TOLERANCE_SECONDS = 300
"""How old, or how far ahead of our clock, a callback may be."""


def signed_by_shopify(query: Mapping[str, str], secret: str, now: datetime) -> bool:
    """Whether a callback is Shopify's, and of these minutes."""
    told = {name: value for name, value in query.items() if name not in ("hmac", "signature")}
    text = "&".join(f"{_escaped(name, '=')}={_escaped(told[name])}" for name in sorted(told))
    expected = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    same = hmac.compare_digest(expected.encode(), query.get("hmac", "").encode())
    try:
        age = now.timestamp() - int(query.get("timestamp", ""))
    except ValueError:
        return False
    return same and abs(age) <= TOLERANCE_SECONDS


def _escaped(text: str, more: str = "") -> str:
    """What would blur where one parameter ends, as Shopify's own libraries write it."""
    for character in f"%&{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text
