"""The SEO agent: its intents and how each is planned."""

from agents.seo.audit.report import audit_html, audit_page
from agents.seo.keywords.research import Research, top_opportunities
from agents.seo.keywords.scoring import METHOD
from agents.seo.keywords.suggestions import document_phrases
from agents.seo.models import (
    AuditInput,
    AuditOutput,
    Cluster,
    ResearchInput,
    ResearchOutput,
    ResearchWritten,
)
from agents.seo.prompts import SYSTEM, research_prompt
from agents.seo.words import plain
from hub.agent_kit.deliveries import delivery_steps
from hub.agent_kit.grounding import Sources, ground
from hub.agent_kit.spec import AgentSpec, Intent, IntentModel, Plan, PlanContext
from hub.agent_kit.text import clipped
from hub.domain.errors import InvalidRequestError
from hub.domain.knowledge import Dataset
from hub.ports import FetchedPage, ModelRequest

_HTML = ("text/html", "application/xhtml+xml")
_NAMED = 3
"""How many findings or opportunities a summary names."""


def plan_research(given: IntentModel, context: PlanContext) -> Plan:
    """Cluster and score the keywords, have them named, and deliver where asked."""
    assert isinstance(given, ResearchInput)
    sources = ground(given.grounding, " ".join(given.seeds), Dataset.SEO, context)
    research = Research.begin(given, _material(given, sources))
    context.report(15, f"keywords clustered: {len(research.clusters.groups)} clusters")
    written, usage = context.model.generate(
        ModelRequest(
            task="seo.keyword-research",
            system=SYSTEM,
            prompt=research_prompt(context.run.id, given, research.clusters.groups, sources),
            output=ResearchWritten,
            compose=lambda: ResearchWritten(suggestions=document_phrases(sources)),
            simulate=context.run.simulate,
            attempt=context.attempt,
        )
    )
    research.add(written.suggestions, len(sources.facts))
    clusters = research.finish(written.labels)
    refused = ", ".join(f"{n} {why}" for why, n in sorted(research.sieve.refused.items()))
    context.report(30, f"keywords scored; suggestions refused: {refused or 'none'}")
    output = _research_output(given, research, clusters, sources, usage.engine)
    steps = delivery_steps(given.deliver, output.to_json())
    return Plan(output, steps, usage, items=output.keyword_count, grounding=sources.count)


def _material(given: ResearchInput, sources: Sources) -> str:
    """All that was given, in which a number of a suggestion must be."""
    texts = [*given.seeds, *given.competitors, *(row.query for row in given.rows)]
    texts += [f"{passage.title} {passage.text}" for passage in sources.facts]
    return "\n".join(texts)


def _research_output(
    given: ResearchInput,
    research: Research,
    clusters: tuple[Cluster, ...],
    sources: Sources,
    engine: str,
) -> ResearchOutput:
    used = {k.citation for c in clusters for k in c.keywords if k.citation is not None}
    output = ResearchOutput(
        engine=engine,
        summary="",
        locale=given.locale,
        volumes_known=bool(given.rows),
        rows=len(given.rows),
        keyword_count=sum(len(cluster.keywords) for cluster in clusters),
        suggestions=research.suggestions,
        clusters=clusters,
        top_opportunities=top_opportunities(clusters, given.limit),
        method=METHOD,
        citations=sources.citations(sorted(used)),
    )
    return output.model_copy(update={"summary": _research_summary(output)})


def _research_summary(output: ResearchOutput) -> str:
    """Plain text for a message: what was found, and the best of it."""
    lines = [
        f"Keyword research: {output.keyword_count} keywords in {len(output.clusters)} clusters, "
        f"{output.suggestions} of them suggestions."
    ]
    if not output.volumes_known:
        lines.append("Search volumes are unknown: there were no Search Console rows.")
    for number, top in enumerate(output.top_opportunities[:_NAMED], 1):
        gain = "volume unknown" if top.extra_clicks is None else f"+{top.extra_clicks:.0f} clicks"
        lines.append(f"{number}. {plain(top.keyword)}: score {top.opportunity_score}, {gain}")
    return "\n".join(lines)


def plan_audit(given: IntentModel, context: PlanContext) -> Plan:
    """Fetch the page if it has to be, look at it, and deliver where asked. No model is needed."""
    assert isinstance(given, AuditInput)
    if given.url is not None:
        context.report(5, f"fetching {plain(given.url, 120)}")
        page = _checked(context.pages().fetch(given.url))
        context.report(20, f"page fetched: status {page.status}, {page.size} bytes")
        output = audit_page(page, given.url, given.keyword)
    else:
        output = audit_html(given.html or "", given.base_url, given.keyword)
    context.report(35, f"page checked: {len(output.findings)} findings, score {output.score}")
    steps = delivery_steps(given.deliver, output.to_json())
    return Plan(output, steps, items=len(output.findings))


def _checked(page: FetchedPage) -> FetchedPage:
    kind = page.headers.get("content-type", _HTML[0]).split(";")[0].strip().lower()
    if kind not in _HTML:
        raise InvalidRequestError(
            f"input.url: {page.url[:200]} is {clipped(kind, 60)}, not a web page; give a page in "
            "HTML",
            code="NOT_A_PAGE",
            details={"field": "input.url"},
        )
    return page


def _audited(given: IntentModel) -> str:
    assert isinstance(given, AuditInput)
    return f"SEO audit: {given.url or given.base_url or 'a page given as HTML'}"[:150]


def _researched(given: IntentModel) -> str:
    assert isinstance(given, ResearchInput)
    return f"Keyword research: {', '.join(given.seeds)}"[:150]


AGENT = AgentSpec(
    id="seo",
    description="Finds the keywords worth working on, and the faults of a page.",
    intents=(
        Intent(
            name="keyword-research",
            description="Clusters, classifies and scores keywords from seeds and Search Console.",
            input=ResearchInput,
            output=ResearchOutput,
            plan=plan_research,
            objective=_researched,
        ),
        Intent(
            name="seo-audit",
            description="Checks a page and ranks its faults by impact, each with its fix.",
            input=AuditInput,
            output=AuditOutput,
            plan=plan_audit,
            objective=_audited,
        ),
    ),
    default_intent="keyword-research",
    default_input={"seeds": ["marketing automation"], "locale": "en"},
)
