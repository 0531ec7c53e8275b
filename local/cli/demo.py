"""`neonhub demo`: the whole product at work on this machine, from the template to live events."""

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import typer

from local.aws import deploy
from local.aws.process import EmbeddedAws
from local.aws.tools import ToolError
from local.cli.account import Account
from local.cli.demo_screen import DemoScreen
from local.cli.deployment import deploy_stack
from local.cli.keys import create_key
from local.cli.log_events import LogReader, LogRecord
from local.cli.logs import print_record
from local.cli.output import console, note
from local.cli.session import Session, session
from local.cli.stack import ends_on_sigterm
from local.client import ApiClient, Json, NeonHubError
from local.live import Event

STACK_NAME = "neonhub-demo"
ORGANIZATION = "demo"
RUN_SECONDS = 120.0
RETRY_AFTER = 3
_TAIL = 20
_TROUBLE = frozenset({"WARNING", "ERROR", "CRITICAL"})

BRIEF = (
    "NeonHub runs your marketing agents in your own AWS account. "
    "It publishes through your connectors, waits as told when a platform limits it, "
    "and shows every step live."
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(context: typer.Context) -> None:
    """Deploy the template to an embedded AWS of its own and show one run live."""
    ends_on_sigterm()
    began = time.monotonic()
    run_id, events = Demo(session(context)).run()
    spent = time.monotonic() - began
    print(f"demo: completed run={run_id} events={events} seconds={spent:.1f}")


class Demo:
    """One demo, with an embedded AWS that ends with it."""

    def __init__(self, own: Session) -> None:
        self._own = own
        self._screen = DemoScreen()
        self._aws = EmbeddedAws()
        self._account: Account | None = None

    def run(self) -> tuple[str, int]:
        """The id of the completed run and the number of its events.

        Raises `NeonHubError`, `ToolError` or `EmulatorError`, after the tail of the logs.
        """
        try:
            outputs = self._deployed()
            return self._show(outputs)
        except (NeonHubError, ToolError):
            self._print_trouble()
            raise
        finally:
            self._aws.stop()

    def _deployed(self) -> dict[str, str]:
        screen = self._screen
        screen.line("NeonHub demo: the template on an embedded AWS, one run, live\n")
        with ThreadPoolExecutor(1) as background:
            started = background.submit(self._start)
            with screen.phase("build", "sam build"):
                deploy.build()
            started.result()
        screen.told("emulator", self._aws.endpoint)
        with screen.phase("deploy", "sam deploy") as told:
            outputs = deploy_stack(STACK_NAME, self._aws.endpoint)
            told.append(f"stack {STACK_NAME}")
        self._account = Account(STACK_NAME, self._aws.endpoint)
        return outputs

    def _start(self) -> None:
        with self._screen.watch.phase("emulator"):
            self._aws.start()

    def _show(self, outputs: dict[str, str]) -> tuple[str, int]:
        assert self._account is not None
        with self._screen.phase("connect", "organization, key and connections") as told:
            key = create_key(self._own, self._account, ORGANIZATION, "admin", "demo")["key"]
            own = self._own.choosing(outputs["ApiUrl"], key, outputs["SocketUrl"])
            client = own.api()
            slack, sms = _connections(client, told)
        with client, own.live(client, note) as live, self._screen.watch.phase("run"):
            live.subscribe("agent:subscribe", agentId="content")
            run_id = _start_run(client, slack, sms)
            self._screen.line(f"\nrun {run_id}, followed at {outputs['SocketUrl']}")
            heard = self._screen.events(live.follow(run_id, limit=RUN_SECONDS))
            run, transport = client.run(run_id), live.transport
        self._screen.record(run, heard, transport)
        _check(run, heard)
        return run_id, len(heard)

    def _print_trouble(self) -> None:
        """The last lines of the logs that may say why."""
        out = console(stderr=True)
        try:
            for record in self._troubles()[-_TAIL:]:
                print_record(record, out=out.print)
        except NeonHubError:
            # Nothing is deployed, or the embedded AWS has died: its own log is left, if any.
            with contextlib.suppress(OSError):
                out.print(self._aws.log_tail())

    def _troubles(self) -> list[LogRecord]:
        account = self._account
        if account is None:
            raise NeonHubError("the stack is not deployed")
        reader = LogReader(lambda service: self._own.aws(account, service), STACK_NAME)
        return [r for r in reader.read(None) if r.content.get("level") in _TROUBLE]


def _connections(client: ApiClient, told: list[str]) -> tuple[str, str]:
    limited = {"kind": "rate_limit", "times": 1, "retryAfter": RETRY_AFTER}
    slack = client.create_connection(
        {"kind": "slack", "mode": "sandbox", "name": "Launch team", "sandbox": [limited]}
    )
    sms = client.create_connection({"kind": "sms", "mode": "sandbox", "name": "Launch list"})
    told.append(f"slack sandbox that first answers 429 with Retry-After {RETRY_AFTER}")
    told.append("sms sandbox")
    return slack["id"], sms["id"]


def _start_run(client: ApiClient, slack: str, sms: str) -> str:
    deliver = [
        _delivery(
            "slack", "post_message", slack, channel="#launch", text="*{{title}}*\n{{summary}}"
        ),
        _delivery("sms", "send_sms", sms, to="+4915112345678", body="{{title}}"),
    ]
    started = client.start_run("content", "generate-draft", {"brief": BRIEF, "deliver": deliver})
    run_id: str = started["runId"]
    return run_id


def _delivery(connector: str, action: str, connection: str, **given: str) -> dict[str, Any]:
    return {
        "connector": connector,
        "action": action,
        "connectionId": connection,
        "input": given,
    }


def _check(run: Json, heard: list[Event]) -> None:
    if run["status"] != "completed":
        reason = f"{run.get('errorCode')}: {run.get('errorMessage')}"
        raise NeonHubError(f"the run {run['id']} ended as {run['status']} ({reason})")
    if not any((event["data"].get("step") or {}).get("waits") for event in heard):
        raise NeonHubError(f"the run {run['id']} completed without the wait that was asked for")
