"""Looks at the doors: folders and mailboxes are tried without taking anything in, the reception is asked how it is."""

import http.client
import os
from collections.abc import Iterator
from typing import Any

from monitor.config import ReceptionOptions, Settings
from monitor.doctor.area import Area
from monitor.doors import SERVED, imap
from monitor.doors.door import DoorTrouble
from monitor.verdict import Verdict, fails, ok, skipped, warning

PATIENCE_SECONDS = 5


def examine(settings: Settings) -> Iterator[Verdict]:
    """A verdict per door, in their order; and one about the page that links in alerts lead to, if they carry some."""
    for door in settings.doors:
        if door.enabled:
            yield judge(door, settings.reception)
        else:
            yield skipped(Area.DOORS, f"door {door.id}", "switched off in the config")
    if settings.has_action_pages:
        yield _answers(settings.reception, "links in alerts", f"links lead to {settings.reception.link}/act/")


def judge(door: Any, reception: ReceptionOptions) -> Verdict:
    """How one door is."""
    if door.type in SERVED:
        return _served(door, reception)
    return _mailbox(door) if isinstance(door, imap.Options) else _folder(door)


def _mailbox(door: imap.Options) -> Verdict:
    try:
        return ok(Area.DOORS, f"door {door.id}", imap.probe(door))
    except DoorTrouble as error:
        remedy = (
            "check host, port, tls, user, folder and the variable of the password; some providers want an app password"
        )
        return fails(Area.DOORS, f"door {door.id}", str(error), remedy)


def _folder(door: Any) -> Verdict:
    """Files are moved away once they are kept, so the folder must be writable."""
    subject, place = f"door {door.id}", door.path
    if not place.is_dir():
        return fails(Area.DOORS, subject, f"{place} is no folder", "make it, or mend `path`")
    if not os.access(place, os.R_OK | os.W_OK | os.X_OK):
        remedy = "give the user that runs Emberwatch the right to read and write it"
        return fails(Area.DOORS, subject, f"{place} cannot be read and written", remedy)
    return ok(Area.DOORS, subject, f"{place} can be read and written")


def _served(door: Any, reception: ReceptionOptions) -> Verdict:
    path = "in" if door.type == "webhook" else "ask"
    return _answers(reception, f"door {door.id}", f"others reach it at {reception.link}/{path}/{door.id}")


def _answers(reception: ReceptionOptions, subject: str, where: str) -> Verdict:
    connection = http.client.HTTPConnection(reception.host, reception.port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", "/health")
        well = connection.getresponse().read() == b"ok\n"
    except (OSError, http.client.HTTPException):
        well = False
    finally:
        connection.close()
    if well:
        return ok(Area.DOORS, subject, f"the reception answers; {where}")
    found = f"the reception does not answer at {reception.host}:{reception.port}"
    return warning(Area.DOORS, subject, found, "`emberwatch run` starts it, `emberwatch receive --serve` alone")
