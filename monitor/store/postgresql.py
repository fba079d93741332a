"""Connections to PostgreSQL for work on a database as a whole: its address, its driver's errors, one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from monitor.errors import ConfigError, MonitorError
from monitor.store.database import open_database

if TYPE_CHECKING:
    import psycopg


def address(text: str, option: str = "--to") -> sa.URL:
    """The address of a PostgreSQL database, with the driver that we use; ConfigError when it is none."""
    try:
        url = make_url(text)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise ConfigError(f"{option}: not an address such as postgresql://user@host/database") from error
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise ConfigError(
            f"{option}: {url.get_backend_name()} is no PostgreSQL; such as postgresql://user@host/database"
        )
    return url.set(drivername="postgresql+psycopg")


def shown(url: sa.URL) -> str:
    """The address without its password, wherever that stands in it."""
    return url.difference_update_query(["password"]).render_as_string(hide_password=True)


@contextmanager
def opened(url: sa.URL) -> Iterator[sa.Engine]:
    """An engine for it; MonitorError where the driver is missing."""
    try:
        engine = open_database(url.render_as_string(hide_password=False))
    except ModuleNotFoundError as error:
        raise MonitorError("PostgreSQL needs its driver: pip install 'emberwatch[postgresql]'") from error
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def errors_told() -> Iterator[None]:
    """MonitorError in the place of the driver's own errors, which could show what is stored."""
    import psycopg

    try:
        yield
    except psycopg.errors.LockNotAvailable as error:
        raise MonitorError("the target is in use: nothing else may be at work on it during the move") from error
    except psycopg.Error as error:
        said = error.diag.message_primary or str(error).partition("\n")[0]
        raise MonitorError(
            f"the target refused: {said}. Nothing was kept there; move again when it is mended"
        ) from error


@contextmanager
def transaction(engine: sa.Engine) -> Iterator["psycopg.Connection[Any]"]:
    """One transaction of the driver's own: what fails or is killed in it leaves nothing behind."""
    pooled = engine.raw_connection()
    connection: Any = pooled.driver_connection
    try:
        yield connection
        connection.commit()
    finally:
        if not connection.closed:
            connection.rollback()
        pooled.close()
