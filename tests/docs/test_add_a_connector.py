"""The page on adding a connector is true: its files, in a copy of the project, pass the tests."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "add-a-connector.md"
BLOCK = re.compile(r"^```(?:python|yaml|json) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILES = dict(BLOCK.findall(PAGE.read_text()))
SOURCE = [name for name in FILES if name.startswith("functions/")]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the page's connector in it."""
    folder = tmp_path_factory.mktemp("project")
    ignored = shutil.ignore_patterns("__pycache__", "e2e", "real")
    for name in ("functions", "tests", "events", "statemachines"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("pyproject.toml", "template.yaml"):
        shutil.copy(ROOT / name, folder / name)
    for name, text in FILES.items():
        if name == "template.yaml":
            add_to_template(folder / name, text)
        else:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
    (folder / "functions/connectors/bulletin/__init__.py").touch()
    return folder


def add_to_template(template: Path, block: str) -> None:
    before = "  # ============================================================ orchestration\n"
    text = template.read_text()
    assert text.count(before) == 1
    template.write_text(text.replace(before, f"{block}\n{before}"))


def run(copy: Path, *command: str) -> None:
    environment = {**os.environ, "KINDS": "bulletin", "PYTHONPATH": str(copy / "functions")}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_the_page_has_the_four_files() -> None:
    names = {Path(name).name for name in SOURCE}
    assert names == {"spec.py", "client.py", "sandbox.py", "app.py"}


def test_the_connector_of_the_page_does_what_every_connector_must(copy: Path) -> None:
    contract = [f"tests/contract/test_{name}.py" for name in ("connectors", "failures", "requests")]
    run(copy, "pytest", "--no-cov", "-q", "-p", "no:cacheprovider", *contract)


def test_its_function_keeps_the_promises_of_the_template(copy: Path) -> None:
    run(copy, "pytest", "--no-cov", "-q", "-p", "no:cacheprovider", "tests/template")


def test_its_code_has_the_style_and_types_of_the_project(copy: Path) -> None:
    sources = [*SOURCE, *(name for name in FILES if name.startswith("tests/"))]
    run(copy, "ruff", "check", "--no-cache", *sources)
    run(copy, "ruff", "format", "--check", "--no-cache", *sources)
    run(copy, "mypy", "--cache-dir", os.devnull, "functions/connectors/bulletin")


def lines(*names: str) -> int:
    return sum(len(FILES[name].splitlines()) for name in names)


def test_it_costs_what_the_page_says_and_at_most_three_hundred_lines() -> None:
    tests = [name for name in FILES if name.startswith("tests/")]
    told = (
        f"{len(SOURCE)} files with {lines(*SOURCE)} lines, {lines('template.yaml')} lines in the "
        f"template, {lines(*tests)} lines of samples and oracle"
    )
    assert told in " ".join(PAGE.read_text().split())
    assert lines(*SOURCE) <= 300
