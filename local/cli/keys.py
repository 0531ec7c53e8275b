"""`neonhub keys`: the first API key of an organization, by whoever may invoke its function."""

import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from local.cli.account import Account, aws_errors
from local.cli.output import note, print_json, say
from local.cli.session import Session, session
from local.client import ApiError

keys = typer.Typer(help="API keys, made with your AWS credentials.", no_args_is_help=True)

# What the function's errors are called where they are raised.
_CODES = {"InvalidRequestError": "INVALID_INPUT"}


class RoleName(StrEnum):
    """What a key may do; each role includes those before it."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(keys, name="keys")


@keys.command()
def create(
    context: typer.Context,
    *,
    organization: Annotated[str, typer.Argument(help="Organization id; a new one begins so.")],
    role: Annotated[RoleName, typer.Option(help="What the key may do.")],
    name: Annotated[str, typer.Option(help="What the key is for.")],
    stack_name: Annotated[
        str | None,
        typer.Option(envvar="NEONHUB_STACK_NAME", help="A stack of your AWS account."),
    ] = None,
    expires_days: Annotated[int | None, typer.Option(min=1, max=3650)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Create an API key. It is shown this once."""
    own = session(context)
    made = create_key(
        own, own.account(stack_name), organization, role, name, expires_in_days=expires_days
    )
    if as_json:
        print_json(made)
        return
    say(made["key"])
    until = f", until {made['expiresAt']}" if made.get("expiresAt") else ""
    whose = f"{made['role']} of {made['organizationId']}{until}"
    note(f"key {made['id']}: {whose}; it is not shown again")


def create_key(
    own: Session,
    account: Account,
    organization: str,
    role: str,
    name: str,
    *,
    expires_in_days: int | None = None,
) -> dict[str, Any]:
    """A new key, `{"id", "key", …}`, made by the stack's own function. Raises `NeonHubError`."""
    task: dict[str, Any] = {
        "task": "create_key",
        "organizationId": organization,
        "role": str(role),
        "name": name,
    }
    if expires_in_days:
        task["expiresInDays"] = expires_in_days
    with aws_errors():
        answer = own.aws(account, "lambda").invoke(
            FunctionName=f"{account.stack_name}-keys", Payload=json.dumps(task)
        )
        made: dict[str, Any] = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        kind = str(made.get("errorType"))
        request_id = answer.get("ResponseMetadata", {}).get("RequestId")
        message = str(made.get("errorMessage"))
        raise ApiError(_CODES.get(kind, kind), message, request_id=request_id)
    return made
