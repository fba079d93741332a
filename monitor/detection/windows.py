"""The lengths of time that a detector looks back over, as they may be set in the config."""

from datetime import timedelta
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator

from monitor.clock import Duration, format_duration

HOUR = timedelta(hours=1)
HEARD = timedelta(hours=48)
"""So far back single voices are known; what is older is known by its hourly counts."""
HISTORY = timedelta(days=28)
"""So far back anything is known."""


def _rising(windows: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if not windows:
        raise ValueError("at least one window is needed")
    if windows[0] <= timedelta() or any(later <= earlier for earlier, later in pairwise(windows)):
        raise ValueError("windows are above 0s and rise")
    return windows


def _heard(windows: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if windows[-1] > HEARD:
        raise ValueError(
            f"{format_duration(windows[-1])} is longer than {format_duration(HEARD)}: older voices are not read"
        )
    return windows


def _of_days(windows: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if windows[0] < timedelta(days=2) or windows[-1] > HISTORY / 2:
        raise ValueError(f"windows of days are 2d at least and {format_duration(HISTORY / 2)} at most")
    return windows


def _whole_hours(step: timedelta) -> timedelta:
    if step % HOUR:
        raise ValueError(f"{format_duration(step)} is not a multiple of 1h, by which counts are stored")
    return step


Rising = Annotated[tuple[Duration, ...], AfterValidator(_rising)]
"""One window or more, each longer than the one before."""
Windows = Annotated[Rising, AfterValidator(_heard)]
"""Those that are looked through voice by voice."""
DayWindows = Annotated[Rising, AfterValidator(_of_days)]
"""Those that are looked through by hourly counts."""
Hours = Annotated[Duration, AfterValidator(_whole_hours)]
"""A length that the stored counts can be added up to."""
