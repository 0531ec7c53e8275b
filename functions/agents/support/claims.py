"""A reply may not say that something was done, nor promise money: no agent can do either.

Looked for are "I have issued …", "your refund was processed", "we will refund …" and their like in
four languages. Only the knowledge itself may put it so; a customer's message may not.
"""

import re
from collections.abc import Iterable

from hub.domain.errors import InvalidOutputError

_DONE = (
    "issued|processed|refunded|cancell?ed|deleted|removed|credited|reset|changed|updated|"
    "transferred|sent|closed|upgraded|downgraded|reimbursed|approved|shipped|unlocked|paid|waived|"
    "granted|applied|activated|reactivated"
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:i|we)(?:['’]ve| have)?(?: just| already| now)?\s(?:{_DONE})\b",
        r"\byour (?:refund|account|order|subscription|password|payment|credit|plan|money|invoice)\b"
        r"[^.!?\n]{0,30}\b(?:has|have|was|were|is)(?: now| just| already)?(?: been)? "
        rf"(?:{_DONE})\b",
        r"\b(?:i|we)(?:['’]ll| will| shall| are going to| am going to)(?: \w+){0,2}? "
        r"(?:refund|reimburse|credit|compensate|waive|repay)\b",
        r"\byou(?:['’]ll| will) (?:receive|get) (?:\w+ ){0,2}"
        r"(?:refund|credit|compensation|discount|voucher|reimbursement)\b",
        r"\b(?:habe|haben)\b[^.!?\n]{0,60}\b(?:erstattet|storniert|gekündigt|gelöscht|überwiesen|"
        r"gutgeschrieben|zurückgesetzt|geändert|veranlasst)\b",
        r"\b(?:werde|werden)\b[^.!?\n]{0,60}\b(?:erstatten|gutschreiben|überweisen)\b",
        r"\b(?:avons|j['’]ai)\b[^.!?\n]{0,30}"
        r"\b(?:remboursé|annulé|supprimé|crédité|modifié|effectué)\w*",
        r"\b(?:rembourserons|rembourserai|créditerons)\b",
        r"\b(?:hemos|he)\b[^.!?\n]{0,30}"
        r"\b(?:reembolsado|cancelado|eliminado|abonado|cambiado|realizado)\b",
        r"\b(?:reembolsaremos|abonaremos|le devolveremos)\b",
    )
)


def check_claims(reply: str, knowledge: Iterable[str]) -> None:
    """InvalidOutputError names the first claim in a reply that the knowledge does not make."""
    known = _even(" ".join(knowledge))
    for pattern in _PATTERNS:
        for match in pattern.finditer(reply):
            if _even(match.group()) not in known:
                raise InvalidOutputError(
                    f"output.reply: it says {match.group()!r}, which no agent can do or promise; "
                    "run again, or let a person answer"
                )


def _even(text: str) -> str:
    return " ".join(text.replace("’", "'").casefold().split())
