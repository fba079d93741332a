"""apprise: text that is harmless everywhere and fits the service, its refusals understood, and its absence told."""

import html
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from pydantic import ValidationError

from monitor.alerting.notifiers import apprise, send
from monitor.alerting.shown import presentable
from monitor.errors import DeliveryError
from monitor.facts import Severity
from tests.alerting.notifiers.stages import SECRET, apprise_options
from tests.alerting.receivers import HttpReceiver, http_receiver
from tests.alerting.samples import HOSTILE, LINKS, hostile_message, message, quote, raw_hostile_message, several

ZERO_WIDTH = "\u2060"


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with http_receiver() as receiver:
        yield receiver


@pytest.fixture
def options(receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch) -> apprise.Options:
    return apprise_options(monkeypatch, receiver.url.replace("http://", "json://"))


def refused(options: apprise.Options) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        apprise.send(options, message())
    return caught.value


def seen(text: str) -> str:
    """The text as eyes take it."""
    return text.strip().replace(ZERO_WIDTH, "").translate(str.maketrans("∗∼ˋ∣∖ˍ", "*~`|\\_"))


def posted(receiver: HttpReceiver) -> dict[str, str]:
    body: dict[str, str] = json.loads(receiver.posts[-1].body)
    return body


def test_a_message_arrives_as_title_and_text(options: apprise.Options, receiver: HttpReceiver) -> None:
    apprise.send(options, message(quotes=(quote(),)))
    told = posted(receiver)
    assert told["title"].replace(ZERO_WIDTH, "") == message().subject
    assert told["message"].splitlines() == [
        "14 negative mentions in 40 min, usually 0.6; 12 authors, 2 sources; mostly refund",
        "Next: Open the incident, take it, and answer the first complaints.",
        "https://watch.example/incident?id=7",
        "“The parcel never came.” – author 3f9c2a, reviews",
        "https://shop.example/reviews/7",
        "Severity: high",
        "Owner: nobody yet",
    ]


@pytest.mark.parametrize(
    ("severity", "kind", "sign"),
    [
        (Severity.WATCH, "opened", "info"),
        (Severity.HIGH, "worsened", "warning"),
        (Severity.CRITICAL, "opened", "failure"),
        (Severity.CRITICAL, "resolved", "success"),
        (Severity.HIGH, "report", "info"),
    ],
)
def test_severity_becomes_the_sign_of_the_service(
    options: apprise.Options, receiver: HttpReceiver, severity: Severity, kind: str, sign: str
) -> None:
    apprise.send(options, message(severity=severity, kind=kind))
    assert posted(receiver)["type"] == sign


@pytest.mark.parametrize("room", [-30, 0, 19, 60, 140, 500, 1000, 2000, 30_000])
@pytest.mark.parametrize("name", HOSTILE)
def test_any_text_fits_what_the_service_takes(name: str, room: int) -> None:
    body = apprise.body_of(hostile_message(HOSTILE[name]), room)
    assert len(body.encode("utf-16-le")) // 2 <= max(room, 0)


def test_an_address_is_left_out_rather_than_halved() -> None:
    told = [apprise.body_of(message(), room) for room in range(20, 700)]
    addresses = {line for body in told for line in body.splitlines() if line.startswith("http")}
    assert addresses == {"https://watch.example/incident?id=7", "https://shop.example/reviews/7"}


def test_nobody_is_pinged(options: apprise.Options, receiver: HttpReceiver) -> None:
    send(options, replace(raw_hostile_message(HOSTILE["pings"]), links=()))
    told = posted(receiver)["title"] + posted(receiver)["message"]
    assert not any(ping in told for ping in ("<!", "<@", "<#", "@here", "@channel", "@everyone", "<https", "://"))
    assert "<!channel> <!here>" in told.replace(ZERO_WIDTH, "")


@pytest.mark.parametrize(
    "text",
    [
        "*bold* _it_ ~no~ `code` ||hid||",
        "[refund](https://evil.example)",
        "# head",
        "> said",
        "1. one",
        "[a]: b",
        "a*b*c",
        r"\*x\* &lt;b&gt; &#64;all",
        "<b>x</b>",
        "- - -",
        "__x__ snake_case",
        "https://x.example/_a_",
    ],
)
def test_no_markdown_is_left_in_a_text(text: str) -> None:
    shown = MarkdownIt("gfm-like", {"linkify": False}).render(apprise.inert(text))
    tags = set(re.findall(r"<[^>]*>", shown))
    assert tags == {"<p>", "</p>"}
    assert seen(html.unescape(shown)) == f"<p>{text}</p>"


def test_names_and_addresses_keep_their_low_lines() -> None:
    assert apprise.inert("author_7 of mastodon_api _said_") == "author_7 of mastodon_api ˍsaidˍ"


