"""WordPress: addresses, dates, file names; lost posts and media looked up by the site's clock."""

import json
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from connectors.wordpress.client import WordpressClient, ascii_name, disposition
from connectors.wordpress.spec import (
    SPEC,
    CreatePost,
    ListPosts,
    SchedulePost,
    UpdatePost,
    UploadMedia,
)
from hub.connector_kit.client import ClientContext
from hub.connector_kit.media import SANDBOX_SIZE
from hub.connector_kit.spec import NoInput
from tests.contract.oracles.wordpress import check
from tests.support import START, FrozenClock

SITE = "https://blog.example.com"
TOMORROW = START + timedelta(days=1)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.connector_kit.client.READ_RETRY_SECONDS", 0.0)


def client(
    answer: Any,
    sent: list[httpx.Request] | None = None,
    private_hosts: frozenset[str] = frozenset(),
    **settings: Any,
) -> WordpressClient:
    """A client whose site gives one answer."""

    def transport(request: httpx.Request) -> httpx.Response:
        request.read()
        check(request)
        if sent is not None:
            sent.append(request)
        given = answer(request) if callable(answer) else answer
        return given if isinstance(given, httpx.Response) else httpx.Response(200, json=given)

    return WordpressClient(
        ClientContext(
            transport=httpx.MockTransport(transport),
            credentials={"username": "herald", "applicationPassword": "abcd EFGH"},
            clock=FrozenClock(),
            settings={**SPEC.default_settings(), "siteUrl": SITE, **settings},
            private_hosts=private_hosts,
        )
    )


def post(**more: Any) -> dict[str, Any]:
    """A post as the site tells it, by default just made."""
    given = {"id": 7, "title": "Hello", "content": "<p>Hi</p>", "excerpt": "", **more}
    shown = {name: {"raw": given.pop(name)} for name in ("title", "content", "excerpt")}
    known = {"link": f"{SITE}/hello/", "status": "draft", "slug": "hello", "meta": {}}
    return {**known, "date_gmt": stamp(3), **given, **shown}


def stamp(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


# ---------------------------------------------------------------------- requests


def test_a_post_goes_out_as_wordpress_wants_it() -> None:
    sent: list[httpx.Request] = []
    given = CreatePost(title="Hello", featured_media=7, comment_status="closed")
    outcome = client(httpx.Response(201, json=post()), sent).create_post(given)
    assert outcome.data == {
        "id": 7,
        "link": f"{SITE}/hello/",
        "status": "draft",
        "slug": "hello",
        "dateGmt": stamp(3),
        "ignoredMeta": [],
    }
    (request,) = sent
    assert (request.method, str(request.url)) == ("POST", f"{SITE}/wp-json/wp/v2/posts")
    assert request.headers["authorization"] == httpx.BasicAuth("herald", "abcd EFGH")._auth_header
    assert json.loads(request.content) == {
        "title": "Hello",
        "status": "draft",
        "featured_media": 7,
        "comment_status": "closed",
    }


def test_meta_that_the_site_did_not_keep_is_told() -> None:
    """WordPress ignores keys that nobody registered, without a word."""
    given = CreatePost(title="x", meta={"kept": 1, "lost": 2, "also": 3})
    outcome = client(post(meta={"kept": 1})).create_post(given)
    assert outcome.data["ignoredMeta"] == ["also", "lost"]


@pytest.mark.parametrize("meta", [{}, [], {"footnotes": ""}])
def test_a_site_without_meta_is_understood(meta: Any) -> None:
    """PHP writes an empty object as an empty list."""
    outcome = client(post(meta=meta)).create_post(CreatePost(title="x", meta={"lost": 1}))
    assert outcome.data["ignoredMeta"] == ["lost"]


def test_a_scheduled_post_carries_its_time_in_utc() -> None:
    sent: list[httpx.Request] = []
    date = datetime(2026, 3, 3, 9, 0, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    client(post(), sent).schedule_post(SchedulePost(title="Later", date=date))
    assert json.loads(sent[0].content) == {
        "title": "Later",
        "status": "future",
        "date_gmt": "2026-03-03T03:30:00",
    }


@pytest.mark.parametrize("seconds", [-86_400, 0, 59])
def test_a_time_less_than_a_minute_away_is_not_sent(seconds: int) -> None:
    """WordPress would publish at once."""
    date = START + timedelta(seconds=seconds)
    sent: list[httpx.Request] = []
    platform = client(post(), sent)
    for outcome in (
        platform.schedule_post(SchedulePost(title="x", date=date)),
        platform.update_post(UpdatePost(id=7, status="future", date=date)),
    ):
        assert (outcome.kind, outcome.code) == ("invalid_request", "TIME_TOO_SOON")
    assert sent == []


def test_a_minute_away_is_far_enough() -> None:
    given = SchedulePost(title="x", date=START + timedelta(minutes=1))
    assert client(post()).schedule_post(given).ok


def test_an_update_says_only_what_changes() -> None:
    sent: list[httpx.Request] = []
    given = UpdatePost(id=7, title="New", status="future", date=TOMORROW)
    assert client(post(), sent).update_post(given).ok
    assert sent[0].url.path == "/wp-json/wp/v2/posts/7"
    assert json.loads(sent[0].content) == {
        "title": "New",
        "status": "future",
        "date_gmt": "2026-03-03T09:00:00",
    }


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, f"{SITE}/wp-json/wp/v2/users/me?context=edit"),
        ({"siteUrl": f"{SITE}/blog/"}, f"{SITE}/blog/wp-json/wp/v2/users/me?context=edit"),
        ({"permalinks": False}, f"{SITE}/?rest_route=%2Fwp%2Fv2%2Fusers%2Fme&context=edit"),
        ({"permalinks": "false"}, f"{SITE}/?rest_route=%2Fwp%2Fv2%2Fusers%2Fme&context=edit"),
        (
            {"permalinks": False, "siteUrl": f"{SITE}/blog"},
            f"{SITE}/blog/?rest_route=%2Fwp%2Fv2%2Fusers%2Fme&context=edit",
        ),
    ],
)
def test_the_site_is_where_the_settings_say(settings: dict[str, Any], url: str) -> None:
    sent: list[httpx.Request] = []
    user = {"id": 1, "name": "Herald", "roles": ["editor"]}
    assert client(user, sent, **settings).test_connection(NoInput()).data == user
    assert str(sent[0].url) == url


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "NO_SITE"),
        ("http://blog.example.com", "SITE_FORBIDDEN"),
        ("https://localhost", "SITE_FORBIDDEN"),
        ("https://10.0.0.8", "SITE_FORBIDDEN"),
        ("https://169.254.169.254", "SITE_FORBIDDEN"),
        ("https://user:pw@blog.example.com", "SITE_FORBIDDEN"),
        ("https://blog.example.com/?p=1", "SITE_FORBIDDEN"),
        ("blog.example.com", "SITE_FORBIDDEN"),
    ],
)
def test_a_site_that_may_not_be_called_is_not(address: str, code: str) -> None:
    sent: list[httpx.Request] = []
    outcome = client({}, sent, siteUrl=address).create_post(CreatePost(title="x"))
    assert (outcome.kind, outcome.code, sent) == ("invalid_request", code, [])


