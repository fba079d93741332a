"""The form in a real browser: filled in by keyboard, within a page of a shop, and not within a stranger's."""

import http.server
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect
from sqlmodel import select

from monitor.models import Mention
from monitor.store.database import session_of
from tests.chromium import PATIENCE, fits
from tests.contexts import make_settings
from tests.reception.conftest import House, house_of

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


def test_the_form_is_answered_by_keyboard_alone(house: House, page: Page):
    page.goto(f"http://127.0.0.1:{house.port}/ask/visit?lang=tl")
    page.locator("[name=score]").first.focus()
    for key in ("ArrowRight", "ArrowRight", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type("Malamig ang tsaa.")
    page.locator("button").press("Enter")
    expect(page.locator("h1")).to_contain_text("Salamat po!", timeout=PATIENCE)
    (answer,) = answers(house)
    assert (answer.rating_value, answer.text) == (2, "Malamig ang tsaa.")


def test_nothing_sticks_out_of_a_phone_in_any_language(house: House, page: Page, complaints: list[str]):
    for tag in ("en", "ur", "ur-Latn", "te", "tl"):
        page.goto(f"http://127.0.0.1:{house.port}/ask/visit?lang={tag}")
        assert fits(page), tag
        assert complaints == [], tag


def test_the_script_puts_a_form_that_works_into_the_page_of_the_shop(house: House, shop: tuple[Path, int], page: Page):
    base = f"http://127.0.0.1:{house.port}"
    script = house.ask("GET", "/ask/visit.js").text.replace(house.desk.settings.reception.link, base)
    (shop[0] / "ask.js").write_text(script)
    (shop[0] / "index.html").write_text('<!doctype html><h1>Shop</h1><script src="ask.js" data-lang="en"></script>')
    page.goto(f"http://127.0.0.1:{shop[1]}/index.html")
    form = page.frame_locator("iframe")
    form.locator("[name=comment]").fill("Cold tea.")
    form.locator("button").press("Enter")
    expect(form.locator("h1")).to_contain_text("Thank you!", timeout=PATIENCE)
    assert [answer.text for answer in answers(house)] == ["Cold tea."]


def test_no_stranger_shows_the_form_within_a_page(house: House, shop: tuple[Path, int], page: Page):
    address = f"http://127.0.0.1:{house.port}/ask/visit"
    (shop[0] / "index.html").write_text(f'<!doctype html><iframe src="{address}"></iframe>')
    page.goto(f"http://localhost:{shop[1]}/index.html")
    page.locator("iframe").wait_for(state="attached")
    assert [frame.locator("[name=comment]").count() for frame in page.frames] == [0, 0]
