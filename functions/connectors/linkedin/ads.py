"""Ad campaigns.

After https://learn.microsoft.com/en-us/linkedin/marketing/integrations/ads/account-structure/
create-and-manage-campaigns (version 202602 and later), read 2026-11: `politicalIntent` and
`offsiteDeliveryEnabled` are required there and have no default.
"""

from datetime import datetime
from typing import Any

from connectors.linkedin.inputs import CreateAdCampaign, Money
from connectors.linkedin.platform import encoded, listed, milliseconds, restli_id
from hub.connector_kit.client import PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.waits import number
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, Reconciliation

_PAGE = 100


def create(linkedin: PlatformClient, account: str, given: CreateAdCampaign) -> Outcome:
    """POST /rest/adAccounts/{id}/adCampaigns. LinkedIn has no idempotency key for it."""
    return linkedin.call(
        "POST",
        f"/rest/adAccounts/{account}/adCampaigns",
        Effect.WRITE,
        read=lambda answer: _campaign(restli_id(answer)),
        whole=True,
        json=_body(account, given),
    )


def look(
    linkedin: PlatformClient, account: str, given: CreateAdCampaign, since: datetime
) -> ReadBack:
    """Whether a campaign of this name was created in its group since then."""
    search = (
        f"(name:(values:{listed([given.name])}),campaignGroup:(values:{listed([_group(given)])}))"
    )
    outcome = linkedin.call(
        "GET",
        f"/rest/adAccounts/{encoded(account)}/adCampaigns"
        f"?q=search&search={search}&pageSize={_PAGE}",
        Effect.READ,
    )
    if not outcome.ok or not isinstance(outcome.data, dict) or "elements" not in outcome.data:
        return ReadBack(Reconciliation.UNKNOWN)
    for campaign in outcome.data["elements"]:
        if campaign.get("name") == given.name and _created(campaign) >= milliseconds(since):
            return ReadBack(Reconciliation.DONE, _campaign(str(campaign["id"])))
    more = (outcome.data.get("metadata") or {}).get("nextPageToken")
    return ReadBack(Reconciliation.UNKNOWN if more else Reconciliation.NOT_DONE)


def _created(campaign: dict[str, Any]) -> float:
    stamps = campaign.get("changeAuditStamps") or {}
    return number((stamps.get("created") or {}).get("time")) or 0.0


def _campaign(found: str) -> Json:
    number = found.rpartition(":")[2]
    return {"id": number, "urn": f"urn:li:sponsoredCampaign:{number}"}


def _group(given: CreateAdCampaign) -> str:
    return f"urn:li:sponsoredCampaignGroup:{given.campaign_group_id}"


def _body(account: str, given: CreateAdCampaign) -> dict[str, Json]:
    schedule = {
        "start": given.start_at and milliseconds(given.start_at),
        "end": given.end_at and milliseconds(given.end_at),
    }
    fields: dict[str, Json] = {
        "account": f"urn:li:sponsoredAccount:{account}",
        "campaignGroup": _group(given),
        "name": given.name,
        "type": given.type,
        "status": given.status,
        "costType": given.cost_type,
        "unitCost": _money(given.unit_cost),
        "dailyBudget": _money(given.daily_budget),
        "totalBudget": _money(given.total_budget),
        "locale": given.locale.model_dump(),
        "targetingCriteria": given.targeting_criteria,
        "politicalIntent": given.political_intent,
        "offsiteDeliveryEnabled": given.offsite_delivery_enabled,
        "audienceExpansionEnabled": given.audience_expansion_enabled,
        "runSchedule": {k: v for k, v in schedule.items() if v is not None} or None,
        "objectiveType": given.objective_type,
        "format": given.format,
        "associatedEntity": given.associated_entity,
        "creativeSelection": given.creative_selection,
        "optimizationTargetType": given.optimization_target_type,
        "pacingStrategy": given.pacing_strategy,
        "connectedTelevisionOnly": given.connected_television_only,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _money(money: Money | None) -> Json:
    return money and {"amount": money.amount, "currencyCode": money.currency_code}
