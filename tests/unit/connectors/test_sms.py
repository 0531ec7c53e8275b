"""SMS: Twilio's SDK over our transport, schedules, opt-outs, read back by recipient and text."""

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from connectors.sms.app import CONNECTOR
from connectors.sms.client import SmsClient
from connectors.sms.inbound import OptChange, opt_change, record
from connectors.sms.optout import OptOuts
from connectors.sms.spec import (
    CheckOptOut,
    ListMessages,
    OneMessage,
    ScheduleSms,
    SendSms,
)
from hub.connector_kit.client import ClientContext
from hub.connector_kit.journal import MemoryNotes
from hub.connector_kit.twilio_messages import message_form, rendered
from hub.connector_kit.twilio_twin import INVALID, OPTED_OUT, UNREACHABLE
from hub.domain.model import Json, iso
from tests.contract.oracles.twilio_sdk import MessageList, named
from tests.harness import Harness
from tests.support import START, FrozenClock

ROOT = Path(__file__).parents[3]
SID = "AC" + "1" * 32
MESSAGE = "SM" + "a" * 32
TO = "+4915112345678"
SERVICE = "MG" + "2" * 32
CONTENT = "HX" + "c" * 32

type Answer = httpx.Response | Callable[[httpx.Request], httpx.Response]


@pytest.fixture(autouse=True)
def no_repeats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.connector_kit.client.READ_RETRY_SECONDS", 0.0)


def client(
    answer: Answer,
    sent: list[httpx.Request] | None = None,
    settings: dict[str, Json] | None = None,
    notes: MemoryNotes | None = None,
    **credentials: str,
) -> SmsClient:
    def transport(request: httpx.Request) -> httpx.Response:
        if sent is not None:
            sent.append(request)
        return answer if isinstance(answer, httpx.Response) else answer(request)

    return SmsClient(
        ClientContext(
            transport=httpx.MockTransport(transport),
            credentials={"accountSid": SID, "authToken": "t0ken-t0ken", **credentials},
            clock=FrozenClock(),
            settings={"from": "+15005550006"} if settings is None else settings,
            notes=notes or MemoryNotes(),
        )
    )


def created(**more: Any) -> httpx.Response:
    body = {"sid": MESSAGE, "status": "queued", "num_segments": "2", **more}
    return httpx.Response(201, json=body)


def refused(code: int, status: int = 400, **headers: str) -> httpx.Response:
    body = {"code": code, "message": "why", "more_info": "", "status": status}
    return httpx.Response(status, headers=headers, json=body)


def sms(**more: Any) -> SendSms:
    return SendSms.model_validate({"to": TO, "body": "Hello", **more})


def later(seconds: float = 3600, **more: Any) -> ScheduleSms:
    at = START + timedelta(seconds=seconds)
    return ScheduleSms.model_validate({"to": TO, "body": "Hello", "sendAt": at, **more})


def form(request: httpx.Request) -> dict[str, list[str]]:
    return parse_qs(request.content.decode())


# ---------------------------------------------------------------------- sending


def test_a_message_goes_out_as_a_form_with_basic_authentication() -> None:
    sent: list[httpx.Request] = []
    outcome = client(created(), sent).send_sms(sms(body="Grüße"))
    assert outcome.data == {"sid": MESSAGE, "status": "queued", "segments": 2}
    (request,) = sent
    assert str(request.url) == f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages.json"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.headers["authorization"] == httpx.BasicAuth(SID, "t0ken-t0ken")._auth_header
    assert form(request) == {"To": [TO], "From": ["+15005550006"], "Body": ["Grüße"]}


def test_twilios_own_sdk_sends_it() -> None:
    sent: list[httpx.Request] = []
    client(created(), sent).send_sms(sms())
    assert sent[0].headers["user-agent"].startswith("twilio-python/")
    assert sent[0].headers["x-twilio-client"].startswith("python-")


