"""Signatures of webhooks, against the verifiers of the vendors' own packages."""

import base64
import hashlib
import hmac
import json
import warnings
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier
from twilio.request_validator import RequestValidator

from hub.connector_kit import signatures
from hub.connector_kit.signatures import Inbound
from hub.domain.errors import UnauthenticatedError
from tests.support import START

SECRET = "shhh-very-secret"
STAMP = str(int(START.timestamp()))
URL = "https://api.example.com/dev/api/webhooks/x/con_1"
FORM = "application/x-www-form-urlencoded"
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes_raw().hex()

type Check = Callable[[Inbound, str, datetime], None]


def inbound(body: bytes | str = b"{}", url: str = URL, **headers: str) -> Inbound:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Inbound("POST", url, named, {}, body.encode() if isinstance(body, str) else body)


def hexed(signed: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), signed, "sha256").hexdigest()


def based(signed: bytes) -> str:
    return base64.b64encode(hmac.new(SECRET.encode(), signed, "sha256").digest()).decode()


def by_slack(body: bytes, stamp: str = STAMP) -> Inbound:
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
    assert signature
    return inbound(body, x_slack_request_timestamp=stamp, x_slack_signature=signature)


def by_stripe(body: bytes, stamp: str = STAMP) -> Inbound:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from stripe import WebhookSignature
    made = WebhookSignature._compute_signature(f"{stamp}.{body.decode()}", SECRET)
    return inbound(body, stripe_signature=f"t={stamp},v1={'0' * 64},v0=x,v1={made}")


def by_twilio(fields: dict[str, str], url: str = URL, algorithm: str | None = None) -> Inbound:
    signature = RequestValidator(SECRET).compute_signature(url, fields, algorithm)
    named = {"x-twilio-signature": signature, "content-type": FORM}
    if algorithm:
        named["x-twilio-webhooks-signature-settings"] = f"key=k1,algorithm={algorithm}"
    return inbound(urlencode(fields), url, **named)


def by_discord(body: bytes, stamp: str = STAMP) -> Inbound:
    signature = KEY.sign(stamp.encode() + body).hex()
    return inbound(body, x_signature_timestamp=stamp, x_signature_ed25519=signature)


BODY = b'{"id": "evt_1", "text": "Gr\xc3\xbc\xc3\x9fe"}'
SIGNED: list[tuple[Check, Inbound, str]] = [
    (signatures.slack, by_slack(BODY), SECRET),
    (signatures.stripe, by_stripe(BODY), SECRET),
    (signatures.twilio, by_twilio({"From": "+4915112345678", "Body": "STOP"}), SECRET),
    (signatures.meta, inbound(BODY, x_hub_signature_256="sha256=" + hexed(BODY)), SECRET),
    (signatures.shopify, inbound(BODY, x_shopify_hmac_sha256=based(BODY)), SECRET),
    (signatures.shopify, inbound(BODY, shopify_hmac_sha256=based(BODY)), SECRET),
    (signatures.x, inbound(BODY, x_twitter_webhooks_signature="sha256=" + based(BODY)), SECRET),
    (signatures.discord, by_discord(BODY), PUBLIC),
    (
        signatures.tiktok,
        inbound(BODY, tiktok_signature=f"t={STAMP},s={hexed(STAMP.encode() + b'.' + BODY)}"),
        SECRET,
    ),
]
NAMES = [f"{check.__name__}-{n}" for n, (check, _, _) in enumerate(SIGNED)]
each_scheme = pytest.mark.parametrize(("check", "delivery", "secret"), SIGNED, ids=NAMES)


def refused(check: Check, delivery: Inbound, secret: str, now: datetime = START) -> bool:
    try:
        check(delivery, secret, now)
    except UnauthenticatedError as error:
        assert error.error_code == "BAD_SIGNATURE"
        assert SECRET not in error.message
        return True
    return False


@each_scheme
def test_what_the_platform_signed_is_taken(check: Check, delivery: Inbound, secret: str) -> None:
    assert not refused(check, delivery, secret)


@each_scheme
def test_another_body_is_refused(check: Check, delivery: Inbound, secret: str) -> None:
    forged = delivery.body.replace(b"+49", b"+48") + b"&X=1"
    other = Inbound(delivery.method, delivery.url, delivery.headers, {}, forged)
    assert refused(check, other, secret)


@each_scheme
def test_another_secret_is_refused(check: Check, delivery: Inbound, secret: str) -> None:
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32).public_key().public_bytes_raw().hex()
    assert refused(check, delivery, other)
    assert refused(check, delivery, "")


