"""The public keys of an identity provider (RFC 7517), fetched when needed and kept for an hour."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hub.domain.errors import TransientError
from hub.observability import logger
from hub.ports import Clock

if TYPE_CHECKING:
    import httpx
    from jwt import PyJWK

_FRESH = timedelta(hours=1)
_BETWEEN_FETCHES = timedelta(minutes=1)
_AFTER_FAILURE = timedelta(seconds=10)
_TIMEOUT_SECONDS = 3.0
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Jwks:
    """The RS256 signing keys found under one URL.

    A key id that is not among them makes it look again, because providers rotate keys, but at most
    once a minute, because anybody can make up key ids. After a failure callers are refused for ten
    seconds without trying, so an outage costs them one timeout and not one each.
    """

    def __init__(
        self, url: str, clock: Clock, transport: "httpx.BaseTransport | None" = None
    ) -> None:
        self._url = url
        self._clock = clock
        self._transport = transport
        self._keys: Mapping[str, PyJWK] = {}
        self._fresh_until = self._next_fetch = _LONG_AGO

    def find(self, key_id: str) -> "PyJWK | None":
        """The key of that id, or None. TransientError if the provider cannot be reached."""
        now = self._clock.now()
        stale = now >= self._fresh_until
        if now >= self._next_fetch and (stale or key_id not in self._keys):
            self._next_fetch = now + (_AFTER_FAILURE if stale else _BETWEEN_FETCHES)
            self._keys = self._download()
            self._next_fetch, self._fresh_until = now + _BETWEEN_FETCHES, now + _FRESH
        elif stale:
            raise self._unreachable()
        return self._keys.get(key_id)

    def _download(self) -> Mapping[str, "PyJWK"]:
        import httpx

        try:
            with httpx.Client(transport=self._transport, timeout=_TIMEOUT_SECONDS) as client:
                documents = client.get(self._url).raise_for_status().json()["keys"]
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
            logger.warning("no JWKS", extra={"url": self._url, "error": type(error).__name__})
            raise self._unreachable() from error
        return _signing_keys(documents)

    def _unreachable(self) -> TransientError:
        return TransientError(
            f"the token could not be checked: the identity provider's keys at {self._url} "
            "cannot be fetched; try again in a minute, or use an API key"
        )


def _signing_keys(documents: Any) -> Mapping[str, "PyJWK"]:
    """By key id, the keys that may sign with RS256; a key that cannot be read is left out."""
    from jwt import PyJWK, PyJWTError

    keys: dict[str, PyJWK] = {}
    for document in documents if isinstance(documents, list) else []:
        if not isinstance(document, dict) or not _signs_rs256(document):
            continue
        try:
            keys[document["kid"]] = PyJWK.from_dict(document, algorithm="RS256")
        except PyJWTError as error:
            extra = {"kid": document["kid"], "error": type(error).__name__}
            logger.warning("unreadable key in the JWKS", extra=extra)
    return keys


def _signs_rs256(document: Mapping[str, Any]) -> bool:
    return (
        document.get("kty") == "RSA"
        and document.get("use", "sig") == "sig"
        and document.get("alg", "RS256") == "RS256"
        and isinstance(document.get("kid"), str)
    )
