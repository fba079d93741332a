"""The form in a real browser: filled in by keyboard, within a page of a shop, and not within a stranger's."""

import http.server
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support import expected_conditions as until
from selenium.webdriver.support.ui import WebDriverWait
from sqlmodel import select

from monitor.models import Mention
from monitor.store.database import session_of
from tests.contexts import make_settings
from tests.reception.conftest import PATIENCE, House, house_of

pytestmark = pytest.mark.slow


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A folder with pages, and the port at which a shop shows them."""
    folder = tmp_path / "shop"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *words: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture
def house(engine: sa.Engine, shop: tuple[Path, int]) -> Iterator[House]:
    sites = [f"http://127.0.0.1:{shop[1]}"]
    doors = [{"id": "visit", "type": "survey", "brands": ["karak"], "ask": "nps", "embed_on": sites}]
    yield from house_of(make_settings(doors=doors), engine)


def answers(house: House) -> list[Mention]:
    with session_of(house.engine) as session:
        return list(session.exec(select(Mention)))


def test_the_form_is_answered_by_keyboard_alone(house: House, browser: webdriver.Chrome):
    browser.get(f"http://127.0.0.1:{house.port}/ask/visit?lang=tl")
    browser.find_element(By.NAME, "score").send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    browser.switch_to.active_element.send_keys(Keys.TAB)
    browser.switch_to.active_element.send_keys("Malamig ang tsaa.")
    browser.find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
    WebDriverWait(browser, PATIENCE).until(until.text_to_be_present_in_element((By.TAG_NAME, "h1"), "Salamat po!"))
    (answer,) = answers(house)
    assert (answer.rating_value, answer.text) == (2, "Malamig ang tsaa.")


def test_nothing_sticks_out_of_a_phone_in_any_language(house: House, browser: webdriver.Chrome):
    for tag in ("en", "ur", "ur-Latn", "te", "tl"):
        browser.get(f"http://127.0.0.1:{house.port}/ask/visit?lang={tag}")
        root = "document.documentElement"
        assert browser.execute_script(f"return {root}.scrollWidth <= {root}.clientWidth"), tag
        assert browser.get_log("browser") == [], tag


def test_the_script_puts_a_form_that_works_into_the_page_of_the_shop(
    house: House, shop: tuple[Path, int], browser: webdriver.Chrome
):
    base = f"http://127.0.0.1:{house.port}"
    script = house.ask("GET", "/ask/visit.js").text.replace(house.desk.settings.reception.link, base)
    (shop[0] / "ask.js").write_text(script)
    (shop[0] / "index.html").write_text('<!doctype html><h1>Shop</h1><script src="ask.js" data-lang="en"></script>')
    browser.get(f"http://127.0.0.1:{shop[1]}/index.html")
    browser.switch_to.frame(browser.find_element(By.TAG_NAME, "iframe"))
    browser.find_element(By.NAME, "comment").send_keys("Cold tea.")
    browser.find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
    WebDriverWait(browser, PATIENCE).until(until.text_to_be_present_in_element((By.TAG_NAME, "h1"), "Thank you!"))
    assert [answer.text for answer in answers(house)] == ["Cold tea."]


def test_no_stranger_shows_the_form_within_a_page(house: House, shop: tuple[Path, int], browser: webdriver.Chrome):
    address = f"http://127.0.0.1:{house.port}/ask/visit"
    (shop[0] / "index.html").write_text(f'<!doctype html><iframe src="{address}"></iframe>')
    browser.get(f"http://localhost:{shop[1]}/index.html")
    browser.switch_to.frame(browser.find_element(By.TAG_NAME, "iframe"))
    assert browser.find_elements(By.NAME, "comment") == []
