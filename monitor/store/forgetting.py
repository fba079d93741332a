"""Takes away all that is known of a text or its author, everywhere; what was counted stays, and a tombstone."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import MentionKind
from monitor.models import (
    Alert,
    Assessment,
    Author,
    Case,
    CaseEvent,
    CaseMention,
    DoorEvent,
    Fetch,
    Forgotten,
    Idea,
    Mention,
    Praise,
    ReadState,
    Relation,
    Reply,
    ReplyState,
    Report,
    Story,
    StoryBand,
    Tombstone,
)
from monitor.store import persons, removal, report_work, search, threads, tombstones, traces
from monitor.store.relations import RELATIONS
from monitor.store.traces import GONE, Traces

_UNSEEN = {"synchronize_session": False}
_GOING = (ReplyState.OWED, ReplyState.DRAFT)


@dataclass(slots=True)
class Taken:
    """What was taken away: rows by what they were, and the messages and reports that had told of it."""

    counts: Counter[str] = field(default_factory=Counter)
    alerts: set[int] = field(default_factory=set)
    reports: set[int] = field(default_factory=set)
    cases: set[int] = field(default_factory=set)
    posted: set[str] = field(default_factory=set)  # addresses of our answers in public

    def add(self, other: "Taken") -> None:
        self.counts += other.counts
        for name in ("alerts", "reports", "cases", "posted"):
            getattr(self, name).update(getattr(other, name))


@dataclass(frozen=True, slots=True)
class Wish:
    """How much goes. `names` of the author go from what is about the cases, and `everywhere` if all of theirs does.

    With `notes` goes all that the team noted in the cases.
    """

    key: str  # of the installation
    names: tuple[str, ...] = ()
    everywhere: bool = False
    notes: bool = False


def lay_stones(session: Session, hashes: Collection[str], now: datetime) -> None:
    """Let nothing that these authors write be kept any more."""
    tombstones.lay(session, Forgotten.AUTHOR, hashes, now)


def forget(session: Session, mention_ids: Sequence[int], wish: Wish, now: datetime) -> Taken:
    """Forget a few texts in the running transaction, with all that was made of them; twice is once."""
    query = select(Mention).where(col(Mention.id).in_(mention_ids)).execution_options(populate_existing=True)
    rows = list(session.exec(query))
    ids, taken = [row.id or 0 for row in rows], Taken()
    looked_for = persons.traces_of(session, ids, wish.names if wish.everywhere else ())
    new = {row.id or 0: (row.kind, row.host, row.external_id) for row in rows if not _is_gone(row)}
    tombstones.lay_texts(session, wish.key, new.values(), now)
    ours = _answers(session, ids)
    wrote = {row.author_id for row in rows if row.author_id is not None and row.id not in ours}
    for row in rows:
        _take_quotes(session, row, taken)
    removal.remove_belongings(session, ids)
    _take_cases(session, ids, looked_for, wish, now, taken)
    _cut_off(session, rows, wish.key)
    _take_derived(session, rows, looked_for)
    for row in rows:
        taken.counts["texts"] += int((row.id or 0) in new)
        _empty(row, wish.key, now)
        session.add(row)
    session.flush()
    _forget_stories(session, {row.story_id for row in rows if row.story_id is not None})
    _scrub(session, looked_for, taken)
    taken.counts["authors"] += forget_authors(session, wrote)
    session.flush()
    return taken


def _answers(session: Session, ids: Sequence[int]) -> set[int]:
    """Those of the texts that are our own answers to complaints."""
    answers = select(CaseMention.mention_id).where(CaseMention.relation == Relation.ANSWER)
    return set(session.exec(answers.where(col(CaseMention.mention_id).in_(ids))))


def _is_gone(row: Mention) -> bool:
    return tombstones.is_standing_for(row.external_id)


def _empty(row: Mention, key: str, now: datetime) -> None:
    """The row stays with its times, rating, engagement and reading; nothing of it says whose it was or where."""
    if not _is_gone(row):
        stone = tombstones.stone_of(key, (row.kind, row.host, row.external_id))
        row.host, row.external_id = "", tombstones.standing_for(stone)
    row.url = row.title = row.text = row.text_hash = row.item = row.language_declared = row.read_error = ""
    row.author_id, row.author_followers, row.first_purchase = None, None, None
    row.deleted_at, row.missing_at = row.deleted_at or now, None
    row.read_state, row.read_attempts, row.read_leased_until = ReadState.READ, 0, None
    row.parent_ref = row.root_ref = row.repost_ref = row.quote_ref = None


def _take_quotes(session: Session, row: Mention, taken: Taken) -> None:
    """Messages lose the quote with its address, also those that still wait; reports the whole line or case."""
    for alert in removal.alerts_about(session, row):
        message = _forgotten(alert.message, row)
        if message != alert.message:
            alert.message = message
            taken.alerts.add(alert.id or 0)
            session.add(alert)
    threads.show_again(session, removal.incidents_of(row))
    for report in removal.reports_about(session, row):
        if persons.is_in_report(report, row):
            practice = [case for case in report.figures.get("practice", ()) if not persons.practises(case, row)]
            _change(session, report, {**removal.unquoted(report.figures, row), "practice": practice})
            taken.reports.add(report.id or 0)
    session.flush()


def _forgotten(value: Any, row: Mention) -> Any:
    if removal.quotes(value, row):
        return {**value, "text": GONE, "author": "", "url": ""}
    if isinstance(value, dict):
        return {name: _forgotten(one, row) for name, one in value.items()}
    return [_forgotten(one, row) for one in value] if isinstance(value, list) else value


def _change(session: Session, report: Report, figures: dict[str, Any]) -> None:
    report.figures = figures
    session.add(report)
    report_work.note_unquoted(session, report)


def _take_cases(
    session: Session, ids: Sequence[int], looked_for: Traces, wish: Wish, now: datetime, taken: Taken
) -> None:
    """Cases stay with their times. What we answered is emptied; of what the team noted, what tells of the person."""
    linked = select(CaseMention.case_id).where(col(CaseMention.mention_id).in_(ids))
    cases = list(session.exec(select(Case).where(sa.or_(col(Case.mention_id).in_(ids), col(Case.id).in_(linked)))))
    case_ids = [case.id or 0 for case in cases]
    for case in cases:
        if case.mention_id in ids:
            taken.cases.add(case.id or 0)
            _empty_replies(session, case, wish.key, now, taken)
    near = Traces(set(looked_for.addresses), set(looked_for.words), set(looked_for.names))
    for name in wish.names:
        near.names |= looked_for.near(name).names
    remove = (lambda text: GONE if text else "") if wish.notes else near.remover()
    written: tuple[tuple[Any, Any, str], ...] = (
        (CaseEvent, CaseEvent.case_id, "note"), (Idea, Idea.case_id, "text"), (Case, Case.id, "outcome"),
    )  # fmt: skip
    for table, of_case, column in written:
        for hit in traces.hits(session.exec(select(table).where(col(of_case).in_(case_ids))), (column,), remove):
            _write(session, hit, taken)


def _empty_replies(session: Session, case: Case, key: str, now: datetime, taken: Taken) -> None:
    """They speak to the person. One that is not out yet goes no more; one that is out is not kept when it is found."""
    complaint = session.get_one(Mention, case.mention_id)
    for reply in session.exec(select(Reply).where(Reply.case_id == case.id)):
        if reply.text == GONE:
            continue
        if reply.state is ReplyState.POSTED and reply.url:
            taken.posted.add(reply.url)
        if reply.external_id and complaint.host:
            named = [(kind, complaint.host, reply.external_id) for kind in MentionKind]
            tombstones.lay_texts(session, key, named, now)
        if reply.state in _GOING:
            reply.state, reply.next_try_at = ReplyState.CANCELLED, None
        reply.text, reply.url, reply.external_id, reply.error = GONE, "", "", ""
        taken.counts["replies"] += 1
        session.add(reply)


def _cut_off(session: Session, rows: Sequence[Mention], key: str) -> None:
    """Others' texts that answer, repost or quote these stay connected, but not by the id that tells whose it is."""
    changed: set[int] = set()
    for row in rows:
        if _is_gone(row):
            continue
        stand = tombstones.standing_for(tombstones.reference_of(key, row.host, row.external_id))
        for ref, own in RELATIONS:
            theirs = sa.and_(col(getattr(Mention, own)) == row.id, col(getattr(Mention, ref)).is_not(None))
            session.execute(sa.update(Mention).where(theirs).values({ref: stand}).execution_options(**_UNSEEN))
            waits = sa.and_(
                col(Mention.host) == row.host, col(getattr(Mention, ref)) == row.external_id,
                col(getattr(Mention, own)).is_(None),
            )  # fmt: skip
            session.execute(sa.update(Mention).where(waits).values({ref: stand}).execution_options(**_UNSEEN))
        changed |= _untitle(session, row)
    if changed:
        search.index(session, changed)


