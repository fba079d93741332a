"""Nobody but the operator leads our requests to a private address: no name, no form, no redirect, no link of a page."""

import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import pytest

from crawlers.settings import scrapy_settings
from monitor.alerting.notifiers import slack, slack_bot
from monitor.config import CrawlingOptions
from monitor.errors import DeliveryError
from monitor.web import NoAnswer, ask, is_public
from tests.alerting.notifiers.stages import slack_options
from tests.alerting.receivers import SlackReceiver, slack_receiver
from tests.alerting.samples import message
from tests.crawlers.conftest import Done, Watched
from tests.crawlers.site import Answer, Site

SECOND = timedelta(seconds=1)
FORMS = ["localhost", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "017700000001", "[::ffff:127.0.0.1]"]
"""Ways to write 127.0.0.1 that systems understand."""
NAMES = {"inside.example": ["127.0.0.1"], "both.example": ["93.184.215.14", "127.0.0.1"]}


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A name service that gives these names other addresses, and what it was asked."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def answer(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        asked.append(str(host))
        if host == "turning.example":  # public at the first look, private at each that follows
            given = ["93.184.215.14" if asked.count(host) == 1 else "127.0.0.1"]
        else:
            given = NAMES.get(str(host), [])
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, (one, port)) for one in given] or real(host, port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


@pytest.mark.parametrize(
    "address",
    ["::ffff:10.0.0.1", "::10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "fe80::1", "fd00::1", "ff02::1", "224.0.0.1",
     "0.0.0.0", "169.254.169.254", "100.64.0.1", "192.0.0.8", "198.18.0.1", "255.255.255.255", "2001:db8::1",
     "fec0::1", "64:ff9b:1::a00:1", "4000::1"],
)  # fmt: skip
def test_no_form_of_an_address_within_is_public(address: str):
    assert not is_public(ip_address(address))


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that lines are opened to; nobody is there."""
    opened: list[str] = []

    def refuse(_line: socket.socket, place: Any) -> None:
        opened.append(place[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    return opened


@pytest.mark.parametrize("host", [*FORMS, "inside.example"])
def test_no_line_is_even_opened_to_a_private_address(looked_up: list[str], lines: list[str], host: str):
    with pytest.raises(NoAnswer, match="private address"):
        ask("GET", f"http://{host}/", timeout=SECOND, private=False)
    assert looked_up == [host.strip("[]")]
    assert lines == []


def test_a_name_that_turns_private_after_it_was_looked_at_leads_nowhere_private(
    looked_up: list[str], lines: list[str]
):  # fmt: skip
    with pytest.raises(NoAnswer, match="cannot be reached"):
        ask("GET", "http://turning.example/", timeout=SECOND, private=False)
    assert looked_up.count("turning.example") == 1
    assert lines == ["93.184.215.14"]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_of_a_name_with_both_only_the_public_address_is_asked(looked_up: list[str], lines: list[str], scheme: str):
    with pytest.raises(NoAnswer, match="cannot be reached"):
        ask("GET", f"{scheme}://both.example/", timeout=SECOND, private=False)
    assert "both.example" in looked_up
    assert lines == ["93.184.215.14"]


@pytest.fixture
def slack_inside() -> Iterator[SlackReceiver]:
    with slack_receiver() as receiver:
        yield receiver


def test_slack_is_not_asked_at_a_private_address_unless_it_is_allowed(
    slack_inside: SlackReceiver, monkeypatch: pytest.MonkeyPatch
):
    url = slack_inside.url.replace("127.0.0.1", "127.1").replace("http://", "https://")
    options = slack_options(monkeypatch, url)
    with pytest.raises(DeliveryError, match="allow_private: true") as caught:
        slack.send(options, message())
    assert caught.value.permanent
    with pytest.raises(DeliveryError, match="SSLError"):  # asked now; it speaks no TLS
        slack.send(options.model_copy(update={"allow_private": True}), message())


def test_nor_is_it_with_a_token(slack_inside: SlackReceiver, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TOKEN", "xoxb-1-very-secret")
    url = slack_inside.url.replace("127.0.0.1", "127.1").replace("http://", "https://")
    given = {"id": "team", "type": "slack_bot", "token": {"env": "TOKEN"}, "channel": "C0123456789", "url": url}
    with pytest.raises(DeliveryError, match="private address"):
        slack_bot.send(slack_bot.Options.model_validate(given), message())
    assert slack_inside.received == []


RSS = '<rss version="2.0"><channel>{}<item><guid>a</guid><title>Late</title></item></channel></rss>'
XML = {"Content-Type": "application/rss+xml"}


@pytest.mark.parametrize("host", FORMS)
def test_a_crawl_asks_no_private_address_however_it_is_written(site: Site, command: Callable[..., Done], host: str):
    site.pages["/feed"] = Answer(RSS.format(""), headers=XML)
    address = site.url.replace("127.0.0.1", host)
    done = command("feed", "--print", "--delay", "0", f"--param=url={address}/feed", "--allow-private", "10.0.0.1")
    assert "private address" in done.err
    assert site.asked == []


def test_nothing_that_a_page_says_leads_a_crawl_to_a_private_address(site: Site, watch: Callable[..., Watched]):
    with Site().open() as inside:
        site.pages["/robots.txt"] = Answer(status=302, headers={"Location": f"{inside.url}/robots.txt"})
        following = f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="next" href="{inside.url}/feed?page=2"/>'
        site.pages["/feed"] = Answer(RSS.format(following), headers=XML)
        watch("feed", url=f"{site.url}/feed", crawling={"allow_private": [site.url.removeprefix("http://")]}).crawl()
        site.pages["/robots.txt"] = Answer(f"User-agent: *\nSitemap: {inside.url}/sitemap.xml\n")
        watch("feed", url=f"{site.url}/feed", crawling={"allow_private": [site.url.removeprefix("http://")]}).crawl()
        assert inside.asked == []
    assert "/feed" in site.paths()


def test_a_crawl_goes_through_no_proxy_which_would_look_names_up_in_our_place():
    settings = scrapy_settings(CrawlingOptions())
    assert not any("httpproxy" in name for name in settings["DOWNLOADER_MIDDLEWARES_BASE"])
    assert settings["TWISTED_DNS_RESOLVER"] == "crawlers.addresses.GuardedResolver"


def test_a_crawl_speaks_nothing_but_http():
    handlers = scrapy_settings(CrawlingOptions())["DOWNLOAD_HANDLERS"]
    assert handlers == {"data": None, "file": None, "ftp": None, "s3": None}
