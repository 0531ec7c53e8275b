"""What holds for every command: usage, and no stack."""

import pytest

from local import stackfile
from local.client import ApiClient
from tests.local_cli.conftest import Run

COMMANDS = ["up", "down", "demo", "run", "runs", "connections", "keys", "logs"]


def test_help_names_every_command(run: Run) -> None:
    result = run("--help")
    assert result.exit_code == 0
    for command in COMMANDS:
        assert f"\n  {command} " in result.stdout
    for command in COMMANDS:
        assert run(command, "--help").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nonsense",), "No such command 'nonsense'."),
        (("run", "content"), "Missing argument 'intent'."),
        (("runs", "list", "--limit", "1000"), "'--limit'"),
        (("runs", "list", "--since", "yesterday"), "'yesterday' is no time: use 10m, 2h"),
        (("keys", "create", "acme", "--role", "king", "--name", "x"), "'--role'"),
        (("up", "--port", "70000"), "'--port'"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(
    run: Run, arguments: tuple[str, ...], words: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    assert words in result.stderr


@pytest.mark.parametrize("arguments", [(), ("runs",), ("keys",)])
def test_a_group_without_a_command_shows_its_help(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: ")
    assert "Commands:" in result.stderr


@pytest.mark.parametrize(
    "arguments", [("runs", "list"), ("connections", "list"), ("runs", "cancel", "run_1")]
)
def test_without_a_stack_it_says_how_to_get_one(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert result.stderr == (
        "error: no stack: run `make up` or set NEONHUB_URL and NEONHUB_API_KEY\n"
    )


@pytest.mark.parametrize(
    "arguments", [("logs", "runs"), ("keys", "create", "acme", "--role", "admin", "--name", "x")]
)
def test_without_a_stack_aws_commands_want_its_name(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert "--stack-name" in result.stderr


def test_an_unreadable_stack_file_is_one_line(run: Run) -> None:
    stackfile.folder().mkdir(parents=True)
    stackfile.path().write_text("{")
    result = run("runs", "list")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "is not a stack file" in result.stderr


@pytest.mark.usefixtures("local_stack")
def test_an_interrupt_has_the_status_of_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ApiClient, "runs", interrupted)
    result = run("runs", "list")
    assert (result.exit_code, result.stderr) == (130, "interrupted\n")
