"""SMS counted as the network counts it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.sms_text import sms_size


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        # 76 of two septets fill 152 of 153: the 77th begins the next part.
        ("€" * 153, "GSM-7", 306, 3),
        ("Grüße, Ärger, ñandú? no", "UCS-2", 23, 1),
        ("Grüße", "GSM-7", 5, 1),
        ("ж" * 70, "UCS-2", 70, 1),
        ("ж" * 71, "UCS-2", 71, 2),
        ("😀" * 35, "UCS-2", 70, 1),
        ("😀" * 36, "UCS-2", 72, 2),
        # 33 of two units fill 66 of 67.
        ("😀" * 67, "UCS-2", 134, 3),
        ("`", "UCS-2", 1, 1),
    ],
)
def test_a_text_has_its_size(text: str, encoding: str, units: int, segments: int) -> None:
    size = sms_size(text)
    assert (size.encoding, size.units, size.segments) == (encoding, units, segments)


@given(st.text(max_size=700))
def test_segments_hold_the_text_and_none_is_too_many(text: str) -> None:
    size = sms_size(text)
    part = 153 if size.encoding == "GSM-7" else 67
    assert size.segments >= 1
    if size.segments > 1:
        assert size.units <= size.segments * part
        # Each part but the last is full, but for one unit at most.
        assert size.units > (size.segments - 1) * (part - 1)


@given(st.text(max_size=300), st.characters())
def test_a_longer_text_never_takes_fewer_segments(text: str, letter: str) -> None:
    assert sms_size(text + letter).segments >= sms_size(text).segments
