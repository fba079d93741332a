"""Tests of the first page."""

from monitor.reports import sentences
from monitor.reports.figures import Figure, IncidentFigures, SourceFigures, Unit
from tests.reports.conftest import MONDAY

NAMES = ("cases_opened", "answered_in_time", "overdue", "cases_solved")
P = "\N{NO-BREAK SPACE}%"


def figure(value: float | None, name: str = "mentions", unit: Unit = Unit.MENTIONS, **values: object) -> Figure:
    return Figure(name=name, label="", definition="", unit=unit, value=value, **values)


def incident(severity: str = "high") -> IncidentFigures:
    return IncidentFigures(
        id=3, severity=severity, state="open", subject="Refunds", sentence="14 negative in 40 min.",
        started_at=MONDAY, opened_at=MONDAY, steps=(),
    )  # fmt: skip


def source(slug: str, heard: float) -> SourceFigures:
    return SourceFigures(
        slug=slug, kind="feed", health="healthy", error="", last_good_at=None, heard=heard, mentions=1,
        negative=1, last_mentions=1, gaps=(), gap_hours=0,
    )  # fmt: skip


def test_volume_beside_last_week_and_the_usual_range() -> None:
    text = sentences.volume(figure(160, last=91, usual_low=86, usual_high=109)).text
    assert text == f"160 mentions, +76{P} against last week (91); above usual (86–109)."


def test_volume_alone_when_nothing_can_be_compared() -> None:
    assert sentences.volume(figure(1)).text == "1 mention."


def test_an_unknown_week_says_so_first() -> None:
    assert sentences.volume(figure(None)).text.startswith("Nobody listened")


def test_a_share_that_differs_clearly() -> None:
    share = figure(0.4, unit=Unit.SHARE, low=0.36, high=0.44, last=0.26)
    found = sentences.sentiment(figure(63), share, clear=True)
    assert found is not None
    assert found.text == f"About 63 of them negative: 40{P} (between 36 and 44{P}), up from 26{P} last week."


def test_a_share_that_does_not_differ_clearly_is_not_told_as_a_change() -> None:
    found = sentences.sentiment(figure(6), figure(0.4, unit=Unit.SHARE, last=0.26), clear=False)
    assert found is not None
    assert "not clearly different from last week" in found.text


def test_no_share_no_sentence() -> None:
    assert sentences.sentiment(figure(0), figure(None), clear=False) is None


def test_no_incident_is_said_and_an_unknown_one_is_not() -> None:
    assert [one.text for one in sentences.incidents(figure(0), [], [])] == ["No incident was opened."]
    assert sentences.incidents(figure(None), [], []) == []


def test_incidents_with_the_times_that_are_known() -> None:
    times = [figure(40, "time_to_detect", Unit.MINUTES), figure(None, "time_to_alert", Unit.MINUTES)]
    opened = figure(1, "incidents_opened", Unit.INCIDENTS)
    texts = [one.text for one in sentences.incidents(opened, [incident("critical")], times)]
    assert texts == [
        "1 incident opened, critical; typically noticed in 40 min.",
        "The worst, on Refunds: 14 negative in 40 min.",
    ]


def test_nothing_to_answer_no_sentence() -> None:
    assert sentences.response([figure(0, name, Unit.CASES) for name in NAMES]) is None


def test_answers_with_the_numbers_behind_the_share() -> None:
    figures = [figure(3, name, Unit.CASES) for name in NAMES if name != "answered_in_time"]
    found = sentences.response([*figures, figure(0.5, "answered_in_time", Unit.SHARE, note="1 of 2")])
    assert found is not None
    assert found.text == f"3 complaints taken up, 3 solved; 50{P} answered in time (1 of 2); 3 overdue at the end."


def test_the_sources_that_were_heard_least_are_named() -> None:
    found = sentences.not_heard([source("a", 0.5), source("b", 1), source("c", 0), source("d", 0.1), source("e", 0.2)])
    assert found is not None
    assert f"c (0{P} of the time), d (10{P} of the time), e (20{P} of the time) and 1 more" in found.text


def test_nothing_missed_no_sentence() -> None:
    assert sentences.not_heard([source("a", 0.95)]) is None
