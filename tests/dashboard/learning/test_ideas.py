"""The ideas box on a page: read, seconded, decided on, proposed; and an idea that comes from a case."""

from collections.abc import Callable

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from monitor.clock import utcnow
from monitor.facts import Role
from monitor.jobs import answer
from monitor.models import Brand, Idea, IdeaState
from monitor.store import ideas as store
from tests.dashboard.pages import button, words_of
from tests.dashboard.scenario import Scene
from tests.factories import database_session, person

Full = tuple[str, Scene]


def _box() -> None:
    from dashboard import acting
    from dashboard.data.brands import brands
    from dashboard.learning import ideas

    acting.say()
    ideas.box(brands()[0], "refund")


def _case() -> None:
    from dashboard.data import inbox
    from dashboard.learning import ideas

    row = inbox.complaint_of_case(1)
    assert row is not None
    ideas.propose_from_case(row)


@pytest.fixture
def me(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Role], None]:
    """Be somebody at the page."""

    def be(name: str, role: Role = Role.AGENT) -> None:
        monkeypatch.setattr("dashboard.acting.person", lambda: person(name, role))

    return be


def shown(script: Callable[[], None] = _box) -> AppTest:
    return AppTest.from_function(script, default_timeout=60).run()


def kept(url: str, text: str = "Refund <b>at once</b> below 500.", actor: str = "Bilal") -> int:
    with database_session(url) as session:
        brand = session.exec(select(Brand)).one()
        return answer.propose(session, brand.id or 0, "refund", text, person(actor), utcnow()).id or 0


def idea(url: str, number: int) -> Idea:
    with database_session(url) as session:
        return session.get_one(Idea, number)


def test_an_empty_box_says_whom_to_ask(full: Full, me: Callable[..., None]):
    me("Sana")
    assert "No ideas yet" in words_of(shown())


def test_an_idea_shows_who_had_it_and_is_harmless(full: Full, me: Callable[..., None]):
    me("Sana")
    kept(full[0])
    words = words_of(shown())
    assert "Refund &lt;b&gt;at once&lt;/b&gt; below 500." in words
    assert "<b><bdi>Bilal</bdi></b> proposed it" in words
    assert ">proposed<" in words


def test_one_click_seconds_it_and_one_takes_that_back(full: Full, me: Callable[..., None]):
    me("Sana")
    number = kept(full[0])
    app = button(shown(), "I want it too").click().run()
    assert "1 more wants it: <bdi>Sana</bdi>" in words_of(app)
    app = button(app, "I do not want it any more").click().run()
    with database_session(full[0]) as session:
        assert store.votes(session, [number]) == {}
    assert "wants it" not in words_of(app)


def test_ones_own_idea_is_not_offered_to_second_nor_decisions_to_agents(full: Full, me: Callable[..., None]):
    me("Bilal")
    kept(full[0])
    labels = {one.label for one in shown().button}
    assert labels == {"Propose it"}


def test_a_lead_decides_with_words(full: Full, me: Callable[..., None]):
    me("Lea", Role.LEAD)
    number = kept(full[0])
    app = shown()
    app.selectbox(key=f"idea-state-{number}-proposed").set_value(IdeaState.PLANNED)
    app.text_area(key=f"idea-words-{number}-proposed").set_value("From June on.")
    app = button(app, "Say so").click().run()
    assert (idea(full[0], number).state, idea(full[0], number).decided_by) == (IdeaState.PLANNED, "Lea")
    assert "From June on." in words_of(app)


def test_who_is_slower_is_told(full: Full, me: Callable[..., None]):
    me("Lea", Role.LEAD)
    number = kept(full[0])
    app = shown()
    with database_session(full[0]) as session:
        answer.decide(session, number, IdeaState.DONE, "Did it.", person("Amir"), utcnow(), seen=IdeaState.PROPOSED)
    app = button(app, "Say so").click().run()
    assert idea(full[0], number).decided_by == "Amir"
    assert any("done by Amir now" in toast.value.replace("\\", "") for toast in app.toast)


def test_a_proposal_from_the_page_is_kept_with_its_theme(full: Full, me: Callable[..., None]):
    me("Sana")
    app = shown()
    app.text_area[0].set_value("Call within the hour.")
    app = button(app, "Propose it").click().run()
    assert "Call within the hour." in words_of(app)
    assert (idea(full[0], 1).theme, idea(full[0], 1).actor, app.text_area[0].value) == ("refund", "Sana", "")


def test_a_refused_proposal_leaves_the_words_where_they_were(full: Full, me: Callable[..., None]):
    me("")
    app = shown()
    app.text_area[0].set_value("Call within the hour.")
    app = button(app, "Propose it").click().run()
    assert app.text_area[0].value == "Call within the hour."


def test_viewers_read_and_do_nothing(full: Full, me: Callable[..., None]):
    kept(full[0])
    me("Vera", Role.VIEWER)
    app = shown()
    assert "proposed it" in words_of(app)
    assert list(app.button) == []


def test_from_a_case_the_theme_is_that_of_its_text(full: Full, me: Callable[..., None]):
    me("Sana")
    app = shown(_case)
    assert app.selectbox[0].options == ["Refunds", "Staff", "No theme"]
    app.text_area[0].set_value("Say when the money comes.")
    app = button(app, "Propose it").click().run()
    assert (idea(full[0], 1).theme, idea(full[0], 1).case_id) == ("refund", 1)
    assert "Say when the money comes." in words_of(app)
