"""The Inbox as somebody works in it all day, in a real browser: nothing jumps, nothing that was typed is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.chromium import PATIENCE, Somebody
from tests.dashboard.scenario import Scene
from tests.dashboard.served import served

pytestmark = pytest.mark.slow

ANSWER = "What you answered, as posted under the original"
LIVE = 11_000  # milliseconds until live parts have looked again


@pytest.fixture
def somebody(full: tuple[str, Scene], tmp_path: Path, page: Page) -> Iterator[Somebody]:
    """Ayesha, at the list."""
    with served(full[0], tmp_path) as address:
        found = Somebody(page)
        found.opens(f"{address}/inbox")
        found.is_called("Ayesha")
        found.sees("Third week without my refund")
        found.rests()
        yield found


def test_back_and_forward_lead_through_the_complaints_that_were_open(somebody: Somebody):
    page = somebody.page
    somebody.presses("j", "o")
    somebody.is_at("/inbox?case=1")
    somebody.sees("case 1")
    somebody.rests()
    somebody.presses("j")
    somebody.is_at("/inbox?case=2")
    somebody.sees("case 2")
    page.go_back()
    somebody.is_at("/inbox?case=1")
    somebody.sees("case 1")
    page.go_back()
    somebody.is_at("/inbox")
    somebody.sees_no_more("Back to the list")
    page.go_forward()
    somebody.sees("case 1")


def test_what_is_being_typed_survives_live_looks_and_nothing_moves(somebody: Somebody):
    page = somebody.page
    somebody.presses("j", "o")
    somebody.sees("Take this complaint")
    somebody.rests()
    somebody.presses("t")
    somebody.sees("Ayesha took it")
    somebody.rests()
    somebody.presses("a")
    expect(somebody.field(ANSWER)).to_be_focused(timeout=PATIENCE)
    page.keyboard.type("Dear Sana, ")
    before = somebody.field(ANSWER).bounding_box()
    page.evaluate(WATCH)
    page.wait_for_timeout(LIVE)
    page.keyboard.type("we are sorry.")
    expect(somebody.field(ANSWER)).to_have_value("Dear Sana, we are sorry.", timeout=PATIENCE)
    assert somebody.field(ANSWER).bounding_box() == before
    assert page.evaluate("window.shifted") < 0.01


WATCH = """() => {
  window.shifted = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((one) => { window.shifted += one.value; }))
    .observe({ type: "layout-shift", buffered: false });
}"""
