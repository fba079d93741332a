"""Who somebody is here, and all that is stored of them: their texts, what was made of these, and where it was told."""

import base64
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from monitor.errors import MonitorError
from monitor.models import (
    Alert,
    AlertState,
    Assessment,
    AssessmentTheme,
    Author,
    Case,
    CaseEvent,
    CaseMention,
    DoorEvent,
    Fetch,
    FoundThemeMention,
    Idea,
    IncidentMention,
    Media,
    Mention,
    MentionBrand,
    MentionVersion,
    Praise,
    Relation,
    Reply,
    Report,
    SearchEntry,
    Snapshot,
    Story,
    StoryBand,
)
from monitor.store import authors, removal, traces
from monitor.store.relations import RELATIONS
from monitor.store.traces import Traces

OF_A_TEXT: tuple[type[SQLModel], ...] = (
    MentionVersion,
    MentionBrand,
    Media,
    Snapshot,
    Assessment,
    SearchEntry,
    Praise,
    FoundThemeMention,
    IncidentMention,
    CaseMention,
)
"""Tables that hang on a text by `mention_id`."""
OF_A_CASE: tuple[type[SQLModel], ...] = (CaseEvent, Reply, Idea)
"""Tables that hang on a case by `case_id`."""
_PSEUDONYM = re.compile(r"(?:author\s+)?([0-9a-f]{6,64})", re.IGNORECASE)
_AT_HOST = re.compile(r"(.+?)(?:@|\s+at\s+)([^@\s]+)")
_AT_ONCE = 500


