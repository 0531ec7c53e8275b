"""Texts are cut where an author would cut them; nothing is lost, and nothing is too long."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.documents import Chunk
from hub.knowledge.chunking import LIMIT, OVERLAP, TARGET, chunked

SENTENCE = "The kettle heats water to the degree you ask for, and keeps it there for an hour. "

LINES = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            "",
            "",
            "# One",
            "## Two",
            "### Three",
            "- item",
            "1. first",
            "```",
            "~~~python",
            "| a | b |",
        ]
    ),
    st.integers(1, 30).map(lambda n: (SENTENCE * n).strip()),
    st.integers(1, 3000).map(lambda n: "x" * n),
    st.integers(1, 400).map(lambda n: "word " * n),
)
TEXTS = st.lists(LINES, max_size=40).map("\n".join)


def fresh(chunk: Chunk) -> str:
    return chunk.text[chunk.overlap :]


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(TEXTS)
def test_nothing_is_lost_doubled_or_moved(text: str) -> None:
    assert squeezed("".join(fresh(chunk) for chunk in chunked(text))) == squeezed(text)


@given(TEXTS)
def test_no_chunk_is_over_the_limit_or_empty(text: str) -> None:
    for chunk in chunked(text):
        assert len(chunk.text) <= LIMIT
        assert fresh(chunk).strip()


@given(TEXTS)
def test_what_is_repeated_is_how_the_chunk_before_ended(text: str) -> None:
    chunks = chunked(text)
    for before, chunk in pairwise(chunks):
        assert chunk.overlap <= OVERLAP
        assert squeezed(before.text).endswith(squeezed(chunk.text[: chunk.overlap]))
    assert not chunks or chunks[0].overlap == 0


def test_paragraphs_are_gathered_up_to_the_target() -> None:
    paragraphs = [f"Paragraph {n} says one thing about coffee." for n in range(40)]
    chunks = chunked("\n\n".join(paragraphs))
    assert all(TARGET - 60 < len(chunk.text) <= TARGET + OVERLAP for chunk in chunks[:-1])
    assert all(fresh(chunk).strip().startswith("Paragraph") for chunk in chunks)
    assert all(chunk.text.endswith("coffee.") for chunk in chunks)


def test_a_long_paragraph_is_cut_between_sentences_and_goes_on_with_the_last_one() -> None:
    sentences = [
        f"Sentence number {n} tells how the roast of that day turned out." for n in range(30)
    ]
    chunks = chunked(" ".join(sentences))
    assert len(chunks) > 2
    assert all(chunk.text.endswith("turned out.") for chunk in chunks)
    for before, chunk in pairwise(chunks):
        repeated = chunk.text[: chunk.overlap]
        assert repeated.startswith("Sentence number")
        assert before.text.endswith(repeated)


def test_a_heading_stays_with_its_text_and_names_where_chunks_stand() -> None:
    body = SENTENCE * 12
    chunks = chunked(
        f"# Shop\n\nIntro.\n\n## Returns\n\n{body}\n\n## Repairs\n\n### Grinders\n\n{body}"
    )
    assert chunks[0].text.startswith("# Shop\n\nIntro.")
    starts = [chunk for chunk in chunks if chunk.text.startswith("## ")]
    assert starts[-1].text.startswith("## Repairs\n\n### Grinders\n\nThe kettle")
    assert starts[-1].heading == "Shop > Repairs > Grinders"
    following = chunks[chunks.index(starts[-1]) + 1]
    assert following.heading == "Shop > Repairs > Grinders"
    assert not any(chunk.text.endswith(("Returns", "Grinders")) for chunk in chunks)


def test_a_heading_of_the_same_level_ends_the_section_before() -> None:
    chunks = chunked(f"# A\n\n## B\n\n{SENTENCE * 6}\n\n# C\n\n{SENTENCE * 6}")
    assert [chunk.heading for chunk in chunks] == ["A > B", "C"]


def test_small_sections_stay_together() -> None:
    (chunk,) = chunked("# Sizes\n\n## Small\n\n36 cm\n\n## Large\n\n52 cm")
    assert chunk.text == "# Sizes\n\n## Small\n\n36 cm\n\n## Large\n\n52 cm"


@pytest.mark.parametrize("fence", ["```", "~~~~", "```python"])
def test_a_code_block_is_not_torn(fence: str) -> None:
    close = fence.rstrip("python")
    code = f"{fence}\n" + "\n".join(f"value_{n} = compute({n})\n" for n in range(35)) + f"\n{close}"
    assert TARGET < len(code) < 950
    chunks = chunked(f"{SENTENCE * 6}\n\n# Code\n\n{code}\n\n{SENTENCE * 6}")
    assert [chunk.text.count(close) for chunk in chunks if close in chunk.text] == [2]


def test_a_comment_in_code_is_no_heading() -> None:
    chunks = chunked(f"# Setup\n\n```sh\n# install it\n\nmake\n```\n\n{SENTENCE * 12}")
    assert {chunk.heading for chunk in chunks} == {"Setup"}


def test_a_table_and_a_list_are_cut_between_rows_and_items() -> None:
    table = "\n".join(f"| article {n} | a grinder with {n} settings |" for n in range(60))
    items = "\n".join(f"- item {n} that says a little more\n  and goes on" for n in range(40))
    for text, start in ((table, "| article"), (items, "- item")):
        chunks = chunked(text)
        assert len(chunks) > 1
        assert all(chunk.text.startswith(start) and not chunk.overlap for chunk in chunks)


def test_a_text_without_sentences_is_cut_between_words() -> None:
    chunks = chunked("roast " * 500)
    assert all(set(chunk.text.split()) == {"roast"} for chunk in chunks)


@pytest.mark.parametrize("text", ["", "\n\n \n", "\t"])
def test_nothing_has_no_chunks(text: str) -> None:
    assert chunked(text) == []
