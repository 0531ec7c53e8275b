"""Google Ads' contract: the messages of its own client library, and the grammar of its queries.

The library has no REST paths, so those are here, from
https://developers.google.com/google-ads/api/rest/common/overview, read 2026-11. Grammar:
https://developers.google.com/google-ads/api/docs/query/grammar.
"""

import json
import re
import warnings
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

import httpx

_SERVICES = "google.ads.googleads.v26.services.types"
_REQUESTS = {
    "campaignBudgets:mutate": "campaign_budget_service.MutateCampaignBudgetsRequest",
    "campaigns:mutate": "campaign_service.MutateCampaignsRequest",
    "biddingStrategies:mutate": "bidding_strategy_service.MutateBiddingStrategiesRequest",
    "googleAds:mutate": "google_ads_service.MutateGoogleAdsRequest",
    "googleAds:search": "google_ads_service.SearchGoogleAdsRequest",
}

_FIELD = r"[a-z][a-zA-Z0-9._]*"
_STRING = r"""'(?:[^'\\\r\n]|\\[\\'"nrt])*'|"(?:[^"\\\r\n]|\\[\\'"nrt])*\""""
_ONE = rf"(?:{_STRING}|-?\d+(?:\.\d+)?|[a-zA-Z][a-zA-Z0-9_]*)"
_VALUE = rf"(?:{_ONE}|\({_ONE}(?:, ?{_ONE})*\))"
_OPERATOR = (
    r"(?:=|!=|>=|<=|>|<|NOT IN|IN|NOT LIKE|LIKE|CONTAINS (?:ANY|ALL|NONE)|DURING"
    r"|NOT REGEXP_MATCH|REGEXP_MATCH)"
)
_CONDITION = rf"{_FIELD} (?:IS NULL|IS NOT NULL|BETWEEN {_VALUE} AND {_VALUE}|{_OPERATOR} {_VALUE})"
_QUERY = re.compile(
    rf"SELECT (?P<select>{_FIELD}(?:, {_FIELD})*) FROM (?P<from>[a-z][a-zA-Z0-9_]*)"
    rf"(?: WHERE (?P<where>{_CONDITION}(?: AND {_CONDITION})*))?"
    rf"(?: ORDER BY (?P<order>{_FIELD}(?: ASC| DESC)?(?:, {_FIELD}(?: ASC| DESC)?)*))?"
    r"(?: LIMIT [1-9]\d*)?"
)


def check(request: httpx.Request) -> None:
    """A REST call of v26 whose body is a message that the library knows."""
    assert request.url.host == "googleads.googleapis.com"
    assert request.headers["authorization"].startswith("Bearer ")
    assert "developer-token" not in request.headers, "ended 2026-09"
    assert request.headers.get("login-customer-id", "0").isdigit()
    version, _, path = request.url.path.removeprefix("/").partition("/")
    assert version == "v26"
    assert not request.url.params
    if path == "customers:listAccessibleCustomers":
        assert (request.method, request.content) == ("GET", b"")
        return
    match = re.fullmatch(r"customers/(\d{10})/(\w+:\w+)", path)
    assert match, f"Google Ads has no {path}"
    assert match[2] in _REQUESTS, f"Google Ads has no {match[2]}"
    assert request.method == "POST"
    assert request.headers["content-type"] == "application/json"
    body = json.loads(request.content)
    message = parsed(match[2], {"customerId": match[1], **body})
    if match[2] == "googleAds:search":
        assert "pageSize" not in body, "PAGE_SIZE_NOT_SUPPORTED"
        query(body["query"])
        return
    _operations(body, message, match[1], campaign=match[2] == "campaigns:mutate")


@cache
def _message(method: str) -> Any:
    module, _, name = _REQUESTS[method].rpartition(".")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kind = getattr(import_module(f"{_SERVICES}.{module}"), name)
        return kind.pb(kind())


def parsed(method: str, body: dict[str, Any]) -> Any:
    """The body as the method's message; AssertionError if it is none."""
    from google.protobuf.json_format import ParseDict, ParseError

    message = type(_message(method))()
    try:
        ParseDict(body, message)
    except ParseError as error:
        raise AssertionError(str(error)) from None
    _strict(body, message.DESCRIPTOR, method)
    return message


