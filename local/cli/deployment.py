"""What `up` and `demo` share: an embedded AWS with the template deployed to it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from local.aws import deploy, tools
from local.aws.urls import local_outputs

STAGE = "dev"


@dataclass
class Stopwatch:
    """How long each phase took, in seconds."""

    phases: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time what happens inside."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.phases[name] = time.monotonic() - began


def deploy_stack(stack_name: str, endpoint: str) -> dict[str, str]:
    """Deploy what is built to the embedded AWS; the stack's outputs with local URLs.

    Raises `ToolError`.
    """
    parameters = {"Architecture": tools.host_architecture(), "Stage": STAGE}
    return local_outputs(deploy.deploy(stack_name, endpoint, parameters), endpoint)
