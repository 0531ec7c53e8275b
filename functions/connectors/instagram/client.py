"""Instagram's Graph API: publishing, direct messages, insights.

Contract: https://developers.facebook.com/docs/instagram-platform, v26.0, read 2026-11. Errors:
…/instagram-graph-api/reference/error-codes, of 2026-06-02: 4 with subcode 2207051 is a suspicion of
spam and no rate limit, 9 with 2207042 the daily quota; containers expire after 24 hours.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from connectors.instagram.publishing import Fields, Publisher
from connectors.instagram.spec import (
    FACEBOOK_LOGIN,
    HOSTS,
    INSTAGRAM_LOGIN,
    SPEC,
    GetInsights,
    ProductTag,
    PublishPost,
    PublishStory,
    RespondDm,
    Slide,
    UserTag,
)
from hub.connector_kit.client import ClientContext
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.media import Media
from hub.connector_kit.meta import meta_table, usage_wait
from hub.connector_kit.meta_client import GraphClient, made_since, same_text
from hub.connector_kit.outcomes import Answer, OutcomeTable, Row, Verdict, rows
from hub.connector_kit.spec import ActionInput, NoInput
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, Reconciliation, invalid

QUOTA_SECONDS = 3600
"""The wait when the day's posts are used up: the window moves along, and Meta tells no time."""

_MESSAGES = 20
"""Meta shows the details of no more than the 20 newest messages of a conversation."""

_QUOTA_CODE = 9


def _wait(answer: Answer, now: datetime) -> float | None:
    error = answer.body.get("error", {}) if isinstance(answer.body, dict) else {}
    used_up = error.get("code") == _QUOTA_CODE
    return QUOTA_SECONDS if used_up else usage_wait(answer, now)


def _table() -> OutcomeTable:
    own: tuple[Row, ...] = (
        *rows(Verdict.RATE_LIMITED, _QUOTA_CODE),
        # Meta could not get the media, or not yet: nothing was published, and it asks to try
        # again. 9007 is a container that is not ready, 24/2207008 one that it did not find yet.
        *rows(Verdict.TRANSIENT, "-2/2207003", "-1/2207032", "-1/2207053", "9004/2207052"),
        *rows(Verdict.TRANSIENT, "9007/2207027", "24/2207008"),
        *rows(Verdict.AMBIGUOUS, "-1"),
    )
    return replace(meta_table(*own), wait=_wait)


TABLE = _table()


