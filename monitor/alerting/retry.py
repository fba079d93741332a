"""When a message that was not accepted is tried again, and when to give up and tell the operator."""

from datetime import datetime, timedelta

from monitor.alerting.channel import AskedToWait, ChannelOptions
from monitor.errors import DeliveryError

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=60)
GIVE_UP_AFTER = timedelta(days=3)
"""From Friday evening to Monday noon nobody may mend a receiver. What is late goes out as one message that says where
things stand, so that keeping it costs nobody anything, and losing it may: an outage of a day is not rare."""
GIVE_UP_ON_SOME_AFTER = timedelta(days=1)
"""The other recipients have it, and whoever is refused for a day was not greylisted."""
LATE_AFTER = timedelta(minutes=15)
"""What could not be delivered for so long goes out with all else that its channel has not got."""
TELL_AFTER = 3  # failures in a row: a restart of the receiver causes one or two


def next_try(
    error: DeliveryError, *, attempts: int, due_at: datetime, now: datetime, to_some: bool = False
) -> datetime | None:
    """The moment of the next try after `attempts` failed ones (1, 2, 4 … 60 min), or None to give up.

    `due_at` is when the message was meant to go out; `to_some`: other recipients have it already.
    """
    if error.permanent:
        return None
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 10), LONGEST_WAIT)
    if isinstance(error, AskedToWait):
        wait = min(max(wait, error.wait), LONGEST_WAIT)
    return now + wait if now + wait <= due_at + (GIVE_UP_ON_SOME_AFTER if to_some else GIVE_UP_AFTER) else None


def worth_telling(*, failures: int, permanent: bool, told_at: datetime | None) -> bool:
    """Whether the operator must hear of a channel's trouble: once per trouble, which ends with the next success."""
    return told_at is None and (permanent or failures >= TELL_AFTER)


def stand_in(
    failing: str, wanted: str | None, channels: tuple[ChannelOptions, ...], troubled: frozenset[str]
) -> str | None:
    """The channel that tells the operator: the wanted one, else the first that is on, and none that fails itself."""
    able = [c.id for c in channels if c.enabled and c.id != failing and c.id not in troubled]
    return wanted if wanted in able else next(iter(able), None)
