"""What an organization knows, as agents get to see it."""

from enum import StrEnum

from hub.domain.model import Record


class Dataset(StrEnum):
    """What knowledge is for. Brand voice goes along with every agent's own dataset."""

    CONTENT = "content"
    SEO = "seo"
    SUPPORT = "support"
    EMAIL = "email"
    SOCIAL = "social"
    BRAND_VOICE = "brand_voice"


class Passage(Record):
    """A part of a document that fits a question. `score` is 0 to 1, 1 for the same meaning."""

    chunk_id: str
    document_id: str
    dataset: Dataset
    title: str
    text: str
    score: float
    url: str | None = None
