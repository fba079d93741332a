"""Voices as columns, and who only says again what was said."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from monitor.detection.voices import copied, hear, rising
from tests.detection.streams import MINUTE, NOW, voice

WINDOWS = np.array([600.0, 3600.0, 86400.0])


def test_the_copies_are_all_but_the_surest_then_oldest_and_never_a_repost():
    heard = [
        voice(1, NOW - 3 * MINUTE, story=3, negative=0.7),
        voice(2, NOW - 2 * MINUTE, story=3),
        voice(3, NOW - MINUTE, story=3),
        voice(4, NOW, story=3, repost=True),
        voice(5, NOW, story=4),
    ]
    assert copied(hear(heard, {})).tolist() == [True, False, True, False, False]


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
