"""Steps that publish what was written, from the shorthand `publish` of an input."""

import html
from collections.abc import Sequence

from agents.content.models import DraftOutput, WordpressPost
from hub.domain.run import Step


def wordpress_steps(posts: Sequence[WordpressPost], output: DraftOutput) -> tuple[Step, ...]:
    """A new WordPress post for each: what comes first is published first.

    WordPress takes titles and excerpts as HTML too, so they are escaped.
    """
    ordered = sorted(posts, key=lambda post: post.at.timestamp() if post.at else 0)
    return tuple(
        Step(
            id=f"publish_{number}",
            name="wordpress.create_post",
            connector="wordpress",
            action="create_post",
            connection_id=post.connection_id,
            not_before=post.at,
            payload={
                "title": html.escape(output.title, quote=False),
                "content": output.html,
                "excerpt": html.escape(output.meta_description, quote=False),
                "slug": output.slug,
                "status": post.status,
            },
        )
        for number, post in enumerate(ordered, 1)
    )
