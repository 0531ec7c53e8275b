"""WhatsApp: templates and session messages over Twilio and over Meta's Cloud API."""

import hashlib
import hmac
import json
import subprocess
import sys
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from connectors.whatsapp.app import CONNECTOR
from connectors.whatsapp.client import WhatsAppClient
from connectors.whatsapp.inputs import GetStatus, Parameter, SendSessionMessage, SendTemplate
from connectors.whatsapp.over_meta import media_type
from connectors.whatsapp.sandbox import MISSING_TEMPLATE, NUMBER_ID
from hub.connector_kit import connector as connector_module
from hub.connector_kit.client import ClientContext
from hub.connector_kit.media import Media
from hub.connector_kit.spec import NoInput
from hub.connector_kit.twilio_twin import OPTED_OUT, TEMPLATE, UNREACHABLE
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import Json
from tests.contract.oracles import whatsapp as oracle
from tests.contract.samples import of
from tests.harness import Harness
from tests.support import START, FrozenClock

ROOT = Path(__file__).parents[3]
SID = "AC" + "1" * 32
MESSAGE = "SM" + "a" * 32
CONTENT = "HX" + "c" * 32
SERVICE = "MG" + "2" * 32
TO = "+4915112345678"
TWILIO: dict[str, Json] = {"provider": "twilio", "from": "+14155238886"}
CLOUD: dict[str, Json] = {"provider": "meta", "phoneNumberId": "123", "apiVersion": "v26.0"}


@pytest.fixture(autouse=True)
def no_repeats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.connector_kit.client.READ_RETRY_SECONDS", 0.0)


def client(
    settings: dict[str, Json],
    answer: Any = None,
    sent: list[httpx.Request] | None = None,
    **credentials: str,
) -> WhatsAppClient:
    def transport(request: httpx.Request) -> httpx.Response:
        if sent is not None:
            sent.append(request)
        return answer(request) if callable(answer) else answer or httpx.Response(200, json={})

    known = {"accountSid": SID, "authToken": "t0ken", "accessToken": "EAA1"}
    return WhatsAppClient(
        ClientContext(
            transport=httpx.MockTransport(transport),
            credentials={**known, **credentials},
            clock=FrozenClock(),
            settings=settings,
            call_key="run_1.step_1",
        )
    )


def template(**more: Any) -> SendTemplate:
    content = {} if "template" in more else {"contentSid": CONTENT}
    return SendTemplate.model_validate({"to": TO, **content, **more})


def answer_to(**more: Any) -> SendSessionMessage:
    return SendSessionMessage.model_validate({"to": TO, **more})


HELLO = {"name": "hello_world", "language": "en_US"}


# ---------------------------------------------------------------------- over Twilio


@pytest.mark.parametrize(
    ("given", "settings", "form"),
    [
        (
            template(contentVariables={"1": "Änn"}),
            {},
            {"From": "whatsapp:+14155238886", "ContentVariables": '{"1": "Änn"}'},
        ),
        (template(**{"from": "+4930123456"}), {}, {"From": "whatsapp:+4930123456"}),
        (template(), {"from": "whatsapp:+4930123456"}, {"From": "whatsapp:+4930123456"}),
        (template(messagingServiceSid=SERVICE), {}, {"MessagingServiceSid": SERVICE}),
        (
            template(),
            {"from": "", "messagingServiceSid": SERVICE},
            {"MessagingServiceSid": SERVICE},
        ),
    ],
)
def test_a_template_goes_out_by_its_sid(
    given: SendTemplate, settings: dict[str, Json], form: dict[str, str]
) -> None:
    sent: list[httpx.Request] = []
    answer = httpx.Response(201, json={"sid": MESSAGE, "status": "queued", "num_segments": "1"})
    outcome = client({**TWILIO, **settings}, answer, sent).send_template(given)
    assert outcome.data == {"messageId": MESSAGE, "status": "queued"}
    found = {name: values[0] for name, values in parse_qs(sent[0].content.decode()).items()}
    assert found == {"To": f"whatsapp:{TO}", "ContentSid": CONTENT, **form}
    oracle.check(sent[0])


