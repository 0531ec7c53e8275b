"""The social agent: its intents and how each is planned."""

from agents.social import ranking, scoring
from agents.social.checks import (
    Material,
    check_invented,
    material_of,
    number_warnings,
    without_marks,
)
from agents.social.finishing import finished_posts
from agents.social.improving import Improved, improve
from agents.social.models import (
    Criterion,
    GeneratePostInput,
    GeneratePostOutput,
    HashtagPackInput,
    HashtagPackOutput,
    OptimizeCaptionInput,
    OptimizeCaptionOutput,
    WrittenCaption,
    WrittenHashtags,
    WrittenPosts,
)
from agents.social.offline import compose_posts
from agents.social.prompts import (
    CAPTION_SYSTEM,
    HASHTAG_SYSTEM,
    POST_SYSTEM,
    caption_prompt,
    hashtag_prompt,
    post_prompt,
)
from agents.social.publishing import Publishable, publishing_steps
from hub.agent_kit.deliveries import delivery_steps
from hub.agent_kit.grounding import Sources, ground
from hub.agent_kit.platforms import fits, length, limits
from hub.agent_kit.spec import AgentSpec, Intent, IntentModel, Plan, PlanContext
from hub.domain.errors import InvalidOutputError
from hub.domain.knowledge import Dataset
from hub.domain.run import Step
from hub.ports import ModelRequest


def plan_posts(given: IntentModel, context: PlanContext) -> Plan:
    """Write a post for each platform; steps publish them and deliver them."""
    assert isinstance(given, GeneratePostInput)
    query = " ".join((given.topic, *given.keywords))
    sources = ground(given.grounding, query, Dataset.SOCIAL, context)
    context.report(15, f"writing for {', '.join(given.platforms)}")
    written, usage = context.model.generate(
        ModelRequest(
            task="social.generate-post",
            system=POST_SYSTEM,
            prompt=post_prompt(given, sources, context.run.id),
            output=WrittenPosts,
            compose=lambda: compose_posts(given, sources),
            simulate=context.run.simulate,
            attempt=context.attempt,
        )
    )
    known = (given.topic, *given.keywords, given.audience, given.call_to_action, given.link)
    material = material_of((*known, given.alt_text), sources)
    posts = finished_posts(given, written, sources, material)
    used = [number for post in posts for number in post.sources]
    output = GeneratePostOutput(engine=usage.engine, posts=posts, citations=sources.citations(used))
    context.report(35, f"{len(posts)} posts written and counted")
    return Plan(
        output=output,
        steps=_steps(given, output),
        usage=usage,
        # One platform's failure, or its later time, must not hold back the others.
        ordered=not given.publish,
        items=len(posts),
        grounding=sources.count,
    )


def _steps(given: GeneratePostInput, output: GeneratePostOutput) -> tuple[Step, ...]:
    posts: dict[str, Publishable] = {post.platform: post for post in output.posts}
    steps = publishing_steps(given.publish, posts, given, given.link)
    texts: dict[str, str] = {post.platform: post.text for post in output.posts}
    first = output.posts[0].text
    delivered = delivery_steps(given.deliver, {**output.to_json(), **texts, "text": first})
    renumbered = (
        step.model_copy(update={"id": f"step_{index}"})
        for index, step in enumerate(delivered, len(steps) + 1)
    )
    return (*steps, *renumbered)


def plan_caption(given: IntentModel, context: PlanContext) -> Plan:
    """Score a caption and improve it; the better of the writer's and the rules' is answered."""
    assert isinstance(given, OptimizeCaptionInput)
    before = scoring.criteria(given.platform, given.caption, given.call_to_action)
    score = scoring.total(given.platform, given.caption, before)
    context.report(5, f"caption scored: {score} of 100")
    query = " ".join((given.caption, *given.keywords))
    sources = ground(given.grounding, query, Dataset.SOCIAL, context, 10)
    by_rules = improve(given)
    written, usage = context.model.generate(
        ModelRequest(
            task="social.optimize-caption",
            system=CAPTION_SYSTEM,
            prompt=caption_prompt(given, before, sources, context.run.id),
            output=WrittenCaption,
            compose=lambda: WrittenCaption(platform=given.platform, caption=by_rules.caption),
            simulate=context.run.simulate,
            attempt=context.attempt,
        )
    )
    known = (given.caption, *given.keywords, given.call_to_action)
    material = material_of(known, sources)
    better, used = _better(given, written, by_rules, sources, material)
    improved = scoring.score(given.platform, better.caption, given.call_to_action)
    output = OptimizeCaptionOutput(
        engine=usage.engine,
        platform=given.platform,
        score=score,
        reasons=before,
        caption=better.caption,
        characters=length(given.platform, better.caption),
        limit=limits(given.platform).max_length,
        improved_score=improved,
        changes=better.changes,
        warnings=tuple(number_warnings(better.caption, material)),
        citations=sources.citations(used),
    )
    context.report(35, f"caption improved: {score} became {improved} of 100")
    steps = delivery_steps(given.deliver, output.to_json())
    return Plan(output=output, steps=steps, usage=usage, grounding=sources.count)


