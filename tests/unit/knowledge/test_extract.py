"""Texts come out of what people have, and what cannot be read says why."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from hub.domain.errors import HubError, InvalidRequestError, PayloadTooLargeError
from hub.knowledge import extract
from hub.knowledge.extract import (
    decoded,
    extract_html,
    extract_markdown,
    extract_pdf,
    extract_text,
)
from tests.unit.knowledge.pdf_samples import pdf

PAGE = """<!DOCTYPE html><html><head><title>Returns &amp; refunds | Shop</title>
<style>p { color: red }</style><script>if (a < b) { track("<p>no</p>") }</script></head><body>
<header>Logo<nav><ul><li>Home</li></ul></nav></header>
<main><h1>Returns</h1><p>You can <b>send back</b> goods
within&nbsp;30 days.</p><ul><li>Bags</li><li>Machines<ol><li>boxed</li></ol></li></ul>
<table><tr><th>Size<th>cm</tr><tr><td>S</td><td>36</td></tr></table>
<pre><code>a = 1
  b = 2</code></pre><p hidden>secret</p><div aria-hidden="true">icon</div>
<article><header><h2>Boxes</h2></header><p>Two<br>lines &lt;3</p></article></main>
<aside>Buy more</aside><footer>Imprint</footer></body></html>"""


def test_a_page_becomes_its_content_in_markdown() -> None:
    found = extract_html(PAGE)
    assert found.title == "Returns & refunds | Shop"
    assert found.text == (
        "# Returns\n\nYou can send back goods within 30 days.\n\n- Bags\n- Machines\n  1. boxed\n\n"
        "| Size | cm |\n| S | 36 |\n\n```\na = 1\n  b = 2\n```\n\n## Boxes\n\nTwo lines <3"
    )


@pytest.mark.parametrize(
    "furniture",
    [
        "<script>bad()</script>",
        "<style>bad{}</style>",
        "<nav>bad</nav>",
        "<noscript>bad</noscript>",
        "<template><p>bad</p></template>",
        "<footer><p>bad</p></footer>",
        "<div role=navigation><div>bad</div></div>",
        "<button>bad</button>",
        "<select><option>bad</select>",
        "<!-- bad -->",
        "<svg><title>bad</title><text>bad</text></svg>",
        "<p hidden>bad</p>",
        "<![CDATA[ bad ]]>",
        "<![if bad]>",
    ],
)
def test_what_surrounds_the_content_is_left_out(furniture: str) -> None:
    assert extract_html(f"<p>before</p>{furniture}<p>after</p>").text == "before\n\nafter"


def test_a_page_inside_one_form_is_still_read() -> None:
    assert extract_html("<form><p>All of it</p></form>").text == "All of it"


def test_the_first_heading_is_the_title_of_a_page_without_one() -> None:
    assert extract_html("<h2>Care <i>tips</i></h2><p>Descale it.</p>").title == "Care tips"


TAGS = [
    "<p>", "</p>", "<pre>", "</pre>", "<ul>", "<li>", "</ul>", "<table>", "<td>", "<nav>", "</nav>",
    "<h1>", "</h1>", "<main>", "</main>", "<title>", "<br>", "<script>", "</script>", "<![", "<!",
    "</", "&#x0;", "&#55555555;", "<?", "<p a='",
]  # fmt: skip


@settings(max_examples=200)
@given(st.lists(st.text(max_size=8) | st.sampled_from(TAGS), max_size=25).map("".join))
def test_no_html_breaks_the_reader(html: str) -> None:
    try:
        found = extract_html(html)
    except InvalidRequestError as error:
        assert error.error_code == "NO_TEXT"
    else:
        assert found.text.strip() == found.text


def test_markdown_keeps_its_text_and_is_named_by_its_first_heading() -> None:
    found = extract_markdown("\ufeffIntro\r\n\r\n## Sizes  \r\n\r\n\r\n\r\n```\n# no\n```\x00\x07")
    assert found.title == "Sizes"
    assert found.text == "Intro\n\n## Sizes\n\n```\n# no\n```"


def test_text_has_no_title_of_its_own() -> None:
    assert extract_text("# not a heading here").title is None


@pytest.mark.parametrize("empty", ["", " \n\t ", "\x00\x01"])
def test_a_document_without_text_is_refused(empty: str) -> None:
    for read in (extract_text, extract_markdown, extract_html):
        with pytest.raises(InvalidRequestError, match="no text"):
            read(empty)


def test_a_pdf_gives_its_pages_in_order_with_its_title() -> None:
    wrapped = (
        "The machine must be descaled every three months or more\noften when the water is hard."
    )
    found = extract_pdf(pdf(f"Care\n{wrapped}", "Page two (with brackets).", title="Care guide"))
    assert found.title == "Care guide"
    assert found.text == f"Care\n{wrapped.replace(chr(10), ' ')}\n\nPage two (with brackets)."


def test_a_word_torn_by_a_pdfs_line_is_joined() -> None:
    assert extract_pdf(pdf("roast-\nery and half-\nPrice")).text == "roastery and half-\nPrice"


def locked(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf("secret"))))
    writer.encrypt(password, algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04", "is no PDF"),
        (b"", "is no PDF"),
        (b"%PDF-1.4\nnothing more", "cannot be read"),
        (pdf("x")[:300], "cannot be read"),
        (pdf("", ""), "has no text"),
        (locked("word"), "needs a password"),
    ],
)
def test_a_pdf_that_cannot_be_read_says_why(data: bytes, why: str) -> None:
    with pytest.raises(InvalidRequestError, match=why) as refusal:
        extract_pdf(data)
    assert refusal.value.error_code == "UNREADABLE_DOCUMENT"


def test_a_pdf_that_anybody_may_open_is_read() -> None:
    assert extract_pdf(locked("")).text == "secret"


def test_a_pdf_of_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "MAX_PAGES", 2)
    extract_pdf(pdf("1", "2"))
    with pytest.raises(InvalidRequestError, match="has 3 pages"):
        extract_pdf(pdf("1", "2", "3"))


def test_a_pdf_that_takes_too_long_is_given_up_with_how_far_it_got() -> None:
    answers = iter([True, True, False])
    with pytest.raises(InvalidRequestError, match="2 of 4 pages"):
        extract_pdf(pdf("1", "2", "3", "4"), lambda: next(answers))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_of_a_pdf_breaks_the_reader(data: st.DataObject) -> None:
    sample = bytearray(pdf("One page of text.", "Another page."))
    for _ in range(data.draw(st.integers(1, 12))):
        place = data.draw(st.integers(9, len(sample) - 1))
        sample[place] = data.draw(st.integers(0, 255))
    try:
        assert extract_pdf(bytes(sample)).text
    except HubError as error:
        assert error.status in (400, 413)


def test_what_is_too_large_is_refused_with_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "MAX_BYTES", 400)
    monkeypatch.setattr(extract, "MAX_CHARACTERS", 10)
    for call in (
        lambda: extract_pdf(b"%PDF-" + b"x" * 400),
        lambda: extract_html("<p>" + "x" * 400),
        lambda: decoded(b"x" * 401),
        lambda: extract_text("x" * 11),
    ):
        with pytest.raises(PayloadTooLargeError, match="split it"):
            call()


def test_a_pdf_with_too_much_text_is_given_up_while_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(extract, "MAX_CHARACTERS", 10)
    with pytest.raises(PayloadTooLargeError, match="more than 10 characters"):
        extract_pdf(pdf("eleven chars", "more"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_its_encoding(encoding: str) -> None:
    assert decoded("Grüße – 5 €".encode(encoding)) == "Grüße – 5 €"


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="is no text"):
        decoded(b"\x89PNG\r\n\x00\x00")
