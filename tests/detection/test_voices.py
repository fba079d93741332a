"""Who counts, and how often."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.detection.voices import count, hear, newest_first, pair, rising, without_repeats
from monitor.facts import WHOLE, Voice
from tests.detection.streams import HOUR, MINUTE, NOW, voice, voices

WINDOWS = np.array([600.0, 3600.0, 86400.0])


def counted(heard: list[Voice], echo: float = 1.0):
    """Counts of the whole brand per window."""
    numbers = {WHOLE: 0}
    columns = without_repeats(newest_first(hear(heard, numbers)))
    pairs, _ = pair(columns, len(numbers), 99)
    return count(columns, NOW.timestamp() - columns.at, pairs, WINDOWS, echo)


def test_every_author_counts_once_in_six_hours():
    counts = counted(voices(10, 50, author=7))
    assert counts.certain[0].tolist() == [0.81, 0.81, 0.81]
    assert counts.authors[0].tolist() == [1, 1, 1]


def test_an_author_who_comes_back_after_hours_counts_again_but_is_one_author():
    heard = [voice(1, NOW - 20 * HOUR, author=7), voice(2, NOW - MINUTE, author=7)]
    counts = counted(heard)
    assert counts.certain[0][2] == 2 * 0.81
    assert counts.authors[0][2] == 1


def test_the_same_story_of_the_same_author_counts_once_in_all():
    heard = [voice(1, NOW - 20 * HOUR, author=7, story=3), voice(2, NOW - MINUTE, author=7, story=3)]
    assert counted(heard).certain[0].tolist() == [0.81, 0.81, 0.81]


def test_the_same_story_of_many_authors_counts_for_each():
    assert counted(voices(10, 5, story=3)).authors[0][0] == 10


def test_reposts_weigh_less_than_voices_of_their_own():
    assert counted(voices(3, 5, story=3), echo=0.5).certain[0][0] == pytest.approx(2 * 0.81)
    assert counted(voices(3, 5), echo=0.5).certain[0][0] == pytest.approx(3 * 0.81)


def test_doubtful_voices_are_no_authors_and_weigh_little():
    counts = counted(voices(10, 5, negative=0.2))
    assert counts.authors[0][0] == 0
    assert counts.certain[0][0] < 0.5


def test_a_story_of_enough_voices_is_a_cell():
    numbers = {WHOLE: 0}
    columns = hear([*voices(3, 5, story=42), *voices(2, 5, first=9, story=43)], numbers)
    pairs, stories = pair(columns, len(numbers), 3)
    assert stories == [42]
    assert (pairs.cell == pairs.size - 1).sum() == 3


def test_nothing_heard_is_nothing_counted():
    assert counted([]).certain.sum() == 0


events = st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1), st.integers(0, 90000)), min_size=1, max_size=30)


@given(events)
def test_gains_add_up_to_the_largest_weight_of_each_author_in_any_window(rows):
    rows = sorted(rows, key=lambda row: row[2])
    author, weight, age = (np.array(column) for column in zip(*rows, strict=True))
    gains = rising(author.astype(np.int64), weight.astype(float))
    for window in WINDOWS:
        inside = age <= window
        largest = sum(weight[inside & (author == one)].max(initial=0) for one in set(author.tolist()))
        assert np.isclose(gains[inside].sum(), largest)