def test_where_only_markdown_is_understood_links_can_be_pressed() -> None:
    body = apprise.body_of(message(quotes=(quote(),)), 1000, markdown=True)
    shown = MarkdownIt("commonmark").render(body)
    assert shown.count("<p>") == 7
    assert re.findall(r'<a href="(.*?)">(.*?)</a>', shown) == [
        ("https://watch.example/incident?id=7", "Open in Emberwatch"),
        ("https://shop.example/reviews/7", "Read it there"),
    ]


def test_a_service_that_knows_markdown_only_gets_it(receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    port = receiver.url.split("/")[2].rpartition(":")[2]
    options = apprise_options(monkeypatch, f"rocket://{'a' * 24}/{'b' * 44}@127.0.0.1:{port}/#care")
    send(options, raw_hostile_message("*bold* [x](https://evil.example) @all"))
    told = json.loads(receiver.posts[0].body)["text"]
    assert len(told) <= 1000
    assert "∗bold∗" in told
    assert "](https://evil" not in told
    assert "@all" not in told


@pytest.mark.parametrize("name", HOSTILE)
def test_in_markdown_the_only_links_are_ours(name: str) -> None:
    hostile = replace(
        raw_hostile_message(HOSTILE[name]), link="https://watch.example/x", quotes=(quote(HOSTILE[name]),), links=()
    )
    body = apprise.body_of(presentable(hostile), 30_000, markdown=True)
    shown = MarkdownIt("gfm-like", {"linkify": False}).render(body)
    opened = re.findall(r"<([a-z]+)", shown)
    assert set(opened) == {"p", "a"}
    assert opened.count("a") == 2


def test_an_address_can_carry_no_mention() -> None:
    assert apprise.address("https://evil.example/@everyone/*b*") == "https://evil.example/%40everyone/%2Ab%2A"


def test_a_template_in_a_text_is_not_filled_in(options: apprise.Options, receiver: HttpReceiver) -> None:
    apprise.send(options, message(sentence="{{ app_id }} {{7*7}}"))
    assert seen(posted(receiver)["message"]).startswith("{{ app_id }} {{7*7}}")


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (401, True), (404, True), (410, True), (429, False), (408, False), (500, False)],
)
def test_what_a_refusal_means(options: apprise.Options, receiver: HttpReceiver, status: int, permanent: bool) -> None:
    receiver.status = status
    error = refused(options)
    assert error.permanent is permanent
    assert str(error).startswith(f"JSON answered {status}")


def test_a_redirect_is_not_followed(options: apprise.Options, receiver: HttpReceiver) -> None:
    receiver.status, receiver.headers = 302, {"Location": "/elsewhere"}
    assert not refused(options).permanent
    assert len(receiver.requests) == 1


def test_what_the_address_asks_for_does_not_go_over_our_own_rules(
    receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.status = 500
    url = receiver.url.replace("http://", "json://") + "?retry=3&wait=0&redirect=yes&rto=60"
    refused(apprise_options(monkeypatch, url))
    assert len(receiver.requests) == 1


def test_an_address_that_apprise_does_not_know_is_refused_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    error = refused(apprise_options(monkeypatch, f"nothing://{SECRET}/x"))
    assert error.permanent
    assert SECRET not in str(error)


def test_a_probe_reads_the_address_only(options: apprise.Options, receiver: HttpReceiver) -> None:
    assert "one of JSON" in apprise.probe(options)
    assert receiver.requests == []


def test_a_probe_refuses_an_address_of_no_service(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DeliveryError, match="does not understand the url"):
        apprise.probe(apprise_options(monkeypatch, "nothing://x/y"))


@pytest.mark.parametrize("url", ["hooks.example", "://x", "json:// a"])
def test_what_is_no_address_is_refused_by_the_config(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    with pytest.raises(ValidationError, match="an address of apprise"):
        apprise_options(monkeypatch, url)


def test_without_the_package_it_says_what_to_install(options: apprise.Options, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    error = refused(options)
    assert error.permanent
    assert "pip install 'apprise>=2.2'" in str(error)


def test_the_first_thing_to_do_comes_early_and_the_others_last() -> None:
    lines = apprise.body_of(presentable(message(links=LINKS, quotes=())), 5000).splitlines()
    assert lines[2:4] == ["https://watch.example/incident?id=7", "Acknowledge: https://watch.example/act/AQ?do=ack"]
    assert lines[-1] == "Noise: https://watch.example/act/AQ?do=noise"


def test_where_there_is_little_room_the_first_thing_to_do_is_still_there() -> None:
    body = apprise.body_of(presentable(message(links=LINKS)), 300)
    assert "do=ack" in body
    assert "do=noise" not in body


def test_sections_are_told_one_after_the_other() -> None:
    lines = [seen(line) for line in apprise.body_of(several(), 5000).splitlines()]
    assert lines[4:7] == [
        "[critical] Rose Cart, Refund",
        "• Getting worse: critical (38 negative in 40 min, usually 0.6)",
        "• Owner: nobody yet",
    ]
