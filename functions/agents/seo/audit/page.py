"""A page as the audit sees it, read from HTML however broken it is.

`html.parser` does the reading. Its older versions take quadratic time for constructs that are never
closed, and raise on some marked sections (CPython issues 135462 and 77057), so `read_page` first
takes the unclosed ones apart, as a browser would at the end of the file.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

MAX_KEPT = 20_000
"""So many images, links and headings are kept of a page, to bound memory; further ones are not."""

type Attributes = dict[str, str]

_INERT = frozenset({"svg", "math", "noscript", "template"})
"""What is in these is not content of the page; an SVG has titles and links of its own."""

_ASIDE = frozenset({"nav", "footer", "aside"})
"""What is in these belongs to the site, not to the page's text."""

_ENDING = (
    "body br center code dd div dl dt em h1 h2 h3 h4 h5 h6 head hr img li meta ol p pre span "
    "strong table ul"
)
_BREAKS_OUT = frozenset(_ENDING.split())
"""Tags that end an SVG or formula that was not closed: HTML standard, 13.2.6.5."""

_STANDING_ALONE = (
    "address article aside blockquote body br dd div dl dt figcaption figure footer form h1 h2 h3 "
    "h4 h5 h6 header hr li main nav ol p pre section table td th tr ul"
)
_BLOCKS = frozenset(_STANDING_ALONE.split())
_SOURCES = {
    "img": ("src",),
    "script": ("src",),
    "iframe": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "source": ("src",),
    "track": ("src",),
    "embed": ("src",),
    "object": ("data",),
}
_HEADING = re.compile(r"h[1-6]")


@dataclass(slots=True)
class Image:
    """An image. `alt` is None when there is no such attribute."""

    src: str
    alt: str | None
    sized: bool
    lazy: bool
    decorative: bool


@dataclass(slots=True)
class Anchor:
    """A link. `label` is what names it beside its text: aria-label, title, alt of images.

    `empty_alts` counts its images that say of themselves that they only decorate.
    """

    href: str
    text: str
    label: str
    nofollow: bool
    images: int = 0
    empty_alts: int = 0


@dataclass(slots=True)
class Heading:
    """A heading with its level, 1 to 6."""

    level: int
    text: str


@dataclass
class Page:
    """What was read. `text` is the page's own text, blocks on lines of their own."""

    titles: list[str] = field(default_factory=list)
    metas: list[Attributes] = field(default_factory=list)
    links: list[Attributes] = field(default_factory=list)
    lang: str | None = None
    base: str | None = None
    headings: list[Heading] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    json_ld: list[str] = field(default_factory=list)
    microdata: bool = False
    insecure: list[str] = field(default_factory=list)
    script_bytes: int = 0
    style_bytes: int = 0
    text: str = ""

    def meta(self, name: str, key: str = "name") -> list[str]:
        """The contents of the meta elements of a name."""
        found = (meta for meta in self.metas if meta.get(key, "").strip().lower() == name)
        return [squeeze(meta.get("content", "")) for meta in found]

    def open_graph(self, name: str) -> str:
        """An Open Graph or card value; sites write the name into `property` or `name`."""
        values = self.meta(name, "property") + self.meta(name)
        return next((value for value in values if value), "")

    def related(self, rel: str) -> list[Attributes]:
        """The link elements of a relation."""
        return [link for link in self.links if rel in link.get("rel", "").lower().split()]


def read_page(html: str) -> Page:
    """Read a page. It never raises, and takes time in proportion to the length."""
    reader = _Reader()
    reader.feed(_closed(html))
    reader.close()
    return reader.finish()


def squeeze(text: str) -> str:
    """A text with single spaces."""
    return " ".join(text.split())


def _closed(html: str) -> str:
    """HTML in which each tag and comment that begins also ends."""
    # A marked section is a comment in HTML; only the parser takes it for more.
    text = html.replace("\0", "\ufffd").replace("<![", "<! [")
    last = text.rfind("-->") + 3 if "-->" in text else 0
    text = text[:last] + text[last:].replace("<!--", "<! - -")
    last = text.rfind(">") + 1
    rest = text[last:].split("<", 1)[0]
    return text[:last] + rest


