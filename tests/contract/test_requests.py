"""Every request that goes out is one that the vendor's own contract allows."""

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import httpx
import pytest

from hub.connector_kit import connector as connector_module
from tests.contract.recorded import Recorded
from tests.contract.samples import EVERY, ONLY, connector, inputs, valid
from tests.harness import Harness

AT_LEAST = 200
"""Distinct requests that are checked, over all connectors."""


def sent_by(
    kind: str, action: str, given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> list[httpx.Request]:
    """The requests of one call in a sandbox where every sample before it was called."""
    harness = Harness(connector(kind))
    for earlier, earlier_given in valid(kind).items():
        if earlier == action:
            break
        assert harness.act(earlier, earlier_given).kind in ("ok", "in_progress")
    sent: list[httpx.Request] = []
    real = connector_module.transport_for

    with monkeypatch.context() as patched:
        patched.setattr(
            connector_module, "transport_for", lambda *all_: Recorded(real(*all_), sent)
        )
        outcome = harness.act(action, given)
    assert outcome.kind in ("ok", "in_progress"), outcome
    return sent


def shape(kind: str, request: httpx.Request) -> tuple[str, ...]:
    """What makes a request another one: its method, where it goes, and the fields it carries."""
    fields = {*request.url.params, *names_in(request)}
    return (kind, request.method, request.url.host, request.url.path, *sorted(fields))


def names_in(request: httpx.Request) -> set[str]:
    """The names of the fields in a JSON or form body, however deep."""
    content = request.headers.get("content-type", "")
    if content.startswith("application/json"):
        return set(keys(json.loads(request.content or b"null")))
    if content.startswith("application/x-www-form-urlencoded"):
        return set(httpx.QueryParams(request.content.decode()))
    return set()


def keys(value: Any) -> Iterator[str]:
    """Every key in a JSON value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


SEEN: set[tuple[str, ...]] = set()
INPUTS = list(inputs())


@pytest.mark.parametrize(
    ("kind", "action", "given"),
    INPUTS,
    ids=[f"{kind}-{action}-{index}" for index, (kind, action, _) in enumerate(INPUTS)],
)
def test_a_request_is_as_the_vendors_contract_has_it(
    kind: str, action: str, given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    oracle = import_module(f"tests.contract.oracles.{kind}")
    sent = sent_by(kind, action, given, monkeypatch)
    for request in sent:
        oracle.check(request)
        SEEN.add(shape(kind, request))


@pytest.mark.parametrize("kind", EVERY)
def test_an_oracle_refuses_what_is_wrong(kind: str) -> None:
    oracle = import_module(f"tests.contract.oracles.{kind}")
    assert len(oracle.WRONG) >= 2
    for request in oracle.WRONG:
        with pytest.raises(AssertionError):
            oracle.check(request)


def test_enough_distinct_requests_were_checked(request: pytest.FixtureRequest) -> None:
    if ONLY or len(request.session.items) < len(INPUTS):
        pytest.skip("only some of the tests run")
    assert len(SEEN) >= AT_LEAST
