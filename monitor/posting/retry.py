"""When an answer that a place did not take is tried again, and when people must look at it."""

from datetime import datetime, timedelta

from monitor.errors import DeliveryError
from monitor.posting.poster import Busy

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=60)
MOST_ATTEMPTS = 30
"""About a day. An answer that is later than that may no longer be the right one: a person decides if it still goes
out. An answer that ends our process each time comes no further either."""


def next_try(error: DeliveryError, *, attempts: int, now: datetime) -> datetime | None:
    """The moment of the next try after `attempts` failed ones (1, 2, 4 … 60 min), or None to give up."""
    if error.permanent or attempts >= MOST_ATTEMPTS:
        return None
    wait = min(FIRST_WAIT * 2.0 ** min(attempts - 1, 10), LONGEST_WAIT)
    if isinstance(error, Busy):
        wait = min(max(wait, error.wait), LONGEST_WAIT)
    return now + wait
