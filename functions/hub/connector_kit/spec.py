"""What a connector is, as data: its actions, credentials, limits and outcome rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from hub.domain.errors import NotFoundError
from hub.domain.model import Json
from hub.domain.outcome import Effect


class ActionInput(BaseModel):
    """The base of every action's input: camelCase on the wire, unknown fields refused."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        # Built at first use: a function has many models, and a call needs few.
        defer_build=True,
    )


class NoInput(ActionInput):
    """An action that takes nothing."""


@dataclass(frozen=True)
class Action:
    """One thing a connector can do. `output` describes the fields of its result."""

    id: str
    name: str
    description: str
    input: type[ActionInput]
    effect: Effect
    output: Mapping[str, str] = field(default_factory=dict)

    def describe(self) -> dict[str, Json]:
        """The action as clients see it, with the JSON Schema of its input."""
        return {
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "effect": self.effect,
            "inputSchema": self.input.model_json_schema(by_alias=True),
            "output": dict(self.output),
        }


class AuthType(StrEnum):
    """How a platform knows its caller."""

    API_KEY = "api_key"
    BASIC = "basic"
    OAUTH2 = "oauth2"
    CLIENT_CREDENTIALS = "client_credentials"


@dataclass(frozen=True)
class Credential:
    """One field of a connection's credentials. `secret` fields are never shown again."""

    name: str
    description: str
    secret: bool = True
    required: bool = True


@dataclass(frozen=True)
class OAuth:
    """How a user lets us act on a platform. `extra` goes along to the authorize page.

    URLs may name settings of the connection in braces, as in `https://{shop}/admin/oauth`.
    """

    authorize_url: str
    token_url: str
    pkce: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Auth:
    """What a connection of this kind must carry to go live."""

    type: AuthType
    credentials: tuple[Credential, ...]
    scopes: tuple[str, ...] = ()
    oauth: OAuth | None = None


@dataclass(frozen=True)
class Setting:
    """One option of a connection. Without a default it is unset until a connection sets it."""

    name: str
    description: str
    default: Json = None


@dataclass(frozen=True)
class Webhook:
    """How the platform signs what it sends in."""

    scheme: str
    header: str


@dataclass(frozen=True)
class ConnectorSpec:
    """Everything about a connector that is not code.

    `limits` are in words for the catalog. `settings` are per-connection options with defaults.
    `reference` is the platform's page that the client follows, `contract` the machine-readable
    contract of the platform that the tests hold its requests against.
    """

    kind: str
    display_name: str
    description: str
    category: Literal["messaging", "social", "ads", "commerce", "email", "search", "publishing"]
    base_url: str
    auth: Auth
    actions: tuple[Action, ...]
    limits: str
    reference: str
    contract: str
    settings: tuple[Setting, ...] = ()
    webhook: Webhook | None = None
    test_action: str = "test_connection"

    def action(self, action_id: str) -> Action:
        """An action by id; NotFoundError names the ones there are."""
        for action in self.actions:
            if action.id == action_id:
                return action
        known = [action.id for action in self.actions]
        raise NotFoundError(
            f"{self.kind} has no action {action_id!r}; it has {', '.join(known)}",
            code="UNKNOWN_ACTION",
            details={"actions": known},
        )

    def default_settings(self) -> dict[str, Json]:
        """The settings a connection has that sets none."""
        return {s.name: s.default for s in self.settings if s.default is not None}

    def describe(self) -> dict[str, Json]:
        """The connector as clients see it."""
        return {
            "kind": self.kind,
            "name": self.kind,
            "displayName": self.display_name,
            "description": self.description,
            "category": self.category,
            "authType": self.auth.type,
            "credentials": [
                {"name": c.name, "description": c.description, "required": c.required}
                for c in self.auth.credentials
            ],
            "scopes": list(self.auth.scopes),
            "settings": [
                {"name": s.name, "description": s.description, "default": s.default}
                for s in self.settings
            ],
            "limits": self.limits,
            "reference": self.reference,
            "contract": self.contract,
            "webhook": {"scheme": self.webhook.scheme, "header": self.webhook.header}
            if self.webhook
            else None,
            "actions": [action.describe() for action in self.actions],
            "triggers": [],
        }
