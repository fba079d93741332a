"""Words as they are spelt in texts, for who searches one that nobody wrote: "delivry" finds "delivery".

PostgreSQL with the extension pg_trgm only. The words are those of the newest texts, looked up by the groups of three
letters that they share; saving a text costs nothing more, and they are counted anew once a day.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlmodel import Session, select

from monitor.folding import Term
from monitor.models import Installation
from monitor.store import bulk

COUNTED = "search_words_counted"
"""The row of Installation that says on which day."""
NEWEST = 50_000
"""Texts whose words are counted."""
SHORTEST = 4
"""Letters; shorter words are like too many others."""
_ENOUGH = 0.2  # of the groups of three letters, shared: two letters that changed places leave few of a short word
_LIKELY = 50
_THERE = sa.text("SELECT to_regclass('search_words_known') IS NOT NULL")
_AVAILABLE = sa.text("SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'")
_VECTORS = f"SELECT words FROM search_words ORDER BY position DESC LIMIT {NEWEST:d}"  # noqa: S608 (our number)  # nosec B608
_COUNT = sa.text(
    "INSERT INTO search_words_known (word, mentions) SELECT word, ndoc FROM ts_stat(:vectors) "
    "WHERE ndoc > 1 AND length(word) >= :shortest AND left(word, 1) <> '¤'"
).bindparams(vectors=_VECTORS, shortest=SHORTEST)
_KNOWN = sa.text("SELECT word FROM search_words_known WHERE word = ANY(:words)").bindparams(
    sa.bindparam("words", type_=sa.ARRAY(sa.String))
)
_LIKE = sa.text(
    "SELECT word, mentions FROM search_words_known WHERE word % :word "
    "ORDER BY similarity(word, :word) DESC, mentions DESC LIMIT :likely"
).bindparams(likely=_LIKELY)
_LIMIT = sa.text("SELECT set_config('pg_trgm.similarity_threshold', :enough, true)").bindparams(enough=str(_ENOUGH))


def upgrade(engine: sa.Engine) -> bool:
    """Make what is needed where it is missing and can be made; whether it is there."""
    if engine.dialect.name != "postgresql":
        return False
    with engine.connect() as connection:
        if connection.execute(_THERE).scalar_one():
            return True
        if not connection.execute(_AVAILABLE).scalar_one():
            return False
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            connection.exec_driver_sql("CREATE TABLE search_words_known (word text PRIMARY KEY, mentions int NOT NULL)")
            connection.exec_driver_sql(
                "CREATE INDEX ix_search_words_known_word ON search_words_known USING gin (word gin_trgm_ops)"
            )
    except (ProgrammingError, OperationalError, IntegrityError):  # the role may not; or another process was faster
        return False
    return True


def count_anew(session: Session, now: datetime) -> int:
    """Count the words of the newest texts, unless that was done today; how many there are. The caller commits."""
    today = now.date().isoformat()
    counted = select(Installation.value).where(Installation.name == COUNTED)
    if not _is_there(session) or session.exec(counted).first() == today:
        return 0
    bulk.insert_missing(session, Installation, [{"name": COUNTED, "value": ""}])
    row = session.exec(select(Installation).where(Installation.name == COUNTED).with_for_update()).one()
    row.value = today
    session.add(row)
    session.execute(sa.text("DELETE FROM search_words_known"))
    return int(session.execute(_COUNT).rowcount)  # type: ignore[attr-defined]  # an INSERT counts its rows


def _is_there(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql" and bool(session.execute(_THERE).scalar_one())


def respelt(session: Session, terms: Sequence[Term]) -> tuple[Term, ...] | None:
    """What was asked, with words that nobody writes spelt like those that they are most like; None without any."""
    wanted = {word for term in terms if not term.without for word in term.words if len(word) >= SHORTEST}
    if not wanted or not _is_there(session):
        return None
    known = set(session.execute(_KNOWN, {"words": sorted(wanted)}).scalars())
    session.execute(_LIMIT)
    instead = {word: found for word in wanted - known if (found := _nearest(session, word))}
    if not instead:
        return None
    return tuple(
        term if term.without else replace(term, words=tuple(instead.get(word, word) for word in term.words))
        for term in terms
    )


def _nearest(session: Session, word: str) -> str:
    """The word that is the fewest changes away, and of several the most common; "" where none is near."""
    most = 1 if len(word) <= SHORTEST + 1 else 2
    likely = ((changes(word, one), -mentions, one) for one, mentions in session.execute(_LIKE, {"word": word}))
    return min((one for one in likely if one[0] <= most), default=(0, 0, ""))[2]


def changes(one: str, other: str) -> int:
    """How many letters must be added, left out, replaced, or change places with the next."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        now = [i]
        for j, sign in enumerate(other, 1):
            cost = min(last[j] + 1, now[j - 1] + 1, last[j - 1] + (letter != sign))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == sign:
                cost = min(cost, before[j - 2] + 1)
            now.append(cost)
        before, last = last, now
    return last[-1]
