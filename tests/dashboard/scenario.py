"""A shop on a bad day: three quiet weeks, then a refund complaint that spreads in five languages."""

import random
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, select

from monitor.facts import (
    Amplifier,
    Cell,
    ChangeKind,
    Dimension,
    Forecast,
    Held,
    IncidentState,
    Kind,
    Mark,
    MentionKind,
    Reproduction,
    Severity,
    Spread,
)
from monitor.jobs import answer
from monitor.models import (
    Brand,
    CaseState,
    ChannelHealth,
    HeldFinding,
    Incident,
    IncidentChange,
    JobHealth,
    Mention,
    RunOutcome,
    Source,
    SourceHealth,
)
from monitor.store import counts
from monitor.store.assessments import cells_of
from tests.dashboard import told
from tests.factories import (
    make_author,
    make_brand,
    make_case,
    make_change,
    make_coverage,
    make_finding,
    make_incident,
    make_mention,
    make_rating,
    make_run,
    make_source,
    make_theme,
    person,
)

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

THEMES = {
    "refund": "Refunds",
    "delivery": "Delivery",
    "staff": "Staff",
    "quality": "Quality",
    "price": "Prices",
    "app": "App and website",
}

COMPLAINTS = (
    ("en", "Third week without my refund. Every time I write, the same copied answer. Order 4471, and I have the "
           "receipt. Is anybody reading this?", ("refund", "staff"), 1.0),
    ("ur", "تین ہفتے ہو گئے، میرے پیسے واپس نہیں ملے۔"
     " ہر بار یہی کہتے ہیں کہ دو دن میں ہو جائے گا۔ بہت ہی بری سروس ہے۔", ("refund",), 1.0),
    ("ur-Latn", "Bhai 3 hafte se refund nahi aya, helpline wale phone kaat dete hain. Bilkul bakwas service, "
                "doston ko bhi mana kar diya hai.", ("refund", "staff"), None),
    ("te", "రెండు వారాలైనా డబ్బు తిరిగి రాలేదు. కస్టమర్ కేర్ వాళ్ళు ఫోన్ ఎత్తడం లేదు. చాలా నిరాశగా ఉంది.", ("refund", "staff"), 1.0),
    ("tl", "Grabe naman, 3 weeks na wala pa rin yung refund ko. Sabi nila 5 days lang daw, tapos seen-zone na ako "
           "sa chat. Never again talaga.", ("refund",), None),
    ("en", "Parcel was left in the rain and the box is soaked. The lamp inside does not work.",
     ("delivery", "quality"), 2.0),
    ("te-Latn", "Order cancel chesanu kani dabbulu inka raledu, chala worst service andi.", ("refund",), 1.0),
    ("en", "The app charges me twice and then logs me out. Two payments of 3,450 for one order.",
     ("app", "refund"), 1.0),
)  # fmt: skip

PRAISE = (
    ("en", "Came a day early and the flowers were still fresh. Lovely note inside too.", ("delivery",), 5.0),
    ("ur", "بہت عمدہ کپڑا ہے اور وقت پر مل گیا، شکریہ۔", ("quality",), 5.0),
    ("tl", "Ang ganda ng packaging, fast delivery pa. Salamat po!", ("delivery",), 5.0),
)

HOSTILE = (
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"> "
    "[click](https://evil.example) ![img](https://evil.example/a.png) $\\frac{1}{2}$ :smile: :red[danger] **bold** "
    "`code` <b>html</b> \u202egnp.exe"
)


@dataclass(frozen=True)
class Scene:
    """The rows that tests name."""

    brand: Brand
    incident: Incident
    evidence: list[Mention]


def play(session: Session, now: datetime) -> Scene:
    """Write it all and commit; the incident opened half an hour before `now`."""
    chance = random.Random(7)
    brand = make_brand(session)
    for slug, name in THEMES.items():
        make_theme(session, slug, name)
    sources = _sources(session, brand, now)
    _weeks(session, brand, now, chance)
    evidence = _storm(session, brand, sources, now, chance)
    _calm_voices(session, brand, sources, now)
    incident = _incident(session, brand, evidence, now)
    _cases(session, brand, sources, evidence, incident, now)
    _nearly(session, brand, now)
    _machinery(session, now)
    session.commit()
    return Scene(brand, incident, evidence)