def _untitle(session: Session, row: Mention) -> set[int]:
    """Answers may name the title of what they answer as what they are about; those that did."""
    answers = sa.or_(col(Mention.parent_id) == row.id, col(Mention.root_id) == row.id)
    ids = set(session.exec(select(Mention.id).where(answers, col(Mention.item) != "")))
    known = {number for number in ids if number is not None}
    if known:
        emptied = sa.update(Mention).where(col(Mention.id).in_(known)).values(item="")
        session.execute(emptied.execution_options(**_UNSEEN))
    return known


def _take_derived(session: Session, rows: Sequence[Mention], looked_for: Traces) -> None:
    ids = [row.id or 0 for row in rows]
    read = sa.update(Assessment).where(col(Assessment.mention_id).in_(ids), col(Assessment.text_hash) != "")
    session.execute(read.values(text_hash="forgotten").execution_options(**_UNSEEN))
    session.execute(sa.delete(Praise).where(col(Praise.mention_id).in_(ids)).execution_options(**_UNSEEN))
    told = {name for row in rows for name in (row.external_id, row.url) if name}
    session.execute(sa.delete(DoorEvent).where(col(DoorEvent.event_id).in_(told)).execution_options(**_UNSEEN))
    asked = [one for one in looked_for.addresses if one.startswith("http")]
    session.execute(sa.delete(Fetch).where(col(Fetch.url).in_(asked)).execution_options(**_UNSEEN))


