"""Incidents open, worsen, calm, come back and resolve; one episode is one incident."""

from dataclasses import replace

import pytest

from monitor.facts import (
    Cell,
    Change,
    ChangeKind,
    Dimension,
    Finding,
    Held,
    IncidentFacts,
    IncidentState,
    Kind,
    Reproduction,
    Severity,
    Spread,
)
from monitor.incidents import decide, judge, sentence, size
from tests.incidents.samples import CALMED, DELIVERY, FINDING, HOUR, INCIDENT, NOW, OPTIONS, REFUND, gone_to


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


BOMBING = replace(FINDING, kind=Kind.REVIEW_BOMBING, cell=Cell(Dimension.SOURCE, "reviews"), sources=("reviews",))
BURN = replace(FINDING, kind=Kind.SLOW_BURN, window_start=NOW - 72 * HOUR)
VOLUME = replace(FINDING, kind=Kind.VOLUME, severity=Severity.WATCH, seen=400.0, expected=90.0)


def test_findings_of_several_kinds_are_one_incident_named_by_the_most_telling():
    change = one([], [BURN, FINDING, BOMBING, VOLUME])
    assert (change.trouble, change.finding) == (Kind.REVIEW_BOMBING, BOMBING)
    assert change.sentence.startswith("Review bombing: ")


def test_an_incident_says_why_it_is_as_severe_as_it_is():
    assert one([], [FINDING]).why == "High: far above the usual; by chance that comes once in 100,000,000 looks."


def test_a_severer_finding_names_the_incident_before_a_more_telling_one():
    notice = replace(BOMBING, severity=Severity.WATCH)
    assert one([], [notice, BURN]).trouble is Kind.SLOW_BURN


@pytest.mark.parametrize(
    ("known", "found", "words"),
    [
        (Kind.SPIKE, BOMBING, "More is known now: Review bombing: "),
        (Kind.SLOW_BURN, FINDING, "Faster now: 14 negative"),
    ],
)
def test_a_more_telling_kind_is_told_once(known: Kind, found: Finding, words: str):
    change = one([replace(INCIDENT, kind=known)], [found])
    assert (change.kind, change.trouble) == (ChangeKind.WORSENED, found.kind)
    assert change.why == judge(found, OPTIONS).why
    assert change.sentence.startswith(words)
    assert none([replace(INCIDENT, kind=found.kind)], [found])


def test_a_less_telling_kind_is_no_news_and_renames_nothing():
    assert none([INCIDENT], [replace(BURN, seen=20.0)])
    change = one([INCIDENT], [replace(BURN, seen=40.0)])
    assert (change.trouble, change.why) == (None, "")
    assert change.sentence.startswith("Growing: Slow burn: 40 negative mentions in 3 days")


def test_a_notice_of_a_more_telling_kind_does_not_rename():
    assert none([replace(INCIDENT, kind=Kind.SLOW_BURN)], [replace(FINDING, severity=Severity.WATCH)])


def test_what_is_held_neither_opens_nor_worsens_nor_keeps_awake():
    held = replace(FINDING, held=Held.BELOW, seen=99.0)
    assert none([], [held])
    assert none([INCIDENT], [held])
    asleep = replace(INCIDENT, last_finding_at=NOW - 7 * HOUR)
    assert one([asleep], [held]).kind is ChangeKind.CALMED


def test_mere_volume_does_not_keep_complaints_awake():
    asleep = replace(INCIDENT, last_finding_at=NOW - 7 * HOUR)
    assert one([asleep], [VOLUME]).kind is ChangeKind.CALMED
    assert none([replace(asleep, kind=Kind.VOLUME, severity=Severity.WATCH)], [VOLUME])


def test_complaints_after_mere_volume_are_as_large_as_they_are():
    volume = replace(INCIDENT, kind=Kind.VOLUME, severity=Severity.WATCH, told_size=size(VOLUME))
    change = one([volume], [FINDING])
    assert (change.severity, change.trouble) == (Severity.HIGH, Kind.SPIKE)
    assert size(VOLUME) == 0


def test_a_calmed_incident_is_not_over_while_findings_go_on():
    flickering = replace(CALMED, calmed_at=NOW - 18 * HOUR, last_finding_at=NOW - HOUR)
    assert none([flickering], [FINDING])
    assert none([flickering], [])


def test_a_rating_on_a_page_comes_back_only_by_what_was_rated_since():
    fall = replace(FINDING, kind=Kind.RATING_DROP, mention_ids=(), window_start=NOW - 24 * HOUR)
    assert none([CALMED], [fall])
    newer = replace(fall, window_start=CALMED.calmed_at + HOUR / 2)
    assert one([CALMED], [newer]).kind is ChangeKind.OPENED


def test_an_incident_becomes_critical_by_how_it_spreads():
    rising = Reproduction(value=1.6, low=1.1, high=2.2, growing=0.98)
    spread = Spread(80, per_hour=20, authors=70, reach=0, sources=3, languages=2, video=False, reproduction=rising)
    (change,) = decide([INCIDENT], [replace(FINDING, authors=60)], NOW, OPTIONS, spreads={INCIDENT.id: spread})
    assert change.sentence.startswith("Now critical: ")
    assert change.why == "Critical: 60 authors, and each voice brings about 1.6 more."


def test_findings_that_come_and_go_change_nothing():
    """Flapping: seen, not seen and seen again by the same voices, within the time it takes to calm."""
    incident, told = INCIDENT, 0
    for hours in range(0, 20, 2):
        found = [FINDING] if hours % 4 == 0 else []
        heard = replace(incident, last_finding_at=NOW - (2 if found == [] else 4) * HOUR)
        told += len(decide([heard], found, NOW, OPTIONS))
    assert told == 0


def heard_by(incident: IncidentFacts, *followers: int) -> list[Change]:
    return decide([incident], [FINDING], NOW, OPTIONS, spreads={incident.id: gone_to(*followers)})


def test_somebody_with_many_followers_who_joins_in_makes_it_worse():
    (change,) = heard_by(INCIDENT, 40_000, 250_000)
    assert (change.kind, change.severity, change.amplifier) == (ChangeKind.WORSENED, Severity.HIGH, 250_000)
    assert change.sentence == f"Somebody with 250,000 followers joined in: {sentence(FINDING)}"


@pytest.mark.parametrize(("told", "followers"), [(0, 99_999), (130_000, 250_000), (125_000, 250_000)])
def test_a_voice_that_is_not_large_or_not_much_larger_than_told_is_no_news(told: int, followers: int):
    assert heard_by(replace(INCIDENT, told_amplifier=told), followers) == []


def test_a_voice_more_than_twice_as_large_as_the_one_told_of_is_news():
    assert heard_by(replace(INCIDENT, told_amplifier=124_999), 250_000) != []


def test_a_large_voice_brings_back_nothing_that_has_calmed():
    assert heard_by(CALMED, 5_000_000) == []


def test_what_grows_for_another_reason_tells_of_its_largest_voice_as_well():
    finding = replace(FINDING, seen=60.0)
    (change,) = decide([INCIDENT], [finding], NOW, OPTIONS, spreads={INCIDENT.id: gone_to(30_000)})
    assert (change.sentence.split(":")[0], change.amplifier) == ("Growing", 30_000)
