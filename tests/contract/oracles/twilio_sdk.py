"""Twilio's contract: what the generated resources of its own SDK send.

A request of ours is taken apart by the SDK's own table of names and types, put into the SDK's own
method, and must come out of it as it was.
"""

import ast
import base64
import inspect
import re
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import httpx
from twilio.http import HttpClient
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageContext, MessageInstance, MessageList

_MESSAGES = re.compile(r"/2010-04-01/Accounts/(AC\w{32})/Messages\.json")
_MESSAGE = re.compile(r"/2010-04-01/Accounts/(AC\w{32})/Messages/(\w{34})\.json")
_ACCOUNT = re.compile(r"/2010-04-01/Accounts/(AC\w{32})\.json")
_CONTENT = re.compile(r"/v1/Content/(HX\w{32})")


class CapturedError(Exception):
    """Carries what the SDK would have sent."""


class _Recorder(HttpClient):  # type: ignore[misc]  # the SDK is untyped
    def __init__(self) -> None:
        self.is_async = False

    def request(self, method: str, uri: str, **more: Any) -> Any:
        raise CapturedError(method, uri, more.get("params") or {}, more.get("data") or {})


def check(request: httpx.Request) -> None:
    """A request that the SDK's own resource would send with the same values."""
    path = request.url.path
    _check_headers(request)
    params = {name: parse_qs(str(request.url.query, "ascii"))[name] for name in request.url.params}
    form = parse_qs(request.content.decode(), keep_blank_values=True)
    call, names = _resource(request, path)
    given = {**params, **form}
    assert given.keys() <= names.keys(), f"Twilio has no {given.keys() - names.keys()}"
    sent = _captured(call, {names[key][0]: _value(names[key], given[key]) for key in given})
    method, uri, sdk_params, sdk_form = sent
    assert (request.method, str(request.url.copy_with(query=None))) == (method, uri)
    assert params == _texts(sdk_params), (params, sdk_params)
    assert form == _texts(sdk_form), (form, sdk_form)
    if request.method == "POST" and _MESSAGES.fullmatch(path):
        _check_message(form)


def _check_headers(request: httpx.Request) -> None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    assert scheme == "Basic"
    assert re.match(r"(AC|SK)\w{32}:.+", base64.b64decode(value).decode())
    if request.method == "POST":
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"


def _check_message(form: dict[str, list[str]]) -> None:
    """What the SDK documents of the parameters together, which its signature cannot say."""
    assert form.keys() & {"From", "MessagingServiceSid"}, "no sender"
    assert form.keys() & {"Body", "MediaUrl", "ContentSid"}, "no content"
    assert "ContentVariables" not in form or "ContentSid" in form
    assert "ShortenUrls" not in form or "MessagingServiceSid" in form
    assert ("SendAt" in form) == ("ScheduleType" in form)
    assert "SendAt" not in form or "MessagingServiceSid" in form, "it would be sent at once"
    assert len(form.get("MediaUrl", ())) <= 10
    assert 1 <= int(form.get("ValidityPeriod", ["1"])[0]) <= 36000
    assert len(form.get("Body", [""])[0]) <= 1600
    channels = {form[name][0].rpartition(":")[0] for name in ("To", "From") if name in form}
    assert len(channels) == 1, "To and From must be of one channel"


