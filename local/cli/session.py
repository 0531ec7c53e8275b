"""Which stack a command talks to: the options, the environment, or the stack on this machine."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import httpx
import typer

from local import stackfile
from local.cli.account import Account, make_client
from local.client import ApiClient, NeonHubError
from local.live import LiveEvents, Timing

NO_STACK = "no stack: run `make up` or set NEONHUB_URL and NEONHUB_API_KEY"


@dataclass(frozen=True)
class Session:
    """The options every command shares, and what tests replace."""

    url: str | None = None
    key: str | None = None
    socket_url: str | None = None
    transport: httpx.BaseTransport | None = None
    timing: Timing | None = None
    make_client: Callable[[Account, str], Any] = make_client

    def choosing(self, url: str | None, key: str | None, socket_url: str | None) -> "Session":
        """This session for what the user named."""
        return replace(self, url=url, key=key, socket_url=socket_url)

    def api(self) -> ApiClient:
        """A client of the stack. `NeonHubError` if none is named and none is on this machine."""
        stack = stackfile.read() if self.url is None or self.key is None else None
        if self.url is not None:
            if self.key is None:
                raise NeonHubError(f"no API key for {self.url}: set NEONHUB_API_KEY")
            return ApiClient(self.url, self.key, transport=self.transport)
        if stack is None:
            raise NeonHubError(NO_STACK)
        return ApiClient(stack.api_url, self.key or stack.api_key, transport=self.transport)

    def live(self, client: ApiClient, notice: Callable[[str], None]) -> LiveEvents:
        """Live events of the same stack; without a known socket URL, by polling."""
        url = self.socket_url
        if url is None and self.url is None:
            stack = stackfile.read()
            url = stack.socket_url if stack else None
        return LiveEvents(client, url, timing=self.timing, notice=notice)

    def account(self, stack_name: str | None) -> Account:
        """The AWS account a stack is in: the embedded one for the local stack."""
        stack = stackfile.read() if self.url is None else None
        if stack is not None and stack_name in (None, stack.stack_name):
            return Account(stack.stack_name, stack.endpoint_url)
        if stack_name is not None:
            return Account(stack_name)
        raise NeonHubError("no stack: run `make up`, or name one of your account by --stack-name")

    def aws(self, account: Account, service: str) -> Any:
        """A boto3 client for the account."""
        return self.make_client(account, service)


def session(context: typer.Context) -> Session:
    """The session of a command."""
    return cast(Session, context.obj)
