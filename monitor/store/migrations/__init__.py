"""Alembic migrations, run from Python."""

ALONE = {
    "sqlite": "BEGIN IMMEDIATE",  # Python's driver begins at the first row that is written, not at a new table
    "postgresql": (  # any number that nobody else takes; an upgrade of large tables may last, and is worth waiting for
        "SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(1702718563)"
    ),
}
"""Begins the transaction and keeps a second process that migrates waiting until its end."""
