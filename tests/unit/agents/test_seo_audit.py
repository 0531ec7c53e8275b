"""The audit finds every seeded fault and invents none."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.seo.audit.finding import Held, Subject, score_of
from agents.seo.audit.page import read_page
from agents.seo.audit.readability import read, syllables_of
from agents.seo.audit.report import CHECKS, audit_html, audit_page
from agents.seo.audit.widths import pixels
from agents.seo.models import AuditOutput
from hub.agent_kit.spec import IntentModel
from tests.unit.agents.seo_pages import CLEAN, FAULTS, KEYWORD, URL, Answer

WEIGHTS = {check.id: check.weight for check in CHECKS}


def audited(answer: Answer) -> AuditOutput:
    return audit_page(answer.fetched(), answer.requested, KEYWORD)


def ids(output: AuditOutput) -> list[str]:
    return [finding.id for finding in output.findings]


def test_a_clean_page_has_no_findings_and_the_full_score() -> None:
    output = audited(Answer())
    assert ids(output) == []
    assert output.score == 100
    assert output.summary == "SEO audit of tea.example: 100 of 100, no findings."


def test_each_check_either_held_or_does_not_apply_to_the_clean_page() -> None:
    held = {passed.id for passed in audited(Answer()).passed}
    # A page in English is not measured by the length of its sentences.
    assert held == {check.id for check in CHECKS} - {"long-sentences"}


def test_every_check_has_a_seeded_fault() -> None:
    assert set(FAULTS) == {check.id for check in CHECKS}
    assert len(CHECKS) == len(WEIGHTS)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_seeded_fault_is_found_and_no_other(fault: str) -> None:
    output = audited(FAULTS[fault](Answer()))
    assert ids(output) == [fault]
    found = output.findings[0]
    assert found.evidence
    assert found.fix
    assert 1 <= found.impact <= WEIGHTS[fault]
    assert output.score == 100 - found.impact
    assert fault not in {passed.id for passed in output.passed}


def test_several_faults_are_ranked_by_impact() -> None:
    broken = Answer()
    for fault in ("og-title", "noindex", "h1-multiple", "title-short"):
        broken = FAULTS[fault](broken)
    output = audited(broken)
    assert ids(output) == ["noindex", "title-short", "h1-multiple", "og-title"]
    assert [finding.severity for finding in output.findings] == ["critical", "medium", "low", "low"]
    assert output.score == round(100 * 0.2 * 0.94 * 0.96 * 0.97)
    assert "1. Search engines may not index the page (critical)" in output.summary


def test_html_of_unknown_origin_is_not_judged_by_what_is_not_known() -> None:
    output = audit_html(CLEAN)
    assert ids(output) == []
    assert output.status is None
    unknown = {"http-status", "slow-answer", "redirect", "page-insecure", "hreflang-self"}
    assert not unknown & {passed.id for passed in output.passed}


def test_html_with_a_base_url_is_judged_by_it() -> None:
    output = audit_html(CLEAN, "https://other.example/page")
    assert ids(output) == ["canonical-host", "hreflang-self"]


def test_the_facts_are_counted() -> None:
    facts = audited(Answer()).facts
    assert facts.title == "Green tea from small farms, picked by hand"
    assert facts.h1 == ("Green tea from small farms",)
    assert (facts.headings, facts.images, facts.images_without_alt) == (3, 2, 0)
    links = facts.links
    assert (links.total, links.internal, links.external, links.nofollow) == (6, 4, 1, 1)
    assert facts.schema_types == ("Article", "BreadcrumbList", "FAQPage", "Organization", "Product")
    assert facts.canonical == URL
    assert facts.robots == "follow, index"
    assert facts.html_bytes == len(CLEAN.encode())


@pytest.mark.parametrize(
    ("href", "internal", "external"),
    [
        ("/cups", 1, 0),
        ("#brew", 1, 0),
        ("?page=2", 1, 0),
        ("https://www.tea.example/x", 1, 0),
        ("//tea.example/x", 1, 0),
        ("https://tea.example.evil/x", 0, 1),
        ("//cups.example/x", 0, 1),
        ("mailto:a@tea.example", 0, 0),
        ("javascript:void(0)", 0, 0),
        ("http://[x", 0, 0),
    ],
)
def test_links_lead_within_the_site_or_out_of_it(href: str, internal: int, external: int) -> None:
    links = audit_html(f'<a href="{href}">x</a>', URL).facts.links
    assert (links.internal, links.external, links.total) == (internal, external, 1)


def test_the_summary_has_nothing_of_the_page_s_own_text() -> None:
    html = CLEAN.replace("Green tea from small farms", "<!channel> @everyone &lt;!here&gt;")
    summary = audit_html(html.replace('lang="en"', 'lang="@everyone"'), URL).summary
    assert "everyone" not in summary
    assert "channel" not in summary
    assert "<" not in summary


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("noindex", ["noindex"]),
        ("NONE", ["noindex", "nofollow"]),
        ("googlebot: noindex", ["noindex"]),
        ("otherbot: noindex, nofollow", []),
        ("otherbot: noindex, googlebot: nofollow", ["nofollow"]),
        ("max-snippet: 20, noindex", ["noindex"]),
        ("unavailable_after: 25 Jun 2026 15:00:00 PST", []),
        ("all", []),
    ],
)
def test_robots_are_told_by_header_too(header: str, found: list[str]) -> None:
    answer = Answer(headers={"content-type": "text/html", "x-robots-tag": header})
    assert ids(audited(answer)) == found


@pytest.mark.parametrize(
    "addition",
    [
        "<svg><title>Icon</title><a href='#'></a></svg>",
        "<noscript><img src='http://x.example/pixel'></noscript>",
        '<img src="/pixel" width="1" height="1">',
        '<img src="/line.png" role="presentation" width="9" height="9">',
        '<img src="/wide.png" alt="" style="width: 100%; aspect-ratio: 2">',
        '<a href="/cups"><svg><title>Cups</title></svg></a>',
        '<a href="/cups" aria-label="All cups">more</a>',
        '<a href="/cups"><i aria-label="All cups"></i></a>',
        '<a name="top"></a>',
        '<h2><img src="/x.png" alt="Brewing" width="9" height="9"></h2>',
        "<template><h1></h1><img></template>",
        "<!-- <h1>old</h1> <img> -->",
        "<script>document.write('<h1></h1><a href=\"#\"></a>')</script>",
        '<script type="application/ld+json">{"@context":"https://schema.org",'
        '"@type":"Organization","@id":"#o"}</script>',
        '<div itemscope itemtype="https://schema.org/Thing"></div>',
        "<p>A &lt;h1&gt; is a heading &amp; 2 < 3",
    ],
)
def test_what_is_no_fault_is_not_found(addition: str) -> None:
    answer = Answer(html=CLEAN.replace("</main>", f"{addition}</main>"))
    assert ids(audited(answer)) == []


@pytest.mark.parametrize(
    ("data", "missing"),
    [
        ('{"@type": "Product", "name": "Tea"}', "one of review, aggregateRating, offers"),
        ('{"@type": "https://schema.org/Product", "offers": {"price": 1}}', "Product: name"),
        ('{"@type": "BreadcrumbList"}', "BreadcrumbList: itemListElement"),
        (
            '{"@type": "BreadcrumbList", "itemListElement": [{"name": "A", "position": 1}, '
            '{"name": "B", "position": 2}]}',
            "item of item 1",
        ),
        ('{"@type": ["WebPage", "FAQPage"], "mainEntity": []}', "FAQPage: mainEntity"),
        ('{"@type": "FAQPage", "mainEntity": {"acceptedAnswer": {"text": "a"}}}', "name of"),
    ],
)
def test_required_properties_are_those_of_google_s_documentation(data: str, missing: str) -> None:
    block = data.replace("{", '{"@context": "https://schema.org", ', 1)
    html = CLEAN.replace("</head>", f'<script type="application/ld+json">{block}</script></head>')
    output = audit_html(html, URL)
    assert ids(output) == ["schema-required"]
    assert missing in output.findings[0].evidence


def test_structured_data_nested_beyond_reason_is_a_fault_not_a_crash() -> None:
    block = f'<script type="application/ld+json">{"[" * 100_000}</script></head>'
    assert ids(audit_html(CLEAN.replace("</head>", block), URL)) == ["schema-invalid", "text-ratio"]


def test_a_fault_in_part_of_the_page_weighs_less_than_in_all_of_it() -> None:
    bare = '<img src="/cup.jpg" width="30" height="30">'
    one = audit_html(CLEAN.replace("</main>", f"{bare}</main>"), URL)
    many = audit_html(CLEAN.replace("</main>", f"{bare * 50}</main>"), URL)
    assert one.findings[0].impact < many.findings[0].impact <= WEIGHTS["img-alt-missing"]
    assert "50 of 52" in many.findings[0].evidence


def test_snippets_are_escaped() -> None:
    html = CLEAN.replace("<h1>Green tea from small farms", "<h1>Green tea &lt;b&gt; &amp; more")
    found = audited(FAULTS["title-missing"](Answer(html=html))).findings[0]
    assert found.snippet == "<title>Green tea &lt;b&gt; &amp; more</title>"


def test_the_output_is_what_its_model_says() -> None:
    output = audited(FAULTS["schema-invalid"](Answer()))
    again = AuditOutput.model_validate(json.loads(json.dumps(output.to_json())))
    assert isinstance(again, IntentModel)
    assert again == output


PIECES = (
    "< > </ <!-- --> <![CDATA[ <![ <![x[ <!doctype <? &#x &amp ' \" = <title <h1> </h1> <svg> "
    "<nav> </script <script> <img {} [ \0 é 日本 x <base|href='//['> <meta|charset <a|href= "
    "<a|href='http://[x'>y</a> "
    "<link|rel=canonical|href='http://[::1'> <script|type=application/ld+json>"
)
BITS = st.sampled_from([piece.replace("|", " ") for piece in PIECES.split(" ")])


@settings(max_examples=150, deadline=None)
@given(st.lists(BITS | st.text(max_size=8), max_size=40).map("".join))
def test_no_html_makes_the_audit_raise(html: str) -> None:
    output = audit_html(html, URL, KEYWORD)
    assert 0 <= output.score <= 100
    known = {finding.id for finding in output.findings} | {held.id for held in output.passed}
    assert len(known) == len(output.findings) + len(output.passed)
    assert output.score == score_of(output.findings)


UNITS = (
    "<",
    "<a ",
    "<a b='",
    "<!--",
    "<!--x>",
    "<![CDATA[",
    "</",
    "<?",
    "<!",
    "</script",
    "<textarea",
    "<p>x",
    "<svg><title>",
    "<a href=/x>y</a>",
    "<script>",
    "<!-",
    "&#",
    "<a \"'>",
    "x\n",
)


@pytest.mark.parametrize("end", ["", ">", "-->"])
@pytest.mark.parametrize("unit", UNITS)
def test_time_grows_with_the_length_not_with_its_square(unit: str, end: str) -> None:
    def seconds(times: int) -> float:
        html = unit * (times // len(unit)) + end
        began = time.process_time()
        read_page(html)
        return time.process_time() - began

    # The best of three: a look for garbage through all of this process may fall into one.
    small, large = max(seconds(10_000), 0.002), min(seconds(80_000) for _ in range(3))
    # Eight times as long; a quadratic reader would take 64 times as much.
    assert large < 30 * small


def test_five_megabytes_are_read() -> None:
    page = read_page(CLEAN.replace("</main>", "<p>A word or two</p>\n" * 240_000 + "</main>"))
    assert len(page.text) > 3_000_000
    assert page.titles == ["Green tea from small farms, picked by hand"]


@pytest.mark.parametrize(
    ("html", "titles"),
    [
        ("<title>A</title>", ["A"]),
        ("<TITLE>A &amp; B</TITLE>", ["A & B"]),
        ("<title>A", ["A"]),
        ("<svg><title>icon</title></svg><title>A</title>", ["A"]),
        ("<svg><p></p><title>A</title>", ["A"]),
        ("<!--<title>B</title>--><title>A</title>", ["A"]),
        ("<title>\n A\n  B </title>", ["A B"]),
        ("", []),
    ],
)
def test_titles_are_read_as_browsers_read_them(html: str, titles: list[str]) -> None:
    assert read_page(html).titles == titles


def test_navigation_and_footer_are_not_the_page_s_text() -> None:
    page = read_page("<nav>Menu</nav><p>One<br>two</p><aside>x</aside><footer>End</footer>")
    assert page.text == "One\ntwo"


def test_pixels_are_those_of_the_font() -> None:
    assert pixels("iii", 20) == round(3 * 0.222 * 20)
    assert pixels("WWW", 20) == round(3 * 0.944 * 20)
    assert pixels("é", 20) == pixels("e", 20)
    assert pixels("日本", 20) == 40
    assert pixels("", 20) == 0


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_longer_text_is_never_narrower(one: str, other: str) -> None:
    assert pixels(one + other, 20) >= pixels(one, 20) - 1


@pytest.mark.parametrize(
    ("word", "count"), [("tea", 1), ("water", 2), ("leave", 1), ("table", 2), ("a", 1), ("xyz", 1)]
)
def test_syllables_are_groups_of_vowels(word: str, count: int) -> None:
    assert syllables_of(word) == count


def test_reading_ease_is_flesch_s_formula() -> None:
    reading = read("The cat sat on the mat. " * 20, "en")
    assert (reading.words, reading.sentences) == (120, 20)
    assert reading.ease == round(206.835 - 1.015 * 6 - 84.6 * 1, 1)
    assert read("The cat sat on the mat. " * 20, "de").ease is None
    assert read("The cat.", "en").ease is None


@given(st.text(max_size=300), st.sampled_from(["en", "de", ""]))
def test_reading_never_raises(text: str, language: str) -> None:
    reading = read(text, language)
    assert reading.words >= 0
    assert reading.sentences <= len(text)


def test_a_check_that_does_not_apply_is_neither_found_nor_passed() -> None:
    subject = Subject(read_page("<p>x"), "<p>x", 4)
    keyword_checks = [check for check in CHECKS if check.id.startswith("keyword-")]
    assert {check.look(subject) for check in keyword_checks} == {Held.NOT_APPLICABLE}
    assert len(keyword_checks) == 3


def test_the_same_page_under_another_spelling_is_no_redirect() -> None:
    answer = Answer(requested="HTTPS://Tea.Example:443/green-tea#brew")
    assert ids(audited(answer)) == []


def test_the_documentation_lists_every_check_with_its_weight() -> None:
    page = (Path(__file__).parents[3] / "docs" / "seo.md").read_text()
    listed = [line for line in page.splitlines() if line.startswith("| `") and line.count("|") == 5]
    assert listed == [f"| `{c.id}` | {c.fault} | {c.severity} | {c.weight} |" for c in CHECKS]
