"""Messages and details for the tests of alerting, tame and hostile."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.alerting.message import ChangeDetails, Evidence
from monitor.alerting.shown import presentable
from monitor.facts import ChangeKind, Link, Message, Quote, Row, Section, Severity

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
URDU = "میرا پارسل دو ہفتے سے نہیں آیا، بہت بری سروس ہے"
TELUGU = "నా పార్సెల్ రెండు వారాలుగా రాలేదు, చాలా చెత్త సర్వీస్"
HOSTILE = {
    "pings": "<!channel> <!here> <@U024BE7LH> <#C024BE7LR> @here @channel @everyone <https://evil.example|refund>",
    "groups": "<!subteam^S024BE7LH> <!date^1392734382^{date}^https://evil.example|now> <mailto:x@evil.example|mail>",
    "markup": "*bold* _it_ ~no~ `code` ```block``` > quote & &amp; &lt;b&gt; :fire: [red]rich[/red] {{ 7*7 }} {% if %}",
    "html": '<script>alert(1)</script><img src=x onerror=alert(1)>" onmouseover="x" <!--',
    "headers": "Refund\r\nBcc: victim@example.org\r\n\r\nX: y\nTo: other@example.org",
    "terminal": "\x1b]0;title\x07\x1b[31mred\x1b[2J \x9b31m \x07\x08\x00 \x1bc",
    "reversed": "safe \u202eexe.gpj\u202c \u2066hidden\u2069 \u202dx",
    "marks": "z" + "\u0301" * 5000 + "a",
    "long": "Ünverschämt & <teuer> 🤬 " * 4500,
    "unbroken": "ے" * 100_000,
    "surrogate": "half \ud83d and \udca9 of a pair",
    "urdu": URDU,
    "telugu": TELUGU,
    "emoji": "👩‍👩‍👧‍👦🇵🇰👍🏽" * 900,
    "empty": "",
}


def quote(text: str = "The parcel never came.", **values: Any) -> Quote:
    given = Quote(
        text=text,
        author="author 3f9c2a",
        source="reviews",
        language="en",
        url="https://shop.example/reviews/7",
        negative=0.97,
        published_at=NOON - timedelta(minutes=9),
    )
    return replace(given, **values)


def message(**values: Any) -> Message:
    given = Message(
        key="17:support",
        thread="incident:7",
        subject="[high] Rose Cart, Refund: 14 negative in 40 min",
        severity=Severity.HIGH,
        kind="opened",
        brand="Rose Cart",
        sentence="14 negative mentions in 40 min, usually 0.6; 12 authors, 2 sources; mostly refund",
        facts=(("Severity", "high"), ("Owner", "nobody yet")),
        quotes=(quote(), quote(URDU, language="ur"), quote(TELUGU, language="te")),
        link="https://watch.example/incident?id=7",
        next_step="Open the incident, take it, and answer the first complaints.",
        at=NOON,
    )
    return replace(given, **values)


LINKS = (
    Link("Acknowledge", "https://watch.example/act/AQ?do=ack"),
    Link("I look after it", "https://watch.example/act/AQ?do=own"),
    Link("Useful", "https://watch.example/act/AQ?do=useful"),
    Link("Noise", "https://watch.example/act/AQ?do=noise"),
)
KINDS = ("opened", "escalated", "resolved", "several", "digest", "report")
"""Of messages, as far as channels show them in different ways."""
_WITH_SECTIONS = ("several", "digest", "report")


def several(kind: str = "several", **values: Any) -> Message:
    """A message about two incidents, or a digest."""
    worse = Row("Getting worse", "critical", "38 negative in 40 min, usually 0.6", "bad")
    sections = (
        Section(
            "[critical] Rose Cart, Refund", (worse, Row("Owner", beside="nobody yet")), (quote(URDU, language="ur"),)
        ),
        Section("Rose Cart, Staff is over after 3 h", (Row("Over", "high", "as usual again", "good"), Row("Seen"))),
    )
    given = message(
        key="several:9f",
        thread="several:9f",
        kind=kind,
        subject="Rose Cart: 2 incidents, 1 critical, 1 over",
        severity=Severity.CRITICAL,
        sentence="3 changes of 2 incidents came soon after each other.",
        facts=(("Getting worse", "[critical] Rose Cart, Refund"), ("Over", "Rose Cart, Staff")),
        sections=sections,
        links=(Link("Open Rose Cart, Refund", "https://watch.example/incident?id=7"),),
        items=("17:support", "18:support", "19:support"),
        link="https://watch.example/alerts",
        next_step="Begin with the worst: Rose Cart, Refund",
    )
    return replace(given, **values)


def hostile_message(text: str, kind: str = "opened") -> Message:
    """A message with the text in every place that could come from outside, as notifiers get it."""
    return presentable(raw_hostile_message(text, kind))


def raw_hostile_message(text: str, kind: str = "opened") -> Message:
    """The text where strangers could have a say, and where only a mistake of ours would put it."""
    rows = tuple(Row(text, *parts) for parts in ((text, text), ("", text), (text, ""), ("", "")) for _ in range(9))
    said = tuple(quote(text, author=text, source=text, language=text, url=text) for _ in range(40))
    return message(
        kind=kind,
        subject=text,
        brand=text,
        sentence=text,
        facts=tuple((text, text) for _ in range(25)),
        quotes=said,
        link=text,
        next_step=text,
        sections=tuple(Section(text, rows, said) for _ in range(20)) if kind in _WITH_SECTIONS else (),
        links=tuple(Link(text, url) for url in (text, "https://watch.example/act/AQ?do=ack") for _ in range(9)),
        items=(text, text),
    )


EVIDENCE = Evidence(
    window=timedelta(minutes=40),
    seen=13.6,
    expected=0.6,
    growth=2.5,
    authors=12,
    sources=("reviews", "blog"),
    themes=(("Refund", 0.64), ("Delivery", 0.2)),
    languages=(("ur-Latn", 0.5), ("en", 0.5)),
    reach=48_000,
    video=True,
)


def details(**values: Any) -> ChangeDetails:
    given = ChangeDetails(
        incident_id=7,
        kind=ChangeKind.OPENED,
        severity=Severity.HIGH,
        brand="Rose Cart",
        subject="Refund",
        sentence="14 negative mentions in 40 min, usually 0.6",
        started_at=NOON - timedelta(minutes=40),
        at=NOON,
        owner="",
        actor="",
        evidence=EVIDENCE,
        time_zone="Asia/Karachi",
    )
    return replace(given, **values)
