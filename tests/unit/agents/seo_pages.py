"""A page without faults, and ways to break it: one for each check of the audit."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from hub.ports import FetchedPage

URL = "https://tea.example/green-tea"
HTTP_URL = "http://tea.example/green-tea"
KEYWORD = "green tea"
SENTENCES = (
    "Green tea is made from leaves that are heated soon after they are picked. "
    "This stops them from turning dark, and it keeps the fresh taste. "
    "Most of our green tea comes from small farms in the hills. "
    "Each farm picks by hand, so the leaves stay whole. "
    "Whole leaves give a clear cup and can be used more than once. "
    "Use water that is hot but does not boil, or the tea will be bitter. "
    "Two minutes are enough for the first cup. "
    "Pour out all of the water, then brew the same leaves again. "
    "Keep the tea in a closed tin, far from light and from spices. "
    "It stays fresh for about a year. "
)
TEXT = "".join(f"<p>{SENTENCES}</p>" for _ in range(3))
CLEAN = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Green tea from small farms, picked by hand</title>
<meta name="description" content="Fresh green tea from small farms, picked by hand and sent within \
two days. See how to brew it and how to keep it.">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="index, follow">
<link rel="canonical" href="{URL}">
<link rel="alternate" hreflang="en" href="{URL}">
<link rel="alternate" hreflang="de-AT" href="https://tea.example/de/gruener-tee">
<link rel="alternate" hreflang="x-default" href="{URL}">
<link rel="stylesheet" href="https://tea.example/site.css">
<meta property="og:title" content="Green tea from small farms">
<meta property="og:description" content="Fresh green tea, picked by hand.">
<meta property="og:image" content="https://tea.example/green-tea.jpg">
<meta property="og:url" content="{URL}">
<meta name="twitter:card" content="summary_large_image">
<script type="application/ld+json">
{{"@context": "https://schema.org", "@graph": [
 {{"@type": "Product", "name": "Green tea", "offers": {{"@type": "Offer", "price": "9.50"}}}},
 {{"@type": "Organization", "name": "Tea", "url": "https://tea.example/", "logo": "/logo.png"}},
 {{"@type": "BreadcrumbList", "itemListElement": [
  {{"@type": "ListItem", "position": 1, "name": "Home", "item": "https://tea.example/"}},
  {{"@type": "ListItem", "position": 2, "name": "Green tea"}}]}},
 {{"@type": "FAQPage", "mainEntity": [{{"@type": "Question", "name": "How hot?",
  "acceptedAnswer": {{"@type": "Answer", "text": "Hot, not boiling."}}}}]}},
 {{"@type": "Article", "headline": "Green tea", "image": "/a.jpg", "datePublished": "2026-01-05",
  "author": {{"@type": "Organization", "name": "Tea"}}}}
]}}
</script>
</head>
<body>
<nav><a href="/">Home</a> <a href="/black-tea">Black tea</a></nav>
<main>
<h1>Green tea from small farms</h1>
<img src="/farm.jpg" alt="A tea farm in the hills" width="1200" height="630">
{TEXT}
<h2>How to brew</h2>
<p>Our <a href="/brewing">guide to brewing green tea</a> tells more.</p>
<a href="/shop"><img src="/tin.jpg" alt="Buy a tin" width="300" height="300" loading="lazy"></a>
<h3>How long</h3>
<p>See the <a rel="nofollow" href="https://science.example/tea">study of brewing times</a>.</p>
</main>
<footer><a href="mailto:tea@tea.example">Write to us</a></footer>
</body>
</html>
"""
HARD = (
    "Notwithstanding considerable organizational heterogeneity, multidisciplinary communication "
    "necessitates institutionalized accountability, comprehensive documentation, "
    "internationalization and interoperability considerations throughout implementation "
    "activities regarding green tea availability. "
)
GERMAN = "Dieser Satz ist lang und " + "noch etwas länger und " * 12 + "endet erst hier. "


