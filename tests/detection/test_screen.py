"""The quick screen never hides what a full look would find, and many looks at one scene are as many single ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.detection.baseline import Usual, learn
from monitor.detection.chance import strength
from monitor.detection.screen import beyond
from monitor.detection.spike import Lookout, SpikeOptions, look, prepare
from monitor.detection.voices import Heard, hear
from monitor.facts import WHOLE, Cell, Finding
from tests.detection.streams import HOUR, NOW, THEMES, history, voice

OPTIONS = SpikeOptions()
Row = tuple[int, int, float, float, int, bool, bool]
rows = st.lists(
    st.tuples(
        st.integers(0, 40),  # author
        st.integers(0, 3),  # story, 0: its own
        st.sampled_from((0.05, 0.2, 0.35, 0.6, 0.8, 0.95)),
        st.floats(0, 30),  # hours ago
        st.integers(0, 2),  # theme
        st.booleans(),  # repost
        st.booleans(),  # collected late
    ),
    min_size=5,
    max_size=120,
)
crowd = st.tuples(st.integers(0, 60), st.floats(0.1, 20))
"""A burst: so many negative voices within so many hours."""


def usual_of(per_hour: float) -> Usual:
    usual = learn(history(per_hour), NOW, (), OPTIONS.baseline)
    assert usual is not None
    return usual


USUALS = {per_hour: usual_of(per_hour) for per_hour in (0.02, 1.0, 30.0)}


def stream_of(made: list[Row], burst: tuple[int, float]) -> tuple[Heard, np.ndarray, tuple[Cell, ...]]:
    """Voices as columns, when each was collected, and the cells."""
    number, hours = burst
    made = [*made, *((1000 + i, 0, 0.9, hours * i / max(number, 1), 0, False, False) for i in range(number))]
    numbers = {WHOLE: 0}
    heard = hear(
        [
            voice(
                i,
                NOW - hours_ago * HOUR,
                author=author,
                story=story or 100 + i,
                negative=p,
                themes=(THEMES[theme],),
                source="forum",
                repost=repost,
            )
            for i, (author, story, p, hours_ago, theme, repost, _) in enumerate(made)
        ],
        numbers,
    )
    late = np.array([row[-1] for row in made])
    return heard, heard.at + np.where(late, 1500.0, 20.0), tuple(numbers)


def told(findings: list[Finding]) -> list[tuple[object, ...]]:
    return [
        (one.cell, one.severity, one.held, one.window_start, one.mention_ids, pytest.approx(one.strength, abs=1e-6))
        for one in findings
    ]


@settings(max_examples=60, deadline=None)
@given(rows, crowd, st.sampled_from(sorted(USUALS)), st.booleans())
def test_what_is_screened_out_would_not_have_been_found(made, burst, per_hour, near):
    heard, seen, cells = stream_of(made, burst)
    lookout = Lookout.of(prepare(heard, seen, cells, OPTIONS), USUALS[per_hour], OPTIONS)
    times = NOW.timestamp() - np.arange(6) * 2400.0
    worth = lookout.worth(times, near=near)
    everything = np.ones(len(lookout.scene.arranged.cells), bool)
    for number, now in enumerate(times.tolist()):
        found = lookout.look(now, worth.any_of(number), near=near)
        assert told(found) == told(lookout.look(now, everything, near=near))


@settings(max_examples=60, deadline=None)
@given(rows, crowd, st.sampled_from(sorted(USUALS)))
def test_many_looks_at_one_scene_are_as_many_looks_at_what_had_been_collected(made, burst, per_hour):
    heard, seen, cells = stream_of(made, burst)
    usual = USUALS[per_hour]
    lookout = Lookout.of(prepare(heard, seen, cells, OPTIONS), usual, OPTIONS)
    for hours in (0, 1, 2):
        now = NOW - hours * HOUR
        at = now.timestamp()
        found = lookout.look(at, lookout.worth(np.array([at]), near=True).any_of(0))
        known = heard[(seen <= at) & (heard.at >= at - OPTIONS.seconds[-1])]
        assert told(found) == told(look(known, cells, usual, now, OPTIONS))


@given(st.floats(1e-4, 1e4), st.floats(0.02, 4), st.floats(0, 20), st.floats(2, 12))
@settings(max_examples=300, deadline=None)
def test_a_count_that_is_strong_is_far_above_its_mean(mean, spread, deviations, level):
    seen = mean + deviations * np.sqrt(mean + spread * mean**2)
    values = [np.array([value]) for value in (seen, mean, spread)]
    if strength(*values)[0] >= level:
        assert beyond(*values, np.array([level]))[0]


def test_a_burst_passes_the_screen_at_the_looks_that_find_it_only():
    heard, seen, cells = stream_of([], (12, 0.5))
    lookout = Lookout.of(prepare(heard, seen, cells, OPTIONS), USUALS[1.0], OPTIONS)
    worth = lookout.worth(NOW.timestamp() + np.array([-3600.0, 0.0, 3600.0 * 20]), near=False)
    assert worth.alarm.any(axis=1).tolist() == [False, True, False]
