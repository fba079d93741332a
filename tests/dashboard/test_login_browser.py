"""People log in with a real browser, at a real server, with a real provider of OpenID Connect."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext
from sqlmodel import select

from monitor.facts import Role, Way
from monitor.models import AuditEntry, Outcome
from tests.chromium import PATIENCE, Somebody
from tests.dashboard.logins import SECRETS, STRANGER, address_of, provider, served_with_login
from tests.dashboard.scenario import Scene
from tests.factories import database_session

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Place:
    """A server of the bad day where people log in."""

    address: str
    url: str  # of its database
    secrets: Path  # the folder in which the file of the login was
    incident: int


@pytest.fixture(scope="module")
def place(played: tuple[bytes, Scene], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with opened(played, tmp_path_factory.mktemp("login")) as found:
        yield found


@contextmanager
def opened(played: tuple[bytes, Scene], home: Path) -> Iterator[Place]:
    (home / "emberwatch.db").write_bytes(played[0])
    url = f"sqlite:///{home / 'emberwatch.db'}"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SECRETS.items():
            patch.setenv(name, value)
        patch.setenv("XDG_RUNTIME_DIR", str(home))
        with provider() as at, served_with_login(url, home, at, contact="Sana, it@shop.example") as address:
            (folder,) = home.glob("emberwatch-*")
            yield Place(address, url, folder, played[1].incident.id or 0)


@pytest.fixture(autouse=True)
def everybody_leaves(browser: Browser) -> Iterator[None]:
    """What somebody left open would go on asking the server."""
    yield
    for context in browser.contexts:
        context.close()


def comes(context: BrowserContext, address: str) -> Somebody:
    """Somebody who opens a page without being logged in."""
    somebody = Somebody(context.new_page())
    somebody.opens(address)
    somebody.sees("It is for those who answer them.")
    return somebody


def logs_in(somebody: Somebody, login: str) -> None:
    somebody.clicks("Log in")
    somebody.page.locator(f"button[value='{login}']").click(timeout=PATIENCE)


@pytest.mark.parametrize("role", Role)
def test_everybody_gets_their_role_and_the_page_they_asked_for(place: Place, browser: Browser, role: Role):
    somebody = comes(browser.new_context(), f"{place.address}/incident?id={place.incident}")
    logs_in(somebody, address_of(role))
    somebody.sees(f"{role.value.title()} One, {role.value}")
    somebody.sees("Refunds: complaints about Rose Cart")
    somebody.is_at(f"/incident?id={place.incident}")


def test_what_somebody_does_stands_in_the_log_with_their_login(place: Place, browser: Browser):
    somebody = comes(browser.new_context(), f"{place.address}/incident?id={place.incident}")
    logs_in(somebody, address_of(Role.AGENT))
    somebody.clicks("Acknowledge")
    somebody.sees("acknowledged by Agent One (agent@shop.example)")
    with database_session(place.url) as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.login == address_of(Role.AGENT))).one()
    assert (entry.role, entry.way, entry.outcome) == (Role.AGENT, Way.DASHBOARD, Outcome.DONE)
    assert (entry.deed, entry.about) == ("acknowledge incident", f"incident {place.incident}")


def test_who_has_no_role_is_told_whom_to_ask_and_can_leave(place: Place, browser: Browser):
    context = browser.new_context()
    somebody = comes(context, place.address)
    logs_in(somebody, STRANGER)
    somebody.sees("Nobody has given you a role here yet")
    somebody.sees("Ask Sana, it@shop.example.")
    somebody.sees_no_more("Rose Cart")
    somebody.clicks("Log out")
    somebody.page.get_by_role("button", name="End session").click(timeout=PATIENCE)
    somebody.sees("It is for those who answer them.")
    assert not [cookie for cookie in context.cookies() if cookie["name"].startswith("_streamlit_user")]


def test_a_log_out_counts_in_all_tabs(place: Place, browser: Browser):
    context = browser.new_context()
    first = comes(context, place.address)
    logs_in(first, address_of(Role.LEAD))
    first.sees("Lead One, lead")
    second = Somebody(context.new_page())
    second.opens(f"{place.address}/alerts")
    second.sees("Lead One, lead")
    first.clicks("Lead One, lead")
    first.clicks("Log out")
    second.sees("It is for those who answer them.")
    second.sees_no_more("Lead One")


@pytest.mark.parametrize("slept", ["00:10", "00:30"])
def test_of_a_page_whose_login_has_ended_only_the_login_is_left(place: Place, browser: Browser, slept: str):
    """First the parts that draw themselves look; after half a minute, as in a browser that slept, all look at once."""
    context = browser.new_context()
    somebody = comes(context, place.address)
    logs_in(somebody, address_of(Role.LEAD))
    somebody.sees("Lead One, lead")
    pages = ["/", f"/incident?id={place.incident}", "/alerts", "/inbox", *(["/settings"] if slept == "00:30" else [])]
    tabs, errors = [Somebody(context.new_page()) for _ in pages], []
    for tab, address in zip(tabs, pages, strict=True):
        tab.page.on("pageerror", lambda error: errors.append(str(error)))
        tab.page.clock.install()
        tab.opens(f"{place.address}{address}")
        tab.sees("Lead One, lead")
        tab.rests()
    somebody.clicks("Lead One, lead")
    somebody.clicks("Log out")
    somebody.page.get_by_role("button", name="End session").wait_for(timeout=PATIENCE)
    for tab in tabs:
        tab.page.clock.fast_forward(slept)
        tab.sees("It is for those who answer them.")
        tab.sees_no_more("Lead One")
        tab.page.clock.fast_forward("00:30")  # nothing of the page may look any more
        tab.rests()
        tab.sees("It is for those who answer them.")
    assert not errors


def test_the_answer_to_one_browser_is_worth_nothing_in_another(place: Place, browser: Browser):
    """Who could make somebody follow the way back of their own login would have them act under a wrong name."""
    somebody = comes(browser.new_context(), place.address)
    somebody.clicks("Log in")
    somebody.page.locator(f"button[value='{address_of(Role.ADMIN)}']").wait_for(timeout=PATIENCE)
    form = {"sub": address_of(Role.ADMIN)}
    answer = somebody.page.request.post(somebody.page.url, form=form, max_redirects=0)
    assert answer.headers["location"].startswith(f"{place.address}/oauth2callback?")
    victim = browser.new_context()
    other = Somebody(victim.new_page())
    other.opens(answer.headers["location"])
    other.sees("It is for those who answer them.")
    assert not [cookie for cookie in victim.cookies() if cookie["name"].startswith("_streamlit_user")]


def test_no_script_reads_the_cookie_of_a_login(place: Place, browser: Browser):
    context = browser.new_context()
    somebody = comes(context, place.address)
    logs_in(somebody, address_of(Role.VIEWER))
    somebody.sees("Viewer One, viewer")
    cookies = [cookie for cookie in context.cookies() if cookie["name"].startswith("_streamlit_user")]
    assert {(cookie["httpOnly"], cookie["sameSite"]) for cookie in cookies} == {(True, "Lax")}
    assert "_streamlit_user" not in somebody.page.evaluate("document.cookie")


def test_the_secrets_are_nowhere_once_the_server_has_taken_them(
    played: tuple[bytes, Scene], tmp_path: Path, browser: Browser, capfd: pytest.CaptureFixture[str]
):
    with opened(played, tmp_path) as place:  # one whose words are heard
        assert stat.S_IMODE(place.secrets.stat().st_mode) == 0o700
        assert not list(place.secrets.iterdir())
        somebody = comes(browser.new_context(), place.address)
        logs_in(somebody, address_of(Role.VIEWER))
        somebody.sees("Viewer One, viewer")
    said = "".join(capfd.readouterr())
    assert not [secret for secret in SECRETS.values() if secret in said]
    assert not [secret for secret in SECRETS.values() if secret in somebody.page.content()]
