"""The media of posts: uploaded, processed and described before the first of the posts is published.

So a file that X does not take leaves no half of a thread behind. Media that no post shows is seen
by nobody and expires.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.x.inputs import Content, PostMedia, UploadMedia
from connectors.x.upload import Upload
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.domain.outcome import Outcome, OutcomeKind, in_progress, invalid

_TOLD = (OutcomeKind.INVALID_REQUEST, OutcomeKind.IN_PROGRESS)


@dataclass(frozen=True)
class Attachments:
    """The media of one call's posts. `action` leads the names of its parts in the journal."""

    x: PlatformClient
    context: ClientContext
    action: str
    posts: Sequence[Content]

    @property
    def ready(self) -> bool:
        """Whether every post has its media. A post is never sent before."""
        return self._ready in self.context.journal or not any(post.media for post in self.posts)

    def ids(self, place: int) -> list[str]:
        """Ids of the media of the post at a place: those it names, or those uploaded for it."""
        post = self.posts[place]
        if not post.media:
            return list(post.media_ids or ())
        ids: list[str] = self.context.journal.get(self._ready)[place]
        return ids

    def go_on(self) -> Outcome | None:
        """What is left to do, or what became of it; None once every post has its media."""
        if self.ready:
            return None
        ids: list[list[str]] = [[] for _ in self.posts]
        total = sum(len(post.media or ()) for post in self.posts)
        for number, (place, media) in enumerate(self._media()):
            if self.context.time_is_up:
                return in_progress(f"{number} of {total} media are uploaded", 1)
            outcome = self._upload(place, number, media)
            if not outcome.ok:
                return _named(outcome, number, total)
            ids[place].append(outcome.data["mediaId"])
        self.context.journal.put(self._ready, ids)
        return None

    def _media(self) -> Iterator[tuple[int, PostMedia]]:
        for place, post in enumerate(self.posts):
            for media in post.media or ():
                yield place, media

    def _upload(self, place: int, number: int, media: PostMedia) -> Outcome:
        given = UploadMedia(media=media.media, alt_text=media.alt_text)
        of = len(self.posts[place].media or ())
        outcome = Upload(self.x, self.context, given, f"{self.action}.media{number}", of).go_on()
        if outcome.ok and "mediaId" not in outcome.data:
            # Of a post's part only: the post itself must not look published.
            return invalid(
                "ANSWER_UNREADABLE",
                "X answered the upload without an id, so nothing is published; publish it anew",
            )
        return outcome

    @property
    def _ready(self) -> str:
        return f"{self.action}.media"


def _named(outcome: Outcome, number: int, total: int) -> Outcome:
    """The outcome with the number of the media that its message is about, if there are several."""
    if total == 1 or outcome.kind not in _TOLD:
        return outcome
    message = f"media {number + 1} of {total}: {outcome.message}"
    return outcome.model_copy(update={"message": message})
