"""Boots the embedded AWS and deploys the template to it, once for all tests that need it."""

import itertools
from collections.abc import Iterator

import pytest

from local.aws import deploy
from local.aws.process import EmbeddedAws
from local.aws.urls import local_url
from tests.e2e.stack import Stack

_numbers = itertools.count(1)

RUNS_PER_MINUTE = 600
"""More than any test starts, but the one that wants to be refused."""


@pytest.fixture(scope="session")
def built() -> None:
    """The template, built."""
    deploy.build()


@pytest.fixture(scope="session")
def deployed(built: None) -> Iterator[Stack]:
    """A stack with no organization yet."""
    with EmbeddedAws() as aws:
        stack = deployed_to(aws)
        yield stack
        stack.close()


@pytest.fixture(scope="session")
def strictly_deployed(built: None) -> Iterator[Stack]:
    """A stack whose functions may do only what their roles allow, with no organization yet."""
    with EmbeddedAws(enforce_iam=True) as aws:
        stack = deployed_to(aws)
        yield stack
        stack.close()


@pytest.fixture
def strict(strictly_deployed: Stack) -> Stack:
    """The strict stack for a new organization, as its admin."""
    return strictly_deployed.organization(f"strict-{next(_numbers)}")


@pytest.fixture
def stack(deployed: Stack) -> Stack:
    """The stack for a new organization, as its admin."""
    return deployed.organization(f"acme-{next(_numbers)}")


def deployed_to(aws: EmbeddedAws, outputs: dict[str, str] | None = None) -> Stack:
    """The template deployed to a running embedded AWS, now or before with these outputs."""
    name = "neonhub-test"
    outputs = outputs or deploy.deploy(name, aws.endpoint, {"RunsPerMinute": str(RUNS_PER_MINUTE)})
    return Stack(
        api_url=local_url(outputs["ApiUrl"], aws.endpoint),
        socket_url=local_url(outputs["SocketUrl"], aws.endpoint),
        endpoint=aws.endpoint,
        outputs=outputs,
        name=name,
        key="",
    )
