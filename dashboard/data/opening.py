"""Opens settings and database for the pages; never changes the schema, but says which command does."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import sqlalchemy as sa
import streamlit as st
from sqlmodel import Session

from dashboard import login
from monitor.clock import utcnow
from monitor.config import Settings, load_settings
from monitor.errors import MonitorError
from monitor.store.counts import floor
from monitor.store.database import check_schema, open_database, session_of
from monitor.store.trouble import words_of

CONFIG_VARIABLE = "EMBERWATCH_CONFIG"
FRESH = timedelta(seconds=5)
"""How long a page may show what it read: all viewers share one reading of the database in this time."""

P = ParamSpec("P")
R = TypeVar("R")


def config_path() -> Path:
    return Path(os.environ.get(CONFIG_VARIABLE, "config.yaml"))


def settings() -> Settings:
    """The operator's settings; read again when the file changes."""
    path = config_path()
    return _settings(path, path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=4)
def _settings(path: Path, changed_at: int) -> Settings:  # noqa: ARG001 (one is kept for each of its values)
    return load_settings(path)


def now() -> datetime:
    """The present moment, in steps of `FRESH`, so that what is read for it is shared."""
    return floor(utcnow(), FRESH)


@st.cache_resource(show_spinner=False, max_entries=4)
def _engine(url: str) -> sa.Engine:
    """An engine of a database at this version's schema; raises SchemaOutOfDate until it is."""
    engine = open_database(url)
    try:
        check_schema(engine)
    except (MonitorError, sa.exc.SQLAlchemyError):
        engine.dispose()
        raise
    return engine


@contextmanager
def database() -> Iterator[Session]:
    """A session of the configured database, for who is let in: the run ends here for others, whatever page asked."""
    known = settings()
    login.let_in(known)
    with session_of(_engine(known.database.url)) as session:
        yield session


def check() -> None:
    """Raise a MonitorError that says what to do unless settings and database can be read."""
    url = settings().database.url
    try:
        _engine(url)
    except sa.exc.SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise MonitorError(words_of(error) or f"the database cannot be opened: {reason}") from error


def cached(function: Callable[P, R]) -> Callable[P, R]:
    """Share for `FRESH` what was read for the same arguments; `forget` drops it after a write.

    What one person may see was read already when another asks, so that who asks is looked at here too.
    """
    share = st.cache_data(ttl=FRESH, show_spinner=False, max_entries=300)(function)

    @wraps(function)
    def look(*args: P.args, **kwargs: P.kwargs) -> R:
        login.let_in(settings())
        return share(*args, **kwargs)

    return look


def forget() -> None:
    """Let the next look read the database again."""
    st.cache_data.clear()
