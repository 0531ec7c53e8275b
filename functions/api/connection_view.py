"""A connection as clients see it: with how its token is doing, and never with a token."""

from hub import wiring
from hub.connector_kit.registry import load_spec
from hub.domain.connection import Connection
from hub.domain.model import Json


def shown_connection(connection: Connection) -> dict[str, Json]:
    """The connection's record, and its `statusDetail`, `statusMessage` and `grantAgeDays`."""
    shown = connection.to_json()
    if connection.grant is None:
        return shown
    oauth = load_spec(connection.kind).auth.flow(connection.grant.flow)
    short = oauth.short_grant if oauth else None
    health = connection.health(
        wiring.clock().now(), short.lifetime if short else None, short.why if short else ""
    )
    told = {
        "statusDetail": health.detail,
        "statusMessage": health.message,
        "grantAgeDays": health.grant_age_days,
    }
    return {**shown, **{name: value for name, value in told.items() if value is not None}}
