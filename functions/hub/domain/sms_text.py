"""How an SMS is counted: in the GSM alphabet or in UCS-2, and in segments of it.

3GPP TS 23.038 (alphabet) and TS 23.040 (concatenation): 160 septets or 70 UTF-16 units in one
message, 153 or 67 in each part of a longer one.
"""

from dataclasses import dataclass
from typing import Literal

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
"""Each takes two septets: an escape goes before it."""


@dataclass(frozen=True)
class SmsSize:
    """How large a text is as SMS. `units` are septets (GSM-7) or UTF-16 units (UCS-2)."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    segments: int


def sms_size(text: str) -> SmsSize:
    """The size of a text. One letter outside the GSM alphabet makes the whole text UCS-2."""
    if all(letter in _BASIC or letter in _EXTENDED for letter in text):
        costs = [2 if letter in _EXTENDED else 1 for letter in text]
        return SmsSize("GSM-7", sum(costs), _segments(costs, 160, 153))
    costs = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
    return SmsSize("UCS-2", sum(costs), _segments(costs, 70, 67))


def _segments(costs: list[int], alone: int, part: int) -> int:
    if sum(costs) <= alone:
        return 1
    segments, used = 1, 0
    for cost in costs:
        # A letter of two units is not divided between two parts.
        if used + cost > part:
            segments, used = segments + 1, 0
        used += cost
    return segments
