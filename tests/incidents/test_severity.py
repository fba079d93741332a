"""How severe a finding makes its incident, and the rule that is named."""

from dataclasses import replace

import pytest

from monitor.facts import Cell, Dimension, Kind, RatingFall, Reproduction, Severity, Spread
from monitor.incidents import Ground, IncidentOptions, judge, judge_all, severity
from tests.incidents.samples import FINDING, INCIDENT, OPTIONS

REVIEWS = Cell(Dimension.SOURCE, "reviews")
FALL = RatingFall(before=4.4, now=2.1, worst=1.0, best=5.0, ratings=38)
SPREAD = Spread(voices=60, per_hour=12, authors=40, reach=900, sources=1, languages=1, video=False)
RISING = Reproduction(value=1.6, low=1.1, high=2.2, growing=0.98)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Severity.HIGH),
        ({"video": True}, Severity.CRITICAL),
        ({"reach": 1_000_000}, Severity.CRITICAL),
        ({"strength": 40.0, "authors": 50}, Severity.CRITICAL),
        ({"strength": 40.0}, Severity.HIGH),
        ({"severity": Severity.WATCH, "video": True}, Severity.WATCH),
    ],
)
def test_severity_follows_reach_strength_and_video(changes: dict[str, object], expected: Severity):
    assert severity(replace(FINDING, **changes), OPTIONS) == expected


@pytest.mark.parametrize(
    ("changes", "level", "ground"),
    [
        ({}, Severity.HIGH, Ground.STRENGTH),
        ({"severity": Severity.WATCH}, Severity.WATCH, Ground.NOTICE),
        ({"kind": Kind.VOLUME, "strength": 99.0, "reach": 9_000_000}, Severity.WATCH, Ground.VOLUME),
        ({"kind": Kind.SLOW_BURN}, Severity.HIGH, Ground.SLOW_BURN),
        ({"kind": Kind.SLOW_BURN, "reach": 2_000_000}, Severity.CRITICAL, Ground.REACH),
        ({"kind": Kind.RATING_DROP, "rating": FALL}, Severity.HIGH, Ground.FALL),
        ({"kind": Kind.RATING_DROP, "rating": replace(FALL, now=3.4)}, Severity.WATCH, Ground.SLIGHT_FALL),
        ({"kind": Kind.RATING_DROP, "rating": replace(FALL, now=3.4), "strength": 10.0}, Severity.HIGH, Ground.FALL),
        ({"kind": Kind.REVIEW_BOMBING}, Severity.HIGH, Ground.BOMBING),
        ({"kind": Kind.REVIEW_BOMBING, "reach": 9_000_000}, Severity.HIGH, Ground.BOMBING),
        ({"kind": Kind.REVIEW_BOMBING, "strength": 99.0, "authors": 500}, Severity.HIGH, Ground.BOMBING),
        ({"kind": Kind.REVIEW_BOMBING, "video": True}, Severity.CRITICAL, Ground.FILM),
        ({"video": True}, Severity.CRITICAL, Ground.FILM),
        ({"video": True, "authors": 9, "sources": ("forum",)}, Severity.HIGH, Ground.STRENGTH),
        ({"video": True, "authors": 10, "sources": ("forum",)}, Severity.CRITICAL, Ground.FILM),
        ({"strength": 40.0, "authors": 50}, Severity.CRITICAL, Ground.CROWD),
    ],
)
def test_the_page_of_severities(changes: dict[str, object], level: Severity, ground: Ground):
    judged = judge(replace(FINDING, **changes), OPTIONS)
    assert (judged.severity, judged.ground) == (level, ground)
    assert judged.why.startswith(f"{level.value.capitalize()}: ")


def test_a_film_at_one_place_is_critical_once_it_spreads():
    film = replace(FINDING, video=True, authors=5, sources=("forum",))
    assert judge(film, OPTIONS, SPREAD).severity is Severity.HIGH
    judged = judge(film, OPTIONS, replace(SPREAD, reproduction=RISING))
    assert judged.why == "Critical: there is a film of it, and each voice brings about 1.6 more."


def test_many_authors_are_critical_while_it_still_spreads():
    crowd, rising = replace(FINDING, authors=50), replace(SPREAD, reproduction=RISING)
    assert judge(crowd, OPTIONS, rising).ground is Ground.CROWD
    assert judge(crowd, OPTIONS, replace(SPREAD, reproduction=replace(RISING, growing=0.5))).ground is Ground.STRENGTH
    assert judge(replace(crowd, authors=49), OPTIONS, rising).ground is Ground.STRENGTH


def test_all_that_was_ever_said_around_an_incident_does_not_make_it_critical():
    far = replace(SPREAD, authors=900, reach=9_000_000, sources=7, video=True)
    assert judge(FINDING, OPTIONS, far).ground is Ground.STRENGTH


BOMBING = replace(FINDING, kind=Kind.REVIEW_BOMBING, cell=REVIEWS, sources=("reviews",))
LOUD = replace(FINDING, reach=5_000_000)


def test_a_spike_made_by_a_bombing_does_not_become_critical_by_reach():
    level = judge_all([BOMBING, LOUD], None, OPTIONS)
    assert (level.kind, level.judged.severity) == (Kind.REVIEW_BOMBING, Severity.HIGH)


def test_what_stands_only_where_the_bombs_fall_is_part_of_the_bombing():
    beside = replace(LOUD, sources=("reviews",), mention_ids=tuple(range(50, 90)))
    assert judge_all([BOMBING, beside], None, OPTIONS).judged.severity is Severity.HIGH


def test_bought_reviews_hide_no_story():
    story = replace(LOUD, sources=("forum", "news"), mention_ids=tuple(range(50, 90)))
    level = judge_all([BOMBING, story], None, OPTIONS)
    assert (level.kind, level.judged.severity) == (Kind.SPIKE, Severity.CRITICAL)


def test_a_known_bombing_shields_what_stands_at_one_source_only():
    bombed = replace(INCIDENT, kind=Kind.REVIEW_BOMBING, told_sources=("reviews",))
    assert judge_all([replace(LOUD, sources=("reviews",))], bombed, OPTIONS).judged.severity is Severity.HIGH
    assert judge_all([LOUD], bombed, OPTIONS).judged.severity is Severity.CRITICAL


def test_options_refuse_unknown_keys():
    with pytest.raises(ValueError, match="calm_afer"):
        IncidentOptions(calm_afer="6h")
