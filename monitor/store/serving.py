"""Keeps from which schema on a version of Emberwatch may work with this database.

A version does not know the migrations of a later one. A migration may say by `SERVES = "0012"` that code made for that
schema goes on well after it; without a word it serves no version but its own. The newest of all these words counts.
"""

import sqlalchemy as sa
from alembic.script import ScriptDirectory

NAME = "schema_serves"
"""The row of Installation."""
_READ = sa.text("SELECT value FROM installation WHERE name = :name")
_CHANGE = sa.text("UPDATE installation SET value = :value WHERE name = :name")
_ADD = sa.text("INSERT INTO installation (name, value) VALUES (:name, :value)")


def oldest(connection: sa.Connection) -> str:
    """The oldest schema whose version may work with this database; "" where nobody said so."""
    return str(connection.execute(_READ, {"name": NAME}).scalar() or "")


def note(connection: sa.Connection, scripts: ScriptDirectory) -> None:
    """Keep what the migrations that were run say; the caller commits."""
    serves = max(str(getattr(script.module, "SERVES", script.revision)) for script in scripts.walk_revisions())
    known = oldest(connection)
    if known != serves:  # nobody else migrates at the same time
        connection.execute(_CHANGE if known else _ADD, {"name": NAME, "value": serves})