def _strict(value: Any, descriptor: Any, at: str) -> None:
    """What ParseDict lets pass: names in snake case, 64-bit numbers as numbers."""
    if descriptor.full_name == "google.protobuf.FieldMask":
        assert isinstance(value, str)
        return
    known = {field.json_name: field for field in descriptor.fields}
    for name, inner in value.items():
        assert name in known, f"{at} has no {name}"
        field = known[name]
        for each in inner if isinstance(inner, list) else [inner]:
            if field.message_type:
                _strict(each, field.message_type, f"{at}.{name}")
            elif field.cpp_type in (field.CPPTYPE_INT64, field.CPPTYPE_UINT64):
                assert isinstance(each, str), f"{at}.{name} is a 64-bit number: it goes as text"
            elif field.enum_type:
                assert each in field.enum_type.values_by_name, f"{at}.{name}: {each}"
                assert each not in ("UNSPECIFIED", "UNKNOWN"), f"{at}.{name}: {each}"


def _operations(body: dict[str, Any], message: Any, customer: str, *, campaign: bool) -> None:
    assert not body.get("partialFailure"), "an atomic call"
    temporary: set[str] = set()
    count = 0
    for kind, operation in _each(body):
        count += 1
        change = operation["create"] if "create" in operation else operation["update"]
        _names(change, customer, temporary, "create" in operation)
        if "create" in operation:
            assert "updateMask" not in operation
            _complete(change, campaign or kind == "campaignOperation")
        else:
            _masked(operation, message)
    assert count, "OPERATION_REQUIRED"