def _resource(request: httpx.Request, path: str) -> tuple[Callable[..., Any], dict[str, Any]]:
    """The SDK's method for a path, and its names: ours → (the method's, its type)."""
    sdk = Client("AC" + "0" * 32, "x", http_client=_Recorder())
    content = request.url.host == "content.twilio.com"
    match (request.method, _MESSAGES.fullmatch(path), _MESSAGE.fullmatch(path)):
        case ("POST", found, None) if found:
            names = named(MessageList._create)
            return sdk.api.v2010.accounts(found[1]).messages.create, names
        case ("GET", found, None) if found:
            return sdk.api.v2010.accounts(found[1]).messages.page, named(MessageList.page)
        case ("POST", None, found) if found:
            one = sdk.api.v2010.accounts(found[1]).messages(found[2])
            return one.update, named(MessageContext._update)
        case ("GET", None, found) if found:
            return sdk.api.v2010.accounts(found[1]).messages(found[2]).fetch, {}
    if request.method == "GET" and (account := _ACCOUNT.fullmatch(path)):
        return sdk.api.v2010.accounts(account[1]).fetch, {}
    template = _CONTENT.fullmatch(path)
    assert request.method == "GET" and template and content, f"Twilio has no {path}"
    return sdk.content.v1.contents(template[1]).fetch, {}


@cache
def named(method: Callable[..., Any]) -> dict[str, tuple[str, Any]]:
    """The names on the wire of a generated method, from its `data = values.of({...})`."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(method)))
    types = inspect.signature(method).parameters
    table = next(
        node.args[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "values.of"
    )
    assert isinstance(table, ast.Dict)
    found = {}
    for key, value in zip(table.keys, table.values, strict=True):
        assert isinstance(key, ast.Constant)
        used = next(n.id for n in ast.walk(value) if isinstance(n, ast.Name) and n.id in types)
        found[str(key.value)] = (used, types[used].annotation)
    return found


def _value(name: tuple[str, Any], texts: list[str]) -> Any:
    """The value that the SDK's method takes for a field's texts."""
    kind = str(name[1])
    if "List" in kind:
        return texts
    (text,) = texts
    if "bool" in kind:
        assert text in ("true", "false")
        return text == "true"
    if "datetime" in kind:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text), f"{text} is no time"
        return datetime.fromisoformat(text).astimezone(UTC)
    if "int" in kind:
        assert text.isdigit()
        return int(text)
    enum = re.search(r"MessageInstance\.(\w+)", kind)
    if enum:
        known = vars(getattr(MessageInstance, enum[1])).values()
        assert text in known, f"{name[0]} cannot be {text}"
    return text


def _captured(call: Callable[..., Any], given: dict[str, Any]) -> Any:
    try:
        call(**given)
    except CapturedError as captured:
        return captured.args
    except TypeError as error:
        raise AssertionError(f"the SDK takes no such call: {error}") from None
    raise AssertionError("the SDK sent nothing")


def _texts(sdk: dict[str, Any]) -> dict[str, list[str]]:
    return {
        name: [str(one) for one in (value if isinstance(value, list) else [value])]
        for name, value in sdk.items()
    }


def post(path: str, content_type: str = "application/x-www-form-urlencoded", **form: str) -> Any:
    """A POST to an account's path, for requests that must be refused."""
    sign = httpx.BasicAuth("AC" + "0" * 32, "x")._auth_header
    return httpx.Request(
        "POST",
        f"https://api.twilio.com/2010-04-01/Accounts/AC{'0' * 32}{path}",
        data=form,
        headers={"authorization": sign, "content-type": content_type},
    )


def with_form(**form: str) -> Any:
    """A message with these fields."""
    return post("/Messages.json", **form)


SOUND = {"To": "+4915112345678", "From": "+15005550006", "Body": "x"}
WRONG = [
    with_form(From="+15005550006", Body="no recipient"),
    with_form(**{**SOUND, "Colour": "red"}),
    with_form(**{**SOUND, "RiskCheck": "maybe"}),
    with_form(**{**SOUND, "SmartEncoded": "True"}),
    with_form(**{**SOUND, "ScheduleType": "fixed", "SendAt": "2026-03-03T09:00:00Z"}),
    with_form(**{**SOUND, "MessagingServiceSid": "MG1", "SendAt": "2026-03-03 09:00"}),
    with_form(To="whatsapp:+4915112345678", From="+15005550006", Body="two channels"),
    post("/Message.json", **SOUND),
    post("/Messages.json", "application/json", **SOUND),
]
