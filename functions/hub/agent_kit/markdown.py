"""Markdown as HTML, of the kind that agents write and websites take.

Headings, paragraphs, flat lists, code, emphasis, and links with https: or mailto: become HTML.
Everything else is text: whatever tags the Markdown has, none of them reaches the page.
"""

import html
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

TAGS = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "pre", "code", "strong", "em", "a"}
)
"""The only elements that are written, and `href` of links their only attribute."""

_HEADING = re.compile(r" {0,3}(#{1,6})\s+(\S.*)$")
_ITEM = re.compile(r"\s{0,8}(?:([-*+])|(\d{1,9})[.)])\s+(\S.*)$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[^`]*$")
# Each part is bounded, so that no text takes more than linear time.
_INLINE = re.compile(
    r"\\(?P<literal>[\\`*_{}\[\]()#+.!<>~|-])"
    r"|(?P<ticks>`{1,2}+)(?P<code>(?:(?!(?P=ticks))[^\n]){1,500})(?P=ticks)"
    r"|\[(?P<label>[^\[\]\n]{1,500})\]\((?P<target>[^()\s<>\"]{1,2000})\)"
    r"|\*\*(?=\S)(?P<strong>(?:[^*\n]|\*(?!\*)){1,1000}?)(?<=\S)\*\*"
    r"|\*(?=[^\s*])(?P<em>[^*\n]{1,1000}?)(?<=\S)\*"
    r"|(?<!\w)__(?=\S)(?P<strong2>[^_\n]{1,1000}?)(?<=\S)__(?!\w)"
    r"|(?<!\w)_(?=[^\s_])(?P<em2>[^_\n]{1,1000}?)(?<=\S)_(?!\w)"
)


def to_html(markdown: str) -> str:
    """The HTML of a Markdown text: blocks, each on its own line; empty for an empty text."""
    return "\n".join(_blocks(markdown.replace("\r\n", "\n").replace("\r", "\n").split("\n")))


def safe_link(target: str) -> bool:
    """Whether a link may be put on a page: https with a host, or mailto."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    # urlsplit drops line ends and tabs, browsers do too: such a link is not what it looks like.
    if any(ord(letter) <= 32 or letter == "\\" for letter in target):
        return False
    return bool(parts.hostname) if parts.scheme == "https" else parts.scheme == "mailto"


def _blocks(lines: list[str]) -> Iterator[str]:
    paragraph: list[str] = []
    at = 0
    while at < len(lines):
        block, following = _special(lines, at)
        if block is None and lines[at].strip():
            paragraph.append(lines[at].strip())
            at += 1
            continue
        if paragraph:
            yield _element("p", _inline(" ".join(paragraph)))
            paragraph = []
        if block is not None:
            yield block
        at = following
    if paragraph:
        yield _element("p", _inline(" ".join(paragraph)))


def _special(lines: list[str], at: int) -> tuple[str | None, int]:
    """A heading, list or code block that begins here, and the line after it."""
    if heading := _HEADING.match(lines[at]):
        return _element(f"h{len(heading[1])}", _inline(_untrailed(heading[2]))), at + 1
    if fence := _FENCE.match(lines[at]):
        return _code(lines, at + 1, fence[1])
    if item := _ITEM.match(lines[at]):
        return _list(lines, at, ordered=item[2] is not None)
    return None, at + 1


def _untrailed(heading: str) -> str:
    """A heading without the # that may close it."""
    text = heading.rstrip()
    bare = text.rstrip("#")
    return bare.rstrip() if bare.endswith((" ", "\t")) else text


def _code(lines: list[str], at: int, fence: str) -> tuple[str, int]:
    end = at
    while end < len(lines) and not lines[end].strip().startswith(fence):
        end += 1
    code = html.escape("\n".join(lines[at:end]))
    return _element("pre", _element("code", code)), end + 1


def _list(lines: list[str], at: int, *, ordered: bool) -> tuple[str, int]:
    items: list[str] = []
    while at < len(lines):
        item = _ITEM.match(lines[at])
        if item and (item[2] is not None) == ordered:
            items.append(item[3].strip())
        elif items and _continues(lines[at]):
            items[-1] += f" {lines[at].strip()}"
        else:
            break
        at += 1
    inner = "".join(_element("li", _inline(item)) for item in items)
    return _element("ol" if ordered else "ul", inner), at


def _continues(line: str) -> bool:
    """Whether an indented line belongs to the item before."""
    return bool(line.strip()) and line.startswith("  ") and not _ITEM.match(line)


def _inline(text: str) -> str:
    parts: list[str] = []
    at = 0
    for match in _INLINE.finditer(text):
        parts.append(html.escape(text[at : match.start()]))
        parts.append(_marked(match))
        at = match.end()
    return "".join(parts) + html.escape(text[at:])


def _marked(match: re.Match[str]) -> str:
    found = match.groupdict()
    if found["literal"]:
        return html.escape(found["literal"])
    if found["code"]:
        return _element("code", html.escape(found["code"].strip() or found["code"]))
    if found["label"]:
        return _link(match.group(), found["label"], found["target"])
    strong = found["strong"] or found["strong2"]
    if strong:
        return _element("strong", _inline(strong))
    return _element("em", _inline(found["em"] or found["em2"]))


def _link(source: str, label: str, target: str) -> str:
    """A link, or what was written where it is none that a page may have."""
    if not safe_link(target):
        return html.escape(source)
    # A link within a link would end it: the label is text.
    return f'<a href="{html.escape(target)}">{html.escape(label)}</a>'


def _element(tag: str, inner: str) -> str:
    return f"<{tag}>{inner}</{tag}>"
