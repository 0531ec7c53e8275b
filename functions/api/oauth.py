"""Connecting an account with OAuth over HTTP: start, the platform's callback, the sandbox's page.

The callback has no API key: the state it brings is the permission, and good once. What it answers
is a page for the person who comes back; no token, code or secret is on it, nor in any log.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

import httpx
from aws_lambda_powertools.event_handler import Response
from pydantic import Field, SecretStr

from api.connection_checks import Problem, refuse, setting_problems, unknown_credentials
from api.oauth_pages import allow_page, result_page
from hub import wiring
from hub.connector_kit.flow import ConnectFlow, Wish, flow_of
from hub.connector_kit.oauth import App
from hub.connector_kit.registry import load_spec
from hub.connector_kit.spec import ConnectorSpec, OAuth
from hub.domain.connection import Connection, Mode
from hub.domain.errors import HubError
from hub.domain.model import iso
from hub.domain.principal import Role
from hub.entrypoint import entrypoint
from hub.http import Api, Body, reply
from hub.observability import logger
from hub.settings import OAuthSettings, load
from hub.validation import found

api = Api()

CALLBACK = "/api/oauth/callback"
SANDBOX_PAGE = "/api/oauth/sandbox"
SANDBOX_APP = "sandbox-app"

type Secret = Annotated[SecretStr, Field(min_length=1, max_length=1000)]
type Scope = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,200}$")]


class AppBody(Body):
    """A user's own OAuth app. In sandbox mode none is needed."""

    client_id: str | None = Field(default=None, min_length=1, max_length=500)
    client_secret: Secret | None = None
    scopes: tuple[Scope, ...] = Field(default=(), max_length=50)


class StartOAuth(AppBody):
    """The body of `POST /api/oauth/{kind}/start`.

    `credentials` are those beside the token, such as a webhook's secret. `flow` names one of the
    platform's several OAuth flows; without it, it is the main one.
    """

    name: str | None = Field(default=None, min_length=1, max_length=100)
    mode: Mode | None = None
    flow: str = Field(default="", max_length=40)
    settings: dict[str, Any] = Field(default_factory=dict)
    credentials: dict[str, Secret] = Field(default_factory=dict)


@api.post("/api/oauth/<kind>/start", role=Role.ADMIN)
def start(kind: str, body: StartOAuth) -> Any:
    """Where to send the user to connect an account. It is made when the user comes back."""
    spec = load_spec(kind)
    mode = body.mode or load(OAuthSettings).default_mode
    oauth = flow_of(spec, body.flow)
    refuse(
        [
            *unknown_credentials(body.credentials, spec),
            *setting_problems(body.settings, spec),
            *_app_problems(body, mode, oauth),
        ]
    )
    now = wiring.clock().now()
    connection = Connection(
        id=wiring.ids().new("con"),
        organization_id=api.principal.organization_id,
        kind=spec.kind,
        name=body.name or spec.display_name,
        mode=mode,
        settings=body.settings,
        created_at=now,
        updated_at=now,
    )
    secrets = {name: value.get_secret_value() for name, value in body.credentials.items()}
    wish = Wish(spec, connection, _app(body), secrets, _redirect_uri(), body.flow, body.scopes)
    return _started(wish)


@api.post("/api/connections/<connection_id>/oauth/start", role=Role.ADMIN)
def restart(connection_id: str, body: AppBody) -> Any:
    """Where to send the user to connect an account again. What is not given stays as it is."""
    known = wiring.connections().get(api.principal.organization_id, connection_id)
    connection = found(known, "connection", connection_id)
    spec, grant = load_spec(connection.kind), connection.grant
    flow = grant.flow if grant else ""
    given = body.client_id or (grant.client_id if grant else "")
    kept = bool(grant) and given == (grant.client_id if grant else "")
    refuse(list(_app_problems(body, connection.mode, flow_of(spec, flow), given, kept)))
    secret = body.client_secret.get_secret_value() if body.client_secret else ""
    app = App(given or SANDBOX_APP, secret)
    scopes = body.scopes or (grant.scopes if grant else ())
    wish = Wish(spec, connection, app, {}, _redirect_uri(), flow, scopes, reconnects=True)
    return _started(wish)


