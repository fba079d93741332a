"""The volume detector: a notice that much more is said than usual, good or bad."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from monitor.detection.volume import VolumeOptions, detect
from monitor.facts import WHOLE, Cell, Finding, Held, Kind, Series, Severity
from tests.detection.streams import HOUR, NOW, history, ordinary, stream, voices

OPTIONS = VolumeOptions()


def raised(found: list[Finding]) -> list[Finding]:
    return [one for one in found if one.held is None]


@pytest.mark.parametrize("negative", [0.03, 0.9])
@pytest.mark.parametrize(("per_hour", "number"), [(2 / 168, 12), (1.0, 20), (20.0, 60), (1000.0, 500)])
def test_much_more_than_usual_is_one_notice_good_or_bad(per_hour: float, number: int, negative: float):
    seen = stream(history(per_hour), [*ordinary(per_hour), *voices(number, 50, negative=negative)])
    (found,) = raised(detect(seen, OPTIONS))
    assert (found.severity, found.kind, found.cell) == (Severity.WATCH, Kind.VOLUME, WHOLE)
    assert found.seen > 1.3 * found.expected


@pytest.mark.parametrize("per_hour", [2 / 168, 0.1, 1.0, 20.0, 200.0])
def test_ordinary_days_raise_nothing(per_hour: float):
    for seed in range(10):
        assert raised(detect(stream(history(per_hour), ordinary(per_hour, seed=seed)), OPTIONS)) == []


def test_a_rise_of_several_hours_is_seen_where_no_hour_stands_out():
    seen = stream(history(1.0), voices(40, 350, negative=0.05))
    (found,) = raised(detect(seen, OPTIONS))
    assert found.window_end - found.window_start == timedelta(hours=6)


def test_a_brand_that_often_bursts_like_this_needs_more():
    burst = voices(25, 50)
    assert raised(detect(stream(history(1.0), burst), OPTIONS))
    assert raised(detect(stream(bursting(history(1.0), 25.0), burst), OPTIONS)) == []


def bursting(hourly: dict[Cell, Series], size: float) -> dict[Cell, Series]:
    """About every other day some hours brought so many more."""
    whole = hourly[WHOLE]
    more = whole.mentions.copy()
    for hour in range(3):
        more[hour::37] += size
    return {**hourly, WHOLE: replace(whole, mentions=more)}


def test_what_is_over_is_silent():
    old = [replace(one, at=one.at - 2 * HOUR) for one in voices(40, 50)]
    assert detect(stream(history(1.0), old), OPTIONS) == []


def test_one_author_and_copies_of_one_text_count_once():
    assert detect(stream(history(1.0), voices(80, 50, author=7)), OPTIONS) == []
    assert detect(stream(history(1.0), voices(80, 50, story=7)), OPTIONS) == []


def test_reposts_are_voices():
    assert raised(detect(stream(history(1.0), voices(80, 50, story=7, repost=True)), OPTIONS))


def test_what_came_late_raises_nothing():
    assert detect(stream(history(1.0), voices(80, 50, fresh=False)), OPTIONS) == []


def test_few_authors_and_near_misses_are_kept_with_their_reason():
    (few,) = detect(stream(history(2 / 168), voices(9, 50)), VolumeOptions(threshold=4.0))
    (below,) = detect(stream(history(1.0, seed=3), voices(12, 50)), OPTIONS)
    assert (few.held, below.held) == (Held.FEW_AUTHORS, Held.BELOW)


def test_it_is_silent_until_enough_was_listened_to():
    young = {
        cell: replace(series, known=np.arange(len(series.known)) >= len(series.known) - 8)
        for cell, series in history(1.0).items()
    }
    assert detect(stream(young, voices(80, 50)), OPTIONS) == []


def test_a_finding_tells_who_and_where():
    found = detect(stream(history(1.0), voices(20, 50, themes=("refund",), followers=10)), OPTIONS)[0]
    assert (found.authors, found.reach, found.sources) == (20, 200, ("forum", "reviews"))
    assert (found.themes[0], found.window_end, found.detector) == (("refund", 1.0), NOW, "volume")
    assert set(found.mention_ids) == set(range(1, 21))
