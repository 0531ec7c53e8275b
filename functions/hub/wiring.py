"""Which adapter stands behind each port on AWS. Made once a process, at first use.

Imports stand inside the functions on purpose: a function loads only what it uses, and cold starts
stay short.
"""

from functools import cache, partial
from typing import TYPE_CHECKING

from hub.adapters.aws import client
from hub.clock import SystemClock, SystemIds
from hub.settings import (
    AgentSettings,
    BusSettings,
    ConnectionSettings,
    ConnectorSettings,
    KeySettings,
    KnowledgeSettings,
    LimitSettings,
    OutwardSettings,
    RunSettings,
    ScheduleSettings,
    SocketSettings,
    StartSettings,
    TimetableSettings,
    load,
)

if TYPE_CHECKING:
    from hub.adapters.lambda_functions import LambdaFunctions
    from hub.connector_kit.later import Later
    from hub.domain.connection import Connection
    from hub.knowledge.documents import Library
    from hub.knowledge.ports import Embedder, KnowledgeStore, VectorIndex
    from hub.limit_ports import CircuitStore
    from hub.ports import (
        AttemptLedger,
        BlobStore,
        Clock,
        ConnectionStore,
        EventBus,
        Executions,
        Ids,
        KeyStore,
        Knowledge,
        ModelClient,
        Pages,
        RunStore,
        ScheduleStore,
        Sockets,
        SocketStore,
        Timetable,
        Vault,
    )
    from hub.run_gate import RunGate
    from hub.token_ports import OAuthStates


@cache
def clock() -> "Clock":
    """The system clock."""
    return SystemClock()


@cache
def ids() -> "Ids":
    """The system's identifiers."""
    return SystemIds()


@cache
def blobs() -> "BlobStore":
    """The payload bucket."""
    from hub.adapters.s3_blobs import S3BlobStore

    return S3BlobStore(lambda: client("s3"), load(RunSettings).payload_bucket)


@cache
def runs() -> "RunStore":
    """The run table."""
    from hub.adapters.dynamo_runs import DynamoRunStore

    settings = load(RunSettings)
    return DynamoRunStore(
        client("dynamodb"),
        settings.runs_table,
        blobs(),
        clock(),
        run_retention_days=settings.run_retention_days,
        event_retention_days=settings.event_retention_days,
    )


@cache
def executions() -> "Executions":
    """The agent_run state machine."""
    from hub.adapters.sfn_executions import SfnExecutions

    return SfnExecutions(client("stepfunctions"), load(StartSettings).state_machine_arn)


@cache
def connections() -> "ConnectionStore":
    """The connections table."""
    from hub.adapters.dynamo_connections import DynamoConnectionStore

    table = load(ConnectionSettings).connections_table
    return DynamoConnectionStore(client("dynamodb"), table, clock())


@cache
def oauth_states() -> "OAuthStates":
    """The connections table, for connections that are being made."""
    from hub.adapters.dynamo_oauth_states import DynamoOAuthStates

    table = load(ConnectionSettings).connections_table
    return DynamoOAuthStates(client("dynamodb"), table, clock())


@cache
def vault() -> "Vault":
    """KMS."""
    from hub.adapters.kms_vault import KmsVault

    return KmsVault(lambda: client("kms"), load(ConnectionSettings).credentials_key)


@cache
def functions() -> "LambdaFunctions":
    """The other functions of this stack."""
    from hub.adapters.lambda_functions import LambdaFunctions

    # One attempt within the function's own 28 s: a slow answer must not ask a second time.
    return LambdaFunctions(lambda: client("lambda", read_timeout=24, attempts=1))


@cache
def ledger() -> "AttemptLedger":
    """The idempotency table."""
    from hub.adapters.dynamo_ledger import DynamoLedger

    return DynamoLedger(client("dynamodb"), load(ConnectorSettings).idempotency_table, clock())


@cache
def circuits() -> "CircuitStore":
    """How agents do, kept in the idempotency table."""
    from hub.adapters.dynamo_circuits import DynamoCircuits

    return DynamoCircuits(client("dynamodb"), load(LimitSettings).idempotency_table, clock())


@cache
def gate() -> "RunGate":
    """The gate before new runs; it counts in the idempotency table."""
    from hub.adapters.dynamo_counters import DynamoCounters
    from hub.run_gate import RunGate

    settings = load(LimitSettings)
    counters = DynamoCounters(client("dynamodb"), settings.idempotency_table)
    return RunGate(counters, circuits(), clock(), settings.runs_per_minute)


@cache
def keys() -> "KeyStore":
    """The keys table."""
    from hub.adapters.dynamo_keys import DynamoKeyStore

    return DynamoKeyStore(client("dynamodb"), load(KeySettings).keys_table)


