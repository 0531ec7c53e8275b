"""The WordPress connector against a real WordPress server. Asked for with an environment variable:

NEONHUB_REAL_WORDPRESS=1 pytest tests/real/test_wordpress.py
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from connectors.wordpress.client import WordpressClient
from connectors.wordpress.spec import (
    SPEC,
    CreatePost,
    ListPosts,
    SchedulePost,
    UpdatePost,
    UploadMedia,
)
from hub.connector_kit.client import ClientContext
from hub.connector_kit.media import Media, OpenMedia
from hub.connector_kit.spec import ActionInput, NoInput
from hub.connector_kit.transports import live_transport
from hub.domain.outcome import Effect
from tests.contract.oracles.wordpress import check
from tests.real.wordpress import RealWordpress, missing, wordpress

ASKED = os.environ.get("NEONHUB_REAL_WORDPRESS") == "1"

pytestmark = [
    pytest.mark.real,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not ASKED, reason="set NEONHUB_REAL_WORDPRESS=1 to boot a real WordPress"),
    pytest.mark.skipif(ASKED and missing() is not None, reason=str(missing())),
]

# A picture of one pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63f8"
    "ffff3f0005fe02fea735819d0000000049454e44ae426082"
)


class Clock:
    """The real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class OnePixel:
    """Finds the same picture behind every name."""

    def open(self, media: Media) -> OpenMedia:
        name = media.filename or "pixel.png"
        kind = media.content_type or "image/png"
        return OpenMedia(name, kind, len(PNG), lambda start, end: iter([PNG[start:end]]))

    def link(self, media: Media) -> str:
        raise NotImplementedError


@dataclass
class Line(httpx.BaseTransport):
    """The way to the server; `lost` calls are carried out and their answers thrown away."""

    way: httpx.BaseTransport
    lost: bool = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        check(request)
        answer = self.way.handle_request(request)
        answer.read()
        if self.lost and request.method != "GET":
            raise httpx.ReadTimeout("lost", request=request)
        return answer


type Clients = Callable[..., WordpressClient]


@pytest.fixture(scope="module")
def site() -> Iterator[RealWordpress]:
    with wordpress() as running:
        yield running


@pytest.fixture
def clients(site: RealWordpress) -> Clients:
    """Makes a client: of a user, with lost answers or not, with other settings."""

    def make(
        user: str = "admin", lost: bool = False, password: str = "", **settings: Any
    ) -> WordpressClient:
        return WordpressClient(
            ClientContext(
                transport=Line(live_transport({"127.0.0.1"}), lost),
                credentials={
                    "username": user,
                    "applicationPassword": password or site.passwords[user],
                },
                clock=Clock(),
                settings={**SPEC.default_settings(), "siteUrl": site.url, **settings},
                call_key="run_1.step_1",
                private_hosts=frozenset({"127.0.0.1"}),
                media=OnePixel(),
            )
        )

    return make


def soon(seconds: float = 3600) -> datetime:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).replace(microsecond=0)


# ---------------------------------------------------------------------- who and where


@pytest.mark.parametrize("permalinks", [True, False])
def test_the_user_is_known_by_both_kinds_of_address(clients: Clients, permalinks: bool) -> None:
    outcome = clients(permalinks=permalinks).test_connection(NoInput())
    assert outcome.data == {"id": 1, "name": "admin", "roles": ["administrator"]}


def test_a_bad_password_asks_for_a_new_connection(clients: Clients) -> None:
    bad = clients(password="abcd EFGH 1234 ijkl MNOP 6789")
    for outcome in (bad.test_connection(NoInput()), bad.create_post(CreatePost(title="x"))):
        assert outcome.kind == "needs_reauth", outcome


def test_a_user_without_the_right_is_refused(clients: Clients) -> None:
    outcome = clients("reader").create_post(CreatePost(title="x"))
    assert (outcome.kind, outcome.code) == ("invalid_request", "rest_cannot_create")


def test_a_route_that_is_not_there_is_refused(clients: Clients) -> None:
    outcome = clients(siteUrl="http://127.0.0.1:1").test_connection(NoInput())
    assert outcome.kind == "transient"


