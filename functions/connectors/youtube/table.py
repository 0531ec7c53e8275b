"""How YouTube says no.

https://developers.google.com/youtube/v3/docs/errors, read 2026-11. `quotaExceeded` (403) is the
project's quota of a day, which begins anew at midnight Pacific time. `uploadLimitExceeded` (400) is
the channel's own limit of 24 hours; YouTube says to try again after as long.
"""

from datetime import datetime

from hub.connector_kit.google import GOOGLE_ROWS, google_reason, retry_delay
from hub.connector_kit.outcomes import (
    MAX_WAIT_SECONDS,
    Answer,
    OutcomeTable,
    Row,
    Verdict,
    rows,
)
from hub.connector_kit.waits import until_midnight

_UNTIL_MIDNIGHT = ("quotaExceeded", "dailyLimitExceeded")
_A_DAY = ("uploadLimitExceeded",)


def _wait(answer: Answer, now: datetime) -> float | None:
    code = google_reason(answer).code
    if code in _UNTIL_MIDNIGHT:
        return until_midnight("America/Los_Angeles", now)
    return MAX_WAIT_SECONDS if code in _A_DAY else retry_delay(answer, now)


_ROWS = (*rows(Verdict.RATE_LIMITED, *_UNTIL_MIDNIGHT, *_A_DAY), *GOOGLE_ROWS)

TABLE = OutcomeTable(rows=_ROWS, reason=google_reason, wait=_wait)

UPLOAD_TABLE = OutcomeTable(
    # 308 is "Resume Incomplete": go on.
    rows=(Row(Verdict.OK, status=308), *_ROWS),
    reason=google_reason,
    wait=_wait,
)
