"""`neonhub keys create`."""

import json

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from local.cli.account import Account
from local.stackfile import LocalStack
from tests.local_cli.conftest import Run
from tests.local_cli.fakes import FakeAws

CREATE = ("keys", "create", "acme", "--role", "operator", "--name", "ci")
MADE = {"id": "k1", "key": "nh_k1_secret", "role": "operator", "organizationId": "acme"}


@pytest.mark.usefixtures("local_stack")
def test_the_key_is_printed_alone_on_stdout(run: Run, aws: FakeAws) -> None:
    aws.answer = {**MADE, "expiresAt": "2026-06-01T00:00:00.000Z"}
    result = run(*CREATE, "--expires-days", "90")
    assert (result.exit_code, result.stdout) == (0, "nh_k1_secret\n")
    assert (
        "operator of acme, until 2026-06-01T00:00:00.000Z; it is not shown again" in result.stderr
    )
    task = {"task": "create_key", "organizationId": "acme", "role": "operator", "name": "ci"}
    assert aws.invoked == [("local-keys", {**task, "expiresInDays": 90})]


def test_the_local_stack_is_the_default_and_others_are_the_users_own(
    run: Run, aws: FakeAws, local_stack: LocalStack
) -> None:
    aws.answer = MADE
    assert json.loads(run(*CREATE, "--json").stdout) == MADE
    run(*CREATE, "--stack-name", "neonhub-prod")
    assert aws.asked == [
        (Account("local", local_stack.endpoint_url), "lambda"),
        (Account("neonhub-prod", None), "lambda"),
    ]
    assert aws.invoked[1][0] == "neonhub-prod-keys"


@pytest.mark.usefixtures("local_stack")
def test_with_another_stacks_url_the_local_one_is_not_meant(run: Run, aws: FakeAws) -> None:
    result = run("--url", "https://x", "--api-key", "k", *CREATE)
    assert result.exit_code == 1
    assert aws.invoked == []


@pytest.mark.usefixtures("local_stack")
def test_a_refusal_of_the_function_is_one_line(run: Run, aws: FakeAws) -> None:
    aws.failed = True
    aws.answer = {"errorType": "InvalidRequestError", "errorMessage": "organizationId: odd"}
    result = run(*CREATE)
    assert result.exit_code == 1
    assert result.stderr == "error: INVALID_INPUT: organizationId: odd (request id req-9)\n"


@pytest.mark.parametrize(
    ("failure", "line"),
    [
        (NoCredentialsError(), "error: AWS: Unable to locate credentials\n"),
        (
            ClientError(
                {
                    "Error": {"Code": "ResourceNotFoundException", "Message": "Function not found"},
                    "ResponseMetadata": {"RequestId": "r"},  # type: ignore[typeddict-item]
                },
                "Invoke",
            ),
            "error: ResourceNotFoundException: Function not found (request id r)\n",
        ),
    ],
)
def test_what_aws_refuses_is_one_line(
    run: Run, aws: FakeAws, monkeypatch: pytest.MonkeyPatch, failure: Exception, line: str
) -> None:
    def fail(**_given: object) -> None:
        raise failure

    monkeypatch.setattr(aws, "invoke", fail)
    result = run(*CREATE, "--stack-name", "neonhub-dev")
    assert (result.exit_code, result.stderr) == (1, line)
