"""What a person says of a text counts in the place of the model's reading, until the text is edited or it is undone."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from monitor.errors import AnswerRefused
from monitor.facts import WHOLE, Cell, Collected, Dimension, MentionKind, Sentiment
from monitor.folding import terms
from monitor.jobs import analyse, answer
from monitor.jobs.context import Context
from monitor.models import Assessment, AssessmentTheme, Brand, Mention, ReadState, Resolution, Source
from monitor.store import assessments, cases, corrections, counts, mentions, reports, search, streams
from monitor.store.corrections import Seen
from monitor.store.database import open_database, session_of
from monitor.store.search import Wanted
from monitor.store.search_words import tag
from monitor.store.trouble import Trouble, trouble_of
from tests.contexts import make_context
from tests.factories import database_session, make_incident, person
from tests.fakes import FakeAssessor

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=9)
DELIVERY = Cell(Dimension.THEME, "delivery")
IRONY = "Karak House: terrible delivery, haha, two hours early"
NEUTRAL, NEGATIVE, POSITIVE = Sentiment.NEUTRAL, Sentiment.NEGATIVE, Sentiment.POSITIVE


def save(context: Context, text: str) -> None:
    source = context.session.exec(select(Source).where(Source.slug == "news")).one()
    post = Collected(
        kind=MentionKind.POST, host="news.example", external_id="1", url="https://news.example/1", text=text,
        published_at=NOW - timedelta(minutes=10),
    )  # fmt: skip
    mentions.save_many(context.session, [(post, True)], source=source, now=NOW, author_key="key")
    context.session.commit()


@pytest.fixture
def context(session: Session) -> Context:
    """One text that the model reads as a complaint."""
    context = make_context(session, NOW)
    save(context, IRONY)
    analyse.run(context, FakeAssessor())
    return context


def current(session: Session) -> Assessment:
    found = select(Assessment).where(Assessment.is_current).execution_options(populate_existing=True)
    return session.exec(found).one()


def the_text(session: Session) -> int:
    return session.exec(select(Mention.id)).one() or 0


def seen(session: Session) -> Seen:
    text = session.exec(select(Mention.text_hash)).one()
    return Seen(current(session).id or 0, text)


def correct(context: Context, label: Sentiment = POSITIVE, who: str = "Sana", at: datetime = LATER) -> None:
    answer.correct(context.session, the_text(context.session), label, person(who), at, seen=seen(context.session))


def counted(context: Context, cell: Cell = WHOLE) -> tuple[float, float]:
    """Mentions and the sum of P(negative) in the hour before now."""
    rows = counts.read(context.session, 1, Resolution.HOUR, NOW - timedelta(hours=1), NOW).get(cell, [])
    return sum(row[1] for row in rows), round(sum(row[2] for row in rows), 6)


def found(context: Context, kind: str, value: str) -> int:
    return len(search.find(context.session, Wanted(1, terms(""), tags=((tag(kind, value),),)), 10))


def read_again(context: Context, version: str = "2") -> None:
    model = FakeAssessor()
    model.version = version
    context.session.exec(select(Mention)).one().read_state = ReadState.WAITING
    context.session.commit()
    analyse.run(context, model)


def test_a_correction_is_an_assessment_of_a_person_with_what_the_model_found(context: Context):
    read = current(context.session)
    correct(context)
    said = current(context.session)
    assert (said.model_name, said.model_version, said.corrected_by) == ("person", "1", "Sana")
    assert (said.negative, said.neutral, said.positive, said.label) == (0, 0, 1, POSITIVE)
    assert (said.language, said.embedding, said.unsure) == (read.language, read.embedding, False)
    themes = select(AssessmentTheme.theme_id).where(AssessmentTheme.assessment_id == said.id)
    assert len(context.session.exec(themes).all()) == 1


def test_figures_follow_a_correction(context: Context):
    assert (counted(context), counted(context, DELIVERY)) == ((1, 0.9), (1, 0.9))
    correct(context)
    assert (counted(context), counted(context, DELIVERY)) == ((1, 0), (1, 0))


def test_the_search_follows_a_correction(context: Context):
    correct(context)
    assert (found(context, "n", "negative"), found(context, "n", "positive")) == (0, 1)
    assert found(context, "u", "corrected") == 1


def quoted(context: Context, *, praise: bool) -> int:
    week = (NOW - timedelta(days=7), NOW + timedelta(days=1))
    return len(reports.candidates(context.session, 1, week, praise=praise, each=3))


def test_reports_quote_a_text_for_what_a_person_said_of_it(context: Context):
    assert (quoted(context, praise=False), quoted(context, praise=True)) == (1, 0)
    correct(context)
    assert (quoted(context, praise=False), quoted(context, praise=True)) == (0, 1)


def test_an_incident_gets_no_case_for_what_is_no_complaint(context: Context):
    incident = make_incident(context.session, context.session.get_one(Brand, 1), context.session.exec(select(Mention)))
    assert cases.complaints_without_case(context.session, incident.id or 0, 1) == [the_text(context.session)]
    correct(context)
    assert cases.complaints_without_case(context.session, incident.id or 0, 1) == []


def test_detectors_hear_a_person(context: Context):
    correct(context)
    (voice,) = streams.voices(context.session, 1, NOW - timedelta(hours=1), NOW)
    assert (voice.negative, voice.themes) == (0, ("delivery",))


def test_a_text_to_check_is_to_check_no_more_once_corrected(session: Session):
    context = make_context(session, NOW)
    save(context, "Karak House: perhaps")
    analyse.run(context, FakeAssessor())
    assert found(context, "u", "check") == 1
    correct(context, NEUTRAL)
    assert found(context, "u", "check") == 0


def test_a_newer_model_does_not_override_a_person(context: Context):
    correct(context)
    read_again(context)
    assert (current(context.session).corrected_by, counted(context)) == ("Sana", (1, 0))
    assert (found(context, "n", "positive"), found(context, "u", "corrected")) == (1, 1)


def test_an_edited_text_is_read_by_the_model_again(context: Context):
    correct(context)
    save(context, "Karak House: terrible, perhaps")
    analyse.run(context, FakeAssessor())
    assert (current(context.session).corrected_by, counted(context)) == ("", (1, 0.9))
    assert found(context, "u", "check") == 1


def test_a_person_is_believed_again_when_an_edit_is_taken_back(context: Context):
    correct(context)
    save(context, "Karak House: terrible")
    analyse.run(context, FakeAssessor())
    save(context, IRONY)
    analyse.run(context, FakeAssessor())
    assert (current(context.session).corrected_by, counted(context)) == ("Sana", (1, 0))


def test_what_is_corrected_before_an_edit_was_read_holds_when_it_is(context: Context):
    save(context, "Karak House: terrible delivery, I was joking")
    correct(context)
    analyse.run(context, FakeAssessor())
    assert (current(context.session).corrected_by, counted(context)) == ("Sana", (1, 0))


def test_language_and_themes_of_a_corrected_text_are_those_that_were_read_last(context: Context):
    save(context, "Karak House: terrible, I was joking")
    correct(context)
    assert counted(context, DELIVERY) == (1, 0)  # the edit is not read yet
    analyse.run(context, FakeAssessor())
    assert current(context.session).corrected_by == "Sana"
    assert (counted(context), counted(context, DELIVERY)) == ((1, 0), (0, 0))


def test_undoing_brings_the_reading_of_the_model_back(context: Context):
    correct(context)
    answer.undo_correction(context.session, the_text(context.session), person("Sana"), NOW, seen=seen(context.session))
    assert (current(context.session).model_name, counted(context, DELIVERY)) == ("fake", (1, 0.9))
    assert (found(context, "n", "negative"), found(context, "u", "corrected")) == (1, 0)


def test_undoing_brings_the_newest_model_back_and_stays_undone(context: Context):
    correct(context)
    read_again(context, "2")
    answer.undo_correction(context.session, the_text(context.session), person("Sana"), NOW, seen=seen(context.session))
    assert current(context.session).model_version == "2"
    read_again(context, "3")
    assert (current(context.session).model_version, counted(context)) == ("3", (1, 0.9))


def test_every_word_is_kept_and_the_last_one_counts(context: Context):
    correct(context, POSITIVE)
    correct(context, NEUTRAL, "Bilal", LATER + timedelta(minutes=1))
    read_again(context)
    words = select(Assessment.corrected_by, Assessment.label).where(Assessment.corrected_by != "")
    assert context.session.exec(words.order_by(col(Assessment.id))).all() == [("Sana", POSITIVE), ("Bilal", NEUTRAL)]
    assert current(context.session).corrected_by == "Bilal"


@pytest.mark.parametrize("who", ["", "  ", "x" * 121])
def test_only_who_says_a_name_corrects(context: Context, who: str):
    with pytest.raises(AnswerRefused, match=r"name|who you are"):
        correct(context, who=who)
    assert counted(context) == (1, 0.9)


def test_what_changed_since_it_was_shown_is_not_corrected(context: Context):
    shown = seen(context.session)
    correct(context, NEUTRAL)
    with pytest.raises(AnswerRefused, match="meanwhile"):
        answer.correct(context.session, the_text(context.session), POSITIVE, person("Bilal"), LATER, seen=shown)
    assert current(context.session).label is NEUTRAL


def test_a_text_that_was_edited_since_it_was_shown_is_not_corrected(context: Context):
    shown = seen(context.session)
    save(context, "Karak House: something else")
    with pytest.raises(AnswerRefused, match="meanwhile"):
        answer.correct(context.session, the_text(context.session), POSITIVE, person("Bilal"), LATER, seen=shown)


def test_only_what_a_person_said_can_be_undone(context: Context):
    with pytest.raises(AnswerRefused, match="meanwhile"):
        answer.undo_correction(
            context.session, the_text(context.session), person("Sana"), NOW, seen=seen(context.session)
        )
    assert counted(context) == (1, 0.9)


def test_a_text_that_there_is_not_is_refused(context: Context):
    with pytest.raises(AnswerRefused, match="meanwhile"):
        answer.correct(context.session, 77, POSITIVE, person("Sana"), LATER, seen=Seen(1, "x"))


def test_of_two_people_who_correct_at_once_one_is_refused(context: Context, database_url: str):
    shown = seen(context.session)
    with database_session(database_url) as other:
        answer.correct(other, the_text(other), NEUTRAL, person("Bilal"), LATER, seen=shown)
    with pytest.raises(AnswerRefused, match="meanwhile"):
        answer.correct(context.session, the_text(context.session), POSITIVE, person("Sana"), LATER, seen=shown)
    assert counted(context) == (1, 0)


def test_a_correction_while_the_model_reads_is_not_overridden(context: Context, database_url: str):
    def meanwhile(_texts: Sequence[str]) -> None:
        with database_session(database_url) as other:
            answer.correct(other, the_text(other), POSITIVE, person("Sana"), LATER, seen=seen(other))

    context.session.exec(select(Mention)).one().read_state = ReadState.WAITING
    context.session.commit()
    analyse.run(context, FakeAssessor(before=meanwhile))
    assert (current(context.session).corrected_by, counted(context)) == ("Sana", (1, 0))
    assert context.session.exec(select(Mention.read_state)).one() is ReadState.READ


def test_nobody_corrects_what_is_being_counted(context: Context, database_url: str):
    shown = seen(context.session)
    assessments.lock_links(context.session, [the_text(context.session)])
    engine = open_database(database_url, busy_timeout_seconds=0)
    with session_of(engine) as other, pytest.raises(OperationalError) as refused:
        answer.correct(other, the_text(other), POSITIVE, person("Sana"), LATER, seen=shown)
    engine.dispose()
    assert trouble_of(refused.value) is Trouble.BUSY


def test_words_of_before_a_downgrade_are_in_nobodys_way(context: Context):
    correct(context)
    word = current(context.session)
    word.corrected_by = ""  # the column was dropped and added again
    context.session.commit()
    correct(context, NEUTRAL, "Bilal")
    answer.undo_correction(context.session, the_text(context.session), person("Bilal"), NOW, seen=seen(context.session))
    assert (current(context.session).model_name, counted(context)) == ("fake", (1, 0.9))


def test_corrections_are_given_out_with_what_the_model_had_said(context: Context):
    correct(context, POSITIVE)
    correct(context, NEUTRAL, "Bilal", LATER)
    (one,) = corrections.corrections(context.session)
    assert (one.text, one.language, one.at) == (IRONY, "en", LATER)
    assert (one.label, one.was, one.corrected_by, one.model) == (NEUTRAL, NEGATIVE, "Bilal", "fake 1")


@pytest.mark.parametrize(("brand", "number"), [("karak", 1), ("other", 0), ("", 1)])
def test_corrections_of_one_brand(context: Context, brand: str, number: int):
    correct(context)
    assert len(list(corrections.corrections(context.session, brand))) == number


def test_what_was_undone_edited_or_deleted_is_not_given_out(context: Context):
    correct(context)
    save(context, "Karak House: new words")
    assert list(corrections.corrections(context.session)) == []
    save(context, IRONY)
    assert len(list(corrections.corrections(context.session))) == 1
    context.session.exec(select(Mention)).one().deleted_at = LATER
    assert list(corrections.corrections(context.session)) == []


def test_what_was_undone_is_not_given_out(context: Context):
    correct(context)
    answer.undo_correction(context.session, the_text(context.session), person("Sana"), NOW, seen=seen(context.session))
    assert list(corrections.corrections(context.session)) == []