class _Reader(HTMLParser):
    """Collects a page. What is open is held in `_title`, `_heading`, `_anchor` and `_raw`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._page = Page()
        self._pieces: list[str] = []
        self._open: Counter[str] = Counter()
        self._title: list[str] | None = None
        self._heading: tuple[int, list[str]] | None = None
        self._anchor: tuple[Anchor, list[str]] | None = None
        self._raw: str | None = None

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if self._title is not None:
            return
        if tag in _BREAKS_OUT:
            self._open["svg"] = self._open["math"] = 0
        if tag in _INERT or tag in _ASIDE:
            self._open[tag] += 1
        given = {name: value or "" for name, value in reversed(attrs)}
        self._name_anchor(tag, given)
        if self._inert():
            return
        self._page.microdata |= "itemscope" in given
        self._note_insecure(tag, given)
        if tag in _BLOCKS:
            self._pieces.append("\n")
        begin = _BEGIN.get("h" if _HEADING.fullmatch(tag) else tag)
        if begin:
            begin(self, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._end_title()
        if tag in ("script", "style"):
            self._raw = None
        if self._open[tag] > 0:
            self._open[tag] -= 1
        if self._inert():
            return
        if tag in _BLOCKS:
            self._pieces.append("\n")
        if _HEADING.fullmatch(tag):
            self._end_heading()
        if tag == "a":
            self._end_anchor()

    def handle_data(self, data: str) -> None:
        if self._title is not None:
            self._title.append(data)
        elif self._inert():
            return
        elif self._raw is not None:
            self._add_raw(data)
        else:
            self._add_text(data)

    def finish(self) -> Page:
        """The page, with what was still open closed."""
        self._end_title()
        self._end_heading()
        self._end_anchor()
        lines = (squeeze(line) for line in "".join(self._pieces).split("\n"))
        self._page.text = "\n".join(line for line in lines if line)
        return self._page

    def _name_anchor(self, tag: str, given: Attributes) -> None:
        """What is in a link may name it: an icon's title, or a label of its own."""
        if self._anchor:
            icon = "icon" if tag == "title" else ""
            self._anchor[0].label += f" {given.get('aria-label', icon)}"

    def _inert(self) -> bool:
        return any(self._open[tag] for tag in _INERT)

    def _add_text(self, data: str) -> None:
        if not any(self._open[tag] for tag in _ASIDE):
            self._pieces.append(data)
        if self._heading:
            self._heading[1].append(data)
        if self._anchor:
            self._anchor[1].append(data)

    def _add_raw(self, data: str) -> None:
        size = len(data.encode(errors="replace"))
        if self._raw == "style":
            self._page.style_bytes += size
        elif self._raw == "script":
            self._page.script_bytes += size
        elif self._raw == "json" and self._page.json_ld:
            self._page.json_ld[-1] += data

    def _note_insecure(self, tag: str, given: Attributes) -> None:
        names: tuple[str, ...] = _SOURCES.get(tag, ())
        if tag == "link" and {"stylesheet", "preload", "icon"} & set(given.get("rel", "").split()):
            names = ("href",)
        urls = [given.get(name, "") for name in names]
        urls += given.get("srcset", "").split(",")
        for url in urls:
            if url.strip().lower().startswith("http://") and len(self._page.insecure) < MAX_KEPT:
                self._page.insecure.append(url.split()[0])

    def _begin_html(self, _tag: str, given: Attributes) -> None:
        if "lang" in given and self._page.lang is None:
            self._page.lang = given["lang"].strip()

    def _begin_title(self, _tag: str, _given: Attributes) -> None:
        self._title = []

    def _end_title(self) -> None:
        if self._title is not None and len(self._page.titles) < MAX_KEPT:
            self._page.titles.append(squeeze("".join(self._title)))
        self._title = None

    def _begin_base(self, _tag: str, given: Attributes) -> None:
        if self._page.base is None and given.get("href"):
            self._page.base = given["href"].strip()

    def _begin_meta(self, _tag: str, given: Attributes) -> None:
        if len(self._page.metas) < MAX_KEPT:
            self._page.metas.append(given)

    def _begin_link(self, _tag: str, given: Attributes) -> None:
        if len(self._page.links) < MAX_KEPT:
            self._page.links.append(given)

    def _begin_raw(self, tag: str, given: Attributes) -> None:
        self._raw = tag
        if given.get("type", "").split(";")[0].strip().lower() == "application/ld+json":
            self._raw = "json"
            self._page.json_ld.append("")

    def _begin_heading(self, tag: str, _given: Attributes) -> None:
        self._end_heading()
        self._heading = (int(tag[1]), [])

    def _end_heading(self) -> None:
        if self._heading and len(self._page.headings) < MAX_KEPT:
            level, pieces = self._heading
            self._page.headings.append(Heading(level, squeeze("".join(pieces))))
        self._heading = None

    def _begin_anchor(self, _tag: str, given: Attributes) -> None:
        self._end_anchor()  # A link never holds another: HTML standard, 13.2.6.4.7.
        if "href" in given:
            label = f"{given.get('aria-label', '')} {given.get('title', '')}"
            nofollow = "nofollow" in given.get("rel", "").lower().split()
            self._anchor = (Anchor(given["href"].strip(), "", label, nofollow), [])

    def _end_anchor(self) -> None:
        if self._anchor and len(self._page.anchors) < MAX_KEPT:
            anchor, pieces = self._anchor
            anchor.text, anchor.label = squeeze("".join(pieces)), squeeze(anchor.label)
            self._page.anchors.append(anchor)
        self._anchor = None

    def _begin_image(self, _tag: str, given: Attributes) -> None:
        alt = given.get("alt")
        if self._heading and alt:
            self._heading[1].append(f" {alt} ")
        if self._anchor:
            self._anchor[0].images += 1
            self._anchor[0].empty_alts += alt is not None and not alt.strip()
            self._anchor[0].label += f" {alt or ''}"
        pixel = given.get("width") == "1" and given.get("height") == "1"
        if pixel or len(self._page.images) >= MAX_KEPT:
            return
        self._page.images.append(
            Image(
                src=given.get("src", ""),
                alt=None if alt is None else alt.strip(),
                sized=_is_sized(given),
                lazy=given.get("loading", "").lower() == "lazy",
                decorative=given.get("role") in ("presentation", "none")
                or given.get("aria-hidden") == "true",
            )
        )


def _is_sized(given: Attributes) -> bool:
    style = given.get("style", "").lower()
    by_style = "aspect-ratio" in style or ("width" in style and "height" in style)
    return by_style or bool(given.get("width") and given.get("height"))


_BEGIN: dict[str, Callable[[_Reader, str, Attributes], None]] = {
    "html": _Reader._begin_html,
    "title": _Reader._begin_title,
    "base": _Reader._begin_base,
    "meta": _Reader._begin_meta,
    "link": _Reader._begin_link,
    "script": _Reader._begin_raw,
    "style": _Reader._begin_raw,
    "h": _Reader._begin_heading,
    "a": _Reader._begin_anchor,
    "img": _Reader._begin_image,
}