class NotOne(MonitorError):
    """Nobody and nothing is known by what was said, or more than one."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what it is about: authors by row and hash, texts by row; `names` are those that pages show."""

    authors: tuple[int, ...] = ()
    hashes: tuple[str, ...] = ()
    mentions: tuple[int, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def is_author(self) -> bool:
        return bool(self.hashes)


@dataclass(frozen=True, slots=True)
class Part:
    """One row that says something of them: its table, its key there, and what it says."""

    table: str
    key: tuple[Any, ...]
    says: dict[str, Any]


def resolve(session: Session, said: str, *, author: bool = False, every: bool = False) -> Subject:
    """Who or what is meant: a text by its address (with `author`: who wrote it), or an author by pseudonym, name or id.

    NotOne when nothing is known by that, or several are, unless `every` one of them is meant. An id at a host is
    somebody also when nothing of theirs is stored: so it can be seen to that nothing ever will be.
    """
    said = said.strip()
    if urlsplit(said).scheme in ("http", "https"):
        rows = by_address(session, said)
        if not author:
            return Subject(mentions=_chosen([row.id or 0 for row in rows], [_spoken(row) for row in rows], said, every))
        wrote = {row.author_id for row in rows if row.author_id is not None}
        found = list(session.exec(select(Author).where(col(Author.id).in_(wrote))))
    else:
        found = by_name(session, said)
    if not found and not author and (match := _AT_HOST.fullmatch(said)):
        key = authors.installation_key(session)
        return Subject(hashes=tuple(authors.author_hash(key, match[2].lower(), ref) for ref in _forms(match[1])))
    chosen = set(_chosen([one.id or 0 for one in found], [_who(one) for one in found], said, every))
    return _of_authors([one for one in found if one.id in chosen])


def _of_authors(found: Sequence[Author]) -> Subject:
    return Subject(
        authors=tuple(one.id or 0 for one in found),
        hashes=tuple(one.key_hash for one in found),
        names=tuple(one.display_name for one in found if one.display_name),
    )


def _chosen(ids: Sequence[int], shown: Sequence[str], said: str, every: bool) -> tuple[int, ...]:
    if not ids:
        raise NotOne(f"nothing is stored under {said!r}")
    if len(ids) > 1 and not every:
        listed = "\n".join(f"  {one}" for one in shown[:20])
        raise NotOne(f"{len(ids)} are known by that; name one of them, or say --every:\n{listed}")
    return tuple(ids)


def _who(author: Author) -> str:
    return f"{author.key_hash[:16]} ({author.pseudonym}), last seen {author.last_seen_at:%Y-%m-%d}"


def _spoken(row: Mention) -> str:
    return f"mention {row.id}: a {row.kind.value} at {row.host} of {row.published_at:%Y-%m-%d}"


def by_address(session: Session, url: str) -> list[Mention]:
    """The texts at an address in any of the forms in which it may be stored; it may be the id of the text, too."""
    bare = url.strip().rstrip("/")
    swapped = bare.replace("http://", "https://", 1) if bare.startswith("http://") else bare.replace("https", "http", 1)
    forms = {form for one in (bare, swapped) for form in (one, f"{one}/", unquote(one), f"{unquote(one)}/")}
    host = (urlsplit(bare).hostname or "").lower()
    named = sa.and_(col(Mention.host).in_({host, host.removeprefix("www.")}), col(Mention.external_id).in_(forms))
    return list(
        session.exec(select(Mention).where(sa.or_(col(Mention.url).in_(forms), named)).order_by(col(Mention.id)))
    )


def by_name(session: Session, said: str) -> list[Author]:
    """Authors by pseudonym or hash as pages show it, by id at a host, and by the name that they show."""
    if match := _PSEUDONYM.fullmatch(said):
        found = session.exec(select(Author).where(col(Author.key_hash).startswith(match[1].lower()))).all()
        if found:
            return list(found)
    if match := _AT_HOST.fullmatch(said):
        key = authors.installation_key(session)
        hashes = [authors.author_hash(key, match[2].lower(), ref) for ref in _forms(match[1])]
        found = session.exec(select(Author).where(col(Author.key_hash).in_(hashes))).all()
        if found:
            return list(found)
    named = sa.func.lower(col(Author.display_name)).in_({said, said.lower()})
    shown = select(Author).where(sa.or_(col(Author.display_name) == said, named))
    return list(session.exec(shown.order_by(col(Author.id))))


def _forms(ref: str) -> tuple[str, ...]:
    """An id as people may write it, in the case it is stored in."""
    return tuple(dict.fromkeys((ref.strip(), ref.strip().lower(), ref.strip().lstrip("@"))))


def texts_of(session: Session, subject: Subject, limit: int = 1_000_000_000) -> list[int]:
    """The texts of a subject that are still there, the first first: those named, and all of its authors."""
    wrote = select(Mention.id).where(col(Mention.author_id).in_(subject.authors)).order_by(col(Mention.id)).limit(limit)
    ids = {*subject.mentions, *(session.exec(wrote) if subject.authors else ())}
    return sorted(number for number in ids if number is not None)


def belonging(session: Session, mention_ids: Collection[int], names: Collection[str]) -> list[int]:
    """What belongs to the cases of these texts: what their customer said later, or asked, and our answers by name."""
    cases = select(Case.id).where(col(Case.mention_id).in_(mention_ids))
    linked = select(CaseMention.mention_id, CaseMention.relation, Mention.text, Mention.title)
    linked = linked.join(Mention, col(Mention.id) == CaseMention.mention_id).where(col(CaseMention.case_id).in_(cases))
    near = Traces()
    words = {word for name in names for word in near.near(name).names}
    addressed = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words) or "(?!)", re.IGNORECASE)
    return sorted(
        number
        for number, relation, text, title in session.exec(linked)
        if number not in mention_ids and (relation is not Relation.ANSWER or addressed.search(f"{title} {text}"))
    )


def names_of(session: Session, mention_ids: Collection[int]) -> tuple[str, ...]:
    """The names that the authors of these texts show, as far as they are kept."""
    wrote = select(Author.display_name).join(Mention, col(Mention.author_id) == Author.id)
    known = wrote.where(col(Mention.id).in_(mention_ids), col(Author.display_name).is_not(None))
    names = session.exec(known.distinct())
    return tuple(name for name in names if name)


