"""Keeps the config for crawls that are forked: to read one of thousands of sources takes longer than most crawls."""

import gc
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from monitor.config import Settings, load_settings
from monitor.errors import ConfigError
from monitor.log import RUN_ID
from monitor.parent import STARTED_BY
from monitor.secret import FILE

_NOT_READ = (RUN_ID, STARTED_BY)
"""Variables that each crawl has for itself, and no config reads."""


@dataclass(frozen=True)
class _Seen:
    """All that a config is read from: as long as it is the same, so is the config."""

    environment: Mapping[str, str]
    files: tuple[tuple[str, int, int, int], ...]


@dataclass
class _Kept:
    seen: _Seen | None = None
    settings: Settings | None = None


_kept = _Kept()


def settings(path: Path) -> Settings:
    """The config as it stands now. ConfigError as of `load_settings`."""
    if _kept.settings is not None and _kept.seen == _look(path):
        return _kept.settings
    return load_settings(path)


def keep(path: Path, environment: Mapping[str, str], folder: str) -> None:
    """Read a config as a process in that folder with that environment will, unless it is kept already.

    One that cannot be read is left to the crawl, which says what is wrong.
    """
    with suppress(OSError), _being(environment, folder):
        seen = _look(path)
        if seen == _kept.seen:
            return
        _kept.seen, _kept.settings = seen, None
        with suppress(ConfigError):
            _kept.settings = load_settings(path)
    gc.freeze()  # what crawls do not touch they need not copy


def _look(path: Path) -> _Seen:
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_READ}
    named = [value for name, value in environment.items() if name.endswith(FILE)]
    return _Seen(environment, tuple(_identity(name) for name in (str(path), *sorted(named))))


def _identity(name: str) -> tuple[str, int, int, int]:
    try:
        found = Path(name).stat()
    except (OSError, ValueError):
        return name, 0, 0, 0
    return str(Path(name).absolute()), found.st_ino, found.st_mtime_ns, found.st_size


@contextmanager
def _being(environment: Mapping[str, str], folder: str) -> Iterator[None]:
    ours, here = dict(os.environ), Path.cwd()
    try:
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        yield
    finally:
        os.environ.clear()
        os.environ.update(ours)
        os.chdir(here)
