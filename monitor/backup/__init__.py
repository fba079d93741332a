"""Makes back-ups of the database while the monitor works, and brings them back: compared, and nothing sent twice."""

import re
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from monitor.backup import manifest as manifests
from monitor.backup import postgresql, sqlite
from monitor.backup.manifest import POSTGRESQL, SQLITE, Manifest
from monitor.errors import ConfigError, MonitorError, SchemaOutOfDate
from monitor.store import restoring
from monitor.store.database import file_of, newest_revision, open_database, schema_of, session_of, upgrade
from monitor.store.postgresql import address, errors_told, opened, shown
from monitor.store.restoring import Settled

__all__ = ["Made", "Manifest", "Restored", "Settled", "backup", "look", "restore"]

ENDINGS = {SQLITE: ".db", POSTGRESQL: ".dump"}
PREFIX = "emberwatch-"
_NAMED_BY_US = re.compile(r"emberwatch-\d{8}T\d{6}Z\.(?:db|dump)")
_LEFT_BEHIND = re.compile(rf"\.({_NAMED_BY_US.pattern})\.part(?:-journal|-wal|-shm)?")
_SURELY_OVER = timedelta(days=1)
"""So long after its last byte nobody writes a back-up any more."""
Progress = Callable[..., Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Made:
    """A back-up, and older ones that were removed for it."""

    file: Path
    manifest: Manifest
    removed: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored and to where, what its place had held and is kept beside it, what was owed and is not sent.

    `place` is the whole path of the file, or the address of the database without its password.
    """

    manifest: Manifest
    place: str
    replaced: Path | None
    settled: Settled


def backup(url: str, out: Path, now: datetime, progress: Progress, *, keep: int | None = None) -> Made:
    """Write the database as of this moment to a file, or to a new one in a folder; it has its name once it is whole."""
    kind = SQLITE if file_of(url) else POSTGRESQL
    if keep is not None and not out.is_dir():
        raise ConfigError(f"--keep: {out} is no folder; only in a folder old back-ups are removed")
    file = out / f"{PREFIX}{now:%Y%m%dT%H%M%SZ}{ENDINGS[kind]}" if out.is_dir() else out
    if file.exists():
        raise ConfigError(f"--out: {file} exists already")
    part = file.with_name(f".{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)  # it holds texts and names
        made = _from_sqlite(url, part, now, progress) if kind == SQLITE else _from_server(url, part, now, progress)
        sqlite.sync(part)
        made = replace(made, size=part.stat().st_size, sha256=manifests.digest(part))
        _write(manifests.beside(file), manifests.as_text(made))
        part.rename(file)  # after its manifest: no back-up is ever without one
        sqlite.sync_folder(file.parent)
    except OSError as error:
        raise MonitorError(f"{file} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return Made(file, made, tuple(_tidy(file, keep, now)) if keep is not None else ())


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    sqlite.sync(path)


def _tidy(newest: Path, keep: int, now: datetime) -> Iterable[Path]:
    """Remove all but the newest back-ups of this kind that have a name by their time, in which order they are.

    What somebody called otherwise is theirs, and neither counted nor removed. What a crash left half written goes too.
    """
    _sweep(newest.parent, now)
    others = sorted(
        path for path in newest.parent.glob(f"*{newest.suffix}") if _NAMED_BY_US.fullmatch(path.name) and path.is_file()
    )
    for old in others[: max(0, len(others) - keep)]:
        old.unlink()
        manifests.beside(old).unlink(missing_ok=True)
        yield old


def _sweep(folder: Path, now: datetime) -> None:
    """Remove what back-ups left behind that were killed; a manifest too that has no back-up."""
    for path in list(folder.iterdir()):
        if (named := _LEFT_BEHIND.fullmatch(path.name)) and _is_over(path, now):
            path.unlink(missing_ok=True)
            if not (folder / named[1]).exists():
                manifests.beside(folder / named[1]).unlink(missing_ok=True)


def _is_over(path: Path, now: datetime) -> bool:
    with suppress(FileNotFoundError):  # finished just now
        return now.timestamp() - path.stat().st_mtime > _SURELY_OVER.total_seconds()
    return False


def _from_sqlite(url: str, part: Path, now: datetime, progress: Progress) -> Manifest:
    file = file_of(url)
    if file is None or not file.exists():
        raise MonitorError(f"there is no database at {file}")
    sqlite.copy(file, part)
    tables = sqlite.held_in(part, progress, "counting")
    return Manifest(now, SQLITE, _schema_of(f"sqlite:///{part}"), 0, "", tables)


def _schema_of(url: str) -> str:
    engine = open_database(url)
    try:
        with engine.connect() as connection:
            return str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one())
    finally:
        engine.dispose()


def _from_server(url: str, part: Path, now: datetime, progress: Progress) -> Manifest:
    target = address(url, "database.url")
    with opened(target) as engine, errors_told():
        schema, version = schema_of(engine).found or "", postgresql.version_of(engine)
        with postgresql.as_of_now(engine) as (connection, snapshot):
            postgresql.dump(target, part, snapshot, version)
            tables = manifests.held(connection, progress, "counting")
    return Manifest(now, POSTGRESQL, schema, 0, "", tables, programs=version)


def look(file: Path) -> Manifest:
    """What a back-up holds; MonitorError when it is none, damaged, or of a newer version of Emberwatch."""
    kind, manifest = manifests.kind_of(file), manifests.read(file)
    if kind != manifest.database or file.stat().st_size != manifest.size or manifests.digest(file) != manifest.sha256:
        raise MonitorError(f"{file} is not as it was written: it is damaged, or not whole. Take another back-up")
    if manifest.schema > newest_revision():
        newer = f"{file} has schema {manifest.schema}, of a newer Emberwatch"
        raise SchemaOutOfDate(f"{newer}: install that version")
    return manifest


def restore(
    file: Path, to: str, now: datetime, progress: Progress, *, owed_within: timedelta, force: bool = False
) -> Restored:
    """Bring a back-up back as the database at `to`, at this version's schema; what was owed longer ago is not sent."""
    manifest = look(file)
    path = file_of(to) if to.startswith("sqlite") else None
    if (path is not None) != (manifest.database == SQLITE):
        other = "an SQLite file: restore it to one, then use `emberwatch move`" if path is None else "PostgreSQL"
        raise ConfigError(f"--to: {file} is a back-up of {other}")
    before = now - owed_within
    if path is None:
        return Restored(manifest, shown(address(to)), None, _to_server(file, manifest, to, before, now, progress))
    return _to_file(file, manifest, path, before, now, progress, force=force)


def _to_file(
    file: Path, manifest: Manifest, target: Path, before: datetime, now: datetime, progress: Progress, *, force: bool
) -> Restored:
    """All is done to a copy, which takes its place when it is finished: killed at any moment, nothing was replaced."""
    if target.exists() and not sqlite.is_empty(target) and not force:
        raise MonitorError(
            f"{target} holds a database already: --force puts it aside, under a name of its own beside it"
        )
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        shutil.copyfile(file, part)
        manifests.check_same(manifest, sqlite.held_in(part, progress, "comparing"), "the copy")
        settled = _settled(open_database(f"sqlite:///{part}"), before, now)
        sqlite.sync(part)
        return Restored(manifest, str(target.resolve()), sqlite.put(part, target, now), settled)
    except OSError as error:
        raise MonitorError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        for ending in ("", "-wal", "-shm"):
            part.with_name(part.name + ending).unlink(missing_ok=True)


def _to_server(
    file: Path, manifest: Manifest, to: str, before: datetime, now: datetime, progress: Progress
) -> Settled:  # fmt: skip
    url = address(to)
    with opened(url) as engine, errors_told():
        with postgresql.as_of_now(engine) as (connection, _):
            postgresql.check_empty(connection)
        postgresql.load(url, file, manifest.programs)
        with postgresql.as_of_now(engine) as (connection, _):
            found = manifests.held(connection, progress, "comparing")
        manifests.check_same(manifest, found, "the database that was restored (use it for nothing, and drop it)")
        return _settled(engine, before, now)


def _settled(engine: sa.Engine, before: datetime, now: datetime) -> Settled:
    try:
        upgrade(engine)
        with session_of(engine) as session:
            settled = restoring.settle(session, before, now)
            session.commit()
        return settled
    finally:
        engine.dispose()
