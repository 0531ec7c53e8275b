"""`neonhub up` and `neonhub down`: a whole stack on this machine."""

import shlex
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Annotated

import typer

from local import stackfile
from local.aws import deploy, process, tools
from local.cli.account import Account
from local.cli.deployment import Stopwatch, deploy_stack
from local.cli.keys import create_key
from local.cli.output import say, spinner
from local.cli.session import Session, session
from local.client import NeonHubError
from local.stackfile import LocalStack, StackFileError

STACK_NAME = "neonhub-local"
ORGANIZATION = "demo"
DEFAULT_PORT = 4566
"""Where tools look for an AWS on this machine; another one is taken if this is not free."""

_LOOK_SECONDS = 2.0


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(up)
    app.command()(down)


def up(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port of 127.0.0.1.")] = None,
    enforce_iam: Annotated[bool, typer.Option(help="Hold functions to their roles.")] = False,
    detach: Annotated[
        bool, typer.Option("--detach/--foreground", help="Keep it running, or until Ctrl-C.")
    ] = True,
) -> None:
    """Start the embedded AWS and deploy the template to it; deploy again if it runs already."""
    ends_on_sigterm()
    watch = Stopwatch()
    with stackfile.exclusive():
        running = running_stack()
        if running:
            if port or enforce_iam:
                message = "--port and --enforce-iam are for the start: run `make down` first"
                raise NeonHubError(f"the stack runs at {running.endpoint_url}; {message}")
            _redeploy(running, watch)
            return
        _forget()
        aws = process.EmbeddedAws(
            port=port or _usual_port(),
            enforce_iam=enforce_iam,
            log_file=stackfile.log_path(),
            detached=detach,
        )
        try:
            stack = _start(session(context), aws, watch)
            stackfile.write(stack)
        except BaseException:
            aws.stop()
            raise
    _print_stack(stack, "is up", watch)
    if not detach:
        _hold(aws)


def down() -> None:
    """Stop what `up` started, and forget it."""
    with stackfile.exclusive():
        try:
            stack = stackfile.read()
        except StackFileError:
            stackfile.remove()
            say("removed an unreadable stack file; if an embedded AWS still runs, stop it by hand")
            return
        if stack is None:
            say("no stack is running")
            return
        _forget()
    say(f"stack {stack.stack_name} is down")


def running_stack() -> LocalStack | None:
    """The local stack, if its embedded AWS answers."""
    stack = stackfile.read()
    alive = stack and _is_ours(stack) and process.is_healthy(stack.endpoint_url)
    return stack if alive else None


def ends_on_sigterm() -> None:
    """Let SIGTERM unwind like Ctrl-C, so that what was started is stopped."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)


def _start(own: Session, aws: process.EmbeddedAws, watch: Stopwatch) -> LocalStack:
    with ThreadPoolExecutor(1) as background:
        started = background.submit(aws.start)
        with spinner("sam build"), watch.phase("build"):
            deploy.build()
        started.result()
    with spinner("sam deploy"), watch.phase("deploy"):
        outputs = deploy_stack(STACK_NAME, aws.endpoint)
    account = Account(STACK_NAME, aws.endpoint)
    assert aws.pid is not None
    return LocalStack(
        api_url=outputs["ApiUrl"],
        socket_url=outputs["SocketUrl"],
        api_key=create_key(own, account, ORGANIZATION, "admin", "neonhub up")["key"],
        endpoint_url=aws.endpoint,
        pid=aws.pid,
        stack_name=STACK_NAME,
    )


def _redeploy(stack: LocalStack, watch: Stopwatch) -> None:
    with spinner("sam build"), watch.phase("build"):
        deploy.build()
    with spinner("sam deploy"), watch.phase("deploy"):
        deploy_stack(stack.stack_name, stack.endpoint_url)
    _print_stack(stack, "was running; the template is deployed to it again", watch)


def _forget() -> None:
    """Stop the local stack's emulator, if it lives, and remove its state."""
    stack = stackfile.read()
    if stack and _is_ours(stack):
        process.stop_process(stack.pid)
    stackfile.remove()


def _usual_port() -> int | None:
    return None if tools.port_is_taken(DEFAULT_PORT) else DEFAULT_PORT


def _is_ours(stack: LocalStack) -> bool:
    """Whether the process is the emulator: its id may be another process's by now."""
    # -ww: ps would cut the line at COLUMNS, and with it the name looked for.
    command = ["ps", "-ww", "-o", "command=", "-p", str(stack.pid)]
    found = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return "local.aws.emulator" in found


def _print_stack(stack: LocalStack, what: str, watch: Stopwatch) -> None:
    took = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in watch.phases.items())
    key = shlex.quote(f"authorization: Bearer {stack.api_key}")
    body = '{"intent":"generate-draft","input":{"brief":"NeonHub is here. It runs agents."}}'
    start = f"-X POST {stack.api_url}/api/agents/content/runs"
    say(f"stack {stack.stack_name} {what} ({took})\n")
    say(f"  console {stack.api_url}/console")
    say(f"  API     {stack.api_url}")
    say(f"  socket  {stack.socket_url}")
    say(f"  key     {stack.api_key}  (admin of the organization {ORGANIZATION})")
    say(f"  AWS     {stack.endpoint_url}\n")
    say(f"curl {stack.api_url}/api/health")
    say(f"curl {start} -H {key} -H 'content-type: application/json' -d {shlex.quote(body)}")
    say(f"curl {stack.api_url}/api/runs -H {key}")


def _hold(aws: process.EmbeddedAws) -> None:
    """Keep the stack until Ctrl-C or SIGTERM."""
    say("\nCtrl-C stops it")
    try:
        while process.is_healthy(aws.endpoint):
            time.sleep(_LOOK_SECONDS)
        say("the embedded AWS has ended")
    except KeyboardInterrupt:
        say("stopping")
    finally:
        aws.stop()
        with stackfile.exclusive():
            stackfile.remove()