def copies(session: Session, mention_ids: Collection[int], own_authors: Collection[int] = ()) -> list[int]:
    """Texts of others that repeat these word for word: reposts, and copies of the same story."""
    theirs = list(session.exec(select(Mention).where(col(Mention.id).in_(mention_ids))))
    said = {_folded(row) for row in theirs if row.text}
    stories = {row.story_id for row in theirs if row.story_id is not None}
    same = sa.or_(col(Mention.story_id).in_(stories), col(Mention.repost_of_id).in_(mention_ids))
    others = select(Mention).where(same, col(Mention.deleted_at).is_(None), col(Mention.id).not_in(mention_ids))
    others = others.where(sa.or_(col(Mention.author_id).is_(None), col(Mention.author_id).not_in(own_authors)))
    return sorted(
        row.id or 0
        for row in session.exec(others.execution_options(yield_per=_AT_ONCE))
        if _folded(row) in said or row.repost_of_id in mention_ids
    )


def _folded(row: Mention) -> str:
    return " ".join(f"{row.title} {row.text}".casefold().split())


def traces_of(session: Session, mention_ids: Collection[int], names: Collection[str] = ()) -> Traces:
    """By what these texts, and who wrote them, are found elsewhere."""
    found = Traces()
    for row in session.exec(select(Mention).where(col(Mention.id).in_(mention_ids))):
        found.add_text(row.title, row.text)
        found.add_address(row.url, row.external_id)
    for version in session.exec(select(MentionVersion).where(col(MentionVersion.mention_id).in_(mention_ids))):
        found.add_text(version.title, version.text)
    for name in names:
        found.add_name(name)
    return found


def parts(session: Session, mention_ids: Sequence[int], subject: Subject) -> Iterator[Part]:
    """All rows that say something of these texts or of who wrote them."""
    yield from (_part(row) for row in _own(session, mention_ids, subject))
    yield from _refer(session, mention_ids)
    cases = _rows(session, Case, Case.mention_id, mention_ids)
    case_ids = [row.id or 0 for row in cases]
    yield from map(_part, cases)
    for table in OF_A_CASE:
        yield from map(_part, _rows(session, table, table.case_id, case_ids))  # type: ignore[attr-defined]
    seen = set[tuple[str, tuple[Any, ...]]]()
    for mention in _rows(session, Mention, Mention.id, mention_ids):
        for part in _quoting(session, mention):
            if (part.table, part.key) not in seen:
                seen.add((part.table, part.key))
                yield part
    looked_for = traces_of(session, mention_ids, subject.names)
    yield from map(_part, _rows(session, Fetch, Fetch.url, looked_for.addresses))
    yield from map(_part, _rows(session, DoorEvent, DoorEvent.event_id, looked_for.addresses))
    remove = looked_for.remover()
    for hit in traces.find(session, looked_for):
        says = {name: traces.said(getattr(hit.row, name), remove) for name in hit.values}
        yield Part(_table(hit.row), _key(hit.row), {"id": getattr(hit.row, "id", None), **says})


def _own(session: Session, mention_ids: Sequence[int], subject: Subject) -> Iterator[SQLModel]:
    yield from _rows(session, Author, Author.id, subject.authors)
    mentions = _rows(session, Mention, Mention.id, mention_ids)
    yield from mentions
    for table in OF_A_TEXT:
        rows = _rows(session, table, table.mention_id, mention_ids)  # type: ignore[attr-defined]
        yield from rows
        if table is Assessment:
            ids = [getattr(row, "id", 0) for row in rows]
            yield from _rows(session, AssessmentTheme, AssessmentTheme.assessment_id, ids)
    stories = {row.story_id for row in mentions if row.story_id is not None}
    yield from _rows(session, Story, Story.id, stories)
    yield from _rows(session, StoryBand, StoryBand.story_id, stories)


def _refer(session: Session, mention_ids: Sequence[int]) -> Iterator[Part]:
    """Texts of others that answer, repost or quote one of these: that they do, and not what they say."""
    for ref, own in RELATIONS:
        for row in _rows(session, Mention, getattr(Mention, own), mention_ids):
            yield Part("mention", (row.id,), {"id": row.id, "refers_by": own, ref: getattr(row, ref)})


