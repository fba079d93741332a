"""The migrations of this version, as they were when its code was loaded.

Where a newer version is installed over a process that goes on, the folder on the disk has the migrations of that one:
by them the process would take a newer schema for its own.
"""

from pathlib import Path

MIGRATIONS = Path(__file__).parent / "migrations"
KNOWN = frozenset(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
NEWEST = max(KNOWN)
