"""A folder that files are dropped into: each is taken in once and moved away, with a report beside it."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, model_validator

from monitor.clock import Duration, parse_duration
from monitor.doors import files
from monitor.doors.dates import Order
from monitor.doors.door import REFUSAL, DoorOptions, DoorTrouble, Look, Taken
from monitor.doors.headers import Part
from monitor.doors.importing import Plan, Survey, Wishes, batches, from_note, note_name, planning, survey
from monitor.doors.scales import Scale
from monitor.doors.table_files import table_of
from monitor.doors.told import outcome_of, report_of
from monitor.errors import MonitorError
from monitor.facts import MentionKind

BATCH = 500
TURN = 2_000
"""Rows that are looked at before the other jobs may have their turn."""
FILE_NOTE = "file:"
REPORT_END = ".report.txt"
LONGEST_NAME = 255
"""Bytes of a file's name, on every usual file system."""
_UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".download", ".filepart", REPORT_END)


def _known_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"{value!r} is not a time zone such as Asia/Karachi or Europe/London")
    return value


class Options(DoorOptions):
    """A watched folder."""

    type: Literal["folder"] = "folder"
    path: Path
    pattern: str = "*"
    kind: MentionKind = MentionKind.REVIEW
    map: dict[Part, str] = Field(default_factory=dict)  # which column holds what; the rest is guessed
    dates: Order | None = None
    scale: Scale | None = None
    time_zone: Annotated[str, AfterValidator(_known_zone)] | None = None  # of times without one; the brand's if absent
    keep_good: bool = False  # of a file with bad rows the good ones, not nothing
    settle: Duration = parse_duration("10s")  # a file that changed within it may still be written
    done_folder: Path = Path("done")  # within `path`, unless it is a whole path
    refused_folder: Path = Path("refused")

    @model_validator(mode="after")
    def _moves_them_away(self) -> Self:
        for name in ("done_folder", "refused_folder"):
            if (self.path / getattr(self, name)).resolve() == self.path.resolve():
                raise ValueError(f"{name}: the folder that is watched itself; files would never leave it")
        return self

    @property
    def targets(self) -> frozenset[Path]:
        """Where files go; what lies there is not looked at, however deep `pattern` reaches."""
        return frozenset({self.path / self.done_folder, self.path / self.refused_folder})


def poll(options: Options, look: Look) -> Iterator[Taken]:
    """Take in the files that have settled, oldest first; one that is in trouble does not hold up those behind it."""
    trouble: DoorTrouble | None = None
    for path in _waiting(options, look.now):
        try:
            yield from _take(options, look, path)
        except DoorTrouble as error:
            trouble = trouble or error
    if trouble is not None:
        raise trouble


def _waiting(options: Options, now: datetime) -> list[Path]:
    try:
        inside = options.path.resolve()
        found = [path for path in options.path.glob(options.pattern) if _is_meant(path) and _is_in(inside, path)]
        times = {path: changed for path in found if (changed := _changed_at(path)) is not None}
        if not options.path.is_dir():
            raise DoorTrouble(f"there is no folder {options.path}")
    except (OSError, ValueError, NotImplementedError) as error:  # a pattern may be none
        raise DoorTrouble(f"{options.path} cannot be read: {getattr(error, 'strerror', '') or error}") from error
    settled = now.timestamp() - options.settle.total_seconds()
    waiting = [path for path in times if times[path] <= settled and options.targets.isdisjoint(path.parents)]
    return sorted(waiting, key=lambda path: (times[path], path.name))


def _changed_at(path: Path) -> float | None:
    """When it was last written or moved here; None when it was taken away meanwhile."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return max(found.st_mtime, found.st_ctime)


def _is_meant(path: Path) -> bool:
    """Not what is hidden, a link, still on its way, a lock of Office, or a report of ours."""
    hidden = path.name.startswith((".", "~$"))
    return not hidden and not path.name.lower().endswith(_UNFINISHED) and path.is_file() and not path.is_symlink()


def _is_in(folder: Path, path: Path) -> bool:
    """Whether it lies there: who may drop files may drop a link to another folder too, and its files are not theirs."""
    return path.resolve().is_relative_to(folder)


@dataclass(frozen=True, slots=True)
class _Dropped:
    """A file as it was opened: what is read, noted and moved is one and the same."""

    path: Path
    file: files.File
    state: tuple[int, ...]

    @property
    def is_as_it_was(self) -> bool:
        """Whether neither its content nor what lies under its name changed since; what is gone did not change."""
        return _state(os.fstat(self.file.handle.fileno())) == self.state and self.lies_there in (None, self.state)

    @property
    def lies_there(self) -> tuple[int, ...] | None:
        try:
            return _state(self.path.lstat())
        except FileNotFoundError:
            return None


def _state(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _take(options: Options, look: Look, path: Path) -> Iterator[Taken]:
    """Keep the texts of one file and then move it; after a kill in between its note tells that only the move is due."""
    try:
        with open(path, "rb", opener=_no_link) as handle, closing(files.File(handle, _shown(path))) as file:
            yield from _take_opened(options, look, _Dropped(path, file, _state(os.fstat(handle.fileno()))))
    except FileNotFoundError:
        return  # taken away meanwhile
    except OSError as error:
        raise DoorTrouble(f"{_shown(path)} cannot be read: {error.strerror or error}") from error


def _no_link(path: str, flags: int) -> int:
    """Opens what lies there itself: a link or a pipe may have come in its place since we looked."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _shown(path: Path) -> str:
    """Its name; the bytes of one that is no text are replaced."""
    return path.name.encode(errors="replace").decode()