def _quoting(session: Session, mention: Mention) -> Iterator[Part]:
    for alert in removal.alerts_about(session, mention):
        if removal.without(alert.message, mention) != alert.message:
            told = {"channel": alert.channel, "state": alert.state.value, "sent_at": alert.sent_at}
            yield Part("alert", (alert.id,), {"id": alert.id, **told, "subject": alert.message.get("subject", "")})
    for report in removal.reports_about(session, mention):
        if is_in_report(report, mention):
            week = {"week_start": report.week_start, "made_at": report.made_at}
            yield Part("report", (report.id,), {"id": report.id, "brand_id": report.brand_id, **week})


def is_in_report(report: Report, mention: Mention) -> bool:
    """Whether a kept report has words of it, also as a case to practise with."""
    return removal.unquoted(report.figures, mention) != report.figures or any(
        practises(case, mention) for case in report.figures.get("practice", ())
    )


def practises(case: dict[str, Any], mention: Mention) -> bool:
    """Whether a case to practise with was made of it: what is left of the words stands in the text in this order."""
    text = " ".join(f"{mention.title} {mention.text}".split())
    left = [" ".join(piece.split()) for piece in re.split(r"\[[^\]]*\]|…", str(case.get("complaint", "")))]
    known = [piece.strip(" .,") for piece in left if len(piece.split()) >= 2]
    return sum(len(piece.split()) for piece in known) >= 3 and all(piece in text for piece in known)


def told_to(session: Session, alert_ids: Collection[int], report_ids: Collection[int]) -> list[Alert]:
    """The messages that have gone out and cannot be called back: alerts that quoted, and reports."""
    about = sa.or_(col(Alert.id).in_(alert_ids), col(Alert.report_id).in_(report_ids))
    return list(session.exec(select(Alert).where(about, Alert.state == AlertState.SENT).order_by(col(Alert.id))))


def _rows(session: Session, table: type[Any], column: Any, values: Collection[Any]) -> list[Any]:
    asked = sorted(values)
    found: list[Any] = []
    for start in range(0, len(asked), _AT_ONCE):
        found += session.exec(select(table).where(col(column).in_(asked[start : start + _AT_ONCE]))).all()
    return found


def _table(row: SQLModel) -> str:
    return str(row.__tablename__)


def _key(row: SQLModel) -> tuple[Any, ...]:
    return tuple(getattr(row, column.name) for column in sa.inspect(type(row)).primary_key)


def _part(row: SQLModel) -> Part:
    return Part(_table(row), _key(row), row.model_dump())


TELLS: dict[str, str] = {
    "key_hash": "keyed hash of the author's id at the host; pages show its first six letters as a pseudonym",
    "display_name": "the name as the place shows it, kept only while a case or praise needs it",
    "kind": "review, post, comment, article or survey",
    "host, external_id": "where the text stands, and its id there",
    "published_at": "when it was published, by its own word (UTC)",
    "collected_at": "when it was collected (UTC)",
    "deleted_at": "since when it is gone at its source, or was forgotten (UTC)",
    "fresh": "whether it could raise an alarm",
    "author_followers": "followers of the author at the time, as the place told",
    "parent_ref, root_ref, repost_ref, quote_ref": "ids of the texts that it answers, reposts or quotes",
    "negative, neutral, positive": "how likely the text reads so, 0 to 1, by the model that is named",
    "embedding": "the text as numbers by which like texts are found (base64)",
    "relevance": "how surely it is about the brand, 0 to 1",
    "tags, position": "by what it is found when people search",
    "actor, owner, corrected_by": "who of the team did it",
}
"""What the less plain columns mean."""


def as_told(parts: Sequence[Part], sent: Sequence[dict[str, Any]], now: datetime) -> dict[str, Any]:
    """The rows by table, with what each table and the less plain columns mean, for the person to read."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for part in parts:
        tables.setdefault(part.table, []).append({name: _plain(value) for name, value in part.says.items()})
    meanings = {str(one.__tablename__): (one.__doc__ or "").strip() for one in SQLModel.__subclasses__()}
    return {
        "about": "All that this installation of Emberwatch has stored about one person or text.",
        "made_at": now.isoformat(),
        "tables": {name: {"meaning": meanings.get(name, ""), "rows": rows} for name, rows in tables.items()},
        "messages_sent": [{name: _plain(value) for name, value in one.items()} for one in sent],
        "columns": TELLS,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value
