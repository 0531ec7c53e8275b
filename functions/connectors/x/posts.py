"""Publishing posts and threads, and finding those whose answer was lost.

X has no idempotency key: a post is sent once, and looked up in the timeline if its answer is lost.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from connectors.x.attachments import Attachments
from connectors.x.inputs import PostThread, PostTweet
from connectors.x.lookup import Sought, look
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, OutcomeKind, Reconciliation, in_progress, invalid
from hub.domain.x_text import MAX_WEIGHT, weighted_length

_PUBLISHED = "post.published"


@dataclass(frozen=True)
class Posts:
    """Posts of one user."""

    x: PlatformClient
    context: ClientContext

    def publish(self, given: PostTweet) -> Outcome:
        """POST /tweets, after the uploads of its media. A post without them is a single call."""
        media = self._media_of(given)
        left = self._too_long(given.text) or media.go_on()
        if left:
            return left
        body = _tweet(given, media.ids(0))
        if not given.media:
            return self._create(body)
        if _PUBLISHED not in self.context.journal and self.context.time_is_up:
            return in_progress("the media is uploaded, and the post is not published yet", 1)
        return self.context.journal.once(_PUBLISHED, partial(self._create, body))

    def publish_thread(self, given: PostThread) -> Outcome:
        """POST /tweets for each post. The same call made again goes on after the last one."""
        journal, media = self.context.journal, self._media_of_thread(given)
        left = self._post_too_long(given) or media.go_on()
        if left:
            return left
        ids: list[str] = []
        for place in range(len(given.tweets)):
            part, known = _part(place), len(ids)
            if part not in journal and self.context.time_is_up:
                return in_progress(f"{known} of {len(given.tweets)} posts are published", 1)
            body = _tweet_of_thread(given, place, media.ids(place), ids[-1] if ids else None)
            outcome = journal.once(part, partial(self._create, body))
            if not outcome.ok or "id" not in outcome.data:
                return outcome
            ids.append(outcome.data["id"])
        return Outcome(kind=OutcomeKind.OK, data=_thread(ids))

    def find(self, given: PostTweet, since: datetime) -> ReadBack:
        """Looks for the post in the user's own timeline, with the media that was uploaded for it.

        Without all of its media it was never sent.
        """
        media = self._media_of(given)
        if not media.ready:
            return ReadBack(Reconciliation.NOT_DONE)
        if _PUBLISHED in self.context.journal:
            return ReadBack(Reconciliation.DONE, self.context.journal.get(_PUBLISHED))
        return look(self.x, Sought(given.text, tuple(media.ids(0)), given.reply_to), since)

    def find_thread(self, given: PostThread, since: datetime) -> ReadBack:
        """Looks for the first post that is missing of a thread."""
        journal, media = self.context.journal, self._media_of_thread(given)
        if not media.ready:
            return ReadBack(Reconciliation.NOT_DONE)
        ids: list[str] = []
        for place, tweet in enumerate(given.tweets):
            if _part(place) in journal:
                ids.append(journal.get(_part(place))["id"])
                continue
            sought = Sought(tweet.text, tuple(media.ids(place)), ids[-1] if ids else None)
            seen = look(self.x, sought, since, frozenset(ids))
            if seen.verdict is not Reconciliation.DONE:
                return seen
            journal.put(_part(place), seen.data)
            ids.append(seen.data["id"])
            break
        complete = len(ids) == len(given.tweets)
        # The rest is published by executing the step again, which goes on from here.
        return (
            ReadBack(Reconciliation.DONE, _thread(ids))
            if complete
            else ReadBack(Reconciliation.NOT_DONE)
        )

    # ------------------------------------------------------------------ parts

    def _media_of(self, given: PostTweet) -> Attachments:
        return Attachments(self.x, self.context, "post", [given])

    def _media_of_thread(self, given: PostThread) -> Attachments:
        return Attachments(self.x, self.context, "thread", given.tweets)

    def _create(self, body: dict[str, Json]) -> Outcome:
        return self.x.call("POST", "/tweets", Effect.WRITE, read=_created, json=body)

    def _post_too_long(self, given: PostThread) -> Outcome | None:
        for place, tweet in enumerate(given.tweets, 1):
            refused = self._too_long(tweet.text, f"post {place} of the thread")
            if refused:
                return refused
        return None

    def _too_long(self, text: str, what: str = "the post") -> Outcome | None:
        if self.context.setting("longPosts").lower() == "true":
            return None
        weight = weighted_length(text)
        if weight <= MAX_WEIGHT:
            return None
        return invalid(
            "TEXT_TOO_LONG",
            f"{what} counts {weight} of {MAX_WEIGHT} (a link 23, an emoji 2): shorten it, publish "
            "a thread, or set longPosts on the connection if the account has long posts",
        )


def _part(place: int) -> str:
    return f"thread.{place}"


def _tweet(given: PostTweet, media_ids: list[str]) -> dict[str, Json]:
    media = {"media_ids": media_ids, "tagged_user_ids": given.tagged_user_ids}
    reply = {
        "in_reply_to_tweet_id": given.reply_to,
        "exclude_reply_user_ids": given.exclude_reply_user_ids,
    }
    return {
        # Always: X refuses a post without it, even one with media.
        "text": given.text,
        **({"media": _given(media)} if media_ids else {}),
        **({"reply": _given(reply)} if given.reply_to else {}),
        **({"poll": given.poll.model_dump()} if given.poll else {}),
        **_given(
            {
                "quote_tweet_id": given.quote_tweet_id,
                "reply_settings": given.reply_settings,
                "community_id": given.community_id,
                "made_with_ai": given.made_with_ai,
                "paid_partnership": given.paid_partnership,
            }
        ),
    }


def _tweet_of_thread(
    given: PostThread, place: int, media_ids: list[str], before: str | None
) -> dict[str, Json]:
    """Who may reply is settled by the first post of a thread; what is disclosed holds for all."""
    tweet = given.tweets[place]
    return _tweet(
        PostTweet(
            text=tweet.text,
            media_ids=tweet.media_ids,
            media=tweet.media,
            reply_to=before,
            reply_settings=None if before else given.reply_settings,
            made_with_ai=given.made_with_ai,
            paid_partnership=given.paid_partnership,
        ),
        media_ids,
    )


def _given(fields: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in fields.items() if value is not None}


def _created(body: Any) -> Json:
    return {"id": body["data"]["id"], "text": body["data"].get("text")}


def _thread(ids: list[str]) -> Json:
    return {"id": ids[0], "ids": ids}
