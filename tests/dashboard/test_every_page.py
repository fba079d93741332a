"""Every page in a real browser, empty and full, on a desk and on a phone: it shows, fits, and follows the rules."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dashboard.viewer import COOKIE
from monitor.clock import utcnow
from monitor.config import load_settings
from tests.chromium import PATIENCE, Somebody, fits
from tests.dashboard.lived import attack, live
from tests.dashboard.pages import ADDRESSES, write_config
from tests.dashboard.scenario import Scene
from tests.dashboard.served import served
from tests.factories import database_session, make_brand, new_database

pytestmark = pytest.mark.slow
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SIZES = {"desk": DESK, "phone": PHONE}
SERIOUS = ("serious", "critical")
ATTACKED = ("themes?theme=attack&days=7", "mentions?theme=attack", "response?by=theme")
HARMED = "[src='x'], [href*='evil.example'], [src*='evil.example'], .katex"
TURN = "to => { history.pushState({}, '', to); dispatchEvent(new PopStateEvent('popstate')) }"
NOT_OURS = ("iframe[", ".stAppToolbar", "[data-testid='stHeader']", '[data-testid="stHeader"]')
"""Parts of Streamlit's own that we cannot change."""


CUT_OFF = """Array.from(document.querySelectorAll('.ew-table td')).filter(
    cell => { const box = cell.getBoundingClientRect(); return box.width && (box.left < 0 || box.right > innerWidth) }
).map(cell => cell.innerText.slice(0, 40))"""
"""What stands in tables beyond the edge of the window, where nobody can scroll to: a table hides what is too wide."""


@pytest.fixture(scope="module")
def full_address(played: tuple[bytes, Scene], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("full")
    (folder / "emberwatch.db").write_bytes(played[0])
    url = f"sqlite:///{folder / 'emberwatch.db'}"
    with database_session(url) as session:
        live(session, played[1], load_settings(write_config(folder, url)), utcnow())
        attack(session, played[1], utcnow())
    with served(url, folder) as address:
        yield address


@pytest.fixture(scope="module")
def empty_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("empty")
    url = new_database(folder)
    with database_session(url) as session:
        make_brand(session)
        session.commit()
    with served(url, folder) as address:
        yield address


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """Errors of the page's own scripts while it is looked at."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def _look(page: Page, address: str, size: str) -> None:
    page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]
    page.goto(address)
    _is_drawn(page)


def _turn(page: Page, address: str, name: str, size: str) -> None:
    """To another page as by a link: the browser need not load all of Streamlit anew for each."""
    if page.url == "about:blank" or "?" in name:
        _look(page, f"{address}/{name}", size)
        return
    before = page.title()  # each page has its own
    page.evaluate(TURN, f"{address}/{name}")
    page.wait_for_function("before => document.title !== before", arg=before, timeout=PATIENCE)
    _is_drawn(page)


def _is_drawn(page: Page) -> None:
    page.locator(".ew-h1").first.wait_for(timeout=PATIENCE)
    Somebody(page).rests()


@pytest.mark.parametrize("size", list(SIZES))
def test_every_empty_page_says_what_to_do_and_fits(empty_address: str, page: Page, complaints: list[str], size: str):
    for name in ADDRESSES:
        _turn(page, empty_address, name, size)
        page.locator(".ew-empty").first.wait_for(timeout=PATIENCE)
        assert page.locator("[data-testid='stException']").count() == 0, name
        assert fits(page), name
    assert complaints == []


@pytest.mark.parametrize(
    ("size", "language"), [("desk", "en"), ("phone", "en"), ("phone", "ur"), ("phone", "te"), ("phone", "fil")]
)
def test_every_page_fits_fails_in_nothing_and_is_not_harmed_by_what_attacks(
    full_address: str, page: Page, complaints: list[str], size: str, language: str
):
    """In English and Urdu also by the rules of access that a program can check."""
    _speaks(page, full_address, language)
    wrong = []
    for name in (*ADDRESSES, *(ATTACKED if size == "desk" else ())):
        _turn(page, full_address, name, size)
        expect(page.locator("html")).to_have_attribute("lang", language, timeout=PATIENCE)
        found = {
            "failed": page.locator("[data-testid='stException']").count(),
            "is too wide": not fits(page),
            "cuts off": page.evaluate(CUT_OFF),
            "was harmed": page.locator(HARMED).count() or "owned" in page.title(),
            "keeps people out": _barriers(page) if language in ("en", "ur") else (),
        }
        wrong += [(name or "overview", what, how) for what, how in found.items() if how]
    assert wrong == []
    assert complaints == []


def _barriers(page: Page) -> list[tuple[str, list[str]]]:
    """The rules of access that a program can check which parts of ours break, with the first of those parts."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
    serious = [rule for rule in found.response["violations"] if rule["impact"] in SERIOUS]
    ours = [(rule["id"], [node["html"] for node in rule["nodes"] if not _is_not_ours(node)]) for rule in serious]
    return [(name, parts[:3]) for name, parts in ours if parts]


def test_a_long_name_of_a_theme_stays_in_its_card_on_a_phone(full_address: str, page: Page):
    _look(page, f"{full_address}/themes", "phone")
    inside = "all => all.map(one => one.getBoundingClientRect().right <= innerWidth)"
    names = page.locator(".ew-theme .ew-name")
    names.filter(has_text="WWW").wait_for(timeout=PATIENCE)
    assert all(names.evaluate_all(inside))


def test_charts_run_from_left_to_right_where_words_do_not(full_address: str, page: Page):
    _speaks(page, full_address, "ur")
    _look(page, f"{full_address}/response", "desk")
    ways = "all => all.map(one => getComputedStyle(one).direction)"
    page.locator("[data-testid=stVegaLiteChart]").nth(1).wait_for(timeout=PATIENCE)
    assert page.locator("[data-testid=stVegaLiteChart]").evaluate_all(ways) == ["ltr", "ltr"]
    first = page.locator("[data-testid=stButtonGroup] button[aria-checked=false]").first
    assert first.evaluate("one => getComputedStyle(one).borderRightColor") == "rgb(228, 221, 211)"


def _speaks(page: Page, address: str, language: str) -> None:
    page.context.add_cookies([{"name": COOKIE, "value": language, "url": address}])


def _is_not_ours(node: dict[str, list[str]]) -> bool:
    return any(part in str(target) for target in node["target"] for part in NOT_OURS)
