"""Google Ads over REST. Bodies are its messages in JSON: lowerCamelCase, 64-bit numbers as text.

Contract: https://developers.google.com/google-ads/api/rest/overview, read 2026-11, and the messages
of google-ads 34. Since 2026-09 no developer token is wanted. A new campaign without
containsEuPoliticalAdvertising is refused (FieldError.REQUIRED), and since 2026-04 an account with
an undeclared campaign refuses every change:
https://developers.google.com/google-ads/api/docs/api-policy/eu-par.
"""

from datetime import datetime
from typing import Any

from connectors.google_ads.bodies import budget, campaign, campaign_update, portfolio_update
from connectors.google_ads.inputs import (
    CreateBudget,
    CreateCampaign,
    GetCampaignMetrics,
    Search,
    UpdateBidStrategy,
)
from connectors.google_ads.queries import (
    id_of,
    made,
    metrics_query,
    metrics_row,
    name_query,
    name_result,
)
from connectors.google_ads.spec import SPEC
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.google import GOOGLE_ROWS, error_of, google_reason, retry_delay
from hub.connector_kit.outcomes import Answer, OutcomeTable, Reason, Row, Verdict, rows
from hub.connector_kit.spec import ActionInput, NoInput
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, OutcomeKind, Reconciliation, invalid

_DUPLICATES = ("DUPLICATE_CAMPAIGN_NAME", "DUPLICATE_NAME")


def _reason(answer: Answer) -> Reason:
    """The first error of a GoogleAdsFailure: its code's value, its words and where it is."""
    failures = [detail for detail in _details(answer) if isinstance(detail.get("errors"), list)]
    request_id = next(
        (str(told) for detail in _details(answer) if (told := detail.get("requestId"))),
        answer.headers.get("request-id"),
    )
    first = next((error for failure in failures for error in failure["errors"]), None)
    if not isinstance(first, dict):
        told = google_reason(answer) if answer.status >= 400 else _partial(answer)
        return Reason(told.code, told.message, request_id)
    codes = list((first.get("errorCode") or {}).values())
    path = ".".join(
        str(element.get("fieldName"))
        for element in (first.get("location") or {}).get("fieldPathElements") or []
    )
    words = f"{first.get('message', 'refused')}" + (f" (at {path})" if path else "")
    return Reason(str(codes[0]) if codes else "UNKNOWN", words, request_id)


def _details(answer: Answer) -> list[dict[str, Any]]:
    """The details of an error, or of the failures of parts inside HTTP 200."""
    failed = error_of(answer) or _partial_error(answer)
    return [detail for detail in failed.get("details") or [] if isinstance(detail, dict)]


def _partial(answer: Answer) -> Reason:
    failed = _partial_error(answer)
    return Reason("PARTIAL_FAILURE", failed.get("message")) if failed else Reason()


def _partial_error(answer: Answer) -> dict[str, Any]:
    body = answer.body if isinstance(answer.body, dict) else {}
    failed = body.get("partialFailureError")
    return failed if isinstance(failed, dict) else {}


def _wait(answer: Answer, now: datetime) -> float | None:
    """Seconds of quotaErrorDetails.retryDelay, inside HTTP 200 too."""
    failed = error_of(answer) or _partial_error(answer)
    return retry_delay(Answer(answer.status, answer.headers, {"error": failed}), now)


