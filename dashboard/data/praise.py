"""Who of the team is praised by name, how often, and in which words."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col

from dashboard.data.opening import cached, database
from dashboard.data.texts import TextRow, select_texts, text_rows
from monitor.models import Mention
from monitor.store import praise as store

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class PraisedRow:
    person: str  # as in the config
    number: int  # texts
    examples: tuple[TextRow, ...]  # the newest, at most EXAMPLES


@cached
def praised(brand_id: int, since: datetime, until: datetime) -> tuple[PraisedRow, ...]:
    """Who was praised by what was published in [since, until), most first; a text counts once for each person."""
    with database() as session:
        return tuple(
            PraisedRow(person, number, _examples(session, brand_id, person, since, until))
            for person, number in store.counted(session, brand_id, since, until)
        )


def _examples(
    session: Session, brand_id: int, person: str, since: datetime, until: datetime
) -> tuple[TextRow, ...]:  # fmt: skip
    ids = store.newest_of(session, brand_id, person, since, until, EXAMPLES)
    found = session.execute(select_texts().where(col(Mention.id).in_(ids))).all()
    return tuple(sorted(text_rows(session, found), key=lambda text: text.published_at, reverse=True))
