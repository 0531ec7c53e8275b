"""Texts end their sentences where their readers see them end, in several languages and scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.agent_kit.text import MAX_SENTENCE, clipped, ended, has_end, of_line, one_line, sentences


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("One\nTwo\n\n Three", ["One", "Two", "Three"]),
        ("It costs 3.50 at Dr. Lind. Fine.", ["It costs 3.50 at Dr. Lind.", "Fine."]),
        ("See No. 5 and p. 12. Done.", ["See No. 5 and p. 12.", "Done."]),
        ("Is it there? No. We looked.", ["Is it there?", "No.", "We looked."]),
        (
            "Use tools, e.g. Ours, in the U.S. market.",
            ["Use tools, e.g. Ours, in the U.S. market."],
        ),
        ("Ask J. R. Smith. He knows.", ["Ask J. R. Smith.", "He knows."]),
        ('He said "Go." Then he went.', ['He said "Go."', "Then he went."]),
        ('"Really?" she asked. Yes.', ['"Really?" she asked.', "Yes."]),
        ("Wait... what? Yes.", ["Wait... what?", "Yes."]),
        ("Wait… Then go.", ["Wait…", "Then go."]),
        ("Visit https://a.example/x?y=1.2 now. Then go.", 2),
        ("Ask hello@a.example. Or example.com.", 2),
        ("We made it. iPhone owners can come.", ["We made it.", "iPhone owners can come."]),
        ("it is late. where is it? i wait... still", 3),
        ("use tools, e.g. ours. and ask dr. lind", ["use tools, e.g. ours.", "and ask dr. lind"]),
        ("Am 4. Mai. Um 3. Dann nie.", ["Am 4. Mai.", "Um 3.", "Dann nie."]),
        ("Werkzeuge, z. B. Hämmer, ca. 5 Stück. Gut.", 2),
        ("Demandez à M. Dupont. Il sait.", ["Demandez à M. Dupont.", "Il sait."]),
        ("Pregunte a la Sra. Gil. ¿Vale? ¡Sí!", ["Pregunte a la Sra. Gil.", "¿Vale?", "¡Sí!"]),
        ("数据很重要。我们保护它！好", ["数据很重要。", "我们保护它！", "好"]),
        ("أين الطرد؟ شكرا.", ["أين الطرد؟", "شكرا."]),
        ("यह अच्छा है। धन्यवाद।", ["यह अच्छा है।", "धन्यवाद।"]),
        ("...", ["..."]),
        ("", []),
    ],
)
def test_sentences_end_where_they_end(text: str, found: list[str] | int) -> None:
    told = sentences(text)
    assert (told if isinstance(found, list) else len(told)) == found


PROSE = st.text(alphabet="abÄ中 .!?…\n\t。؟\"')1,", max_size=200)


@given(st.one_of(PROSE, st.text(max_size=200)))
def test_nothing_but_white_space_is_lost(text: str) -> None:
    told = sentences(text)
    assert "".join("".join(told).split()) == "".join(text.split())
    assert all(part and part == part.strip() for part in told)


@given(st.lists(st.from_regex(r"\A[A-Z][a-z]{3,8} [a-z]{3,8}[a-z]y[.!?]\Z"), max_size=6))
def test_plain_sentences_come_back_as_they_were(said: list[str]) -> None:
    assert sentences(" ".join(said)) == said


@given(PROSE)
def test_no_sentence_is_too_long(text: str) -> None:
    assert all(len(part) <= MAX_SENTENCE for part in of_line(text.replace("\n", " ") * 30))


def test_a_line_without_an_end_comes_in_parts() -> None:
    parts = list(of_line("word " * 1000))
    assert "".join(parts).replace(" ", "") == "word" * 1000
    assert list(of_line("x" * 5000)) == []


def test_a_text_of_stops_is_read_in_a_moment() -> None:
    assert len(sentences("?." * 50_000 + " " + ". " * 50_000)) > 1


def test_a_sentence_gets_an_end_only_where_it_has_none() -> None:
    assert [ended(s) for s in ("a", "b!", "c:", "d.”", "")] == ["a.", "b!", "c:", "d.”", ""]
    assert has_end("好。") and not has_end("a. b")


@given(st.text(max_size=200), st.integers(2, 60))
def test_what_is_clipped_fits(text: str, limit: int) -> None:
    short = clipped(text, limit)
    assert len(short) <= limit
    assert short == one_line(text) or short.endswith("…")


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("Our spring tea is here at last", 20, "Our spring tea is…"),
        ("It ends here, and then", 14, "It ends here…"),
        ("two\nlines", 20, "two lines"),
        ("a " + "x" * 40, 20, "a " + "x" * 17 + "…"),
    ],
)
def test_a_text_is_clipped_at_a_word(text: str, limit: int, short: str) -> None:
    assert clipped(text, limit) == short
