"""The little Markdown that emails are written in, as plain text and as HTML.

Paragraphs, `- ` lists, `**bold**`, `[words](https://…)`, headings and `---`. Everything else is
text: in HTML it is escaped, so nothing in a brief, a document or a model's answer becomes markup.
"""

import html
import re

_LINK = re.compile(r"\[([^\[\]\n]+)\]\((https?://[^\s()<>\"]+)\)")
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_HEADING = re.compile(r"^#{1,6}[ \t]+")
_BULLET = re.compile(r"^[-*][ \t]+")
_RULE = re.compile(r"^-{3,}$")
_HIDDEN = "display:none;max-height:0;overflow:hidden"


def to_text(markdown: str) -> str:
    """Markdown as plain text: `words: https://…` for a link, no stars, lists as they are."""
    return "\n\n".join(
        "\n".join(_plain(_HEADING.sub("", line)) for line in block) for block in _blocks(markdown)
    )


def to_html(markdown: str, preview: str = "") -> str:
    """Markdown as a whole HTML document. `preview` is what an inbox shows after the subject."""
    hidden = f'<div style="{_HIDDEN}">{html.escape(preview)}</div>' if preview else ""
    body = "\n".join(_html_block(block) for block in _blocks(markdown))
    return f"<!doctype html>\n<html><body>{hidden}\n{body}\n</body></html>"


def _blocks(markdown: str) -> list[list[str]]:
    """Runs of lines that belong together: a paragraph, a list, a heading or a rule."""
    blocks: list[list[str]] = []
    kind = ""
    for line in (line.strip() for line in markdown.split("\n")):
        before, kind = kind, _kind(line)
        if not line:
            continue
        if kind == before and kind in ("list", "text"):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _kind(line: str) -> str:
    if not line:
        return ""
    if _RULE.match(line):
        return "rule"
    if _HEADING.match(line):
        return "heading"
    return "list" if _BULLET.match(line) else "text"


def _plain(line: str) -> str:
    linked = _LINK.sub(lambda m: m[2] if m[1] == m[2] else f"{m[1]}: {m[2]}", line)
    return _BOLD.sub(r"\1", linked)


def _html_block(block: list[str]) -> str:
    kind = _kind(block[0])
    if kind == "rule":
        return "<hr>"
    if kind == "heading":
        return f"<h2>{_inline(_HEADING.sub('', block[0]))}</h2>"
    if kind == "list":
        items = "".join(f"<li>{_inline(_BULLET.sub('', line))}</li>" for line in block)
        return f"<ul>{items}</ul>"
    return f"<p>{'<br>'.join(map(_inline, block))}</p>"


def _inline(line: str) -> str:
    """A line as HTML: links and bold, all text around and inside them escaped."""
    parts: list[str] = []
    at = 0
    for link in _LINK.finditer(line):
        parts.append(_bold(line[at : link.start()]))
        parts.append(f'<a href="{html.escape(link[2])}">{_bold(link[1])}</a>')
        at = link.end()
    return "".join((*parts, _bold(line[at:])))


def _bold(text: str) -> str:
    return _BOLD.sub(r"<strong>\1</strong>", html.escape(text))
