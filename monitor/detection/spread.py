"""How far an incident or a story has gone, how fast it goes on, who carries it, and where it is going."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil

import numpy as np
from numpy.typing import NDArray

from monitor.detection.forecast import HOUR_SECONDS, Course, forecast
from monitor.detection.reproduction import reproduction
from monitor.facts import LARGEST_NUMBER, Amplifier, Forecast, Reproduction, Spread, Voice

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

HOURS = (1.0, 3.0, 6.0, 24.0)
"""How far ahead an incident is forecast."""
FEWEST_TO_FORECAST = 8
CASCADE_VOICES, CASCADE_SHARE = 100, 0.8
"""A story of so many voices, which are so much of all, is forecast as a cascade of reposts; all else as an incident."""
SURE = 0.95

MOST_AMPLIFIERS = 3
HEARD = 50.0
"""Followers that a voice has at least where we know of none: strangers read along."""
FOLLOWERS_A_VOICE = 10_000.0
"""So many followers tell as much as one voice that followed."""
LEAST_CREDIT = 3.0
"""An amplifier brought at least three voices, or has thirty thousand followers."""
CANDIDATES = 100
"""Only the most telling voices are sorted; three authors are among them unless one of them wrote all."""


def spread(voices: Sequence[Voice], now: datetime) -> Spread:
    """The spread of one incident or story, of which these are all voices found so far, in any order.

    A mention given twice counts once; a voice from after `now` (a clock that is ahead) counts as just heard.
    """
    known = list({voice.mention_id: voice for voice in voices}.values())
    until = now.timestamp()
    at = np.minimum(np.array([voice.at.timestamp() for voice in known], np.float64), until)
    followers = [voice.followers for voice in known]
    story = np.array([voice.story for voice in known], np.int64)
    rising = np.sort(at)
    authors = _followers_by_author(known)
    languages = {language.split("-")[0] for language in {voice.language for voice in known}} - {"und", ""}
    return Spread(
        voices=len(known),
        per_hour=float(np.count_nonzero(at > until - HOUR_SECONDS)),
        authors=len(authors),
        reach=min(sum(authors.values()), LARGEST_NUMBER),  # no more than people there could be
        sources=len({voice.source for voice in known}),
        languages=len(languages),
        video=any(voice.video for voice in known),
        reproduction=reproduction(rising, until),
        forecasts=_forecasts(rising, story, until),
        amplifiers=_amplifiers(known, at, story, np.array(followers, np.float64)),
    )


def _forecasts(at: Floats, story: Numbers, now: float) -> tuple[Forecast, ...]:
    if len(at) < FEWEST_TO_FORECAST:
        return ()
    _, told = np.unique(story, return_counts=True)
    most = int(told.max())
    cascade = most >= CASCADE_VOICES and most >= CASCADE_SHARE * len(at)
    return forecast(at - at[0], now - at[0], HOURS, Course.CASCADE if cascade else Course.INCIDENT)


def _followers_by_author(voices: Sequence[Voice]) -> dict[int, int]:
    """Each author with the largest number of followers seen."""
    largest: dict[int, int] = {}
    for voice in voices:
        author = voice.author
        if author not in largest or voice.followers > largest[author]:
            largest[author] = voice.followers
    return largest


def _amplifiers(known: Sequence[Voice], at: Floats, story: Numbers, followers: Floats) -> tuple[Amplifier, ...]:
    """The voices that many heard or after which many spoke: at most three, of different authors."""
    order = np.argsort(at)
    order = order[np.argsort(story[order], kind="stable")]  # much faster than both keys at once
    followed, credit = np.empty(len(at)), np.empty(len(at))
    followed[order], credit[order] = followed_by(at[order], story[order], followers[order])
    telling = credit + followers / FOLLOWERS_A_VOICE
    rows = np.flatnonzero(telling >= LEAST_CREDIT)
    if len(rows) > CANDIDATES:
        rows = rows[np.argpartition(-telling[rows], CANDIDATES)[:CANDIDATES]]
    found: dict[int, Amplifier] = {}
    for row in rows[np.lexsort((at[rows], -telling[rows]))].tolist():
        voice = known[row]
        found.setdefault(voice.author, Amplifier(voice.mention_id, voice.followers, int(followed[row])))
    return tuple(found.values())[:MOST_AMPLIFIERS]


def followed_by(at: Floats, story: Numbers, followers: Floats) -> tuple[Floats, Floats]:
    """For each voice, the voices of its story in the hour after it, and how many of these it is credited with.

    Rows are sorted by story, then time. A voice is shared out among those of its story in the hour before it by their
    followers, so what was under way before an amplifier came is not its merit. Both have shape (n,).
    """
    if not len(at):
        return np.zeros(0), np.zeros(0)
    # One rising clock for all stories: the step between two is longer than any hour can bridge.
    clock = at - at.min()
    clock = clock + np.cumsum(np.r_[0, story[1:] != story[:-1]]) * (clock.max() + 3 * HOUR_SECONDS)
    weight = np.maximum(followers, 0) + HEARD
    before = np.searchsorted(clock, clock - HOUR_SECONDS, "left")
    first = np.searchsorted(clock, clock, "left")
    heard = np.r_[0.0, np.cumsum(weight)]
    shared = heard[first] - heard[before]
    each = np.divide(1.0, shared, out=np.zeros_like(shared), where=first > before)
    shares = np.r_[0.0, np.cumsum(each)]
    after = np.searchsorted(clock, clock, "right")
    until = np.searchsorted(clock, clock + HOUR_SECONDS, "right")
    return (until - after).astype(np.float64), weight * (shares[until] - shares[after])


def in_words(spread: Spread, hours: float = 6.0) -> str:
    """One plain line: whether it grows, how many voices there are, and how many there may be `hours` from now."""
    parts = [_course(spread.reproduction)] if spread.reproduction else []
    ahead = next((one for one in spread.forecasts if one.hours >= hours), None)
    now = f"{spread.voices:,} now" if ahead else f"{spread.voices:,} so far, {spread.per_hour:,.0f} in the last hour"
    return "; ".join([*parts, ", ".join([now, *([_coming(ahead, spread.voices)] if ahead else [])])])


def _course(reproduction: Reproduction) -> str:
    """Growing, fading, or neither: what cannot be told from 1 is called about 1."""
    between = f"({reproduction.low:.1f}-{reproduction.high:.1f})"
    if reproduction.growing > SURE:
        return f"growing: each post brings about {reproduction.value:.1f} more {between}"
    if reproduction.growing < 1 - SURE:
        return f"fading: each post brings about {reproduction.value:.1f} more {between}"
    return f"going on: each post brings about 1 more {between}"


def _coming(ahead: Forecast, voices: int) -> str:
    within = f"within {ahead.hours:g} h"
    found = expected(ahead, voices)
    return f"{found[0]:,}-{found[1]:,} {within}" if found else f"hardly more {within}"


def expected(ahead: Forecast, voices: int) -> tuple[int, int] | None:
    """How many voices there will be, at least and at most; None when hardly more than there are already."""
    if ahead.high <= voices:
        return None
    low, high = max(_round(ahead.low), voices), _round(ahead.high)
    return low, high if high > low else ceil(ahead.high)  # rounding must not take away what there is already


def _round(number: float) -> int:
    """Two digits that matter, as no forecast has more; whole below a hundred."""
    if number < 100:
        return round(number)
    step: int = 10 ** (len(str(int(number))) - 2)
    return round(number / step) * step
