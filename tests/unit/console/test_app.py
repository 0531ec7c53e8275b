"""The console over HTTP: its page and files, what may be kept, and that nothing else is served."""

import base64
import gzip
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import app
from console.assets import FOLDER, assets, version
from hub import settings
from tests.http_events import Context, request

SOCKET = "wss://def.execute-api.us-east-1.amazonaws.com/dev"
FILES = sorted(path.name for path in FOLDER.iterdir())
SCRIPTS = [name for name in FILES if name.endswith(".js")]
CALLER = {"organizationId": "acme", "role": "operator", "subject": "key:abc"}


@pytest.fixture(autouse=True, scope="module")
def _settings() -> Iterator[None]:
    settings.load.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOCKET_URL", SOCKET)
        patch.setenv("STAGE", "dev")
        yield
    settings.load.cache_clear()


def got(path: str, stage: str = "$default", **headers: str) -> tuple[int, str, dict[str, str]]:
    """Status, body as a browser sees it, and headers, without compression unless asked."""
    event = request("console-file", path=path, headers={"accept-encoding": "identity", **headers})
    event["requestContext"]["stage"] = stage
    answer = app.handler(event, Context())
    body = answer["body"]
    if answer.get("isBase64Encoded"):
        body = gzip.decompress(base64.b64decode(body)).decode()
    return answer["statusCode"], body, answer["headers"]


@pytest.mark.parametrize(
    ("path", "stage"),
    [("/console", "$default"), ("/dev/console", "dev"), ("/devs/console", "devs")],
)
def test_the_page_names_its_files_relative_to_itself_whatever_the_stage(
    path: str, stage: str
) -> None:
    status, page, headers = got(path, stage)
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    named = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert named
    assert all(name.startswith(f"console/{version()}/") for name in named)
    assert {name.rpartition("/")[2] for name in named} == {
        "base.css",
        "boot.js",
        "icon.svg",
        "views.css",
    }


def test_the_loader_knows_every_other_script() -> None:
    listed = re.search(r"const MODULES = \[(.*?)\]", (FOLDER / "boot.js").read_text(), re.DOTALL)
    assert listed
    names = re.findall(r'"(\w+)"', listed[1])
    assert sorted(f"{name}.js" for name in names) == [n for n in SCRIPTS if n != "boot.js"]


@pytest.mark.parametrize("name", [name for name in FILES if name != "index.html"])
def test_a_file_of_this_version_may_be_kept_for_ever(name: str) -> None:
    status, body, headers = got(f"/console/{version()}/{name}")
    assert status == 200
    assert body == (FOLDER / name).read_text()
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    kinds = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}
    assert headers["Content-Type"] == kinds.get(name.rpartition(".")[2], "image/svg+xml")


def test_a_file_asked_for_by_another_version_is_served_but_not_kept() -> None:
    status, _, headers = got("/console/000000000000/main.js")
    assert (status, headers["Cache-Control"]) == (200, "no-cache")


def test_the_page_is_compared_by_its_tag_before_it_is_used_again() -> None:
    _, _, headers = got("/console")
    assert headers["Cache-Control"] == "no-cache"
    for known in (
        headers["ETag"],
        f'"other", {headers["ETag"]}',
        headers["ETag"].removeprefix("W/"),
        "*",
    ):
        status, body, again = got("/console", **{"if-none-match": known})
        assert (status, body, again["ETag"]) == (304, "", headers["ETag"])
        assert again["Cache-Control"] == "no-cache"
    assert got("/console", **{"if-none-match": '"other"'})[0] == 200


@pytest.mark.parametrize(
    ("accepted", "zipped"),
    [
        ("gzip, deflate, br", True),
        ("br;q=1.0, gzip;q=0.8", True),
        ("*", True),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("", False),
    ],
)
def test_a_file_is_compressed_for_who_takes_it(accepted: str, zipped: bool) -> None:
    event = request("console-page", headers={"accept-encoding": accepted})
    answer = app.handler(event, Context())
    assert answer.get("isBase64Encoded", False) is zipped
    assert ("Content-Encoding" in answer["headers"]) is zipped
    assert answer["headers"]["Vary"] == "Accept-Encoding"
    body = answer["body"]
    plain = gzip.decompress(base64.b64decode(body)).decode() if zipped else body
    assert plain == assets()["index.html"].text


