"""What one call learns of a platform's limits, the next one knows."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.discord.client import TABLE as DISCORD
from connectors.slack.app import CONNECTOR as SLACK
from connectors.x.client import TABLE as X
from hub.connector_kit.budget import RATE_BUDGET_SPENT, Heard, Limit, RateBudget, limit_of, spread
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.meta import meta_table
from hub.connector_kit.outcomes import Answer, OutcomeTable, Reason
from hub.connector_kit.steps import MAX_IDLE_POLLS, MAX_WAITS
from hub.domain.connection import Connection, Injection, Mode, SandboxFailure
from hub.domain.limits import LimitScope
from hub.domain.outcome import Effect, Outcome, OutcomeKind
from hub.domain.run import StepStatus
from hub.domain.token import Grant, GrantKind
from tests.harness import ORGANIZATION, Harness, connection, post
from tests.support import START, FrozenClock

OK = Outcome(kind=OutcomeKind.OK)
MINUTE = Outcome(kind=OutcomeKind.RATE_LIMITED, retry_after=60, code="slow")


class Platform:
    """A platform that answers as told, and counts how often it was asked."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.calls = 0
        self.read_backs = 0

    def __call__(self, _context: ClientContext) -> "Platform":
        return self

    def post_message(self, _given: object) -> Outcome:
        self.calls += 1
        return self.outcomes.pop(0) if self.outcomes else OK

    list_channels = post_message

    def reconcile(self, *_given: object) -> ReadBack:
        self.read_backs += 1
        raise AssertionError("only an account that is not blocked is asked")


def harness_of(*outcomes: Outcome) -> tuple[Harness, Platform]:
    platform = Platform(*outcomes)
    return Harness(replace(SLACK, client=platform)), platform


def call(harness: Harness, over: Connection, key: str = "key", action: str = "post_message") -> Any:
    chosen = harness.connector.spec.action(action)
    data = {"channel": "#launch", "text": "Hi"} if action == "post_message" else {}
    given = chosen.input.model_validate(data)
    return harness.caller.perform(over, chosen, given, key)


def of_app(client_id: str, connection_id: str = "con_1", kind: str = "slack") -> Connection:
    grant = Grant(kind=GrantKind.AUTHORIZATION_CODE, client_id=client_id, granted_at=START)
    return connection(kind, grant=grant).model_copy(update={"id": connection_id})


# ---------------------------------------------------------------------- one account


def test_runs_that_share_an_account_do_not_each_ask_to_learn_the_same() -> None:
    """Pain: X 429 at random on shared egress (PipedreamHQ/pipedream#6764)."""
    harness, platform = harness_of(MINUTE)
    account = harness.connect()
    assert call(harness, account, "run_0").retry_after == 60, "the first is told by the platform"
    waits = []
    for number in range(1, 10):
        outcome = call(harness, account, f"run_{number}")
        assert (outcome.kind, outcome.code) == ("rate_limited", RATE_BUDGET_SPENT)
        waits.append(outcome.retry_after)
    assert platform.calls == 1
    assert all(60 <= wait <= 73 for wait in waits)
    assert len(set(waits)) > 3, "they do not all come back in the same second"
    harness.clock.advance(60)
    assert call(harness, account, "run_0").ok
    assert platform.calls == 2


def test_a_limit_hit_by_one_run_delays_another_instead_of_failing_it() -> None:
    harness, platform = harness_of(MINUTE)
    account = harness.connect()
    call(harness, account, "another run")
    harness.plan(post())
    answer = harness.execute()
    assert answer["next"] == "wait"
    assert 60 <= answer["retryAfter"] <= 73
    told = harness.runs.events(ORGANIZATION, "run_1", 0, 10)[-1].data["message"]
    assert told.startswith("slack.post_message: not called, waiting ")
    harness.clock.advance(answer["retryAfter"])
    assert harness.execute()["next"] == "done"
    assert (harness.step().status, harness.step().waits, platform.calls) == ("succeeded", 1, 2)


def test_waits_that_others_were_told_do_not_use_up_the_steps_own() -> None:
    own = [MINUTE] * MAX_WAITS
    harness, platform = harness_of(*own)
    account = harness.connect()
    harness.plan(post())
    for _ in range(MAX_WAITS):
        harness.caller.connections.block(
            ORGANIZATION, f"account#{account.id}", harness.clock.now() + timedelta(seconds=5)
        )
        assert harness.execute()["next"] == "wait"
        assert harness.step().error.code == RATE_BUDGET_SPENT  # type: ignore[union-attr]
        harness.clock.advance(10)
        assert harness.execute()["next"] == "wait"
        assert harness.step().error.code == "slow"  # type: ignore[union-attr]
        harness.clock.advance(100)
    assert harness.step().waits == 2 * MAX_WAITS
    assert harness.execute()["next"] == "done"
    assert platform.calls == MAX_WAITS + 1


