"""One person's way in a real browser: from an incident to a solved case."""

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions as until
from selenium.webdriver.support.ui import WebDriverWait
from sqlmodel import col, select

from dashboard.launch import serve
from monitor.clock import utcnow
from monitor.config import load_settings
from monitor.jobs import answer
from monitor.models import Alert, AlertState, Case, CaseEvent, CaseState, Incident, Mention, Reply
from tests.dashboard.pages import write_config
from tests.dashboard.scenario import HOSTILE, Scene
from tests.factories import database_session

pytestmark = pytest.mark.slow
PATIENCE = 60  # seconds; a busy machine draws the first page slowly

BROWSER, DRIVER = shutil.which("chromium") or shutil.which("chromium-browser"), shutil.which("chromedriver")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--window-size=1440,1400",
)  # fmt: skip


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def address(full: tuple[str, Scene], tmp_path: Path) -> Iterator[str]:
    """Where a real server serves the database of the bad day."""
    path = write_config(tmp_path, full[0], _free_port())
    settings = load_settings(path)
    server = serve(settings, path)
    try:
        _wait_for(f"{settings.dashboard.link}/_stcore/health", server)
        yield settings.dashboard.link
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the dashboard's server did not start")


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    if not BROWSER or not DRIVER:
        if os.environ.get("CI") == "true":
            pytest.fail("chromium and chromedriver are needed: apt install chromium chromium-driver")
        pytest.skip("chromium and chromedriver are not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for flag in (*FLAGS, f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield driver
    driver.quit()


class _Person:
    """Looks and clicks as people do: by the words on the screen."""

    def __init__(self, browser: webdriver.Chrome) -> None:
        self.browser = browser
        self.waits = WebDriverWait(browser, PATIENCE, ignored_exceptions=[WebDriverException])

    def sees(self, words: str) -> None:
        self.waits.until(lambda browser: words in browser.find_element(By.TAG_NAME, "body").text, words)

    def clicks(self, words: str) -> None:
        """Click the first button or tab that shows these words; again when the page was just being drawn anew."""
        shows = f"[contains(normalize-space(.), '{words}')]"
        self.waits.until(lambda _browser: self._click(f"//button{shows} | //*[@role='tab']{shows}"), words)

    def _click(self, path: str) -> bool:
        if not self.browser.find_elements(By.CSS_SELECTOR, "[data-test-script-state='notRunning']"):
            return False  # what is clicked while the page is being drawn may be gone before it is heard
        shown = [found for found in self.browser.find_elements(By.XPATH, path) if found.is_displayed()]
        if not shown:
            return False
        shown[0].click()
        return True

    def field(self, label: str) -> WebElement:
        return self.waits.until(until.element_to_be_clickable((By.CSS_SELECTOR, f"[aria-label='{label}']")), label)

    def writes(self, label: str, words: str) -> None:
        self.waits.until(lambda _browser: self._type(label, words), label)

    def _type(self, label: str, words: str) -> bool:
        field = self.field(label)
        field.clear()
        field.send_keys(words)
        return field.get_attribute("value") == words


def _history(url: str, case_id: int) -> list[str]:
    with database_session(url) as session:
        rows = session.exec(select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(col(CaseEvent.id)))
        return [row.action for row in rows]


def test_a_complaint_goes_from_the_incident_to_solved(full: tuple[str, Scene], address: str, browser: webdriver.Chrome):
    url, scene = full
    person = _Person(browser)
    browser.get(address)
    person.sees("Refunds: complaints about Rose Cart")
    person.clicks("Say who you are")
    person.writes("Your name", "Ayesha")
    person.clicks("That is me")
    person.sees("You are Ayesha")

    person.clicks("Look into it")
    person.sees("Who was told, and why")
    assert browser.current_url.endswith(f"/incident?id={scene.incident.id}")
    person.clicks("I look after it")
    person.sees("Ayesha looks after it")

    person.clicks("Take this complaint")
    person.sees("What you answered")
    case_id = int(browser.current_url.rpartition("/inbox?case=")[2])
    person.clicks("Note")
    person.writes("A note for colleagues; customers never see it", "Payment team has the receipt.")
    person.clicks("Add the note")
    person.sees("Payment team has the receipt.")
    person.clicks("Answer")
    person.writes("What you answered, as posted under the original", "We are sorry. The money leaves today.")
    person.clicks("Record the answer")
    person.sees("Ayesha answered")
    person.clicks("Solve")
    person.writes("What was done for the customer", "Refunded 3,450.")
    person.clicks("Mark as solved")
    person.sees("Reopen")

    with database_session(url) as session:
        case = session.get_one(Case, case_id)
        assert (case.state, case.owner, case.outcome) == (CaseState.SOLVED, "Ayesha", "Refunded 3,450.")
        assert session.get_one(Incident, scene.incident.id).owner == "Ayesha"
        assert session.exec(select(Reply.text)).one() == "We are sorry. The money leaves today."
    assert _history(url, case_id) == ["opened", "took", "noted", "answered", "solved"]


def test_hostile_text_does_nothing_in_a_real_browser(full: tuple[str, Scene], address: str, browser: webdriver.Chrome):
    url, _scene = full
    with database_session(url) as session:
        number = session.exec(select(Mention.id).where(Mention.text == HOSTILE)).one()
    browser.get(f"{address}/inbox?mention={number}")
    person = _Person(browser)
    person.sees("<script>document.title='owned'</script>")
    person.sees("$\\frac{1}{2}$ :smile: :red[danger] **bold**")
    assert "owned" not in browser.title
    assert not browser.find_elements(By.CSS_SELECTOR, "img[src*='evil'], a[href*='evil'], a[href^='javascript']")


def test_a_search_stands_in_the_address_and_survives_reload_and_back(
    full: tuple[str, Scene], address: str, browser: webdriver.Chrome
):
    person = _Person(browser)
    browser.get(f"{address}/mentions")
    person.writes("Search", "refund")
    person.field("Search").send_keys(Keys.ENTER)
    person.sees("12 mentions")
    person.clicks("Roman Urdu")
    person.sees("4 mentions")
    assert browser.current_url.endswith("/mentions?brand=rosecart&q=refund&language=ur-Latn")
    browser.refresh()
    person.sees("4 mentions")
    assert person.field("Search").get_attribute("value") == "refund"
    browser.back()
    person.sees("12 mentions")
    assert {mark.text for mark in browser.find_elements(By.TAG_NAME, "mark")} == {"refund"}


def test_an_incident_is_acknowledged_silenced_and_a_lost_message_sent_again(
    full: tuple[str, Scene], address: str, browser: webdriver.Chrome
):
    url, scene = full
    person = _Person(browser)
    browser.get(address)
    person.sees("4 messages could not be delivered; mail-lead fails.")
    person.clicks("Say who you are")
    person.writes("Your name", "Sana")
    person.clicks("That is me")
    person.clicks("Look into it")
    person.clicks("Acknowledge")
    person.sees("acknowledged by Sana")
    person.clicks("Silence this for …")
    person.writes("Why?", "The bank is down, we know")
    person.clicks("Silence it")
    person.sees("It is silenced.")

    browser.get(f"{address}/alerts?brand=rosecart&show=dead")
    person.sees("<img src=x onerror=alert(1)> **x** [click](https://evil.example) <!channel> :smile: gnp")
    person.clicks("Send all 4 of mail-lead again")
    person.sees("Nothing is dead")
    person.clicks("Silences 2")
    person.sees("The bank is down, we know")
    assert browser.current_url.endswith("/alerts?brand=rosecart&show=silences")
    person.clicks("End now")
    person.sees("ended early by Sana")
    assert not browser.find_elements(By.CSS_SELECTOR, "img[src*='x'][onerror], a[href*='evil']")

    with database_session(url) as session:
        assert session.get_one(Incident, scene.incident.id).acknowledged_by == "Sana"
        assert session.exec(select(Alert).where(Alert.state == AlertState.FAILED)).all() == []


def _copy_button(browser: webdriver.Chrome) -> WebElement:
    """It stands in a part of the page of its own."""
    found: WebElement = browser.execute_script(
        """const found = [], look = (root) => root.querySelectorAll("*").forEach((one) => {
             if (one.matches("button[aria-live]")) found.push(one);
             if (one.shadowRoot) look(one.shadowRoot);
           });
           look(document);
           return found[0];"""
    )
    return found


@pytest.mark.parametrize("setting", ["granted", "denied"])
def test_a_draft_is_copied_as_it_stands_also_where_a_browser_has_no_clipboard(
    full: tuple[str, Scene], address: str, browser: webdriver.Chrome, setting: str
):
    url, _scene = full
    with database_session(url) as session:
        case = session.exec(select(Case).where(Case.state == CaseState.NEW)).first()
        assert case is not None
        answer.take(session, case.id or 0, "Ayesha", utcnow(), seen=case.state)
        session.commit()
    person = _Person(browser)
    browser.get(f"{address}/inbox?case={case.id}")
    person.clicks("Say who you are")
    person.writes("Your name", "Ayesha")
    person.clicks("That is me")
    person.writes("What you answered, as posted under the original", "Before the draft.")
    person.clicks("Write a draft")
    field = person.field("What you answered, as posted under the original")
    person.waits.until(lambda _browser: "Rose Cart" in str(field.get_attribute("value")))
    field.send_keys(Keys.CONTROL, Keys.END)
    field.send_keys(" And more.")
    permission = {"permission": {"name": "clipboard-write"}, "setting": setting, "origin": address}
    browser.execute_cdp_cmd("Browser.setPermission", permission)
    _copy_button(browser).click()
    person.waits.until(lambda _browser: len(browser.window_handles) == 2)  # the original has been opened beside it
    browser.switch_to.window(browser.window_handles[0])
    text = str(field.get_attribute("value"))
    person.clicks("Note")
    note = person.field("A note for colleagues; customers never see it")
    note.send_keys(Keys.CONTROL, "v")
    assert note.get_attribute("value") == text
    assert (text[:19], text[-10:]) == ("Before the draft.\n\n", " And more.")