def _forget_stories(session: Session, story_ids: Collection[int]) -> None:
    """A story that nobody else tells is not found by its words any more: their hash could be guessed."""
    told = sa.exists().where(col(Mention.story_id) == Story.id, col(Mention.deleted_at).is_(None))
    alone = list(session.exec(select(Story).where(col(Story.id).in_(story_ids), ~told)))
    bands = sa.delete(StoryBand).where(col(StoryBand.story_id).in_([story.id for story in alone]))
    session.execute(bands.execution_options(**_UNSEEN))
    for story in alone:
        story.fingerprint, story.sketch, story.last_seen_at = f"forgotten:{story.id}", b"", None
        session.add(story)


def _scrub(session: Session, looked_for: Traces, taken: Taken) -> None:
    """Take the traces out of rows that are about other things: errors, notes of other cases, kept views."""
    for hit in traces.find(session, looked_for):
        _write(session, hit, taken)
        if isinstance(hit.row, Report):
            report_work.note_unquoted(session, hit.row)


def _write(session: Session, hit: traces.Hit, taken: Taken) -> None:
    for name, value in hit.values.items():
        setattr(hit.row, name, value)
    if isinstance(hit.row, Alert):
        taken.alerts.add(hit.row.id or 0)
    if isinstance(hit.row, Report):
        taken.reports.add(hit.row.id or 0)
    taken.counts[str(hit.row.__tablename__)] += 1
    session.add(hit.row)


def forget_authors(session: Session, author_ids: Collection[int]) -> int:
    """Authors of whom no text is left, by row; and those that were forgotten before, where a try was cut short."""
    stones = select(Tombstone.key_hash).where(Tombstone.what == Forgotten.AUTHOR)
    left = sa.exists().where(col(Mention.author_id) == Author.id)
    which = sa.or_(col(Author.id).in_(author_ids), col(Author.key_hash).in_(stones))
    gone = list(session.exec(select(Author).where(which, ~left)))
    if gone:
        known = Traces(names={one.pseudonym for one in gone})
        for hit in traces.find(session, known):
            _write(session, hit, Taken())
        for one in gone:
            session.delete(one)
        session.flush()
    return len(gone)


def unfinished(session: Session) -> tuple[int, ...]:
    """Authors who were forgotten and still have texts: a try was cut short."""
    stones = select(Tombstone.key_hash).where(Tombstone.what == Forgotten.AUTHOR)
    left = sa.exists().where(col(Mention.author_id) == Author.id)
    found = session.exec(select(Author.id).where(col(Author.key_hash).in_(stones), left))
    return tuple(number for number in found if number is not None)