def test_a_session_message_has_text_and_one_media() -> None:
    sent: list[httpx.Request] = []
    given = answer_to(text="Look", media={"url": "https://a.co/1.png"})
    client(TWILIO, None, sent).send_session_message(given)
    found = {name: values[0] for name, values in parse_qs(sent[0].content.decode()).items()}
    assert (found["Body"], found["MediaUrl"]) == ("Look", "https://a.co/1.png")
    oracle.check(sent[0])


def test_the_status_tells_that_the_window_was_closed() -> None:
    """Twilio takes such a message and fails it later."""
    harness = Harness(CONNECTOR)
    outcome = harness.act("send_session_message", {"to": UNREACHABLE, "text": "x"})
    told = harness.act("get_status", {"messageId": outcome.data["messageId"]}).data
    assert (told["status"], told["errorCode"], told["mayRetry"]) == ("undelivered", 63016, False)
    assert "sid" not in told


def listed(*messages: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"messages": list(messages), "next_page_uri": None})


def message(body: str, seconds: float) -> dict[str, Any]:
    at = format_datetime(START + timedelta(seconds=seconds))
    who = {"from": "whatsapp:+14155238886", "to": f"whatsapp:{TO}"}
    return {"sid": MESSAGE, "status": "sent", "body": body, "date_created": at, **who}


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (listed(), "not_done"),
        (listed(message("Thanks", 3)), "done"),
        (listed(message("Thanks", -60)), "not_done"),
        (listed(message("other", 3)), "unknown"),
        (httpx.Response(500), "unknown"),
    ],
)
def test_over_twilio_a_lost_message_is_looked_up(answer: httpx.Response, verdict: str) -> None:
    sent: list[httpx.Request] = []
    it = client(TWILIO, answer, sent)
    seen = it.reconcile("send_session_message", answer_to(text="Thanks"), START)
    assert seen.verdict == verdict
    assert sent[0].url.params["To"] == f"whatsapp:{TO}"
    if verdict == "done":
        assert seen.data == {"messageId": MESSAGE, "status": "sent"}


