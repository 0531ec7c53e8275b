"""What a connector is, as data: its actions, credentials, limits and outcome rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from hub.domain.errors import NotFoundError
from hub.domain.model import Json
from hub.domain.outcome import Effect
from hub.domain.token import GrantKind, TokenNames


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


class ClientAuth(StrEnum):
    """How an app proves to a token endpoint who it is, and so how the call's body is written.

    `form` and `json` carry id and secret in the body; `basic` in the header, over a form.
    """

    FORM = "form"
    BASIC = "basic"
    JSON = "json"


@dataclass(frozen=True)
class ShortGrant:
    """How long grants live while an app is being tested, and what to tell its owner."""

    lifetime: timedelta
    why: str


@dataclass(frozen=True)
class OAuth:
    """How a user lets us act on a platform, and how its tokens are renewed (RFC 6749).

    A platform that keeps to the standard needs its two URLs; what it does differently is data:

    - URLs may name settings of the connection in braces, as in `https://{shop}/admin/oauth`.
    - `extra` goes along to the authorize page, `token_extra` to the token call with a code.
    - `authorize_names` and `token_names` say what the platform calls a standard parameter; an empty
      name leaves it out.
    - `answer` names the object of the answer that has the token, `answer_names` what the platform
      calls a field of it, `lifetime` how long a token lives if the answer does not say.
    - `renews` is whether there are refresh tokens; without, a user's token lives until its end.
    - `lengthen` is the grant type that swaps a fresh token for one that lives longer.
    - `ended` are refusals that mean what `invalid_grant` means: a code, or `code: words` of its
      description.
    - `names` says where the connection's credentials hold the token and the app's id and secret.
    - `scopes` are asked for instead of the connector's.
    - `signed` says whether a callback's parameters are the platform's, given the app's secret and
      the time, where the platform signs them.
    """

    authorize_url: str
    token_url: str
    pkce: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)
    grants: tuple[GrantKind, ...] = (GrantKind.AUTHORIZATION_CODE,)
    client_auth: ClientAuth = ClientAuth.FORM
    token_extra: Mapping[str, str] = field(default_factory=dict)
    scope_separator: str = " "
    authorize_names: Mapping[str, str] = field(default_factory=dict)
    token_names: Mapping[str, str] = field(default_factory=dict)
    answer: str = ""
    answer_names: Mapping[str, str] = field(default_factory=dict)
    lifetime: timedelta | None = None
    renews: bool = True
    lengthen: str = ""
    ended: tuple[str, ...] = ()
    names: TokenNames = field(default_factory=TokenNames)
    scopes: tuple[str, ...] = ()
    signed: Callable[[Mapping[str, str], str, datetime], bool] | None = None
    short_grant: ShortGrant | None = None

    def can_renew(self, kind: GrantKind, credentials: Mapping[str, str]) -> bool:
        """Whether these credentials have all that the next token takes."""
        names = self.names
        if kind is GrantKind.CLIENT_CREDENTIALS:
            app = credentials.get(names.client_id) and credentials.get(names.client_secret)
            return kind in self.grants and bool(app)
        held = credentials.get(names.client_id) and credentials.get(names.refresh)
        return self.renews and bool(held)

    def describe(self, scopes: tuple[str, ...]) -> dict[str, Json]:
        """The flow as clients see it."""
        return {
            "grants": [str(grant) for grant in self.grants],
            "pkce": self.pkce,
            "clientAuth": self.client_auth,
            "renews": self.renews,
            "scopes": list(self.scopes or scopes),
        }


@dataclass(frozen=True)
class Auth:
    """What a connection of this kind must carry to go live.

    `flows` are OAuth flows by name, of platforms that have more than the one of `oauth`.
    """

    type: AuthType
    credentials: tuple[Credential, ...]
    scopes: tuple[str, ...] = ()
    oauth: OAuth | None = None
    flows: Mapping[str, OAuth] = field(default_factory=dict)

    def flow(self, name: str) -> OAuth | None:
        """An OAuth flow by name; the empty name is the main one."""
        return self.flows.get(name) if name else self.oauth

    def describe_flows(self) -> list[dict[str, Json]]:
        """The OAuth flows as clients see them, the main one first."""
        main = {"": self.oauth} if self.oauth else {}
        every = {**main, **self.flows}
        return [{"flow": name, **flow.describe(self.scopes)} for name, flow in every.items()]


def app_credentials(renewed: bool = True) -> tuple[Credential, ...]:
    """What renewing a token takes, beside it: the user's own OAuth app, and a refresh token."""
    refresh = (Credential("refreshToken", "Refresh token, to get new ones.", required=False),)
    return (
        *(refresh if renewed else ()),
        Credential("clientId", "Client id of your OAuth app.", secret=False, required=False),
        Credential("clientSecret", "Client secret of your OAuth app.", required=False),
    )


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
            "oauth": self.auth.describe_flows(),
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
