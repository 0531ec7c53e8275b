"""The fence around URLs that users give: media to fetch, sites to post to.

A URL is looked at twice. When it is given: https, a public host by name, no user information. When
it is opened: every address its name resolves to must be public, and the connection goes to the very
address that was looked at, so that a name cannot resolve to something else in between
(`fenced_transport`). Redirects are not followed. After OWASP's Server Side Request Forgery
Prevention.
"""

import ipaddress
from collections.abc import Collection
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

_PRIVATE_NAMES = ("localhost", ".localhost", ".local", ".internal", ".lan", ".home.arpa", ".arpa")


def site_url(url: str, allowed: Collection[str]) -> str:
    """Like `public_url`, for a site of the user's own: a host in `allowed` may be anywhere."""
    parts = urlsplit(url)
    known = (parts.hostname or "").lower() in allowed and parts.scheme in ("http", "https")
    return url if known else public_url(url)


def public_url(url: str) -> str:
    """The URL if it may be opened, else ValueError that says what is wrong with it."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is not a URL") from None
    if parts.scheme != "https" or not host:
        raise ValueError("must be an https:// URL")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not contain a user name or password")
    if not host_is_public(host):
        raise ValueError("must name a public host")
    if any(ord(letter) <= 32 or letter == "\\" for letter in url):
        raise ValueError("must not contain spaces, control characters or backslashes")
    return url


PublicUrl = Annotated[
    str, Field(max_length=2048, description="Public https URL."), AfterValidator(public_url)
]


def host_is_public(host: str) -> bool:
    """Whether a host, as written, may be public: no private name, no private address."""
    plain = host.lower().rstrip(".")
    if any(plain == name.lstrip(".") or plain.endswith(name) for name in _PRIVATE_NAMES):
        return False
    address = address_of(plain)
    if address is not None:
        return is_public(address)
    # A name without a dot is one of this network; one that ends in a number is an address in
    # another notation (0x7f.1), which resolvers understand.
    label = plain.rpartition(".")[2]
    return "." in plain and not label[:1].isdigit()


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is reachable from everywhere, IPv4 inside IPv6 looked through."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _nat64(address)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast


def _nat64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    prefix = ipaddress.IPv6Network("64:ff9b::/96")
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in prefix else None


def address_of(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is, if it is one and not a name."""
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None
