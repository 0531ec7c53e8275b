"""How many clicks a position is worth.

The first page is SISTRIX's average over 80 million keywords: J. Beus, "Why (almost) everything you
knew about Google CTR is no longer valid", SISTRIX, 14 July 2020 (positions 1, 2, 3 and 10 are
28.5, 15.7, 11.0 and 2.5 % in its text, the others in its chart). It found "significantly less than
one percent" for every position of the second page, without figures: what stands here beyond
position 10 is our assumption, 0.9 % at 11, falling by a tenth with each position.
"""

FIRST_PAGE = (0.285, 0.157, 0.110, 0.080, 0.072, 0.051, 0.040, 0.032, 0.028, 0.025)
_ELEVENTH = 0.009
_DECAY = 0.9


def usual_ctr(position: float) -> float:
    """The usual click-through rate, 0 to 1, of an average position; it never rises with it.

    Between whole positions it is interpolated. A position below 1 counts as 1.
    """
    place = max(1.0, position)
    whole = int(place)
    here, below = _at(whole), _at(whole + 1)
    return here + (below - here) * (place - whole)


def within_reach(position: float) -> float:
    """The position to hope for: half the present one, at best the first."""
    return max(1.0, position / 2)


def extra_clicks(impressions: int, ctr: float, position: float) -> float:
    """The clicks to be gained if the position within reach got its usual rate; never negative."""
    return impressions * max(0.0, usual_ctr(within_reach(position)) - ctr)


def _at(position: int) -> float:
    if position <= len(FIRST_PAGE):
        return FIRST_PAGE[position - 1]
    return float(_ELEVENTH * _DECAY ** (position - len(FIRST_PAGE) - 1))


def page_of(position: float) -> int:
    """The page of results that a position is on, with ten results each."""
    return (round(max(1.0, position)) - 1) // 10 + 1