TABLE = OutcomeTable(
    rows=(
        *rows(
            Verdict.RATE_LIMITED,
            "RESOURCE_EXHAUSTED",
            "RESOURCE_TEMPORARILY_EXHAUSTED",
            "EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION",
            "EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION",
            "PAYMENTS_PROFILE_ACTIVATION_RATE_LIMIT_EXCEEDED",
        ),
        *rows(
            Verdict.NEEDS_REAUTH,
            "AUTHENTICATION_ERROR",
            "OAUTH_TOKEN_INVALID",
            "OAUTH_TOKEN_EXPIRED",
            "OAUTH_TOKEN_DISABLED",
            "OAUTH_TOKEN_REVOKED",
            "OAUTH_TOKEN_HEADER_INVALID",
            "GOOGLE_ACCOUNT_DELETED",
            "GOOGLE_ACCOUNT_AUTHENTICATION_FAILED",
            "NOT_ADS_USER",
        ),
        # HTTP 401 too, but no new token changes these.
        *rows(
            Verdict.INVALID,
            "CUSTOMER_NOT_FOUND",
            "CLIENT_CUSTOMER_ID_INVALID",
            "TWO_STEP_VERIFICATION_NOT_ENROLLED",
            "ADVANCED_PROTECTION_NOT_ENROLLED",
            "ORGANIZATION_NOT_RECOGNIZED",
            "ORGANIZATION_NOT_APPROVED",
            "DEVELOPER_TOKEN_INVALID",
        ),
        # Somebody else changed the same thing at once: nothing was done.
        *rows(Verdict.TRANSIENT, "CONCURRENT_MODIFICATION"),
        *rows(Verdict.AMBIGUOUS, "TRANSIENT_ERROR", "INTERNAL_ERROR", "DEADLINE_EXCEEDED"),
        *rows(Verdict.AMBIGUOUS, "UNAVAILABLE"),
        *GOOGLE_ROWS,
        # A failure of a part comes inside HTTP 200, whatever its name.
        Row(Verdict.INVALID, status=(200, 299), code="*"),
    ),
    reason=_reason,
    wait=_wait,
)


