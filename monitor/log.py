"""Structured logs: an event with keys, for people on a terminal and as JSON lines elsewhere.

Every line of one piece of work carries the same `run`: made of the job and the moment it began, which stand in the row
of its Run too, so that each leads to the other.
"""

import io
import logging
import os
import re
import sys
import threading
from collections.abc import Callable, MutableMapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

import structlog

RUN_ID = "EMBERWATCH_RUN_ID"
"""In the environment of a process that does one piece of work for the process that started it."""
AS_TEXT = "EMBERWATCH_LOG_TEXT"
"""Set to anything, logs are for people, wherever they go."""
_of_process: dict[str, object] = {}
"""What every line of this process carries."""
_MOMENT = "%Y%m%dT%H%M%S.%fZ"
_STEERS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What ends a line, moves the cursor, or turns the order of the letters around."""
_RUN_ID = re.compile(r"([a-z][a-z_]{0,31})-(\d{8}T\d{6}\.\d{6}Z)")


def set_up(*, hide: Callable[[str], str] = str, json: bool | None = None, level: str = "INFO") -> None:
    """Send all logs, ours and the libraries', to standard error in one format.

    `hide` takes out of each line what nobody may read there. Unless `json` says it, a terminal gets lines for people.
    """
    as_json = is_json() if json is None else json
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        lambda _logger, _name, event: {**_of_process, **event},
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            pad_event_to=24,
            exception_formatter=_plain_traceback,  # the default shows local variables: texts, secrets
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # Without values: texts, secrets. And words of others steer no terminal, nor begin a line of their own.
                *([structlog.processors.format_exc_info] if as_json else [_in_one_line]),
                renderer,
                lambda _logger, _name, line: hide(str(line)),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("alembic", "httpx", "urllib3", "slack_sdk", "watchdog"):
        logging.getLogger(noisy).setLevel("WARNING")


def _in_one_line(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: _inert(value) if isinstance(value, str) else value for key, value in event.items()}


def _inert(text: str) -> str:
    return _STEERS.sub(lambda found: repr(found[0])[1:-1], text)


def _plain_traceback(stream: TextIO, error: Any) -> None:
    """Its lines stay lines."""
    told = io.StringIO()
    structlog.dev.plain_traceback(told, error)
    stream.write("\n".join(map(_inert, told.getvalue().split("\n"))))


def is_json() -> bool:
    """Whether this process writes its logs for programs: standard error is no terminal."""
    return not sys.stderr.isatty() and AS_TEXT not in os.environ


def catch_all() -> None:
    """Log the errors that nobody caught, of any thread, as every other line: a bare traceback is no JSON, and is not
    looked through for secrets.
    """
    sys.excepthook = _uncaught
    threading.excepthook = lambda told: _uncaught(told.exc_type, told.exc_value, told.exc_traceback)


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if error is None or issubclass(kind, SystemExit):
        return
    if not structlog.is_configured() or not issubclass(kind, Exception):
        sys.__excepthook__(kind, error, trace)
        return
    thread = threading.current_thread().name
    get_logger(__name__).error("uncaught error", thread=thread, exc_info=(kind, error, trace))


def get_logger(name: str) -> Any:
    """A logger whose calls are `log.info("event", key=value)`; texts and secrets never go in."""
    return structlog.stdlib.get_logger(name)


def run_id(job: str, started_at: datetime) -> str:
    """`analyse-20261123T025958.123456Z`: what the lines of a Run are found by."""
    return f"{job}-{started_at.astimezone(UTC):{_MOMENT}}"


def run_of(name: str) -> tuple[str, datetime] | None:
    """The job and the beginning of the Run that lines with this `run` are about; None when it is no such name."""
    found = _RUN_ID.fullmatch(name)
    if found is None:
        return None
    try:
        return found[1], datetime.strptime(found[2], _MOMENT).replace(tzinfo=UTC)
    except ValueError:  # a month that there is not
        return None


def working(run: str, **keys: object) -> AbstractContextManager[None]:
    """Every line that is logged meanwhile, here and in the threads that take the context along, carries these keys."""
    return structlog.contextvars.bound_contextvars(run=run, **keys)


def in_this_task(**keys: object) -> None:
    """Every line of this task carries these keys, to its end and in the threads that work for it."""
    structlog.contextvars.bind_contextvars(**keys)


def in_this_process(**keys: object) -> None:
    """Every line of this process carries these keys from now on: it does one piece of work."""
    _of_process.update(keys)


def given_run(job: str) -> str | None:
    """The run that the process which started this one named, when it is one of that job."""
    name = os.environ.get(RUN_ID, "")
    found = run_of(name)
    return name if found and found[0] == job else None
