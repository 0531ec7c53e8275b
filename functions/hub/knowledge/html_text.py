"""A web page as Markdown: its content without what surrounds it.

Built on the standard library's parser, which takes any text as HTML and never fails.
"""

import re
from html.parser import HTMLParser

_SKIPPED = frozenset(
    {
        "script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "head",
        "nav", "button", "select", "textarea", "dialog", "audio", "video",
    }
)  # fmt: skip
_ONLY_OUTSIDE = frozenset({"header", "footer", "aside"})
"""Of the page they are furniture; inside its content they are part of it."""

_CONTENT = frozenset({"main", "article"})
_BLOCKS = frozenset(
    {
        "p", "div", "section", "main", "article", "header", "footer", "blockquote", "ul", "ol",
        "dl", "dt", "dd", "figure", "figcaption", "table", "address", "details", "summary", "hr",
    }
)  # fmt: skip
_VOID = frozenset(
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
        "source", "track", "wbr",
    }
)  # fmt: skip
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_SPACE = re.compile(r"\s+")


def markdown_of(html: str) -> tuple[str | None, str]:
    """The page's title, if it has one, and its content.

    Where a page marks its content as `main` or `article`, only that is taken.
    """
    page = _Page()
    # Browsers take marked sections for comments too; the parser fails on some.
    page.feed(html.replace("<![", "<! ["))
    page.close()
    return page.title, page.content()


class _Page(HTMLParser):
    """Collects blocks of text; what is in skipped elements is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._title: list[str] = []
        self._heading: str | None = None
        self._in_title = False
        self._skipping: list[str] = []
        self._inside = 0
        self._lists: list[int | None] = []
        self._pre = 0
        self._row: list[str] | None = None
        self._mark = ""
        self._text: list[str] = []
        self._blocks: list[tuple[bool, str]] = []

    @property
    def title(self) -> str | None:
        """What the title element says, else the first heading."""
        return _SPACE.sub(" ", "".join(self._title)).strip() or self._heading

    def content(self) -> str:
        """The blocks of the marked content, or all of them."""
        self._end_block()
        marked = [text for inside, text in self._blocks if inside]
        blocks = marked or [text for _, text in self._blocks]
        return _joined(blocks)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        if tag == "title" and self._skipping in ([], ["head"]):
            self._in_title = True
        elif self._skipping:
            if tag not in _VOID and tag == self._skipping[-1]:
                self._skipping.append(tag)
            elif tag == "body":
                # A page may leave out where its head ends.
                self._skipping = []
        elif self._skips(tag, dict(attrs)):
            self._end_block()
            self._skipping = [tag]
        else:
            self._begin(tag)

    def handle_endtag(self, tag: str) -> None:
        """End an element. What was never begun is passed over."""
        if tag == "title":
            self._in_title = False
        if self._skipping:
            if tag == self._skipping[-1]:
                self._skipping.pop()
            return
        self._end(tag)

    def handle_data(self, data: str) -> None:
        """Text between the tags."""
        if self._in_title:
            self._title.append(data)
        elif not self._skipping:
            self._text.append(data)

    def _skips(self, tag: str, attributes: dict[str, str | None]) -> bool:
        if tag in _VOID:
            return False
        hidden = "hidden" in attributes or attributes.get("aria-hidden") == "true"
        furniture = attributes.get("role") in ("navigation", "banner", "contentinfo", "search")
        outside = tag in _ONLY_OUTSIDE and not self._inside
        return tag in _SKIPPED or outside or hidden or furniture

    def _begin(self, tag: str) -> None:
        if tag in _HEADINGS:
            self._end_block()
            self._mark = f"{_HEADINGS[tag]} "
        elif tag == "pre":
            self._end_block()
            self._pre += 1
        elif tag == "li":
            self._end_block()
            self._mark = self._item_mark()
        elif tag == "tr":
            self._end_block()
            self._row = []
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag == "br":
            self._text.append("\n" if self._pre else " ")
        elif tag in _BLOCKS:
            self._end_block()
            if tag in ("ul", "ol"):
                self._lists.append(0 if tag == "ol" else None)
        if tag in _CONTENT:
            self._inside += 1

    def _end(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._end_cell()
        elif tag == "tr" or tag in _HEADINGS or tag == "li" or tag in _BLOCKS:
            self._end_block()
        elif tag == "pre":
            self._end_block()
            self._pre = max(0, self._pre - 1)
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        if tag in _CONTENT:
            self._inside = max(0, self._inside - 1)

    def _item_mark(self) -> str:
        indent = "  " * (len(self._lists) - 1)
        if not self._lists or self._lists[-1] is None:
            return f"{indent}- "
        self._lists[-1] += 1
        return f"{indent}{self._lists[-1]}. "

    def _end_cell(self) -> None:
        text = self._taken()
        if self._row is not None and text:
            self._row.append(text)

    def _end_block(self) -> None:
        if self._row is not None:
            self._end_cell()
            text, self._row = f"| {' | '.join(self._row)} |" if self._row else "", None
        else:
            text = self._taken()
        if not text:
            return
        if self._mark.startswith("#") and self._heading is None:
            self._heading = text
        block = f"```\n{text}\n```" if self._pre else f"{self._mark}{text}"
        self._mark = ""
        self._blocks.append((self._inside > 0, block))

    def _taken(self) -> str:
        """The text since the last block; white space only counts in `pre`."""
        text = "".join(self._text)
        self._text = []
        return text.strip("\n") if self._pre else _SPACE.sub(" ", text).strip()


_ITEM = re.compile(r"\s*(?:- |\d+\. )")


def _joined(blocks: list[str]) -> str:
    """Blocks with an empty line between them, but none between items and rows that follow."""
    parts: list[str] = []
    before = ""
    for block in blocks:
        items = _ITEM.match(before) and _ITEM.match(block)
        close = items or (before[:1] == "|" == block[:1])
        parts += ["\n" if close else "\n\n", block]
        before = block
    return "".join(parts[1:])
