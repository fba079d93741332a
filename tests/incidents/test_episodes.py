"""One episode stays one incident: what merges, what is news, and what nobody may hide behind what they know."""

from dataclasses import replace

import pytest

from monitor.facts import Cell, ChangeKind, Dimension, IncidentState, Kind, Severity
from monitor.incidents import absorbed, assign, decide, judge, near_misses
from tests.incidents.samples import CALMED, DELIVERY, FINDING, HOUR, INCIDENT, NOW, OPTIONS, REFUND

DISMISSED = replace(INCIDENT, state=IncidentState.DISMISSED)
OTHER = replace(FINDING, cell=DELIVERY, mention_ids=tuple(range(50, 62)))
"""A trouble that shares no voice with the incident."""
FIRST = replace(INCIDENT, id=4, cell=REFUND, last_finding_at=NOW - 7 * HOUR, opened_at=NOW - 9 * HOUR)
SECOND = replace(INCIDENT, id=6, cell=DELIVERY, mention_ids=frozenset(OTHER.mention_ids))
BOTH = replace(FINDING, mention_ids=(*FINDING.mention_ids, *OTHER.mention_ids))
BOMBING = replace(FINDING, kind=Kind.REVIEW_BOMBING, cell=Cell(Dimension.SOURCE, "reviews"), sources=("reviews",))


def test_two_incidents_that_turn_out_to_be_one_go_on_as_one():
    (change,) = decide([FIRST, SECOND], [BOTH], NOW, OPTIONS)
    assert (change.kind, change.incident_id) == (ChangeKind.CALMED, 4)
    assert change.sentence == "Goes on as a part of incident 6"
    assert absorbed([FIRST, SECOND], [BOTH], OPTIONS) == {4: 6}


def test_what_goes_on_as_a_part_of_another_is_not_over():
    part = replace(FIRST, state=IncidentState.CALMED, calmed_at=NOW - 20 * HOUR)
    assert decide([part, SECOND], [BOTH], NOW, OPTIONS) == []


def test_an_incident_beside_another_that_shares_nothing_stays_its_own():
    whole = replace(BOTH, mention_ids=OTHER.mention_ids)
    assert absorbed([replace(FIRST, mention_ids=frozenset({900}))], [whole], OPTIONS) == {}
    assert absorbed([replace(FIRST, mention_ids=frozenset({900})), SECOND], [whole], OPTIONS) == {}


def test_a_dismissed_incident_hides_no_trouble_of_other_voices():
    (change,) = decide([DISMISSED], [FINDING, OTHER], NOW, OPTIONS)
    assert (change.kind, change.incident_id, change.finding) == (ChangeKind.OPENED, None, OTHER)


def test_what_belongs_to_a_dismissed_incident_is_told_apart_from_what_does_not():
    assert assign([DISMISSED], [FINDING, OTHER], OPTIONS) == [(DISMISSED, (FINDING,)), (None, (OTHER,))]
    (missed,) = near_misses([DISMISSED], [FINDING, OTHER], OPTIONS)
    assert missed.mention_ids == FINDING.mention_ids


def test_complaints_are_not_part_of_a_volume_that_somebody_dismissed():
    volume = replace(DISMISSED, kind=Kind.VOLUME, severity=Severity.WATCH)
    (change,) = decide([volume], [FINDING], NOW, OPTIONS)
    assert (change.kind, change.incident_id) == (ChangeKind.OPENED, None)
    assert decide([volume], [replace(FINDING, kind=Kind.VOLUME)], NOW, OPTIONS) == []


def test_a_calmed_incident_comes_back_by_whichever_finding_is_new():
    news = replace(FINDING, cell=Cell(Dimension.STORY, "9"), mention_ids=tuple(range(70, 90)))
    (change,) = decide([CALMED], [replace(BOMBING, strength=30.0), news], NOW, OPTIONS)
    assert (change.kind, change.incident_id, change.finding) == (ChangeKind.OPENED, 5, news)


