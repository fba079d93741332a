"""Tests of the first page."""

from monitor.reports import sentences
from monitor.reports.figures import (
    Figure,
    Group,
    IdeaFigures,
    IncidentFigures,
    PraisedPerson,
    RecurringTheme,
    SourceFigures,
    Unit,
)
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


def test_the_end_of_a_week_that_is_running_has_not_come() -> None:
    found = sentences.response([figure(3, name, Unit.CASES) for name in NAMES], running=True)
    assert found is not None
    assert found.text.endswith("; 3 overdue now.")


def test_the_sources_that_were_heard_least_are_named() -> None:
    found = sentences.not_heard([source("a", 0.5), source("b", 1), source("c", 0), source("d", 0.1), source("e", 0.2)])
    assert found is not None
    assert f"c (0{P} of the time), d (10{P} of the time), e (20{P} of the time) and 1 more" in found.text


def test_nothing_missed_no_sentence() -> None:
    assert sentences.not_heard([source("a", 0.95)]) is None


def part(key: str, name: str, now: float, before: float, share: float, note: str = "") -> Group:
    figures = (figure(now, "why_negative", last=before), figure(share, "why_part", Unit.SHARE))
    return Group(key=key, name=name, figures=figures, note=note)


def test_what_a_rise_came_with() -> None:
    theme = part("theme:delivery", "the theme Delivery", 130, 40, 0.75)
    parts = [theme, part("language:ur", "texts in Urdu", 60, 12, 0.4)]
    found = sentences.why(figure(300, "negative", last=180), parts)
    assert found is not None
    assert found.text == (
        f"The rise of 120 negative mentions came mostly with the theme Delivery (from 40 to 130, 75{P} of it) and with "
        f"texts in Urdu (from 12 to 60, 40{P} of it)."
    )
    assert found.figures == ("negative", "why:theme:delivery", "why:language:ur")


def test_what_a_fall_came_with_and_what_to_keep_in_mind() -> None:
    found = sentences.why(
        figure(50, last=80), [part("source:forum", "the source forum", 1, 25, 0.8, "heard 0 % of last week")]
    )
    assert found is not None
    assert found.text.startswith("The fall of 30 negative mentions came mostly with the source forum (from 25 to 1, ")
    assert found.text.endswith("; heard 0 % of last week).")


def test_without_a_reason_nothing_is_said_of_it() -> None:
    assert sentences.why(figure(50, last=80), []) is None


def test_answers_with_how_long_they_took_and_how_many_were_solved_at_once() -> None:
    figures = [figure(3, name, Unit.CASES) for name in NAMES if name != "answered_in_time"]
    more = [
        figure(None, "answered_in_time", Unit.SHARE),
        figure(47, "first_answer", Unit.MINUTES),
        figure(0.6, "first_contact", Unit.SHARE, note="3 of 5"),
    ]
    found = sentences.response([*figures, *more])
    assert found is not None
    assert found.text == (
        f"3 complaints taken up, 3 solved; first answer typically in 47 min; 60{P} solved at first contact (3 of 5); "
        "3 overdue at the end."
    )
    assert set(found.figures) == {*NAMES, "first_answer", "first_contact"}


def recurring(slug: str = "refund", policy: str = "", weeks: int = 4, *ideas: IdeaFigures) -> RecurringTheme:
    return RecurringTheme(
        slug=slug, name=slug.capitalize(), stage="", policy=policy, weeks=weeks, figure=figure(80, f"recurring:{slug}"),
        ideas=ideas,
    )  # fmt: skip


def idea(text: str, votes: int = 0, state: str = "proposed") -> IdeaFigures:
    return IdeaFigures(text=text, actor="Sana", votes=votes, state=state, at=MONDAY)


def test_a_policy_to_rethink_with_what_those_who_answer_propose() -> None:
    ideas = (idea("Done long ago.", state="done"), idea("Refund when the courier has it.", votes=2))
    refund = recurring("refund", "Refund after inspection", 4, *ideas)
    found = sentences.recurring([refund, recurring("staff", weeks=3)])
    assert found is not None
    assert found.text == (
        "Refund was a large part of the complaints for 4 weeks in a row (80 now): the policy “Refund after inspection” "
        "deserves a second look; Sana proposes “Refund when the courier has it”, and 2 more want it; so was Staff for "
        "3 weeks."
    )
    assert found.figures == ("recurring:refund", "recurring:staff")


def test_a_long_idea_is_cut_between_words() -> None:
    found = sentences.recurring([recurring("refund", "", 3, idea("word " * 60))])
    assert found is not None
    assert "the policy behind it deserves a second look; Sana proposes “word word" in found.text
    assert found.text.endswith("word…”.")


def test_nothing_recurring_no_sentence() -> None:
    assert sentences.recurring([]) is None


def test_who_did_well_is_named_and_is_to_be_told() -> None:
    people = [
        PraisedPerson(person=name, figure=figure(number, f"praised:{name}", last=last), quotes=())
        for name, number, last in (("Sana", 5, 2), ("Omar", 3, None), ("Zoya", 2, 2), ("Ali", 1, 0))
    ]
    found = sentences.praised(people)
    assert found is not None
    named = "Sana (5, last week 2), Omar (3), Zoya (2, last week 2)"
    assert found.text == f"Praised by name: {named} and 1 more. Tell them."


def test_silent_risk_lists_what_is_not_zero() -> None:
    figures = [figure(5, "unanswered", last=9), figure(0, "complained_twice"), figure(1, "first_time_let_down")]
    found = sentences.silent(figures)
    assert found is not None
    assert found.text == (
        "At risk of leaving in silence: 5 complaints that nobody answers (last week 9), 1 first-time customer let down."
    )
    assert found.figures == ("unanswered", "first_time_let_down")


def test_nobody_at_risk_no_sentence() -> None:
    assert sentences.silent([figure(0, "unanswered"), figure(None, "complained_twice")]) is None


def test_follow_ups_that_are_owed() -> None:
    found = sentences.follow_ups([figure(3, "follow_ups_due"), figure(1, "follow_ups_overdue"), figure(4, "next")])
    assert found is not None
    assert found.text == "Of follow-ups 3 were due, 1 is overdue."


def test_what_should_have_been_told_is_said() -> None:
    found = sentences.missed([figure(2, "missed", Unit.ALERTS)])
    assert found is not None
    assert found.text == "2 alerts that people called useful were not sent."
    assert sentences.missed([figure(0, "missed", Unit.ALERTS)]) is None