@pytest.mark.parametrize(
    "path",
    [
        "/console",
        f"/console/{version()}/main.js",
        "/console/config.json",
        "/console/none",
        "/console/",
    ],
)
def test_every_answer_fences_the_page_in(path: str) -> None:
    _, _, headers = got(path)
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self' wss://def.execute-api.us-east-1.amazonaws.com",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_the_address_with_a_slash_leads_to_the_one_without() -> None:
    status, _, headers = got("/dev/console/", "dev")
    assert (status, headers["Location"]) == (308, "../console")


@pytest.mark.parametrize(
    "name",
    [
        "../app.py",
        "../../hub/settings.py",
        "..%2fapp.py",
        "..\\app.py",
        "./main.js",
        "main.js/",
        "x/main.js",
        "/etc/passwd",
        "//etc/passwd",
        "static/main.js",
        "main.js\0",
        "index.html",
        "app.py",
        "",
    ],
)
def test_nothing_but_the_folder_s_files_is_served(name: str) -> None:
    for path in (f"/console/{version()}/{name}", f"/console/{name}", f"/console/{quote(name)}"):
        status, body, headers = got(path)
        assert status in ((404, 308) if path == "/console/" else (404,)), path
        assert headers["Cache-Control"] == "no-store"
        assert "import" not in body


@given(st.text(min_size=1, max_size=60))
def test_whatever_is_asked_for_is_a_file_of_the_folder_or_nothing(name: str) -> None:
    status, body, _ = got(f"/console/{version()}/{name}")
    assert (status == 200) is (name in FILES and name != "index.html")
    assert status == 404 or body == (FOLDER / name).read_text()


def test_the_page_is_told_where_live_events_come_from() -> None:
    status, body, headers = got("/console/config.json")
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert headers["Cache-Control"] == "no-store"
    assert json.loads(body) == {"socketUrl": SOCKET, "version": version()}


def session(caller: dict[str, str] | None) -> tuple[int, Any, dict[str, Any]]:
    event = request("console-session", caller=caller)
    answer = app.handler(event, Context())
    return answer["statusCode"], json.loads(answer["body"]), answer


def test_who_signs_in_is_told_for_whom_the_key_stands() -> None:
    status, body, answer = session(CALLER)
    assert status == 200
    assert body["data"] == {**CALLER, "stage": "dev"}
    assert "nh_example" not in json.dumps(answer)


def test_a_wrong_key_is_refused_with_the_reason() -> None:
    status, body, _ = session({"reason": "the API key was revoked; ask an admin for a new one"})
    assert (status, body["error"]["code"]) == (401, "UNAUTHENTICATED")
    assert "revoked" in body["error"]["message"]


def test_the_version_changes_with_any_file(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    monkeypatch.setattr("console.assets.FOLDER", tmp_path)
    before = version()
    assert version.__wrapped__() == before
    (tmp_path / "main.js").write_text("changed")
    assert version.__wrapped__() != before


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_turns_text_into_markup_or_code(name: str) -> None:
    source = (FOLDER / name).read_text()
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|srcdoc"
        r"|setHTML|createContextualFragment|javascript:|localStorage|document\.cookie"
    )
    assert not re.search(forbidden, source)


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_import_each_other_and_nothing_from_elsewhere(name: str) -> None:
    source = (FOLDER / name).read_text()
    imported = re.findall(r'(?:from|import)\s+"([^"]+)"', source)
    assert {path.removeprefix("./") for path in imported} <= set(SCRIPTS)
    assert re.findall(r"import\((.*?)\)", source) == (['"./main.js"'] if name == "boot.js" else [])


@pytest.mark.parametrize("name", FILES)
def test_no_file_names_another_host_or_is_long(name: str) -> None:
    source = (FOLDER / name).read_text()
    hosts = set(re.findall(r"https?://[\w.-]+\w", source))
    assert hosts <= {"http://www.w3.org"}, "the name of SVG's namespace is the only address"
    assert len(source.splitlines()) <= 340
    assert not re.search(r"\sstyle=|<style|url\(", source), "the policy refuses inline styles"