def test_the_sdks_generated_resources_are_not_loaded() -> None:
    """They would more than double the time that the function takes to start."""
    code = (
        "import sys; sys.path.insert(0, 'functions'); import connectors.sms.app; "
        "assert 'twilio.rest' in sys.modules; assert 'twilio.rest.api' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_a_region_in_the_environment_does_not_redirect_calls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TWILIO_REGION", "evil")
    monkeypatch.setenv("TWILIO_EDGE", "evil")
    sent: list[httpx.Request] = []
    client(created(), sent).send_sms(sms())
    assert sent[0].url.host == "api.twilio.com"


def test_an_api_key_signs_in_for_its_account() -> None:
    sent: list[httpx.Request] = []
    key = {"apiKeySid": "SK" + "2" * 32, "apiKeySecret": "s3cret-s3cret", "authToken": ""}
    client(created(), sent, **key).send_sms(sms())
    expected = httpx.BasicAuth(key["apiKeySid"], key["apiKeySecret"])._auth_header
    assert sent[0].headers["authorization"] == expected
    assert f"/Accounts/{SID}/" in sent[0].url.path


@pytest.mark.parametrize(
    ("credentials", "named_in_message"),
    [
        ({"accountSid": ""}, "accountSid"),
        ({"accountSid": "AC/../x"}, "accountSid"),
        ({"authToken": ""}, "authToken"),
        ({"authToken": "", "apiKeySid": "SK" + "2" * 32}, "apiKeySecret"),
    ],
)
def test_without_credentials_nothing_is_sent(
    credentials: dict[str, str], named_in_message: str
) -> None:
    sent: list[httpx.Request] = []
    outcome = client(created(), sent, **credentials).send_sms(sms())
    assert (outcome.kind, outcome.code) == ("invalid_request", "NO_CREDENTIALS")
    assert named_in_message in (outcome.message or "")
    assert sent == []


POOL = {"messagingServiceSid": SERVICE}
NUMBER = {"from": "+15005550006"}


@pytest.mark.parametrize(
    ("given", "settings", "sender"),
    [
        ({"from": "+15005550001"}, NUMBER, {"From": ["+15005550001"]}),
        ({"from": "NeonHub"}, POOL, {"From": ["NeonHub"]}),
        (POOL, NUMBER, {"MessagingServiceSid": [SERVICE]}),
        (POOL | NUMBER, {}, {"MessagingServiceSid": [SERVICE], "From": ["+15005550006"]}),
        ({}, POOL, {"MessagingServiceSid": [SERVICE]}),
        ({}, NUMBER | POOL, {"From": ["+15005550006"]}),
        ({"shortenUrls": True}, NUMBER | POOL, {"MessagingServiceSid": [SERVICE]}),
    ],
)
def test_the_sender_comes_from_the_input_or_else_the_settings(
    given: dict[str, Any], settings: dict[str, Json], sender: dict[str, list[str]]
) -> None:
    sent: list[httpx.Request] = []
    client(created(), sent, settings).send_sms(sms(**given))
    found = form(sent[0])
    assert {k: v for k, v in found.items() if k in ("From", "MessagingServiceSid")} == sender


@pytest.mark.parametrize(
    ("given", "settings", "code"),
    [
        (sms(), {}, "NO_SENDER"),
        (sms(shortenUrls=True), NUMBER, "NO_MESSAGING_SERVICE"),
        (later(), NUMBER, "NO_MESSAGING_SERVICE"),
        (later(**NUMBER), {}, "NO_MESSAGING_SERVICE"),
        (later(300), POOL, "SEND_AT_TOO_SOON"),
        (later(-60), POOL, "SEND_AT_TOO_SOON"),
        (later(35 * 86400 + 1), POOL, "SEND_AT_TOO_LATE"),
    ],
)
def test_what_twilio_would_refuse_or_take_wrongly_is_not_sent(
    given: Any, settings: dict[str, Json], code: str
) -> None:
    sent: list[httpx.Request] = []
    it = client(created(), sent, settings)
    outcome = it.schedule_sms(given) if isinstance(given, ScheduleSms) else it.send_sms(given)
    assert (outcome.kind, outcome.code) == ("invalid_request", code)
    assert sent == []


