"""What the routes of the catalog and of the connectors' actions answer."""

from typing import Literal

from hub.connector_kit.spec import AuthType, ClientAuth
from hub.domain.model import Json, Record
from hub.domain.outcome import Effect, OutcomeKind
from hub.domain.token import GrantKind
from tools.openapi.shown import JsonObject


class Health(Record):
    """The stack answers."""

    status: Literal["ok"]
    stage: str
    version: str


class IntentDescription(Record):
    """One thing an agent can be asked for, with the JSON Schemas of its input and output."""

    name: str
    description: str
    input_schema: JsonObject
    output_schema: JsonObject


class Agent(Record):
    """An agent with its intents."""

    id: str
    name: str
    agent_type: str
    description: str
    default_intent: str
    intents: tuple[IntentDescription, ...]


class Agents(Record):
    """Every agent."""

    agents: tuple[Agent, ...]


class ActionDescription(Record):
    """One action with the JSON Schema of its input. `output` describes its result's fields."""

    id: str
    name: str
    description: str
    effect: Effect
    input_schema: JsonObject
    output: dict[str, str]


class CredentialDescription(Record):
    """One credential of a connection."""

    name: str
    description: str
    required: bool


class FlowDescription(Record):
    """One OAuth flow; the main one has the empty name."""

    flow: str
    grants: tuple[GrantKind, ...]
    pkce: bool
    client_auth: ClientAuth
    renews: bool
    scopes: tuple[str, ...]


class SettingDescription(Record):
    """One setting of a connection."""

    name: str
    description: str
    default: Json


class WebhookDescription(Record):
    """How the platform signs what it sends."""

    scheme: str
    header: str


class Connector(Record):
    """A connector with its actions."""

    kind: str
    name: str
    display_name: str
    description: str
    category: str
    auth_type: AuthType
    credentials: tuple[CredentialDescription, ...]
    scopes: tuple[str, ...]
    oauth: tuple[FlowDescription, ...]
    settings: tuple[SettingDescription, ...]
    limits: str
    reference: str
    contract: str
    webhook: WebhookDescription | None
    actions: tuple[ActionDescription, ...]
    triggers: tuple[JsonObject, ...]


class Connectors(Record):
    """Every connector."""

    connectors: tuple[Connector, ...]


class InProgress(Record):
    """The platform took the work. Send the request again with this key after `retryAfter` s."""

    outcome: Literal[OutcomeKind.IN_PROGRESS]
    message: str | None
    retry_after: float
    idempotency_key: str


class ActionResult(Record):
    """What the platform answered; in mode dry_run the request that would go out."""

    outcome: Literal[OutcomeKind.OK]
    data: Json
