"""When a rise over days is told: what lasts, what is only a spike, and what else may be up."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from monitor.detection.slow_burn import SlowBurnOptions, detect
from monitor.facts import WHOLE, Cell, Dimension, Finding, Held, Kind, Series, Voice
from tests.detection.streams import HOUR, NOW, SURE, burning, history, ordinary, stream, voices

OPTIONS = SlowBurnOptions()
DAY = timedelta(days=1)
WEEK = SlowBurnOptions(windows=(7 * DAY,))
REFUND = Cell(Dimension.THEME, "refund")


def said(per_hour: float, hours: int, *, usual: float = 2.0, **changes: object) -> list[Voice]:
    """What was heard in the last 48 hours of a burn of so many hours, beside the usual."""
    heard = min(48, hours)
    return [*ordinary(usual), *voices(int(per_hour * heard), heard * 60, themes=("refund",), **changes)]


def burnt(per_hour: float, hours: int, *, usual: float = 2.0, **changes: object) -> list[Finding]:
    return detect(
        stream(burning(history(usual), per_hour, hours), said(per_hour, hours, usual=usual, **changes)), OPTIONS
    )


def raised(found: list[Finding]) -> list[Finding]:
    return [one for one in found if one.held is None]


@pytest.mark.parametrize("days", [2, 3, 5, 7])
def test_a_rise_over_days_is_told_with_its_window(days):
    found = raised(burnt(1.5, 24 * days))
    whole = next(one for one in found if one.cell == WHOLE)
    assert whole.kind is Kind.SLOW_BURN
    assert timedelta(days=2) <= whole.window_end - whole.window_start <= timedelta(days=7)
    assert whole.seen > 1.5 * whole.expected


def test_its_theme_is_told_too_and_the_evidence_is_of_the_last_48_hours():
    found = raised(burnt(0.6, 120))
    theme = next(one for one in found if one.cell == REFUND)
    assert set(range(1, 29)) <= set(theme.mention_ids)
    assert theme.authors >= 28


def test_a_brand_of_two_mentions_a_week_burns_with_one_complaint_in_four_hours():
    found = raised(burnt(0.25, 120, usual=2 / 168))
    assert WHOLE in {one.cell for one in found}


def test_one_sharp_day_in_the_window_is_no_slow_burn():
    """The spike detector tells it; here at least half of the excess lies within 24 hours."""
    assert raised(burnt(6.0, 12)) == []
    assert raised(burnt(3.0, 24)) == []


def test_a_spike_inside_a_week_counts_no_more_than_a_clipped_one():
    hourly = history(2.0)
    whole = hourly[WHOLE]
    storm = np.zeros(len(whole.mentions))
    storm[-60:-57] = 80.0
    hourly[WHOLE] = replace(whole, mentions=whole.mentions + storm, negative=whole.negative + SURE * storm)
    assert raised(detect(stream(hourly, ordinary(2.0)), OPTIONS)) == []


def test_a_burn_that_went_out_is_not_told_any_more():
    hourly = burning(history(2.0), 1.5, 120)
    for cell in (WHOLE, REFUND):
        quiet, burnt_out = history(2.0)[cell], hourly[cell]
        negative = np.where(
            np.arange(len(quiet.mentions)) < len(quiet.mentions) - 30, burnt_out.negative, quiet.negative
        )
        hourly[cell] = replace(burnt_out, negative=negative)
    heard = [one for one in said(1.5, 120) if one.mention_id >= 100_000 or one.at < NOW - 30 * HOUR]
    assert raised(detect(stream(hourly, heard), OPTIONS)) == []


def test_four_authors_are_too_few_and_kept_with_that_reason():
    heard = [replace(one, author=one.mention_id % 4) for one in said(1.5, 120)]
    found = detect(stream(burning(history(2.0), 1.5, 120), heard), OPTIONS)
    assert raised(found) == []
    assert all(one.held is Held.FEW_AUTHORS for one in found)


def test_a_week_in_which_everything_is_up_is_kept_and_raises_nothing():
    hourly = history(2.0)
    more = {cell: grown(series, 3.0, 120) for cell, series in hourly.items()}
    found = detect(stream(more, ordinary(6.0)), OPTIONS)
    assert raised(found) == []
    assert {one.cell: one.held for one in found}[WHOLE] is Held.ALL_UP


def grown(series: Series, times: float, hours: int) -> Series:
    """So many times of everything in the last hours."""
    factor = np.ones(len(series.mentions))
    factor[-hours:] = times
    columns = {name: getattr(series, name) * factor for name in ("mentions", "negative", "uncertainty")}
    return replace(series, **columns)


def test_hours_in_which_nobody_listened_are_unknown():
    hourly = burning(history(2.0), 1.5, 120)
    for cell, series in hourly.items():
        known = series.known.copy()
        known[-100:-60] = False
        empty = {name: np.where(known, getattr(series, name), 0.0) for name in ("mentions", "negative", "uncertainty")}
        hourly[cell] = replace(series, known=known, **empty)
    assert raised(detect(stream(hourly, said(1.5, 120)), OPTIONS))
    deaf = {
        cell: replace(series, known=series.known & (np.arange(len(series.known)) < len(series.known) - 100))
        for cell, series in hourly.items()
    }
    assert detect(stream(deaf, said(1.5, 120)), OPTIONS) == []


def test_an_earlier_incident_before_the_window_does_not_raise_the_bar():
    hourly = burning(history(2.0), 1.0, 72)
    whole = hourly[WHOLE]
    storm = np.zeros(len(whole.mentions))
    storm[250:330] = 4.0
    troubled = dict(hourly)
    troubled[WHOLE] = replace(whole, mentions=whole.mentions + storm, negative=whole.negative + SURE * storm)
    span = (whole.start + 250 * HOUR, whole.start + 330 * HOUR)

    def strength(hours: dict[Cell, Series], spans: list[tuple]) -> float:
        found = detect(stream(hours, said(1.0, 72), troubled=spans), OPTIONS)
        return max(one.strength for one in found if one.cell == WHOLE)

    assert strength(troubled, [span]) == pytest.approx(strength(hourly, []), rel=0.2)


def test_late_news_of_the_past_that_is_not_fresh_raises_nothing():
    assert raised(burnt(1.5, 120, fresh=False)) == []


def test_young_streams_are_silent():
    assert detect(stream(burning(history(2.0, days=7), 1.5, 48), said(1.5, 48)), OPTIONS) == []


def test_quiet_weeks_are_silent():
    for seed in range(30):
        rate = (0.02, 0.5, 3.0, 30.0)[seed % 4]
        assert raised(detect(stream(history(rate, seed=seed), ordinary(rate, seed=seed)), OPTIONS)) == []


def deaf(hourly: dict[Cell, Series], *hours: int) -> dict[Cell, Series]:
    """The same counts, but nobody listened in these hours before now, so nothing was heard."""
    out = {}
    for cell, one in hourly.items():
        known = one.known.copy()
        known[[-1 - hour for hour in hours]] = False
        heard = {name: np.where(known, getattr(one, name), 0.0) for name in ("mentions", "negative", "uncertainty")}
        out[cell] = replace(one, known=known, **heard)
    return out


def test_a_burn_is_told_although_nearly_half_of_the_week_was_not_listened_to():
    """What was heard is hardly more than usual in a week, but clearly more than usual in four days."""
    missed = [hour for first in (30, 60, 90, 120) for hour in range(first, first + 18)]
    hourly = deaf(burning(history(2.0), 0.8, 168), *missed)
    assert WHOLE in {one.cell for one in raised(detect(stream(hourly, said(0.8, 168)), WEEK))}


def test_a_source_that_was_hardly_listened_to_in_a_window_is_told_by_a_shorter_one():
    hourly, forum = history(4.0), Cell(Dimension.SOURCE, "forum")
    more = np.where(np.arange(len(hourly[forum].mentions))[::-1] < 58, 2.0, 0.0)
    series = hourly[forum]
    loud = replace(series, mentions=series.mentions + more, negative=series.negative + more * SURE)
    hourly[forum] = deaf({forum: loud}, *range(58, 168))[forum]
    found = detect(stream(hourly, [*ordinary(4.0), *voices(96, 48 * 60, source="forum")]), OPTIONS)
    spans = [one.window_end - one.window_start for one in found if one.cell == forum]
    assert spans
    assert max(spans) <= 3 * DAY


def test_growth_is_told_by_the_hours_that_were_listened_to():
    (found,) = [one for one in burnt(1.5, 120) if one.cell == WHOLE]
    hours = round((found.window_end - found.window_start) / HOUR)
    missed = range(hours - 30, hours)
    seen = stream(deaf(burning(history(2.0), 1.5, 120), *missed), said(1.5, 120))
    again = next(one for one in detect(seen, OPTIONS) if one.cell == WHOLE)
    assert again.growth == pytest.approx(found.growth, rel=0.35)


def test_a_burn_is_over_when_the_newest_day_could_be_a_usual_one():
    """Four bad days, then one with five complaints where four are nothing; not even a near miss."""
    early = burning(history(1.0), 0.35, 120)
    hourly = dict(early)
    for cell in (WHOLE, REFUND):
        less = np.where(np.arange(len(early[cell].mentions))[::-1] < 24, 0.35 - 5 / 24, 0.0)
        one = early[cell]
        hourly[cell] = replace(one, mentions=one.mentions - less, negative=one.negative - less * SURE)
    heard = [*ordinary(1.0), *voices(17, 48 * 60, themes=("refund",))]
    older = [one for one in heard if NOW - one.at > 24 * HOUR]
    newest = voices(5, 20 * 60, first=900, themes=("refund",))
    assert detect(stream(hourly, [*older, *newest]), OPTIONS) == []
