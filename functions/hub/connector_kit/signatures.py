"""Signatures of inbound webhooks: one function a scheme, all held to the vendors' own verifiers.

Each takes the delivery as it came, byte for byte, the secret and the present time, and raises
UnauthenticatedError (BAD_SIGNATURE) unless it is what the platform sent. Comparisons take the same
time whatever they find.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from urllib.parse import parse_qs, parse_qsl, urlsplit, urlunsplit

from hub.connector_kit.waits import number
from hub.domain.errors import UnauthenticatedError

TOLERANCE_SECONDS = 300
"""How old, or how far ahead of our clock, a signed delivery may be."""


@dataclass(frozen=True)
class Inbound:
    """A request from a platform. Header names are lower case, `url` is as the platform called."""

    method: str
    url: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """A header; empty if there is none."""
        return self.headers.get(name, "")

    def json(self) -> Any:
        """The body's JSON; None if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def pairs(self) -> list[tuple[str, str]]:
        """The fields of a form body, repeated ones too; none for a body of another kind."""
        if not self.header("content-type").startswith("application/x-www-form-urlencoded"):
            return []
        return parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True)


def slack(inbound: Inbound, secret: str, now: datetime) -> None:
    """`v0=` hex HMAC-SHA256 over `v0:{timestamp}:{body}`. docs.slack.dev, verifying requests."""
    stamp = inbound.header("x-slack-request-timestamp")
    _fresh(stamp, now)
    signed = b"v0:" + stamp.encode() + b":" + inbound.body
    _same(["v0=" + _hex(secret, signed)], inbound.header("x-slack-signature"))


def stripe(inbound: Inbound, secret: str, now: datetime) -> None:
    """`t=…,v1=…`: hex HMAC-SHA256 over `{t}.{body}`; any of several v1 may match."""
    parts = [part.partition("=") for part in inbound.header("stripe-signature").split(",")]
    stamp = next((value for name, _, value in parts if name == "t"), "")
    _fresh(stamp, now)
    expected = _hex(secret, stamp.encode() + b"." + inbound.body)
    _any_same(expected, (value for name, _, value in parts if name == "v1"))


def twilio(inbound: Inbound, secret: str, _now: datetime) -> None:
    """Base64 HMAC over the URL and the sorted form fields; of a JSON body the URL has the hash.

    HMAC-SHA1 with the auth token, or the algorithm that the settings header names. Twilio signs the
    URL with its port or without, so both count.
    """
    algorithm = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}.get(_twilio_algorithm(inbound))
    if algorithm is None:
        _refuse("is of an unknown algorithm")
    query = parse_qs(urlsplit(inbound.url).query)
    fields = "".join(name + value for name, value in sorted(set(inbound.pairs())))
    if told := query.get("bodySHA256"):
        fields = ""
        _same([hashlib.sha256(inbound.body).hexdigest()], told[0])
    signed = [(url + fields).encode() for url in _with_and_without_port(inbound.url)]
    expected = [_base64(secret, text, algorithm) for text in signed]
    _same(expected, inbound.header("x-twilio-signature"))


def meta(inbound: Inbound, secret: str, _now: datetime) -> None:
    """`sha256=` hex HMAC-SHA256 of the body with the app's secret, for all of Meta's products."""
    _same(["sha256=" + _hex(secret, inbound.body)], inbound.header("x-hub-signature-256"))


def shopify(inbound: Inbound, secret: str, _now: datetime) -> None:
    """Base64 HMAC-SHA256 of the body; the newer deliveries leave the `x-` off."""
    given = inbound.header("x-shopify-hmac-sha256") or inbound.header("shopify-hmac-sha256")
    _same([_base64(secret, inbound.body)], given)


def x(inbound: Inbound, secret: str, _now: datetime) -> None:
    """`sha256=` base64 HMAC-SHA256 of the body with the consumer secret."""
    expected = "sha256=" + _base64(secret, inbound.body)
    _same([expected], inbound.header("x-twitter-webhooks-signature"))


def discord(inbound: Inbound, secret: str, now: datetime) -> None:
    """Ed25519 over timestamp and body; the `secret` is the application's public key, in hex."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    stamp = inbound.header("x-signature-timestamp")
    _fresh(stamp, now)
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(secret))
        given = bytes.fromhex(inbound.header("x-signature-ed25519"))
        key.verify(given, stamp.encode() + inbound.body)
    except (InvalidSignature, ValueError):
        _refuse("does not fit")


def tiktok(inbound: Inbound, secret: str, now: datetime) -> None:
    """`t=…,s=…`: hex HMAC-SHA256 over `{t}.{body}`. The form of TikTok for Developers; that the
    Business API signs alike is not proved by an official source.
    """
    parts = dict(part.partition("=")[::2] for part in inbound.header("tiktok-signature").split(","))
    stamp = parts.get("t", "")
    _fresh(stamp, now)
    _same([_hex(secret, stamp.encode() + b"." + inbound.body)], parts.get("s", ""))


def _twilio_algorithm(inbound: Inbound) -> str:
    settings = inbound.header("x-twilio-webhooks-signature-settings")
    named = (part.partition("=") for part in settings.split(","))
    found = (value.strip() for name, _, value in named if name.strip() == "algorithm")
    return next((value.upper() for value in found if value), "HMAC_SHA1")


def _with_and_without_port(url: str) -> list[str]:
    parts = urlsplit(url)
    host = parts.netloc.partition(":")[0]
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return [urlunsplit(parts._replace(netloc=netloc)) for netloc in (host, f"{host}:{port}")]


def _fresh(stamp: str, now: datetime) -> None:
    moment = number(stamp)
    if moment is None:
        _refuse("has no time")
    if abs(now.timestamp() - moment) > TOLERANCE_SECONDS:
        _refuse(f"is more than {TOLERANCE_SECONDS} s from our clock")


def _hex(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, "sha256").hexdigest()


def _base64(secret: str, signed: bytes, algorithm: str = "sha256") -> str:
    return base64.b64encode(hmac.new(secret.encode(), signed, algorithm).digest()).decode()


def _same(expected: Iterable[str], given: str) -> None:
    # Not any(): each is compared, so that time tells nothing.
    found = [hmac.compare_digest(text.encode(), given.encode()) for text in expected]
    if True not in found:
        _refuse("does not fit")


def _any_same(expected: str, given: Iterable[str]) -> None:
    found = [hmac.compare_digest(expected.encode(), text.encode()) for text in given]
    if True not in found:
        _refuse("does not fit")


def _refuse(why: str) -> NoReturn:
    raise UnauthenticatedError(
        f"the signature of this delivery {why}; it was not taken", code="BAD_SIGNATURE"
    )
