"""Whatever people and sites say, a message has our headers only, is taken by its receiver, and runs nowhere."""

import json
from dataclasses import replace
from email import message_from_bytes, policy
from html.parser import HTMLParser
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashboard import parts
from monitor.alerting.notifiers import apprise, email, slack, webhook
from monitor.alerting.own import build_trouble
from monitor.alerting.shown import presentable
from monitor.alerting.stored import from_dict, to_dict
from monitor.facts import Link, Row, Section
from tests.alerting.receivers import slack_problems
from tests.alerting.samples import NOON, message, quote
from tests.fuzz.odd import texts, tried

OPTIONS = email.Options(
    id="mail", type="email", host="127.0.0.1", sender="alerts@shop.example", recipients=["amna@shop.example"]
)
OURS = {
    "from", "to", "date", "subject", "message-id", "references", "in-reply-to", "auto-submitted", "mime-version",
    "content-type", "content-transfer-encoding", "importance", "x-priority", "priority", "x-auto-response-suppress",
    "thread-topic", "precedence",
}  # fmt: skip


@st.composite
def messages(draw: st.DrawFn) -> Any:
    said = draw(st.lists(st.builds(quote, texts, author=texts, source=texts, language=texts, url=texts), max_size=4))
    facts = draw(st.lists(st.tuples(texts, texts), max_size=4))
    rows = draw(st.lists(st.builds(Row, texts, texts, texts, st.sampled_from(["good", "bad", "plain"])), max_size=4))
    links = draw(st.lists(st.builds(Link, texts, st.one_of(texts, st.just("https://watch.example/act"))), max_size=6))
    words = {name: draw(texts) for name in ("subject", "brand", "sentence", "next_step", "link")}
    sections = draw(st.sampled_from([(), (Section(draw(texts), tuple(rows), tuple(said)),)]))
    kind = draw(st.sampled_from(["opened", "resolved", "escalated", "several", "digest", "report"]))
    more = {
        "kind": kind,
        "sections": sections,
        "links": tuple(links),
        "items": tuple(draw(st.lists(texts, max_size=3))),
    }
    return presentable(message(quotes=tuple(said), facts=tuple(facts), **words, **more))


@tried(25)
@given(given_message=messages())
def test_a_mail_has_our_headers_only(given_message: Any) -> None:
    raw = email.compose(OPTIONS, given_message).as_bytes()
    read = message_from_bytes(raw, policy=policy.default)
    assert {name.lower() for name in read} <= OURS
    assert read["To"] == "amna@shop.example"
    assert all("\n" not in str(value) and "\r" not in str(value) for value in read.values())


@tried(25)
@given(given_message=messages())
def test_slack_would_take_it(given_message: Any) -> None:
    body = slack.payload(given_message)
    json.dumps(body).encode()
    assert slack_problems(body) == []
    assert "<!" not in json.dumps(body, ensure_ascii=False)


@tried(25)
@given(given_message=messages(), room=st.integers(1, 5000))
def test_a_service_behind_apprise_would_take_it(given_message: Any, room: int) -> None:
    body = apprise.body_of(given_message, room)
    assert len(body.encode("utf-16-le", "strict")) // 2 <= room
    assert "<!" not in body


@tried(25)
@given(given_message=messages())
def test_a_webhook_could_read_it(given_message: Any) -> None:
    body = json.loads(json.dumps(webhook.payload(given_message)).encode())
    assert all(link["url"].startswith(("http://", "https://")) for link in body["links"])
    assert all(item.isascii() for item in body["items"])


@tried(25)
@given(given_message=messages())
def test_a_message_survives_the_outbox(given_message: Any) -> None:
    stored = json.loads(json.dumps(to_dict(given_message)))
    assert from_dict(stored) == replace(given_message, links=())  # which are made when it is sent


@tried(25)
@given(error=texts, channel=texts)
def test_trouble_of_any_words_is_told(error: str, channel: str) -> None:
    told = build_trouble(
        channel, error, failures=3, permanent=False, key="operator:x", dashboard="http://a.example", now=NOON
    )
    email.compose(OPTIONS, presentable(told)).as_bytes()


class Tags(HTMLParser):
    """The elements of a piece of HTML, with whatever could run."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.running: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.running += [name for name, _ in attrs if name.startswith("on")]
        links = [value or "" for name, value in attrs if name in ("href", "src")]
        self.running += [value for value in links if not value.startswith(("http://", "https://"))]


def tags(html: str) -> Tags:
    found = Tags()
    found.feed(html)
    return found


@tried(60)
@given(text=texts, language=texts, lines=st.integers(0, 3))
def test_what_people_wrote_is_text_on_a_page(text: str, language: str, lines: int) -> None:
    for html, elements in (
        (parts.body(text, language, lines=lines), ["div"]),
        (parts.name(text), ["bdi"]),
        (parts.said(text), []),
        (parts.tag(text), ["span"]),
    ):
        found = tags(html)
        assert (found.elements, found.running) == (elements, [])


@tried(60)
@given(url=texts, words=texts)
def test_a_link_on_a_page_opens_a_web_address_or_is_none(url: str, words: str) -> None:
    found = tags(parts.link(url, words))
    assert found.elements in ([], ["a"])
    assert found.running == []
