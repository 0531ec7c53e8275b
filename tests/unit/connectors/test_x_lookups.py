"""Posts on X whose answer was lost are known by what they are."""

from typing import Any

import httpx
import pytest

from connectors.x.inputs import PostTweet
from hub.connector_kit.spec import NoInput
from tests.contract.oracles import x as oracle
from tests.support import START
from tests.unit.connectors.x_stub import ME, OLD, Platform, client, media, page, reply, shown


@pytest.mark.parametrize(
    ("given", "timeline", "verdict"),
    [
        ({"text": "Hi"}, page(), "not_done"),
        ({"text": "Hi"}, page(shown(1, "Other"), shown(2, "Hi")), "done"),
        ({"text": "Hi"}, page(shown(2, "Hi", created_at=OLD)), "not_done"),
        ({"text": "Hi"}, page(shown(1, "Other"), next_token="more"), "unknown"),
        ({"text": "Hi"}, page(shown(2, "Hi"), next_token="more"), "done"),
        ({"text": "A & B <3"}, page(shown(2, "A &amp; B &lt;3")), "done"),
        ({"text": "See https://example.com/a"}, page(shown(2, "See https://t.co/x")), "done"),
        ({"text": "See example.com"}, page(shown(2, "See https://t.co/x")), "done"),
        # Only a link: it cannot be told from another link.
        ({"text": "https://example.com/a"}, page(shown(2, "https://t.co/x")), "unknown"),
        ({"text": "https://example.com/a"}, page(shown(2, "Other")), "not_done"),
        (
            {"text": "Hi", "media_ids": ["5"]},
            page(shown(2, "Hi https://t.co/m", **media("5"))),
            "done",
        ),
        ({"media_ids": ["5"]}, page(shown(2, "https://t.co/m", **media("5"))), "done"),
        # The same words with other media, or not as the same reply: perhaps, perhaps not.
        ({"text": "Hi", "media_ids": ["5"]}, page(shown(2, "Hi https://t.co/m")), "unknown"),
        ({"text": "Hi"}, page(shown(2, "Hi", **media("6"))), "unknown"),
        ({"text": "Hi", "reply_to": "8"}, page(shown(2, "Hi", **reply(8))), "done"),
        ({"text": "Hi", "reply_to": "8"}, page(shown(2, "Hi")), "unknown"),
        ({"text": "Hi"}, page(shown(2, "Hi", **reply(8))), "unknown"),
        (
            {"text": "Hi", "reply_to": "8"},
            page(shown(2, "Hi", referenced_tweets=[{"type": "replied_to", "id": "8"}])),
            "done",
        ),
        (
            {"text": "long " * 100},
            page(shown(2, "long", note_post={"text": "long " * 100})),
            "done",
        ),
        (
            {"text": "long " * 100},
            page(shown(2, "long", note_tweet={"text": "long " * 100})),
            "done",
        ),
        ({"text": "Hi"}, httpx.Response(403, json={"title": "Forbidden"}), "unknown"),
        ({"text": "Hi"}, {"strange": True}, "unknown"),
    ],
)
def test_a_lost_post_is_known_by_what_it_is(
    given: dict[str, Any], timeline: Any, verdict: str
) -> None:
    platform = Platform(ME, timeline)
    since = START.replace(microsecond=400_000)
    seen = client(platform, settings={"longPosts": True}).reconcile(
        "post_tweet", PostTweet.model_validate(given), since
    )
    assert seen.verdict == verdict
    if verdict == "done":
        assert seen.data["id"] == "2"
    me, asked = platform.sent
    for request in platform.sent:
        oracle.check(request)
    assert (me.url.path, asked.url.path) == ("/2/users/me", "/2/users/42/tweets")
    assert asked.url.params["start_time"] == "2026-03-02T09:00:00Z"


@pytest.mark.parametrize("me", [httpx.Response(401), {"strange": True}])
def test_without_knowing_who_we_are_nothing_is_known(me: Any) -> None:
    given = PostTweet(text="Hi")
    assert client(Platform(me)).reconcile("post_tweet", given, START).verdict == "unknown"


def test_an_action_that_publishes_nothing_is_not_looked_up() -> None:
    assert client(Platform(ME)).reconcile("delete_tweet", NoInput(), START).verdict == "unknown"