@pytest.mark.parametrize(
    ("variables", "verdict"), [({"1": "Ann", "2": "X1"}, "done"), ({"1": "Bob"}, "unknown")]
)
def test_over_twilio_a_lost_template_is_looked_up_by_its_text(
    variables: dict[str, str], verdict: str
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "content.twilio.com":
            return httpx.Response(200, json={"types": {"twilio/text": {"body": TEMPLATE}}})
        return listed(message("Hello Ann, your code is X1.", 3))

    given = template(contentVariables=variables)
    assert client(TWILIO, answer).reconcile("send_template", given, START).verdict == verdict


# ---------------------------------------------------------------------- over Meta


def over_meta(harness: Harness, *failures: SandboxFailure) -> Any:
    return harness.connect(*failures, settings={"provider": "meta"})


class Recorder(httpx.BaseTransport):
    """Keeps what reached the twin."""

    def __init__(self, inner: httpx.BaseTransport, sent: list[httpx.Request]) -> None:
        self._inner = inner
        self._sent = sent

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self._sent.append(request)
        return self._inner.handle_request(request)


@pytest.mark.parametrize(("action", "given"), of("whatsapp", "META", []))
def test_over_meta_each_request_is_as_its_reference_has_it(
    action: str, given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    harness, sent = Harness(CONNECTOR), list[httpx.Request]()
    real = connector_module.transport_for
    monkeypatch.setattr(
        connector_module, "transport_for", lambda *every: Recorder(real(*every), sent)
    )
    outcome = harness.act(action, given, over_meta(harness))
    assert outcome.ok, outcome
    assert "unrecognizedAnswer" not in outcome.data
    for request in sent:
        assert request.url.host == "graph.facebook.com"
        oracle.check(request)
    assert len(sent) == 1


def body_of(given: Any) -> dict[str, Any]:
    sent: list[httpx.Request] = []
    answer = {"messages": [{"id": "wamid.A=", "message_status": "accepted"}]}
    it = client(CLOUD, httpx.Response(200, json=answer), sent)
    call = it.send_template if isinstance(given, SendTemplate) else it.send_session_message
    assert call(given).data == {"messageId": "wamid.A=", "status": "accepted"}
    assert str(sent[0].url) == "https://graph.facebook.com/v26.0/123/messages"
    assert sent[0].headers["authorization"] == "Bearer EAA1"
    oracle.check(sent[0])
    body: dict[str, Any] = json.loads(sent[0].content)
    return body


def test_over_meta_a_text_carries_the_calls_key() -> None:
    assert body_of(answer_to(text="Hi", replyTo="wamid.B=")) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": TO,
        "type": "text",
        "text": {"body": "Hi"},
        "context": {"message_id": "wamid.B="},
        "biz_opaque_callback_data": "run_1.step_1",
    }


def test_over_meta_a_template_has_its_values_in_their_places() -> None:
    header = {"type": "image", "media": {"url": "https://a.co/1.png"}}
    amount = {"fallbackValue": "$9.90", "code": "USD", "amount1000": 9900}
    components = [
        {"type": "header", "parameters": [header]},
        {"type": "body", "parameters": [{"type": "currency", "currency": amount}]},
        {
            "type": "button",
            "subType": "url",
            "index": 0,
            "parameters": [{"type": "text", "text": "summer"}],
        },
    ]
    shown = body_of(template(template={**HELLO, "components": components}))["template"]
    assert shown["language"] == {"policy": "deterministic", "code": "en_US"}
    assert shown["components"] == [
        {
            "type": "header",
            "parameters": [{"type": "image", "image": {"link": "https://a.co/1.png"}}],
        },
        {
            "type": "body",
            "parameters": [
                {
                    "type": "currency",
                    "currency": {"fallback_value": "$9.90", "code": "USD", "amount_1000": 9900},
                }
            ],
        },
        {
            "type": "button",
            "sub_type": "url",
            "index": "0",
            "parameters": [{"type": "text", "text": "summer"}],
        },
    ]


@pytest.mark.parametrize(("kind", "shown"), [("document", {"filename": "a.png"}), ("image", {})])
def test_over_meta_only_a_document_has_a_name(kind: str, shown: dict[str, str]) -> None:
    media = {"url": "https://a.co/1.png", "filename": "a.png"}
    body = body_of(answer_to(media=media, mediaType=kind))
    assert body[kind] == {"link": "https://a.co/1.png", **shown}
    header = {"type": kind, "media": media}
    components = [{"type": "header", "parameters": [header]}]
    filled = body_of(template(template={**HELLO, "components": components}))["template"]
    (parameter,) = filled["components"][0]["parameters"]
    assert parameter == {"type": kind, kind: {"link": "https://a.co/1.png", **shown}}


@pytest.mark.parametrize(
    ("media", "kind"),
    [
        ({"url": "https://a.co/1.jpg?v=2"}, "image"),
        ({"url": "https://a.co/1.mp4"}, "video"),
        ({"url": "https://a.co/1.ogg"}, "audio"),
        ({"url": "https://a.co/1.webp"}, "sticker"),
        ({"url": "https://a.co/1.pdf"}, "document"),
        ({"url": "https://a.co/x", "contentType": "video/mp4"}, "video"),
        ({"objectKey": "uploads/u/1.png"}, "image"),
        ({"url": "https://a.co/unknown"}, "document"),
    ],
)
def test_media_is_shown_by_its_content_type(media: dict[str, str], kind: str) -> None:
    assert media_type(Media.model_validate(media)) == kind


def test_an_app_secret_proves_each_call() -> None:
    sent: list[httpx.Request] = []
    client(CLOUD, None, sent, appSecret="s3cret").send_session_message(answer_to(text="x"))
    proof = hmac.new(b"s3cret", b"EAA1", hashlib.sha256).hexdigest()
    assert dict(sent[0].url.params) == {"appsecret_proof": proof}
    oracle.check(sent[0])


def test_meta_tells_a_status_by_webhook_alone() -> None:
    sent: list[httpx.Request] = []
    outcome = client(CLOUD, None, sent).get_status(GetStatus(message_id="wamid.A="))
    assert (outcome.kind, outcome.code) == ("invalid_request", "STATUS_ONLY_BY_WEBHOOK")
    assert "webhook" in (outcome.message or "")
    assert sent == []


def test_over_meta_what_was_lost_cannot_be_read_back() -> None:
    sent: list[httpx.Request] = []
    seen = client(CLOUD, None, sent).reconcile("send_template", template(), START)
    assert (seen.verdict, sent) == ("unknown", [])


@pytest.mark.parametrize(
    ("injection", "kind", "code"),
    [
        (Injection.RATE_LIMIT, "rate_limited", "130429"),
        (Injection.REAUTH, "needs_reauth", "190"),
        (Injection.BUSINESS_ERROR, "invalid_request", "131026"),
        (Injection.SERVER_ERROR, "unknown_outcome", "1"),
        (Injection.TIMEOUT_AFTER_WRITE, "unknown_outcome", "ReadTimeout"),
    ],
)
def test_over_meta_the_sandbox_fails_as_meta_does(
    injection: Injection, kind: str, code: str
) -> None:
    harness = Harness(CONNECTOR)
    over = over_meta(harness, SandboxFailure(kind=injection))
    outcome = harness.act("send_session_message", {"to": TO, "text": "x"}, over)
    assert (outcome.kind, outcome.code) == (kind, code)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"to": OPTED_OUT, "template": HELLO}, "131026"),
        ({"to": TO, "template": {**HELLO, "name": MISSING_TEMPLATE}}, "132001"),
        ({"to": UNREACHABLE, "text": "x"}, "131047"),
    ],
)
def test_over_meta_the_sandbox_refuses_what_meta_refuses(given: dict[str, Any], code: str) -> None:
    harness = Harness(CONNECTOR)
    action = "send_template" if "template" in given else "send_session_message"
    assert harness.act(action, given, over_meta(harness)).code == code


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({}, NUMBER_ID, 100),
        ({"messaging_product": "whatsapp"}, NUMBER_ID, 100),
        ({"messaging_product": "whatsapp", "to": TO, "type": "text"}, NUMBER_ID, 131008),
        ({"messaging_product": "whatsapp", "to": TO, "text": {}}, NUMBER_ID, 131008),
        (
            {"messaging_product": "whatsapp", "to": TO, "type": "image", "image": {}},
            NUMBER_ID,
            131008,
        ),
        (
            {"messaging_product": "whatsapp", "to": TO, "type": "template", "template": {}},
            NUMBER_ID,
            131008,
        ),
        (
            {
                "messaging_product": "whatsapp",
                "to": TO,
                "type": "audio",
                "audio": {"link": "https://a.co/1.mp3", "caption": "x"},
            },
            NUMBER_ID,
            100,
        ),
        ({"messaging_product": "whatsapp", "to": TO, "text": {"body": "x"}}, "999", 33),
        ([], NUMBER_ID, 100),
    ],
)
def test_metas_twin_refuses_a_message_that_is_wrong(body: Any, path: str, code: int) -> None:
    request = httpx.Request(
        "POST",
        f"https://graph.facebook.com/v26.0/{path}/messages",
        json=body,
        headers={"authorization": "Bearer EAA1"},
    )
    answer = CONNECTOR.twin().answer(request, {}, START)
    assert answer.json()["error"]["code"] == code