@each_scheme
def test_a_delivery_without_any_of_its_headers_is_refused(
    check: Check, delivery: Inbound, secret: str
) -> None:
    for name in delivery.headers.keys() - {"content-type"}:
        fewer = {k: v for k, v in delivery.headers.items() if k != name}
        assert refused(check, Inbound("POST", delivery.url, fewer, {}, delivery.body), secret)
        empty = {**delivery.headers, name: ""}
        assert refused(check, Inbound("POST", delivery.url, empty, {}, delivery.body), secret)


@pytest.mark.parametrize(
    ("check", "delivery", "secret"),
    [entry for entry in SIGNED if entry[0].__name__ in ("slack", "stripe", "discord", "tiktok")],
)
def test_a_delivery_kept_and_sent_again_later_is_refused(
    check: Check, delivery: Inbound, secret: str
) -> None:
    assert not refused(check, delivery, secret, START + timedelta(seconds=300))
    assert refused(check, delivery, secret, START + timedelta(seconds=301))
    assert refused(check, delivery, secret, START - timedelta(seconds=301))


@pytest.mark.parametrize("stamp", ["", "soon", "nan", "inf", "1e999"])
def test_a_time_that_is_none_is_refused(stamp: str) -> None:
    assert refused(signatures.slack, by_slack(BODY, stamp), SECRET)
    assert refused(signatures.stripe, by_stripe(BODY, stamp), SECRET)


@given(st.binary(max_size=300))
def test_slacks_verifier_and_ours_agree(body: bytes) -> None:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return
    delivery = by_slack(body)
    theirs = SignatureVerifier(SECRET, clock=_At()).is_valid(
        text, STAMP, delivery.header("x-slack-signature")
    )
    assert theirs
    assert not refused(signatures.slack, delivery, SECRET)


class _At:
    def now(self) -> float:
        return START.timestamp()


FIELDS = st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=12), max_size=6)


@given(
    FIELDS,
    st.sampled_from([URL, URL + "?a=1&b=2", URL.replace(".com", ".com:8443")]),
    st.sampled_from([None, "HMAC_SHA1", "HMAC_SHA256"]),
)
def test_twilios_verifier_and_ours_agree(
    fields: dict[str, str], url: str, algorithm: str | None
) -> None:
    delivery = by_twilio(fields, url, algorithm)
    theirs = RequestValidator(SECRET).validate(
        url, fields, delivery.header("x-twilio-signature"), algorithm
    )
    assert theirs
    assert not refused(signatures.twilio, delivery, SECRET)


def test_twilio_signs_with_a_port_or_without() -> None:
    signed = by_twilio({"A": "1"}, URL.replace(".com", ".com:443"))
    called = Inbound("POST", URL, signed.headers, {}, signed.body)
    assert not refused(signatures.twilio, called, SECRET)


def test_twilio_signs_the_hash_of_a_json_body() -> None:
    body = json.dumps({"a": 1})
    url = f"{URL}?bodySHA256={hashlib.sha256(body.encode()).hexdigest()}"
    signature = RequestValidator(SECRET).compute_signature(url, {})
    named = {"x-twilio-signature": signature, "content-type": "application/json"}
    assert RequestValidator(SECRET).validate(url, body, signature)
    assert not refused(signatures.twilio, inbound(body, url, **named), SECRET)
    assert refused(signatures.twilio, inbound(body + " ", url, **named), SECRET)


def test_an_unknown_algorithm_is_refused() -> None:
    delivery = by_twilio({"A": "1"})
    settings: dict[str, Any] = {
        **delivery.headers,
        "x-twilio-webhooks-signature-settings": "key=k,algorithm=MD5",
    }
    assert refused(signatures.twilio, Inbound("POST", URL, settings, {}, delivery.body), SECRET)


def test_repeated_fields_of_a_form_are_all_signed() -> None:
    class Fields(dict[str, Any]):
        def getlist(self, name: str) -> list[str]:
            return ["2", "1", "1"] if name == "M" else ["x"]

    signature = RequestValidator(SECRET).compute_signature(URL, Fields(M=1, A=1))
    named = {"x-twilio-signature": signature, "content-type": FORM}
    assert not refused(signatures.twilio, inbound("M=2&M=1&M=1&A=x", **named), SECRET)


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_header_whatever_is_in_it_breaks_a_check(first: str, second: str) -> None:
    for check, delivery, secret in SIGNED:
        for name in delivery.headers:
            changed = {**delivery.headers, name: first + second}
            if changed != delivery.headers and name != "content-type":
                assert refused(check, Inbound("POST", URL, changed, {}, delivery.body), secret)
