"""The command `emberwatch`: every job, the whole of them together, and the answers an operator needs."""

import sys

from sqlalchemy.exc import SQLAlchemyError

from monitor.cli import (
    alerting,
    auditing,
    backtesting,
    backups,
    corrections,
    evaluation,
    explaining,
    exporting,
    first,
    importing,
    moving,
    places,
    privacy,
    processes,
    reporting,
    silences,
    upkeep,
    work,
    workers,
)
from monitor.cli.frame import app, err
from monitor.errors import ConfigError, MonitorError
from monitor.log import catch_all
from monitor.secret import hide
from monitor.store.trouble import words_of

__all__ = [
    "alerting",
    "app",
    "auditing",
    "backtesting",
    "backups",
    "corrections",
    "evaluation",
    "explaining",
    "exporting",
    "first",
    "importing",
    "main",
    "moving",
    "places",
    "privacy",
    "processes",
    "reporting",
    "silences",
    "upkeep",
    "work",
    "workers",
]


def main() -> None:
    """Run a command; errors meant for people are one line each, exit code 2 says: the config or an option is wrong."""
    catch_all()
    try:
        app()
    except ConfigError as error:
        if not str(error).startswith("--"):  # an option is wrong, and nothing in the file
            err.print(f"[red]config:[/] {len(str(error).splitlines())} to mend", highlight=False)
        err.print(hide(str(error)), markup=False, highlight=False, soft_wrap=True)
        sys.exit(2)
    except MonitorError as error:
        err.print(hide(str(error)), markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)
    except SQLAlchemyError as error:
        if not (words := words_of(error)):
            raise
        err.print(words, markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)
