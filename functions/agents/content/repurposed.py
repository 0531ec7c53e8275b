"""What must hold of repurposed pieces, the output made of them, and the steps that publish them."""

from collections.abc import Callable, Iterator

from agents.content.facts import links, numbers
from agents.content.repurpose_models import (
    MAX_POSTS,
    CountedText,
    Mail,
    RepurposeInput,
    RepurposeOutput,
    TargetName,
    WrittenMail,
    WrittenPieces,
    outline_markdown,
)
from agents.content.repurposing import Original, link_tail
from agents.content.text import count_words, plain
from agents.content.threads import thread
from hub.agent_kit.grounding import Sources
from hub.agent_kit.markdown import to_html
from hub.agent_kit.platforms import LIMITS, fits, length
from hub.agent_kit.text import clipped
from hub.domain.model import Json
from hub.domain.run import Step

_MAX_TITLE = 110


def pieces_problems(written: WrittenPieces, given: RepurposeInput, sources: Sources) -> list[str]:
    """What is wrong with the pieces: what is missing, too long, or cites sources there are not."""
    problems = [
        f"output.{_FIELDS[target]}: it was asked for and is missing"
        for target in given.targets
        if getattr(written, target) is None
    ]
    if written.linkedin is not None:
        whole = written.linkedin.strip() + link_tail(given)
        problems += [f"output.linkedin: {wrong}" for wrong in fits("linkedin", whole)]
        if not written.linkedin.strip():
            problems.append("output.linkedin: it is empty")
    problems += _thread_problems(written, given)
    if written.email is not None and not written.email.body.strip():
        problems.append("output.email.body: it is empty")
    known = len(sources.facts)
    problems += [
        f"output.sources: there is no source [{n}], there are {known}"
        for n in sorted(set(written.sources))
        if not 1 <= n <= known
    ]
    return problems


def pieces_output(
    written: WrittenPieces, given: RepurposeInput, sources: Sources, engine: str
) -> RepurposeOutput:
    """The output of pieces without problems: what was asked for, counted as platforms count."""
    kept = written.model_copy(update={t: None for t in _FIELDS if t not in given.targets})
    output = RepurposeOutput(
        engine=engine,
        title=clipped(Original(given).title, _MAX_TITLE),
        linkedin=_linkedin(kept.linkedin, given) if kept.linkedin else None,
        x_thread=thread(kept.x_thread, given.link) if kept.x_thread else None,
        email=_mail(kept.email) if kept.email else None,
        outline=kept.outline,
        citations=sources.citations(kept.sources),
    )
    return output.model_copy(update={"unsupported": _unsupported(kept, given, sources)})


def publishing_steps(given: RepurposeInput, output: RepurposeOutput) -> tuple[Step, ...]:
    """A step for each `publish`; what comes first is published first."""
    ordered = sorted(given.publish, key=lambda post: post.at.timestamp() if post.at else 0)
    made = []
    for number, post in enumerate(ordered, 1):
        action, payload = _CALLS[post.platform](output)
        made.append(
            Step(
                id=f"publish_{number}",
                name=f"{post.platform}.{action}",
                connector=post.platform,
                action=action,
                connection_id=post.connection_id,
                not_before=post.at,
                payload=payload,
            )
        )
    return tuple(made)


_FIELDS: dict[TargetName, str] = {
    "linkedin": "linkedin",
    "x_thread": "xThread",
    "email": "email",
    "outline": "outline",
}


def _thread_problems(written: WrittenPieces, given: RepurposeInput) -> Iterator[str]:
    if written.x_thread is None:
        return
    if not all(post.strip() for post in written.x_thread):
        yield "output.xThread: a post is empty"
        return
    posts = thread(written.x_thread, given.link)
    if len(posts) > MAX_POSTS:
        yield f"output.xThread: {len(posts)} posts with the link, and {MAX_POSTS} are the limit"
    for number, post in enumerate(posts):
        for wrong in fits("x", post.text):
            yield f"output.xThread.{number}: {wrong}"


def _linkedin(text: str, given: RepurposeInput) -> CountedText:
    whole = text.strip() + link_tail(given)
    size = length("linkedin", whole)
    return CountedText(text=whole, length=size, limit=LIMITS["linkedin"].max_length)


def _mail(mail: WrittenMail) -> Mail:
    body = mail.body.strip()
    return Mail(
        subject=mail.subject,
        preview=mail.preview,
        body=body,
        html=to_html(body),
        word_count=count_words(plain(body)),
    )


def _unsupported(
    written: WrittenPieces, given: RepurposeInput, sources: Sources
) -> tuple[str, ...]:
    made = [written.linkedin or "", *(written.x_thread or ())]
    if written.email:
        made += [written.email.subject, written.email.preview, written.email.body]
    if written.outline:
        made.append(outline_markdown(written.outline))
    known = [given.text, given.title or "", given.link or ""]
    known += [f"{p.title}\n{p.text}\n{p.url or ''}" for p in (*sources.facts, *sources.voice)]
    text, source = "\n".join(made), "\n".join(known)
    return (*links(text, source), *numbers(text, source))


def _to_linkedin(output: RepurposeOutput) -> tuple[str, Json]:
    assert output.linkedin is not None
    return "publish_post", {"text": output.linkedin.text}


def _to_x(output: RepurposeOutput) -> tuple[str, Json]:
    posts = output.x_thread or ()
    if len(posts) == 1:
        return "post_tweet", {"text": posts[0].text}
    return "post_thread", {"tweets": [{"text": post.text} for post in posts]}


_CALLS: dict[str, Callable[[RepurposeOutput], tuple[str, Json]]] = {
    "linkedin": _to_linkedin,
    "x": _to_x,
}