@pytest.mark.parametrize("seconds", [301, 3600, 35 * 86400])
def test_a_schedule_names_its_time_in_utc(seconds: int) -> None:
    sent: list[httpx.Request] = []
    outcome = client(created(status="scheduled"), sent, POOL).schedule_sms(later(seconds))
    found = form(sent[0])
    at = START + timedelta(seconds=seconds)
    assert found["SendAt"] == [at.strftime("%Y-%m-%dT%H:%M:%SZ")]
    assert (found["ScheduleType"], found["MessagingServiceSid"]) == (["fixed"], [SERVICE])
    assert outcome.data["sendAt"] == iso(at)
    assert outcome.data["status"] == "scheduled"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"body": None}, "body or media, or contentSid"),
        ({"contentSid": CONTENT}, "body or media, or contentSid"),
        ({"contentVariables": {"1": "x"}}, "need a contentSid"),
        ({"body": None, "contentSid": CONTENT, "contentVariables": {"1": "a\nb"}}, "line breaks"),
        ({"body": None, "contentSid": CONTENT, "contentVariables": {"1": ""}}, "at least 1"),
        ({"body": "x" * 1601}, "at most 1600"),
        ({"media": [{"url": "https://a.co/1.png"}] * 11}, "at most 10"),
        ({"media": [{"url": "http://10.0.0.1/1.png"}]}, "https"),
        ({"statusCallback": "https://localhost/x"}, "public host"),
        ({"validityPeriod": 36001}, "less than or equal to 36000"),
        ({"riskCheck": "maybe"}, "riskCheck"),
        ({"from": "a name too long"}, "from"),
        *[({"to": to}, "to") for to in ("015112345", "+0123456789", "+49 151", "whatsapp:+4915")],
    ],
)
def test_a_message_that_cannot_be_right_is_refused(given: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        sms(**given)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="timezone"):
        ScheduleSms.model_validate({"to": TO, "body": "x", "sendAt": "2026-03-03T09:00:00"})


def test_media_of_both_kinds_are_linked_one_field_each() -> None:
    sent: list[httpx.Request] = []
    media = [{"url": "https://a.co/1.png"}, {"objectKey": "uploads/u1/2.png"}]
    client(created(), sent).send_sms(sms(media=media))
    links = ["https://a.co/1.png", "https://media.example.com/uploads/u1/2.png"]
    assert form(sent[0])["MediaUrl"] == links


def test_the_forms_names_are_the_sdks() -> None:
    every = sms(contentRetention="retain", addressRetention="retain", messageIntent="otp")
    sent: list[httpx.Request] = []
    client(created(), sent).send_sms(every)
    assert form(sent[0]).keys() <= named(MessageList._create).keys()
    assert message_form(A=None, B=(), C=[], D=False, E={"1": "ä"}, F=0) == {
        "D": "false",
        "E": '{"1": "ä"}',
        "F": "0",
    }


@pytest.mark.parametrize("segments", ["many", None, "0"])
def test_a_count_that_cannot_be_read_is_no_failure(segments: Any) -> None:
    outcome = client(created(num_segments=segments)).send_sms(sms())
    assert (outcome.kind, outcome.data["segments"]) == ("ok", 0)


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (refused(20429, 429), "rate_limited", "20429"),
        (refused(20003, 401), "needs_reauth", "20003"),
        (refused(21211), "invalid_request", "21211"),
        (refused(20503, 503), "unknown_outcome", "20503"),
        (httpx.Response(502, text="<html>"), "unknown_outcome", "HTTP_502"),
    ],
)
def test_twilios_codes(answer: httpx.Response, kind: str, code: str) -> None:
    outcome = client(answer).send_sms(sms())
    assert (outcome.kind, outcome.code) == (kind, code)


def test_twilios_request_id_is_kept_for_support() -> None:
    answer = refused(21211, **{"Twilio-Request-Id": "RQ1"})
    assert client(answer).send_sms(sms()).provider_request_id == "RQ1"


# ---------------------------------------------------------------------- reading


