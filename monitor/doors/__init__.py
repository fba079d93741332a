"""Doors: what comes otherwise than by a crawl. Bytes in, mentions out; a written registry names the kinds."""

from collections.abc import Iterator
from importlib import import_module

from monitor.doors.door import DoorOptions, Look, Taken

# Modules are named, not imported, so that reading the settings loads no more than the doors in use need.
DOORS: dict[str, str] = {
    "folder": "monitor.doors.folder",
    "imap": "monitor.doors.imap",
    "survey": "monitor.doors.survey",
    "webhook": "monitor.doors.webhook",
}
SERVED = ("survey", "webhook")
"""Those that others come to by HTTP."""


def is_polled(options: DoorOptions) -> bool:
    """Whether the door has to be looked at; the others are told by whoever comes."""
    return hasattr(import_module(DOORS[options.type]), "poll")


def poll(options: DoorOptions, look: Look) -> Iterator[Taken]:
    """What waits at the door, piece by piece; DoorTrouble says why nothing can be had.

    Each piece is kept in one transaction before the next one is asked for, so what follows a `yield` in a door happens
    only once the piece is safe; after a kill it may not have happened, and the next look does it.
    """
    pieces: Iterator[Taken] = import_module(DOORS[options.type]).poll(options, look)
    return pieces
