"""The page of each language in a real browser: its direction, its font, and what the browser remembers."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.dashboard.scenario import Scene
from tests.dashboard.served import served

pytestmark = pytest.mark.slow
PATIENCE = 60_000  # milliseconds
LOADED = "name => [...document.fonts].some(one => one.family.includes(name) && one.status === 'loaded')"


@pytest.fixture(scope="module")
def address(played: tuple[bytes, Scene], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("spoken")
    (folder / "emberwatch.db").write_bytes(played[0])
    with served(f"sqlite:///{folder / 'emberwatch.db'}", folder) as found:
        yield found


@pytest.fixture(autouse=True)
def everybody_leaves(browser: Browser) -> Iterator[None]:
    """What somebody left open would go on asking the server."""
    yield
    for context in browser.contexts:
        context.close()


def _opened(page: Page, address: str) -> Page:
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.locator(".ew-h1").wait_for()
    return page


def _choose(page: Page, language: str) -> None:
    page.locator("[class*='st-key-language-choice']").get_by_role("combobox").click()
    page.get_by_role("option", name=language).click()


def _fonts(page: Page) -> set[str]:
    return set(page.evaluate("[...document.fonts].filter(one => one.status === 'loaded').map(one => one.family)"))


def _hosts(page: Page, address: str) -> list[str]:
    """Addresses of other hosts that a page asks for from now on."""
    asked: list[str] = []
    page.on(
        "request", lambda one: asked.append(one.url) if not one.url.startswith((address, "data:", "blob:")) else None
    )
    return asked


def test_urdu_is_read_from_right_to_left_until_another_language_is_chosen(address: str, browser: Browser):
    page = browser.new_context(locale="en-US").new_page()
    strangers = _hosts(page, address)
    _opened(page, address)
    html = page.locator("html")
    expect(html).to_have_attribute("dir", "ltr")
    assert "Noto Sans Arabic" not in _fonts(page)
    _choose(page, "اردو")
    expect(html).to_have_attribute("dir", "rtl", timeout=PATIENCE)
    expect(html).to_have_attribute("lang", "ur")
    page.wait_for_function(
        "[...document.fonts].some(f => f.family.includes('Noto Sans Arabic') && f.status === 'loaded')"
    )
    title, person = page.locator(".ew-h1").bounding_box(), page.locator(".st-key-who-popover-").bounding_box()
    assert title is not None
    assert person is not None
    assert title["x"] > person["x"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    _opened(page, f"{address}/alerts")  # the browser has kept it
    expect(html).to_have_attribute("dir", "rtl")
    _choose(page, "English")
    expect(html).to_have_attribute("dir", "ltr", timeout=PATIENCE)
    assert strangers == []


@pytest.mark.parametrize(("locale", "language"), [("te-IN", "te"), ("fil-PH", "fil"), ("de-DE", "en")])
def test_a_browser_is_answered_in_its_own_language(address: str, browser: Browser, locale: str, language: str):
    page = _opened(browser.new_context(locale=locale).new_page(), f"{address}/settings")
    expect(page.locator("html")).to_have_attribute("lang", language)
    if language == "te":
        page.wait_for_function(LOADED, arg="Noto Sans Telugu")
    assert "Noto Sans Arabic" not in _fonts(page)


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("place", ["", "alerts", "sources"])
def test_colours_can_be_told_apart(address: str, browser: Browser, place: str, language: str):
    context = browser.new_context(viewport={"width": 1440, "height": 1400})
    context.add_cookies([{"name": "emberwatch_language", "value": language, "url": address}])
    page = _opened(context.new_page(), f"{address}/{place}")
    page.wait_for_timeout(1500)  # parts of the page come one after the other
    found = Axe().run(page, options={"runOnly": ["color-contrast", "html-has-lang", "svg-img-alt"]})
    assert found.response["violations"] == []
