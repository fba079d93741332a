"""Which findings and voices belong to which incident, and what nearly was one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.facts import WHOLE, Cell, Dimension, Held, IncidentState, Kind, Severity, Voice
from monitor.incidents import assign, near_misses, voices_of
from tests.detection.streams import voice
from tests.incidents.samples import DELIVERY, FINDING, INCIDENT, NOW, OPTIONS, REFUND


def test_a_finding_goes_to_the_incident_it_shares_most_with():
    other = replace(INCIDENT, id=6, mention_ids=frozenset({77}), opened_at=NOW)
    ((incident, group),) = assign([other, INCIDENT], [FINDING], OPTIONS)
    assert incident == INCIDENT
    assert group == (FINDING,)


def test_a_fall_on_a_page_belongs_to_the_complaints_at_its_source():
    fall = replace(
        FINDING, kind=Kind.RATING_DROP, cell=Cell(Dimension.SOURCE, "forum"), mention_ids=(), sources=("forum",)
    )
    theme = replace(FINDING, cell=REFUND)
    ((_, group),) = assign([], [fall, theme], OPTIONS)
    assert {finding.kind for finding in group} == {Kind.SPIKE, Kind.RATING_DROP}
    known = replace(INCIDENT, cell=REFUND)
    assert assign([known], [fall], OPTIONS) == [(known, (fall,))]
    assert assign([replace(known, told_sources=("news",))], [fall], OPTIONS) == [(None, (fall,))]


def test_mere_volume_does_not_make_one_of_two_troubles():
    one = replace(FINDING, cell=REFUND)
    other = replace(FINDING, cell=DELIVERY, mention_ids=(50, 51, 52))
    volume = replace(FINDING, kind=Kind.VOLUME, severity=Severity.WATCH)
    assert len(assign([], [volume, one, other], OPTIONS)) == 2


NEAR = replace(FINDING, held=Held.BELOW, strength=4.1)


def test_of_a_near_miss_the_strongest_cell_is_kept():
    theme = replace(NEAR, cell=REFUND, strength=4.5)
    assert near_misses([], [NEAR, theme], OPTIONS) == [theme]


def test_what_is_part_of_an_incident_is_not_nearly_one():
    assert near_misses([INCIDENT], [NEAR], OPTIONS) == []
    assert near_misses([], [FINDING, NEAR], OPTIONS) == []


def test_what_a_person_dismissed_is_kept_with_that_reason():
    dismissed = replace(INCIDENT, state=IncidentState.DISMISSED)
    assert near_misses([dismissed], [FINDING], OPTIONS) == [replace(FINDING, held=Held.DISMISSED)]


def said(number: int, minutes: float, **changes: object) -> Voice:
    return voice(number, NOW - timedelta(minutes=minutes), **changes)


def ids(voices: tuple[Voice, ...]) -> list[int]:
    return [one.mention_id for one in voices]


def test_the_voices_of_an_incident_are_its_evidence_their_stories_and_its_cell():
    heard = [
        said(1, 60, themes=("refund",)),
        said(2, 50, themes=("refund",)),
        said(3, 40, themes=("staff",), story=1, negative=0.2),
        said(4, 30, themes=("refund",), negative=0.2),
        said(5, 20, themes=("staff",)),
        said(6, 90, themes=("refund",)),
    ]
    assert ids(voices_of(REFUND, {1}, Kind.SPIKE, heard)) == [1, 2, 3]
    assert ids(voices_of(WHOLE, {1}, Kind.SPIKE, heard)) == [1, 2, 3, 5]
    assert ids(voices_of(REFUND, {1}, Kind.VOLUME, heard)) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (Cell(Dimension.SOURCE, "forum"), [1, 2]),
        (Cell(Dimension.LANGUAGE, "ur"), [1, 3]),
        (Cell(Dimension.STORY, "9"), [1, 3]),
    ],
)
def test_every_dimension_has_its_voices(cell: Cell, found: list[int]):
    heard = [said(1, 60), said(2, 50, source="forum"), said(3, 40, source="reviews", language="ur", story=9)]
    assert ids(voices_of(cell, {1}, Kind.SPIKE, heard)) == found


def test_without_evidence_there_are_no_voices():
    assert voices_of(WHOLE, set(), Kind.SPIKE, [said(1, 60)]) == ()