class InstagramClient:
    """Calls Instagram for one connection. Settings: `igUserId`, `apiVersion`, `baseUrl`."""

    def __init__(self, context: ClientContext) -> None:
        self._context = context
        self._token = context.credentials["accessToken"]
        self._user = context.setting("igUserId")
        self._base = (context.setting("baseUrl") or SPEC.base_url).rstrip("/")
        host = self._base if self._base in HOSTS else SPEC.base_url
        self._graph = GraphClient(context, host, TABLE, self._token)

    def publish_post(self, given: PublishPost) -> Outcome:
        """Containers, the wait until they are FINISHED, then media_publish."""
        slides = [self._slide(slide) for slide in given.carousel or ()]
        return self._refusal() or self._publisher("post").publish(self._post(given), slides)

    def publish_story(self, given: PublishStory) -> Outcome:
        """As `publish_post`, with a container of media type STORIES."""
        fields = {
            "media_type": "STORIES",
            **self._source(given.image, given.video),
            "user_tags": _user_tags(given.user_tags),
        }
        return self._refusal() or self._publisher("story").publish(fields, [])

    def respond_dm(self, given: RespondDm) -> Outcome:
        """Messages edge of the account. Meta has no idempotency key: see `reconcile`."""
        fields: Fields = {
            "recipient": {"id": given.recipient_id},
            "message": {"text": given.text},
            "reply_to": {"mid": given.reply_to} if given.reply_to else None,
        }
        if given.human_agent:
            fields |= {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        return self._refusal() or self._graph.post(
            f"/{self._user}/messages", Effect.WRITE, fields, read=_sent
        )

    def get_insights(self, given: GetInsights) -> Outcome:
        """Insights edge of the account or of one of its media."""
        return self._refusal() or self._graph.get(
            f"/{given.media_id or self._user}/insights",
            read=_insights,
            metric=",".join(given.metrics),
            period=given.period,
            metric_type=given.metric_type,
            breakdown=",".join(given.breakdown) if given.breakdown else None,
            timeframe=given.timeframe,
            since=int(given.since.timestamp()) if given.since else None,
            until=int(given.until.timestamp()) if given.until else None,
        )

    def quota(self, _given: NoInput) -> Outcome:
        """The content_publishing_limit edge. Meta's pages differ on the figure; this is it."""
        return self._refusal() or self._graph.get(
            f"/{self._user}/content_publishing_limit", read=_quota, fields="config,quota_usage"
        )

    def test_connection(self, _given: NoInput) -> Outcome:
        """The account itself."""
        return self._refusal() or self._graph.get(
            f"/{self._user}", read=_account, fields="id,username,media_count"
        )

    def reconcile(self, action: str, given: ActionInput, since: datetime) -> ReadBack:
        """Asks the container whether it was published, the conversation whether it has the text.

        A container tells this for certain. Which media it became it does not tell: that is the one
        of the account with the same caption since then, if there is one such.
        """
        if self._refusal():
            return ReadBack(Reconciliation.UNKNOWN)
        match action, given:
            case "publish_post", PublishPost():
                fits = partial(_is_post, given)
                return self._publisher("post").look(since, "media", fits)
            case "publish_story", PublishStory():
                return self._publisher("story").look(since, "stories", lambda _story: True)
            case "respond_dm", RespondDm():
                return self._sent_message(given, since)
        return ReadBack(Reconciliation.UNKNOWN)

    # ------------------------------------------------------------------ parts

    def _refusal(self) -> Outcome | None:
        """What is wrong with the connection's settings, before anything is sent."""
        if self._base not in HOSTS:
            return invalid(
                "BASE_URL_NOT_ALLOWED", f"set the connection's baseUrl to {' or '.join(HOSTS)}"
            )
        if not self._user.isdigit():
            return invalid(
                "NO_IG_USER_ID", "set igUserId in the connection's settings: the account's number"
            )
        other = {FACEBOOK_LOGIN: "IG", INSTAGRAM_LOGIN: "EA"}[self._base]
        if self._token.startswith(other):
            return invalid(
                "TOKEN_OF_OTHER_LOGIN",
                f"{self._base} does not take this token, which comes from the other login; change "
                "baseUrl or connect again",
            )
        return None

    def _publisher(self, action: str) -> Publisher:
        return Publisher(self._context, self._graph, self._user, action)

    def _source(self, image: Media | None, video: Media | None) -> Fields:
        link = self._context.media.link
        return {
            "image_url": link(image) if image else None,
            "video_url": link(video) if video else None,
        }

    def _slide(self, slide: Slide) -> Fields:
        return {
            "is_carousel_item": True,
            "media_type": "VIDEO" if slide.video else None,
            **self._source(slide.image, slide.video),
            "alt_text": slide.alt_text,
            "user_tags": _user_tags(slide.user_tags),
            "product_tags": _product_tags(slide.product_tags),
        }

    def _post(self, given: PublishPost) -> Fields:
        media_type = "REELS" if given.reel else "CAROUSEL" if given.carousel else None
        return {
            "media_type": media_type,
            **self._source(given.image, given.reel),
            "caption": given.caption,
            "alt_text": given.alt_text,
            "collaborators": given.collaborators,
            "user_tags": _user_tags(given.user_tags),
            "product_tags": _product_tags(given.product_tags),
            "location_id": given.location_id,
            "share_to_feed": given.share_to_feed,
            "cover_url": self._context.media.link(given.cover) if given.cover else None,
            "thumb_offset": given.thumb_offset,
            "audio_name": given.audio_name,
            "trial_params": {"graduation_strategy": given.trial} if given.trial else None,
            "is_ai_generated": given.is_ai_generated,
            "is_paid_partnership": given.is_paid_partnership,
        }

    def _sent_message(self, given: RespondDm, since: datetime) -> ReadBack:
        found = self._graph.get(
            f"/{self._user}/conversations",
            read=lambda body: str(body["data"][0]["id"]),
            user_id=given.recipient_id,
            fields="id",
        )
        # Whoever is answered has written before: no conversation means that it is hidden from us.
        if not found.ok or not isinstance(found.data, str):
            return ReadBack(Reconciliation.UNKNOWN)
        fields = f"messages.limit({_MESSAGES}){{id,created_time,from,message}}"
        seen = self._graph.get(f"/{found.data}", fields=fields)
        if not seen.ok or not isinstance(seen.data.get("messages"), dict):
            return ReadBack(Reconciliation.UNKNOWN)
        return _find_message(seen.data["messages"].get("data", []), given, since)


def _find_message(messages: list[dict[str, Any]], given: RespondDm, since: datetime) -> ReadBack:
    recent = [message for message in messages if made_since(message, since)]
    for message in recent:
        ours = (message.get("from") or {}).get("id") != given.recipient_id
        if ours and same_text(message.get("message"), given.text):
            data = {"messageId": message["id"], "recipientId": given.recipient_id}
            return ReadBack(Reconciliation.DONE, data)
    # If all that Meta shows is newer than the call, the message may be among the rest.
    full = len(recent) >= _MESSAGES
    return ReadBack(Reconciliation.UNKNOWN if full else Reconciliation.NOT_DONE)


def _is_post(given: PublishPost, media: dict[str, Any]) -> bool:
    kind = media.get("media_product_type")
    right = kind is None or (kind == "REELS") == (given.reel is not None)
    return right and same_text(media.get("caption"), given.caption)


def _user_tags(tags: list[UserTag] | None) -> Json:
    return [tag.model_dump(exclude_none=True) for tag in tags] if tags else None


def _product_tags(tags: list[ProductTag] | None) -> Json:
    return [tag.model_dump(exclude_none=True) for tag in tags] if tags else None


def _sent(body: Any) -> Json:
    return {"messageId": body["message_id"], "recipientId": body["recipient_id"]}


def _insights(body: Any) -> Json:
    return {
        "metrics": [
            {
                "name": metric["name"],
                "title": metric.get("title"),
                "period": metric.get("period"),
                "values": [
                    {"value": point.get("value"), "endTime": point.get("end_time")}
                    for point in metric.get("values", [])
                ],
                "totalValue": metric.get("total_value"),
            }
            for metric in body["data"]
        ]
    }


def _quota(body: Any) -> Json:
    limit = body["data"][0]
    used, config = int(limit["quota_usage"]), limit["config"]
    total = int(config["quota_total"])
    return {
        "used": used,
        "total": total,
        "left": max(0, total - used),
        "windowSeconds": int(config["quota_duration"]),
    }


def _account(body: Any) -> Json:
    return {
        "id": body["id"],
        "username": body.get("username"),
        "mediaCount": body.get("media_count"),
    }
