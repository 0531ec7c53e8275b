"""Google Ads, played: keeps an account's budgets, campaigns and one portfolio strategy, and answers
the simple queries that are asked about them.
"""

import re
from datetime import datetime
from typing import Any

import httpx

from connectors.google_ads.bidding import Bidding
from connectors.google_ads.spec import SPEC
from hub.connector_kit.sandbox import Twin, TwinRequest, route
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import Json

CUSTOMER = "1234567890"
PORTFOLIO = "700"
PAGE = 50
"""Rows of a page; Google's have 10,000."""

_KINDS = {"campaign_budget": "campaignBudget", "campaign": "campaign"}
_VERSIONS = ("v23", "v24", "v25", "v26")
_PATH = "/{version}/customers/{customer}/"
_BIDDING = (*Bidding, "biddingStrategy")
_REQUEST_ID = "sAndBoX0rEqUeStIdXyZ01"
_FAILURE = "type.googleapis.com/google.ads.googleads.{}.errors.GoogleAdsFailure"
_STATUS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED"}
_STATUS |= {404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}


def refused(
    status: int, kind: str, code: str, message: str, *, details: Json = None, at: str | None = None
) -> httpx.Response:
    """A GoogleAdsFailure with one error."""
    error: dict[str, Json] = {"errorCode": {kind: code}, "message": message}
    if details:
        error["details"] = details
    if at:
        error["location"] = {"fieldPathElements": [{"fieldName": at}]}
    failure = {
        "@type": _FAILURE.format(SPEC.default_settings()["apiVersion"]),
        "errors": [error],
        "requestId": _REQUEST_ID,
    }
    body = {
        "error": {
            "code": status,
            "message": "Request contains an invalid argument." if status == 400 else message,
            "status": _STATUS[status],
            "details": [failure],
        }
    }
    return httpx.Response(status, headers={"request-id": _REQUEST_ID}, json=body)


