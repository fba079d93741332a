"""Tests of what is known of themes over months without a look at texts."""

from datetime import timedelta

import numpy as np
from sqlmodel import Session

from monitor.store import search, theme_days
from monitor.store.search import Wanted
from monitor.store.search_words import tag
from tests.factories import NOON, make_brand, make_found_mention, make_source, make_theme

HOUR = timedelta(hours=1)
WINDOW = (NOON - 48 * HOUR, NOON + HOUR)


def test_hours_of_each_theme_are_sums_of_the_counts(session: Session):
    brand = make_brand(session)
    source = make_source(session, brand)
    for minutes in (1, 50):
        make_found_mention(
            session, brand, source, at=NOON + timedelta(minutes=minutes), negative=0.8, themes=("refund",)
        )
    make_found_mention(session, brand, source, at=NOON - 3 * HOUR, negative=0.1, themes=("refund", "staff"))
    found = theme_days.hours(session, brand.id, WINDOW)
    assert set(found) == {"refund", "staff"}
    assert found["refund"].starts.tolist() == [(NOON - 3 * HOUR).replace(tzinfo=None), NOON.replace(tzinfo=None)]
    assert np.allclose(found["refund"].sums, [[1, 2], [0.1, 1.6], [0.09, 0.32]])


def test_hours_are_those_of_the_window_and_the_brand(session: Session):
    brand, other = make_brand(session), make_brand(session, "karak", "Karak House")
    source = make_source(session, brand)
    make_found_mention(session, brand, source, at=NOON - 49 * HOUR, themes=("refund",))
    make_found_mention(session, other, source, at=NOON, themes=("refund",))
    assert theme_days.hours(session, brand.id, WINDOW) == {}


def test_texts_are_counted_per_quarter_of_an_hour(session: Session):
    brand = make_brand(session)
    source = make_source(session, brand)
    for minutes in (0, 14, 15):
        make_found_mention(
            session, brand, source, at=NOON + timedelta(minutes=minutes), negative=0.02, themes=("staff",)
        )
    make_found_mention(session, brand, source, at=NOON, negative=0.9, themes=("staff",))
    make_found_mention(session, brand, source, at=NOON, negative=0.02, themes=("refund",))
    number = make_theme(session, "staff").id
    wanted = Wanted(brand.id, tags=((tag("t", number),), (tag("n", "positive"),)), since=WINDOW[0], until=WINDOW[1])
    noon = int(NOON.timestamp())
    assert search.per_quarter(session, wanted) == {noon: 2, noon + 900: 1}
