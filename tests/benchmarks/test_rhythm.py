"""The measuring of quiet sources: pauses are counted once, and a stop is seen."""

from datetime import timedelta

import numpy as np

from benchmarks.rhythm import STOPS, WORLDS, crawled, measure

QUARTER = timedelta(minutes=15)


def test_crawls_find_several_texts_as_one_arrival():
    assert len(crawled(np.array([0.1, 0.2, 0.3, 7.0]), QUARTER)) == 3


def test_a_well_blog_is_not_called_and_its_stop_is():
    rng = np.random.default_rng(3)
    arrivals = crawled(WORLDS["blog, 20 a day, nights"](rng, 120), QUARTER)
    false, delays = measure(arrivals, QUARTER, rng)
    assert false == 0
    assert len(delays) == STOPS
    assert max(delays) < 48
