"""What the build writes for the catalog."""

import json
import shutil
from pathlib import Path

import pytest

from api.catalog_data import FILE, described
from local.aws.catalog import FUNCTION, write_catalog
from local.aws.tools import ROOT, ToolError


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """The catalog's function as `sam build` leaves it."""
    ignored = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(ROOT / "functions", tmp_path / FUNCTION, ignore=ignored))


def test_the_built_code_is_described_where_the_function_looks(code: Path) -> None:
    file = write_catalog(code.parent)

    assert file == code / "api" / FILE.name
    assert json.loads(file.read_text()) == json.loads(json.dumps(described()))
    assert not list(code.rglob("*.pyc"))


def test_it_is_the_built_code_that_is_described(code: Path) -> None:
    spec = code / "connectors/slack/spec.py"
    spec.write_text(spec.read_text().replace('display_name="Slack"', 'display_name="Built"'))

    file = write_catalog(code.parent)

    assert file
    assert json.loads(file.read_text())["connectors"]["slack"]["displayName"] == "Built"


def test_code_that_cannot_be_loaded_is_no_catalog(code: Path) -> None:
    (code / "connectors/slack/spec.py").write_text("raise ValueError('no spec')")

    with pytest.raises(ToolError, match="no spec"):
        write_catalog(code.parent)


def test_a_template_without_a_catalog_needs_none(tmp_path: Path) -> None:
    assert write_catalog(tmp_path) is None