def _each(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for operation in body.get("operations", []):
        yield "", operation
    for operation in body.get("mutateOperations", []):
        yield from operation.items()


def _names(change: dict[str, Any], customer: str, temporary: set[str], create: bool) -> None:
    """Resource names are of this account; a temporary one is made before it is used."""
    own = change.get("resourceName")
    for name in (own, change.get("campaignBudget"), change.get("biddingStrategy")):
        if name is None:
            continue
        match = re.fullmatch(r"customers/(\d{10})/[a-zA-Z]+/(-?\d+)", name)
        assert match, f"RESOURCE_NAME_MALFORMED: {name}"
        assert match[1] == customer, f"{name} is not of {customer}"
        if match[2].startswith("-"):
            assert create
            assert name is own or name in temporary, f"nothing made {name} before"
    if own and create:
        assert "/-" in own, "a new resource gets its id from Google"
        temporary.add(own)
    assert own or create, "RESOURCE_NAME_MISSING"


_BIDDING = {
    "biddingStrategy", "manualCpc", "manualCpm", "manualCpv", "maximizeConversions",
    "maximizeConversionValue", "targetCpa", "targetRoas", "targetImpressionShare", "targetSpend",
}  # fmt: skip


def _complete(created: dict[str, Any], campaign: bool) -> None:
    """What the comments of the messages call required."""
    assert 1 <= len(created["name"].encode()) <= 255
    if not campaign:
        amounts = created.keys() & {"amountMicros", "totalAmountMicros"}
        assert len(amounts) == 1, "one amount"
        assert ("totalAmountMicros" in amounts) == (created.get("period") == "CUSTOM_PERIOD")
        assert int(created[next(iter(amounts))]) > 0
        return
    for name in ("advertisingChannelType", "campaignBudget", "containsEuPoliticalAdvertising"):
        assert name in created, f"REQUIRED: {name}"
    assert len(created.keys() & _BIDDING) == 1, "one bidding strategy"
    for name in ("startDateTime", "endDateTime"):
        assert re.fullmatch(
            r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", created.get(name, "2026-01-01 00:00:00")
        )


def _masked(operation: dict[str, Any], message: Any) -> None:
    """Each path of the mask is a field without fields; nothing else is changed."""
    resource = message.DESCRIPTOR.fields_by_name["operations"].message_type
    resource = resource.fields_by_name["update"].message_type
    paths = operation["updateMask"].split(",")
    for path in paths:
        descriptor, field = resource, None
        for name in path.split("."):
            known = {each.json_name: each for each in descriptor.fields} if descriptor else {}
            assert name in known, f"FIELD_NOT_FOUND: {path}"
            field = known[name]
            descriptor = field.message_type
        assert field is not None
        assert not (descriptor and descriptor.fields), f"FIELD_HAS_SUBFIELDS: {path}"
    for name, value in operation["update"].items():
        inner = [f"{name}.{key}" for key in value] if isinstance(value, dict) else [name]
        assert name == "resourceName" or set(inner) <= set(paths), f"{inner} is not in {paths}"


def query(text: str) -> None:
    """A query by the grammar, of fields that a row has."""
    match = _QUERY.fullmatch(" ".join(text.split()))
    assert match, f"not by the grammar: {text}"
    row = _row()
    assert match["from"] in row.fields_by_name, f"BAD_RESOURCE_TYPE_IN_FROM_CLAUSE: {match['from']}"
    selected = match["select"].split(", ")
    assert len(selected) == len(set(selected)), "a field is selected twice"
    for path in selected:
        _field(path)
    for path in (match["order"] or "").split(", "):
        plain = path.partition(" ")[0]
        assert not plain or plain in selected, f"{plain} is not selected"
    for name, values in re.findall(rf"({_FIELD}) {_OPERATOR} ({_VALUE})", match["where"] or ""):
        enum = _field(name).enum_type
        if enum:
            for value in re.findall(r"\w+", values):
                assert value in enum.values_by_name, f"BAD_ENUM_CONSTANT: {value}"
    if any(path.startswith("segments.") for path in selected) or "metrics." in match["select"]:
        assert "segments.date" in (match["where"] or ""), "no dates"


def _field(path: str) -> Any:
    descriptor, field = _row(), None
    for name in path.split("."):
        assert descriptor, f"UNRECOGNIZED_FIELD: {path}"
        field = descriptor.fields_by_name.get(name) or descriptor.fields_by_name.get(f"{name}_")
        assert field, f"UNRECOGNIZED_FIELD: {path}"
        descriptor = field.message_type
    assert field is not None
    assert not descriptor, f"{path} has fields of its own"
    return field


@cache
def _row() -> Any:
    _message("googleAds:search")
    kind = import_module(f"{_SERVICES}.google_ads_service").GoogleAdsRow
    return kind.pb(kind()).DESCRIPTOR


def _wrong(path: str, body: Any, **headers: str) -> httpx.Request:
    known = {"authorization": "Bearer ya29.x", **headers}
    url = f"https://googleads.googleapis.com/v26/customers/1234567890/{path}"
    return httpx.Request("POST", url, json=body, headers=known)


_BUDGET = {"name": "B", "amountMicros": "5000000"}
_NAME = "customers/1234567890/campaigns/1"

WRONG = [
    _wrong("campaignBudgets:mutate", {"operations": [{"create": {**_BUDGET, "amountMicros": 5}}]}),
    _wrong("campaignBudgets:mutate", {"operations": [{"create": {"name": "B"}}]}),
    _wrong(
        "campaignBudgets:mutate", {"operations": [{"create": {"name": "B", "amount_micros": "5"}}]}
    ),
    _wrong("campaignBudgets:mutate", {"operations": []}),
    _wrong(
        "campaignBudgets:mutate", {"operations": [{"create": _BUDGET}]}, **{"developer-token": "x"}
    ),
    _wrong(
        "campaigns:mutate",
        {
            "operations": [
                {
                    "updateMask": "maximizeConversions",
                    "update": {"resourceName": _NAME, "maximizeConversions": {}},
                }
            ]
        },
    ),
    _wrong(
        "campaigns:mutate",
        {
            "operations": [
                {
                    "updateMask": "manualCpm",
                    "update": {"resourceName": _NAME, "status": "PAUSED", "manualCpm": {}},
                }
            ]
        },
    ),
    _wrong("campaigns:mutate", {"operations": [{"create": {"name": "C"}}]}),
    _wrong("googleAds:search", {"query": "SELECT campaign.id FROM campaign", "pageSize": 10}),
    _wrong("googleAds:search", {"query": "SELECT campaign.colour FROM campaign"}),
    _wrong(
        "googleAds:search",
        {"query": "SELECT campaign.id FROM campaign WHERE campaign.name = 'a'b'"},
    ),
    _wrong("googleAds:search", {"query": "SELECT campaign.id FROM campaign LIMIT 0"}),
    _wrong("googleAds:shout", {}),
]
