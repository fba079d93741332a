"""Whatever a message of any kind holds, each channel shows it as text, within its limits, and nobody is pinged."""

import json
import re
from collections.abc import Iterator
from email.message import EmailMessage
from functools import cache
from itertools import product
from typing import Any

import pytest
from lxml import html
from markdown_it import MarkdownIt

from monitor.alerting import blocks
from monitor.alerting.notifiers import apprise, console, email, webhook
from tests.alerting.notifiers.stages import mail_options
from tests.alerting.receivers import slack_problems
from tests.alerting.samples import HOSTILE, KINDS, hostile_message

TERMINAL = console.Options(type="console", id="screen")
WORST = [*HOSTILE.values(), "&" * 100_000, "🤬" * 50_000, "<@U1>" * 20_000, "\n" * 100_000 + "x", "a\u200b" * 50_000]
CASES = list(product(("opened", "several", "digest", "report"), HOSTILE))
LONGEST = 150_000
"""Characters of a message with as many sections, rows and quotes as there may be, each as long as it may be."""
PINGS = re.compile(r"<[!@#]|@(here|channel|everyone)", re.IGNORECASE)
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "table", "tbody", "tr", "td", "th", "h1", "h2", "p",
    "blockquote", "div", "span", "bdi", "a", "br",
}  # fmt: skip
STEERING = {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"}


@cache
def mail_of(kind: str, name: str) -> EmailMessage:
    return email.compose(mail_options(25), hostile_message(HOSTILE[name], kind))


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def texts(value: Any) -> Iterator[tuple[str, str]]:
    """Every text of some blocks, with the type of the object that it stands in."""
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["type"], value["text"]
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def controls(text: str) -> set[str]:
    return {char for char in text if ord(char) < 32 or 127 <= ord(char) < 160} - {"\n"} | (STEERING & set(text))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", WORST)
def test_slack_takes_it_as_plain_text(kind: str, text: str) -> None:
    body = blocks.body_of(hostile_message(text, kind))
    assert slack_problems(body) == []
    assert {kind for kind, _ in texts(body["blocks"])} == {"plain_text"}
    assert not PINGS.search(json.dumps(body, ensure_ascii=False))


@pytest.mark.parametrize(("kind", "name"), [case for case in CASES if HOSTILE[case[1]]])
def test_slack_shows_what_matters_however_long_the_rest_is(kind: str, name: str) -> None:
    shown = blocks.body_of(hostile_message(HOSTILE[name], kind))["blocks"]
    kinds = [block["type"] for block in shown]
    assert kinds[:2] == ["header", "section"]
    assert kinds[-2:] == ["section", "actions"]


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_a_mail_has_our_headers_and_our_elements_only(kind: str, name: str) -> None:
    mail = mail_of(kind, name)
    page = html.fromstring(body(mail, "html"))
    assert mail["To"] == "amna@shop.example"
    assert mail["Bcc"] is None
    assert {element.tag for element in page.iter()} <= ALLOWED
    assert not {key for element in page.iter() for key in element.attrib if key.startswith("on")}


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_a_mail_leads_to_web_pages_only_and_asks_for_none_by_itself(kind: str, name: str) -> None:
    page = html.fromstring(body(mail_of(kind, name), "html"))
    assert all(re.match("https?://", address) for address in page.xpath("//a/@href"))
    assert not page.xpath("//@src | //link | //*[contains(@style, 'url(')]")


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_a_mail_in_plain_text_is_short_and_reads_in_its_own_order(kind: str, name: str) -> None:
    text = body(mail_of(kind, name), "plain")
    assert not controls(text)
    assert len(text) < LONGEST
    assert text.splitlines().count("-- ") == 1


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_a_terminal_is_not_steered(kind: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    console.send(TERMINAL, hostile_message(HOSTILE[name], kind))
    shown = capsys.readouterr().err
    assert not controls(shown)
    assert len(shown) < LONGEST


@pytest.mark.parametrize(("kind", "name"), CASES)
@pytest.mark.parametrize("room", [160, 20_000])
def test_through_apprise_it_fits_and_holds_no_markup(kind: str, name: str, room: int) -> None:
    body = apprise.body_of(hostile_message(HOSTILE[name], kind), room, markdown=True)
    shown = MarkdownIt("gfm-like", {"linkify": False}).render(body)
    assert len(body.encode("utf-16-le")) // 2 <= room
    assert set(re.findall(r"<([a-z]+)", shown)) <= {"p", "a"}
    assert set(re.findall(r'href="([^"]*)"', shown)) <= {"https://watch.example/act/AQ?do=ack"}
    assert not PINGS.search(body)


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_a_webhook_gets_clean_text_of_bounded_size(kind: str, name: str) -> None:
    posted = json.dumps(webhook.payload(hostile_message(HOSTILE[name], kind)))
    assert len(posted) < 12 * LONGEST  # an emoji is two escapes of six signs
    assert not controls(" ".join(text for _, text in strings(json.loads(posted))))


def strings(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from [(key, part)] if isinstance(part, str) else strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from [("", part)] if isinstance(part, str) else strings(part)
