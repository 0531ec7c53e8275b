"""`neonhub`: the whole command line."""

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from local.aws.process import EmulatorError
from local.aws.tools import ToolError
from local.cli import connections, demo, keys, logs, runs, schedules, stack
from local.cli.output import plain
from local.cli.session import Session
from local.client import NeonHubError
from local.stackfile import StackFileError

INTERRUPTED = 130


class OneLineErrors(TyperGroup):
    """Says what went wrong in one line on stderr: exit status 1, or 2 for wrong usage.

    A failing tool's own output follows its line.
    """

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line; exits with its status, or returns it when not standalone."""
        try:
            status = super().main(
                args, prog_name, complete_var, False, windows_expand_args, **extra
            )
        except TyperException as error:
            status = self._failed(error.format_message(), error.exit_code)
        except (NeonHubError, StackFileError) as error:
            status = self._failed(str(error), 1)
        except (ToolError, EmulatorError) as error:
            line, _, rest = str(error).partition("\n")
            status = self._failed(line, 1, rest)
        except (KeyboardInterrupt, typer.Abort):
            status = INTERRUPTED
        status = status if isinstance(status, int) else 0
        if status == INTERRUPTED:
            print("interrupted", file=sys.stderr)
        if standalone_mode:
            sys.exit(status)
        return status

    def _failed(self, message: str, status: int, rest: str = "") -> int:
        if message.startswith("Usage:"):
            # A group without a command: the message is its help.
            print(message, file=sys.stderr)
            return status
        lines = " ".join(plain(line).strip() for line in message.splitlines())
        print(f"error: {lines}", file=sys.stderr)
        if rest:
            print(rest, file=sys.stderr)
        return status


app = typer.Typer(
    cls=OneLineErrors,
    name="neonhub",
    help="NeonHub: runs of agents on a deployed stack, and a whole stack on this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
stack.register(app)
demo.register(app)
runs.register(app)
schedules.register(app)
connections.register(app)
keys.register(app)
logs.register(app)


@app.callback()
def options(
    context: typer.Context,
    url: Annotated[
        str | None, typer.Option(envvar="NEONHUB_URL", help="The API; the local stack's if unset.")
    ] = None,
    api_key: Annotated[
        str | None, typer.Option(envvar="NEONHUB_API_KEY", help="API key or token.")
    ] = None,
    socket_url: Annotated[
        str | None, typer.Option(envvar="NEONHUB_SOCKET_URL", help="The WebSocket API.")
    ] = None,
) -> None:
    """Options before the command name the stack; without any it is the one on this machine."""
    given = context.obj if isinstance(context.obj, Session) else Session()
    context.obj = given.choosing(url or None, api_key or None, socket_url or None)
