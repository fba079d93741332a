"""Several complaints at once: all that can be done is done, and the rest is told with its reason."""

import pytest
from sqlmodel import col, select

from dashboard.casework import listing
from monitor.clock import utcnow
from monitor.facts import Role
from monitor.jobs import answer
from monitor.models import Case, CaseEvent, CaseState
from tests.dashboard.pages import act_as, button, open_page, words_of
from tests.dashboard.scenario import Scene
from tests.factories import database_session, person

Full = tuple[str, Scene]


def _pick(app, *mention_ids: int):
    for number in mention_ids:
        app.checkbox(key=f"pick-{number}").check()
    return app.run()


def _cases(url: str, *mention_ids: int) -> list[Case]:
    with database_session(url) as session:
        return list(session.exec(select(Case).where(col(Case.mention_id).in_(mention_ids)).order_by(Case.mention_id)))


def test_several_are_taken_and_those_without_a_case_get_one(full: Full):
    url, scene = full
    ids = [scene.evidence[i].id for i in (0, 28, 29)]
    app = _pick(act_as(open_page("inbox"), "Zoya"), *ids)
    assert "3 selected" in words_of(app)
    app.button(key="bulk-take").click().run()
    assert not app.exception
    assert [(case.state, case.owner) for case in _cases(url, *ids)] == [(CaseState.OWNED, "Zoya")] * 3
    assert "3 are yours." in words_of(app)
    assert not any(app.checkbox(key=f"pick-{number}").value for number in ids)


def test_who_was_faster_is_named_and_the_rest_is_done(full: Full):
    url, scene = full
    ids = [scene.evidence[i].id for i in (0, 28)]
    app = _pick(act_as(open_page("inbox"), "Zoya"), *ids)
    with database_session(url) as session:
        answer.take(session, 1, person("Bilal"), utcnow(), seen=CaseState.NEW)
    app.button(key="bulk-take").click().run()
    words = words_of(app)
    assert "1 is yours." in words
    assert "1 was refused: Bilal has taken this case already." in words
    assert [box.value for box in (app.checkbox(key=f"pick-{number}") for number in ids)] == [True, False]
    assert [case.owner for case in _cases(url, *ids)] == ["Bilal", "Zoya"]


def test_several_are_given_to_somebody(full: Full):
    url, scene = full
    ids = [scene.evidence[i].id for i in (28, 29)]
    app = _pick(act_as(open_page("inbox"), "Sana"), *ids)
    app.selectbox(key="bulk-to").select("Bilal").run()
    app.button(key="bulk-assign-all").click().run()
    assert [case.owner for case in _cases(url, *ids)] == ["Bilal", "Bilal"]
    assert "2 given to Bilal." in words_of(app)


def test_several_are_dismissed_with_one_reason(full: Full):
    url, scene = full
    ids = [scene.evidence[i].id for i in (28, 29)]
    app = _pick(act_as(open_page("inbox"), "Sana"), *ids)
    app.selectbox(key="bulk-reason").select_index(1).run()
    app.button(key="bulk-dismiss-all").click().run()
    assert [(case.state, case.outcome) for case in _cases(url, *ids)] == [(CaseState.DISMISSED, "duplicate")] * 2


def test_a_note_is_added_to_each_and_the_field_is_empty_again(full: Full):
    url, scene = full
    ids = [scene.evidence[i].id for i in (1, 28)]
    app = _pick(act_as(open_page("inbox"), "Sana"), *ids)
    app.text_area(key="bulk-text").input("The bank is down.")
    app.button(key="bulk-note-all").click().run()
    assert not app.exception
    with database_session(url) as session:
        notes = session.exec(select(CaseEvent.case_id).where(CaseEvent.note == "The bank is down.")).all()
    assert sorted(notes) == sorted(case.id for case in _cases(url, *ids))
    assert app.session_state["bulk-text"] == ""


def test_a_note_that_is_refused_stays_in_its_field(full: Full):
    _url, scene = full
    app = _pick(act_as(open_page("inbox"), ""), scene.evidence[1].id)
    app.text_area(key="bulk-text").input("The bank is down.")
    app.button(key="bulk-note-all").click().run()
    assert app.text_area(key="bulk-text").value == "The bank is down."
    assert "say who you are first" in words_of(app)


def test_a_case_is_opened_for_each_and_nobody_owns_them(full: Full):
    url, scene = full
    ids = [scene.evidence[i].id for i in (28, 29)]
    app = _pick(act_as(open_page("inbox"), "Sana"), *ids)
    button(app, "Open a case for each").click().run()
    assert [(case.state, case.owner) for case in _cases(url, *ids)] == [(CaseState.NEW, "")] * 2


def test_all_that_are_shown_are_selected_at_once_and_none_again(full: Full):
    _url, scene = full
    app = _pick(act_as(open_page("inbox"), "Sana"), scene.evidence[1].id)
    button(app, "All shown").click().run()
    assert f"{listing.PAGE} selected" in words_of(app)
    button(app, "None").click().run()
    assert not any(box.value for box in app.checkbox)


def test_what_came_of_it_can_be_put_away(full: Full):
    _url, scene = full
    app = _pick(act_as(open_page("inbox"), "Sana"), scene.evidence[28].id)
    app.button(key="bulk-take").click().run()
    button(app, "Close").click().run()
    assert "1 is yours." not in words_of(app)


@pytest.mark.parametrize("role", [Role.VIEWER])
def test_who_may_only_look_selects_nothing(full: Full, role: Role, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("dashboard.acting.person", lambda: person("Vera", role))
    app = open_page("inbox")
    assert not any(str(box.key).startswith("pick-") for box in app.checkbox)
