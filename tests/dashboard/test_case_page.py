"""Tests of the page of a case: its clocks, owner, posting and history."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from monitor.clock import utcnow
from monitor.facts import Role
from monitor.jobs import answer
from monitor.models import Brand, Case, CaseEvent, CaseState, Praise, Source
from tests.dashboard.pages import act_as, button, open_page, words_of
from tests.dashboard.scenario import Scene
from tests.factories import database_session, make_case, make_mention, person

Full = tuple[str, Scene]
MINUTE = timedelta(minutes=1)


def _change(url: str, case_id: int, **values: object) -> None:
    with database_session(url) as session:
        case = session.get_one(Case, case_id)
        for name, value in values.items():
            setattr(case, name, value)
        session.add(case)
        session.commit()


def _as(monkeypatch: pytest.MonkeyPatch, name: str, role: Role) -> None:
    monkeypatch.setattr("dashboard.acting.person", lambda: person(name, role))
    monkeypatch.setattr("dashboard.acting.who", lambda: name)


def test_an_answer_that_is_late_says_by_how_much(full: Full):
    _change(full[0], 2, answer_due_at=utcnow() - 15 * MINUTE, answered_at=None)
    words = words_of(open_page("inbox", case="2"))
    assert "<b>First answer</b> ▲ 15 min late, was due" in words
    assert "<b>Solution</b> due" in words


@pytest.mark.parametrize(("minutes", "said"), [(-5, "✓ in time"), (25, "▲ 25 min late")])
def test_an_answer_that_was_given_says_if_it_was_in_time(full: Full, minutes: int, said: str):
    due = utcnow() - 60 * MINUTE
    _change(full[0], 3, answer_due_at=due, answered_at=due + minutes * MINUTE)
    assert f"<b>First answer</b> {said}" in words_of(open_page("inbox", case="3"))


def test_a_dismissed_case_owes_nothing_any_more(full: Full):
    _change(full[0], 2, state=CaseState.DISMISSED, outcome="duplicate")
    words = words_of(open_page("inbox", case="2"))
    assert "<b>First answer</b> not needed any more" in words
    assert "late" not in words.partition("ew-clocks")[2].partition("Service policy")[0]


def test_the_times_of_the_policy_are_said(full: Full):
    assert "answer within 1 h, solve within 24 h" in words_of(open_page("inbox", case="2"))


def test_a_case_that_was_escalated_and_is_hostile_says_so(full: Full):
    _change(full[0], 2, escalated_at=utcnow(), hostile=True)
    words = words_of(open_page("inbox", case="2"))
    assert "a manager was told" in words
    assert "hostile</span>" in words


def test_praise_of_somebody_by_name_is_passed_on(full: Full):
    url, scene = full
    with database_session(url) as session:
        source = session.exec(select(Source).where(Source.slug == "shop-blog")).one()
        brand = session.get_one(Brand, scene.brand.id)
        kind = make_mention(session, brand, source, "Bilal was kind.", negative=0.03)
        session.add(Praise(mention_id=kind.id, brand_id=brand.id, person="Bilal <b>", found_at=utcnow()))
        number = make_case(session, kind, at=utcnow()).id
        session.commit()
    words = words_of(open_page("inbox", case=str(number)))
    assert "It praises <b><bdi>Bilal &lt;b&gt;</bdi></b>: tell them." in words


@pytest.mark.parametrize(
    ("action", "actor", "note", "said"),
    [
        ("assigned", "Sana", "Bilal", "<b><bdi>Sana</bdi></b> gave it to <b><bdi>Bilal</bdi></b>"),
        ("escalated", "", "to Sana: the answer is overdue", "<b>Emberwatch</b> told a manager that it is overdue"),
        ("heard again", "", "wrote again: negative", "heard from the customer again"),
        ("found the answer", "", "", "found the answer in public"),
        ("asked to post", "Sana", "We are sorry.", "asked to post the answer"),
        ("could not post", "", "401", "could not post the answer"),
        ("something <new>", "Sana", "", "<bdi>something &lt;new&gt;</bdi>"),
    ],
)
def test_the_history_is_told_in_plain_words(full: Full, action: str, actor: str, note: str, said: str):
    with database_session(full[0]) as session:
        session.add(CaseEvent(case_id=2, at=utcnow(), actor=actor, action=action, note=note))
        session.commit()
    assert said in words_of(open_page("inbox", case="2"))


def test_a_lead_gives_a_case_to_who_suits_it_and_sees_what_each_carries(full: Full, tmp_path: Path):
    url, _scene = full
    config = tmp_path / "config.yaml"
    config.write_text(
        config.read_text() + "people: [{name: Zoya, languages: [ur]}, {name: Bilal, languages: [en], most: 1}]\n"
    )
    app = act_as(open_page("inbox", case="2"), "Sana")
    words = words_of(app)
    assert "<b><bdi>Zoya</bdi></b>: reads Urdu" in words
    assert "1 of 1 · full" in words
    assert next(one for one in app.selectbox if one.label == "To whom?").value == "Zoya"
    button(app, "Give it to them").click().run()
    assert not app.exception
    with database_session(url) as session:
        assert session.get_one(Case, 2).owner == "Zoya"


def test_who_gives_a_case_away_too_late_is_told(full: Full):
    url, _scene = full
    app = act_as(open_page("inbox", case="2"), "Sana")
    with database_session(url) as session:
        answer.solve(session, 2, person("Ayesha"), utcnow(), "Refunded.", seen=CaseState.OWNED)
    button(app, "Give it to them").click().run()
    assert "Not done" in app.toast[0].value
    assert "Refunded." in words_of(app)


def test_an_agent_cannot_give_away_nor_take_from_another(full: Full, monkeypatch: pytest.MonkeyPatch):
    _as(monkeypatch, "Zoya", Role.AGENT)
    labels = [one.label for one in open_page("inbox", case="2").button]
    assert "Add the note" in labels
    assert not {"Give it to them", "Give it back", "Record the answer"} & set(labels)


def test_a_viewer_sees_all_and_can_do_nothing(full: Full, monkeypatch: pytest.MonkeyPatch):
    _as(monkeypatch, "Vera", Role.VIEWER)
    app = open_page("inbox", case="2")
    assert not app.exception
    assert not app.text_area
    assert "History" in words_of(app)


def test_an_answer_that_was_found_before_anybody_had_it_can_be_taken(full: Full):
    _change(full[0], 1, state=CaseState.ANSWERED, answered_at=utcnow())
    app = act_as(open_page("inbox", case="1"), "Zoya")
    button(app, "Take this complaint").click().run()
    with database_session(full[0]) as session:
        assert session.get_one(Case, 1).owner == "Zoya"
