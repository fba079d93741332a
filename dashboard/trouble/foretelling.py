"""Where an incident is going, in one line of the viewer's language; what `monitor.detection.spread` says in English."""

from dashboard import parts
from dashboard.words import _, _n
from monitor.detection.spread import SURE, expected
from monitor.facts import Forecast, Reproduction, Spread

AHEAD_HOURS = 6.0


def outlook_words(spread: Spread, hours: float = AHEAD_HOURS) -> str:
    """Whether it grows, how many voices there are, and how many there may be `hours` from now (not HTML)."""
    ahead = next((one for one in spread.forecasts if one.hours >= hours), None)
    course = [_course(spread.reproduction)] if spread.reproduction else []
    return "; ".join([*course, _coming(ahead, spread.voices) if ahead else _so_far(spread)])


def _course(found: Reproduction) -> str:
    """Growing, fading, or neither: what cannot be told from 1 is called about 1."""
    more, low, high = (parts.decimal(number, 1) for number in (found.value, found.low, found.high))
    if found.growing > SURE:
        return _("growing: each post brings about %(more)s more (%(low)s-%(high)s)", more=more, low=low, high=high)
    if found.growing < 1 - SURE:
        return _("fading: each post brings about %(more)s more (%(low)s-%(high)s)", more=more, low=low, high=high)
    return _("going on: each post brings about 1 more (%(low)s-%(high)s)", low=low, high=high)


def _so_far(spread: Spread) -> str:
    lately = parts.decimal(spread.per_hour, 0)
    return _("%(voices)s so far, %(lately)s in the last hour", voices=parts.number(spread.voices), lately=lately)


def _coming(ahead: Forecast, voices: int) -> str:
    found, now, hours = expected(ahead, voices), parts.number(voices), round(ahead.hours)
    if found is None:
        return _n("%(now)s now, hardly more within %(n)s h", "%(now)s now, hardly more within %(n)s h", hours, now=now)
    low, high = (parts.number(number) for number in found)
    return _n(
        "%(now)s now, %(low)s-%(high)s within %(n)s h", "%(now)s now, %(low)s-%(high)s within %(n)s h",
        hours, now=now, low=low, high=high,
    )  # fmt: skip
