"""An Instagram client over a stub of the Graph API, and inputs that its tests share."""

from collections.abc import Callable
from typing import Any

import httpx

from connectors.instagram.client import InstagramClient
from connectors.instagram.spec import SPEC, PublishPost
from hub.connector_kit.client import ClientContext
from hub.connector_kit.journal import MemoryNotes
from hub.domain.model import Json
from tests.contract.oracles.instagram import check
from tests.support import FrozenClock
from tests.unit.connectors.meta_stub import IMAGE, Answers, Meta

USER = "17841400000000001"
TOKEN = "EAAB-instagram-test"


def graph(answers: Answers) -> Meta:
    """A Graph API whose requests are held against Instagram's contract."""
    return Meta(answers, check)


def client(
    meta: Callable[[httpx.Request], httpx.Response],
    notes: MemoryNotes | None = None,
    settings: dict[str, Json] | None = None,
    clock: FrozenClock | None = None,
    **credentials: str,
) -> InstagramClient:
    return InstagramClient(
        ClientContext(
            transport=httpx.MockTransport(meta),
            credentials={"accessToken": TOKEN, **credentials},
            clock=clock or FrozenClock(),
            settings={**SPEC.default_settings(), "igUserId": USER, **(settings or {})},
            call_key="run_1.step_1",
            notes=notes or MemoryNotes(),
        )
    )


def post(**given: Any) -> PublishPost:
    return PublishPost.model_validate(given or {"image": IMAGE, "caption": "Hi"})
