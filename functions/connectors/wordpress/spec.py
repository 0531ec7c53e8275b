"""WordPress as data: what it can do, what it takes, and its limits.

Fields and values are those of https://developer.wordpress.org/rest-api/reference/ (posts, media),
read 2026-11, and of the route schema that a WordPress 6.1 server gives of itself.
"""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, model_validator

from hub.connector_kit.media import Media
from hub.connector_kit.spec import (
    Action,
    ActionInput,
    Auth,
    AuthType,
    ConnectorSpec,
    Credential,
    NoInput,
    Setting,
)
from hub.domain.outcome import Effect

Id = Annotated[int, Field(ge=1, description="WordPress id.")]
Slug = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        pattern=r"^[^/?#\s]+$",
        description="Last part of the address; WordPress adds a number if it is taken.",
    ),
]
Format = Literal[
    "standard", "aside", "chat", "gallery", "link", "image", "quote", "status", "video", "audio"
]
Status = Literal["publish", "draft", "pending", "private"]


class PostFields(ActionInput):
    """What a post is made of. `content` and `excerpt` are HTML or blocks."""

    title: str | None = Field(default=None, max_length=10_000)
    content: str | None = Field(default=None, max_length=2_000_000)
    excerpt: str | None = Field(default=None, max_length=50_000)
    slug: Slug | None = None
    author: Id | None = Field(default=None, description="Id of a user; else the connection's.")
    categories: list[Id] | None = Field(default=None, max_length=100)
    tags: list[Id] | None = Field(default=None, max_length=100)
    featured_media: int | None = Field(default=None, ge=0, description="Media id; 0 for none.")
    meta: dict[str, Any] | None = Field(
        default=None, description="Only keys that the site registered for the REST API are kept."
    )
    format: Format | None = None
    sticky: bool | None = None
    comment_status: Literal["open", "closed"] | None = None


class NewPost(PostFields):
    """A post that is not there yet: WordPress takes none without any text."""

    @model_validator(mode="after")
    def _not_empty(self) -> "NewPost":
        if not any((text or "").strip() for text in (self.title, self.content, self.excerpt)):
            raise ValueError("give title, content or excerpt")
        return self


class CreatePost(NewPost):
    """Input of `create_post`."""

    status: Status = "draft"


class SchedulePost(NewPost):
    """Input of `schedule_post`. `date` is at least a minute away; the site publishes when somebody
    visits it then.
    """

    date: AwareDatetime


class UpdatePost(PostFields):
    """Input of `update_post`: what is given is changed. Status `future` needs a `date`."""

    id: Id
    status: Status | Literal["future"] | None = None
    date: AwareDatetime | None = None

    @model_validator(mode="after")
    def _something(self) -> "UpdatePost":
        if not self.model_dump(exclude_none=True, exclude={"id"}):
            raise ValueError("give at least one field to change")
        if self.status == "future" and self.date is None:
            raise ValueError("status future needs a date")
        return self


class UploadMedia(ActionInput):
    """Input of `upload_media`. `post` is the post that the media belongs to."""

    media: Media
    title: str | None = Field(default=None, min_length=1, max_length=500)
    alt_text: str | None = Field(default=None, min_length=1, max_length=1000)
    caption: str | None = Field(default=None, min_length=1, max_length=1000)
    description: str | None = Field(default=None, min_length=1, max_length=1000)
    post: Id | None = None


class ListPosts(ActionInput):
    """Input of `list_posts`. `cursor` continues a list; `after` and `before` are about dates."""

    status: list[Status | Literal["future"]] = Field(default=["publish"], min_length=1)
    search: str | None = Field(default=None, min_length=1, max_length=200)
    slug: Slug | None = None
    author: Id | None = None
    categories: list[Id] | None = Field(default=None, max_length=100)
    tags: list[Id] | None = Field(default=None, max_length=100)
    after: AwareDatetime | None = None
    before: AwareDatetime | None = None
    sticky: bool | None = None
    orderby: Literal["date", "modified", "id", "title", "slug"] = "date"
    order: Literal["asc", "desc"] = "desc"
    limit: int = Field(default=20, ge=1, le=100)
    cursor: str | None = Field(default=None, pattern=r"^[1-9][0-9]{0,5}$")


_POST = {
    "id": "id of the post",
    "link": "its address",
    "status": "publish, future, draft, pending or private",
    "slug": "last part of the address",
    "dateGmt": "when it is or was published",
}

SPEC = ConnectorSpec(
    kind="wordpress",
    display_name="WordPress",
    description="Publish, schedule and change posts and upload media on your own WordPress site.",
    category="publishing",
    base_url="https://{siteUrl}/wp-json/wp/v2",
    auth=Auth(
        type=AuthType.BASIC,
        credentials=(
            Credential("username", "Login name of a WordPress user.", secret=False),
            Credential(
                "applicationPassword",
                "Application password of that user (Users → Profile), not the login password.",
            ),
        ),
    ),
    actions=(
        Action(
            id="create_post",
            name="Create a post",
            description="Creates a post: published, private, pending or as a draft.",
            input=CreatePost,
            effect=Effect.WRITE,
            output={**_POST, "ignoredMeta": "keys of meta that the site did not keep"},
        ),
        Action(
            id="schedule_post",
            name="Schedule a post",
            description="Creates a post that WordPress publishes at a later time.",
            input=SchedulePost,
            effect=Effect.WRITE,
            output={**_POST, "ignoredMeta": "keys of meta that the site did not keep"},
        ),
        Action(
            id="update_post",
            name="Update a post",
            description="Changes the given fields of a post.",
            input=UpdatePost,
            effect=Effect.IDEMPOTENT_WRITE,
            output={**_POST, "ignoredMeta": "keys of meta that the site did not keep"},
        ),
        Action(
            id="upload_media",
            name="Upload media",
            description="Uploads a file of any size to the media library.",
            input=UploadMedia,
            effect=Effect.WRITE,
            output={"id": "id of the media", "sourceUrl": "address of the file"},
        ),
        Action(
            id="list_posts",
            name="List posts",
            description="Lists posts, a page at a time.",
            input=ListPosts,
            effect=Effect.READ,
            output={"posts": "id, title, status, …", "total": "of all", "cursor": "or null"},
        ),
        Action(
            id="test_connection",
            name="Test the connection",
            description="Reads the user that the password belongs to; changes nothing.",
            input=NoInput,
            effect=Effect.READ,
            output={"id": "id", "name": "display name", "roles": "like author, editor"},
        ),
    ),
    limits="None of WordPress itself; a host may refuse too many calls (429) or large files (413).",
    reference="https://developer.wordpress.org/rest-api/reference/",
    contract="JSON Schema with the facts of WordPress's own route schema (OPTIONS of each route)",
    settings=(
        Setting("siteUrl", "address of the site, like https://example.com or …/blog (required)"),
        Setting("permalinks", "false for a site with plain links (?p=1)", True),
    ),
)
