"""OAuth 2.0 as one client: the authorize page's address, and the calls of a token endpoint.

What platforms do differently is data in their `OAuth`; here is the standard.
https://www.rfc-editor.org/rfc/rfc6749, https://www.rfc-editor.org/rfc/rfc7636 (PKCE).
"""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx

from hub.connector_kit.client import USER_AGENT
from hub.connector_kit.outcomes import Answer
from hub.connector_kit.redact import redact
from hub.connector_kit.spec import ClientAuth, ConnectorSpec, OAuth
from hub.domain.connection import Connection, Mode
from hub.domain.errors import (
    InvalidRequestError,
    MisconfiguredError,
    NeedsReauthError,
    TransientError,
)
from hub.domain.model import Json
from hub.domain.token import GrantKind, TokenSet

CALL_SECONDS = 5.0
"""One call of a token endpoint: the action that waits for it still has to be made."""

MAX_ANSWER = 64 * 1024

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_HOST_OR_SEGMENT = re.compile(r"[A-Za-z0-9._-]{1,100}")
_BAD_APP = frozenset({"invalid_client", "unauthorized_client", "bad_client_secret"})


@dataclass(frozen=True)
class App:
    """A user's own OAuth app on a platform. Public apps have no secret."""

    client_id: str
    client_secret: str = field(default="", repr=False)


def filled(url: str, settings: Mapping[str, Json]) -> str:
    """An address with the connection's settings in the place of their names.

    InvalidRequestError names a setting that is missing or would change where the address leads.
    """

    def value(match: re.Match[str]) -> str:
        text = str(settings.get(match.group(1)) or "")
        if not _HOST_OR_SEGMENT.fullmatch(text):
            raise InvalidRequestError(
                f"the setting {match.group(1)} must be set, to letters, digits, dots and dashes",
                details={"field": f"settings.{match.group(1)}"},
            )
        return text

    return _PLACEHOLDER.sub(value, url)


