"""The page behind a link of an alert in a real browser: on a phone, by keyboard, without a script."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from tests.alerting.samples import HOSTILE, URDU
from tests.alerting.samples import quote as sample_quote
from tests.chromium import PATIENCE, fits
from tests.contexts import make_settings
from tests.reception.conftest import House, house_of
from tests.reception.test_acting import MAIL, incident_of, owe

pytestmark = pytest.mark.slow


@pytest.fixture
def house(engine: sa.Engine) -> Iterator[House]:
    yield from house_of(make_settings(channels=[MAIL]), engine)


def wait_for(page: Page, words: str) -> None:
    expect(page.locator("main")).to_contain_text(words, timeout=PATIENCE)


def test_a_link_is_followed_and_its_button_pressed_by_keyboard_alone(house: House, page: Page):
    number, path = owe(house)
    page.goto(f"http://127.0.0.1:{house.port}{path}?do=own")
    page.locator("[name=name]").focus()
    page.keyboard.type("عائشہ خان")
    page.keyboard.press("Enter")
    wait_for(page, "You look after it now.")
    assert incident_of(house, number).owner == "عائشہ خان"


def test_the_next_alert_is_one_press_since_the_name_is_remembered(house: House, page: Page):
    number, path = owe(house)
    page.goto(f"http://127.0.0.1:{house.port}{path}?do=useful")
    page.locator("[name=name]").fill("Ayesha")
    page.locator("[name=name]").press("Enter")
    wait_for(page, "marked as useful")
    page.goto(f"http://127.0.0.1:{house.port}{path}?do=ack")
    page.locator("button.first").click()
    wait_for(page, "Acknowledged. Nobody else need be called.")
    assert incident_of(house, number).acknowledged_by == "Ayesha"
    assert page.evaluate("document.cookie") == ""


def test_without_a_name_the_browser_asks_for_it(house: House, page: Page):
    number, path = owe(house)
    page.goto(f"http://127.0.0.1:{house.port}{path}?do=ack")
    page.locator("button.first").click()
    assert page.evaluate("document.activeElement.name") == "name"
    assert incident_of(house, number).acknowledged_by == ""


def test_who_comes_second_takes_over_by_that_button_and_not_by_enter(house: House, page: Page):
    number, path = owe(house)
    for name in ("Ayesha", "Bilal"):
        page.goto(f"http://127.0.0.1:{house.port}{path}?do=own")
        page.locator("[name=name]").fill(name)
        page.locator("[name=name]").press("Enter")
        wait_for(page, "You look after it now." if name == "Ayesha" else "Choose what to do first.")
        page.context.clear_cookies()
    assert incident_of(house, number).owner == "Ayesha"
    page.locator("button[value=own]").click()
    wait_for(page, "You look after it now.")
    assert incident_of(house, number).owner == "Bilal"


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_sticks_out_and_nothing_is_refused_by_the_pages_own_policy(
    house: House, page: Page, complaints: list[str], width: int
):
    quotes = (sample_quote("x" * 300), sample_quote(URDU, language="ur"), sample_quote(HOSTILE["html"]))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"http://127.0.0.1:{house.port}{owe(house, subject='[high] ' + 'W' * 140, quotes=quotes)[1]}")
    page.locator("summary").click()
    assert fits(page)
    assert complaints == []
    words = page.locator("blockquote p")
    ways = [words.nth(number).evaluate("one => getComputedStyle(one).direction") for number in (1, 0)]
    assert ways == ["rtl", "ltr"]