def _take_opened(options: Options, look: Look, dropped: _Dropped) -> Iterator[Taken]:
    dropped.file.handle.seek(0)
    digest = hashlib.file_digest(dropped.file.handle, "sha256").hexdigest()  # type: ignore[arg-type]
    known, name = look.notes.get(FILE_NOTE + digest), dropped.file.name
    if known is not None:
        _move(options, dropped, options.done_folder, f"{name} was taken in before ({known}); nothing was done.\n")
        return
    try:
        yield from _read(options, look, dropped, digest)
    except MonitorError as error:
        if isinstance(error, DoorTrouble):
            raise
        yield _refusal(name, digest, str(error))
        _move(options, dropped, options.refused_folder, f"{name} is refused.\n{error}\n")


def _read(options: Options, look: Look, dropped: _Dropped, digest: str) -> Iterator[Taken]:
    table = table_of(dropped.file)
    wishes = Wishes(
        kind=options.kind,
        columns=options.map,
        order=options.dates,
        scale=options.scale,
        zone=ZoneInfo(options.time_zone) if options.time_zone else None,
        usual_zone=look.zone,
    )
    last = from_note(look.notes.get(note_name(table.columns), ""))
    made: Plan | None = None
    for number, step in enumerate(planning(table, wishes, options.id, look.now, last=last)):
        made = step
        if number % TURN == 0:
            yield Taken()
    assert made is not None  # noqa: S101 (the last step is the plan)
    found = Survey()
    for found in survey(made):
        if found.rows % TURN == 0:
            yield Taken()
    if not found.good or (found.bad_rows and not options.keep_good):
        yield _refusal(dropped.file.name, digest, outcome_of(found, taken=False))
        _move(options, dropped, options.refused_folder, report_of(dropped.file.name, made, found, taken=False))
        return
    for texts in batches(made, BATCH):
        yield Taken(texts=texts)
    if not dropped.is_as_it_was:  # what stands in it now is read at the next look; rows that were kept are known
        yield Taken(counters={"files that changed while they were read": 1})
        return
    bad = {"dropped: bad row": found.bad_rows} if found.bad_rows else {}
    yield Taken(notes={FILE_NOTE + digest: f"{dropped.file.name}, {found.good:,} rows"}, counters={"files": 1, **bad})
    _move(options, dropped, options.done_folder, report_of(dropped.file.name, made, found, taken=True))


def _refusal(name: str, digest: str, why: str) -> Taken:
    """Somebody believes that the file was taken in: the operator is told that it was not."""
    return Taken(notes={REFUSAL + digest: f"{name}: {why.partition(chr(10))[0]}"}, counters={"files refused": 1})


def _move(options: Options, dropped: _Dropped, folder: Path, report: str) -> None:
    """Write the report, then move the file to it; what is there already keeps its name.

    What has come in its place since it was opened was not read, and stays.
    """
    if dropped.lies_there != dropped.state:
        return
    path, target = dropped.path, options.path / folder
    try:
        target.mkdir(parents=True, exist_ok=True)
        name = _free(target, path)
        (target / _fitting(name, REPORT_END)).write_text(report, encoding="utf-8", errors="replace")
        _rename(path, target / name)
    except OSError as error:
        raise DoorTrouble(f"{_shown(path)} cannot be moved to {target}: {error.strerror or error}") from error


def _rename(path: Path, target: Path) -> None:
    try:
        path.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:  # another disk
            raise
        shutil.move(path, target)


def _free(target: Path, path: Path) -> str:
    number, name = 1, path.name
    while (target / name).exists():
        number += 1
        name = _fitting(path.stem, f" ({number}){path.suffix}")
    return name


def _fitting(name: str, end: str) -> str:
    """A name with an end, cut in the middle where it would be too long for a file."""
    room = LONGEST_NAME - len(os.fsencode(end))
    written = os.fsencode(name)
    return (name if len(written) <= room else written[:room].decode(errors="ignore")) + end
