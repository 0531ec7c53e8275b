"""Finding connectors: by folder, by any case, by the old name, and only those asked for."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import connectors
from hub.connector_kit.registry import canonical, kinds, load_spec, specs
from hub.domain.errors import NotFoundError

SPEC = """
from hub.connector_kit.spec import Auth, AuthType, ConnectorSpec

SPEC = ConnectorSpec(
    kind="{kind}",
    display_name="Toy",
    description="A toy.",
    category="messaging",
    base_url="https://toy.example.com",
    auth=Auth(AuthType.API_KEY, ()),
    actions=(),
    limits="none",
    reference="none",
    contract="none",
)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of connectors beside the real ones: `toy`, `gmail`, and folders that are none."""
    for kind in ("toy", "gmail"):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "__init__.py").touch()
        (tmp_path / kind / "spec.py").write_text(SPEC.format(kind=kind))
    (tmp_path / "started").mkdir()
    (tmp_path / "started" / "__init__.py").touch()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "spec.txt").touch()
    (tmp_path / "module.py").touch()
    monkeypatch.setattr(connectors, "__path__", [str(tmp_path), *connectors.__path__])
    importlib.invalidate_caches()
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith("connectors."):
            del sys.modules[name]


def test_kinds_are_the_folders_with_a_spec_sorted(folder: Path) -> None:
    found = kinds()
    assert found == sorted(found)
    assert {"toy", "gmail", "slack"} <= set(found)
    assert not {"started", "notes", "module", "spec"} & set(found)


def test_looking_for_connectors_imports_none(folder: Path) -> None:
    (folder / "toy" / "spec.py").write_text("raise AssertionError('imported')")
    (folder / "toy" / "__init__.py").write_text("raise AssertionError('imported')")
    assert "toy" in kinds()
    assert canonical("toy") == "toy"


def test_loading_one_spec_leaves_the_others_alone(folder: Path) -> None:
    (folder / "gmail" / "spec.py").write_text("raise AssertionError('imported')")
    assert load_spec("toy").kind == "toy"


@pytest.mark.parametrize(
    ("asked", "kind"),
    [("toy", "toy"), ("TOY", "toy"), ("gmail", "gmail"), ("EMAIL", "gmail"), ("email", "gmail")],
)
def test_a_connector_answers_to_any_case_and_its_old_name(
    folder: Path, asked: str, kind: str
) -> None:
    assert load_spec(asked).kind == kind


@pytest.mark.parametrize(
    "asked", ["nope", "", "toy.spec", "..", "toy/../toy", "started", "spec", "__init__", "os"]
)
def test_an_unknown_connector_names_those_there_are(folder: Path, asked: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        load_spec(asked)
    assert caught.value.error_code == "UNKNOWN_CONNECTOR"
    assert "toy" in caught.value.message
    assert caught.value.details == {"connectors": kinds()}


def test_the_old_name_of_a_connector_that_is_not_there_is_unknown(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "gmail" / "spec.py").unlink()
    monkeypatch.setattr(connectors, "__path__", [str(folder)])
    with pytest.raises(NotFoundError, match="'email'; there are toy"):
        load_spec("email")


def test_specs_are_those_of_every_kind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connectors, "__path__", [str(folder)])
    assert [spec.kind for spec in specs()] == ["gmail", "toy"]


def test_every_real_connector_has_the_kind_of_its_folder() -> None:
    assert [spec.kind for spec in specs()] == kinds()