@dataclass(frozen=True)
class Answer:
    """How a page comes."""

    html: str = CLEAN
    url: str = URL
    requested: str = URL
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "text/html"})
    seconds: float = 0.3

    def fetched(self) -> FetchedPage:
        size = len(self.html.encode())
        return FetchedPage(self.url, self.status, self.html, self.headers, size, self.seconds)


type Break = Callable[[Answer], Answer]


def swap(*pairs: tuple[str, str]) -> Break:
    """The page with texts replaced, each of which must be there."""

    def change(answer: Answer) -> Answer:
        html = answer.html
        for old, new in pairs:
            assert old in html, old
            html = html.replace(old, new)
        return replace(answer, html=html)

    return change


def drop(*texts: str) -> Break:
    """The page without these texts."""
    return swap(*((text, "") for text in texts))


def put_in_head(html: str) -> Break:
    """The page with more in its head, at the end."""
    return swap(("</head>", f"{html}</head>"))


def put_in_body(html: str) -> Break:
    """The page with more in its body, at the end of main."""
    return swap(("</main>", f"{html}</main>"))


TITLE = "<title>Green tea from small farms, picked by hand</title>"
DESCRIPTION = CLEAN[CLEAN.index('<meta name="description"') : CLEAN.index('<meta name="viewport"')]
VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1">'
CANONICAL = f'<link rel="canonical" href="{URL}">'
JSON_LD = CLEAN[CLEAN.index('<script type="application/ld+json">') : CLEAN.index("</head>")]
FIRST_IMAGE = '<img src="/farm.jpg" alt="A tea farm in the hills" width="1200" height="630">'

