"""Tests of the audit log on a page."""

from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.configured import audited
from monitor.access import Deed
from monitor.facts import Person, Role, Way
from monitor.models import Outcome
from monitor.store import audit
from tests.dashboard.logins import logged_in
from tests.dashboard.pages import button, words_of
from tests.factories import NOON, database_session


def log() -> None:
    """The piece alone, as a script."""
    from zoneinfo import ZoneInfo

    from dashboard.configured import audited as piece
    from tests.factories import NOON as NOW

    piece.show(NOW, ZoneInfo("Asia/Karachi"))


def opened() -> AppTest:
    return AppTest.from_function(log, default_timeout=60).run()


@pytest.fixture
def kept(empty: str) -> str:
    """Sixty notes of Sana, a refused silence of Ali, and something by a link."""
    sana = Person("Sana", Role.LEAD, Way.DASHBOARD, "sana@shop.example")
    ali = Person("<i>Ali</i>", Role.AGENT, Way.DASHBOARD, "ali@shop.example")
    with database_session(empty) as session:
        for number in range(60):
            audit.keep(session, sana, Deed.NOTE, f"case {number}", NOON + timedelta(seconds=number), Outcome.DONE)
        audit.keep(session, ali, Deed.SILENCE, "", NOON + timedelta(minutes=2), Outcome.REFUSED)
        audit.keep(session, Person("Omar", Role.AGENT, Way.LINK), Deed.MARK, "alert 7", NOON, Outcome.DONE)
        session.commit()
    return empty


def test_the_newest_entry_comes_first_and_nothing_of_it_is_read_as_html(kept: str):
    told = words_of(opened())
    assert told.index("alert 7") < told.index("silence") < told.index("case 59")
    assert "<i>Ali" not in told
    assert "ali@shop.example" in told


def test_a_page_holds_fifty_and_leads_to_the_older_ones_and_back(kept: str):
    app = opened()
    assert ("case 12<" in words_of(app), "case 11<" in words_of(app)) == (True, False)
    button(app, "Older").click().run()
    assert ("case 12<" in words_of(app), "case 11<" in words_of(app)) == (False, True)
    assert "Older" not in [found.label for found in app.button]
    button(app, "Newer").click().run()
    assert "alert 7" in words_of(app)


@pytest.mark.parametrize(
    ("person", "shown"),
    [("ali", "silence"), ("SANA@shop", "case 59"), ("%", "Nothing of the kind"), ("mar", "alert 7")],
)
def test_a_part_of_a_name_or_login_is_enough(kept: str, person: str, shown: str):
    app = opened()
    app.text_input(key="audit-person").input(person).run()
    assert shown in words_of(app)


def test_what_was_refused_is_found_and_the_first_page_comes_again(kept: str):
    app = opened()
    button(app, "Older").click().run()
    app.selectbox(key="audit-outcome").select(Outcome.REFUSED).run()
    assert "ali@shop.example" in words_of(app)
    assert "case" not in words_of(app)


def test_one_deed_can_be_looked_for(kept: str):
    app = opened()
    app.selectbox(key="audit-deed").select(Deed.MARK).run()
    assert ("alert 7" in words_of(app), "case 59" in words_of(app)) == (True, False)


def test_an_empty_log_says_what_will_stand_there(empty: str):
    assert "Whatever somebody does in the dashboard, or is refused, stands here." in words_of(opened())


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AGENT, Role.LEAD])
def test_only_admins_see_it(kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: Role):
    logged_in(monkeypatch, tmp_path, role=role)
    app = opened()
    assert words_of(app) == ""
    assert not app.text_input


def test_every_deed_has_words():
    assert len({audited.deed_words(deed) for deed in Deed}) == len(Deed)
    assert audited.deed_words("of a later version") == "of a later version"
