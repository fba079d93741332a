"""What a server of the dashboard tells who speaks to it past the browser: nothing without a good login."""

import http.client
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus

from monitor.clock import utcnow
from tests.dashboard.logins import SECRETS, claims, served_with_login
from tests.dashboard.scenario import Scene
from tests.dashboard.wire import FORGERY_COOKIE, forgery_token, signed, wire

pytestmark = pytest.mark.slow
KEY = SECRETS["COOKIE_SECRET"]
DATA = ("Rose Cart", "Refunds", "slack-support", "refund")
LASTS = 300  # seconds; the shortest that the config takes


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("wire")


@pytest.fixture(scope="module")
def address(played: tuple[bytes, Scene], folder: Path) -> Iterator[str]:
    """A real server of the bad day, where people log in."""
    (folder / "emberwatch.db").write_bytes(played[0])
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SECRETS.items():
            patch.setenv(name, value)
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        with served_with_login(f"sqlite:///{folder / 'emberwatch.db'}", folder, lasts=f"{LASTS}s") as link:
            yield link


def cookie(address: str, *groups: str, key: str = KEY, origin: str = "", **more: object) -> str:
    return signed(claims("sana@shop.example", *groups, **more), key, origin or address)


def shows_data(told: str) -> bool:
    return any(word in told for word in DATA)


@pytest.mark.parametrize("page", ["", "incident", "alerts", "inbox", "mentions", "sources"])
def test_without_a_login_no_page_tells_anything(address: str, page: str):
    with wire(address) as stranger:
        told = stranger.asks(page, "id=1&case=1&mention=1&brand=rosecart")
    assert "Log in" in told
    assert not shows_data(told)


def test_with_a_good_login_the_page_is_shown(address: str):
    with wire(address, cookie(address, "leads")) as lead:
        assert shows_data(lead.asks())


