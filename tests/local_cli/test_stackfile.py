"""The stack file."""

import json
import stat
from pathlib import Path

import pytest

from local import stackfile
from local.stackfile import LocalStack, StackFileError

STACK = LocalStack("http://a/dev", "ws://a/dev", "nh_key", "http://a", 42, "neonhub-local")


def test_a_stack_is_read_back_as_it_was_written() -> None:
    stackfile.write(STACK)
    stackfile.write(STACK)
    assert stackfile.read() == STACK


def test_only_its_owner_may_read_the_key() -> None:
    stackfile.write(STACK)
    assert stat.S_IMODE(stackfile.path().stat().st_mode) == 0o600


def test_its_names_are_those_of_the_contract() -> None:
    stackfile.write(STACK)
    names = set(json.loads(stackfile.path().read_text()))
    assert names == {"apiUrl", "socketUrl", "apiKey", "endpointUrl", "pid", "stackName"}


def test_there_may_be_none_and_removing_it_twice_is_fine() -> None:
    assert stackfile.read() is None
    stackfile.write(STACK)
    stackfile.log_path().write_text("log")
    stackfile.remove()
    stackfile.remove()
    assert stackfile.read() is None
    assert not stackfile.log_path().exists()


@pytest.mark.parametrize("text", ["garbage", "{}", "[]", '{"apiUrl": 1}'])
def test_what_is_no_stack_file_says_what_to_do(text: str) -> None:
    stackfile.folder().mkdir(parents=True)
    stackfile.path().write_text(text)
    with pytest.raises(StackFileError, match="run `neonhub down`"):
        stackfile.read()


def test_it_stands_in_the_project_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, state: Path
) -> None:
    assert stackfile.path() == state / "stack.json"
    monkeypatch.delenv(stackfile.FOLDER_VARIABLE)
    assert stackfile.path().parts[-2:] == (".neonhub", "stack.json")
