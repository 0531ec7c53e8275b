"""Stripe's request bodies, nested as Stripe has them, made of the actions' inputs."""

from collections.abc import Collection
from typing import Any

from connectors.stripe.selling import (
    CancelSubscription,
    CreateCheckoutSession,
    CreatePaymentLink,
    CreateSubscription,
)
from hub.connector_kit.spec import ActionInput

_SWITCHES = ("automatic_tax", "phone_number_collection", "tax_id_collection")
_OURS = frozenset(
    {"shipping_countries", "trial_period_days", "trial_without_payment_method", *_SWITCHES}
)


def fields(given: ActionInput, without: Collection[str] = ()) -> dict[str, Any]:
    """The fields that Stripe names as we do."""
    dumped: dict[str, Any] = given.model_dump(exclude=set(without), exclude_none=True)
    return dumped


def checkout_session(given: CreateCheckoutSession) -> dict[str, Any]:
    """The body of POST /checkout/sessions."""
    body = fields(given, {*_OURS, "recover_abandoned", "consent_to_promotions"})
    body |= _selling(given)
    if given.recover_abandoned:
        body["after_expiration"] = {"recovery": {"enabled": True}}
    if given.consent_to_promotions:
        body["consent_collection"] = {"promotions": given.consent_to_promotions}
    return body


def payment_link(given: CreatePaymentLink) -> dict[str, Any]:
    """The body of POST /payment_links."""
    apart = {"redirect_url", "confirmation_message", "completed_sessions_limit"}
    body = fields(given, {*_OURS, *apart}) | _selling(given)
    if given.redirect_url:
        body["after_completion"] = {"type": "redirect", "redirect": {"url": given.redirect_url}}
    if given.confirmation_message:
        body["after_completion"] = {
            "type": "hosted_confirmation",
            "hosted_confirmation": {"custom_message": given.confirmation_message},
        }
    if given.completed_sessions_limit:
        limit = {"limit": given.completed_sessions_limit}
        body["restrictions"] = {"completed_sessions": limit}
    return body


def _selling(given: CreateCheckoutSession | CreatePaymentLink) -> dict[str, Any]:
    switches = {name: getattr(given, name) for name in _SWITCHES}
    body: dict[str, Any] = {
        name: {"enabled": on} for name, on in switches.items() if on is not None
    }
    if given.shipping_countries:
        body["shipping_address_collection"] = {"allowed_countries": given.shipping_countries}
    if given.trial_period_days:
        body["subscription_data"] = {
            "trial_period_days": given.trial_period_days,
            **_trial_settings(given.trial_without_payment_method),
        }
    return body


def _trial_settings(without_payment_method: str | None) -> dict[str, Any]:
    if without_payment_method is None:
        return {}
    ending = {"missing_payment_method": without_payment_method}
    return {"trial_settings": {"end_behavior": ending}}


def subscription(given: CreateSubscription) -> dict[str, Any]:
    """The body of POST /subscriptions. Discounts go in `discounts`; `coupon` is gone."""
    apart = {"automatic_tax", "save_default_payment_method", "trial_without_payment_method"}
    body = fields(given, apart) | _trial_settings(given.trial_without_payment_method)
    if given.automatic_tax is not None:
        body["automatic_tax"] = {"enabled": given.automatic_tax}
    if given.save_default_payment_method:
        kept = given.save_default_payment_method
        body["payment_settings"] = {"save_default_payment_method": kept}
    return body


def cancellation(given: CancelSubscription) -> dict[str, Any]:
    """The parameters of a cancellation, now or later."""
    body = fields(given, {"subscription", "at_period_end", "comment", "feedback"})
    details = {"comment": given.comment, "feedback": given.feedback}
    if any(details.values()):
        body["cancellation_details"] = details
    return body
