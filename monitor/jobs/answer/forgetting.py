"""Forgets a text or a person on request, and gives out what is stored of one; both stand in the audit log."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from monitor.access import Deed
from monitor.facts import Person
from monitor.jobs.answer.permitting import permit, record
from monitor.jobs.context import Context
from monitor.log import get_logger
from monitor.models import Alert
from monitor.store import authors, forgetting, persons
from monitor.store.forgetting import Taken, Wish
from monitor.store.persons import Subject
from monitor.store.trouble import patiently

log = get_logger(__name__)

BATCH = 25
"""Texts that are forgotten in one transaction."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be forgotten, and how much of it."""

    said: str
    author: bool = False  # of an address: everything of who wrote there
    every: bool = False  # of several that are known by it
    copies: bool = False  # word for word the same by others as well
    notes: bool = False  # what the team noted in the cases as well
    only_past: bool = False  # what they write from now on is kept


@dataclass(slots=True)
class Told:
    """What was taken away, or would be, and what is out of reach; no word of what was forgotten."""

    dry: bool
    authors: int = 0
    texts: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    cases: list[int] = field(default_factory=list)  # whose notes somebody should read
    copies_of_others: int = 0  # that stay
    messages_sent: list[dict[str, Any]] = field(default_factory=list)
    answers_in_public: list[str] = field(default_factory=list)
    reports: list[int] = field(default_factory=list)  # whose files are written anew by the next report job

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def forget(context: Context, asked: Asked, actor: Person, *, dry: bool = False) -> Told:
    """Forget it, a few texts in each transaction: what a try that was cut short left behind, the next one takes.

    AnswerRefused when the role is not enough; NotOne when nothing, or more than one, is known by what was said.
    """
    session, now = context.session, context.now
    permit(session, actor, Deed.FORGET, now)
    left = Subject(authors=forgetting.unfinished(session))
    subject = _meant(session, asked, left)
    if dry:
        return _would(session, subject, asked)
    _leave_no_pages(session)
    if subject.is_author and not asked.only_past:
        forgetting.lay_stones(session, subject.hashes, now)
        session.commit()
    told, taken = Told(dry=False), Taken()
    for one in (left, subject):
        taken.add(_forgotten(session, one, asked, told, now))
    _tell(session, told, taken)
    record(session, actor, Deed.FORGET, now, f"{told.texts} texts, {told.authors} authors")
    session.commit()
    log.info("forgotten", texts=told.texts, authors=told.authors)
    return told


def _meant(session: Session, asked: Asked, left: Subject) -> Subject:
    """Who or what was said; nobody, where a try that was cut short left so much that only its rest is to be done."""
    try:
        return persons.resolve(session, asked.said, author=asked.author, every=asked.every)
    except persons.NotOne:
        if not left.authors:
            raise
        return Subject()


def _forgotten(session: Session, subject: Subject, asked: Asked, told: Told, now: datetime) -> Taken:
    names, taken = _names(session, subject), Taken()
    wish = Wish(authors.installation_key(session), names, bool(subject.authors), asked.notes)
    for ids in _batches(session, subject, names, asked, told):
        taken.add(patiently(partial(_forget, session, ids, wish, now)))
    taken.counts["authors"] += forgetting.forget_authors(session, subject.authors)
    return taken


def _forget(session: Session, ids: Sequence[int], wish: Wish, now: datetime) -> Taken:
    session.rollback()  # what a try before this one left
    taken = forgetting.forget(session, ids, wish, now)
    session.commit()
    return taken


def write_reports(context: Context) -> int:
    """Write the files of reports on this machine anew that quoted what was forgotten; how many.

    The job `report` does it once more, where it runs, and tells what fails.
    """
    from monitor.jobs.report.files import Failures, write_unquoted

    return write_unquoted(context, Failures(), elsewhere_too=True).total()


def _names(session: Session, subject: Subject) -> tuple[str, ...]:
    return subject.names or persons.names_of(session, subject.mentions)


