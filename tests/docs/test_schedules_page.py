"""The page on schedules is true: its requests, answers, expressions and commands."""

import json
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from api.schedule_body import ScheduleBody
from hub.domain.schedule_expression import parse_expression
from local.cli.main import app
from local.cli.session import Session
from tests.support import FrozenClock
from tests.unit.api.schedules_world import World, data

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "schedules.md").read_text()
BLOCKS = {
    name: json.loads(text)
    for name, text in re.findall(r"^```json (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
}
COMMANDS = re.findall(r"^neonhub (.*)$", PAGE, re.MULTILINE)
ROW = re.compile(r"^\| `([^`]+)` \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
WHEN = PAGE[PAGE.index("## When\n") : PAGE.index("## When the clocks change")]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World().wire(monkeypatch)


def includes(answer: Any, told: Any) -> bool:
    """Whether an answer has all that the page tells of it; a list may go on."""
    if isinstance(told, dict):
        return all(name in answer and includes(answer[name], told[name]) for name in told)
    if isinstance(told, list) and told:
        return all(includes(a, t) for a, t in zip(answer, told, strict=False))
    return bool(answer == told)


def test_a_schedule_is_set_as_the_page_says(world: World) -> None:
    assert includes(data("put", BLOCKS["put"]), BLOCKS["put-answer"])


def test_the_preview_is_the_one_of_the_page(world: World) -> None:
    world.clock = FrozenClock(datetime(2026, 3, 28, tzinfo=UTC))
    assert data("preview", BLOCKS["preview"]) == BLOCKS["preview-answer"]


def test_the_backfill_is_the_one_of_the_page(world: World) -> None:
    data("put", BLOCKS["put"])
    assert includes(data("backfill", BLOCKS["backfill"]), BLOCKS["backfill-answer"])


@pytest.mark.parametrize(("written", "sent"), ROW.findall(WHEN))
def test_an_expression_of_the_page_becomes_what_it_says(written: str, sent: str) -> None:
    found = parse_expression(written).scheduler_expressions
    told = tuple(re.findall(r"`([^`]+)`", sent))
    assert found == (told or (written,))
    assert bool(told) is (sent != "the same")


def test_the_page_tells_of_every_field() -> None:
    told = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE))))
    assert {field.alias for field in ScheduleBody.model_fields.values()} <= told


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_is_one(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("brief.json").write_text("{}")
    schedule = {"id": "content", "scheduleExpression": None, "nextRunAt": None}
    lists: dict[str, list[str]] = {
        name: [] for name in ("agents", "firings", "started", "waiting", "existed")
    }
    answer = {"success": True, "data": {**schedule, **lists}}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=answer))
    own = Session(url="https://api.example.com", key="nh_key", transport=transport)
    result = CliRunner().invoke(
        app,
        ["--url", "https://api.example.com", "--api-key", "nh_key", *shlex.split(command)],
        obj=own,
    )
    assert result.exit_code == 0, result.output
