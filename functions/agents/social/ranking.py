"""Ranks hashtags by what they have to do with the topic, and by how your own posts did with them.

    score = round(50 * relevance * performance), 0 to 100

`relevance` is by source: a keyword of yours 1.0; a brand of yours 1.0; a hashtag of the caption
0.9; a term of the topic 0.5, plus 0.1 for each further time it is there, up to 0.8; an idea of the
writer 0.6; a term that only the knowledge has 0.4. Of several sources the best counts.

`performance` is 1 without rows of yours. With them it is the hashtag's rate of engagements by
impressions, divided by the rate of all your rows, between 0.5 and 2. Rates of few impressions say
little, so each is drawn to the mean by 1,000 impressions: (engagements + 1000 * mean) /
(impressions + 1000). So 50 is a keyword that does as everything else, 100 one that does twice as
well. Popularity on a platform is not in it: nobody but the platform knows that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from agents.social import hashtags
from agents.social.models import (
    DroppedHashtag,
    HashtagGroups,
    HashtagPackInput,
    HashtagRow,
    Performance,
    PlatformPack,
    RankedHashtag,
)
from agents.social.words import terms
from hub.agent_kit.platforms import hashtags as hashtags_of
from hub.agent_kit.platforms import limits

type Source = Literal["keyword", "brand", "caption", "topic", "knowledge", "writer", "performance"]
type Group = Literal["broad", "niche", "branded"]

PRIOR = 1000
"""Impressions by which a rate is drawn to the mean."""

_RELEVANCE: dict[Source, float] = {
    "keyword": 1.0,
    "brand": 1.0,
    "caption": 0.9,
    "writer": 0.6,
    "topic": 0.5,
    "performance": 0.5,
    "knowledge": 0.4,
}


@dataclass(frozen=True)
class Candidate:
    """A hashtag that may be taken."""

    tag: str
    source: Source
    relevance: float
    group: Group


@dataclass
class Candidates:
    """Collects hashtags: the best source of each, and those that were not taken."""

    found: dict[str, Candidate] = field(default_factory=dict)
    dropped: dict[str, str] = field(default_factory=dict)

    def add(
        self, raw: str, source: Source, relevance: float | None = None, group: Group | None = None
    ) -> None:
        """Take a text as a hashtag, or note why not."""
        tag = hashtags.normalized(raw)
        if tag is None:
            self.dropped.setdefault(raw.strip()[:100], "has no letters, or more than 100")
            return
        if reason := hashtags.refusal(tag):
            self.dropped.setdefault(tag, reason)
            return
        weight = _RELEVANCE[source] if relevance is None else relevance
        known = self.found.get(hashtags.key(tag))
        if known is None or weight > known.relevance:
            where = known.group if known and known.group == "branded" else group
            spelled = known.tag if known else tag
            new = Candidate(spelled, source, weight, where or _group(tag))
            self.found[hashtags.key(tag)] = new


def _group(tag: str) -> Group:
    return "niche" if len(hashtags.parts_of(tag)) > 1 else "broad"


def candidates(
    given: HashtagPackInput, passages: Sequence[str], ideas: Iterable[str]
) -> Candidates:
    """Every hashtag that the input, the knowledge and a writer's ideas have."""
    found = Candidates()
    for brand in given.brands:
        found.add(brand, "brand", group="branded")
    for keyword in given.keywords:
        found.add(keyword, "keyword", group="niche" if " " in keyword.strip() else None)
    for tag in hashtags_of(given.topic):
        found.add(tag, "caption")
    for term, times in terms([given.topic])[:40]:
        found.add(term, "topic", min(0.8, 0.5 + 0.1 * (times - 1)), _term_group(term))
    for idea in ideas:
        found.add(idea, "writer", group=_term_group(idea))
    for term in _told_by(passages, given):
        found.add(term, "knowledge", group=_term_group(term))
    _add_rows(found, given)
    return found


def _term_group(term: str) -> Group | None:
    return "niche" if " " in term.strip() else None


def _told_by(passages: Sequence[str], given: HashtagPackInput) -> list[str]:
    """Pairs of words of the knowledge that have one of the topic's words in them."""
    about = _subject(given)
    pairs = [term for term, _times in terms(passages) if " " in term]
    return [pair for pair in pairs if about & set(pair.casefold().split())][:10]