@api.get(CALLBACK, role=None)
def callback() -> Any:
    """Take the user back from the platform: finish, or say why it was not possible."""
    query = api.resolver.current_event.query_string_parameters or {}
    flow = _flow()
    try:
        pending, sealed = flow.take(query.get("state", ""))
    except HubError as error:
        return result_page(error.status, "Not connected", error.message)
    spec = load_spec(pending.kind)
    logger.append_keys(organizationId=pending.organization_id, connectionId=pending.connection_id)
    if refusal := query.get("error"):
        return _denied(spec, refusal, query.get("error_description", ""))
    try:
        made = flow.finish(spec, pending, sealed, query)
    except HubError as error:
        logger.warning("not connected", extra={"code": error.error_code, "reason": error.message})
        words = f"{spec.display_name} could not be connected: {error.message}. Start again."
        return result_page(error.status, "Not connected", words)
    what = "connected again" if pending.reconnects else "connected"
    words = f"{spec.display_name} is {what} as “{made.name}” ({made.id}). You can close this page."
    return result_page(HTTPStatus.OK, "Connected", words)


@api.get(SANDBOX_PAGE, role=None)
def sandbox_page() -> Any:
    """The authorize page of sandbox connections: it asks, and sends back to our own callback."""
    query = api.resolver.current_event.query_string_parameters or {}
    return allow_page(query, _base_url() + CALLBACK)


def _started(wish: Wish) -> Any:
    started = _flow().start(wish, _base_url() + SANDBOX_PAGE)
    answer = {
        "connectionId": wish.connection.id,
        "authorizeUrl": started.authorize_url,
        "state": started.state,
        "expiresAt": iso(started.expires_at),
        "redirectUri": wish.redirect_uri,
    }
    return reply(answer, HTTPStatus.CREATED)


def _flow() -> ConnectFlow:
    store, vault, clock = wiring.connections(), wiring.vault(), wiring.clock()
    return ConnectFlow(wiring.oauth_states(), store, vault, clock, way_out)


def way_out(connection: Connection, oauth: OAuth) -> httpx.BaseTransport:
    """The way to the token endpoint: behind the fence, or for a sandbox to its twin."""
    from hub.connector_kit.transports import token_transport

    twin: Mapping[str, str] = {}
    if connection.mode is Mode.SANDBOX:
        from importlib import import_module

        app = import_module(f"connectors.{connection.kind}.app")
        twin = app.CONNECTOR.twin.credentials
    return token_transport(connection, oauth, twin, load(OAuthSettings).allowed_hosts)


def _app(body: AppBody) -> App:
    secret = body.client_secret.get_secret_value() if body.client_secret else ""
    return App(body.client_id or SANDBOX_APP, secret)


def _app_problems(
    body: AppBody, mode: Mode, oauth: OAuth, client_id: str | None = None, kept: bool = False
) -> list[Problem]:
    """What is missing to ask a platform; `kept`: the app's secret is known already."""
    if mode is Mode.DRY_RUN:
        reason = (
            "a connection in mode dry_run sends nothing, so it cannot be connected; use another"
        )
        return [{"field": "mode", "reason": reason}]
    if mode is Mode.SANDBOX:
        return []
    problems = []
    if not (client_id or body.client_id):
        reason = "the client id of your own OAuth app on this platform"
        problems.append({"field": "clientId", "reason": reason})
    if not (body.client_secret or kept or oauth.pkce):
        reason = "the client secret of your own OAuth app on this platform"
        problems.append({"field": "clientSecret", "reason": reason})
    return problems


def _denied(spec: ConnectorSpec, refusal: str, description: str) -> Response[Any]:
    """The platform's error as a page; to deny is a person's good right and no failure."""
    if refusal in ("access_denied", "user_cancelled_login", "user_cancelled_authorize"):
        words = f"You did not allow it, so {spec.display_name} is not connected. Nothing changed."
        return result_page(HTTPStatus.OK, "Not connected", words)
    told = f"{refusal}: {description}" if description else refusal
    words = f"{spec.display_name} refused ({told[:300]}). Nothing changed; start again."
    return result_page(HTTPStatus.BAD_REQUEST, "Not connected", words)


def _redirect_uri() -> str:
    return _base_url() + CALLBACK


def _base_url() -> str:
    """The API's address: the stack's own domain, or the one API Gateway was called at.

    It is the gateway that says where it was called, not the caller's Host header. Only an embedded
    AWS, at `.localhost`, has a port of its own, and that is nowhere but in the header.
    """
    own: str = load(OAuthSettings).public_url
    if own:
        return own.rstrip("/")
    context = api.resolver.current_event.raw_event["requestContext"]
    host, stage = str(context["domainName"]), context.get("stage", "$default")
    path = "" if stage == "$default" else f"/{stage}"
    if host.endswith(".localhost"):
        port = (api.header("host") or "").rpartition(":")[2]
        return f"http://{host}:{port}{path}" if port.isdigit() else f"http://{host}{path}"
    return f"https://{host}{path}"


handler = entrypoint(http=api)