# ---------------------------------------------------------------------- which provider


@pytest.mark.parametrize(
    ("settings", "given", "code"),
    [
        ({"provider": "pigeon"}, template(), "UNKNOWN_PROVIDER"),
        (TWILIO, template(template=HELLO), "NEEDS_CONTENT_SID"),
        (CLOUD, template(), "NEEDS_TEMPLATE"),
        (TWILIO, template(replyTo="wamid.A="), "ONLY_META"),
        (TWILIO, answer_to(text="x", previewUrl=True), "ONLY_META"),
        (CLOUD, answer_to(text="x", statusCallback="https://a.co/s"), "ONLY_TWILIO"),
        (CLOUD, answer_to(text="x", **{"from": "+4930123456"}), "ONLY_TWILIO"),
        (CLOUD, template(template=HELLO, messagingServiceSid=SERVICE), "ONLY_TWILIO"),
        ({"provider": "twilio"}, template(), "NO_SENDER"),
        ({**CLOUD, "phoneNumberId": ""}, answer_to(text="x"), "NO_PHONE_NUMBER_ID"),
        ({**CLOUD, "phoneNumberId": "1/x"}, answer_to(text="x"), "NO_PHONE_NUMBER_ID"),
        ({**CLOUD, "apiVersion": "v26.0/../x"}, answer_to(text="x"), "BAD_API_VERSION"),
        (TWILIO, answer_to(text="x" * 1601), "TEXT_TOO_LONG"),
        (
            CLOUD,
            answer_to(text="x" * 1025, media={"url": "https://a.co/1.png"}),
            "TEXT_TOO_LONG",
        ),
        (CLOUD, answer_to(text="x", media={"url": "https://a.co/1.mp3"}), "NO_CAPTION"),
        (TWILIO, GetStatus(message_id="wamid.A="), "NOT_TWILIO"),
    ],
)
def test_what_the_provider_does_not_have_is_refused_before_any_call(
    settings: dict[str, Json], given: Any, code: str
) -> None:
    sent: list[httpx.Request] = []
    it = client(settings, None, sent)
    calls = {SendTemplate: it.send_template, SendSessionMessage: it.send_session_message}
    outcome = calls.get(type(given), it.get_status)(given)
    assert (outcome.kind, outcome.code) == ("invalid_request", code)
    assert outcome.message
    assert sent == []


