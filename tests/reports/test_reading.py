"""Tests of how certain the reading was, and how often people corrected it."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from monitor.facts import Sentiment
from monitor.models import Assessment, CaseEvent, Mention
from monitor.reports.figures import Correction
from monitor.store import corrections
from monitor.store.corrections import Seen
from tests.factories import make_case
from tests.reports.conftest import MONDAY, Watched

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


def correct(watched: Watched, mention: Mention, label: Sentiment, at: datetime = MONDAY + HOUR) -> None:
    current = watched.session.exec(
        select(Assessment).where(Assessment.mention_id == mention.id, Assessment.is_current)
    ).one()
    seen = Seen(current.id or 0, mention.text_hash)
    assert corrections.correct(watched.session, mention.id or 0, label, "Sana", at, seen)


def values(watched: Watched, *names: str) -> list[float | None]:
    figures = watched.report()
    return [figures.figure(name).value for name in names]


def test_certainty_is_the_mean_of_the_likeliest_class(heard: Watched) -> None:
    heard.say(MONDAY, 0.9)
    heard.say(MONDAY, 0.1)  # 0.63 positive
    assert values(heard, "certainty") == [pytest.approx((0.9 + 0.63) / 2)]


def test_unsure_readings_are_a_share_beside_last_weeks(heard: Watched) -> None:
    heard.say(MONDAY, unsure=True)
    heard.say(MONDAY)
    heard.say(MONDAY - WEEK)
    figure = heard.report().figure("unsure")
    assert (figure.value, figure.last) == (0.5, 0)


def test_what_a_person_said_is_no_guess_of_the_model(heard: Watched) -> None:
    correct(heard, heard.say(MONDAY, 0.5, unsure=True), Sentiment.POSITIVE)
    heard.say(MONDAY, 0.9)
    assert values(heard, "certainty", "unsure") == [0.9, 0]


def test_nothing_read_is_not_certain_of_anything(heard: Watched) -> None:
    figure = heard.report().figure("certainty")
    assert (figure.value, figure.note) == (None, "no mention was read")


def test_corrections_are_counted_from_what_was_read_to_what_it_is(heard: Watched) -> None:
    for i in range(2):
        correct(heard, heard.say(MONDAY, 0.9, f"what irony {i}"), Sentiment.POSITIVE)
    correct(heard, heard.say(MONDAY, 0.1), Sentiment.NEGATIVE)
    assert heard.report().corrections == (
        Correction(read_as="negative", is_really="positive", mentions=2),
        Correction(read_as="positive", is_really="negative", mentions=1),
    )


def test_the_share_is_of_those_that_people_looked_at(heard: Watched) -> None:
    correct(heard, heard.say(MONDAY, 0.9), Sentiment.POSITIVE)
    correct(heard, heard.say(MONDAY, 0.9), Sentiment.NEGATIVE)  # looked at, and read rightly
    make_case(heard.session, heard.say(MONDAY), at=MONDAY, owner="Sana")
    make_case(heard.session, heard.say(MONDAY), at=MONDAY)  # nobody has seen it
    share = heard.report().figure("corrected_share")
    assert values(heard, "looked_at", "corrected") == [3, 1]
    assert (share.value, share.note) == (pytest.approx(1 / 3, abs=1e-4), "1 of 3")


def test_the_last_word_on_a_text_counts_and_one_taken_back_does_not(heard: Watched) -> None:
    twice, undone = heard.say(MONDAY, 0.9), heard.say(MONDAY, 0.9)
    correct(heard, twice, Sentiment.POSITIVE)
    correct(heard, twice, Sentiment.NEUTRAL)
    correct(heard, undone, Sentiment.POSITIVE)
    word = heard.session.exec(select(Assessment).where(Assessment.mention_id == undone.id, Assessment.is_current)).one()
    assert corrections.undo(heard.session, undone.id or 0, Seen(word.id or 0, undone.text_hash))
    assert [(one.is_really, one.mentions) for one in heard.report().corrections] == [("neutral", 1)]


def test_what_was_done_in_another_week_is_only_compared(heard: Watched) -> None:
    correct(heard, heard.say(MONDAY, 0.9), Sentiment.POSITIVE, MONDAY - HOUR)
    case = make_case(heard.session, heard.say(MONDAY), at=MONDAY)
    heard.session.add(CaseEvent(case_id=case.id, at=MONDAY - HOUR, actor="Sana", action="noted"))
    figure = heard.report().figure("looked_at")
    assert (figure.value, figure.last) == (0, 2)


def test_nobody_looked_is_said_and_is_no_share(heard: Watched) -> None:
    share = heard.report().figure("corrected_share")
    assert (share.value, share.note) == (None, "nobody looked")