FAULTS: dict[str, Break] = {
    "http-status": lambda a: replace(a, status=404),
    "redirect": lambda a: replace(a, url=f"{URL}/", html=a.html.replace(URL, f"{URL}/")),
    "slow-answer": lambda a: replace(a, seconds=1.9),
    "page-insecure": lambda a: replace(
        a, url=HTTP_URL, requested=HTTP_URL, html=a.html.replace("https://tea", "http://tea")
    ),
    "mixed-content": put_in_head('<script src="http://cdn.example/a.js"></script>'),
    "html-heavy": put_in_body(TEXT * 350),
    "inline-heavy": swap(
        ("</head>", f"<style>{'a{b:c}' * 18_000}</style></head>"), ("</main>", TEXT * 8 + "</main>")
    ),
    "text-ratio": put_in_body(f'<div data-x="{"y" * 60_000}"></div>'),
    "noindex": swap(('content="index, follow"', 'content="NOINDEX, follow"')),
    "nofollow": lambda a: replace(a, headers={**a.headers, "x-robots-tag": "googlebot: nofollow"}),
    "canonical-missing": drop(CANONICAL),
    "canonical-multiple": put_in_head(CANONICAL),
    "canonical-conflict": put_in_head('<link rel="canonical" href="https://tea.example/tea">'),
    "canonical-relative": swap((CANONICAL, '<link rel="canonical" href="/green-tea">')),
    "canonical-host": swap(
        (CANONICAL, '<link rel="canonical" href="https://copy.example/green-tea">'),
        (f'og:url" content="{URL}', 'og:url" content="https://copy.example/green-tea'),
    ),
    "canonical-insecure": swap(
        (CANONICAL, CANONICAL.replace("https", "http")),
        (f'og:url" content="{URL}', 'og:url" content="http://tea.example/green-tea'),
    ),
    "title-missing": drop(TITLE),
    "title-empty": swap((TITLE, "<title> </title>")),
    "title-multiple": put_in_head("<title>Another title</title>"),
    "title-short": swap((TITLE, "<title>Green tea</title>")),
    "title-long": swap((", picked by hand</title>", f", picked by hand{' by us' * 8}</title>")),
    "description-missing": drop(DESCRIPTION),
    "description-multiple": put_in_head('<meta name="description" content="Tea">'),
    "description-short": swap((DESCRIPTION, '<meta name="description" content="Green tea.">')),
    "description-long": swap((" how to keep it.", f" how to keep it{' for long' * 9}.")),
    "lang-missing": swap(('<html lang="en">', "<html>")),
    "lang-invalid": swap(('<html lang="en">', '<html lang="en_US.UTF-8">')),
    "viewport-missing": drop(VIEWPORT),
    "viewport-zoom": swap(("initial-scale=1", "initial-scale=1, maximum-scale=1.0")),
    "charset-missing": drop('<meta charset="utf-8">'),
    "charset-late": swap(
        ('<meta charset="utf-8">', ""), ("</head>", '<meta charset="utf-8"></head>')
    ),
    "hreflang-invalid": swap(('hreflang="de-AT"', 'hreflang="en-UK"')),
    "hreflang-relative": swap(('href="https://tea.example/de/', 'href="/de/')),
    "hreflang-self": drop(
        f'<link rel="alternate" hreflang="en" href="{URL}">',
        f'<link rel="alternate" hreflang="x-default" href="{URL}">',
    ),
    "hreflang-conflict": put_in_head(
        '<link rel="alternate" hreflang="de-at" href="https://tea.example/at">'
    ),
    "h1-missing": swap(("<h1>Green tea from small farms</h1>", "<p>Green tea</p>")),
    "h1-multiple": put_in_body("<h1>Green tea again</h1>"),
    "heading-skipped": put_in_body("<h2>Keeping it</h2><h4>In a tin</h4>"),
    "heading-empty": put_in_body("<h2> <span></span> </h2>"),
    "img-alt-missing": put_in_body('<img src="/cup.jpg" width="30" height="30">'),
    "img-alt-empty-linked": swap(('alt="Buy a tin"', 'alt=""')),
    "img-unsized": put_in_body('<img src="/cup.jpg" alt="A cup">'),
    "img-lazy-first": swap((FIRST_IMAGE, FIRST_IMAGE.replace("<img", '<img loading="lazy"'))),
    "link-empty": put_in_body('<a href="/cups"> <span></span></a>'),
    "link-generic": put_in_body('<a href="/cups">Click here!</a>'),
    "link-no-target": put_in_body('<a href="javascript:open()">Open the shop</a>'),
    "link-nofollow-internal": put_in_body('<a rel="nofollow" href="/cups">All cups</a>'),
    "link-insecure": put_in_body('<a href="http://tea.example/cups">All cups</a>'),
    "schema-absent": drop(JSON_LD),
    "schema-invalid": put_in_head('<script type="application/ld+json">{"a": 1,}</script>'),
    "schema-context": swap(('"@context": "https://schema.org", ', "")),
    "schema-type": swap(('{"@type": "Product", ', "{")),
    "schema-required": swap(('"acceptedAnswer"', '"answer"')),
    "schema-recommended": swap((', "logo": "/logo.png"', "")),
    "og-title": swap(('property="og:title"', 'property="x"')),
    "og-description": swap(('property="og:description"', 'property="x"')),
    "og-image": swap(('property="og:image"', 'property="x"')),
    "og-url": swap(('property="og:url"', 'property="x"')),
    "og-image-relative": swap(('content="https://tea.example/green-tea.jpg"', 'content="/a.jpg"')),
    "og-url-conflict": swap((f'og:url" content="{URL}', 'og:url" content="https://tea.example/t')),
    "twitter-card": swap(('name="twitter:card"', 'name="x"')),
    "thin-content": swap((TEXT, "<p>Green tea is fresh and good.</p>")),
    "hard-to-read": swap((TEXT, f"<p>{HARD * 12}</p>")),
    "long-sentences": swap(
        (TEXT, f"<p>{GERMAN * 8}</p>"), ('<html lang="en">', '<html lang="de">')
    ),
    "keyword-title": swap((TITLE, "<title>Leaves from small farms, picked by hand</title>")),
    "keyword-h1": swap(("<h1>Green tea from small farms", "<h1>Leaves from small farms")),
    "keyword-description": swap(('content="Fresh green tea from', 'content="Fresh leaves from')),
}
"""A way to seed each fault, and no other, into the clean page."""
