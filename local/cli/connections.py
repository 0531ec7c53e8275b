"""`neonhub connections`: accounts on platforms."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from local.cli import parsing
from local.cli.output import day_time, note, plain, print_json, say, show, status_text, table
from local.cli.session import session

connections = typer.Typer(help="Connections to platforms.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class ModeName(StrEnum):
    """Where a connection's calls go."""

    SANDBOX = "sandbox"
    DRY_RUN = "dry_run"
    LIVE = "live"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(connections, name="connections")


@connections.command()
def create(
    context: typer.Context,
    *,
    kind: Annotated[str, typer.Argument(help="The platform, for example slack.")],
    mode: Annotated[ModeName | None, typer.Option(help="The stack's default if unset.")] = None,
    name: Annotated[str | None, typer.Option(help="What to call it.")] = None,
    credential: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE", help="NAME=@FILE reads the value from a file, @- stdin."
        ),
    ] = None,
    setting: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE")] = None,
    inject: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND[:TIMES[:SECONDS]]",
            help="A failure the sandbox shows, like rate_limit:1:3.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Connect an account."""
    body: dict[str, Any] = {
        "kind": kind,
        "mode": mode,
        "name": name,
        "credentials": parsing.pairs(credential or []),
        "settings": parsing.pairs(setting or []),
        "sandbox": [parsing.injection(text) for text in inject or []],
    }
    with session(context).api() as client:
        made = client.create_connection({key: value for key, value in body.items() if value})
    if as_json:
        print_json(made)
        return
    say(made["id"])
    note(f"{made['kind']} {made['name']!r}, mode {made['mode']}")


@connections.command("list")
def list_connections(
    context: typer.Context,
    kind: Annotated[str | None, typer.Option(help="Only of this platform.")] = None,
    as_json: AsJson = False,
) -> None:
    """List connections, oldest first."""
    with session(context).api() as client:
        found = client.connections(kind)
    if as_json:
        print_json({"connections": found})
        return
    made = table("CONNECTION", "KIND", "NAME", "MODE", "STATUS", "CREATED")
    for connection in found:
        columns = (plain(connection.get(key)) for key in ("id", "kind", "name", "mode"))
        status = status_text(connection.get("status"))
        made.add_row(*columns, status, day_time(connection.get("createdAt")))
    show(made)
    if not found:
        note("no connections")


@connections.command()
def test(
    context: typer.Context,
    connection_id: Annotated[str, typer.Argument(metavar="CONNECTION")],
    as_json: AsJson = False,
) -> None:
    """Ask the platform something harmless. The exit status is 0 only if it answered well."""
    with session(context).api() as client:
        verdict = client.test_connection(connection_id)
    if as_json:
        print_json(verdict)
    else:
        told = verdict.get("message") or verdict.get("account") or ""
        say(plain(f"{connection_id}: {verdict['outcome']} {told}").rstrip())
    if not verdict["ok"]:
        raise typer.Exit(1)
