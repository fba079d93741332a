"""The figures of an incident, with people and without."""

from dataclasses import replace
from math import inf

from dashboard.data.incidents import FindingRow
from dashboard.trouble import spreading
from monitor.facts import Kind, RatingFall, Spread

FOUND = FindingRow(
    seen=14.2,
    expected=0.6,
    strength=8.0,
    growth=2.5,
    authors=12,
    reach=900,
    minutes=40,
    sources=("forum", "<b>news</b>"),
    themes=(),
    languages=(),
    kind=Kind.SPIKE,
    rating=None,
)
SPREAD = Spread(voices=60, per_hour=12.0, authors=40, reach=21_500, sources=3, languages=1, video=True)


def test_before_the_first_look_at_its_spread_a_finding_tells_of_itself():
    shown = spreading.figures(FOUND, None)
    assert "Negative in 40 min" in shown
    assert "900 followers together" in shown
    assert "2.5×" in shown


def test_how_far_it_has_gone_stands_beside_what_was_found():
    shown = spreading.figures(FOUND, SPREAD)
    assert "12 in the last hour" in shown
    assert "21,500 followers together" in shown
    assert "1 language; a film is among them" in shown
    assert "Growth" not in shown


def test_names_of_sources_are_escaped():
    assert "<b>news" not in spreading.figures(FOUND, None) + spreading.figures(FOUND, SPREAD)


def test_an_average_on_a_page_has_no_people():
    fall = RatingFall(before=4.4, now=2.1, worst=1.0, best=5.0, ratings=1)
    shown = spreading.figures(replace(FOUND, kind=Kind.RATING_DROP, rating=fall, authors=0, growth=inf), None)
    assert "of 5, usually 4.4; 1 new rating<" in shown
    assert "Different people" not in shown
    assert "Growth" not in shown


def test_growth_from_nothing_is_not_told():
    assert "Growth" not in spreading.figures(replace(FOUND, growth=inf), None)


def test_what_is_counted_is_called_by_its_kind():
    assert "Low ratings in 40 min" in spreading.figures(replace(FOUND, kind=Kind.REVIEW_BOMBING), SPREAD)
    assert "Mentions in 40 min" in spreading.figures(replace(FOUND, kind=Kind.VOLUME), SPREAD)
