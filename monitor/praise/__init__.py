"""Finds who of the team is praised by name."""

from monitor.praise.naming import praised

__all__ = ["praised"]
