"""No credential of a create request is ever in an answer or a log line, whatever the body."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from hub.adapters.kms_vault import KmsVault
from hub.observability import logger
from tests.unit.api.connections_world import World, running
from tests.unit.api.connections_world import event as sample

MARK = "zq7marker"
"""Begins every secret. It has no shape the log's mask would know, so only real care hides it."""


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[World]:
    with running(monkeypatch, tmp_path) as found:
        yield found


class Everything(logging.Formatter):
    """All that a record carries, extra fields and tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return repr(vars(record)) + super().format(record)


@contextmanager
def overheard() -> Iterator[io.StringIO]:
    """Everything said meanwhile: both streams, our log, and every library's at level DEBUG."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(Everything())
    ours = logging.getLogger(logger.name)
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    for each in (ours, root):
        each.addHandler(handler)
    try:
        with redirect_stdout(heard), redirect_stderr(heard):
            yield heard
    finally:
        root.setLevel(level)
        for each in (ours, root):
            each.removeHandler(handler)


def said(world: World, body: str | None, **changes: Any) -> tuple[int, str]:
    """The status of a create request, and all that was answered, listed and logged of it."""
    with overheard() as heard:
        status, answer = world.call({**sample("connections-create"), **changes, "body": body})
        listed = world.call({**sample("connections-list"), "queryStringParameters": {}})
    return status, json.dumps([answer, listed]) + repr(answer) + heard.getvalue()


secrets = st.text(st.characters(codec="utf-8"), max_size=12).map(lambda text: MARK + text)
wrong = st.one_of(
    secrets, st.lists(secrets, max_size=2), st.dictionaries(st.just("value"), secrets), st.none()
)
names = st.sampled_from(["user", "apiKey", "proxy", "token"])
complete = st.fixed_dictionaries({"user": secrets, "apiKey": secrets})
credentials = st.one_of(complete, st.dictionaries(names, secrets | wrong), wrong)
bodies = st.fixed_dictionaries(
    {"kind": st.sampled_from(["toy", "toy", "toy", "nope"]), "credentials": credentials},
    optional={
        "mode": st.sampled_from(["live", "dry_run", "sandbox"]) | wrong,
        "name": st.text(st.characters(codec="utf-8")) | st.lists(secrets, min_size=1),
        "settings": st.dictionaries(st.sampled_from(["baseUrl", "limit"]), st.integers())
        | st.dictionaries(st.sampled_from(["apiKey", "colour"]), wrong)
        | wrong,
        "sandbox": st.lists(st.fixed_dictionaries({"kind": st.just("reauth")}), max_size=2)
        | st.lists(wrong, max_size=2)
        | wrong,
        "apiKey": wrong,
    },
)

thorough = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@thorough
@given(body=bodies)
def test_no_secret_of_any_request_is_answered_or_logged(world: World, body: dict[str, Any]) -> None:
    status, everything = said(world, json.dumps(body))
    event(f"status {status}")
    assert status in (201, 400, 404)
    assert MARK not in everything


@thorough
@given(body=complete, cut=st.integers(0, 200), junk=st.sampled_from(["", "}", "]"]))
def test_no_secret_of_a_broken_body_is_answered_or_logged(
    world: World, body: dict[str, str], cut: int, junk: str
) -> None:
    text = json.dumps({"credentials": body, "kind": "toy"})[: -1 - cut] + junk
    status, everything = said(world, text)
    assert status == 400 or junk == "}"
    assert MARK not in everything


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/json"]
)
def test_no_secret_of_another_kind_of_body_is_answered_or_logged(
    world: World, content_type: str
) -> None:
    body = f"kind=toy&credentials={MARK}"
    status, everything = said(world, body, headers={"content-type": content_type})
    assert 400 <= status < 500
    assert MARK not in everything


@pytest.mark.parametrize(
    "swapped", ["xoxb-" + "1234567890-abcdefgh", "sk_live_" + "abcdefgh12345678"]
)
def test_a_token_in_the_place_of_its_name_is_not_shown(world: World, swapped: str) -> None:
    for field in ("credentials", "settings"):
        body = {"kind": "toy", field: {swapped: "apiKey"}}
        status, everything = said(world, json.dumps(body))
        assert status == 400
        assert swapped not in everything


class RefusingKms:
    """A key the function may not use."""

    def encrypt(self, **given: Any) -> Any:
        assert MARK.encode() in given["Plaintext"]
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "Encrypt")


class BrokenKms:
    """A service with an error nobody foresaw."""

    def encrypt(self, **given: Any) -> Any:
        assert MARK.encode() in given["Plaintext"]
        raise RuntimeError("unforeseen")


@pytest.mark.parametrize(
    ("kms", "code"), [(RefusingKms, "MISCONFIGURED"), (BrokenKms, "INTERNAL_ERROR")]
)
def test_no_secret_is_answered_or_logged_when_sealing_fails(
    world: World, kms: type[Any], code: str
) -> None:
    world.vault = KmsVault(kms, "key")
    credentials = {"user": MARK + "user", "apiKey": MARK + "key"}
    status, everything = said(world, json.dumps({"kind": "toy", "credentials": credentials}))
    assert status == 500
    assert code in everything
    assert "Traceback" in everything, "the failure itself must be in the log"
    assert MARK not in everything
    assert world.store.list("acme") == []


def test_the_eavesdropper_would_hear_a_leak(world: World) -> None:
    with overheard() as heard:
        logger.info("ours", extra={"given": MARK + "-extra"})
        logging.getLogger("some.library").debug("theirs %s", MARK + "-debug")
        print(MARK + "-print")
        try:
            raise ValueError(MARK + "-traceback")
        except ValueError:
            logger.exception("failed")
    for leak in ("-extra", "-debug", "-print", "-traceback"):
        assert MARK + leak in heard.getvalue()