class GoogleAdsClient:
    """Calls Google Ads for one connection. Credentials: `accessToken`. Settings: `customerId`,
    `loginCustomerId`, `apiVersion`.
    """

    def __init__(self, context: ClientContext) -> None:
        self._context = context
        self._journal = context.journal
        headers = {"Authorization": f"Bearer {context.credentials['accessToken']}"}
        manager = _digits(context.setting("loginCustomerId"))
        if manager:
            headers["login-customer-id"] = manager
        self._ads = PlatformClient(context, SPEC.base_url, TABLE, headers=headers)
        self._version = context.setting("apiVersion") or str(SPEC.default_settings()["apiVersion"])

    def create_budget(self, given: CreateBudget) -> Outcome:
        """campaignBudgets:mutate with one create."""
        return self._create(
            "campaign_budget", given, "campaignBudgets:mutate", {"operations": [budget(given)]}
        )

    def create_campaign(self, given: CreateCampaign) -> Outcome:
        """googleAds:mutate: the budget under a temporary id and the campaign that uses it."""
        customer = self._customer(given.customer_id)
        operations = campaign(given, customer, self._context.token(8))
        return self._create("campaign", given, "googleAds:mutate", {"mutateOperations": operations})

    def update_bid_strategy(self, given: UpdateBidStrategy) -> Outcome:
        """campaigns:mutate, or biddingStrategies:mutate for the targets of a portfolio."""
        customer = self._customer(given.customer_id)
        if not customer:
            return _NO_CUSTOMER
        if given.campaign_id:
            method, operation = "campaigns:mutate", campaign_update(given, customer)
        else:
            method, operation = "biddingStrategies:mutate", portfolio_update(given, customer)
        return self._ads.call(
            "POST",
            self._path(customer, method),
            Effect.IDEMPOTENT_WRITE,
            read=lambda body: {"resourceName": body["results"][0]["resourceName"]},
            json={"operations": [operation]},
        )

    def search(self, given: Search) -> Outcome:
        """googleAds:search, one page. It must never be told a pageSize."""
        customer = self._customer(given.customer_id)
        settings = {"returnTotalResultsCount": given.total, "returnSummaryRow": given.summary}
        wanted = {name: True for name, on in settings.items() if on}
        return self._search(customer, given.query, given.cursor, _found, wanted)

    def get_campaign_metrics(self, given: GetCampaignMetrics) -> Outcome:
        """googleAds:search with a query made of the input: nothing of it is text of a caller."""
        return self._search(
            self._customer(given.customer_id),
            metrics_query(given),
            given.cursor,
            lambda body: {
                "rows": [metrics_row(row, given) for row in body.get("results", [])],
                "cursor": body.get("nextPageToken") or None,
            },
        )

    def test_connection(self, _given: NoInput) -> Outcome:
        """customers:listAccessibleCustomers."""
        return self._ads.call(
            "GET",
            f"/{self._version}/customers:listAccessibleCustomers",
            Effect.READ,
            read=lambda body: {"customerIds": [id_of(n) for n in body.get("resourceNames", [])]},
        )

    def reconcile(self, action: str, given: ActionInput, since: datetime) -> ReadBack:
        """Looks for one of that name which was not there before the call.

        Google keeps no time of creation, so the names that there were are read before the create
        is sent, and kept.
        """
        del since
        resource = {"create_budget": "campaign_budget", "create_campaign": "campaign"}.get(action)
        if resource is None or not isinstance(given, CreateBudget | CreateCampaign):
            return ReadBack(Reconciliation.UNKNOWN)
        if "before" not in self._journal:
            return ReadBack(Reconciliation.NOT_DONE)
        new = self._new(resource, given)
        if new is None:
            return ReadBack(Reconciliation.UNKNOWN)
        return ReadBack(Reconciliation.DONE, new) if new else ReadBack(Reconciliation.NOT_DONE)

    # ------------------------------------------------------------------ parts

    def _create(
        self, resource: str, given: CreateBudget | CreateCampaign, method: str, body: Json
    ) -> Outcome:
        customer = self._customer(given.customer_id)
        if not customer:
            return _NO_CUSTOMER
        again = "before" in self._journal
        if not self._context.dry_run:
            before = self._journal.once("before", lambda: self._named(customer, resource, given))
            if not before.ok:
                return before
        path = self._path(customer, method)
        outcome = self._ads.call("POST", path, Effect.WRITE, read=_created, json=body)
        if again and outcome.code in _DUPLICATES:
            # Sent before, and its answer lost: the one with that name is ours, if it is new.
            new = self._new(resource, given)
            return Outcome(kind=OutcomeKind.OK, data=new) if new else outcome
        return outcome

    def _new(self, resource: str, given: CreateBudget | CreateCampaign) -> Json:
        """The one of that name that was not there before: empty if there is none, None if it
        cannot be told.
        """
        found = self._named(self._customer(given.customer_id), resource, given)
        if not found.ok or not isinstance(found.data, list):
            return None
        before = self._journal.get("before")
        if not isinstance(before, list):
            return None
        known = {each["resourceName"] for each in before}
        fresh = [each for each in found.data if each["resourceName"] not in known]
        if len(fresh) > 1:
            return None
        return fresh[0] if fresh else {}

    def _named(self, customer: str, resource: str, given: CreateBudget | CreateCampaign) -> Outcome:
        """What there is of that name, as a create answers it; None if it is more than a page."""

        def read(body: Any) -> Json:
            if body.get("nextPageToken"):
                return None
            return [name_result(resource, row) for row in body.get("results", [])]

        return self._search(customer, name_query(resource, given.name), None, read)

    def _search(
        self,
        customer: str,
        query: str,
        cursor: str | None,
        read: Any,
        settings: dict[str, bool] | None = None,
    ) -> Outcome:
        if not customer:
            return _NO_CUSTOMER
        body: dict[str, Json] = {"query": query}
        if cursor:
            body["pageToken"] = cursor
        if settings:
            body["searchSettings"] = settings
        path = self._path(customer, "googleAds:search")
        return self._ads.call("POST", path, Effect.READ, read=read, json=body)

    def _path(self, customer: str, method: str) -> str:
        return f"/{self._version}/customers/{customer}/{method}"

    def _customer(self, given: str | None) -> str:
        return _digits(given or self._context.setting("customerId"))


_NO_CUSTOMER = invalid(
    "NO_CUSTOMER",
    "name an account: customerId in the input, or in the connection's settings",
)


def _digits(text: str) -> str:
    return text.replace("-", "").strip()


def _created(body: Any) -> Json:
    """The result of a create: of one kind, or of the atomic mutate of several."""
    if "results" in body:
        return made(campaignBudget=body["results"][0]["resourceName"])
    parts = {
        kind.removesuffix("Result"): result["resourceName"]
        for response in body["mutateOperationResponses"]
        for kind, result in response.items()
    }
    return made(**parts)


def _found(body: Any) -> Json:
    answer: dict[str, Json] = {
        "rows": body.get("results", []),
        "cursor": body.get("nextPageToken") or None,
    }
    if "totalResultsCount" in body:
        answer["total"] = int(body["totalResultsCount"])
    if "summaryRow" in body:
        answer["summary"] = body["summaryRow"]
    return answer
