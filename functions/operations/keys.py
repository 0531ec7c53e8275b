"""API keys over HTTP for admins, and the first key of an organization for the stack's operator.

A key is shown once, in the answer that creates it. The task side needs no key: whoever may invoke
this function (IAM, `lambda:InvokeFunction`) may create one for any organization.
"""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from hub import wiring
from hub.domain.errors import NotFoundError
from hub.domain.model import Json
from hub.domain.principal import ApiKey, Role
from hub.entrypoint import entrypoint
from hub.http import Api, Body, reply
from hub.observability import logger
from hub.validation import parse
from operations.api_keys import ORGANIZATION_ID, issue

api = Api()


class KeyBody(Body):
    """The body of `POST /api/keys`."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    role: Role
    expires_in_days: int | None = Field(default=None, ge=1, le=3650)


class KeyTask(KeyBody):
    """The event that creates a key by invoking this function."""

    task: Literal["create_key"]
    organization_id: str = Field(pattern=ORGANIZATION_ID)


@api.post("/api/keys", role=Role.ADMIN)
def create_key(body: KeyBody) -> Any:
    """Make a key. The answer is the only place where it can ever be read."""
    made = _make(api.principal.organization_id, body)
    return reply(made, HTTPStatus.CREATED, Cache_Control="no-store")


@api.get("/api/keys", role=Role.ADMIN)
def list_keys() -> Any:
    """The organization's keys, oldest first, revoked ones too; never a secret or its hash."""
    keys = wiring.keys().list(api.principal.organization_id)
    return reply({"keys": [_shown(key) for key in keys]})


@api.delete("/api/keys/<key_id>", role=Role.ADMIN)
def revoke_key(key_id: str) -> Any:
    """Refuse a key from the next request on. Revoking it again changes nothing."""
    organization = api.principal.organization_id
    if not wiring.keys().revoke(organization, key_id, wiring.clock().now()):
        raise NotFoundError(f"there is no API key {key_id!r} in your organization")
    logger.info("API key revoked", extra={"keyId": key_id, "by": api.principal.subject})
    return reply({"id": key_id, "revoked": True})


def create_first_key(event: dict[str, Any], _context: Any) -> Json:
    """Task `create_key`: `{"organizationId", "role", "name", "expiresInDays"?}` → id, key, …"""
    given = parse(KeyTask, event, "")
    return _make(given.organization_id, given)


def _make(organization_id: str, given: KeyBody) -> dict[str, Json]:
    now = wiring.clock().now()
    expires = now + timedelta(days=given.expires_in_days) if given.expires_in_days else None
    stored, key = issue(organization_id, given.role, given.name, now, expires)
    wiring.keys().put(stored)
    logger.info("API key created", extra={"keyId": stored.id, "role": stored.role})
    return {**_shown(stored), "key": key}


def _shown(key: ApiKey) -> dict[str, Json]:
    return {name: value for name, value in key.to_json().items() if name != "secretSha256"}


handler = entrypoint(http=api, task=create_first_key)
