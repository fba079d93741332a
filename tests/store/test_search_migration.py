"""A database from before there was searching: its mentions become findable a batch at a time."""

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from monitor.folding import terms
from monitor.store import search
from monitor.store.database import open_database, session_of, upgrade
from monitor.store.revisions import MIGRATIONS
from monitor.store.search import Wanted

ROWS = (
    "INSERT INTO brand (id, slug, name, time_zone, active) VALUES (1, 'a', 'A', 'UTC', TRUE)",
    "INSERT INTO source (id, slug, kind, active, health, failures, error) "
    "VALUES (1, 's', 'feed', TRUE, 'healthy', 0, '')",
)
MENTION = (
    "INSERT INTO mention (id, kind, host, external_id, source_id, url, title, text, text_hash, language_declared, item,"
    " published_at, precision, collected_at, fresh, read_state, read_attempts, read_error) VALUES "
    "(:id, 'post', 'h', CAST(:id AS VARCHAR), 1, '', '', :text, 'x', '', '', '2026-03-02 12:00:00.000000', 'second',"
    " '2026-03-02 12:00:00.000000', TRUE, 'read', 0, '')",
    "INSERT INTO mention_brand (mention_id, brand_id, relevance, published_at) "
    "VALUES (:id, 1, 1.0, '2026-03-02 12:00:00.000000')",
    "INSERT INTO assessment (id, mention_id, model_name, model_version, text_hash, language, negative, neutral,"
    " positive, embedding, assessed_at, is_current) "
    "VALUES (:id, :id, 'm', '1', 'x', 'en', 0.9, 0.1, 0.0, '', '2026-03-02 12:00:00.000000', TRUE)",
)


def _at_0003(url: str) -> sa.Engine:
    engine = open_database(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    command.upgrade(config, "0003")
    return engine


@pytest.mark.parametrize("size", [0, 3])
def test_mentions_of_before_become_findable(bare_url: str, size: int):
    engine = _at_0003(bare_url)
    with engine.begin() as connection:
        for row in ROWS:
            connection.execute(sa.text(row))
        for number in range(1, size + 1):
            for row in MENTION:
                connection.execute(sa.text(row), {"id": number, "text": f"old kettle {number}"})
    upgrade(engine)
    with session_of(engine) as session:
        assert search.is_behind(session) is (size > 0)
        while search.catch_up(session, 2):
            session.commit()
        assert [hit.mention_id for hit in search.find(session, Wanted(1, terms("kettle")), 9)] == [3, 2, 1][3 - size :]
        assert not search.is_behind(session)
    engine.dispose()
