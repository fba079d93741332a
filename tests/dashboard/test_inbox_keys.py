"""The Inbox by keys alone, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from monitor.models import Case, CaseState
from tests.chromium import PATIENCE, Somebody
from tests.dashboard.scenario import Scene
from tests.dashboard.served import served
from tests.factories import database_session

pytestmark = pytest.mark.slow

SOLVED = "What was done for the customer"


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


def _at_card(page: Page, number: int | None) -> None:
    expect(page.locator(f".st-key-open-{number} button")).to_be_focused(timeout=PATIENCE)


def test_a_queue_is_worked_through_without_a_mouse(full: tuple[str, Scene], somebody: Somebody):
    page, (url, scene) = somebody.page, full
    somebody.presses("j")
    _at_card(page, scene.evidence[0].id)
    somebody.presses("j", "k")
    _at_card(page, scene.evidence[0].id)
    somebody.presses("o")
    somebody.is_at("/inbox?case=1")
    somebody.sees("Take this complaint")
    somebody.rests()
    somebody.presses("t")
    somebody.sees("Ayesha took it")
    somebody.rests()
    somebody.presses("e")
    expect(somebody.field(SOLVED)).to_be_focused(timeout=PATIENCE)
    page.keyboard.type("Refunded, just now.")
    somebody.is_at("/inbox?case=1")  # j and t were only letters
    page.keyboard.press("Control+Enter")
    somebody.sees("Ayesha solved it")
    somebody.rests()
    page.evaluate("document.activeElement.blur()")  # the field may be gone, or be that of another tab now
    somebody.presses("j")
    somebody.is_at("/inbox?case=2")
    somebody.sees("case 2")
    somebody.rests()
    somebody.presses("Escape")
    somebody.is_at("/inbox")
    _at_card(page, scene.evidence[1].id)
    page.evaluate("document.activeElement.blur()")  # as when the list is drawn once more
    _at_card(page, scene.evidence[1].id)
    with database_session(url) as session:
        assert session.get_one(Case, 1).state is CaseState.SOLVED


def test_several_are_selected_and_taken_by_keys_and_a_live_look_changes_nothing(
    full: tuple[str, Scene], somebody: Somebody
):
    page, (_url, scene) = somebody.page, full
    somebody.presses("j", "x")
    somebody.sees("1 selected")
    page.wait_for_timeout(11_000)  # a live look
    somebody.sees("1 selected")
    somebody.presses("j")
    _at_card(page, scene.evidence[1].id)
    somebody.presses("t")
    somebody.sees("1 is yours.")


def test_the_keys_are_told_and_none_is_heard_meanwhile(somebody: Somebody):
    page = somebody.page
    somebody.presses("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible(timeout=PATIENCE)
    somebody.presses("j")
    assert page.locator("[class*=st-key-open-] button:focus").count() == 0
    somebody.presses("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden(timeout=PATIENCE)


def test_filters_stand_in_the_address_and_survive_reload_and_back(somebody: Somebody):
    page = somebody.page
    somebody.clicks("Mine")
    somebody.is_at("/inbox?show=mine")
    page.reload()
    somebody.sees("yours")
    somebody.sees_no_more("Parcel was left in the rain")
    page.go_back()
    somebody.sees("Parcel was left in the rain")
    somebody.is_at("/inbox")
