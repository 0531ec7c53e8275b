"""Meta's errors and usage headers: codes with subcodes, waits in minutes and in seconds."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from hub.connector_kit.client import ClientContext
from hub.connector_kit.meta import (
    API_VERSION,
    appsecret_proof,
    meta_reason,
    meta_table,
    usage_wait,
)
from hub.connector_kit.meta_client import (
    GraphClient,
    made_since,
    moment,
    next_cursor,
    same_text,
)
from hub.connector_kit.outcomes import Answer, Row, Verdict, rows
from hub.domain.outcome import Effect
from tests.support import START, FrozenClock

TABLE = meta_table()


def answer(
    code: int, subcode: int | None = None, status: int = 400, headers: Any = None, **more: Any
) -> Answer:
    error = {"message": "why", "code": code, "error_subcode": subcode, **more}
    return Answer(status, headers or {}, {"error": error})


def outcome(given: Answer, effect: Effect = Effect.WRITE, table: Any = TABLE) -> Any:
    return table.outcome(given, effect, START)


@pytest.mark.parametrize(
    ("given", "kind", "code"),
    [
        *[
            (answer(code, status=status), "rate_limited", str(code))
            for code in (4, 17, 32, 341, 613, *range(80000, 80010), 80014)
            for status in (400, 403)
        ],
        (answer(17, 2446079), "rate_limited", "17"),
        (answer(613, 5044001), "rate_limited", "613"),
        (answer(190, 463, 401), "needs_reauth", "190"),
        (answer(102), "needs_reauth", "102"),
        *[(answer(code, status=500), "unknown_outcome", str(code)) for code in (1, 2)],
        (answer(1, 99), "invalid_request", "1/99"),
        (answer(4, 2207051), "invalid_request", "4/2207051"),
        *[
            (answer(code), "invalid_request", str(code))
            for code in (3, 10, 100, 200, 294, 368, 506)
        ],
        (answer(100, status=200), "invalid_request", "100"),
        (answer(123, status=429), "rate_limited", "123"),
        (answer(123, status=503), "unknown_outcome", "123"),
        (Answer(200, {}, {"success": False}), "invalid_request", "unsuccessful"),
        (Answer(500, {}, "Sorry"), "unknown_outcome", "HTTP_500"),
        (Answer(400, {}, {"error": "text"}), "invalid_request", "HTTP_400"),
    ],
)
def test_a_code_has_its_outcome(given: Answer, kind: str, code: str) -> None:
    found = outcome(given)
    assert (found.kind, found.code) == (kind, code)


@pytest.mark.parametrize("effect", [Effect.READ, Effect.IDEMPOTENT_WRITE])
def test_an_ambiguous_end_is_harmless_where_repeating_is(effect: Effect) -> None:
    assert outcome(answer(2, status=500), effect).kind == "transient"


def test_an_answer_that_is_no_error_is_ok() -> None:
    found = outcome(Answer(200, {"x-fb-trace-id": "T1"}, {"id": "1"}))
    assert (found.kind, found.data, found.provider_request_id) == ("ok", {"id": "1"}, "T1")


def test_an_error_that_will_pass_is_not_taken_for_a_refusal() -> None:
    found = outcome(answer(100, is_transient=True))
    assert (found.kind, found.code) == ("unknown_outcome", "transient")
    assert "code 100" in found.message
    # What is known by its code keeps it.
    assert outcome(answer(17, is_transient=True)).kind == "rate_limited"
    assert outcome(answer(100, is_transient=False)).kind == "invalid_request"


def test_a_connectors_own_rows_come_first_and_know_subcodes() -> None:
    own = meta_table(
        *rows(Verdict.RATE_LIMITED, 130429), Row(Verdict.TRANSIENT, code="9007/2207027")
    )
    assert outcome(answer(9007, 2207027), table=own).kind == "transient"
    assert outcome(answer(9007, 1), table=own).kind == "invalid_request"
    assert outcome(answer(130429, is_transient=True), table=own).kind == "rate_limited"
    assert outcome(answer(4), table=own).kind == "rate_limited"


def test_the_words_are_those_for_the_user_with_the_subcode_and_trace() -> None:
    given = answer(100, 33, error_user_msg="Pick another picture", fbtrace_id="A6L")
    reason = meta_reason(given)
    assert (reason.code, reason.request_id) == ("100", "A6L")
    assert reason.message == "Pick another picture (subcode 33)"
    assert meta_reason(answer(100)).message == "why"


BUC = "x-business-use-case-usage"
ACCOUNT = "x-ad-account-usage"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({BUC: {"1": [{"estimated_time_to_regain_access": 5}]}}, 300),
        (
            {
                BUC: {
                    "1": [{"estimated_time_to_regain_access": 0}],
                    "2": [
                        {"estimated_time_to_regain_access": 2},
                        {"estimated_time_to_regain_access": 19},
                    ],
                }
            },
            1140,
        ),
        ({BUC: {"1": [{"estimated_time_to_regain_access": 0}]}}, None),
        ({ACCOUNT: {"acc_id_util_pct": 100, "reset_time_duration": 45}}, 45),
        # Told in advance: it is another limit that was reached.
        ({ACCOUNT: {"acc_id_util_pct": 9.67, "reset_time_duration": 100}}, None),
        (
            {
                ACCOUNT: {"acc_id_util_pct": 100, "reset_time_duration": 45},
                BUC: {"1": [{"estimated_time_to_regain_access": 1}]},
            },
            60,
        ),
        ({"x-app-usage": {"call_count": 100, "total_time": 25, "total_cputime": 25}}, None),
        ({BUC: "no object"}, None),
        ({ACCOUNT: [1, 2]}, None),
        ({}, None),
    ],
)
def test_the_wait_is_the_longest_that_a_usage_header_tells(
    headers: dict[str, Any], seconds: float | None
) -> None:
    written = {name: json.dumps(value) for name, value in headers.items()}
    assert usage_wait(Answer(400, written, None), START) == seconds
    limited = outcome(answer(80004, headers=written))
    assert limited.retry_after == (30 if seconds is None else seconds)


def test_a_usage_header_that_is_no_json_tells_nothing() -> None:
    assert usage_wait(Answer(400, {BUC: "{"}, None), START) is None


def test_the_proof_is_the_tokens_hmac() -> None:
    expected = hmac.new(b"secret", b"token", hashlib.sha256).hexdigest()
    assert appsecret_proof("secret", "token") == expected


def graph(pages: list[Any], sent: list[httpx.Request], budget: float = 8.0, **more: Any) -> Any:
    clock = FrozenClock()

    def answers(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        clock.advance(3)
        page = pages[len(sent) - 1]
        return page if isinstance(page, httpx.Response) else httpx.Response(200, json=page)

    context = ClientContext(
        transport=httpx.MockTransport(answers),
        credentials={"appSecret": "s3cret", **more},
        clock=clock,
        budget=budget,
    )
    return GraphClient(context, "https://graph.facebook.com", TABLE, "EAAB")


def page(after: str | None, *ids: str) -> dict[str, Any]:
    paging: dict[str, Any] = {"cursors": {"after": after or "last"}}
    if after is not None:
        paging["next"] = f"https://graph.facebook.com/v26.0/1/x?access_token=EAAB&after={after}"
    return {"data": [{"id": id_} for id_ in ids], "paging": paging}


REFUSED = httpx.Response(400, json={"error": {"message": "no", "code": 10}})


@pytest.mark.parametrize(
    ("pages", "found", "complete"),
    [
        ([page(None, "1")], ["1"], True),
        ([{"data": []}], [], True),
        ([page("a", "1"), page(None, "2")], ["1", "2"], True),
        ([page("a", "1"), page("b", "2"), page("c", "3")], ["1", "2", "3"], False),
        ([page("a", "1"), REFUSED], ["1"], False),
        ([REFUSED], [], False),
        ([{"ok": True}], [], False),
        # A next page whose beginning is not told.
        ([{"data": [{"id": "1"}], "paging": {"next": "https://x.example.com/"}}], ["1"], False),
    ],
)
def test_a_listing_says_whether_it_is_complete(
    pages: list[Any], found: list[str], complete: bool
) -> None:
    sent: list[httpx.Request] = []
    listing = graph(pages, sent, budget=99).listing("/1/x", 3, limit=1)
    assert [item["id"] for item in listing.items] == found
    assert listing.complete is complete
    assert [r.url.params.get("after") for r in sent] == [None, "a", "b"][: len(sent)]
    assert all("access_token" not in r.url.params for r in sent)


def test_a_listing_stops_when_time_is_up() -> None:
    sent: list[httpx.Request] = []
    listing = graph([page("a", "1"), page(None, "2")], sent, budget=2).listing("/1/x", 3)
    assert (len(sent), listing.complete) == (1, False)


def test_fields_travel_as_a_form_with_json_inside_and_the_proof_in_the_query() -> None:
    sent: list[httpx.Request] = []
    fields = {"a": "ü", "b": [1, "x"], "c": {"d": True}, "e": False, "f": 3, "g": None, "h": ""}
    graph([{"id": "1"}], sent).post("/1/x", Effect.WRITE, fields)
    (request,) = sent
    assert request.url.path == f"/{API_VERSION}/1/x"
    assert dict(request.url.params) == {"appsecret_proof": appsecret_proof("s3cret", "EAAB")}
    assert dict(httpx.QueryParams(request.content.decode())) == {
        "a": "ü",
        "b": '[1,"x"]',
        "c": '{"d":true}',
        "e": "false",
        "f": "3",
        "h": "",
    }
    assert request.headers["authorization"] == "Bearer EAAB"


@pytest.mark.parametrize(
    ("body", "cursor"),
    [
        ({"paging": {"cursors": {"after": "x"}}}, None),
        ({"paging": {"cursors": {"after": "x"}, "next": "https://g.example.com"}}, "x"),
        ({"paging": {"next": "https://g.example.com/?after=y"}}, "y"),
        ({"paging": {"next": "https://g.example.com/?until=3"}}, ""),
        ({"data": []}, None),
        ([], None),
    ],
)
def test_the_next_page_begins_where_meta_says(body: Any, cursor: str | None) -> None:
    assert next_cursor(body) == cursor


def test_times_and_texts_are_compared_as_meta_keeps_them() -> None:
    assert moment("2026-03-02T09:00:00+0000") == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert moment("yesterday") is None
    made = {"created_time": "2026-03-02T09:00:00+0000"}
    assert made_since(made, START + timedelta(microseconds=999_999))
    assert not made_since(made, START + timedelta(seconds=1))
    assert not made_since({}, START)
    assert same_text(" a\r\nb ", "a b")
    assert same_text(None, "")
    assert not same_text("a", "b")
