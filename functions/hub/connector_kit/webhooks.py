"""Inbound webhooks: verified, answered, told apart, and put on the bus.

`GET` and `POST /api/webhooks/{kind}/{connectionId}` are public; the signature is the caller's
credential. A connection without the secret takes none. A delivery that comes again is answered like
the first and not told again.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools.event_handler import Response

from hub import wiring
from hub.connector_kit.connector import Caller, ConnectionNotes, Connector
from hub.connector_kit.schemes import Received, Scheme, Text
from hub.connector_kit.signatures import Inbound
from hub.domain.connection import Connection
from hub.domain.errors import ConflictError, MisconfiguredError, NotFoundError
from hub.domain.model import digest, iso
from hub.http import Api
from hub.observability import count, logger

EVENT = "webhook.received"
"""The detail type on the bus."""

_LEASE = timedelta(seconds=20)


def webhook_routes(api: Api, connector: Connector, caller: Caller) -> None:
    """Add the webhook routes of a connector that has a scheme."""
    scheme = connector.scheme
    if scheme is None:
        return
    path = f"/api/webhooks/{connector.spec.kind}/<connection_id>"
    door = Door(connector, scheme, caller)

    @api.get(path, role=None)
    def handshake(connection_id: str) -> Any:
        return door.handshake(connection_id, inbound_of(api.resolver.current_event.raw_event))

    @api.post(path, role=None)
    def deliver(connection_id: str) -> Any:
        return door.deliver(connection_id, inbound_of(api.resolver.current_event.raw_event))


@dataclass(frozen=True)
class Door:
    """Takes the deliveries of one kind of connector."""

    connector: Connector
    scheme: Scheme
    caller: Caller

    def handshake(self, connection_id: str, inbound: Inbound) -> Response[Any]:
        """The answer to a platform that asks whether this address is ours."""
        connection = self._connection(connection_id)
        told = self.scheme.challenge(inbound, self._secrets(connection, inbound))
        if told is None:
            raise NotFoundError("there is nothing to confirm here")
        return _plain(200, told)

    def deliver(self, connection_id: str, inbound: Inbound) -> Response[Any]:
        """Verify a delivery, tell of it once, and answer as the platform wants it."""
        connection = self._connection(connection_id)
        now = self.caller.clock.now()
        self.scheme.verify(inbound, self._secrets(connection, inbound), now)
        received = self.scheme.read(inbound)
        if received.told:
            self._tell_once(connection, inbound, received, now)
        return _plain(received.status, received.answer)

    def _connection(self, connection_id: str) -> Connection:
        organization = self.caller.connections.owner(connection_id)
        if organization is None:
            raise NotFoundError("there is no such webhook")
        return self.caller.connection(organization, connection_id)

    def _secrets(self, connection: Connection, inbound: Inbound) -> Mapping[str, str]:
        known, needed = self.caller.credentials(connection), self.scheme.secret_for(inbound)
        if not known.get(needed):
            raise MisconfiguredError(
                f"this connection has no {needed}, so its webhooks cannot be verified "
                "and are refused; connect again with it"
            )
        return known

    def _tell_once(
        self, connection: Connection, inbound: Inbound, received: Received, now: datetime
    ) -> None:
        organization = connection.organization_id
        event_id = received.event_id or digest(base64.b64encode(inbound.body).decode())
        key = f"ORG#{organization}#HOOK#{connection.id}#{event_id}"
        attempt = wiring.ledger().begin(key, event_id, now + _LEASE)
        if attempt.answer is not None:
            logger.info("webhook came again", extra={"eventId": event_id})
            return
        if not attempt.fresh and attempt.deadline > now:
            # The platform sends it again, and by then the first has ended one way or the other.
            raise ConflictError("the same delivery is being taken right now")
        if self.connector.on_event:
            notes = ConnectionNotes(self.caller.connections, connection, self.caller.clock)
            self.connector.on_event(notes, inbound, now)
        told = {
            "organizationId": organization,
            "connectionId": connection.id,
            "kind": connection.kind,
            "eventId": event_id,
            "type": received.type,
            "receivedAt": iso(now),
            "data": received.data,
        }
        wiring.bus().publish(EVENT, [told])
        wiring.ledger().settle(key, True)
        count("WebhooksReceived", kind=connection.kind)


def inbound_of(event: Mapping[str, Any]) -> Inbound:
    """A delivery as it came, from an API Gateway event (payload format 2.0)."""
    text = event.get("body") or ""
    body = base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()
    context = event["requestContext"]
    query = event.get("rawQueryString") or ""
    stage = f"/{context['stage']}" if context.get("stage", "$default") != "$default" else ""
    path = event["rawPath"].removeprefix(stage)
    url = f"https://{context['domainName']}{stage}{path}"
    return Inbound(
        method=context["http"]["method"],
        url=f"{url}?{query}" if query else url,
        headers={name.lower(): value for name, value in event.get("headers", {}).items()},
        query=event.get("queryStringParameters") or {},
        body=body,
    )


def _plain(status: int, text: Text) -> Response[Any]:
    body, content_type = text
    return Response(status, content_type, body)
