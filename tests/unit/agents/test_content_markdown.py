"""Markdown becomes HTML of a few known elements; nothing in it becomes any other."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.agent_kit.markdown import TAGS, safe_link, to_html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("# Tea & more #", "<h1>Tea &amp; more</h1>"),
        ("###### Six", "<h6>Six</h6>"),
        ("####### Seven", "<p>####### Seven</p>"),
        ("# C#", "<h1>C#</h1>"),
        ("one\ntwo\n\nthree", "<p>one two</p>\n<p>three</p>"),
        ("- a\n- b\n  goes on\n* c", "<ul><li>a</li><li>b goes on</li><li>c</li></ul>"),
        ("1. a\n2) b\n- c", "<ol><li>a</li><li>b</li></ol>\n<ul><li>c</li></ul>"),
        ("text\n- item", "<p>text</p>\n<ul><li>item</li></ul>"),
        ("```js\n<b>\n- x\n```\nafter", "<pre><code>&lt;b&gt;\n- x</code></pre>\n<p>after</p>"),
        ("```\nnever ended", "<pre><code>never ended</code></pre>"),
        (
            "**bold** and *em* and _em_",
            "<p><strong>bold</strong> and <em>em</em> and <em>em</em></p>",
        ),
        ("**bold *both* x**", "<p><strong>bold <em>both</em> x</strong></p>"),
        ("5 * 3 * 2 and snake_case_name", "<p>5 * 3 * 2 and snake_case_name</p>"),
        ("`a < b` and `` c` ``", "<p><code>a &lt; b</code> and <code>c`</code></p>"),
        (r"\*no\* \<b>", "<p>*no* &lt;b&gt;</p>"),
        (
            '[a "b"](https://a.example/x?y=1&z=2)',
            '<p><a href="https://a.example/x?y=1&amp;z=2">a &quot;b&quot;</a></p>',
        ),
        ("[mail](mailto:a@b.example)", '<p><a href="mailto:a@b.example">mail</a></p>'),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](http://a.example)", "<p>[x](http://a.example)</p>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("a\r\n\r\nb", "<p>a</p>\n<p>b</p>"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_markdown_becomes_html(markdown: str, html: str) -> None:
    assert to_html(markdown) == html


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        ("https://example.com/a", True),
        ("mailto:a@b.example", True),
        ("HTTPS://example.com", True),
        ("https:/example.com", False),
        ("https://", False),
        ("http://example.com", False),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("https:\\\\example.com", False),
        ("data:text/html,x", False),
        ("//example.com", False),
        ("https://[", False),
    ],
)
def test_only_safe_links_are_links(target: str, safe: bool) -> None:
    assert safe_link(target) is safe


class Reader(HTMLParser):
    """Reads HTML as a browser would, and holds it to what may be in it."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        for name, value in attrs:
            assert (tag, name) == ("a", "href")
            assert (value or "").lower().startswith(("https://", "mailto:"))
        assert not (tag == "a" and "a" in self.open)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        assert self.open or not data.strip()
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")


def read(html: str) -> str:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return "".join(reader.text)


PARTS = [
    "<script>", "</p>", "<img src=x onerror=y>", "<!--", "-->", "&lt;", "&", '"', "'", "<", ">",
    "[a](", "https://a.example/", "javascript:x", ")", "]", "**", "*", "_", "`", "```", "\\", "\n",
    "# ", "- ", "1. ", " ", "x", "[", "[b](https://b.example)", "é",
]  # fmt: skip
MARKDOWN = st.one_of(st.lists(st.sampled_from(PARTS), max_size=40).map("".join), st.text())


@given(MARKDOWN)
def test_no_tag_of_the_text_is_ever_one_of_the_page(markdown: str) -> None:
    read(to_html(markdown))


@given(st.lists(st.sampled_from(["alpha", "beta", "7", "# ", "- ", "**", "\n\n", " "])))
def test_no_word_of_the_text_is_lost(parts: list[str]) -> None:
    text = "".join(parts)
    shown = read(to_html(text))
    for word in ("alpha", "beta", "7"):
        assert shown.count(word) == text.count(word)
