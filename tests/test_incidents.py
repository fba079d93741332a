"""Incidents open, worsen, calm, come back and resolve; one episode is one incident; the sentence is plain."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.facts import (
    WHOLE,
    Cell,
    Change,
    ChangeKind,
    Dimension,
    Finding,
    IncidentFacts,
    IncidentState,
    Severity,
)
from monitor.incidents import IncidentOptions, assign, decide, sentence, severity, size

NOW = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPTIONS = IncidentOptions()
REFUND, DELIVERY = Cell(Dimension.THEME, "refund"), Cell(Dimension.THEME, "delivery")

FINDING = Finding(
    detector="spike",
    cell=WHOLE,
    severity=Severity.HIGH,
    window_start=NOW - timedelta(minutes=40),
    window_end=NOW,
    seen=14.2,
    expected=0.6,
    strength=8.0,
    growth=2.0,
    authors=12,
    sources=("forum", "reviews"),
    themes=(("refund", 0.8), ("staff", 0.1)),
    languages=(("en", 1.0),),
    reach=900,
    first_mention_id=1,
    mention_ids=tuple(range(1, 13)),
)
INCIDENT = IncidentFacts(
    id=5,
    state=IncidentState.OPEN,
    severity=Severity.HIGH,
    cell=WHOLE,
    started_at=NOW - HOUR,
    opened_at=NOW - HOUR,
    last_finding_at=NOW - timedelta(minutes=1),
    calmed_at=None,
    told_size=size(FINDING),
    told_sources=("forum", "reviews"),
    mention_ids=frozenset(range(1, 13)),
)
CALMED = replace(INCIDENT, state=IncidentState.CALMED, calmed_at=NOW - HOUR, last_finding_at=NOW - 7 * HOUR)


def one(incidents: list[IncidentFacts], findings: list[Finding]) -> Change:
    (change,) = decide(incidents, findings, NOW, OPTIONS)
    return change


def none(incidents: list[IncidentFacts], findings: list[Finding]) -> bool:
    return decide(incidents, findings, NOW, OPTIONS) == []


def test_a_finding_opens_an_incident_and_says_why():
    change = one([], [FINDING])
    assert (change.kind, change.incident_id, change.severity) == (ChangeKind.OPENED, None, Severity.HIGH)
    assert change.sentence == sentence(FINDING)


def test_nothing_found_and_nothing_open_is_nothing_to_do():
    assert none([], [])


def test_findings_of_one_brand_that_share_the_whole_are_one_incident():
    theme = replace(FINDING, cell=REFUND, strength=20.0)
    change = one([], [FINDING, theme])
    assert change.finding == theme


def test_findings_that_share_evidence_are_one_incident():
    theme, source = replace(FINDING, cell=REFUND), replace(FINDING, cell=Cell(Dimension.SOURCE, "forum"))
    assert one([], [theme, source]).kind == ChangeKind.OPENED


def test_findings_that_share_nothing_are_two_incidents():
    other = replace(FINDING, cell=DELIVERY, mention_ids=tuple(range(50, 60)))
    changes = decide([], [replace(FINDING, cell=REFUND), other], NOW, OPTIONS)
    assert [change.kind for change in changes] == [ChangeKind.OPENED, ChangeKind.OPENED]


def test_findings_are_linked_through_a_third():
    left = replace(FINDING, cell=REFUND, mention_ids=(1, 2, 3))
    right = replace(FINDING, cell=DELIVERY, mention_ids=(7, 8, 9))
    bridge = replace(FINDING, cell=Cell(Dimension.SOURCE, "forum"))
    assert len(decide([], [left, right, bridge], NOW, OPTIONS)) == 1


def test_the_severest_finding_speaks_for_its_incident():
    notice = replace(FINDING, cell=REFUND, severity=Severity.WATCH, strength=50.0)
    assert one([], [notice, FINDING]).finding == FINDING


def test_an_incident_that_goes_on_as_told_is_not_told_again():
    assert none([INCIDENT], [FINDING])


def test_twice_the_size_is_worse():
    change = one([INCIDENT], [replace(FINDING, seen=30.0)])
    assert (change.kind, change.incident_id) == (ChangeKind.WORSENED, 5)
    assert change.sentence.startswith("Growing: 30 negative mentions")


def test_a_long_window_full_of_the_usual_is_not_worse():
    assert none([INCIDENT], [replace(FINDING, seen=200.0, expected=185.0)])


def test_a_small_incident_is_not_worse_by_three_voices():
    assert none([replace(INCIDENT, told_size=3.0)], [replace(FINDING, seen=7.0)])


def test_a_new_source_needs_less_growth():
    change = one([INCIDENT], [replace(FINDING, seen=22.0, sources=("forum", "news"))])
    assert change.sentence.startswith("Reached another source: ")
    assert none([INCIDENT], [replace(FINDING, sources=("forum", "news"))])


def test_a_higher_severity_is_worse():
    change = one([replace(INCIDENT, severity=Severity.WATCH)], [FINDING])
    assert (change.kind, change.severity) == (ChangeKind.WORSENED, Severity.HIGH)
    assert change.sentence.startswith("Now high: ")


def test_a_lower_severity_is_no_news():
    assert none([replace(INCIDENT, severity=Severity.CRITICAL)], [FINDING])


@pytest.mark.parametrize(("hours", "calmed"), [(5.9, False), (6, True), (30, True)])
def test_an_incident_calms_after_quiet_hours(hours: float, calmed: bool):
    incident = replace(INCIDENT, last_finding_at=NOW - hours * HOUR)
    assert bool(decide([incident], [], NOW, OPTIONS)) == calmed


def test_a_calmed_incident_says_how_long_it_was_quiet():
    change = one([replace(INCIDENT, last_finding_at=NOW - 7 * HOUR)], [])
    assert (change.kind, change.sentence) == (ChangeKind.CALMED, "Calmer: nothing unusual for 7 h")


def test_a_calmed_incident_resolves_later():
    assert none([CALMED], [])
    change = one([replace(CALMED, calmed_at=NOW - 18 * HOUR)], [])
    assert (change.kind, change.sentence) == (ChangeKind.RESOLVED, "Over: calm for 18 h")


def test_a_calmed_incident_comes_back_by_new_evidence():
    change = one([CALMED], [replace(FINDING, mention_ids=tuple(range(90, 100)))])
    assert (change.kind, change.incident_id) == (ChangeKind.OPENED, 5)
    assert change.sentence.startswith("Back again: ")


def test_a_calmed_incident_does_not_come_back_by_the_old_evidence():
    assert none([CALMED], [FINDING])


def test_a_dismissed_incident_keeps_its_findings_quiet():
    assert none([replace(INCIDENT, state=IncidentState.DISMISSED)], [replace(FINDING, seen=99.0)])


def test_a_resolved_incident_is_past():
    assert one([replace(INCIDENT, state=IncidentState.RESOLVED)], [FINDING]).incident_id is None


def test_a_finding_elsewhere_opens_its_own_incident():
    incident = replace(INCIDENT, cell=REFUND)
    other = replace(FINDING, cell=DELIVERY, mention_ids=(50, 51, 52, 53))
    assert one([incident], [other]).incident_id is None


def test_a_finding_goes_to_the_incident_it_shares_most_with():
    other = replace(INCIDENT, id=6, mention_ids=frozenset({77}), opened_at=NOW)
    ((incident, group),) = assign([other, INCIDENT], [FINDING], OPTIONS)
    assert incident == INCIDENT
    assert group == (FINDING,)


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
    ("changes", "expected"),
    [
        ({}, "14 negative mentions in 40 min, usually 0.6; 12 authors, 2 sources; mostly refunds"),
        (
            {"seen": 1.2, "authors": 1, "sources": ("forum",), "themes": (), "expected": 0.01},
            "1 negative mention in 40 min, usually none; 1 author, 1 source",
        ),
        (
            {"cell": REFUND, "expected": 12.4, "video": True},
            "14 negative mentions about refunds in 40 min, usually 12; 12 authors, 2 sources; a video is among them",
        ),
        (
            {"cell": Cell(Dimension.STORY, "8"), "expected": 2.0, "themes": (("refund", 0.6), ("staff", 0.5))},
            "14 negative mentions telling the same story in 40 min, usually 2; 12 authors, 2 sources; "
            "mostly refunds and staff",
        ),
        (
            {"cell": Cell(Dimension.LANGUAGE, "ur"), "window_start": NOW - 3 * HOUR, "themes": ()},
            "14 negative mentions in Urdu in 3 h, usually 0.6; 12 authors, 2 sources",
        ),
        (
            {"copies": 21, "themes": ()},
            "14 negative mentions in 40 min, usually 0.6; 12 authors, 2 sources; 21 copies not counted",
        ),
        (
            {"copies": 1, "themes": ()},
            "14 negative mentions in 40 min, usually 0.6; 12 authors, 2 sources; 1 copy not counted",
        ),
        (
            {"cell": Cell(Dimension.SOURCE, "forum"), "themes": ()},
            "14 negative mentions on forum in 40 min, usually 0.6; 12 authors, 2 sources",
        ),
    ],
)
def test_the_sentence_is_plain(changes: dict[str, object], expected: str):
    assert sentence(replace(FINDING, **changes), {"refund": "refunds", "ur": "Urdu"}) == expected


def test_options_refuse_unknown_keys():
    with pytest.raises(ValueError, match="calm_afer"):
        IncidentOptions(calm_afer="6h")
