"""How the monitor is doing, from the database alone: jobs, what waits, what is in trouble."""

from monitor.status.figures import Status, gather
from monitor.status.plain import as_json
from monitor.status.words import verdicts

__all__ = ["Status", "as_json", "gather", "verdicts"]
