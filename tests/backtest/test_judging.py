"""A replay beside what was raised then: matched, timed, and judged by what people said."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from monitor.backtest.desk import Episode
from monitor.backtest.judging import Compared, Raised, compare, middle, score, score_then
from monitor.facts import WHOLE, Cell, Dimension, Finding, IncidentFacts, IncidentState, Kind, Mark, Severity, Voice
from monitor.incidents import IncidentOptions
from monitor.jobs import answer
from monitor.models import IncidentChange
from monitor.store import incidents
from monitor.store.backtests import Past, WasRaised
from tests.factories import make_alert, make_brand, make_incident, person

NOON = datetime.fromisoformat("2026-03-02T12:00+00:00")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
REFUND = Cell(Dimension.THEME, "refund")


def voice(number: int, minutes: float, negative: float = 0.9, themes: tuple[str, ...] = ("refund",)) -> Voice:
    at = NOON + minutes * MINUTE
    return Voice(number, at, at + MINUTE, number, number, negative, "news", "en", themes)


def past(*voices: Voice) -> Past:
    return Past("karak", NOON, voices, {}, {})


def episode(
    opened: float = 20,
    last: float = 60,
    *,
    cell: Cell = REFUND,
    evidence: tuple[int, ...] = (1, 2, 3),
    **values: object,
) -> Episode:
    facts = IncidentFacts(
        id=1,
        state=IncidentState.RESOLVED,
        severity=Severity.HIGH,
        cell=cell,
        started_at=NOON,
        opened_at=NOON + opened * MINUTE,
        last_finding_at=NOON + last * MINUTE,
        calmed_at=None,
        told_size=5.0,
        told_sources=("news",),
        mention_ids=frozenset(evidence),
    )
    finding = Finding("spike", cell, Severity.HIGH, NOON, NOON, 5, 1, 6, 1, 5, (), (), (), 0, 1, evidence)
    made = Episode(facts, finding, "5 negative mentions", {"spike"}, worst=Severity.HIGH)
    made.alarmed_at = values.get("alarmed_at", facts.opened_at)  # type: ignore[assignment] # tests name real values
    return made


def was(
    number: int = 7, opened: float = 30, last: float = 60, *, cell: Cell = REFUND, mark: Mark | None = None, **v: object
) -> WasRaised:
    at = NOON + opened * MINUTE
    values: dict[str, object] = {"alarmed_at": at, "mention_ids": frozenset({1, 2, 3})}
    return WasRaised(
        id=number,
        cell=cell,
        kind=Kind.SPIKE,
        severity=Severity.HIGH,
        detector="spike",
        sentence="",
        started_at=NOON,
        opened_at=at,
        last_finding_at=NOON + last * MINUTE,
        mark=mark,
        **(values | v),  # type: ignore[arg-type] # tests name real fields
    )


def only(compared: Compared) -> Raised:
    (raised,) = compared.raised
    return raised


def made(*voices: Voice, then: tuple[WasRaised, ...] = (), **values: object) -> Raised:
    return only(compare(past(*voices), [episode(**values)], then, IncidentOptions()))  # type: ignore[arg-type]


TEN = tuple(voice(number, number * 5) for number in range(1, 11))


def test_it_is_told_how_long_before_half_and_all_of_the_voices_it_was_opened():
    raised = made(*TEN)  # they arrive a minute after 5, 10 … 50
    assert (raised.voices, raised.seen_first) == (10, 3)
    assert raised.before_half == 6 * MINUTE
    assert raised.before_all == 31 * MINUTE
    assert raised.after_first == 14 * MINUTE


def test_praise_voices_of_other_cells_and_later_ones_are_not_the_incidents():
    others = (voice(20, 12, 0.1), voice(21, 13, themes=("staff",)), voice(22, 90))
    assert made(*TEN, *others).voices == 10


def test_without_voices_nothing_is_said_of_them():
    raised = made(evidence=())
    assert (raised.voices, raised.before_half, raised.before_all) == (0, None, None)


def test_it_is_sooner_than_the_same_trouble_then():
    assert made(*TEN, then=(was(opened=45),)).earlier == 25 * MINUTE
    assert made(*TEN, then=(was(opened=5),)).earlier == -15 * MINUTE


def test_the_same_evidence_is_the_same_trouble_whatever_its_cell():
    assert made(*TEN, then=(was(cell=WHOLE),)).then is not None
    assert made(*TEN, then=(was(cell=WHOLE, mention_ids=frozenset({90, 91})),)).then is None


def test_the_same_cell_at_the_same_time_is_the_same_trouble_without_evidence():
    nothing: frozenset[int] = frozenset()
    assert made(*TEN, then=(was(mention_ids=nothing),)).then is not None
    assert made(*TEN, then=(was(opened=3000, last=3060, mention_ids=nothing),)).then is None


def test_of_two_the_one_with_more_evidence_is_meant():
    then = (was(1, mention_ids=frozenset({1})), was(2, cell=WHOLE, mention_ids=frozenset({1, 9, 10})))
    raised = made(*TEN, then=then)
    assert raised.then is not None
    assert raised.then.id == 1


def test_what_was_raised_then_and_not_now_is_missed():
    then = (was(1), was(2, 3000, 3060, mention_ids=frozenset({90})))
    compared = compare(past(*TEN), [episode()], then, IncidentOptions())
    assert [one.id for one in compared.missed] == [2]


@pytest.mark.parametrize(
    ("mark", "useful", "noise", "unjudged"),
    [(Mark.USEFUL, 1, 0, 0), (Mark.NOISE, 0, 1, 0), (None, 0, 0, 1)],
)
def test_a_mark_is_that_of_the_same_trouble_then(mark: Mark | None, useful: int, noise: int, unjudged: int):
    found = score("x", [compare(past(*TEN), [episode()], [was(mark=mark)], IncidentOptions())], 1.0)
    assert (found.useful, found.noise, found.unjudged) == (useful, noise, unjudged)


def test_two_alarms_about_one_trouble_are_one_useful_incident():
    compared = compare(past(*TEN), [episode(), episode(40)], [was(mark=Mark.USEFUL)], IncidentOptions())
    assert score("x", [compared], 1.0).useful == 1
    assert [one.again for one in compared.raised] == [False, True]
    assert compared.raised[1].earlier is None


def test_a_notice_is_neither_right_nor_wrong():
    compared = compare(past(*TEN), [episode(alarmed_at=None)], [was(mark=Mark.NOISE)], IncidentOptions())
    found = score("x", [compared], 1.0)
    assert (found.alarms, found.notices, found.noise) == (0, 1, 0)


def test_a_useful_alarm_of_then_that_is_not_raised_is_missed():
    compared = compare(past(*TEN), [], [was(mark=Mark.USEFUL), was(8, alarmed_at=None, mark=Mark.USEFUL)], OPTIONS)
    found = score("x", [compared], 1.0)
    assert found.missed == 1
    assert found.recall is not None
    assert found.recall.value == 0
    assert found.precision is None


OPTIONS = IncidentOptions()


def test_precision_has_an_interval_and_false_alarms_are_per_brand_and_week():
    then = [was(number, mark=Mark.USEFUL if number < 4 else Mark.NOISE) for number in range(1, 6)]
    found = score_then("then", [Compared("karak", (), tuple(then))], 4.0)
    assert found.precision is not None
    assert found.precision.value == 0.6
    assert 0.2 < found.precision.low < 0.6 < found.precision.high < 0.95
    assert found.false_a_week == 0.5


def test_a_rule_is_judged_by_what_it_opened():
    compared = [compare(past(*TEN), [episode()], [was(mark=Mark.NOISE)], OPTIONS)]
    assert score("spike", compared, 1.0, "spike").noise == 1
    assert score("slow_burn", compared, 1.0, "slow_burn").alarms == 0


def test_the_middle_of_times():
    assert middle([]) is None
    assert middle([HOUR, MINUTE, 2 * HOUR]) == HOUR
    assert middle([HOUR, 2 * HOUR]) == 90 * MINUTE


def test_what_was_told_in_two_parts_then_and_at_once_now_is_not_missed():
    """The job opened two incidents, both marked useful; the replay opens one that holds the evidence of both."""
    then = (was(7, mark=Mark.USEFUL), was(8, 40, mark=Mark.USEFUL, mention_ids=frozenset({4, 5})))
    compared = compare(past(*TEN), [episode(evidence=(1, 2, 3, 4, 5))], then, IncidentOptions())
    told = score("", [compared], 1.0)
    assert compared.missed == []
    assert (told.alarms, told.useful, told.missed) == (1, 2, 0)


def test_an_incident_that_holds_a_useful_one_and_noise_is_useful():
    then = (was(7, mark=Mark.NOISE), was(8, 40, mark=Mark.USEFUL, mention_ids=frozenset({4, 5})))
    compared = compare(past(*TEN), [episode(evidence=(1, 2, 3, 4, 5))], then, IncidentOptions())
    told = score("", [compared], 1.0)
    assert only(compared).mark is Mark.USEFUL
    assert (told.useful, told.noise, told.unjudged) == (1, 0, 0)


def test_what_is_said_of_an_alert_judges_the_rule_that_raised_its_incident(session: Session):
    incident = make_incident(session, make_brand(session))
    alert = make_alert(session, session.exec(select(IncidentChange)).one())
    answer.mark_alert(session, alert.id or 0, Mark.NOISE, person("Sana"), NOON)
    (known,) = incidents.judged(session, incident.brand_id, NOON - timedelta(days=1))
    assert (known.detector, known.verdict) == ("spike", Mark.NOISE)
