"""Each function's configuration, read once from the environment: the only place that does so.

A missing or malformed variable raises MisconfiguredError that names it and the function.
"""

import os
from collections.abc import Mapping
from functools import cache
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hub.domain.connection import Mode
from hub.domain.errors import MisconfiguredError


class Settings(BaseModel):
    """What every function knows. Subclasses add what theirs needs; aliases are variable names."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, defer_build=True)

    stage: str = Field(default="dev", alias="STAGE")
    function_name: str = Field(default="local", alias="AWS_LAMBDA_FUNCTION_NAME")
    region: str = Field(default="us-east-1", alias="AWS_REGION")

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the settings, or raise MisconfiguredError that names the first bad variable."""
        source = os.environ if environment is None else environment
        try:
            return cls.model_validate({k: v for k, v in source.items() if v != ""})
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"])
            raise MisconfiguredError(
                f"{cls.__name__}: the environment variable {name} is wrong: {first['msg']}. "
                "Set it in template.yaml under the function's Environment."
            ) from None


class RunSettings(Settings):
    """For functions that read and write runs."""

    runs_table: str = Field(alias="RUNS_TABLE")
    payload_bucket: str = Field(alias="PAYLOAD_BUCKET")
    run_retention_days: int = Field(default=365, alias="RUN_RETENTION_DAYS")
    event_retention_days: int = Field(default=30, alias="EVENT_RETENTION_DAYS")


class StartSettings(RunSettings):
    """For functions that start and stop executions."""

    state_machine_arn: str = Field(alias="STATE_MACHINE_ARN")


class LimitSettings(Settings):
    """For functions that start runs or see them end. 0 runs a minute is no limit."""

    idempotency_table: str = Field(alias="IDEMPOTENCY_TABLE")
    runs_per_minute: int = Field(default=60, ge=0, alias="RUNS_PER_MINUTE")


class OutwardSettings(Settings):
    """For functions that call out. `private_hosts` may be called though they are not public."""

    private_hosts: str = Field(default="", alias="PRIVATE_HOSTS")

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """The private hosts, from a comma list."""
        named = (host.strip().lower() for host in self.private_hosts.split(","))
        return frozenset(host for host in named if host)


class AgentSettings(StartSettings, OutwardSettings):
    """For agents. `function_prefix` names the other functions of the stack.

    Prices are in US dollars for a million tokens. `model_api_key_secret` is the ARN of a secret in
    Secrets Manager.
    """

    function_prefix: str = Field(default="", alias="FUNCTION_PREFIX")
    model_provider: Literal["offline", "bedrock", "openai"] = Field(
        default="offline", alias="MODEL_PROVIDER"
    )
    model_id: str = Field(default="", alias="MODEL_ID")
    model_base_url: str = Field(default="", alias="MODEL_BASE_URL")
    model_api_key_secret: str = Field(default="", alias="MODEL_API_KEY_SECRET")
    model_response_format: Literal["json_schema", "json_object"] = Field(
        default="json_schema", alias="MODEL_RESPONSE_FORMAT"
    )
    model_input_price: float = Field(default=0, ge=0, alias="MODEL_INPUT_PRICE")
    model_output_price: float = Field(default=0, ge=0, alias="MODEL_OUTPUT_PRICE")


class ConnectionSettings(Settings):
    """For functions that read connections and their credentials."""

    connections_table: str = Field(alias="CONNECTIONS_TABLE")
    credentials_key: str = Field(alias="CREDENTIALS_KEY")
    default_mode: Mode = Field(default=Mode.SANDBOX, alias="DEFAULT_CONNECTOR_MODE")


class ConnectionApiSettings(ConnectionSettings):
    """For the connections API, which asks a connector's own function to test a connection."""

    function_prefix: str = Field(alias="FUNCTION_PREFIX")


class OAuthSettings(ConnectionSettings, OutwardSettings):
    """For the function that connects accounts. `public_url` is the API's address, if not AWS's."""

    public_url: str = Field(default="", alias="PUBLIC_URL")


class ConnectorSettings(RunSettings, ConnectionSettings, OutwardSettings):
    """For connectors. `call_timeout` bounds one platform call, `function_timeout` one invocation.

    Both in seconds; the first must be smaller, so that a call that hangs still gets an outcome.
    `schedules_calls`: the function may make calls at another time, and has TimetableSettings too.
    """

    idempotency_table: str = Field(alias="IDEMPOTENCY_TABLE")
    call_timeout: float = Field(default=10, alias="CALL_TIMEOUT_SECONDS")
    function_timeout: float = Field(default=20, alias="FUNCTION_TIMEOUT_SECONDS")
    schedules_calls: bool = Field(default=False, alias="SCHEDULES_CALLS")


class TimetableSettings(Settings):
    """What EventBridge Scheduler calls, as whom, and where lost firings go."""

    schedule_group: str = Field(alias="SCHEDULE_GROUP")
    schedule_target_arn: str = Field(alias="SCHEDULE_TARGET_ARN")
    schedule_role_arn: str = Field(alias="SCHEDULE_ROLE_ARN")
    schedule_dlq_arn: str = Field(alias="SCHEDULE_DLQ_ARN")


class ScheduleSettings(StartSettings, TimetableSettings):
    """For the schedules API."""


class KeySettings(Settings):
    """For functions that know API keys."""

    keys_table: str = Field(alias="KEYS_TABLE")


class AuthorizerSettings(KeySettings):
    """For the authorizer. Without an issuer only API keys are accepted."""

    oidc_issuer: str = Field(default="", alias="OIDC_ISSUER")
    oidc_audience: str = Field(default="", alias="OIDC_AUDIENCE")
    oidc_jwks_url: str = Field(default="", alias="OIDC_JWKS_URL")


class SocketSettings(RunSettings):
    """For sockets. `socket_endpoint` is the WebSocket API's management URL."""

    sockets_table: str = Field(alias="SOCKETS_TABLE")
    socket_endpoint: str = Field(alias="SOCKET_ENDPOINT")


class BusSettings(Settings):
    """For functions that tell the event bus."""

    event_bus: str = Field(alias="EVENT_BUS")


class PublisherSettings(SocketSettings, BusSettings):
    """For the stream publisher."""


class KnowledgeSettings(RunSettings, OutwardSettings):
    """For the knowledge function. `vector_bucket` is where S3 Vectors keeps them, if it does."""

    knowledge_table: str = Field(alias="KNOWLEDGE_TABLE")
    embedder: Literal["wordllama", "titan"] = Field(default="wordllama", alias="KNOWLEDGE_EMBEDDER")
    vectors: Literal["dynamo", "s3"] = Field(default="dynamo", alias="KNOWLEDGE_VECTORS")
    vector_bucket: str = Field(default="", alias="KNOWLEDGE_VECTOR_BUCKET")

    @property
    def bucket(self) -> str:
        """The vector bucket, by name or ARN; MisconfiguredError if there is none."""
        if not self.vector_bucket:
            raise MisconfiguredError(
                "KnowledgeSettings: KNOWLEDGE_VECTORS is s3, so KNOWLEDGE_VECTOR_BUCKET must name "
                "the vector bucket. Set it in template.yaml under the function's Environment."
            )
        return self.vector_bucket


@cache
def load[S: Settings](kind: type[S]) -> S:
    """A function's settings, read once for the life of its process."""
    return kind.load()