def test_a_private_site_may_be_called_where_the_stack_allows_it() -> None:
    sent: list[httpx.Request] = []
    platform = client({}, sent, frozenset({"127.0.0.1"}), siteUrl="http://127.0.0.1:8080")
    assert platform.test_connection(NoInput()).ok
    assert sent[0].url.port == 8080


def test_media_goes_out_as_raw_bytes() -> None:
    sent: list[httpx.Request] = []
    given = UploadMedia.model_validate(
        {
            "media": {"url": "https://example.com/a.png"},
            "altText": "A chart & more",
            "post": 5,
        }
    )
    made = {"id": 9, "source_url": f"{SITE}/a.png", "mime_type": "image/png", "link": SITE}
    outcome = client(httpx.Response(201, json=made), sent).upload_media(given)
    assert outcome.data["sourceUrl"] == f"{SITE}/a.png"
    (request,) = sent
    assert dict(request.url.params) == {"alt_text": "A chart & more", "post": "5"}
    assert request.headers["content-type"] == "image/png"
    assert request.headers["content-disposition"] == 'attachment; filename="a.png"'
    assert int(request.headers["content-length"]) == len(request.content) == SANDBOX_SIZE


@pytest.mark.parametrize(
    ("filename", "header"),
    [
        ("a.png", 'attachment; filename="a.png"'),
        (
            "Größe; Übersicht 1.jpg",
            'attachment; filename="Grosse-Ubersicht-1.jpg"; '
            "filename*=UTF-8''Gr%C3%B6%C3%9Fe%3B%20%C3%9Cbersicht%201.jpg",
        ),
        ("写真.png", "attachment; filename=\"media.png\"; filename*=UTF-8''%E5%86%99%E7%9C%9F.png"),
        ("my_file.png", 'attachment; filename="my_file.png"'),
        ("a.tar.gz", "attachment; filename=\"a-tar.gz\"; filename*=UTF-8''a.tar.gz"),
    ],
)
def test_a_file_has_a_name_that_every_server_understands(filename: str, header: str) -> None:
    assert disposition(filename) == header


def test_a_file_without_an_extension_gets_that_of_its_type() -> None:
    sent: list[httpx.Request] = []
    media = {"url": "https://example.com/images/42", "contentType": "image/png"}
    client({}, sent).upload_media(UploadMedia.model_validate({"media": media}))
    assert sent[0].headers["content-disposition"] == 'attachment; filename="42.png"'