@pytest.mark.parametrize(
    ("settings", "credentials", "missing"),
    [
        (TWILIO, {"authToken": ""}, "authToken"),
        (TWILIO, {"accountSid": ""}, "accountSid"),
        (CLOUD, {"accessToken": ""}, "accessToken"),
    ],
)
def test_the_providers_own_credentials_are_asked_for(
    settings: dict[str, Json], credentials: dict[str, str], missing: str
) -> None:
    sent: list[httpx.Request] = []
    it = client(settings, None, sent, **credentials)
    for outcome in (it.test_connection(NoInput()), it.send_session_message(answer_to(text="x"))):
        assert (outcome.kind, outcome.code) == ("invalid_request", "NO_CREDENTIALS")
        assert missing in (outcome.message or "")
    assert sent == []


def test_twilios_sdk_is_loaded_only_where_twilio_carries_the_messages() -> None:
    code = (
        "import sys; sys.path.insert(0, 'functions'); import connectors.whatsapp.app; "
        "from connectors.whatsapp import over_meta; assert 'twilio' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_a_provider_needs_nothing_of_the_other() -> None:
    number = {"id": "123", "display_phone_number": "+1", "verified_name": "Acme"}
    it = client(CLOUD, httpx.Response(200, json=number), accountSid="", authToken="")
    expected = {"account": "123", "name": "Acme", "number": "+1", "status": None}
    assert it.test_connection(NoInput()).data == expected


def test_an_unknown_provider_reads_nothing_back() -> None:
    seen = client({"provider": "x"}).reconcile("send_template", template(), START)
    assert seen.verdict == "unknown"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"contentSid": CONTENT, "template": HELLO}, "either contentSid"),
        ({}, "either contentSid"),
        ({"template": HELLO, "contentVariables": {"1": "x"}}, "need a contentSid"),
        ({"template": {**HELLO, "name": "Hello World"}}, "name"),
        ({"template": {**HELLO, "language": "English"}}, "language"),
        ({"template": {**HELLO, "components": [{"type": "button"}]}}, "subType and index"),
        (
            {"template": {**HELLO, "components": [{"type": "body", "index": 1}]}},
            "subType and index",
        ),
        (
            {
                "template": {
                    **HELLO,
                    "components": [{"type": "button", "subType": "url", "index": 10}],
                }
            },
            "less than or equal to 9",
        ),
    ],
)
def test_a_template_that_cannot_be_right_is_refused(given: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        SendTemplate.model_validate({"to": TO, **given})


@pytest.mark.parametrize(
    "given",
    [
        {"type": "text"},
        {"type": "text", "payload": "x"},
        {"type": "text", "text": "x", "payload": "y"},
        {"type": "image", "text": "x"},
    ],
)
def test_a_parameter_has_the_value_of_its_type(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="has its value in"):
        Parameter.model_validate(given)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, "text, media or both"),
        ({"text": "x", "mediaType": "image"}, "needs media"),
        ({"media": {"url": "https://a.co/1.png"}, "previewUrl": True}, "text alone"),
        ({"text": "x" * 4097}, "at most 4096"),
    ],
)
def test_a_session_message_that_cannot_be_right_is_refused(
    given: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(ValueError, match=wrong):
        answer_to(**given)
