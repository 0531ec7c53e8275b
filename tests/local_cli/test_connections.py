"""`neonhub connections`."""

import json
from pathlib import Path

import pytest

from tests.local_cli.conftest import Run
from tests.local_cli.fakes import FakeApi

pytestmark = pytest.mark.usefixtures("local_stack")

LISTED = {
    "id": "con_1",
    "kind": "slack",
    "name": "Team",
    "mode": "sandbox",
    "status": "needs_reauth",
    "createdAt": "2026-03-02T09:00:00.000Z",
}


def test_a_connection_is_created_with_all_that_was_given(
    run: Run, api: FakeApi, tmp_path: Path
) -> None:
    secret = tmp_path / "token"
    secret.write_text("xoxb-secret\n")
    result = run(
        *("connections", "create", "slack", "--mode", "sandbox", "--name", "Team"),
        *("--credential", f"botToken=@{secret}", "--credential", "other=a=b"),
        *("--setting", "baseUrl=https://x"),
        *("--inject", "rate_limit:1:3", "--inject", "server_error"),
    )
    assert (result.exit_code, result.stdout) == (0, "con_slack\n")
    assert "xoxb" not in result.output
    assert api.body() == {
        "kind": "slack",
        "mode": "sandbox",
        "name": "Team",
        "credentials": {"botToken": "xoxb-secret", "other": "a=b"},
        "settings": {"baseUrl": "https://x"},
        "sandbox": [{"kind": "rate_limit", "times": 1, "retryAfter": 3}, {"kind": "server_error"}],
    }


def test_what_was_not_given_is_not_sent(run: Run, api: FakeApi) -> None:
    run("connections", "create", "sms")
    assert api.body() == {"kind": "sms"}


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--inject", "flood", "'flood' is none of rate_limit"),
        ("--inject", "rate_limit:x", "like rate_limit:1:3"),
        ("--inject", "rate_limit:1:2:3", "like rate_limit:1:3"),
        ("--credential", "botToken", "write name=value"),
        ("--credential", "botToken=@/no/such", "cannot read /no/such"),
        ("--setting", "=x", "write name=value"),
    ],
)
def test_wrong_options_are_wrong_usage(
    run: Run, api: FakeApi, option: str, value: str, words: str
) -> None:
    result = run("connections", "create", "slack", option, value)
    assert result.exit_code == 2
    assert words in result.stderr
    assert api.seen == []


def test_connections_are_listed(run: Run, api: FakeApi) -> None:
    api.answers["GET /api/connections"] = (
        200,
        {"success": True, "data": {"connections": [LISTED]}},
    )
    result = run("connections", "list", "--kind", "slack")
    assert result.stdout.splitlines()[1].split() == [
        *("con_1", "slack", "Team", "sandbox", "needs_reauth", "2026-03-02", "09:00:00"),
    ]
    assert api.seen[0].url.params["kind"] == "slack"
    assert json.loads(run("connections", "list", "--json").stdout) == {"connections": [LISTED]}


@pytest.mark.parametrize(
    ("verdict", "status", "line"),
    [
        ({"ok": True, "outcome": "ok", "account": {"team": "T"}}, 0, "con_1: ok {'team': 'T'}\n"),
        (
            {"ok": False, "outcome": "needs_reauth", "message": "Slack refused: invalid_auth"},
            1,
            "con_1: needs_reauth Slack refused: invalid_auth\n",
        ),
    ],
)
def test_a_connection_is_tested(
    run: Run, api: FakeApi, verdict: object, status: int, line: str
) -> None:
    answer = (200, {"success": True, "data": verdict})
    api.answers["POST /api/connections/con_1/test"] = answer
    result = run("connections", "test", "con_1")
    assert (result.exit_code, result.stdout) == (status, line)
    assert json.loads(run("connections", "test", "con_1", "--json").stdout) == verdict
