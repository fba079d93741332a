"""A customer whose traces are everywhere: in texts, messages, reports, notes, answers, errors and kept views."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, select

from monitor.facts import Collected, MediaFile, MediaKind, MentionKind
from monitor.models import (
    Alert,
    AlertState,
    Author,
    Case,
    CaseEvent,
    CaseMention,
    DoorEvent,
    DoorNote,
    Fetch,
    FoundTheme,
    FoundThemeMention,
    Idea,
    Incident,
    Mention,
    MentionVersion,
    Praise,
    Relation,
    Reply,
    ReplyState,
    Report,
    Run,
    SavedView,
    Source,
    Story,
    StoryBand,
)
from monitor.store import authors, mentions
from tests.factories import NOON, make_brand, make_case, make_change, make_incident, make_source

HOST = "forum.example"
NAME, REF = "Jamilah Oyelaran", "jamilah-oyelaran-77"
TITLE = "My Emerald Samovar arrived smashed"
TEXT = "The courier threw my emerald samovar over the gate. Nobody answers my seventeen letters! I weep."
BEFORE = "The courier is two weeks late with my emerald samovar, says the widow from Quetta."
URL, ID = f"https://{HOST}/t/jamilahs-smashed-samovar/5501", "post-5501-jamilah"
TRACES = (
    NAME,
    "Jamilah",
    "Oyelaran",
    REF,
    "samovar",
    "seventeen letters",
    URL,
    ID,
    "jamilahs-smashed",
    "widow from Quetta",
)
"""What must be found nowhere afterwards."""
HOUR = timedelta(hours=1)


def collected(name: str, text: str, **values: Any) -> Collected:
    told = {"kind": MentionKind.POST, "host": HOST, "url": f"https://{HOST}/t/{name}", "published_at": NOON}
    return Collected(**{**told, "external_id": name, "text": text, **values})


HERS = collected(
    ID, TEXT, url=URL, title=TITLE, author_ref=REF, author_name=NAME, item=f"shop of {NAME}", author_followers=31,
    media=(MediaFile(MediaKind.IMAGE, f"https://{HOST}/jamilah.png", "the smashed samovar"),),
)  # fmt: skip
LATER = collected("post-5502-later", "Still no samovar, still no answer.", author_ref=REF, author_name=NAME)
COPY = collected("copy-9", TEXT, title=TITLE, author_ref="somebody-else")
ANSWERED = collected(
    "answer-31", "Same here, mine came broken too.", author_ref="ben", parent_ref=ID, root_ref=ID, item=TITLE,
    kind=MentionKind.COMMENT,
)  # fmt: skip
OURS = collected(
    "answer-32", "Dear Jamilah, please write to us.", author_ref="rosecart", parent_ref=ID, kind=MentionKind.COMMENT
)


@dataclass
class World:
    source: Source
    hers: Mention
    case: Case
    alert: Alert
    report: Report
    author: Author


def make(session: Session) -> World:
    brand = make_brand(session)
    source = make_source(session, brand, slug="forum", kind="discourse")
    key = authors.installation_key(session)
    texts = [HERS, LATER, ANSWERED, OURS]
    mentions.save_many(session, [(one, True) for one in texts], source=source, now=NOON, author_key=key)
    rows = {row.external_id: row for row in session.exec(select(Mention))}
    hers, later = rows[ID], rows[LATER.external_id]
    read(session, list(rows.values()), brand.id or 0)
    author = session.exec(select(Author).where(Author.id == hers.author_id)).one()
    incident = make_incident(session, brand, [hers], sentence=f"14 negative, loudest at {URL}")
    alert = _alerts(session, incident, hers, author)
    report = _report(session, brand.id or 0, hers)
    case = make_case(session, hers, owner="Sana", outcome=f"refunded Jamilah, see {URL}", incident=incident)
    _casework(session, case, later, rows[OURS.external_id])
    _beside(session, source, brand.id or 0, hers)
    session.commit()
    return World(source, hers, case, alert, report, author)


def read(session: Session, rows: list[Mention], brand_id: int) -> None:
    """As the job `analyse` leaves them: read, counted, found by words, and part of a story."""
    from monitor.facts import Sentiment
    from monitor.models import Assessment, MentionBrand
    from monitor.store import counts, search
    from monitor.store.assessments import cells_of

    story = Story(fingerprint="5" * 64, sketch=b"sketch", first_seen_at=NOON, last_seen_at=NOON)
    session.add(story)
    session.flush()
    session.add(StoryBand(band=77, story_id=story.id or 0))
    tally = counts.Tally()
    for row in rows:
        link = session.get_one(MentionBrand, (row.id, brand_id))
        link.relevance, link.counted_at = 1.0, NOON
        session.add(
            Assessment(
                mention_id=row.id or 0, model_name="m", model_version="1", text_hash=row.text_hash, language="en",
                negative=0.9, neutral=0.05, positive=0.05, label=Sentiment.NEGATIVE, embedding=b"\x01\x02",
                assessed_at=NOON,
            )
        )  # fmt: skip
        tally.add(brand_id, cells_of("forum", "en", []), NOON, 0.9)
        if row.external_id == ID:
            row.story_id = story.id
            session.add(MentionVersion(mention_id=row.id or 0, text=BEFORE, replaced_at=NOON))
    counts.write(session, tally)
    session.flush()
    search.index(session, [row.id or 0 for row in rows])


def _alerts(session: Session, incident: Incident, hers: Mention, author: Author) -> Alert:
    change = make_change(session, incident, sentence=f"It got worse at {URL}.")
    quote = {"text": f"{TITLE}. {TEXT}", "author": author.pseudonym, "url": URL, "published_at": NOON.isoformat()}
    other = {**quote, "text": "Another customer wrote this.", "url": f"https://{HOST}/t/other", "author": "author 1"}
    voice = ["Loudest voice", f"{author.pseudonym} in forum, 31 followers, {URL}"]
    message = {"quotes": [quote, other], "facts": [voice], "sections": [{"title": "x", "quotes": [quote]}]}
    for state in (AlertState.SENT, AlertState.PENDING):
        session.add(
            Alert(
                key=f"a-{state}", change_id=change.id, incident_id=incident.id, channel=f"slack-{state}", state=state,
                reason="new_incident", message=message, created_at=NOON,
                sent_at=NOON if state is AlertState.SENT else None, error=f"refused {URL}",
            )
        )  # fmt: skip
    session.flush()
    return session.exec(select(Alert).where(Alert.state == AlertState.SENT)).one()


def _report(session: Session, brand_id: int, hers: Mention) -> Report:
    quote = {"text": TEXT, "language": "en", "source": "forum", "url": URL, "published_at": NOON.isoformat()}
    practice = {"complaint": "The courier threw my emerald samovar over the gate. [name] …", "answer": "Sorry, [name]."}
    figures = {
        "brand": "Rose Cart", "mentions": 12, "complaints": [{"slug": "delivery", "quotes": [quote]}],
        "silent_cases": [{**quote, "case_id": 1}], "practice": [practice, {"complaint": "Where is my refund?"}],
    }  # fmt: skip
    row = Report(brand_id=brand_id, week_start=date(2026, 3, 2), made_at=NOON + HOUR, figures=figures)
    session.add(row)
    session.flush()
    session.add(
        Alert(
            key="report:1", report_id=row.id, channel="mail-leads", state=AlertState.SENT, reason="weekly_report",
            created_at=NOON, sent_at=NOON,
        )
    )  # fmt: skip
    return row


def _casework(session: Session, case: Case, later: Mention, ours: Mention) -> None:
    number = case.id or 0
    session.add(CaseMention(case_id=number, mention_id=later.id or 0, relation=Relation.LATER, linked_at=NOON))
    session.add(CaseMention(case_id=number, mention_id=ours.id or 0, relation=Relation.ANSWER, linked_at=NOON))
    session.add(CaseEvent(case_id=number, at=NOON, actor="Sana", action="noted", note="Called Jamilah, she is angry."))
    session.add(
        Idea(brand_id=case.brand_id, theme="", case_id=number, text="Pad what Jamilah bought", actor="Sana", at=NOON)
    )
    for state in (ReplyState.POSTED, ReplyState.OWED):
        session.add(
            Reply(
                case_id=number, state=state, actor="Sana", text="Dear Jamilah, we are sorry about the samovar.",
                written_at=NOON, url=f"{URL}#answer", external_id=f"{ID}-answer-{state}", next_try_at=NOON,
            )
        )  # fmt: skip
    session.add(CaseEvent(case_id=number, at=NOON, actor="Ben", action="noted", note=f"Like {NAME}: {URL}, see there"))


def _beside(session: Session, source: Source, brand_id: int, hers: Mention) -> None:
    number = hers.id or 0
    session.add(Praise(mention_id=number, brand_id=brand_id, person="Ayesha", found_at=NOON))
    found = FoundTheme(
        brand_id=brand_id, name="gate", words=["gate"], model="m", found_at=NOON, first_at=NOON, last_at=NOON
    )  # fmt: skip
    session.add(found)
    session.flush()
    session.add(
        FoundThemeMention(
            mention_id=number, brand_id=brand_id, found_theme_id=found.id or 0, published_at=NOON, similarity=0.9
        )
    )
    session.add(Run(job="crawl", source_id=source.id, started_at=NOON, error=f"404 at {URL}"))
    session.add(DoorEvent(source_id=source.id or 0, event_id=ID, received_at=NOON))
    session.add(DoorNote(source_id=source.id or 0, name="last", value=f"read {URL}", noted_at=NOON))
    session.add(SavedView(page="mentions", name="her", query=f"words={NAME}", actor="Sana", created_at=NOON))
    session.add(Fetch(source_id=source.id or 0, url_hash="u", url=URL, fetched_at=NOON))


def dumped(session: Session) -> dict[str, dict[tuple[Any, ...], str]]:
    """Every row of every table as text, by its key, with what searching keeps beside the models."""
    session.expire_all()
    found: dict[str, dict[tuple[Any, ...], str]] = {}
    for table in SQLModel.metadata.sorted_tables:
        key = [table.c[column.name] for column in table.primary_key]
        rows = session.execute(sa.select(*key, *table.c))
        found[table.name] = {tuple(map(str, row[: len(key)])): repr(tuple(row[len(key) :])) for row in rows}
    words = session.execute(sa.text("SELECT * FROM search_words"))
    found["search_words"] = {(number,): repr(tuple(row)) for number, row in enumerate(words)}
    session.rollback()
    return found