def _batches(
    session: Session, subject: Subject, names: Sequence[str], asked: Asked, told: Told
) -> Iterator[list[int]]:  # fmt: skip
    """The texts with what belongs to their cases, until none is left: a crawl may save one meanwhile."""
    done = set[int]()
    while ids := [number for number in persons.texts_of(session, subject) if number not in done]:
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            others = persons.copies(session, batch, subject.authors)
            told.copies_of_others += 0 if asked.copies else len(others)
            more = [*persons.belonging(session, batch, names), *(others if asked.copies else ())]
            done.update((*batch, *more))
            yield sorted({*batch, *more})


def _would(session: Session, subject: Subject, asked: Asked) -> Told:
    ids = persons.texts_of(session, subject)
    copies = persons.copies(session, ids, subject.authors)
    ids = sorted({*ids, *persons.belonging(session, ids, _names(session, subject)), *(copies if asked.copies else ())})
    found = list(persons.parts(session, ids, subject))
    numbers = {table: [part.key[0] for part in found if part.table == table] for table in ("alert", "report", "case")}
    told = Told(
        dry=True,
        authors=len(subject.authors),
        texts=len(ids),
        rows=dict(Counter(table for table, _ in {(part.table, part.key) for part in found})),
        cases=sorted(numbers["case"]),
        copies_of_others=0 if asked.copies else len(copies),
        messages_sent=_sent(persons.told_to(session, numbers["alert"], numbers["report"])),
        reports=sorted(numbers["report"]),
    )
    session.rollback()
    return told


def _tell(session: Session, told: Told, taken: Taken) -> None:
    told.texts, told.authors = taken.counts.pop("texts", 0), taken.counts.pop("authors", 0)
    told.rows = {name: number for name, number in sorted(taken.counts.items()) if number}
    told.cases, told.reports = sorted(taken.cases), sorted(taken.reports)
    told.answers_in_public = sorted(taken.posted)
    told.messages_sent = _sent(persons.told_to(session, taken.alerts, taken.reports))


def _sent(alerts: Sequence[Alert]) -> list[dict[str, Any]]:
    return [{"alert": one.id, "channel": one.channel, "sent_at": one.sent_at} for one in alerts]


def _leave_no_pages(session: Session) -> None:
    """SQLite writes zeros over what this connection removes from now on."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA secure_delete=ON")


def compact(engine: sa.Engine) -> None:
    """SQLite: make file, index and log anew without what was removed, which takes the time and room of a copy."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in (
            "INSERT INTO search_words(search_words) VALUES('optimize')",
            "VACUUM",
            "PRAGMA wal_checkpoint(TRUNCATE)",
        ):
            connection.exec_driver_sql(statement)


def person(session: Session, said: str, actor: Person, now: datetime, *, every: bool = False) -> dict[str, Any]:
    """All that is stored of somebody, as plain values; of an address, of who wrote there, else that text alone.

    Nothing of it may be given to anybody before this has returned: only then does the audit log tell of it.
    """
    permit(session, actor, Deed.GIVE_PERSON, now)
    subject = _person(session, said, every=every)
    ids = persons.texts_of(session, subject)
    ids = sorted({*ids, *persons.belonging(session, ids, _names(session, subject))})
    parts = list(persons.parts(session, ids, subject))
    alerts, reports = ([part.key[0] for part in parts if part.table == name] for name in ("alert", "report"))
    told = _sent(persons.told_to(session, alerts, reports))
    record(session, actor, Deed.GIVE_PERSON, now, f"{len(ids)} texts, {len(subject.authors)} authors")
    session.commit()
    return persons.as_told(parts, told, now)


def _person(session: Session, said: str, *, every: bool) -> Subject:
    try:
        return persons.resolve(session, said, author=True, every=every)
    except persons.NotOne:
        return persons.resolve(session, said, every=every)
