"""The command line, and what counts as an answer."""

from pathlib import Path

import pytest

from bench import __main__ as command
from bench.cpu import CpuTime
from bench.payloads import authorizer_event, http_event
from bench.results import BenchError
from bench.rie import check


def test_everything_is_measured_unless_a_part_is_named() -> None:
    assert command.parse([]).only is None
    given = command.parse(["--quick", "--only", "warm", "--output", "x.md"])
    assert (given.quick, given.only, given.output) == (True, "warm", Path("x.md"))


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.parse(["--only", "hot"])
    assert "invalid choice" in capsys.readouterr().err


def test_the_repetitions_are_told() -> None:
    told = str(command.Repetitions())
    assert told.startswith("9 cold starts of each handler, 50 warm runs, 100 runs and 200 calls")
    assert "200 runs at concurrency 16" in told


@pytest.mark.parametrize(
    "text", [b"null", b"{}", b'{"statusCode": 200}', b'{"statusCode": 202, "body": ""}', b"[1]"]
)
def test_an_answer_is_a_success(text: bytes) -> None:
    check("runs", 200, text)


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (200, b'{"errorType": "ImportError", "errorMessage": "no module"}'),
        (200, b'{"statusCode": 404, "body": "{}"}'),
        (200, b'{"statusCode": 500}'),
        (200, b"Task timed out after 60.00 seconds"),
        (502, b"{}"),
    ],
)
def test_a_failure_is_no_measurement(status: int, text: bytes) -> None:
    with pytest.raises(BenchError, match="runs answered its first call"):
        check("runs", status, text)


def test_a_request_is_in_the_shape_of_the_http_api() -> None:
    event = http_event("/api/connectors/slack/actions/test_connection", {"input": {}})
    assert event["routeKey"] == "POST /api/connectors/slack/actions/test_connection"
    assert event["rawPath"] == event["requestContext"]["http"]["path"]
    assert event["body"] == '{"input": {}}'
    assert "idempotency-key" not in event["headers"]
    assert event["requestContext"]["authorizer"]["lambda"]["organizationId"] == "acme"


def test_the_authorizer_is_asked_about_a_key() -> None:
    assert authorizer_event("nh_x")["headers"]["authorization"] == "Bearer nh_x"


def test_the_processor_time_of_a_group_is_cut_into_leader_and_others(tmp_path: Path) -> None:
    for pid, group, user, system in ((10, 10, 300, 100), (11, 10, 50, 0), (12, 9, 999, 0)):
        folder = tmp_path / str(pid)
        folder.mkdir()
        zeros = "0 " * 8
        (folder / "stat").write_text(f"{pid} (a (b) c) S 1 {group} {zeros}{user} {system} 0\n")
    used = CpuTime.of_group(10, tmp_path)
    assert used.emulator == pytest.approx(8 * used.functions)
    assert used.since(CpuTime(1e9, 0.0)) == CpuTime(0.0, used.functions)
