"""What the routes of connections, keys, uploads, documents and budgets answer."""

from typing import Literal

from pydantic import create_model

from hub.domain.budget import Allocation
from hub.domain.budget_advice import Recommendation
from hub.domain.budget_outcomes import ChannelOutcome, Summary
from hub.domain.budget_plan import BudgetRecord
from hub.domain.budget_simulation import Variance
from hub.domain.connection import Connection as StoredConnection
from hub.domain.connection import StatusDetail
from hub.domain.documents import Document as StoredDocument
from hub.domain.knowledge import Passage
from hub.domain.model import Instant, Json, Record
from hub.domain.outcome import OutcomeKind
from hub.domain.principal import ApiKey
from tools.openapi.shown import shown


class Simulation(BudgetRecord):
    """What an allocated budget may bring."""

    seed: int
    iterations: int
    variance: Variance
    allocation: Allocation
    summary: Summary
    channels: tuple[ChannelOutcome, ...]
    recommendations: tuple[Recommendation, ...]


class Upload(Record):
    """The request that uploads the media, to be sent as it is."""

    method: Literal["PUT"]
    url: str
    headers: dict[str, str]
    expires_in_seconds: int


class CreatedUpload(Record):
    """The key that actions know the media by, and how to upload it."""

    object_key: str
    upload: Upload


Connection = shown(
    StoredConnection,
    "Connection",
    "An account on a platform; never its credentials.",
    frozenset(),
    status_detail=(StatusDetail | None, None),
    status_message=(str | None, None),
    grant_age_days=(int | None, None),
)


class Connections(Record):
    """Connections, oldest first."""

    connections: tuple[Connection, ...]  # type: ignore[valid-type]  # made by `shown`


class ConnectionTest(Record):
    """What the platform said to the connection; `account` is its answer if it is well."""

    ok: bool
    outcome: OutcomeKind
    code: str | None = None
    message: str | None = None
    retry_after: float | None = None
    account: Json = None


class Deleted(Record):
    """It is gone."""

    deleted: Literal[True]


class StartedOAuth(Record):
    """Where to send the user, until when, and where the platform sends the user back."""

    connection_id: str
    authorize_url: str
    state: str
    expires_at: Instant
    redirect_uri: str


Key = shown(ApiKey, "Key", "An API key; never its secret.", frozenset({"secret_sha256"}))
CreatedKey = create_model(
    "CreatedKey",
    __base__=Key,
    __doc__="A new API key, and the only time that `key` is shown.",
    key=(str, ...),
)


class Keys(Record):
    """Keys, oldest first, revoked ones too."""

    keys: tuple[Key, ...]  # type: ignore[valid-type]  # made by `shown`


class RevokedKey(Record):
    """A key that is refused from now on."""

    id: str
    revoked: Literal[True]


_HIDDEN = frozenset({"blocks", "preview", "organization_id"})
Document = shown(StoredDocument, "Document", "A document, without its text.", _HIDDEN)
ShownDocument = shown(
    StoredDocument,
    "ShownDocument",
    "A document, with how its text begins.",
    _HIDDEN - {"preview"},
)
AddedDocument = create_model(
    "AddedDocument",
    __base__=Document,
    __doc__="A document that was taken in, or was there; `pending` chunks cannot be found yet.",
    created=(bool, ...),
    pending=(int, ...),
)


class Documents(Record):
    """Documents, newest first. With a cursor there are more."""

    documents: tuple[Document, ...]  # type: ignore[valid-type]  # made by `shown`
    cursor: str | None


class Passages(Record):
    """The passages that fit, best first; `pending` chunks could not be looked at yet."""

    passages: tuple[Passage, ...]
    pending: int
