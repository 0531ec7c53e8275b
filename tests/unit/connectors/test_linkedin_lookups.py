"""Lost posts of LinkedIn, known by what they are."""

from typing import Any

import httpx
import pytest

from hub.connector_kit.spec import NoInput
from tests.support import START
from tests.unit.connectors.linkedin_stub import (
    MEMBER,
    NOW,
    PERSON,
    Platform,
    client,
    found,
    post,
    shown,
)

IMAGE = {"content": {"media": {"id": "urn:li:image:a"}}}


@pytest.mark.parametrize(
    ("given", "posts", "verdict"),
    [
        ({}, found(), "not_done"),
        ({}, found(shown(1, "Other"), shown(2, "Hello")), "done"),
        ({}, found(shown(2, "Hello", createdAt=NOW - 1)), "not_done"),
        ({"text": "Hi (you) #all"}, found(shown(2, r"Hi \(you\) {hashtag|\#|all}")), "done"),
        ({"text": "Hi (you) #all"}, found(shown(2, r"Hi \(you\) {hashtag|#|all}")), "done"),
        ({"text": "Two\n\nlines "}, found(shown(2, "Two\nlines")), "done"),
        ({"images": [{"id": "urn:li:image:a"}]}, found(shown(2, "Hello", **IMAGE)), "done"),
        (
            {"text": "", "images": [{"id": "urn:li:image:a"}]},
            found(shown(2, "", **IMAGE)),
            "done",
        ),
        (
            {"images": [{"id": "urn:li:image:a"}, {"id": "urn:li:image:b"}]},
            found(
                shown(
                    2,
                    "Hello",
                    content={
                        "multiImage": {
                            "images": [{"id": "urn:li:image:b"}, {"id": "urn:li:image:a"}]
                        }
                    },
                )
            ),
            "done",
        ),
        (
            {"article": {"source": "https://example.com/a", "title": "T"}},
            found(shown(2, "Hello", content={"article": {"source": "https://example.com/a"}})),
            "done",
        ),
        # The same words with something else beside them: perhaps, perhaps not.
        ({}, found(shown(2, "Hello", **IMAGE)), "unknown"),
        ({"images": [{"id": "urn:li:image:a"}]}, found(shown(2, "Hello")), "unknown"),
        # More may have been published since than one page shows.
        ({}, found(*[shown(n, f"Other {n}") for n in range(50)]), "unknown"),
        (
            {},
            found(
                *[shown(n, f"Other {n}") for n in range(49)],
                shown(49, "Other", createdAt=NOW - 1),
            ),
            "not_done",
        ),
        ({}, httpx.Response(403, json={"code": "ACCESS_DENIED", "status": 403}), "unknown"),
        ({}, httpx.Response(400, json={"message": "No", "status": 400}), "unknown"),
        ({}, {"strange": True}, "unknown"),
    ],
)
def test_a_lost_post_is_known_by_what_it_is(given: Any, posts: Any, verdict: str) -> None:
    platform = Platform(posts)
    seen = client(platform).reconcile("publish_post", post(**given), START)
    assert seen.verdict == verdict
    if verdict == "done":
        assert seen.data == {"id": "urn:li:share:2"}
    (request,) = platform.sent
    assert request.url.raw_path == (
        b"/rest/posts?q=author&author=urn%3Ali%3Aorganization%3A2414183&count=50&sortBy=CREATED"
    )
    assert request.headers["x-restli-method"] == "FINDER"


def test_a_lost_post_of_the_member_is_looked_up_as_theirs() -> None:
    platform = Platform(MEMBER, found(shown(2, "Hello")))
    assert client(platform).reconcile("publish_post", post(author=None), START).verdict == "done"
    assert platform.sent[1].url.params["author"] == PERSON


@pytest.mark.parametrize("action", ["schedule_post", "upload_image"])
def test_what_publishes_nothing_is_not_looked_up(action: str) -> None:
    assert client(Platform(MEMBER)).reconcile(action, NoInput(), START).verdict == "unknown"