def _sources(session: Session, brand: Brand, now: datetime) -> list[Source]:
    good = {"last_good_at": now - 3 * MINUTE, "next_try_at": now + 12 * MINUTE}
    reviews = make_source(session, brand, "shop-reviews", "schemaorg", **good)
    blog = make_source(session, brand, "shop-blog", "wordpress", **good)
    forum = make_source(
        session, brand, "city-forum", "feed", SourceHealth.FAILING, failures=4, last_good_at=now - 5 * HOUR,
        next_try_at=now + 35 * MINUTE, error="503 Service Unavailable at https://forum.example/feed.xml",
    )  # fmt: skip
    blocked = make_source(
        session, brand, "deal-hunters", "feed", SourceHealth.BLOCKED, error="robots.txt does not allow /feed",
        next_try_at=now + 20 * HOUR,
    )  # fmt: skip
    make_source(session, brand, "new-marketplace", "schemaorg", SourceHealth.WAITING)
    make_source(
        session, brand, "evening-courier", "feed", SourceHealth.QUIET, quiet_since=now - 30 * HOUR,
        error=f"no new text since {now - 30 * HOUR:%-d %b %H:%M} UTC; usually 14 a day", **good,
    )  # fmt: skip
    _ratings(session, reviews, now)
    for source, end in ((reviews, now), (blog, now), (forum, now - 5 * HOUR)):
        make_coverage(session, source, now - timedelta(days=28), now - timedelta(days=4, hours=6))
        make_coverage(session, source, now - timedelta(days=4), end)
    drops = {"dropped: too old": 3, "dropped: no text": 1, "pages failed": 1}
    make_run(session, reviews, at=now - 3 * MINUTE, new=12, unchanged=48, requests=9, **drops)
    make_run(session, blog, at=now - 3 * MINUTE, new=2, unchanged=10, requests=2)
    make_run(session, forum, at=now - 25 * MINUTE, outcome=RunOutcome.FAILED)
    make_run(session, blocked, at=now - 4 * HOUR, outcome=RunOutcome.BLOCKED)
    return [reviews, blog, forum]


def _ratings(session: Session, reviews: Source, now: datetime) -> None:
    """One thing that fell after weeks of small changes, one that rose, one that stands, one on another scale."""
    lamp = ((26, 4.42, 1180), (19, 4.4, 1188), (12, 4.44, 1195), (5, 4.3, 1201), (2, 4.12, 1210), (0.4, 3.9, 1234))
    for days, value, count in lamp:
        make_rating(session, reviews, value, now - timedelta(days=days), "Rose lamp, brass", ratings=count, reviews=312)
    for days, value, count in ((21, 4.1, 88), (3, 4.3, 97)):
        make_rating(session, reviews, value, now - timedelta(days=days), "گلاب کا پودا", ratings=count)
    for days in (25, 0.4):
        make_rating(session, reviews, 4.8, now - timedelta(days=days), "Bouquet of twelve", ratings=None, reviews=41)
    make_rating(session, reviews, 87, now - timedelta(days=3), "<b>Rose Cart</b>", best=100, worst=0, ratings=1)


def _weeks(session: Session, brand: Brand, now: datetime, chance: random.Random) -> None:
    """Counts of four weeks without their texts, busier by day than by night."""
    tally = counts.Tally()
    at = now - timedelta(days=28)
    while at < now - 90 * MINUTE:
        busy = 0.4 + 1.6 * max(0.0, 1 - abs((at.hour + 5) % 24 - 15) / 9)
        for _ in range(int(chance.expovariate(1 / (2.2 * busy)))):
            bad = chance.random() < 0.17
            language = chance.choices(["en", "ur", "ur-Latn", "te", "tl"], [5, 2, 3, 1, 1])[0]
            themes = chance.sample(list(THEMES), 1)
            source = chance.choice(["shop-reviews", "shop-blog", "city-forum"])
            negative = 0.9 if bad else 0.06
            tally.add(brand.id, cells_of(source, language, themes), at + 59 * MINUTE * chance.random(), negative)
        at += HOUR
    counts.write(session, tally)


def _storm(
    session: Session, brand: Brand, sources: list[Source], now: datetime, chance: random.Random
) -> list[Mention]:
    """Thirty complaints in 80 minutes, ever faster."""
    found = []
    for i in range(30):
        language, text, themes, rating = COMPLAINTS[i % len(COMPLAINTS)]
        at = now - 80 * MINUTE + 78 * MINUTE * (i / 30) ** 0.6
        words = text if i < len(COMPLAINTS) else f"{text} ({i})"
        followers = chance.choice([None, 120, 2300])
        found.append(
            make_mention(
                session, brand, sources[i % 3], words, at=at, language=language, themes=themes, rating=rating,
                negative=0.97 - 0.01 * (i % 9), author=make_author(session, at=at, followers=followers),
                kind=MentionKind.REVIEW if rating else MentionKind.COMMENT,
            )
        )  # fmt: skip
    return found


def _calm_voices(session: Session, brand: Brand, sources: list[Source], now: datetime) -> None:
    for i, (language, text, themes, rating) in enumerate(PRAISE):
        make_mention(
            session, brand, sources[0], text, at=now - (3 + 5 * i) * HOUR, language=language, themes=themes,
            rating=rating, negative=0.03,
        )  # fmt: skip
    make_mention(
        session, brand, sources[1], HOSTILE, at=now - 2 * HOUR, title="<i>Title</i> **x**", negative=0.93,
        url="javascript:alert(1)", kind=MentionKind.COMMENT,
    )  # fmt: skip