BAD = {
    "signed with another key": {"key": "0" * 32},
    "of another address": {"origin": "https://watch.shop.example"},
    "too old": {"iat": utcnow().timestamp() - LASTS - 1},
    "of the far future": {"iat": utcnow().timestamp() + 9e6},
    "without a time": {"iat": None},
    "without an address": {"email": None},
    "with an address that is not theirs": {"email_verified": False},
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_login_is_none(address: str, kind: str):
    with wire(address, cookie(address, "bosses", **BAD[kind])) as forger:
        told = forger.asks("inbox")
    assert "Log in" in told
    assert not shows_data(told)


@pytest.mark.parametrize(
    "form", ["nothing", "eyJpc19sb2dnZWRfaW4iOnRydWV9", '{"is_logged_in":true}', "a.b.c", "chunks-2"]
)
def test_what_nobody_signed_is_no_login(address: str, form: str):
    with wire(address, form) as forger:
        assert not shows_data(forger.asks("inbox"))


def test_what_was_signed_for_another_purpose_is_no_login(address: str):
    other = signed(claims("sana@shop.example", "bosses"), KEY, address, "_streamlit_user_tokens")
    with wire(address, other) as forger:
        assert not shows_data(forger.asks())


def test_somebody_without_a_role_is_told_so_and_sees_nothing(address: str):
    with wire(address, cookie(address, "cleaners")) as nobody:
        told = nobody.asks("incident", "id=1")
    assert "Nobody has given you a role here yet" in told
    assert not shows_data(told)


@pytest.mark.parametrize("token", ["", "2|00000000|00000000000000000000000000000000|1"])
def test_a_login_without_the_token_against_forgery_is_none(address: str, token: str):
    with wire(address, cookie(address, "bosses"), token=token) as forger:
        assert not shows_data(forger.asks())


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:1"])
def test_no_page_elsewhere_can_open_a_connection(address: str, origin: str):
    with pytest.raises(InvalidStatus), wire(address, cookie(address, "bosses"), origin=origin):
        pass


def test_the_session_of_another_cannot_be_taken_over(address: str):
    with wire(address, cookie(address, "bosses")) as boss:
        boss.asks()
        part = min(boss.fragments)
        with wire(address, session=boss.session) as thief:
            thief.sends(fragment=part)
            assert not shows_data(thief.asks("inbox"))
            assert thief.session != boss.session
    with wire(address, session=boss.session) as late:
        late.sends(fragment=part)
        assert not shows_data(late.asks("inbox"))
        assert late.session != boss.session


def test_when_a_login_ends_no_part_of_an_open_page_tells_any_more(address: str):
    left = 12
    began = utcnow().timestamp()
    with wire(address, cookie(address, "leads", iat=began - LASTS + left)) as lead:
        lead.asks("incident", "id=1")
        parts = sorted(lead.fragments)
        before = "".join(lead.asks(fragment=part) for part in parts)
        time.sleep(max(0.0, began + left + 1 - utcnow().timestamp()))
        for part in parts:
            lead.sends(fragment=part)
        after = lead.hears("Log in again")
        assert shows_data(before)
        assert not shows_data(after)


def test_where_the_login_stands_no_part_of_the_page_before_is_drawn(address: str):
    """A browser has no place for it any more, and would show nothing at all."""
    left = 12
    began = utcnow().timestamp()
    with wire(address, cookie(address, "leads", iat=began - LASTS + left)) as lead:
        lead.asks("incident", "id=1")
        parts = sorted(lead.fragments)
        time.sleep(max(0.0, began + left + 1 - utcnow().timestamp()))
        lead.asks()
        lead.fragments.clear()
        for part in parts:
            lead.sends(fragment=part)
        time.sleep(1)  # asking for the page at once would overtake them
        assert "Log in again" in lead.asks()
        assert parts
        assert not lead.fragments


def _get(url: str, **headers: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
            return answer.status, answer.headers["x-frame-options"]
    except urllib.error.HTTPError as error:
        return error.code, error.headers["x-frame-options"]


def test_files_to_download_ask_for_the_login(address: str):
    good = cookie(address, "watchers")
    assert _get(f"{address}/media/abc.csv") == (403, "DENY")
    assert _get(f"{address}/media/abc.csv", Cookie=f"_streamlit_user={good}") == (404, "DENY")
    bad = cookie(address, "watchers", key="0" * 32)
    assert _get(f"{address}/media/abc.csv", Cookie=f"_streamlit_user={bad}") == (403, "DENY")
    assert _get(f"{address}/media/abc.csv", Cookie=f"_streamlit_user={cookie(address, 'cleaners')}") == (403, "DENY")


def test_nobody_without_a_login_fills_the_memory_with_files(address: str):
    """Streamlit takes files of 200 MB from anybody who has a session, and whoever opens the first page has one."""
    token = forgery_token(address)
    part = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nwords\r\n--x--\r\n'
    headers = {"X-Xsrftoken": token, "Cookie": f"{FORGERY_COOKIE}={token}"}
    with wire(address) as stranger:
        stranger.asks()
        line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        line.request(
            "PUT", f"/_stcore/upload_file/{stranger.session}/1", part,
            {**headers, "Content-Type": "multipart/form-data; boundary=x"},
        )  # fmt: skip
        assert line.getresponse().status == 404
        line.close()


def test_while_the_config_has_a_mistake_no_file_is_given_out(address: str, folder: Path):
    path, good = folder / "config.yaml", cookie(address, "bosses")
    sound = path.read_text()
    path.write_text(f"{sound}password-of-sana: x\n")
    try:
        assert _get(f"{address}/media/abc.csv", Cookie=f"_streamlit_user={good}") == (403, "DENY")
    finally:
        path.write_text(sound)
    assert _get(f"{address}/media/abc.csv", Cookie=f"_streamlit_user={good}") == (404, "DENY")


def test_a_second_server_at_the_same_address_fails_and_ends_no_login(address: str, folder: Path):
    words = [sys.executable, "-m", "dashboard", "--config", str(folder / "config.yaml")]
    env = {**os.environ, **SECRETS, "XDG_RUNTIME_DIR": str(folder)}
    second = subprocess.run(words, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert second.returncode != 0
    assert "is not available" in second.stderr
    time.sleep(6)  # so often does Streamlit look whether the file of a login has changed
    with wire(address, cookie(address, "leads")) as lead:
        assert shows_data(lead.asks())


def test_another_name_of_the_machine_is_refused(address: str):
    assert _get(f"{address}/", Host="evil.example") == (421, "DENY")


def test_who_comes_back_without_having_asked_is_not_logged_in(address: str):
    request = urllib.request.Request(f"{address}/oauth2callback?state=forged&code=stolen")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.url == f"{address}/"
        assert "_streamlit_user" not in str(answer.headers.get_all("set-cookie"))