def test_what_is_back_is_told_once_with_all_that_is_found():
    """What is still found of before must not be told right after as if it had come on top."""
    news = replace(FINDING, cell=Cell(Dimension.STORY, "9"), kind=Kind.SLOW_BURN, mention_ids=tuple(range(70, 90)))
    crowd = replace(FINDING, authors=90, strength=60.0)
    (change,) = decide([CALMED], [news, crowd], NOW, OPTIONS)
    assert (change.finding, change.trouble, change.severity) == (news, Kind.SPIKE, Severity.CRITICAL)
    again = replace(CALMED, state=IncidentState.OPEN, severity=change.severity, kind=change.trouble, told_size=13.6)
    assert decide([again], [news, crowd], NOW, OPTIONS) == []


def test_a_notice_does_not_make_an_alarm_that_was_over_a_notice():
    notice = replace(FINDING, severity=Severity.WATCH, mention_ids=tuple(range(70, 90)))
    assert decide([CALMED], [notice], NOW, OPTIONS) == []
    (change,) = decide([replace(CALMED, severity=Severity.WATCH)], [notice], NOW, OPTIONS)
    assert change.severity is Severity.WATCH


CROWD = replace(FINDING, cell=Cell(Dimension.SOURCE, "forum"), sources=("forum",), authors=90, strength=60.0)


def test_a_crowd_at_another_place_is_no_part_of_a_known_bombing():
    known = replace(INCIDENT, kind=Kind.REVIEW_BOMBING, told_sources=("reviews",))
    (change,) = decide([known], [CROWD], NOW, OPTIONS)
    assert change.severity is Severity.CRITICAL
    same = replace(CROWD, cell=Cell(Dimension.SOURCE, "reviews"), sources=("reviews",))
    assert decide([known], [same], NOW, OPTIONS) == []


def test_a_bombing_is_named_also_when_its_crowd_was_critical_before():
    known = replace(INCIDENT, severity=Severity.CRITICAL, told_sources=("reviews",))
    (change,) = decide([known], [BOMBING], NOW, OPTIONS)
    assert (change.trouble, change.severity, change.why) == (Kind.REVIEW_BOMBING, Severity.CRITICAL, "")
    assert change.sentence.startswith("More is known now: Review bombing: ")
    wider = replace(known, told_sources=("forum", "reviews"))
    assert decide([wider], [BOMBING], NOW, OPTIONS) == []


def test_hours_in_which_nobody_listened_are_not_quiet():
    asleep = replace(INCIDENT, last_finding_at=NOW - 9 * HOUR)
    deaf = {INCIDENT.id: ((NOW - 8 * HOUR, NOW - 2 * HOUR),)}
    assert decide([asleep], [], NOW, OPTIONS, unheard=deaf) == []
    (change,) = decide([asleep], [], NOW + 3 * HOUR, OPTIONS, unheard=deaf)
    assert change.sentence == "Calmer: nothing unusual for 6 h"


def test_calm_hours_in_which_nobody_listened_do_not_end_it():
    deaf = {CALMED.id: ((NOW - 20 * HOUR, NOW - 10 * HOUR),)}
    calm = replace(CALMED, calmed_at=NOW - 20 * HOUR, last_finding_at=NOW - 26 * HOUR)
    assert decide([calm], [], NOW, OPTIONS, unheard=deaf) == []


def test_an_incident_of_a_place_that_is_never_heard_again_ends_at_last():
    asleep = replace(INCIDENT, last_finding_at=NOW - 100 * HOUR)
    deaf = {INCIDENT.id: ((NOW - 100 * HOUR, NOW),)}
    assert [one.kind for one in decide([asleep], [], NOW, OPTIONS, unheard=deaf)] == [ChangeKind.CALMED]


@pytest.mark.parametrize("strength", [float("inf"), 1e9])
def test_what_is_beyond_all_chance_is_still_told(strength: float):
    assert judge(replace(FINDING, strength=strength), OPTIONS).why.endswith("by chance once in 10^300 looks.")
