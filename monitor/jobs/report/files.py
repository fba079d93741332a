"""Writes reports as files: each form by itself, so that one that cannot be made takes no other with it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import Session

from monitor.errors import ConfigError, MonitorError, PartFailed
from monitor.jobs.context import Context, Counters
from monitor.jobs.report.kept import figures_of
from monitor.jobs.setbacks import apart
from monitor.log import get_logger
from monitor.models import Report
from monitor.reports.forms import FORMS, Reported, name_of, render_as
from monitor.store import report_work

log = get_logger(__name__)


@dataclass
class Failures:
    """The files that could not be made, and why: told once all else is done."""

    files: dict[str, str] = field(default_factory=dict)

    def raise_any(self) -> None:
        """PartFailed that names them, if there are any."""
        if self.files:
            told = ", ".join(f"{name} ({why})" for name, why in self.files.items())
            raise PartFailed(
                f"could not be made: {told}. Their reports are kept and all else was done; it is tried again. "
                "The log says what went wrong"
            )


def file_of(folder: Path, name: str, form: str) -> Path:
    """`name` is that of the report: `rosecart-2026-W46`."""
    return folder / f"{name}.{form}"


def write(context: Context, figures: Reported, forms: Iterable[str], failures: Failures) -> int:
    """Write a report in these forms, in the place of files that are there; how many could be made.

    What was not committed is lost where a form fails: to be called with nothing waiting to be.
    """
    folder, name = context.settings.report.folder, name_of(figures)
    written = 0
    for form, content in _made(context.session, figures, forms, failures):
        write_whole(file_of(folder, name, form), content)
        written += 1
    return written


def _made(session: Session, figures: Reported, forms: Iterable[str], failures: Failures) -> Iterator[tuple[str, bytes]]:
    for form in forms:
        try:
            with apart(session):
                content = render_as(figures, form)
        except PartFailed as error:
            name = f"{name_of(figures)}.{form}"
            cause = error.__cause__
            failures.files[name] = str(cause) if isinstance(cause, MonitorError) else str(error)
            log.exception("a form of a report failed", file=name, exc_info=cause)
        else:
            yield form, content


def write_missing(context: Context, kept: Report, name: str, failures: Failures) -> int:
    """Write the files of a kept report that are gone, as they were; how many.

    One whose figures this version cannot read is a failure, and holds up no other report.
    """
    options = context.settings.report
    missing = [form for form in options.files if not file_of(options.folder, name, form).exists()]
    if not missing:
        return 0
    try:
        figures = figures_of(kept)
    except MonitorError as error:
        failures.files[name] = str(error)
        return 0
    return write(context, figures, missing, failures)


def write_unquoted(context: Context, failures: Failures, *, elsewhere_too: bool = False) -> Counters:
    """Write anew the files of kept reports that quoted a text which is gone at its source; those that are there.

    Also in forms that are not written any more. One that cannot be made is removed: it has the words still.
    `elsewhere_too`: the job may run on another machine, with the files on its disk, and is to do it once more there.
    """
    counters: Counters = Counter()
    session, folder = context.session, context.settings.report.folder
    for kept in report_work.unquoted(session):
        try:
            figures = figures_of(kept)
        except MonitorError:  # left to the version that can read them
            continue
        name = name_of(figures)
        there = [form for form in FORMS if file_of(folder, name, form).exists()]
        counters["files without a quote"] += write(context, figures, there, failures)
        for form in there:
            if f"{name}.{form}" in failures.files:
                file_of(folder, name, form).unlink(missing_ok=True)
        if not elsewhere_too:
            report_work.forget_unquoted(session, kept)
        session.commit()
    return +counters


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all; ConfigError when it cannot be written."""
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):  # on a full disk every part counts
            part.unlink(missing_ok=True)
        raise ConfigError(f"report: {path} cannot be written: {error.strerror}") from error
