"""Reddit's Ads API v3 and its API of posts and comments, under one bearer token.

Contract of ads: https://ads-api.reddit.com/docs/v3 and the OpenAPI document linked there, read
2026-11. Bodies are wrapped in `data`, money is in micro-units, a wrong verb answers 404.
Contract of posts: https://www.reddit.com/dev/api, read 2026-11; failures come inside HTTP 200 as
`{"json": {"errors": [[CODE, message, field]]}}`.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from connectors.reddit import ads, organic
from connectors.reddit.inputs import (
    AdjustBudget,
    AdsInput,
    CheckConnection,
    CreateCampaign,
    GetReport,
    ListCampaigns,
    SubmitComment,
    SubmitPost,
)
from connectors.reddit.spec import ADS_URL, HOSTS, ORGANIC_URL
from connectors.reddit.waits import errors_of, reddit_wait
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.outcomes import Answer, OutcomeTable, Reason, Row, Verdict, rows
from hub.connector_kit.spec import ActionInput
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, Reconciliation, invalid

_READ_BACK_PAGES = 3
_READ_BACK_ADS = 1000
_USER_AGENT = re.compile(r"^[\x20-\x7e]{7,250}$")
_UNKNOWN = ReadBack(Reconciliation.UNKNOWN)


def _reason(answer: Answer) -> Reason:
    """The code and words of any of Reddit's three ways to say no."""
    errors = errors_of(answer.body)
    if errors:
        return Reason(errors[0][0], "; ".join(": ".join(error) for error in errors))
    if answer.status < 300 or not isinstance(answer.body, dict):
        return Reason()
    error = answer.body.get("error")
    if isinstance(error, dict):
        return Reason(None, _with_fields(error))
    if "insufficient_scope" in answer.headers.get("www-authenticate", ""):
        return Reason("INSUFFICIENT_SCOPE", "the token lacks a scope; connect again with it")
    words = answer.body.get("explanation") or answer.body.get("message")
    reason = answer.body.get("reason")
    return Reason(str(reason) if reason else None, str(words) if words else None)


def _with_fields(error: dict[str, Any]) -> str | None:
    """The words of an error of ads, with each field that is wrong; the enums in it cut short."""
    fields = error.get("fields")
    named = [
        f"{one.get('field')}: {str(one.get('message'))[:200]}"
        for one in (fields if isinstance(fields, list) else ())
        if isinstance(one, dict)
    ]
    return "; ".join([str(error.get("message") or "Reddit refused the request"), *named])


TABLE = OutcomeTable(
    rows=(
        *rows(Verdict.RATE_LIMITED, "RATELIMIT"),
        *rows(Verdict.NEEDS_REAUTH, "USER_REQUIRED"),
        # Any other error inside HTTP 200 is a refusal, whatever its code.
        Row(Verdict.INVALID, status=(200, 299), code="*"),
    ),
    reason=_reason,
    wait=reddit_wait,
)


