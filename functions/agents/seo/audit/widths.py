"""How wide a text is in a search result, in pixels: an estimate.

Widths are those of Helvetica in Adobe's Core 14 font metrics, in thousandths of the font size;
Arial, which result pages fall back to, was made to the same widths. Titles are set in 20 px,
descriptions in 14 px. Accented letters count as their base letter, East Asian ones as a full em.
"""

import unicodedata

TITLE_PIXELS = 20
DESCRIPTION_PIXELS = 14
_OTHER = 556
_FULL = 1000
_BY_WIDTH = {
    191: "'",
    222: "ijl’‘",
    260: "|",
    278: " !,./:;I[\\]ft",
    333: "()-`r“”„",
    334: "{}",
    350: "•",
    355: '"',
    389: "*",
    469: "^",
    500: "Jckvsxyz",
    556: "#$0123456789?L_abdeghnopqu–",
    584: "+<=>~",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "—…",
    1015: "@",
}
_WIDTHS = {sign: width for width, signs in _BY_WIDTH.items() for sign in signs}


def pixels(text: str, size: int) -> int:
    """The width of a text on one line at a font size in pixels."""
    return round(sum(_width(sign) for sign in text) * size / 1000)


def _width(sign: str) -> int:
    if sign in _WIDTHS:
        return _WIDTHS[sign]
    if unicodedata.combining(sign):
        return 0
    if unicodedata.east_asian_width(sign) in "WF":
        return _FULL
    return _WIDTHS.get(unicodedata.normalize("NFD", sign)[0], _OTHER)