@pytest.mark.parametrize(("code", "retry"), [(30003, True), (30007, False), (None, None)])
def test_a_status_is_read_and_says_whether_to_try_again(code: int | None, retry: Any) -> None:
    body = {
        "sid": MESSAGE,
        "status": "failed",
        "error_code": code,
        "error_message": "off",
        "to": TO,
        "date_sent": "Mon, 02 Mar 2026 09:00:05 +0000",
    }
    outcome = client(httpx.Response(200, json=body)).get_status(OneMessage(sid=MESSAGE))
    assert outcome.data == {
        "sid": MESSAGE,
        "status": "failed",
        "errorCode": code,
        "errorMessage": "off",
        "mayRetry": retry,
        "to": TO,
        "sentAt": "2026-03-02T09:00:05.000Z",
    }


@pytest.mark.parametrize("date", ["soon", "", None])
def test_a_date_that_cannot_be_read_is_left_out(date: Any) -> None:
    answer = listed(message("x", 0, date_created=date))
    outcome = client(answer).list_messages(ListMessages())
    assert outcome.data["messages"][0]["createdAt"] is None


def test_messages_are_listed_page_by_page_to_the_end() -> None:
    harness = Harness(CONNECTOR)
    for number in range(5):
        assert harness.act("send_sms", {"to": TO, "body": f"No. {number}"}).ok
        harness.clock.advance(1)
    found: list[str] = []
    given: dict[str, Any] = {"to": TO, "limit": 2}
    for _ in range(9):
        data = harness.act("list_messages", given).data
        found += [message["body"] for message in data["messages"]]
        if data["cursor"] is None:
            break
        given = {"cursor": data["cursor"]}
    assert found == [f"No. {number}" for number in (4, 3, 2, 1, 0)]


def test_a_list_is_filtered_as_twilio_filters() -> None:
    sent: list[httpx.Request] = []
    given = ListMessages.model_validate(
        {"to": TO, "from": "+15005550006", "sentAfter": START, "sentBefore": START, "limit": 7}
    )
    client(listed(), sent).list_messages(given)
    assert dict(sent[0].url.params) == {
        "To": TO,
        "From": "+15005550006",
        "DateSent>": "2026-03-02T09:00:00Z",
        "DateSent<": "2026-03-02T09:00:00Z",
        "PageSize": "7",
    }


def test_a_cursor_carries_only_twilios_own_names() -> None:
    sent: list[httpx.Request] = []
    cursor = "Page=1&PageToken=PASM9&PageSize=2&AccountSid=ACevil&To=%2B4915112345678"
    client(listed(), sent).list_messages(ListMessages(cursor=cursor))
    assert sent[0].url.path == f"/2010-04-01/Accounts/{SID}/Messages.json"
    names = {"Page": "1", "PageToken": "PASM9", "PageSize": "2", "To": TO}
    assert dict(sent[0].url.params) == names


def test_a_cursor_that_is_none_is_refused() -> None:
    """It would begin the list anew, for ever."""
    sent: list[httpx.Request] = []
    outcome = client(listed(), sent).list_messages(ListMessages(cursor="https://evil.example/x"))
    assert (outcome.code, sent) == ("BAD_CURSOR", [])


@pytest.mark.parametrize("by_key", [False, True])
def test_the_account_is_read_unless_a_key_signs_in_which_may_not(by_key: bool) -> None:
    sent: list[httpx.Request] = []
    key = {"apiKeySid": "SK" + "2" * 32, "apiKeySecret": "s3cret-s3cret"} if by_key else {}
    body = {"sid": SID, "friendly_name": "Acme", "status": "active", "messages": []}
    it = client(httpx.Response(200, json=body), sent, **key)
    outcome = it.test_connection(CONNECTOR.spec.action("test_connection").input())  # type: ignore[arg-type]
    assert outcome.data["accountSid"] == SID
    assert outcome.data["name"] == (None if by_key else "Acme")
    assert sent[0].url.path.endswith("/Messages.json" if by_key else f"/{SID}.json")