# ---------------------------------------------------------------------- posts


@pytest.mark.parametrize("status", ["publish", "draft", "pending", "private"])
@pytest.mark.parametrize("permalinks", [True, False])
def test_a_post_is_created(
    clients: Clients, site: RealWordpress, status: Any, permalinks: bool
) -> None:
    given = CreatePost(title=f"Über & <em>out</em> {status}", content="<p>Hi</p>", status=status)
    made = clients(permalinks=permalinks).create_post(given)
    assert made.ok, made
    assert made.data["status"] == status
    if status == "publish":
        page = httpx.get(f"{site.url}/?p={made.data['id']}", trust_env=False, timeout=30)
        assert page.status_code in (200, 301)


def test_every_field_of_a_post_is_kept(clients: Clients) -> None:
    outcome = clients().create_post(
        CreatePost(
            title="Everything",
            content="<!-- wp:paragraph --><p>It is <b>here</b>.</p><!-- /wp:paragraph -->",
            excerpt="Here.",
            slug="every-thing",
            author=1,
            categories=[1],
            tags=[],
            featured_media=0,
            meta={"colour": "red"},
            format="aside",
            sticky=True,
            comment_status="closed",
            status="publish",
        )
    )
    assert outcome.ok, outcome
    assert outcome.data["slug"] == "every-thing"
    assert outcome.data["ignoredMeta"] == ["colour"]
    again = clients().create_post(CreatePost(title="Other", slug="every-thing", status="publish"))
    assert again.data["slug"] == "every-thing-2"


def test_what_is_wrong_is_named(clients: Clients) -> None:
    outcome = clients().create_post(CreatePost(title="x", author=4711))
    assert (outcome.kind, outcome.code) == ("invalid_request", "rest_invalid_author")


def test_a_post_is_scheduled_and_appears(clients: Clients, site: RealWordpress) -> None:
    date = soon(62)
    made = clients().schedule_post(SchedulePost(title="Soon", content="x", date=date))
    assert made.data["status"] == "future", made
    assert made.data["dateGmt"] == date.strftime("%Y-%m-%dT%H:%M:%S")
    assert clients().list_posts(ListPosts(search="Soon")).data["posts"] == []
    time.sleep((date - datetime.now(UTC)).total_seconds() + 1)
    site.run_due()
    shown = clients().list_posts(ListPosts(search="Soon")).data["posts"]
    assert [post["id"] for post in shown] == [made.data["id"]]


def test_wordpress_waits_for_no_less_than_a_minute(clients: Clients) -> None:
    """Why the connector refuses such a time."""
    gmt = soon(50).strftime("%Y-%m-%dT%H:%M:%S")
    body = {"title": "Hasty", "status": "future", "date_gmt": gmt}
    made = clients()._http.call("POST", "/wp-json/wp/v2/posts", Effect.WRITE, json=body)
    assert made.data["status"] == "publish"


def test_a_post_is_updated_and_moved(clients: Clients) -> None:
    made = clients().create_post(CreatePost(title="Before", status="draft")).data["id"]
    changed = clients().update_post(
        UpdatePost(id=made, title="After", status="future", date=soon())
    )
    assert (changed.data["id"], changed.data["status"]) == (made, "future")
    same = clients().update_post(UpdatePost(id=made, title="After", status="future", date=soon()))
    assert same.ok
    back = clients().update_post(UpdatePost(id=made, status="draft", title="After all"))
    assert back.data["status"] == "draft"
    gone = clients().update_post(UpdatePost(id=999_999, title="x"))
    assert (gone.kind, gone.code) == ("invalid_request", "rest_post_invalid_id")