class RedditClient:
    """Calls Reddit for one connection. Credentials: `accessToken`.

    Settings: `adAccountId`, `userAgent`, `adsBaseUrl`, `organicBaseUrl`.
    """

    def __init__(self, context: ClientContext) -> None:
        self._context = context
        self._ads_url = context.setting("adsBaseUrl") or ADS_URL
        self._organic_url = context.setting("organicBaseUrl") or ORGANIC_URL
        headers = {"Authorization": f"Bearer {context.credentials['accessToken']}"}
        if context.setting("userAgent"):
            headers["User-Agent"] = context.setting("userAgent")
        self._ads = PlatformClient(context, self._ads_url, TABLE, headers)
        self._organic = PlatformClient(context, self._organic_url, TABLE, headers)

    # ------------------------------------------------------------------ ads

    def create_campaign(self, given: CreateCampaign) -> Outcome:
        """POST /ad_accounts/{id}/campaigns; answers 201."""
        path = f"/ad_accounts/{self._account(given)}/campaigns"
        body = {"data": ads.campaign(given)}
        return self._call_ads(given, "POST", path, Effect.WRITE, ads.made_campaign, json=body)

    def adjust_budget(self, given: AdjustBudget) -> Outcome:
        """PATCH /ad_groups/{id} or /campaigns/{id}: PUT would answer 404.

        Only `goal_value` is sent: the contract of the PATCH has no `goal_type`.
        """
        body = {"data": {"goal_value": given.goal_value_micros}}
        done = {"level": given.level, "id": given.id, "goalValueMicros": given.goal_value_micros}
        return self._checked() or self._ads.call(
            "PATCH",
            f"/{given.level}s/{given.id}",
            Effect.IDEMPOTENT_WRITE,
            read=lambda answer: {**done, "name": answer["data"].get("name")},
            json=body,
        )

    def list_campaigns(self, given: ListCampaigns) -> Outcome:
        """GET /ad_accounts/{id}/campaigns, one page."""
        ids = {"id": ",".join(given.ids)} if given.ids else {}
        return self._page(given, "GET", "campaigns", ads.campaigns, ids)

    def get_report(self, given: GetReport) -> Outcome:
        """POST /ad_accounts/{id}/reports, one page; it only reads.

        Reddit's `next_url` is posted to with the same body: the path has no GET.
        """
        body = {"data": ads.report(given)}
        return self._page(given, "POST", "reports", ads.rows, {}, json=body)

    def test_connection(self, given: CheckConnection) -> Outcome:
        """GET /me of ads, or /api/v1/me, whose scope is `identity`."""
        if given.api == "ads" or (given.api is None and self._account(given)):
            return self._checked() or self._ads.call("GET", "/me", Effect.READ, read=ads.member)
        return self._checked() or self._me()

    # ------------------------------------------------------------------ posts and comments

    def submit_post(self, given: SubmitPost) -> Outcome:
        """POST /api/submit, a form."""
        return self._checked() or self._organic.call(
            "POST", "/api/submit", Effect.WRITE, read=organic.submitted, data=organic.post(given)
        )

    def submit_comment(self, given: SubmitComment) -> Outcome:
        """POST /api/comment, a form."""
        return self._checked() or self._organic.call(
            "POST", "/api/comment", Effect.WRITE, read=organic.commented, data=organic.reply(given)
        )

    # ------------------------------------------------------------------ read back

    def reconcile(self, action: str, given: ActionInput, since: datetime) -> ReadBack:
        """Looks among the account's campaigns, or the user's newest posts and comments.

        Reddit has no idempotency keys, so name or title and text tell, with the time.
        """
        match given:
            case CreateCampaign():
                return self._find_campaign(given, since)
            case SubmitPost():
                return self._find_own("submitted", organic.same_post(given), since)
            case SubmitComment():
                return self._find_own("comments", organic.same_comment(given), since)
            case _:
                del action
                return _UNKNOWN

    def _find_campaign(self, given: CreateCampaign, since: datetime) -> ReadBack:
        asked = ListCampaigns(ad_account_id=given.ad_account_id, limit=_READ_BACK_ADS)
        for _ in range(_READ_BACK_PAGES):
            outcome = self.list_campaigns(asked)
            found = ads.find(outcome.data, given.name, since) if outcome.ok else _UNKNOWN
            if found.verdict is not Reconciliation.NOT_DONE or not outcome.data["cursor"]:
                return found
            asked = asked.model_copy(update={"cursor": outcome.data["cursor"]})
        return _UNKNOWN

    def _find_own(self, what: str, same: organic.Same, since: datetime) -> ReadBack:
        me = self._checked() or self._me()
        name = me.data.get("name") if me.ok and isinstance(me.data, dict) else None
        if not isinstance(name, str) or not organic.is_name(name):
            return _UNKNOWN
        params = {"sort": "new", "limit": organic.READ_BACK, "raw_json": 1}
        outcome = self._organic.call("GET", f"/user/{name}/{what}", Effect.READ, params=params)
        return organic.find(outcome.data, same, since) if outcome.ok else _UNKNOWN

    # ------------------------------------------------------------------ calls

    def _me(self) -> Outcome:
        return self._organic.call(
            "GET", "/api/v1/me", Effect.READ, read=organic.user, params={"raw_json": 1}
        )

    def _call_ads(
        self,
        given: AdsInput,
        method: str,
        path: str,
        effect: Effect,
        read: Callable[[Any], Json],
        **request: Any,
    ) -> Outcome:
        return self._checked(given) or self._ads.call(method, path, effect, read, **request)

    def _page(
        self,
        given: ListCampaigns | GetReport,
        method: str,
        what: str,
        read: Callable[[Any], Json],
        params: dict[str, str],
        **request: Any,
    ) -> Outcome:
        """The first page, or the one at Reddit's own URL, as long as that is where pages are."""
        path = f"/ad_accounts/{self._account(given)}/{what}"
        if given.cursor is None:
            request["params"] = {"page.size": given.limit, **params}
            return self._call_ads(given, method, path, Effect.READ, read, **request)
        there, here = urlsplit(given.cursor), urlsplit(self._ads_url)
        same_host = (there.scheme, there.netloc) == (here.scheme, here.netloc)
        if not same_host or not there.path.endswith(f"/{what}"):
            return invalid(
                "FOREIGN_CURSOR", f"the cursor is not one of {what}; begin without a cursor"
            )
        return self._call_ads(given, method, given.cursor, Effect.READ, read, **request)

    def _checked(self, given: AdsInput | None = None) -> Outcome | None:
        """What is wrong with the connection's settings, before Reddit is asked."""
        for url in (self._ads_url, self._organic_url):
            parts = urlsplit(url)
            if parts.scheme != "https" or parts.netloc not in HOSTS:
                return invalid("BAD_BASE_URL", f"base URLs must be https:// at {', '.join(HOSTS)}")
        agent = self._context.setting("userAgent")
        if agent and not _USER_AGENT.match(agent):
            return invalid("BAD_USER_AGENT", "userAgent must be 7 to 250 plain characters")
        if given is not None and not self._account(given):
            return invalid(
                "NO_AD_ACCOUNT",
                "name an ad account: adAccountId in the input or in the connection's settings",
            )
        return None

    def _account(self, given: AdsInput) -> str:
        return given.ad_account_id or self._context.setting("adAccountId")
