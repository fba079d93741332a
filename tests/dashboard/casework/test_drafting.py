"""Drafts in the Inbox: in the customer's language, put into the field without losing what stands there."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from dashboard.data import drafts, inbox, opening
from dashboard.data.queues import Filters, Show
from monitor.clock import utcnow
from monitor.facts import MentionKind
from monitor.jobs import answer
from monitor.models import Author, Brand, Case, CaseEvent, CaseState, Mention, Source
from monitor.replies import SHIPPED
from tests.dashboard.pages import act_as, button, open_page, words_of
from tests.dashboard.scenario import Scene
from tests.factories import database_session, make_author, make_case, make_mention, make_source, make_theme, person

Full = tuple[str, Scene]
TEXT = "تین ہفتے ہو گئے، میرے پیسے واپس نہیں ملے۔"


@pytest.fixture
def case(empty: str) -> tuple[int, int]:
    """An Urdu complaint about a refund, its case owned by Ayesha: (case, mention)."""
    with database_session(empty) as session:
        brand = session.get_one(Brand, 1)
        source = make_source(session, brand)
        make_theme(session, "refund", "Refunds")
        author = make_author(session, "آمنہ خان")
        mention = make_mention(
            session, brand, source, TEXT, at=utcnow(), language="ur", themes=["refund"], author=author, negative=0.97
        )
        made = make_case(session, mention, at=utcnow())
        answer.take(session, made.id or 0, person("Ayesha"), utcnow(), seen=made.state)
        session.commit()
        return made.id or 0, mention.id or 0


def opened(case: tuple[int, int]) -> AppTest:
    return act_as(open_page("inbox", case=str(case[0])), "Ayesha")


def field(app: AppTest) -> str:
    return str(next(area for area in app.text_area if area.label.startswith("What you answered")).value)


def test_a_draft_is_in_the_customers_language_and_greets_by_name(case: tuple[int, int]) -> None:
    app = opened(case)
    button(app, "Write a draft").click().run()
    assert not app.exception
    assert field(app).startswith("السلام علیکم آمنہ خان،")
    assert "Ayesha" in field(app)


def test_another_language_can_be_chosen_and_takes_the_place_of_the_first_draft(case: tuple[int, int]) -> None:
    app = opened(case)
    button(app, "Write a draft").click().run()
    next(box for box in app.selectbox if box.label == "Answer in").select("te").run()
    button(app, "Write a draft").click().run()
    assert field(app).startswith("నమస్కారం آمنہ خان గారు,")
    assert "السلام" not in field(app)


def test_what_somebody_wrote_already_is_kept_above_the_draft(case: tuple[int, int]) -> None:
    app = opened(case)
    next(area for area in app.text_area if area.label.startswith("What you answered")).input("My own words.")
    button(app, "Write a draft").click().run()
    assert field(app).startswith("My own words.\n\nالسلام علیکم")


def test_the_complaints_number_says_in_which_way_it_is_answered(case: tuple[int, int]) -> None:
    app = opened(case)
    button(app, "Write a draft").click().run()
    urdu = SHIPPED["ur"]
    assert urdu.opening[case[1] % len(urdu.opening)] in field(app)
    assert urdu.opening[0] not in field(app)


@pytest.mark.parametrize(
    ("due", "said"),
    [("2026-03-02 13:37", "پیر شام 6:30 بجے"), ("2026-03-02 12:05", "پیر شام 5:05 بجے"), ("2026-03-09 11:00", "{by}")],
)
def test_until_when_is_said_in_quarters_never_as_the_past_and_never_so_that_two_days_may_be_meant(
    case: tuple[int, int], empty: str, monkeypatch: pytest.MonkeyPatch, due: str, said: str
) -> None:
    monkeypatch.setattr(opening, "now", lambda: datetime(2026, 3, 2, 12, 2, tzinfo=UTC))  # a Monday, 17:02 in Karachi
    with database_session(empty) as session:
        session.get_one(Brand, 1).time_zone = "Asia/Karachi"
        session.get_one(Case, case[0]).solve_due_at = datetime.fromisoformat(f"{due}+00:00")
        session.commit()
    app = opened(case)
    button(app, "Write a draft").click().run()
    assert said in field(app)


def test_a_draft_that_was_changed_is_recorded_as_it_stands(case: tuple[int, int], empty: str) -> None:
    app = opened(case)
    button(app, "Write a draft").click().run()
    button(app, "Record the answer").click().run()
    with database_session(empty) as session:
        kept = answer.facts_of(session.get_one(Case, case[0]))
    assert kept.answered_at is not None
    assert field(app) == ""


def test_what_is_not_known_is_asked_for_below_the_field(case: tuple[int, int], empty: str) -> None:
    with database_session(empty) as session:
        row = session.get_one(Case, case[0])
        row.solve_due_at = row.opened_at - timedelta(hours=1)
        session.add(row)
        session.commit()
    app = opened(case)
    button(app, "Write a draft").click().run()
    assert [caption.value for caption in app.caption if "Fill in" in caption.value] == [
        "Fill in before you send it: {by} (the day and hour by which it is solved)."
    ]


def test_templates_of_the_config_are_offered(case: tuple[int, int], tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(
        config.read_text() + "replies: {templates: [{name: ours, language: ur, text: 'جناب {name}، ہم دیکھتے ہیں۔'}]}\n"
    )
    app = opened(case)
    button(app, "Write a draft").click().run()
    assert field(app) == "جناب آمنہ خان، ہم دیکھتے ہیں۔"


def test_a_complaint_knows_its_themes_and_whether_others_read_the_answer(empty: str, case: tuple[int, int]) -> None:
    row = inbox.complaint_of_case(case[0])
    assert row is not None
    found = drafts.complaint(row)
    assert (found.themes, found.public, found.name) == (("refund",), True, "آمنہ خان")


def test_a_name_that_is_no_longer_kept_is_not_greeted(case: tuple[int, int], empty: str) -> None:
    with database_session(empty) as session:
        mention = session.get_one(Mention, case[1])
        author = session.get_one(Author, mention.author_id)
        author.display_name = None
        session.add(author)
        session.commit()
        assert mention.kind is MentionKind.REVIEW
    app = opened(case)
    button(app, "Write a draft").click().run()
    assert field(app).startswith("السلام علیکم،")


def test_what_the_same_customer_wrote_after_the_solution_is_told(case: tuple[int, int], empty: str) -> None:
    with database_session(empty) as session:
        answer.answer(session, case[0], person("Ayesha"), utcnow(), "We are sorry.", seen=CaseState.OWNED)
        answer.solve(session, case[0], person("Ayesha"), utcnow(), "Refunded.", seen=CaseState.ANSWERED)
        author = session.get_one(Author, session.get_one(Mention, case[1]).author_id)
        later = utcnow() + timedelta(seconds=1)
        brand, source = session.get_one(Brand, 1), session.get_one(Source, 1)
        make_mention(session, brand, source, "Still nothing <b>", at=later, author=author, negative=0.9)
        session.commit()
    words = words_of(opened(case))
    assert "after it was solved" in words
    assert "Still nothing &lt;b&gt;" in words


def test_a_follow_up_is_drafted_and_noted_in_its_list(case: tuple[int, int], empty: str) -> None:
    with database_session(empty) as session:
        answer.answer(session, case[0], person("Ayesha"), utcnow(), "We are sorry.", seen=CaseState.OWNED)
        answer.solve(session, case[0], person("Ayesha"), utcnow(), "Refunded.", seen=CaseState.ANSWERED)
    asked, later = Filters(1, Show.FOLLOW_UP), utcnow() + timedelta(days=3)
    assert [[row.case_id for row in inbox.complaints(asked, 5, now)] for now in (utcnow(), later)] == [[], [case[0]]]
    app = opened(case)
    button(app, "Write a draft").click().run()
    button(app, "It is followed up").click().run()
    assert not app.exception
    with database_session(empty) as session:
        event = session.exec(select(CaseEvent).order_by(col(CaseEvent.id).desc())).first()
        assert (event.action, session.get_one(Case, case[0]).follow_up_at) == ("followed up", None)
        assert "چند دن پہلے" in event.note


def typed(app: AppTest, text: str) -> AppTest:
    next(area for area in app.text_area if area.label.startswith("What you answered")).input(text)
    return app


def test_a_second_draft_takes_the_place_of_the_first_among_what_was_written_around_it(case: tuple[int, int]) -> None:
    app = typed(opened(case), "Above.")
    button(app, "Write a draft").click().run()
    first = field(app).removeprefix("Above.\n\n")
    typed(app, f"Above.\n\n{first}\n\nBelow.")
    next(box for box in app.selectbox if box.label == "Answer in").select("te").run()
    button(app, "Write a draft").click().run()
    above, *draft, below = field(app).split("\n\n")
    assert (above, below) == ("Above.", "Below.")
    assert not set(first.split("\n\n")) & set(draft[:-1])


def test_a_draft_never_costs_what_stands_there_already(case: tuple[int, int]) -> None:
    app = typed(opened(case), "x" * 3900)
    button(app, "Write a draft").click().run()
    assert not app.exception
    assert field(app) == "x" * 3900
    assert ["no room" in toast.value for toast in app.toast] == [True]


def test_once_an_answer_is_recorded_nothing_is_to_be_filled_in_any_more(case: tuple[int, int], empty: str) -> None:
    with database_session(empty) as session:
        row = session.get_one(Case, case[0])
        row.solve_due_at = row.opened_at - timedelta(hours=1)
        session.add(row)
        session.commit()
    app = opened(case)
    button(app, "Write a draft").click().run()
    button(app, "Record the answer").click().run()
    assert not [caption.value for caption in app.caption if "Fill in" in caption.value]
