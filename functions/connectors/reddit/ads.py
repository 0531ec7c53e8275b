"""Bodies and answers of Reddit's Ads API v3.

Contract: Reddit's own OpenAPI document (https://ads-api.reddit.com/docs/v3), read 2026-11.
"""

from datetime import datetime
from typing import Any

from connectors.reddit.inputs import CreateCampaign, GetReport
from hub.connector_kit.connector import ReadBack
from hub.domain.model import Json
from hub.domain.outcome import Reconciliation

_MICROS = ("spend_cap", "goal_value", "bid_value")


def moment(at: datetime) -> str:
    """A moment as the API writes it: whole seconds, in UTC."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def campaign(given: CreateCampaign) -> dict[str, Any]:
    """The data of a new campaign. Inputs called …_micros are Reddit's fields without it."""
    fields = given.model_dump(mode="json", exclude_none=True, exclude={"ad_account_id"})
    for name in _MICROS:
        if f"{name}_micros" in fields:
            fields[name] = fields.pop(f"{name}_micros")
    for name in ("start_time", "end_time"):
        at = getattr(given, name)
        if at:
            fields[name] = moment(at)
    return fields


def report(given: GetReport) -> dict[str, Any]:
    """The data of a report."""
    special = {"ad_account_id", "limit", "cursor", "starts_at", "ends_at"}
    return {
        "starts_at": moment(given.starts_at),
        "ends_at": moment(given.ends_at),
        **given.model_dump(mode="json", exclude_none=True, exclude=special),
    }


def made_campaign(answer: Any) -> Json:
    """The result of `create_campaign`."""
    made = answer["data"]
    return {
        "campaignId": made["id"],
        "name": made.get("name"),
        "status": made.get("configured_status"),
    }


def campaigns(answer: Any) -> Json:
    """The result of `list_campaigns`."""
    return {
        "campaigns": [
            {
                "id": one["id"],
                "name": one.get("name"),
                "status": one.get("configured_status"),
                "effectiveStatus": one.get("effective_status"),
                "objective": one.get("objective"),
                "isCampaignBudgetOptimization": one.get("is_campaign_budget_optimization"),
                "goalType": one.get("goal_type"),
                "goalValueMicros": one.get("goal_value"),
                "spendCapMicros": one.get("spend_cap"),
                "createdAt": one.get("created_at"),
            }
            for one in answer["data"]
        ],
        "cursor": _next(answer),
    }


def rows(answer: Any) -> Json:
    """The result of `get_report`. Money is in micro-units, as Reddit has it."""
    return {
        "rows": answer["data"]["metrics"],
        "updatedAt": answer["data"].get("metrics_updated_at"),
        "cursor": _next(answer),
    }


def member(answer: Any) -> Json:
    """The result of `test_connection` over ads. A name needs the scope `identity`."""
    who = answer["data"]
    return {"name": who.get("reddit_username"), "id": who["id"], "api": "ads"}


def find(listed: Json, name: str, since: datetime) -> ReadBack:
    """A campaign of that name that was made since then, in a page of `list_campaigns`."""
    if not isinstance(listed, dict) or "campaigns" not in listed:
        return ReadBack(Reconciliation.UNKNOWN)
    # Reddit's times may have no fractions of a second.
    earliest = since.replace(microsecond=0)
    for one in listed["campaigns"]:
        if one["name"] != name:
            continue
        created = _time(one["createdAt"])
        if created is None:
            return ReadBack(Reconciliation.UNKNOWN)
        if created >= earliest:
            made = {"campaignId": one["id"], "name": name, "status": one["status"]}
            return ReadBack(Reconciliation.DONE, made)
    return ReadBack(Reconciliation.NOT_DONE)


def _next(answer: Any) -> str | None:
    return (answer.get("pagination") or {}).get("next_url") or None


def _time(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else None