def test_a_name_cannot_break_out_of_its_header() -> None:
    assert ascii_name('a"; evil="x\r\nX-Y: 1.png') == "a-evil-x-X-Y-1.png"
    assert ascii_name("..png") == "media.png"
    assert ascii_name("README") == "README"


# ---------------------------------------------------------------------- lists


def listed(total: int, pages: int, *posts: dict[str, Any]) -> httpx.Response:
    headers = {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}
    shown = [
        {**p, "title": {"rendered": "Fish &amp; <em>chips</em>"}, "modified_gmt": stamp(4)}
        for p in posts
    ]
    return httpx.Response(200, json=shown, headers=headers)


@pytest.mark.parametrize(
    ("cursor", "pages", "following"),
    [(None, 3, "2"), ("2", 3, "3"), ("3", 3, None), (None, 0, None)],
)
def test_a_list_ends_with_its_last_page(
    cursor: str | None, pages: int, following: str | None
) -> None:
    sent: list[httpx.Request] = []
    given = ListPosts(limit=2, cursor=cursor, status=["publish", "draft"], tags=[3, 4])
    outcome = client(listed(5, pages, post()), sent).list_posts(given)
    assert (outcome.data["cursor"], outcome.data["total"]) == (following, 5)
    assert outcome.data["posts"][0]["title"] == "Fish & chips"
    params = sent[0].url.params
    assert (params["page"], params["per_page"]) == (cursor or "1", "2")
    assert (params["status"], params["tags"]) == ("publish,draft", "3,4")


def test_a_page_past_the_end_is_empty() -> None:
    """Posts may go away between two pages."""
    body = {"code": "rest_post_invalid_page_number", "message": "x", "data": {"status": 400}}
    outcome = client(httpx.Response(400, json=body)).list_posts(ListPosts(cursor="4"))
    assert outcome.ok
    assert (outcome.data["posts"], outcome.data["cursor"]) == ([], None)


@pytest.mark.parametrize("headers", [{}, {"X-WP-TotalPages": "many", "X-WP-Total": ""}])
def test_a_list_without_its_headers_ends(headers: dict[str, str]) -> None:
    outcome = client(httpx.Response(200, json=[], headers=headers)).list_posts(ListPosts())
    assert outcome.data == {"posts": [], "total": None, "cursor": None}


# ---------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            httpx.Response(
                400,
                json={
                    "code": "rest_invalid_param",
                    "message": "Invalid parameter(s): status",
                    "data": {"status": 400, "params": {"status": "status is not one of publish."}},
                },
            ),
            "Invalid parameter(s): status; status: status is not one of publish.",
        ),
        (
            httpx.Response(401, json={"code": "x", "message": "<b>Error</b>: The&nbsp;password"}),
            "Error : The password",
        ),
        (
            httpx.Response(301, headers={"Location": "https://www.example.com/"}),
            "the site redirects to https://www.example.com/; set siteUrl to where it really is",
        ),
    ],
)
def test_what_the_site_says_is_passed_on(answer: httpx.Response, words: str) -> None:
    assert client(answer).create_post(CreatePost(title="x")).message == words


# ---------------------------------------------------------------------- lost posts

HELLO = CreatePost(title="Hello", content="<p>Hi</p>")


@pytest.mark.parametrize(
    ("posts", "verdict"),
    [
        ([], "not_done"),
        ([post()], "done"),
        # Users without the right to write any HTML have theirs cleaned.
        ([post(title="Hello ", content="Hi")], "done"),
        ([post(id=8, title="Another"), post()], "done"),
        ([post(date_gmt=stamp(-60))], "not_done"),
        ([post(date_gmt=None)], "done"),
        ([post(date_gmt=None, title="Another")], "not_done"),
        ([post(content="changed by a plugin")], "unknown"),
        ([post(content="changed", date_gmt=stamp(-60))], "not_done"),
        ([post(title="Another")], "not_done"),
        ([post(id=n, title="x") for n in range(200, 100, -1)], "unknown"),
        ([post(id=n, title="x", date_gmt=stamp(150 - n)) for n in range(200, 100, -1)], "not_done"),
    ],
)
def test_a_lost_post_is_looked_up_among_the_newest(posts: list[Any], verdict: str) -> None:
    sent: list[httpx.Request] = []
    seen = client(posts, sent).reconcile("create_post", HELLO, START)
    assert seen.verdict == verdict
    if verdict == "done":
        assert (seen.data["id"], seen.data["link"]) == (7, f"{SITE}/hello/")
    params = sent[0].url.params
    assert (params["orderby"], params["order"], params["context"]) == ("id", "desc", "edit")
    assert params["status"] == "publish,future,draft,pending,private"


