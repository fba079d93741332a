"""What strangers write begins no line of our logs, steers no terminal, and brings no key of an address into them."""

import json
import logging
from collections.abc import Callable

import pytest

from crawlers.replies import reason_of, shown, without_queries
from monitor.log import get_logger, set_up
from tests.crawlers.conftest import Done
from tests.crawlers.site import Answer, Site

HOSTILE = "late\n2026-11-23T03:55:25Z [info] all is well\r\x1b[2J\x1b]0;title\x07\x9b31m\u202eexe\u2028more"
KEYS = ("hunter22", "TOPSECRET")


@pytest.mark.parametrize("as_json", [True, False], ids=["for programs", "for people"])
def test_no_value_begins_a_line_or_steers_a_terminal(capsys: pytest.CaptureFixture[str], as_json: bool):
    set_up(json=as_json)
    get_logger("test").warning("refused", error=HOSTILE)
    get_logger("test").warning(HOSTILE)
    logging.getLogger("somebody.else").warning("host said %s", HOSTILE)
    said = capsys.readouterr().err
    assert len(said.splitlines()) == said.count("\n") == 3 if not as_json else len(said.split("\n")) == 4
    assert "\x1b" not in said


def test_an_error_steers_no_terminal_either(capsys: pytest.CaptureFixture[str]):
    set_up(json=False)
    try:
        raise ValueError(HOSTILE)
    except ValueError as error:
        get_logger("test").error("failed", exc_info=error)
    assert not set("\x1b\x07\x9b\r\u202e") & set(capsys.readouterr().err)


def test_a_line_for_programs_is_one_object(capsys: pytest.CaptureFixture[str]):
    set_up(json=True)
    get_logger("test").warning("refused", error=HOSTILE, event2=HOSTILE)
    assert json.loads(capsys.readouterr().err)["error"] == HOSTILE


@pytest.mark.parametrize(
    "words",
    ["https://me:hunter22@shop.example/a", "<GET https://me:hunter22@shop.example/?key=TOPSECRET>",
     "leads to 'https://:hunter22@shop.example/x'", "https://hunter22@shop.example?token=TOPSECRET"],
)  # fmt: skip
def test_an_address_is_told_without_its_login_and_its_key(words: str):
    told = f"{without_queries(words)} {shown(words)} {reason_of(TimeoutError(words))}"
    assert not any(key in told for key in KEYS)
    assert "shop.example" in told


TOLD_TO_GO = {
    "led back": "?key=TOPSECRET&n=2",
    "led within": "http://127.0.0.2:9/?key=TOPSECRET",
    "led to a login": "http://me:hunter22@127.0.0.1:9/x",
}
FAILING = {
    "broken": Answer(status=500),
    "refused": Answer(status=403),
    "no feed": Answer("no feed"),
    "too large": Answer("x" * 11_000_000),
    **{name: Answer(status=302, headers={"Location": place}) for name, place in TOLD_TO_GO.items()},
}


@pytest.mark.parametrize("failing", FAILING)
def test_a_crawl_that_fails_tells_no_key_of_the_address_that_it_asked(
    site: Site, command: Callable[..., Done], failing: str
):
    site.pages["/feed"] = FAILING[failing]
    address = f"--param=url={site.url}/feed?key=TOPSECRET"
    done = command("feed", "--print", "--delay", "0", "--allow-private", "127.0.0.1", address, "--verbose")
    assert done.err
    assert not any(key in done.err + done.out for key in KEYS)


def test_a_password_in_an_address_is_refused_and_not_shown(command: Callable[..., Done]):
    done = command("feed", "--print", "--param=url=https://me:hunter22@shop.example/feed")
    assert "must hold no name and password" in done.err
    assert "hunter22" not in done.err
