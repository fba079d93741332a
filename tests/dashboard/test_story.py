"""The story of one bad day in a real browser: from the link of an alert to a solved case and its follow-up."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlmodel import col, select

from monitor.alerting import links
from monitor.clock import utcnow
from monitor.config import load_settings
from monitor.jobs.acting import grant_of, key_of
from monitor.models import Alert, AlertState, Case, CaseEvent, CaseState, Incident
from monitor.store.database import open_database
from tests.chromium import PATIENCE, Somebody
from tests.dashboard.scenario import Scene
from tests.dashboard.served import served
from tests.factories import database_session
from tests.reception.conftest import House, house_of

pytestmark = pytest.mark.slow
MAIL = "type: email, host: 127.0.0.1, security: none, sender: a@rose.example, recipients: [b@rose.example]"
WRITTEN = "What you answered, as posted under the original"
ASKED = "What you asked, or what the customer said"

_PRESS = "words => [...document.querySelectorAll('button')].find(one => one.innerText.includes(words)).click()"
"""Without waiting for what comes of it."""

_COUNT = "document.addEventListener('click', () => { sessionStorage.clicks = +(sessionStorage.clicks || 0) + 1 }, true)"


@pytest.fixture
def address(full: tuple[str, Scene], tmp_path: Path) -> Iterator[str]:
    with served(full[0], tmp_path) as address:
        yield address


@pytest.fixture
def house(full: tuple[str, Scene], address: str, tmp_path: Path) -> Iterator[House]:
    """The server that the links of alerts lead to, beside the dashboard."""
    engine = open_database(full[0])
    path = tmp_path / "config.yaml"
    path.write_text(path.read_text().replace("mail-lead, type: console", f"mail-lead, {MAIL}"))
    yield from house_of(load_settings(path), engine)
    engine.dispose()


def _link(url: str, house: House, incident_id: int) -> str:
    """What stands in a message that was sent about the incident."""
    with database_session(url) as session:
        alert = session.exec(
            select(Alert).where(Alert.incident_id == incident_id, Alert.state == AlertState.SENT)
        ).first()
        assert alert is not None
        token = links.make(key_of(session), grant_of(alert))
    return f"http://127.0.0.1:{house.port}/act/{token}?do=ack"


def test_a_bad_day_from_the_alert_to_the_follow_up(full: tuple[str, Scene], address: str, house: House, page: Page):
    url, scene = full
    somebody = Somebody(page)
    somebody.opens(_link(url, house, scene.incident.id))
    page.locator("[name=name]").fill("Sana")
    page.locator("button.first").click()
    somebody.sees("Acknowledged. Nobody else need be called.")

    page.get_by_role("link", name="Open the incident in Emberwatch").click(timeout=PATIENCE)
    somebody.sees("acknowledged by Sana")
    somebody.sees("The cause:")
    somebody.is_called("Sana")
    somebody.clicks("I look after it")
    somebody.sees("Sana looks after it")

    somebody.clicks("Answer")
    somebody.sees(WRITTEN)
    case_id = int(page.url.rpartition("case=")[2])
    somebody.clicks("Write a draft")
    _is_drafted(page, WRITTEN)
    draft = somebody.field(WRITTEN).input_value()
    somebody.clicks("Record the answer")
    somebody.sees("Sana answered")
    somebody.clicks("Wait")
    somebody.clicks("Wait for the customer")
    somebody.sees("waits for the customer")
    somebody.clicks("Solve")
    somebody.writes("What was done for the customer", "Refunded 3,450 and called her.")
    somebody.clicks("Mark as solved")
    somebody.sees("Reopen")

    _let_days_pass(url, case_id)
    somebody.opens(f"{address}/inbox?show=follow_up")
    somebody.sees("Follow up")
    somebody.opens(f"{address}/inbox?case={case_id}")
    somebody.clicks("Write a draft")
    _is_drafted(page, ASKED)  # pressed before, it would be refused: there are no words yet
    somebody.clicks("It is followed up")
    somebody.sees("Sana followed up")

    with database_session(url) as session:
        case = session.get_one(Case, case_id)
        assert (case.state, case.owner, case.follow_up_at, case.reopened) == (CaseState.SOLVED, "Sana", None, 0)
        assert session.get_one(Incident, scene.incident.id).owner == "Sana"
        done = session.exec(select(CaseEvent.action).where(CaseEvent.case_id == case_id).order_by(col(CaseEvent.id)))
        assert [action for action in done if action != "opened"] == [
            "took",
            "answered",
            "waits",
            "solved",
            "followed up",
        ]
    assert "Rose Cart" in draft


def _is_drafted(page: Page, field: str) -> None:
    """The words of the draft stand in that field; the page still rests for a moment after a click."""
    drafted = f"document.querySelector(`[aria-label='{field}']`).value.includes('Rose Cart')"
    page.wait_for_function(drafted, timeout=PATIENCE)


def _let_days_pass(url: str, case_id: int) -> None:
    """The day of the follow-up has come."""
    with database_session(url) as session:
        session.get_one(Case, case_id).follow_up_at = utcnow() - timedelta(minutes=1)
        session.commit()


def test_a_new_lead_reaches_the_reply_to_send_in_under_six_clicks(address: str, page: Page):
    page.add_init_script(_COUNT)
    somebody = Somebody(page)
    somebody.opens(address)
    somebody.sees("Refunds: complaints about Rose Cart")  # the worst incident
    somebody.sees("The cause: It is about Refunds")
    somebody.sees("The owner: nobody yet")
    somebody.is_called("Sana")
    somebody.clicks("Look into it")
    somebody.clicks("Answer")
    somebody.sees(WRITTEN)
    _is_drafted(page, WRITTEN)
    assert int(page.evaluate("sessionStorage.clicks")) < 6


def test_of_two_people_at_once_one_wins_and_the_other_is_told(full: tuple[str, Scene], address: str, page: Page):
    url, _scene = full
    with database_session(url) as session:
        case_id = session.exec(select(Case.id).where(Case.state == CaseState.NEW)).first()
    one, other = Somebody(page), Somebody(page.context.browser.new_page())  # type: ignore[union-attr]
    for somebody, name in ((one, "Sana"), (other, "Bilal")):
        somebody.opens(f"{address}/inbox?case={case_id}")
        somebody.is_called(name)
    for somebody in (one, other):
        somebody.rests()
        somebody.page.evaluate(_PRESS, "Take this complaint")
    one.sees("Give back")
    other.sees("Not done")
    other.sees("Sana owns this complaint")
    with database_session(url) as session:
        assert session.get_one(Case, case_id).owner == "Sana"
