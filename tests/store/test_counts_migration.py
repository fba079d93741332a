"""The counts written anew in the order of their key, and back."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from monitor.store.database import open_database
from monitor.store.revisions import MIGRATIONS

ROWS = (
    "INSERT INTO brand (id, slug, name, time_zone, active) VALUES (1, 'a', 'A', 'UTC', 1)",
    "INSERT INTO count VALUES (1, '1h', 'theme', 'refund', '2026-03-02 12:00:00.000000', 2, 0.75, 0.1)",
    "INSERT INTO count VALUES (1, '1h', 'all', '', '2026-03-02 12:00:00.000000', 5, 1.5, 0.25)",
)


def test_counts_of_before_are_kept_there_and_back(tmp_path: Path):
    engine = open_database(f"sqlite:///{tmp_path / 'old.db'}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    command.upgrade(config, "0004")
    with engine.begin() as connection:
        for row in ROWS:
            connection.execute(sa.text(row))
    before = rows(engine)
    command.upgrade(config, "0005")
    assert (rows(engine), lies_by_key(engine)) == (before, True)
    command.downgrade(config, "0004")
    assert (rows(engine), lies_by_key(engine)) == (before, False)
    engine.dispose()


def rows(engine: sa.Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        found = connection.execute(sa.text("SELECT * FROM count ORDER BY dimension"))
        return [tuple(row) for row in found]


def lies_by_key(engine: sa.Engine) -> bool:
    with engine.connect() as connection:
        made = connection.execute(sa.text("SELECT sql FROM sqlite_master WHERE name = 'count'")).scalar_one()
    return "WITHOUT ROWID" in made
