"""SMS: Twilio's SDK over our transport, its error codes, and read back by recipient and text."""

from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from connectors.sms.client import SmsClient
from connectors.sms.spec import GetStatus, SendSms
from hub.connector_kit.client import ClientContext
from hub.domain.model import Json
from tests.support import START, FrozenClock

SID = "AC" + "1" * 32
MESSAGE = "SM" + "a" * 32


def client(
    answer: httpx.Response,
    sent: list[httpx.Request] | None = None,
    settings: dict[str, Json] | None = None,
    **credentials: str,
) -> SmsClient:
    def transport(request: httpx.Request) -> httpx.Response:
        if sent is not None:
            sent.append(request)
        return answer

    return SmsClient(
        ClientContext(
            transport=httpx.MockTransport(transport),
            credentials={"accountSid": SID, "authToken": "t0ken-t0ken", **credentials},
            clock=FrozenClock(),
            settings={"from": "+15005550006"} if settings is None else settings,
        )
    )


def created(**more: Any) -> httpx.Response:
    body = {"sid": MESSAGE, "status": "queued", "num_segments": "2", **more}
    return httpx.Response(201, json=body)


def refused(code: int, status: int = 400, **headers: str) -> httpx.Response:
    body = {"code": code, "message": "why", "more_info": "", "status": status}
    return httpx.Response(status, headers=headers, json=body)


def test_a_message_goes_out_as_a_form_with_basic_authentication() -> None:
    sent: list[httpx.Request] = []
    outcome = client(created(), sent).send_sms(SendSms(to="+4915112345678", body="Grüße"))
    assert outcome.data == {"sid": MESSAGE, "status": "queued", "segments": 2}
    (request,) = sent
    assert str(request.url) == f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages.json"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.headers["authorization"].startswith("Basic ")
    assert parse_qs(request.content.decode()) == {
        "To": ["+4915112345678"],
        "From": ["+15005550006"],
        "Body": ["Grüße"],
    }


def test_an_api_key_signs_in_for_its_account() -> None:
    sent: list[httpx.Request] = []
    key = {"apiKeySid": "SK" + "2" * 32, "apiKeySecret": "s3cret-s3cret"}
    client(created(), sent, **key).send_sms(SendSms(to="+4915112345678", body="x"))
    expected = httpx.BasicAuth(key["apiKeySid"], key["apiKeySecret"])._auth_header
    assert sent[0].headers["authorization"] == expected
    assert f"/Accounts/{SID}/" in sent[0].url.path


@pytest.mark.parametrize(
    ("given", "settings", "field"),
    [
        ({"from": "+15005550001"}, {"from": "+15005550006"}, ("From", "+15005550001")),
        ({"messagingServiceSid": "MG" + "0" * 32}, {}, ("MessagingServiceSid", "MG" + "0" * 32)),
        ({}, {"messagingServiceSid": "MG" + "1" * 32}, ("MessagingServiceSid", "MG" + "1" * 32)),
    ],
)
def test_the_sender_comes_from_the_input_or_else_the_settings(
    given: dict[str, str], settings: dict[str, Json], field: tuple[str, str]
) -> None:
    sent: list[httpx.Request] = []
    message = SendSms.model_validate({"to": "+4915112345678", "body": "x", **given})
    client(created(), sent, settings).send_sms(message)
    assert parse_qs(sent[0].content.decode())[field[0]] == [field[1]]


def test_without_any_sender_nothing_is_sent() -> None:
    sent: list[httpx.Request] = []
    outcome = client(created(), sent, {}).send_sms(SendSms(to="+4915112345678", body="x"))
    assert (outcome.kind, outcome.code) == ("invalid_request", "NO_SENDER")
    assert sent == []


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (refused(20429, 429), "rate_limited", "20429"),
        (refused(20003, 401), "needs_reauth", "20003"),
        *[
            (refused(code), "invalid_request", str(code))
            for code in (21211, 21606, 21608, 21610, 21612, 21614)
        ],
        (refused(20503, 503), "unknown_outcome", "20503"),
        (httpx.Response(502, text="<html>"), "unknown_outcome", "HTTP_502"),
    ],
)
def test_twilios_codes(answer: httpx.Response, kind: str, code: str) -> None:
    outcome = client(answer).send_sms(SendSms(to="+4915112345678", body="x"))
    assert (outcome.kind, outcome.code) == (kind, code)


def test_a_status_is_read() -> None:
    body = {"sid": MESSAGE, "status": "failed", "error_code": 30003, "error_message": "off"}
    outcome = client(httpx.Response(200, json=body)).get_status(GetStatus(sid=MESSAGE))
    assert outcome.data == {
        "sid": MESSAGE,
        "status": "failed",
        "errorCode": 30003,
        "errorMessage": "off",
    }


def listed(*messages: dict[str, Any]) -> httpx.Response:
    body = {"messages": list(messages), "next_page_uri": None, "page_size": 50}
    return httpx.Response(200, json=body)


def message(body: str, seconds: int) -> dict[str, Any]:
    at = format_datetime(START + timedelta(seconds=seconds))
    return {"sid": MESSAGE, "status": "sent", "body": body, "date_created": at}


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (listed(), "not_done"),
        (listed(message("Hello", 3)), "done"),
        (listed(message("Hello", -60)), "not_done"),
        (listed(message("Hello (sent from phone)", 3)), "unknown"),
        (listed(*[message("other", 3)] * 50), "unknown"),
        (refused(20003, 401), "unknown"),
    ],
)
def test_a_lost_message_is_looked_up_by_recipient_and_text(
    answer: httpx.Response, verdict: str
) -> None:
    sent: list[httpx.Request] = []
    given = SendSms(to="+4915112345678", body="Hello")
    seen = client(answer, sent).reconcile("send_sms", given, START)
    assert seen.verdict == verdict
    assert sent[0].url.params["To"] == "+4915112345678"


@pytest.mark.parametrize("to", ["015112345", "+0123456789", "+49 151 1", "whatsapp:+491511", ""])
def test_a_number_that_is_not_e164_is_refused(to: str) -> None:
    with pytest.raises(ValueError, match="to"):
        SendSms(to=to, body="x")