def settings_of(spec: ConnectorSpec, connection: Connection) -> dict[str, Json]:
    """A connection's settings, with the connector's defaults; made up where a sandbox has none."""
    known = {**spec.default_settings(), **connection.settings}
    if connection.mode is Mode.SANDBOX:
        known = {**{setting.name: "sandbox" for setting in spec.settings}, **known}
    return known


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier."""
    hashed = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(hashed).decode().rstrip("=")


def authorize_url(
    oauth: OAuth,
    settings: Mapping[str, Json],
    asked: Mapping[str, str],
    scopes: tuple[str, ...],
    page: str | None = None,
) -> str:
    """Where to send the user. `asked` has client_id, redirect_uri, state and maybe code_challenge.

    `page` replaces the platform's own page.
    """
    standard = {"response_type": "code", **asked}
    if scopes:
        standard["scope"] = oauth.scope_separator.join(scopes)
    if "code_challenge" in asked:
        standard["code_challenge_method"] = "S256"
    query = {**_renamed(standard, oauth.authorize_names), **oauth.extra}
    return f"{page or filled(oauth.authorize_url, settings)}?{urlencode(query)}"


@dataclass(frozen=True)
class TokenEndpoint:
    """The token endpoint of one connection.

    Every call raises NeedsReauthError if the platform says that the grant (or code) is of no use
    any more, MisconfiguredError if it does not know the app, TransientError for anything else that
    is no token. Messages have no secrets.
    """

    oauth: OAuth
    settings: Mapping[str, Json]
    app: App
    transport: httpx.BaseTransport
    now: datetime

    def exchange(self, code: str, redirect_uri: str, verifier: str) -> TokenSet:
        """The token for a code, in its long-lived form where the platform has one."""
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            **self.oauth.token_extra,
        }
        if verifier:
            fields["code_verifier"] = verifier
        token = self._ask(fields)
        return self._lengthened(token) if self.oauth.lengthen else token

    def renewed(self, kind: GrantKind, token: TokenSet) -> TokenSet:
        """The next token. What it does not bring is left for `merged`."""
        if kind is GrantKind.CLIENT_CREDENTIALS:
            return self._ask({"grant_type": "client_credentials"})
        fields = {"grant_type": "refresh_token", "refresh_token": token.refresh_token}
        return self._ask(fields)

    def _lengthened(self, token: TokenSet) -> TokenSet:
        swapped = {"grant_type": self.oauth.lengthen, self.oauth.lengthen: token.access_token}
        return self._ask(swapped)

    def _ask(self, fields: Mapping[str, str]) -> TokenSet:
        sent = _renamed({**fields, **self._identity()}, self.oauth.token_names)
        secrets = [fields.get(name, "") for name in ("code", "code_verifier", "refresh_token")]
        secrets += [self.app.client_secret, fields.get(self.oauth.lengthen, "")]
        answer = self._send(sent)
        token = read_token(self.oauth, answer, self.now)
        if token is None:
            raise _refused(self.oauth, answer, secrets)
        return token

    def _identity(self) -> dict[str, str]:
        public = not self.app.client_secret
        if self.oauth.client_auth is ClientAuth.BASIC and not public:
            return {}
        secret = {} if public else {"client_secret": self.app.client_secret}
        return {"client_id": self.app.client_id, **secret}

    def _send(self, fields: Mapping[str, str]) -> Answer:
        basic = self.oauth.client_auth is ClientAuth.BASIC and self.app.client_secret
        agent = str(self.settings.get("userAgent") or USER_AGENT)
        as_json = self.oauth.client_auth is ClientAuth.JSON
        with httpx.Client(
            transport=self.transport,
            headers={"User-Agent": agent, "Accept": "application/json"},
            auth=(self.app.client_id, self.app.client_secret) if basic else None,
            timeout=httpx.Timeout(CALL_SECONDS, connect=2.0),
            follow_redirects=False,
        ) as client:
            try:
                url = filled(self.oauth.token_url, self.settings)
                got = client.post(
                    url, json=fields if as_json else None, data=None if as_json else fields
                )
            except httpx.TransportError as error:
                raise TransientError(
                    f"the platform's token endpoint did not answer ({type(error).__name__})"
                ) from None
        return Answer(got.status_code, dict(got.headers), _parsed(got))


def read_token(oauth: OAuth, answer: Answer, now: datetime) -> TokenSet | None:
    """The token of an answer; None if it has none."""
    fields = answer.body.get(oauth.answer) if oauth.answer else answer.body
    if not 200 <= answer.status < 300 or not isinstance(fields, dict):
        return None

    def told(name: str) -> Any:
        return fields.get(oauth.answer_names.get(name, name))

    access = told("access_token")
    if not isinstance(access, str) or not access:
        return None
    lifetime = _seconds(told("expires_in")) or oauth.lifetime
    refresh_lifetime = _seconds(told("refresh_token_expires_in"))
    refresh = told("refresh_token")
    return TokenSet(
        access_token=access,
        refresh_token=refresh if isinstance(refresh, str) else "",
        expires_at=now + lifetime if lifetime else None,
        refresh_expires_at=now + refresh_lifetime if refresh_lifetime else None,
        obtained_at=now,
        scopes=tuple(_scopes(told("scope"))),
    )


def reason_of(answer: Answer) -> tuple[str, str]:
    """A refusal's code and words, in the standard's form or in those that platforms made up."""
    body = answer.body
    error = body.get("error")
    if isinstance(error, dict):
        return str(error.get("code") or error.get("type")), str(error.get("message") or "")
    code = error or body.get("code") or f"HTTP_{answer.status}"
    return str(code), str(body.get("error_description") or body.get("message") or "")


def _refused(oauth: OAuth, answer: Answer, secrets: list[str]) -> Exception:
    code, words = reason_of(answer)
    told = redact(f"{code}: {words}" if words else code, secrets)[:300]
    final = answer.status < 500 and answer.status not in (408, 429)
    if final and _ends_grant(oauth, code, words):
        return NeedsReauthError(f"the platform says {told}")
    if final and code in _BAD_APP:
        return MisconfiguredError(
            f"the platform does not accept the app's client id or secret ({told}); "
            "connect again with the right ones"
        )
    return TransientError(f"the platform's token endpoint gave no token ({told})")


def _ends_grant(oauth: OAuth, code: str, words: str) -> bool:
    if code == "invalid_grant":
        return True
    for row in oauth.ended:
        ended, _, description = row.partition(": ")
        if code == ended and description.lower() in words.lower():
            return True
    return False


def _renamed(fields: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    renamed = {names.get(name, name): value for name, value in fields.items()}
    return {name: value for name, value in renamed.items() if name}


def _parsed(response: httpx.Response) -> dict[str, Any]:
    """The answer's JSON object; empty if it is none."""
    try:
        body = response.json() if len(response.content) <= MAX_ANSWER else None
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _seconds(told: Any) -> timedelta | None:
    """A lifetime in seconds, as a number or as text; None for none that makes sense."""
    try:
        seconds = float(told)
    except (TypeError, ValueError):
        return None
    return timedelta(seconds=seconds) if 0 < seconds <= 10 * 365 * 86400 else None


def _scopes(told: Any) -> Iterator[str]:
    """Scopes from a list, or from text with spaces or commas between."""
    listed = told if isinstance(told, list) else re.split(r"[\s,]+", str(told or ""))
    yield from (str(scope) for scope in listed if str(scope))
