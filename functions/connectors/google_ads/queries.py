"""Queries in the Google Ads Query Language, and how their rows are read.

Grammar: https://developers.google.com/google-ads/api/docs/query/grammar, read 2026-11.
"""

from typing import Any

from connectors.google_ads.inputs import GetCampaignMetrics
from hub.domain.model import Json

_SELECTED = {
    "campaign": ("campaign.id", "campaign.campaign_budget"),
    "campaign_budget": ("campaign_budget.id",),
}
_ROW = ("campaign.id", "campaign.name", "campaign.status", "customer.currency_code")


def text(value: str) -> str:
    """A string literal: quotes and backslashes escaped, so that a value stays a value."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + "".join(_CONTROLS.get(letter, letter) for letter in escaped) + "'"


_CONTROLS = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def name_query(resource: str, name: str) -> str:
    """What there is of a name, but what was removed."""
    fields = ", ".join((f"{resource}.resource_name", *_SELECTED[resource]))
    where = f"{resource}.name = {text(name)} AND {resource}.status != 'REMOVED'"
    return f"SELECT {fields} FROM {resource} WHERE {where}"  # noqa: S608 -- the name is escaped


def name_result(resource: str, row: Any) -> dict[str, Json]:
    """A row of `name_query` as the result of the create that made it."""
    if resource == "campaign_budget":
        return made(campaignBudget=row["campaignBudget"]["resourceName"])
    found = row["campaign"]
    return made(campaign=found["resourceName"], campaignBudget=found.get("campaignBudget"))


def made(campaign: str | None = None, campaignBudget: str | None = None) -> dict[str, Json]:  # noqa: N803 -- as Google calls it
    """The result of a create."""
    result: dict[str, Json] = {"resourceName": campaign or campaignBudget}
    if campaign:
        result["campaignId"] = id_of(campaign)
    if campaignBudget:
        result["budgetId"] = id_of(campaignBudget)
    return result


def id_of(resource_name: str) -> str:
    """The id at the end of a resource's name."""
    return resource_name.rpartition("/")[2]


def metrics_query(given: GetCampaignMetrics) -> str:
    """The query for campaigns' metrics, of dates, ids and names known to us only."""
    segments = [f"segments.{_snake(segment)}" for segment in given.segments]
    metrics = [f"metrics.{_snake(metric)}" for metric in given.metrics]
    where = f"segments.date BETWEEN '{given.start_date}' AND '{given.end_date}'"
    if given.campaign_ids:
        where += f" AND campaign.id IN ({', '.join(given.campaign_ids)})"
    clauses = [
        f"SELECT {', '.join([*_ROW, *segments, *metrics])}",
        "FROM campaign",
        f"WHERE {where}",
        f"ORDER BY {', '.join(['campaign.id', *segments])}",
    ]
    return " ".join([*clauses, f"LIMIT {given.limit}"] if given.limit else clauses)


def metrics_row(row: Any, given: GetCampaignMetrics) -> dict[str, Json]:
    """A row, flat. A metric that Google leaves away is one with nothing to tell."""
    campaign, segments, metrics = row["campaign"], row.get("segments", {}), row.get("metrics", {})
    return {
        "campaignId": campaign["id"],
        "name": campaign.get("name"),
        "status": campaign.get("status"),
        "currency": row.get("customer", {}).get("currencyCode"),
        **{segment.value: segments.get(segment.value) for segment in given.segments},
        **{metric.value: _number(metrics.get(metric.value)) for metric in given.metrics},
    }


def _number(value: Any) -> Json:
    """64-bit numbers come as text."""
    return int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else value


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
