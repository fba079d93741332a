"""Takes away what a mention said once its source has deleted it: the words go, what was counted stays."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import sqlalchemy as sa
from sqlmodel import Session, col, select

from monitor.facts import Gone
from monitor.models import (
    Alert,
    Assessment,
    Author,
    FoundThemeMention,
    IncidentMention,
    Media,
    Mention,
    MentionBrand,
    MentionVersion,
    ReadState,
    Report,
)
from monitor.store import bulk, kept, report_work, search, threads

DELETED = "(deleted at the source)"
"""Stands where a deleted text was quoted."""


def remove(session: Session, gone: Iterable[Gone], now: datetime) -> int:
    """Take away the words of these texts, as far as they are kept; how many were not taken away before.

    Title, text, media, earlier versions, embedding, the link to who wrote, and what can be searched are removed, also
    where alerts and reports quote them. The mention stays with its time, rating, engagement, relations and assessment:
    nothing that was counted is counted anew. One that waits to be read is not read any more. Twice is once.
    """
    wanted = {(one.kind, one.host, one.external_id) for one in gone}
    found = kept.find_ids(session, (key[1:] for key in wanted))
    ids = sorted(row_id for key, row_id in found.items() if key in wanted)
    still = select(Mention).where(col(Mention.id).in_(ids), col(Mention.deleted_at).is_(None))
    rows = list(session.exec(still.execution_options(populate_existing=True)))
    if rows:
        for row in rows:
            _remove_quotes(session, row)
        remove_belongings(session, [row.id or 0 for row in rows])
        _forget_names(session, {row.author_id for row in rows}, {row.id for row in rows})
    for row in rows:
        row.title = row.text = row.text_hash = row.read_error = ""
        row.author_id, row.deleted_at, row.missing_at = None, now, None
        row.read_state, row.read_attempts, row.read_leased_until = ReadState.READ, 0, None
        session.add(row)
    session.flush()
    return len(rows)


def note_missing(session: Session, doubted: Iterable[Gone], now: datetime) -> None:
    """Keep since when these texts are said to be gone; what was said long ago, and not again, is forgotten over it."""
    wanted = {(one.kind, one.host, one.external_id) for one in doubted}
    found = kept.find(session, (key[1:] for key in wanted))
    old = now - kept.DOUBTED_AT_MOST
    rows = [row for key, row in found.items() if key in wanted and (row.missing_at is None or row.missing_at < old)]
    bulk.update(session, Mention, {row.id: {"missing_at": now} for row in rows})


def remove_belongings(session: Session, ids: Sequence[int]) -> None:
    """What a text carried, said before, was found by and read as a vector."""
    for table in (Media, MentionVersion, FoundThemeMention):
        _write(session, sa.delete(table).where(col(table.mention_id).in_(ids)))
    _write(session, sa.update(Assessment).where(col(Assessment.mention_id).in_(ids)).values(embedding=b""))
    search.remove(session, ids)


def _forget_names(session: Session, authors: set[int | None], mentions: set[int | None]) -> None:
    """Who wrote nothing else that is still there has no name here any more."""
    others = sa.exists().where(
        col(Mention.author_id) == Author.id, col(Mention.deleted_at).is_(None), col(Mention.id).not_in(mentions)
    )
    known = col(Author.id).in_([author for author in authors if author is not None])
    _write(session, sa.update(Author).where(known, ~others).values(display_name=None))


def _write(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(synchronize_session=False))


def _remove_quotes(session: Session, mention: Mention) -> None:
    """Messages and reports keep what they quoted: the address and the time of a quote say whose words it has."""
    for alert in alerts_about(session, mention):
        message = without(alert.message, mention)
        if message != alert.message:
            alert.message = message
            session.add(alert)
    threads.show_again(session, incidents_of(mention))
    for report in reports_about(session, mention):
        figures = unquoted(report.figures, mention)
        if figures != report.figures:
            report.figures = figures
            session.add(report)
            report_work.note_unquoted(session, report)


def incidents_of(mention: Mention) -> Any:
    """A query for the incidents that it is evidence of."""
    return select(IncidentMention.incident_id).where(IncidentMention.mention_id == mention.id)


def alerts_about(session: Session, mention: Mention) -> list[Alert]:
    """The messages that may quote it."""
    digests = col(Alert.incident_id).is_(None) & col(Alert.report_id).is_(None)
    made_since = col(Alert.created_at) >= mention.published_at
    about = col(Alert.incident_id).in_(incidents_of(mention)) | (digests & made_since)
    return list(session.exec(select(Alert).where(about)))


def reports_about(session: Session, mention: Mention) -> list[Report]:
    """The reports that may quote it."""
    brands = select(MentionBrand.brand_id).where(MentionBrand.mention_id == mention.id)
    made = col(Report.made_at) >= mention.published_at
    return list(session.exec(select(Report).where(col(Report.brand_id).in_(brands), made)))


def unquoted(value: Any, mention: Mention) -> Any:
    """Figures with the quotes of a mention left out."""
    if isinstance(value, dict):
        return {name: unquoted(one, mention) for name, one in value.items()}
    if isinstance(value, list):
        return [unquoted(one, mention) for one in value if not quotes(one, mention)]
    return value


def without(value: Any, mention: Mention) -> Any:
    """A message, also one of several sections, with other words in the place of what it quoted of a mention."""
    if quotes(value, mention):
        return {**value, "text": DELETED, "author": ""}
    if isinstance(value, dict):
        return {name: without(one, mention) for name, one in value.items()}
    return [without(one, mention) for one in value] if isinstance(value, list) else value


def quotes(value: Any, mention: Mention) -> bool:
    """Whether a part of a message or of figures has the words of a mention."""
    if not isinstance(value, dict) or not {"text", "url", "published_at"} <= value.keys():
        return False
    try:
        same_time = datetime.fromisoformat(str(value["published_at"])) == mention.published_at
    except ValueError:
        return False
    address = unquote(str(value["url"]))  # messages encode it, and leave out what is no web address
    return same_time and address in ("", unquote(mention.url))
