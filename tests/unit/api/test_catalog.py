"""The catalog answers the same, from what the build wrote and from the specs."""

import json
from pathlib import Path
from typing import Any

import pytest

from api import catalog_data
from api.catalog import handler
from hub.agent_kit.catalog import agent_ids
from hub.connector_kit.registry import kinds
from tests.http_events import Context, load

ROUTES = ["catalog-agents", "catalog-agent", "catalog-connectors", "catalog-connector"]


def ask(name: str, path: str | None = None) -> tuple[int, Any]:
    event = load(name)
    if path:
        event["rawPath"] = event["requestContext"]["http"]["path"] = path
    answer = handler(event, Context())
    return answer["statusCode"], json.loads(answer["body"])


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that the catalog reads, which is not there yet."""
    file = tmp_path / "catalog_data.json"
    monkeypatch.setattr(catalog_data, "FILE", file)
    return file


def test_the_sources_carry_no_file_that_could_be_out_of_date() -> None:
    assert catalog_data.FILE.parent == Path(catalog_data.__file__).parent
    assert not catalog_data.FILE.exists()


@pytest.mark.parametrize("route", ROUTES)
def test_what_the_build_writes_is_what_the_specs_say(
    written: Path, monkeypatch: pytest.MonkeyPatch, route: str
) -> None:
    from_specs = ask(route)
    built = written.with_name("built.json")
    built.write_text(json.dumps(catalog_data.described()))
    monkeypatch.setattr(catalog_data, "FILE", built)

    assert from_specs[0] == 200
    assert ask(route) == from_specs


def test_what_the_build_wrote_is_answered_without_loading_a_connector(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {
        "agents": {a: {"id": a} for a in agent_ids()},
        "connectors": {k: {"kind": k} for k in kinds()},
    }
    written.write_text(json.dumps(told))
    monkeypatch.setattr(catalog_data, "load_agent", None)
    monkeypatch.setattr(catalog_data, "load_spec", None)

    assert ask("catalog-agents")[1]["data"] == {"agents": [{"id": a} for a in agent_ids()]}
    assert ask("catalog-connectors")[1]["data"] == {"connectors": [{"kind": k} for k in kinds()]}
    assert ask("catalog-connector", "/api/connectors/EMAIL")[1]["data"] == {"kind": "gmail"}


def test_a_connector_that_the_build_did_not_know_is_described_all_the_same(written: Path) -> None:
    written.write_text(json.dumps({"agents": {}, "connectors": {}}))
    status, body = ask("catalog-connector", "/api/connectors/slack")
    assert (status, body["data"]["kind"]) == (200, "slack")


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize(
    ("route", "path", "code"),
    [
        ("catalog-connector", "/api/connectors/nope", "UNKNOWN_CONNECTOR"),
        ("catalog-agent", "/api/agents/nope", "AGENT_NOT_REGISTERED"),
    ],
)
def test_an_unknown_name_is_told_those_there_are(
    written: Path, there: bool, route: str, path: str, code: str
) -> None:
    if there:
        written.write_text(json.dumps({"agents": {}, "connectors": {}}))
    status, body = ask(route, path)
    assert (status, body["error"]["code"]) == (404, code)


def test_health_is_public() -> None:
    assert ask("catalog-health")[1]["data"]["status"] == "ok"
