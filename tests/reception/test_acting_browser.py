"""The page behind a link of an alert in a real browser: on a phone, by keyboard, without a script."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support import expected_conditions as until
from selenium.webdriver.support.ui import WebDriverWait

from tests.alerting.samples import HOSTILE, URDU
from tests.alerting.samples import quote as sample_quote
from tests.contexts import make_settings
from tests.reception.conftest import PATIENCE, House, house_of
from tests.reception.test_acting import MAIL, incident_of, owe

pytestmark = pytest.mark.slow
ROOT = "document.documentElement"


@pytest.fixture
def house(engine: sa.Engine) -> Iterator[House]:
    yield from house_of(make_settings(channels=[MAIL]), engine)


def wait_for(browser: webdriver.Chrome, words: str) -> None:
    WebDriverWait(browser, PATIENCE).until(until.text_to_be_present_in_element((By.TAG_NAME, "main"), words))


def test_a_link_is_followed_and_its_button_pressed_by_keyboard_alone(house: House, browser: webdriver.Chrome):
    number, path = owe(house)
    browser.get(f"http://127.0.0.1:{house.port}{path}?do=own")
    browser.find_element(By.NAME, "name").send_keys("عائشہ خان", Keys.ENTER)
    wait_for(browser, "You look after it now.")
    assert incident_of(house, number).owner == "عائشہ خان"


def test_the_next_alert_is_one_press_since_the_name_is_remembered(house: House, browser: webdriver.Chrome):
    number, path = owe(house)
    browser.get(f"http://127.0.0.1:{house.port}{path}?do=useful")
    browser.find_element(By.NAME, "name").send_keys("Ayesha", Keys.ENTER)
    wait_for(browser, "marked as useful")
    browser.get(f"http://127.0.0.1:{house.port}{path}?do=ack")
    browser.find_element(By.CSS_SELECTOR, "button.first").click()
    wait_for(browser, "Acknowledged. Nobody else need be called.")
    assert incident_of(house, number).acknowledged_by == "Ayesha"
    assert browser.execute_script("return document.cookie") == ""


def test_without_a_name_the_browser_asks_for_it(house: House, browser: webdriver.Chrome):
    number, path = owe(house)
    browser.get(f"http://127.0.0.1:{house.port}{path}?do=ack")
    browser.find_element(By.CSS_SELECTOR, "button.first").click()
    assert browser.execute_script("return document.activeElement.name") == "name"
    assert incident_of(house, number).acknowledged_by == ""


def test_who_comes_second_takes_over_by_that_button_and_not_by_enter(house: House, browser: webdriver.Chrome):
    number, path = owe(house)
    for name, keys in (("Ayesha", Keys.ENTER), ("Bilal", Keys.ENTER)):
        browser.get(f"http://127.0.0.1:{house.port}{path}?do=own")
        field = browser.find_element(By.NAME, "name")
        field.clear()
        field.send_keys(name, keys)
        wait_for(browser, "You look after it now." if name == "Ayesha" else "Choose what to do first.")
        browser.delete_all_cookies()
    assert incident_of(house, number).owner == "Ayesha"
    browser.find_element(By.CSS_SELECTOR, "button[value=own]").click()
    wait_for(browser, "You look after it now.")
    assert incident_of(house, number).owner == "Bilal"


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_sticks_out_and_nothing_is_refused_by_the_pages_own_policy(
    house: House, browser: webdriver.Chrome, width: int
):
    quotes = (sample_quote("x" * 300), sample_quote(URDU, language="ur"), sample_quote(HOSTILE["html"]))
    browser.set_window_size(width, 900)
    browser.get(f"http://127.0.0.1:{house.port}{owe(house, subject='[high] ' + 'W' * 140, quotes=quotes)[1]}")
    browser.find_element(By.TAG_NAME, "summary").click()
    assert browser.execute_script(f"return {ROOT}.scrollWidth <= {ROOT}.clientWidth")
    assert browser.get_log("browser") == []
    right, left = (browser.execute_script(
        "return getComputedStyle(document.querySelectorAll('blockquote p')[arguments[0]]).direction", number
    ) for number in (1, 0))  # fmt: skip
    assert (right, left) == ("rtl", "ltr")
