"""Alembic migrations, run from Python."""

ALONE = {
    "sqlite": "BEGIN IMMEDIATE",  # Python's driver begins at the first row that is written, not at a new table
    "postgresql": "SELECT pg_advisory_xact_lock(1702718563)",  # any number that nobody else takes
}
"""Begins the transaction and keeps a second process that migrates waiting until its end."""