def test_a_step_is_not_held_back_for_ever() -> None:
    harness, platform = harness_of()
    account = harness.connect()
    forever = START + timedelta(days=400)
    harness.connections.block(ORGANIZATION, f"account#{account.id}", forever)
    harness.plan(post())
    answers = [harness.execute()["next"] for _ in range(MAX_IDLE_POLLS + 1)]
    assert answers == [*["wait"] * MAX_IDLE_POLLS, "failed"]
    assert harness.step().error.code == RATE_BUDGET_SPENT  # type: ignore[union-attr]
    assert platform.calls == 0


def test_a_lost_call_is_not_looked_up_while_its_account_waits() -> None:
    """A refused question would not tell what became of the call, and the run would need review."""
    lost = Outcome(kind=OutcomeKind.UNKNOWN, code="ReadTimeout")
    harness, platform = harness_of(lost)
    account = harness.connect()
    harness.plan(post())
    assert harness.execute()["next"] == "reconcile"
    until = START + timedelta(seconds=40)
    harness.connections.block(ORGANIZATION, f"account#{account.id}", until)
    answer = harness.reconcile()
    assert answer["next"] == "reconcile"
    assert 40 <= answer["retryAfter"] <= 48
    assert (harness.step().status, platform.read_backs) == (StepStatus.UNKNOWN, 0)
    harness.connections.block(ORGANIZATION, f"account#{account.id}", START + timedelta(days=3))
    harness.clock.advance(25 * 3600)
    with pytest.raises(AssertionError, match="not blocked"):
        harness.reconcile()


def test_a_good_call_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    harness, _ = harness_of()

    def never(*_given: Any) -> Any:
        raise AssertionError("nothing was told")

    account = harness.connect()
    monkeypatch.setattr(harness.connections, "block", never)
    assert call(harness, account).ok


def test_a_dry_run_reads_and_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    harness, platform = harness_of(MINUTE)

    def never(*_given: Any) -> Any:
        raise AssertionError("a dry run calls nobody")

    for name in ("blocked_until", "block"):
        monkeypatch.setattr(harness.connections, name, never)
    shown = connection("slack", mode=Mode.DRY_RUN)
    assert call(harness, shown).retry_after == 60
    assert platform.calls == 1


def test_a_sandbox_account_waits_by_the_clock_it_is_given() -> None:
    harness = Harness()
    limited = SandboxFailure(kind=Injection.RATE_LIMIT, retry_after=7)
    account = harness.connect(limited)
    assert call(harness, account).retry_after == 7
    assert call(harness, account).code == RATE_BUDGET_SPENT
    harness.clock.advance(7)
    assert call(harness, account).ok


# ---------------------------------------------------------------------- whose limit


def budget(over: Connection, action: str = "post", harness: Harness | None = None) -> RateBudget:
    used = harness or Harness()
    return RateBudget(used.connections, used.clock, over, action)


def blocked(by: Limit, who: RateBudget, others: dict[str, RateBudget]) -> set[str]:
    """Which of the others wait after a call was told of a limit."""
    who.heard.add(by)
    who.learned(OK, "key")
    return {name for name, other in others.items() if other.held("key")}


SCOPES = [
    (Limit(60), {"same", "reading"}),
    (Limit(60, LimitScope.ACCOUNT), {"same", "reading"}),
    (Limit(60, LimitScope.ACTION), {"same"}),
    (Limit(60, LimitScope.APP), {"same", "reading", "colleague"}),
    # A day's posts are used up: reading goes on.
    (Limit(20 * 3600), {"same"}),
    (Limit(20 * 3600, LimitScope.APP), {"same", "colleague"}),
]


@pytest.mark.parametrize(("limit", "expected"), SCOPES)
def test_a_limit_holds_back_those_it_is_counted_for(limit: Limit, expected: set[str]) -> None:
    harness = Harness()
    foreign = of_app("app-1").model_copy(update={"organization_id": "other"})
    others = {
        "same": budget(of_app("app-1"), "post", harness),
        "reading": budget(of_app("app-1"), "read", harness),
        "colleague": budget(of_app("app-1", "con_2"), "post", harness),
        "other app": budget(of_app("app-2", "con_3"), "post", harness),
        "other platform": budget(of_app("app-1", "con_4", kind="x"), "post", harness),
        "other organization": budget(foreign, "post", harness),
    }
    assert blocked(limit, budget(of_app("app-1"), "post", harness), others) == expected


def test_without_a_known_app_its_limit_is_the_accounts() -> None:
    harness = Harness()
    plain, other = connection("slack"), connection("slack").model_copy(update={"id": "con_2"})
    others = {"same": budget(plain, harness=harness), "other": budget(other, harness=harness)}
    limit = Limit(60, LimitScope.APP)
    assert blocked(limit, budget(plain, harness=harness), others) == {"same"}