# ---------------------------------------------------------------------- cancelling


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [("canceled", "ok", None), ("delivered", "invalid_request", "30409")],
)
def test_cancelling_again_is_harmless_and_cancelling_too_late_is_told(
    status: str, kind: str, code: str | None
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return refused(30409, 409)
        return httpx.Response(200, json={"sid": MESSAGE, "status": status})

    sent: list[httpx.Request] = []
    outcome = client(answer, sent).cancel_scheduled(OneMessage(sid=MESSAGE))
    assert (outcome.kind, outcome.code) == (kind, code)
    assert form(sent[0]) == {"Status": ["canceled"]}
    if outcome.ok:
        assert outcome.data == {"sid": MESSAGE, "status": "canceled"}


def test_a_refusal_to_cancel_of_another_kind_is_not_looked_into() -> None:
    sent: list[httpx.Request] = []
    outcome = client(refused(20404, 404), sent).cancel_scheduled(OneMessage(sid=MESSAGE))
    assert (outcome.code, len(sent)) == ("20404", 1)


# ---------------------------------------------------------------------- opting out


def test_a_refusal_for_opting_out_is_remembered_and_the_next_send_stays_home() -> None:
    notes, sent = MemoryNotes(), list[httpx.Request]()
    it = client(refused(21610), sent, POOL, notes)
    assert it.send_sms(sms()).code == "21610"
    assert notes.get(f"optout#{TO}") == {"since": iso(START), "source": "send_refused"}
    assert len(sent) == 1
    again = it.send_sms(sms())
    assert (again.kind, again.code) == ("invalid_request", "OPTED_OUT")
    assert it.schedule_sms(later()).code == "OPTED_OUT"
    assert len(sent) == 1, "nobody was called"
    assert it.send_sms(sms(to="+4915112345679")).code == "21610", "others are still called"


def test_a_refusal_for_another_reason_is_not_an_opt_out() -> None:
    notes = MemoryNotes()
    client(refused(21614), notes=notes).send_sms(sms())
    assert notes.get(f"optout#{TO}") is None


def test_a_message_that_failed_later_for_opting_out_is_remembered() -> None:
    notes = MemoryNotes()
    body = {"sid": MESSAGE, "status": "failed", "error_code": 21610, "to": TO}
    client(httpx.Response(200, json=body), notes=notes).get_status(OneMessage(sid=MESSAGE))
    assert OptOuts(notes).get(TO)


def inbound(body: str, seconds: int, **more: Any) -> dict[str, Any]:
    at = format_datetime(START + timedelta(seconds=seconds))
    return {
        "sid": MESSAGE,
        "status": "received",
        "direction": "inbound",
        "from": TO,
        "body": body,
        "date_sent": at,
        "date_created": at,
        **more,
    }


def kept(since: int | None) -> MemoryNotes:
    notes = MemoryNotes()
    if since is not None:
        OptOuts(notes).add(TO, START + timedelta(seconds=since), "send_refused")
    return notes


@pytest.mark.parametrize(
    ("since", "said", "out", "source"),
    [
        (None, [], False, None),
        (0, [], True, "send_refused"),
        (None, [inbound("stop", 5)], True, "inbound"),
        (None, [inbound("Please stop", 5)], False, None),
        (None, [inbound("START", 9), inbound("STOP", 5)], False, None),
        (None, [inbound("thanks", 9), inbound("STOP", 5)], True, "inbound"),
        (None, [inbound("STOP", 5), inbound("START", 9)], False, None),
        (7, [inbound("START", 9)], False, None),
        (7, [inbound("START", 5)], True, "send_refused"),
        (None, [inbound("STOP", 5, direction="outbound-api")], False, None),
    ],
)
def test_an_opt_out_is_known_from_the_table_and_the_newest_keyword(
    since: int | None, said: list[Any], out: bool, source: str | None
) -> None:
    notes, sent = kept(since), list[httpx.Request]()
    it = client(listed(*said), sent, notes=notes)
    outcome = it.check_opt_out(CheckOptOut(number=TO))
    assert (outcome.data["optedOut"], outcome.data["source"]) == (out, source)
    assert (outcome.data["since"] is None) == (not out)
    assert (OptOuts(notes).get(TO) is not None) == out, "the table follows"
    assert dict(sent[0].url.params) == {"From": TO, "To": "+15005550006", "PageSize": "200"}


@pytest.mark.parametrize(("service", "out"), [(SERVICE, True), ("MG" + "9" * 32, False)])
def test_a_keyword_to_another_messaging_service_is_not_for_us(service: str, out: bool) -> None:
    said = inbound("STOP", 5, messaging_service_sid=service)
    outcome = client(listed(said), settings=POOL).check_opt_out(CheckOptOut(number=TO))
    assert outcome.data["optedOut"] is out


@pytest.mark.parametrize(("since", "kind"), [(0, "ok"), (None, "needs_reauth")])
def test_if_messages_cannot_be_read_the_table_answers(since: int | None, kind: str) -> None:
    it = client(refused(20003, 401), notes=kept(since))
    assert it.check_opt_out(CheckOptOut(number=TO)).kind == kind


@pytest.mark.parametrize(
    ("given", "change"),
    [
        *[
            ({"From": TO, "Body": word}, OptChange(TO, True, "inbound"))
            for word in (
                *("STOP", "StopAll", " stop\n", "unsubscribe", "CANCEL", "End", "quit"),
                *("OPTOUT", "opt out", "Revoke"),
            )
        ],
        *[
            ({"From": TO, "Body": word}, OptChange(TO, False, "inbound"))
            for word in ("START", "yes", " Unstop ")
        ],
        ({"From": TO, "Body": "stop it"}, None),
        ({"From": TO, "Body": "HELP"}, None),
        ({"From": TO, "Body": ""}, None),
        ({"From": TO}, None),
        ({}, None),
        ({"From": TO, "Body": "ARRET", "OptOutType": "STOP"}, OptChange(TO, True, "inbound")),
        ({"From": TO, "Body": "oui", "OptOutType": "START"}, OptChange(TO, False, "inbound")),
        ({"From": TO, "Body": "STOP", "OptOutType": "HELP"}, None),
        ({"From": "rcs:" + TO, "Body": "STOP"}, OptChange(TO, True, "inbound")),
        ({"From": "whatsapp:" + TO, "Body": "STOP"}, None),
        ({"From": "12345", "Body": "STOP"}, None),
        ({"From": TO + "x", "Body": "STOP"}, None),
        (
            {"To": TO, "From": "+15005550006", "MessageStatus": "failed", "ErrorCode": "21610"},
            OptChange(TO, True, "status_callback"),
        ),
        ({"To": TO, "MessageStatus": "failed", "ErrorCode": "30003"}, None),
    ],
)
def test_a_webhook_tells_who_opted_out_or_in(
    given: dict[str, str], change: OptChange | None
) -> None:
    assert opt_change(given) == change


def test_a_change_is_recorded_and_the_first_opt_out_keeps_its_time() -> None:
    notes = MemoryNotes()
    out, again = OptChange(TO, True, "inbound"), OptChange(TO, False, "inbound")
    record(notes, out, START)
    record(notes, out, START + timedelta(days=1))
    found = OptOuts(notes).get(TO)
    assert found and (found.since, found.source) == (iso(START), "inbound")
    record(notes, again, START)
    assert OptOuts(notes).get(TO) is None
    record(notes, again, START)


# ---------------------------------------------------------------------- reading back


def listed(*messages: dict[str, Any], more: str | None = None) -> httpx.Response:
    return httpx.Response(200, json={"messages": list(messages), "next_page_uri": more})


def message(body: str, seconds: float, **more: Any) -> dict[str, Any]:
    at = format_datetime(START + timedelta(seconds=seconds))
    return {
        "sid": MESSAGE,
        "status": "sent",
        "body": body,
        "from": "+15005550006",
        "num_media": "0",
        "date_created": at,
        **more,
    }


MORE = "/2010-04-01/Accounts/AC/Messages.json?Page=1"


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (listed(), "not_done"),
        (listed(message("Hello", 3)), "done"),
        (listed(message("Hello", 0)), "done"),
        (listed(message("Hello", -60)), "not_done"),
        (listed(message("Hello", -1), message("Hello", 1)), "done"),
        (listed(message("Hello (sent from phone)", 3)), "unknown"),
        (listed(message("Hello", 3, num_media="1")), "unknown"),
        (listed(message("Hello", 3, **{"from": "+15005550099"})), "unknown"),
        (listed(message("Hello", 3, date_created=None)), "done"),
        (listed(message("other", 3, status="scheduled")), "not_done"),
        (listed(message("Hello", 3, status="canceled")), "not_done"),
        (listed(message("Hello", -60), more=MORE), "unknown"),
        (listed(more=MORE), "unknown"),
        (refused(20003, 401), "unknown"),
        (httpx.Response(200, json={"ok": True}), "unknown"),
    ],
)
def test_a_lost_message_is_looked_up_by_recipient_and_text(
    answer: httpx.Response, verdict: str
) -> None:
    sent: list[httpx.Request] = []
    since = START.replace(microsecond=400_000)
    seen = client(answer, sent).reconcile("send_sms", sms(), since)
    assert seen.verdict == verdict
    assert dict(sent[0].url.params) == {"To": TO, "PageSize": "1000"}
    if verdict == "done":
        assert seen.data == {"sid": MESSAGE, "status": "sent", "segments": 0}


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (listed(message("Hello", 3, status="scheduled", messaging_service_sid=SERVICE)), "done"),
        (listed(message("Other", 3, status="scheduled")), "unknown"),
        (listed(), "not_done"),
    ],
)
def test_a_lost_schedule_is_looked_up_too(answer: httpx.Response, verdict: str) -> None:
    seen = client(answer, settings=POOL).reconcile("schedule_sms", later(), START)
    assert seen.verdict == verdict
    if verdict == "done":
        assert seen.data["sendAt"] == iso(START + timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "template", "verdict"),
    [
        ("Hi Ann, 9 left", {"types": {"twilio/text": {"body": "Hi {{1}}, {{2}} left"}}}, "done"),
        ("Hi Bob, 9 left", {"types": {"twilio/text": {"body": "Hi {{1}}, {{2}} left"}}}, "unknown"),
        ("Hi Ann, 9 left", {"types": {"twilio/location": {"label": "x"}}}, "unknown"),
        ("Hi Ann, 9 left", None, "unknown"),
    ],
)
def test_a_lost_template_is_compared_with_its_text_filled_in(
    text: str, template: Any, verdict: str
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "content.twilio.com":
            assert request.url.path == f"/v1/Content/{CONTENT}"
            if template is None:
                return refused(20404, 404)
            return httpx.Response(200, json={**template, "variables": {"2": "9"}})
        return listed(message(text, 3, num_media="1"))

    given = sms(body=None, contentSid=CONTENT, contentVariables={"1": "Ann"})
    assert client(answer).reconcile("send_sms", given, START).verdict == verdict


def test_a_template_that_is_none_has_no_text() -> None:
    assert rendered("x", {}) == rendered({"types": None}, {}) == rendered({"types": {"a": 1}}, {})


def test_other_actions_are_not_looked_up() -> None:
    sent: list[httpx.Request] = []
    seen = client(listed(), sent).reconcile("cancel_scheduled", OneMessage(sid=MESSAGE), START)
    assert (seen.verdict, sent) == ("unknown", [])


# ---------------------------------------------------------------------- the sandbox


@pytest.mark.parametrize(
    ("to", "code"), [(OPTED_OUT, "21610"), (INVALID, "21211"), (UNREACHABLE, None)]
)
def test_the_sandbox_has_numbers_that_fail(to: str, code: str | None) -> None:
    outcome = Harness(CONNECTOR).act("send_sms", {"to": to, "body": "x"})
    assert outcome.code == code


def test_a_sandbox_message_is_sent_then_delivered_or_fails() -> None:
    harness = Harness(CONNECTOR)
    good = harness.act("send_sms", {"to": TO, "body": "x"}).data["sid"]
    bad = harness.act("send_sms", {"to": UNREACHABLE, "body": "x"}).data["sid"]
    looks = [harness.act("get_status", {"sid": good}).data["status"] for _ in range(3)]
    assert looks == ["sent", "delivered", "delivered"]
    failed = harness.act("get_status", {"sid": bad}).data
    assert (failed["status"], failed["errorCode"], failed["mayRetry"]) == (
        "undelivered",
        30003,
        True,
    )


def scheduled(harness: Harness, at: datetime) -> str:
    given = {"to": TO, "body": "x", "sendAt": at.isoformat()}
    sid: str = harness.act("schedule_sms", given).data["sid"]
    return sid


def test_a_sandbox_schedule_waits_for_its_time_or_is_cancelled_once() -> None:
    harness = Harness(CONNECTOR)
    kept_sid, gone = (scheduled(harness, START + timedelta(hours=1)) for _ in range(2))
    assert harness.act("cancel_scheduled", {"sid": gone}).data["status"] == "canceled"
    assert harness.act("cancel_scheduled", {"sid": gone}).data["status"] == "canceled"
    assert harness.act("get_status", {"sid": kept_sid}).data["status"] == "scheduled"
    harness.clock.advance(3601)
    harness.act("get_status", {"sid": kept_sid})
    assert harness.act("get_status", {"sid": kept_sid}).data["status"] == "delivered"
    assert harness.act("get_status", {"sid": gone}).data["status"] == "canceled"
    assert harness.act("cancel_scheduled", {"sid": kept_sid}).code == "30409"


def test_in_the_sandbox_a_number_that_sent_stop_stays_out_until_it_sends_start() -> None:
    harness = Harness(CONNECTOR)
    told = harness.act("check_opt_out", {"number": OPTED_OUT}).data
    assert (told["optedOut"], told["source"]) == (True, "inbound")
    assert told["since"] == "2026-01-05T12:00:00.000Z"
    outcome = harness.act("send_sms", {"to": OPTED_OUT, "body": "x"})
    assert outcome.code == "OPTED_OUT"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, 21604),
        ({"To": TO}, 21603),
        ({"To": TO, "From": "+15005550006"}, 21619),
        ({"To": TO, "From": "whatsapp:+15005550006", "Body": "x"}, 21910),
        ({"To": TO, "From": "+15005550006", "Body": "x" * 1601}, 21617),
        ({"To": TO, "From": "+15005550006", "ContentVariables": "{}", "Body": "x"}, 21654),
        (
            {"To": TO, "From": "+15005550006", "ContentSid": CONTENT, "ContentVariables": "x"},
            21656,
        ),
        ({"To": TO, "From": "+15005550006", "ContentSid": "HX" + "f" * 32}, 21655),
        ({"To": TO, "MessagingServiceSid": SERVICE, "Body": "x", "ScheduleType": "fixed"}, 35111),
        (
            {"To": TO, "MessagingServiceSid": SERVICE, "Body": "x", "SendAt": iso(START)},
            35115,
        ),
    ],
)
def test_the_sandbox_refuses_what_twilio_refuses(fields: dict[str, str], code: int) -> None:
    request = httpx.Request(
        "POST",
        f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages.json",
        data=fields,
        headers={"authorization": httpx.BasicAuth(SID, "x")._auth_header},
    )
    answer = CONNECTOR.twin().answer(request, {}, START)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_in_the_sandbox_too_a_schedule_without_a_service_is_sent_at_once() -> None:
    """Twilio's trap, which is why the client refuses it."""
    fields = {"To": TO, "From": "+15005550006", "Body": "x", "ScheduleType": "fixed"}
    request = httpx.Request(
        "POST",
        f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages.json",
        data={**fields, "SendAt": iso(START + timedelta(hours=1))},
        headers={"authorization": httpx.BasicAuth(SID, "x")._auth_header},
    )
    assert CONNECTOR.twin().answer(request, {}, START).json()["status"] == "queued"