@pytest.mark.parametrize(
    ("ahead", "made", "verdict"),
    [
        (-600, -597, "done"),
        (600, 603, "done"),
        (600, 500, "not_done"),
        (0, -597, "not_done"),
        # HTTP dates have no fractions.
        (-1, -1, "not_done"),
    ],
)
def test_a_site_whose_clock_is_wrong_is_read_by_that_clock(
    ahead: int, made: int, verdict: str
) -> None:
    now = format_datetime(START + timedelta(seconds=ahead), usegmt=True)
    answer = httpx.Response(200, json=[post(date_gmt=stamp(made))], headers={"Date": now})
    assert client(answer).reconcile("create_post", HELLO, START).verdict == verdict


def test_a_date_without_fractions_is_not_taken_for_an_earlier_one() -> None:
    since = START + timedelta(seconds=3.9)
    assert client([post()]).reconcile("create_post", HELLO, since).verdict == "done"


@pytest.mark.parametrize("told", ["yesterday", ""])
def test_a_clock_that_cannot_be_read_does_no_harm(told: str) -> None:
    answer = httpx.Response(200, json=[post()], headers={"Date": told})
    assert client(answer).reconcile("create_post", HELLO, START).verdict == "done"


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(401), httpx.Response(503), {"code": "x"}, httpx.Response(200, text="")],
)
def test_a_site_that_does_not_show_proves_nothing(answer: Any) -> None:
    assert client(answer).reconcile("create_post", HELLO, START).verdict == "unknown"


def waiting(**more: Any) -> dict[str, Any]:
    date = TOMORROW.strftime("%Y-%m-%dT%H:%M:%S")
    return post(**{"status": "future", "date_gmt": date, **more})


OLDER = post(id=5, title="Old", date_gmt=stamp(-3600))


@pytest.mark.parametrize(
    ("posts", "verdict"),
    [
        ([waiting(), OLDER], "done"),
        ([OLDER], "not_done"),
        # WordPress does not tell when it was made, but its id is lower than an older post's.
        ([OLDER, waiting(id=4)], "not_done"),
        ([waiting(date_gmt=stamp(7200)), OLDER], "not_done"),
        ([waiting(content="changed"), OLDER], "unknown"),
        ([waiting(title="Another"), OLDER], "not_done"),
    ],
)
def test_a_lost_schedule_is_looked_up_by_time_and_text(posts: list[Any], verdict: str) -> None:
    given = SchedulePost(title="Hello", content="<p>Hi</p>", date=TOMORROW.astimezone(UTC))
    assert client(posts).reconcile("schedule_post", given, START).verdict == verdict


def file(name: str, seconds: float = 3, title: str = "a") -> dict[str, Any]:
    source = f"{SITE}/wp-content/uploads/2026/03/{name}"
    made = {"date_gmt": stamp(seconds), "title": {"raw": title}, "mime_type": "image/png"}
    return {"id": 7, "source_url": source, "link": SITE, **made}


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("our-chart.png", "done"),
        ("our-chart-2.png", "done"),
        ("our-chart-scaled.png", "done"),
        ("Our_Chart.PNG", "done"),
        ("our-charts.png", "not_done"),
        ("chart.png", "not_done"),
    ],
)
def test_lost_media_is_looked_up_by_its_name(name: str, verdict: str) -> None:
    sent: list[httpx.Request] = []
    media = {"url": "https://example.com/1", "filename": "our chart.png"}
    given = UploadMedia.model_validate({"media": media})
    assert client([file(name)], sent).reconcile("upload_media", given, START).verdict == verdict
    assert sent[0].url.path == "/wp-json/wp/v2/media"
    older = client([file(name, -60)]).reconcile("upload_media", given, START)
    assert older.verdict == "not_done"


def test_lost_media_with_a_title_is_known_by_it_too() -> None:
    media = {"url": "https://example.com/a.png"}
    given = UploadMedia.model_validate({"media": media, "title": "Chart & more"})
    for title, verdict in (("Chart &amp; more", "done"), ("Another", "not_done")):
        found = client([file("a.png", title=title)]).reconcile("upload_media", given, START)
        assert found.verdict == verdict


# ---------------------------------------------------------------------- inputs


@pytest.mark.parametrize("texts", [{}, {"title": " "}, {"title": "", "content": ""}])
def test_a_post_without_text_is_not_taken(texts: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="title, content or excerpt"):
        CreatePost(**texts)


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"id": 7}, "at least one field"),
        ({"id": 7, "title": None}, "at least one field"),
        ({"id": 7, "status": "future"}, "needs a date"),
        ({"id": 7, "status": "published"}, "status"),
        ({"id": 7, "slug": "a/b"}, "slug"),
        ({"id": 0, "title": "x"}, "id"),
    ],
)
def test_an_update_that_says_nothing_sound_is_not_taken(given: dict[str, Any], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        UpdatePost.model_validate(given)
