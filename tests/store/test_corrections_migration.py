"""What was read before models said how sure they are: it is called what it was called until now."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from monitor.store.database import open_database
from monitor.store.revisions import MIGRATIONS

SHARES = {1: (0.5, 0.5), 2: (0.49, 0.51), 3: (0.4, 0.4), 4: (1.0, 0.0), 5: (0.0, 0.5)}
"""P(negative) and P(positive) by mention."""


def _old(url: str) -> tuple[sa.Engine, Config]:
    engine = open_database(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    command.upgrade(config, "0005")
    with engine.begin() as connection:
        connection.exec_driver_sql(_SOURCE)
        for number, (negative, positive) in SHARES.items():
            connection.execute(_MENTION, {"id": number})
            connection.execute(_READ, {"id": number, "negative": negative, "positive": positive})
    return engine, config


_READ = sa.text(
    "INSERT INTO assessment (id, mention_id, model_name, model_version, text_hash, language, negative, neutral,"
    " positive, embedding, assessed_at, is_current) "
    "VALUES (:id, :id, 'm', '1', 'x', 'en', :negative, 0, :positive, '', '2026-03-02 12:00:00.000000', TRUE)"
)
_MENTION = sa.text(
    "INSERT INTO mention (id, kind, host, external_id, source_id, url, title, text, text_hash, language_declared, item,"
    " published_at, precision, collected_at, fresh, read_state, read_attempts, read_error) "
    "VALUES (:id, 'post', 'h', CAST(:id AS VARCHAR), 1, '', '', '', 'x', '', '', '2026-03-02 12:00:00.000000',"
    " 'second', '2026-03-02 12:00:00.000000', TRUE, 'read', 0, '')"
)
_SOURCE = (
    "INSERT INTO source (id, slug, kind, active, health, failures, error) "
    "VALUES (1, 's', 'feed', TRUE, 'healthy', 0, '')"
)


def test_each_reading_is_called_what_it_was_called_and_none_is_unsure(bare_url: str):
    engine, config = _old(bare_url)
    command.upgrade(config, "0006")
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT label, unsure, corrected_by FROM assessment ORDER BY id").all()
    engine.dispose()
    assert [row[0] for row in rows] == ["negative", "positive", "neutral", "negative", "positive"]
    assert {tuple(row[1:]) for row in rows} == {(0, "")}


def test_it_can_be_taken_back(bare_url: str):
    engine, config = _old(bare_url)
    before = _columns(engine)
    command.upgrade(config, "0006")
    command.downgrade(config, "0005")
    after = _columns(engine)
    engine.dispose()
    assert after == before


def _columns(engine: sa.Engine) -> list[str]:
    return [column["name"] for column in sa.inspect(engine).get_columns("assessment")]