def _subject(given: HashtagPackInput) -> set[str]:
    texts = (given.topic, *given.keywords, *given.brands)
    return {word for term, _ in terms(texts) for word in term.casefold().split()}


def _add_rows(found: Candidates, given: HashtagPackInput) -> None:
    """Hashtags of your own rows, if they have a word of the topic."""
    about = _subject(given)
    for row in given.performance:
        tag = hashtags.normalized(row.hashtag)
        if tag and hashtags.key(tag) in found.found:
            continue
        if tag and not hashtags.refusal(tag) and not about & set(hashtags.parts_of(tag)):
            found.dropped.setdefault(tag, "is not about this topic")
            continue
        found.add(row.hashtag, "performance")


@dataclass(frozen=True)
class Record:
    """Your own numbers: of each hashtag, and the rate of all together."""

    rows: dict[str, Performance]
    mean: float

    def factor(self, tag: str) -> float:
        """How a hashtag does beside all others: 0.5 to 2, 1 if nothing is known."""
        row = self.rows.get(hashtags.key(tag))
        if row is None or not self.mean:
            return 1.0
        rate = (row.engagements + PRIOR * self.mean) / (row.impressions + PRIOR)
        return min(2.0, max(0.5, rate / self.mean))


def record(rows: Iterable[HashtagRow]) -> Record:
    """Rows added up by hashtag."""
    sums: dict[str, tuple[int, int]] = {}
    for row in rows:
        tag = hashtags.normalized(row.hashtag)
        if tag is None:
            continue
        seen, done = sums.get(hashtags.key(tag), (0, 0))
        sums[hashtags.key(tag)] = (seen + row.impressions, done + row.engagements)
    impressions = sum(seen for seen, _ in sums.values())
    engagements = sum(done for _, done in sums.values())
    return Record(
        rows={
            tag: Performance(impressions=seen, engagements=done, rate=round(done / seen, 6))
            for tag, (seen, done) in sums.items()
        },
        mean=engagements / impressions if impressions else 0.0,
    )


def ranked(found: Candidates, own: Record, per_group: int) -> HashtagGroups:
    """The candidates by group, best first; those of one score in the order they were found."""
    groups: dict[str, list[RankedHashtag]] = {"broad": [], "niche": [], "branded": []}
    for candidate in found.found.values():
        groups[candidate.group].append(
            RankedHashtag(
                hashtag=f"#{candidate.tag}",
                score=min(100, round(50 * candidate.relevance * own.factor(candidate.tag))),
                source=candidate.source,
                performance=own.rows.get(hashtags.key(candidate.tag)),
            )
        )
    best = {name: sorted(tags, key=lambda tag: -tag.score) for name, tags in groups.items()}
    return HashtagGroups(
        broad=tuple(best["broad"][:per_group]),
        niche=tuple(best["niche"][:per_group]),
        branded=tuple(best["branded"][:per_group]),
    )


def mixed(groups: HashtagGroups, count: int) -> list[str]:
    """So many hashtags, from the groups in turn: niche, broad, branded, the best of each first."""
    rows = (groups.niche, groups.broad, groups.branded)
    longest = max(map(len, rows))
    turns = [row[turn].hashtag for turn in range(longest) for row in rows if turn < len(row)]
    return turns[:count]


def pack(platform: str, groups: HashtagGroups) -> PlatformPack:
    """What to use on a platform: as many as are recommended there, never more than it takes."""
    limit = limits(platform)
    recommended = limit.good_hashtags[1]
    note = None if recommended else f"hashtags lead nowhere on {limit.name}: use none"
    return PlatformPack.model_validate(
        {
            "platform": platform,
            "hashtags": mixed(groups, recommended),
            "recommended": recommended,
            "maximum": limit.max_hashtags,
            "note": note,
        }
    )


def dropped(found: Candidates) -> tuple[DroppedHashtag, ...]:
    """What was not taken, and why."""
    return tuple(
        DroppedHashtag(hashtag=f"#{tag.lstrip('#')}", reason=reason)
        for tag, reason in found.dropped.items()
    )


def for_post(topic: str, keywords: Sequence[str], ideas: Sequence[str], count: int) -> list[str]:
    """Hashtags for one post, without #: its keywords first, then ideas, then what it is about."""
    about = [term for term, _times in terms([topic])]
    return hashtags.usable((*keywords, *ideas, *about))[:count]