def test_lists_are_read_page_by_page(clients: Clients) -> None:
    made = {
        clients().create_post(CreatePost(title=f"Paged {n}", status="private")).data["id"]
        for n in range(5)
    }
    seen: list[int] = []
    cursor: str | None = None
    for _ in range(10):
        given = ListPosts(search="Paged", status=["private"], limit=2, cursor=cursor, order="asc")
        page = clients().list_posts(given)
        assert page.data["total"] == 5
        seen += [post["id"] for post in page.data["posts"]]
        cursor = page.data["cursor"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(made)
    past = clients().list_posts(ListPosts(search="Paged", status=["private"], limit=2, cursor="9"))
    assert past.data == {"posts": [], "total": None, "cursor": None}


def test_every_filter_of_a_list_is_understood(clients: Clients) -> None:
    given = ListPosts(
        status=["publish", "future", "draft", "pending", "private"],
        author=1,
        categories=[1],
        after=soon(-86_400),
        before=soon(86_400),
        sticky=False,
        orderby="modified",
        slug="hello-world",
    )
    (post,) = clients().list_posts(given).data["posts"]
    assert post["slug"] == "hello-world"


# ---------------------------------------------------------------------- media


def upload(filename: str, **more: Any) -> UploadMedia:
    media = {"url": "https://example.com/x", "filename": filename}
    return UploadMedia.model_validate({"media": media, **more})


@pytest.mark.parametrize("permalinks", [True, False])
def test_media_is_uploaded_with_all_that_is_told_of_it(
    clients: Clients, site: RealWordpress, permalinks: bool
) -> None:
    told = {
        "title": "Größen & mehr",
        "altText": "A chart & more",
        "caption": "C",
        "description": "D",
    }
    made = clients(permalinks=permalinks).upload_media(upload("Größe; Übersicht 1.png", **told))
    assert made.ok, made
    assert "Grosse-Ubersicht-1" in made.data["sourceUrl"]
    assert httpx.get(made.data["sourceUrl"], trust_env=False, timeout=30).content == PNG
    url = f"{site.url}/wp-json/wp/v2/media/{made.data['id']}?context=edit"
    kept = httpx.get(url, auth=("admin", site.passwords["admin"]), trust_env=False, timeout=30)
    assert kept.json()["title"]["raw"] == "Größen & mehr"
    assert kept.json()["alt_text"] == "A chart & more"
    assert kept.json()["caption"]["raw"] == "C"
    assert kept.json()["description"]["raw"] == "D"


def test_a_file_that_wordpress_does_not_take_is_refused(clients: Clients) -> None:
    outcome = clients().upload_media(upload("program.exe"))
    assert (outcome.kind, outcome.code) == ("invalid_request", "rest_upload_sideload_error")


# ---------------------------------------------------------------------- lost answers

LOST: list[tuple[str, str, Callable[[], ActionInput]]] = [
    ("create_post", "admin", lambda: CreatePost(title="Lost & found", content="<p>a</p>")),
    (
        "create_post",
        "writer",
        # An author may not write any HTML: WordPress takes the script away.
        lambda: CreatePost(title="Lost <b>again</b>", content="<p onclick='x'>b</p>"),
    ),
    ("create_post", "admin", lambda: CreatePost(excerpt="Only this", status="publish")),
    ("schedule_post", "writer", lambda: SchedulePost(title="Lost later", date=soon())),
    ("upload_media", "writer", lambda: upload("lost picture.png")),
    ("upload_media", "admin", lambda: upload("lost picture.png", title="Lost")),
]


@pytest.mark.parametrize(("action", "user", "made"), LOST)
@pytest.mark.parametrize("permalinks", [True, False])
def test_what_was_done_is_found_when_its_answer_is_lost(
    clients: Clients, action: str, user: str, made: Callable[[], ActionInput], permalinks: bool
) -> None:
    time.sleep(1.1)
    given, since = made(), datetime.now(UTC) - timedelta(seconds=0.5)
    look = clients(user, permalinks=permalinks)
    assert look.reconcile(action, given, since).verdict == "not_done"
    lost = getattr(clients(user, lost=True, permalinks=permalinks), action)(given)
    assert lost.kind == "unknown_outcome", lost
    seen = look.reconcile(action, given, since)
    assert seen.verdict == "done", seen
    assert seen.data["id"]
    later = datetime.now(UTC) + timedelta(seconds=2)
    if action != "schedule_post":
        assert look.reconcile(action, given, later).verdict == "not_done", "an older one is not it"
