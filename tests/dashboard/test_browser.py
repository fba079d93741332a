"""One person's way in a real browser: from an incident to a solved case."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlmodel import col, select

from monitor.clock import utcnow
from monitor.jobs import answer
from monitor.models import Alert, AlertState, Case, CaseEvent, CaseState, Incident, Mention, Reply
from tests.chromium import PATIENCE, Somebody
from tests.dashboard.scenario import HOSTILE, Scene
from tests.dashboard.served import served
from tests.factories import database_session, person

pytestmark = pytest.mark.slow


@pytest.fixture
def address(full: tuple[str, Scene], tmp_path: Path) -> Iterator[str]:
    """Where a real server serves the database of the bad day."""
    with served(full[0], tmp_path) as address:
        yield address


def _history(url: str, case_id: int) -> list[str]:
    with database_session(url) as session:
        rows = session.exec(select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(col(CaseEvent.id)))
        return [row.action for row in rows]


def test_a_complaint_goes_from_the_incident_to_solved(full: tuple[str, Scene], address: str, page: Page):
    url, scene = full
    somebody = Somebody(page)
    somebody.opens(address)
    somebody.sees("Refunds: complaints about Rose Cart")
    somebody.is_called("Ayesha")

    somebody.clicks("Look into it")
    somebody.sees("Who was told, and why")
    somebody.is_at(f"/incident?id={scene.incident.id}")
    somebody.clicks("I look after it")
    somebody.sees("Ayesha looks after it")

    somebody.clicks("Answer")
    somebody.sees("What you answered")
    case_id = int(page.url.rpartition("/inbox?case=")[2])
    somebody.clicks("Note")
    somebody.writes("A note for colleagues; customers never see it", "Payment team has the receipt.")
    somebody.clicks("Add the note")
    somebody.sees("Payment team has the receipt.")
    somebody.clicks("Answer")
    somebody.writes("What you answered, as posted under the original", "We are sorry. The money leaves today.")
    somebody.clicks("Record the answer")
    somebody.sees("Ayesha answered")
    somebody.clicks("Solve")
    somebody.writes("What was done for the customer", "Refunded 3,450.")
    somebody.clicks("Mark as solved")
    somebody.sees("Reopen")

    with database_session(url) as session:
        case = session.get_one(Case, case_id)
        assert (case.state, case.owner, case.outcome) == (CaseState.SOLVED, "Ayesha", "Refunded 3,450.")
        assert session.get_one(Incident, scene.incident.id).owner == "Ayesha"
        assert session.exec(select(Reply.text)).one() == "We are sorry. The money leaves today."
    assert _history(url, case_id) == ["opened", "took", "noted", "answered", "solved"]


def test_hostile_text_does_nothing_in_a_real_browser(full: tuple[str, Scene], address: str, page: Page):
    url, _scene = full
    with database_session(url) as session:
        number = session.exec(select(Mention.id).where(Mention.text == HOSTILE)).one()
    somebody = Somebody(page)
    somebody.opens(f"{address}/inbox?mention={number}")
    somebody.sees("<script>document.title='owned'</script>")
    somebody.sees("$\\frac{1}{2}$ :smile: :red[danger] **bold**")
    assert "owned" not in page.title()
    assert page.locator("img[src*='evil'], a[href*='evil'], a[href^='javascript']").count() == 0


def test_a_search_stands_in_the_address_and_survives_reload_and_back(full: tuple[str, Scene], address: str, page: Page):
    somebody = Somebody(page)
    somebody.opens(f"{address}/mentions")
    somebody.writes("Search", "refund")
    somebody.field("Search").press("Enter")
    somebody.sees("12 mentions")
    somebody.clicks("Roman Urdu")
    somebody.sees("4 mentions")
    somebody.is_at("/mentions?brand=rosecart&q=refund&language=ur-Latn")
    page.reload()
    somebody.sees("4 mentions")
    expect(somebody.field("Search")).to_have_value("refund", timeout=PATIENCE)
    page.go_back()
    somebody.sees("12 mentions")
    assert set(page.locator("mark").all_inner_texts()) == {"refund"}


def test_an_incident_is_acknowledged_silenced_and_a_lost_message_sent_again(
    full: tuple[str, Scene], address: str, page: Page
):
    url, scene = full
    somebody = Somebody(page)
    somebody.opens(address)
    somebody.sees("4 messages could not be delivered; mail-lead fails.")
    somebody.is_called("Sana")
    somebody.clicks("Look into it")
    somebody.clicks("Acknowledge")
    somebody.sees("acknowledged by Sana")
    somebody.clicks("Silence this for …")
    somebody.writes("Why?", "The bank is down, we know")
    somebody.clicks("Silence it")
    somebody.sees("It is silenced.")

    somebody.opens(f"{address}/alerts?brand=rosecart&show=dead")
    somebody.sees("<img src=x onerror=alert(1)> **x** [click](https://evil.example) <!channel> :smile: gnp")
    somebody.clicks("Send all 4 of mail-lead again")
    somebody.sees("Nothing is dead")
    somebody.clicks("Silences 2")
    somebody.sees("The bank is down, we know")
    somebody.is_at("/alerts?brand=rosecart&show=silences")
    somebody.clicks("End now")
    somebody.sees("ended early by Sana")
    assert page.locator("img[src*='x'][onerror], a[href*='evil']").count() == 0

    with database_session(url) as session:
        assert session.get_one(Incident, scene.incident.id).acknowledged_by == "Sana"
        assert session.exec(select(Alert).where(Alert.state == AlertState.FAILED)).all() == []


def _copy_button(page: Page) -> Locator:
    return page.locator("button[aria-live]").first


@pytest.mark.parametrize("setting", ["granted", "denied"])
def test_a_draft_is_copied_as_it_stands_also_where_a_browser_has_no_clipboard(
    full: tuple[str, Scene], address: str, page: Page, setting: str
):
    url, _scene = full
    with database_session(url) as session:
        case = session.exec(select(Case).where(Case.state == CaseState.NEW)).first()
        assert case is not None
        answer.take(session, case.id or 0, person("Ayesha"), utcnow(), seen=case.state)
        session.commit()
    somebody = Somebody(page)
    somebody.opens(f"{address}/inbox?case={case.id}")
    somebody.is_called("Ayesha")
    label = "What you answered, as posted under the original"
    somebody.writes(label, "Before the draft.")
    somebody.clicks("Write a draft")
    field = somebody.field(label)
    page.wait_for_function(
        "label => document.querySelector(`[aria-label='${label}']`).value.includes('Rose Cart')", arg=label
    )
    field.press("Control+End")
    field.press_sequentially(" And more.")
    permission = {"permission": {"name": "clipboard-write"}, "setting": setting, "origin": address}
    page.context.new_cdp_session(page).send("Browser.setPermission", permission)
    with page.context.expect_page(timeout=PATIENCE):  # the original has been opened beside it
        _copy_button(page).click()
    text = field.input_value()
    page.bring_to_front()
    somebody.clicks("Note")
    note = somebody.field("A note for colleagues; customers never see it")
    note.press("Control+v")
    assert note.input_value() == text
    assert (text[:19], text[-10:]) == ("Before the draft.\n\n", " And more.")
