"""Alembic migrations, run from Python."""
