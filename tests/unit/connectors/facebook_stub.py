"""A Facebook client over a stub of the Graph API, and inputs that its tests share."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx

from connectors.facebook.client import FacebookClient
from connectors.facebook.inputs import CreateCampaign, CreatePost, SchedulePost, UpdateCreative
from connectors.facebook.spec import SPEC
from hub.connector_kit.client import ClientContext
from hub.connector_kit.journal import MemoryNotes
from hub.domain.model import Json
from tests.contract.oracles.facebook import check
from tests.support import START, FrozenClock
from tests.unit.connectors.meta_stub import Answers, Meta

PAGE, ACCOUNT = "100", "act_200"
AT = START + timedelta(hours=1)


def graph(answers: Answers) -> Meta:
    """A Graph API whose requests are held against Facebook's contract."""
    return Meta(answers, check)


def client(
    meta: Callable[[httpx.Request], httpx.Response],
    notes: MemoryNotes | None = None,
    settings: dict[str, Json] | None = None,
    clock: FrozenClock | None = None,
    **credentials: str,
) -> FacebookClient:
    known: dict[str, Json] = {"pageId": PAGE, "adAccountId": ACCOUNT}
    return FacebookClient(
        ClientContext(
            transport=httpx.MockTransport(meta),
            credentials={"accessToken": "EAAB-user", **credentials},
            clock=clock or FrozenClock(),
            settings={**SPEC.default_settings(), **known, **(settings or {})},
            call_key="run_1.step_1",
            notes=notes or MemoryNotes(),
        )
    )


def campaign(**more: Any) -> CreateCampaign:
    given = {"name": "Summer", "objective": "OUTCOME_TRAFFIC", **more}
    return CreateCampaign.model_validate(given)


def creative(**more: Any) -> UpdateCreative:
    link = {"link": "https://example.com/shop", "message": "New", "button": "SHOP_NOW"}
    return UpdateCreative.model_validate(
        {"adId": "120552", "name": "Linen", "linkAd": link, **more}
    )


def post(**given: Any) -> CreatePost:
    return CreatePost.model_validate(given or {"message": "Doors open"})


def later(at: datetime = AT, **given: Any) -> SchedulePost:
    words = given or {"message": "Doors open"}
    return SchedulePost.model_validate({**words, "publishAt": at.isoformat()})
