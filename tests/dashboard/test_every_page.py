"""Every page in a real browser, empty and full, on a desk and on a phone: it shows, fits, and follows the rules."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.chromium import PATIENCE, Somebody, fits
from tests.dashboard.pages import ADDRESSES
from tests.dashboard.scenario import Scene
from tests.dashboard.served import served
from tests.factories import database_session, make_brand, new_database

pytestmark = pytest.mark.slow
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SIZES = {"desk": DESK, "phone": PHONE}
SERIOUS = ("serious", "critical")
NOT_OURS = ("iframe[", ".stAppToolbar", "[data-testid='stHeader']", '[data-testid="stHeader"]')
"""Parts of Streamlit's own that we cannot change."""


@pytest.fixture(scope="module")
def full_address(played: tuple[bytes, Scene], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("full")
    (folder / "emberwatch.db").write_bytes(played[0])
    with served(f"sqlite:///{folder / 'emberwatch.db'}", folder) as address:
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
    page.locator(".ew-h1").first.wait_for(timeout=PATIENCE)
    Somebody(page).rests()


@pytest.mark.parametrize("size", list(SIZES))
def test_every_full_page_fits_and_nothing_fails_in_it(full_address: str, page: Page, complaints: list[str], size: str):
    for name in ADDRESSES:
        _look(page, f"{full_address}/{name}", size)
        assert page.locator("[data-testid='stException']").count() == 0, name
        assert fits(page), name
    assert complaints == []


@pytest.mark.parametrize("size", list(SIZES))
def test_every_empty_page_says_what_to_do_and_fits(empty_address: str, page: Page, complaints: list[str], size: str):
    for name in ADDRESSES:
        _look(page, f"{empty_address}/{name}", size)
        page.locator(".ew-empty").first.wait_for(timeout=PATIENCE)
        assert page.locator("[data-testid='stException']").count() == 0, name
        assert fits(page), name
    assert complaints == []


def test_every_page_keeps_the_rules_of_access_that_a_program_can_check(full_address: str, page: Page):
    broken = {}
    for name in ADDRESSES:
        _look(page, f"{full_address}/{name}", "desk")
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
        for rule in found.response["violations"]:
            ours = [node["html"] for node in rule["nodes"] if not _is_not_ours(node)]
            if rule["impact"] in SERIOUS and ours:
                broken[name or "overview", rule["id"]] = ours[:3]
    assert broken == {}


def _is_not_ours(node: dict[str, list[str]]) -> bool:
    return any(part in str(target) for target in node["target"] for part in NOT_OURS)