def test_the_longest_wait_counts() -> None:
    harness = Harness()
    used = budget(connection("slack"), harness=harness)
    for seconds in (30, 90, 60):
        used.heard.add(Limit(seconds))
    used.learned(OK, "key")
    harness.clock.advance(89)
    assert budget(connection("slack"), harness=harness).held("key")
    harness.clock.advance(1)
    assert budget(connection("slack"), harness=harness).held("key") is None


def test_who_is_told_after_another_comes_back_after_it() -> None:
    harness = Harness()
    first, second = (budget(connection("slack"), harness=harness) for _ in range(2))
    assert first.learned(MINUTE, "a").retry_after == 60
    shorter = MINUTE.model_copy(update={"retry_after": 5})
    told = second.learned(shorter, "b").retry_after
    assert told is not None
    assert 60 <= told <= 73


def answer(status: int = 200, body: Any = None, **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): text for name, text in headers.items()}, body)


PLAIN = OutcomeTable(rows=(), reason=lambda _answer: Reason())
RESET = str(START.timestamp() + 90)
USAGE = '{"1": [{"type": "pages", "estimated_time_to_regain_access": 2}]}'
LEFT_OVER = {"x_rate_limit_remaining": "3", "x_rate_limit_reset": RESET}
X_USED = {"x_rate_limit_remaining": "0", "x_rate_limit_reset": RESET}
X_DAY = {"x_app_limit_24hour_remaining": "0", "x_app_limit_24hour_reset": RESET}
DISCORD_USED = {
    "x_ratelimit_remaining": "0",
    "x_ratelimit_reset": RESET,
    "x_ratelimit_reset_after": "1.5",
}
META_ERROR = {"error": {"code": 4, "message": "Application request limit reached"}}


@pytest.mark.parametrize(
    ("table", "given_answer", "expected"),
    [
        (PLAIN, answer(), None),
        (PLAIN, answer(429, retry_after="9"), Limit(9)),
        (PLAIN, answer(500, x_ratelimit_remaining="0", x_ratelimit_reset="9"), None),
        (PLAIN, answer(x_ratelimit_remaining="0.0", x_ratelimit_reset="421"), Limit(421)),
        # No header can block an account for longer than a day.
        (PLAIN, answer(x_ratelimit_remaining="0", x_ratelimit_reset="999999999"), Limit(86_400)),
        (PLAIN, answer(x_ratelimit_remaining="0", x_ratelimit_reset="1e300"), Limit(86_400)),
        (X, answer(**LEFT_OVER), None),
        (X, answer(**X_USED), Limit(90, LimitScope.ACTION)),
        (X, answer(429, **X_DAY), Limit(90, LimitScope.APP)),
        (DISCORD, answer(**DISCORD_USED), Limit(1.5, LimitScope.ACTION)),
        (
            DISCORD,
            answer(429, {"retry_after": 2.5, "global": True}, x_ratelimit_scope="global"),
            Limit(2.5, LimitScope.ACCOUNT),
        ),
        (meta_table(), answer(x_business_use_case_usage=USAGE), Limit(120)),
        (
            meta_table(),
            answer(400, META_ERROR, x_business_use_case_usage=USAGE),
            Limit(120, LimitScope.APP),
        ),
        (
            meta_table(),
            answer(400, {"error": {"code": 17}}, x_business_use_case_usage=USAGE),
            Limit(120),
        ),
    ],
)
def test_answers_say_whose_limit_it_is_and_for_how_long(
    table: OutcomeTable, given_answer: Answer, expected: Limit | None
) -> None:
    outcome = table.outcome(given_answer, Effect.WRITE, START)
    assert limit_of(table, given_answer, outcome, START) == expected


def test_a_good_answer_that_was_the_last_for_now_holds_the_next_call_back() -> None:
    heard = Heard()

    def platform(_request: httpx.Request) -> httpx.Response:
        headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "4"}
        return httpx.Response(200, headers=headers, json={})

    transport = httpx.MockTransport(platform)
    context = ClientContext(transport, {}, FrozenClock(), heard=heard)
    client = PlatformClient(context, "https://platform.test", PLAIN)
    assert client.call("POST", "/posts", Effect.WRITE).ok
    assert heard.limits == [Limit(4)]
    harness = Harness()
    account = connection("slack")
    told = RateBudget(harness.connections, harness.clock, account, "post", heard)
    assert told.learned(OK, "key") == OK, "what was done stays done"
    held = budget(account, "post", harness).held("key")
    assert held is not None
    assert held.retry_after in (4, 5, 6)


# ---------------------------------------------------------------------- spreading


@given(st.floats(0.001, 90_000), st.text())
def test_a_spread_is_bounded_and_always_the_same(seconds: float, key: str) -> None:
    wait = spread(seconds, key)
    assert seconds <= wait <= seconds + max(2.0, min(seconds * 0.2, 30.0)) + 1
    assert wait == int(wait) >= 1
    assert spread(seconds, key) == wait