@cache
def schedules() -> "ScheduleStore":
    """Schedules, kept in the run table so that the stream tells of them too."""
    from hub.adapters.dynamo_schedules import DynamoScheduleStore

    return DynamoScheduleStore(client("dynamodb"), load(RunSettings).runs_table)


@cache
def timetable() -> "Timetable":
    """EventBridge Scheduler."""
    from hub.adapters.scheduler_timetable import SchedulerTimetable

    return SchedulerTimetable(client("scheduler"), load(ScheduleSettings))


def later(connection: "Connection") -> "Later":
    """Calls of a connection at another time, by EventBridge Scheduler."""
    from hub.adapters.scheduler_later import SchedulerLater

    return SchedulerLater(client("scheduler"), load(TimetableSettings), clock(), connection)


@cache
def socket_store() -> "SocketStore":
    """The sockets table."""
    from hub.adapters.dynamo_sockets import DynamoSocketStore

    return DynamoSocketStore(client("dynamodb"), load(SocketSettings).sockets_table)


@cache
def sockets() -> "Sockets":
    """The WebSocket API's management side."""
    from hub.adapters.api_sockets import ApiSockets

    endpoint = load(SocketSettings).socket_endpoint
    return ApiSockets(client("apigatewaymanagementapi", endpoint))


@cache
def bus() -> "EventBus":
    """The event bus."""
    from hub.adapters.event_bus import EventBridgeBus

    return EventBridgeBus(client("events"), load(BusSettings).event_bus)


@cache
def knowledge() -> "Knowledge":
    """The knowledge function of this stack, which owns embeddings and vectors."""
    from hub.adapters.lambda_knowledge import LambdaKnowledge

    function = f"{load(AgentSettings).function_prefix}-knowledge"
    return LambdaKnowledge(functions(), function)


@cache
def pages() -> "Pages":
    """The web, behind the fence."""
    from hub.adapters.web_pages import WebPages

    return WebPages(load(OutwardSettings).allowed_hosts)


@cache
def model() -> "ModelClient":
    """What writes: by MODEL_PROVIDER."""
    settings = load(AgentSettings)
    if settings.model_provider == "offline":
        from hub.adapters.offline_model import OfflineModel

        return OfflineModel()
    from hub.adapters.structured_model import Prices

    prices = Prices(settings.model_input_price, settings.model_output_price)
    if settings.model_provider == "bedrock":
        from hub.adapters.bedrock_model import BedrockModel

        # One attempt within the function's 60 s: Step Functions repeats what was throttled.
        bedrock = partial(client, "bedrock-runtime", read_timeout=50, attempts=1)
        return BedrockModel(bedrock, settings.model_id, prices)
    from hub.adapters.openai_model import OpenAiModel

    return OpenAiModel(
        settings.model_base_url,
        settings.model_id,
        prices,
        model_api_key,
        response_format=settings.model_response_format,
    )


@cache
def model_api_key() -> str | None:
    """The key of the model server, from Secrets Manager; None if it needs none."""
    secret = load(AgentSettings).model_api_key_secret
    if not secret:
        return None
    key: str = client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
    return key


@cache
def library() -> "Library":
    """What organizations know; only the knowledge function has its layer and rights."""
    from hub.knowledge.documents import Library

    return Library(knowledge_store(), vector_index(), embedder(), clock())


@cache
def knowledge_store() -> "KnowledgeStore":
    """The knowledge table."""
    from hub.adapters.dynamo_knowledge import DynamoKnowledgeStore

    return DynamoKnowledgeStore(client("dynamodb"), load(KnowledgeSettings).knowledge_table)


@cache
def embedder() -> "Embedder":
    """What makes vectors: by KNOWLEDGE_EMBEDDER."""
    if load(KnowledgeSettings).embedder == "titan":
        from hub.adapters.titan_embedder import TitanEmbedder

        return TitanEmbedder(partial(client, "bedrock-runtime", read_timeout=6, attempts=2))
    from hub.adapters.wordllama_embedder import WordLlamaEmbedder

    return WordLlamaEmbedder()


@cache
def vector_index() -> "VectorIndex":
    """What compares vectors: by KNOWLEDGE_VECTORS."""
    settings = load(KnowledgeSettings)
    if settings.vectors == "s3":
        from hub.adapters.s3_vectors import S3VectorIndex

        dimensions = embedder().dimensions
        s3vectors = partial(client, "s3vectors")
        return S3VectorIndex(s3vectors, settings.bucket, knowledge_store(), dimensions)
    from hub.adapters.exact_index import ExactIndex

    return ExactIndex(knowledge_store())