def _incident(session: Session, brand: Brand, evidence: list[Mention], now: datetime) -> Incident:
    opened = now - 35 * MINUTE
    incident = make_incident(
        session, brand, evidence, at=opened, severity=Severity.CRITICAL, cell=Cell(Dimension.THEME, "refund"),
        sentence="27 negative in 80 min about refunds, usually 0.6; 24 authors, 3 sources; first: "
        "https://example.org/1",
        why="Critical: 50 authors, and each voice brings about 1.4 more.",
        spread=_spread(evidence), spread_at=now - MINUTE,
    )  # fmt: skip
    first = session.exec(select(IncidentChange).where(IncidentChange.incident_id == incident.id)).one()
    worse = make_change(
        session, incident, ChangeKind.WORSENED, now - 12 * MINUTE,
        "27 negative in 80 min, usually 0.6: twice as many as at the last message.",
    )  # fmt: skip
    make_finding(
        session, incident, now - 12 * MINUTE, seen=27.0, authors=24, window=80 * MINUTE,
        sources=["shop-reviews", "shop-blog", "city-forum"],
    )  # fmt: skip
    told.tell(session, incident, first, worse, now)
    old = make_incident(
        session, brand, at=now - timedelta(days=9), state=IncidentState.RESOLVED,
        cell=Cell(Dimension.THEME, "delivery"), sentence="9 negative in 3 h about delivery, usually 1.1.",
        resolved_at=now - timedelta(days=8), owner="Bilal", mark=Mark.USEFUL, marked_by="Bilal",
        marked_at=now - timedelta(days=8),
    )  # fmt: skip
    ended = make_change(session, old, ChangeKind.RESOLVED, now - timedelta(days=8), "Quiet for 18 h.")
    told.judge(session, old, ended)
    return incident


def _spread(evidence: list[Mention]) -> dict[str, object]:
    """As of ever faster complaints; two of them were heard by many."""
    return asdict(
        Spread(
            voices=30, per_hour=22.0, authors=30, reach=21_500, sources=3, languages=5, video=True,
            reproduction=Reproduction(1.4, 1.1, 1.8, 0.98),
            forecasts=(
                Forecast(1, 38, 49, 66), Forecast(3, 50, 72, 118), Forecast(6, 58, 92, 176), Forecast(24, 60, 140, 400),
            ),
            amplifiers=(Amplifier(evidence[1].id or 0, 120_000, 14), Amplifier(evidence[3].id or 0, 0, 9)),
        )
    )  # fmt: skip


def _nearly(session: Session, brand: Brand, now: datetime) -> None:
    """Two that were none: a launch, and a bought review or two."""
    launch = {"detector": "spike", "kind": Kind.SPIKE, "reason": Held.ALL_UP, "strength": 5.9}
    bought = {"detector": "review_bombing", "kind": Kind.REVIEW_BOMBING, "reason": Held.BELOW, "strength": 4.7}
    told = {
        "launch": "11 negative mentions in 3 h, usually 1.2; 10 authors, 2 sources",
        "bought": "Review bombing: 8 low ratings by 8 authors on shop-reviews in 12 h, usually 0.6; "
        "most of them new here",
    }
    for hours, name, values in ((30, "launch", launch), (70, "bought", bought)):
        at = now - hours * HOUR
        near = {"brand_id": brand.id, "dimension": Dimension.ALL, "seen": 9.0, "expected": 1.0, "authors": 8}
        session.add(HeldFinding(**near, **values, sentence=told[name], first_at=at - HOUR, last_at=at, looks=42))


def _cases(
    session: Session, brand: Brand, sources: list[Source], evidence: list[Mention], incident: Incident, now: datetime
) -> None:
    make_case(session, evidence[0], at=now - 75 * MINUTE, incident=incident)
    make_case(session, evidence[1], at=now - 50 * MINUTE, incident=incident, state=CaseState.OWNED, owner="Ayesha")
    answered = make_case(
        session, evidence[5], at=now - 40 * MINUTE, incident=incident, state=CaseState.ANSWERED, owner="Bilal",
        answered_at=now - 20 * MINUTE,
    )  # fmt: skip
    answer.note(session, answered.id, person("Ayesha"), now - 15 * MINUTE, "Warehouse says a new lamp leaves today.")
    old = make_mention(session, brand, sources[1], "Wrong size twice.", at=now - 50 * HOUR, themes=("quality",))
    make_case(
        session, old, at=now - 49 * HOUR, state=CaseState.SOLVED, owner="Ayesha", answered_at=now - 48 * HOUR,
        solved_at=now - 30 * HOUR, outcome="Right size sent by courier, return label paid.",
    )  # fmt: skip


def _machinery(session: Session, now: datetime) -> None:
    session.add(JobHealth(job="analyse", last_good_at=now - MINUTE, next_try_at=now + MINUTE))
    session.add(JobHealth(job="detect", last_good_at=now - MINUTE, next_try_at=now + MINUTE))
    session.add(JobHealth(job="report", failures=2, error="disk is full", next_try_at=now + 4 * MINUTE))
    session.add(ChannelHealth(channel="slack-support", last_good_at=now - 12 * MINUTE))
    session.add(ChannelHealth(channel="mail-lead", failures=5, error="550 mailbox is full", permanent=True))
