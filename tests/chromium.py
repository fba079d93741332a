"""A real Chromium for the tests, and somebody who looks and clicks in it as people do: by the words on the screen."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.conftest import need

BROWSER = shutil.which("chromium-headless-shell") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
PATIENCE = 60_000  # milliseconds; a busy machine draws the first page slowly
IDLE = "[data-test-script-state='notRunning']"
"""What Streamlit shows while no script of the page runs."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of the system; meanwhile what drives it keeps an event loop in our thread."""
    need(BROWSER, "chromium (apt install chromium-headless-shell)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


class Somebody:
    """One person at one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def opens(self, address: str) -> None:
        self.page.goto(address)

    def sees(self, words: str) -> None:
        expect(self.page.locator("body")).to_contain_text(words, use_inner_text=True, timeout=PATIENCE)

    def sees_no_more(self, words: str) -> None:
        expect(self.page.locator("body")).not_to_contain_text(words, use_inner_text=True, timeout=PATIENCE)

    def rests(self) -> None:
        """Wait until the page is drawn: what is clicked before may be gone before it is heard."""
        self.page.locator(IDLE).first.wait_for(state="attached", timeout=PATIENCE)

    def clicks(self, words: str) -> None:
        """Click the first button or tab that shows these words."""
        self.rests()
        shown = self.page.locator("button, [role=tab]").filter(has_text=words, visible=True)
        shown.first.click(timeout=PATIENCE)

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(label, exact=True).filter(visible=True).first

    def writes(self, label: str, words: str) -> None:
        self.rests()
        self.field(label).fill(words, timeout=PATIENCE)
        expect(self.field(label)).to_have_value(words, timeout=PATIENCE)

    def presses(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def is_called(self, name: str) -> None:
        """Say who one is, where nobody logs in."""
        self.clicks("Say who you are")
        self.writes("Your name", name)
        self.clicks("That is me")
        self.sees(f"You are {name}")

    def is_at(self, address: str) -> None:
        """The end of the page's address is this."""
        expect(self.page).to_have_url(re.compile(re.escape(address) + "$"), timeout=PATIENCE)


def fits(page: Page) -> bool:
    """Whether nothing sticks out of the page sideways."""
    root = "document.documentElement"
    return bool(page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"))