class GoogleAdsTwin(Twin):
    """One account, reached by its own id or any other of ten digits that begins with 1."""

    credentials = {"accessToken": "ya29.sandbox-token"}
    settings = {"customerId": CUSTOMER}

    def authorized(self, request: httpx.Request) -> bool:
        """Google takes OAuth access tokens as bearer tokens."""
        return str(request.headers.get("authorization", "")).startswith("Bearer ya29.")

    def unknown(self, request: httpx.Request) -> httpx.Response:
        """Google's page for a path it does not have."""
        words = f"The requested URL {request.url.path} was not found on this server."
        return httpx.Response(404, text=f"<!DOCTYPE html><title>Error 404</title><p>{words}")

    def failure(self, failure: SandboxFailure) -> httpx.Response:
        """A failure with the status, headers and body that Google Ads uses for it."""
        match failure.kind:
            case Injection.RATE_LIMIT:
                told = {
                    "rateScope": "ACCOUNT",
                    "rateName": "Requests per account",
                    "retryDelay": f"{failure.retry_after}s",
                }
                details = {"quotaErrorDetails": told}
                words = "Too many requests. Retry in a moment."
                code = "RESOURCE_TEMPORARILY_EXHAUSTED"
                return refused(429, "quotaError", code, words, details=details)
            case Injection.REAUTH:
                words = "The OAuth access token in the header is not valid."
                return refused(401, "authenticationError", "OAUTH_TOKEN_INVALID", words)
            case Injection.BUSINESS_ERROR:
                words = "User doesn't have permission to access customer."
                return refused(403, "authorizationError", "USER_PERMISSION_DENIED", words)
            case _:
                error = {"code": 503, "message": "The service is currently unavailable."}
                return httpx.Response(503, json={"error": {**error, "status": "UNAVAILABLE"}})

    def answer(
        self, request: httpx.Request, state: dict[str, Json], now: datetime
    ) -> httpx.Response:
        """Versions that have ended refuse everything."""
        if request.url.path.split("/")[1] not in _VERSIONS:
            words = "Version is deprecated. Requests to this version will be blocked."
            return refused(400, "requestError", "UNSUPPORTED_VERSION", words)
        return super().answer(request, state, now)

    @route("GET", "/{version}/customers:listAccessibleCustomers")
    def accessible(self, _request: TwinRequest) -> httpx.Response:
        """The accounts of the token."""
        return httpx.Response(200, json={"resourceNames": [f"customers/{CUSTOMER}"]})

    @route("POST", _PATH + "campaignBudgets:mutate")
    def budgets(self, request: TwinRequest) -> httpx.Response:
        """Creates budgets."""
        made = []
        for operation in request.json().get("operations", []):
            name = _add(request, "campaign_budget", operation.get("create") or {}, {})
            if isinstance(name, httpx.Response):
                return name
            made.append({"resourceName": name})
        return _done({"results": made}) if made else _nothing()

    @route("POST", _PATH + "googleAds:mutate")
    def mutate(self, request: TwinRequest) -> httpx.Response:
        """Creates budgets and campaigns together: all or none."""
        kept = {kind: list(request.state.get(kind, [])) for kind in _KINDS}
        made: list[Json] = []
        temporary: dict[str, str] = {}
        for operation in request.json().get("mutateOperations", []):
            ((kind, change),) = operation.items()
            resource = kind.removesuffix("Operation")
            snake = re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", resource)
            name = _add(request, snake, change.get("create") or {}, temporary)
            if isinstance(name, httpx.Response):
                request.state.update(kept)
                return name
            made.append({f"{resource}Result": {"resourceName": name}})
        return _done({"mutateOperationResponses": made}) if made else _nothing()

    @route("POST", _PATH + "campaigns:mutate")
    def campaigns(self, request: TwinRequest) -> httpx.Response:
        """Changes a campaign's bidding."""
        (operation,) = request.json().get("operations") or [{}]
        update = operation.get("update") or {}
        found = next(
            (
                kept
                for kept in request.state.get("campaign", [])
                if kept["resourceName"] == update.get("resourceName")
            ),
            None,
        )
        if found is None:
            return _no_such(update)
        mask = operation.get("updateMask", "")
        wrong = [path for path in mask.split(",") if path in _WITH_FIELDS]
        if not mask or wrong:
            words = f"The field mask contained a field with subfields: {mask!r}."
            return refused(400, "fieldMaskError", "FIELD_HAS_SUBFIELDS", words, at="update_mask")
        bidding = {name: update[name] for name in _BIDDING if name in update}
        rest = {name: value for name, value in found.items() if name not in _BIDDING}
        found.clear()
        found.update({**rest, **bidding})
        return _done({"results": [{"resourceName": found["resourceName"]}]})

    @route("POST", _PATH + "biddingStrategies:mutate")
    def portfolios(self, request: TwinRequest) -> httpx.Response:
        """Changes the targets of the one portfolio strategy there is."""
        (operation,) = request.json().get("operations") or [{}]
        update = operation.get("update") or {}
        if not str(update.get("resourceName")).endswith(f"/biddingStrategies/{PORTFOLIO}"):
            return _no_such(update)
        return _done({"results": [{"resourceName": update["resourceName"]}]})

    @route("POST", _PATH + "googleAds:search")
    def search(self, request: TwinRequest) -> httpx.Response:
        """Answers `SELECT … FROM … WHERE name = '…' AND id IN (…) LIMIT n`, a page at a time."""
        given = request.json()
        if "pageSize" in given:
            words = "Setting the page size is not supported."
            return refused(400, "requestError", "PAGE_SIZE_NOT_SUPPORTED", words)
        query = str(given.get("query", ""))
        parsed = re.match(r"(?is)\s*SELECT\s+(?P<fields>.+?)\s+FROM\s+(?P<from>\w+)", query)
        if parsed is None or parsed["from"] not in {*_KINDS, "customer"}:
            words = f"Error in query: unexpected input {query[:40]!r}."
            return refused(400, "queryError", "QUERY_ERROR" if parsed is None else _BAD_FROM, words)
        rows = _matching(request, query, parsed["from"])
        start = int(given.get("pageToken") or 0)
        fields = [field.strip() for field in parsed["fields"].split(",")]
        page = [_row(row, parsed["from"], fields) for row in rows[start : start + PAGE]]
        answer: dict[str, Json] = {"results": page, "fieldMask": ",".join(map(_camel, fields))}
        if start + PAGE < len(rows):
            answer["nextPageToken"] = str(start + PAGE)
        if given.get("searchSettings", {}).get("returnTotalResultsCount"):
            answer["totalResultsCount"] = str(len(rows))
        if given.get("searchSettings", {}).get("returnSummaryRow"):
            answer["summaryRow"] = {"metrics": {"impressions": "1200", "clicks": "40"}}
        return _done(answer)