def _better(
    given: OptimizeCaptionInput,
    written: WrittenCaption,
    by_rules: Improved,
    sources: Sources,
    material: Material,
) -> tuple[Improved, list[int]]:
    """The writer's caption with its sources if it scores best, else the one that rules made."""
    caption, marked = without_marks(written.caption, sources)
    caption = caption.strip()
    used = [*written.sources, *marked]
    sources.citations(used)
    check_invented("output.caption", caption, material)
    if wrong := fits(given.platform, caption):
        raise InvalidOutputError(
            f"output.caption: {'; '.join(wrong)}. Run again, or shorten the caption"
        )
    if caption == by_rules.caption:
        return by_rules, used
    own = scoring.score(given.platform, caption, given.call_to_action)
    rules = scoring.score(given.platform, by_rules.caption, given.call_to_action)
    if own >= rules:
        return Improved(caption, _compared(given, caption)), used
    note = f"the writer's own wording was not taken: it scored {own}, this {rules}"
    return Improved(by_rules.caption, (*by_rules.changes, note)), []


def _compared(given: OptimizeCaptionInput, caption: str) -> tuple[str, ...]:
    """What is different, as the score sees it: computed, not what a model says of itself."""
    pairs = zip(
        scoring.criteria(given.platform, given.caption, given.call_to_action),
        scoring.criteria(given.platform, caption, given.call_to_action),
        strict=True,
    )
    found = tuple(_difference(old, new) for old, new in pairs if old.points != new.points)
    if found or caption == given.caption:
        return found
    return ("wording changed; no criterion of the score did",)


def _difference(old: Criterion, new: Criterion) -> str:
    return f"{new.name}: {old.points} became {new.points} of {new.maximum}: {new.reason}"


def plan_hashtags(given: IntentModel, context: PlanContext) -> Plan:
    """Collect, clean and rank hashtags, and pack them for each platform."""
    assert isinstance(given, HashtagPackInput)
    query = " ".join((given.topic, *given.keywords))
    sources = ground(given.grounding, query, Dataset.SOCIAL, context)
    written, usage = context.model.generate(
        ModelRequest(
            task="social.hashtag-pack",
            system=HASHTAG_SYSTEM,
            prompt=hashtag_prompt(given, sources, context.run.id),
            output=WrittenHashtags,
            # The terms of the topic and the knowledge are found without a writer.
            compose=lambda: WrittenHashtags(hashtags=()),
            simulate=context.run.simulate,
            attempt=context.attempt,
        )
    )
    context.report(25, f"{len(written.hashtags)} ideas, and the topic's own terms")
    found = ranking.candidates(given, [p.text for p in sources.facts], written.hashtags)
    groups = ranking.ranked(found, ranking.record(given.performance), given.per_group)
    packs = tuple(ranking.pack(platform, groups) for platform in given.platforms)
    ranked = (*groups.broad, *groups.niche, *groups.branded)
    # Only where a hashtag is from the knowledge does the output rest on it.
    used: list[int] | None = None if any(tag.source == "knowledge" for tag in ranked) else []
    output = HashtagPackOutput(
        engine=usage.engine,
        text=" ".join(packs[0].hashtags),
        groups=groups,
        platforms=packs,
        dropped=ranking.dropped(found),
        citations=sources.citations(used),
    )
    context.report(35, f"{len(ranked)} hashtags ranked, {len(found.dropped)} left out")
    return Plan(
        output=output,
        steps=delivery_steps(given.deliver, output.to_json()),
        usage=usage,
        items=len(ranked),
        grounding=sources.count,
    )


AGENT = AgentSpec(
    id="social",
    description="Writes posts for eight platforms and publishes them, improves captions, finds "
    "hashtags.",
    intents=(
        Intent(
            name="generate-post",
            description="Writes a post for each platform within its limits, and publishes them "
            "where and when you say.",
            input=GeneratePostInput,
            output=GeneratePostOutput,
            plan=plan_posts,
            objective=lambda given: f"Post: {getattr(given, 'topic', '')[:120]}",
        ),
        Intent(
            name="optimize-caption",
            description="Scores a caption with reasons and improves it.",
            input=OptimizeCaptionInput,
            output=OptimizeCaptionOutput,
            plan=plan_caption,
            objective=lambda given: f"Improve: {getattr(given, 'caption', '')[:120]}",
        ),
        Intent(
            name="hashtag-pack",
            description="Ranks hashtags for a topic, in groups and for each platform.",
            input=HashtagPackInput,
            output=HashtagPackOutput,
            plan=plan_hashtags,
            objective=lambda given: f"Hashtags: {getattr(given, 'topic', '')[:120]}",
        ),
    ),
    default_intent="generate-post",
    default_input={"topic": "What is new this week, in short.", "platforms": ["linkedin"]},
)