_BAD_FROM = "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"
_WITH_FIELDS = {"manualCpc", "maximizeConversions", "maximizeConversionValue", "targetSpend"}
_METRICS = {"impressions": "1200", "clicks": "40", "costMicros": "23400000", "conversions": 3.0}
_SEGMENTS = {"date": "2026-11-02", "device": "MOBILE", "adNetworkType": "SEARCH"}


def _add(
    request: TwinRequest, resource: str, given: dict[str, Any], temporary: dict[str, str]
) -> str | httpx.Response:
    """Keep what is created; the name of its resource, or a refusal."""
    wanted = _MISSING[resource](given)
    if wanted:
        words = "The required field was not present."
        return refused(400, "fieldError", "REQUIRED", words, at=wanted)
    every = request.state.get(resource, [])
    shared = resource == "campaign" or given.get("explicitlyShared", True)
    if shared and any(kept["name"] == given["name"] for kept in every):
        code = {"campaign": "DUPLICATE_CAMPAIGN_NAME"}.get(resource, "DUPLICATE_NAME")
        error = f"{_KINDS[resource]}Error"
        return refused(400, error, code, "The name is already in use.", at="name")
    if resource == "campaign":
        used = given["campaignBudget"]
        given = {**given, "campaignBudget": temporary.get(used, used)}
        budgets = {kept["resourceName"] for kept in request.state.get("campaign_budget", [])}
        if given["campaignBudget"] not in budgets:
            return _no_such({"resourceName": used})
    number = 20_000_000_000 + request.next_number()
    plural = "campaigns" if resource == "campaign" else "campaignBudgets"
    name = f"customers/{request.path['customer']}/{plural}/{number}"
    if given.get("resourceName"):
        temporary[given["resourceName"]] = name
    kept = {"status": "ENABLED", **given, "resourceName": name, "id": str(number)}
    request.remember(resource, kept)
    return name


def _no_budget(given: dict[str, Any]) -> str | None:
    amount = given.get("amountMicros") or given.get("totalAmountMicros")
    if not isinstance(amount, str):
        return "amount_micros"
    return None if given.get("name") or not given.get("explicitlyShared", True) else "name"


def _no_campaign(given: dict[str, Any]) -> str | None:
    wanted = ("name", "advertisingChannelType", "campaignBudget", "containsEuPoliticalAdvertising")
    missing = [name for name in wanted if not given.get(name)]
    if not missing and sum(name in given for name in _BIDDING) != 1:
        missing = ["campaign_bidding_strategy"]
    return next(iter(missing), None)


_MISSING = {"campaign_budget": _no_budget, "campaign": _no_campaign}


def _matching(request: TwinRequest, query: str, resource: str) -> list[Any]:
    """The records that a query asks for, newest first."""
    if resource == "customer":
        return [{"resourceName": f"customers/{CUSTOMER}", "id": CUSTOMER}]
    found = list(request.state.get(resource, []))
    name = re.search(rf"{resource}\.name = '((?:[^'\\]|\\.)*)'", query)
    if name:
        plain = re.sub(r"\\(.)", r"\1", name[1])
        found = [kept for kept in found if kept.get("name") == plain]
    ids = re.search(rf"{resource}\.id IN \(([\d, ]+)\)", query)
    if ids:
        wanted = ids[1].replace(" ", "").split(",")
        found = [kept for kept in found if kept["id"] in wanted]
    limit = re.search(r"(?i)\bLIMIT (\d+)", query)
    return found[: int(limit[1])] if limit else found


def _row(record: dict[str, Any], resource: str, fields: list[str]) -> dict[str, Json]:
    """A record as a row: of each part only the fields that were selected."""
    parts: dict[str, dict[str, Any]] = {
        _camel(resource): record,
        "customer": {"currencyCode": "EUR", "id": CUSTOMER},
        "metrics": _METRICS,
        "segments": _SEGMENTS,
    }
    row: dict[str, Any] = {_camel(resource): {"resourceName": record["resourceName"]}}
    for field in fields:
        part, _, name = _camel(field).partition(".")
        value = parts.get(part, {}).get(name)
        if value is not None:
            row.setdefault(part, {})[name] = value
    return row


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def _done(body: Json) -> httpx.Response:
    return httpx.Response(200, headers={"request-id": _REQUEST_ID}, json=body)


def _nothing() -> httpx.Response:
    return refused(400, "requestError", "OPERATION_REQUIRED", "An operation is required.")


def _no_such(update: dict[str, Any]) -> httpx.Response:
    words = f"Resource was not found: {update.get('resourceName')}."
    return refused(404, "mutateError", "RESOURCE_NOT_FOUND", words)
