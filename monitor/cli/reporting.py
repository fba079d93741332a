"""The command of the weekly reports: makes those that are due, or gives one of any week in any form."""

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from sqlmodel import Session

from monitor.cli.frame import CONFIG, AsJson, ConfigFile, app, err, opened, set_up_log, show
from monitor.cli.work import run_job
from monitor.clock import utcnow
from monitor.config import Settings
from monitor.errors import ConfigError
from monitor.store.database import session_of

if TYPE_CHECKING:
    from monitor.jobs.report import Chosen

_WITH_WEEK = "--brand, --together, --format, --out and --anew go with --week, such as --week last"


@app.command()
def report(
    config: ConfigFile = CONFIG,
    week: Annotated[str, typer.Option(help="`2026-W46`, `last` or `current`; without it, what is due is made.")] = "",
    brand: Annotated[str, typer.Option(help="One brand of yours; each of them when absent.")] = "",
    together: Annotated[
        bool, typer.Option("--together", help="The report of all brands, in the place of each one's.")
    ] = False,
    form: Annotated[
        str,
        typer.Option("--format", help="html, pdf, xlsx, csv or json. As the ending of --out when absent, else html."),
    ] = "",
    to: Annotated[str, typer.Option("--out", help="A file, or - for standard output.")] = "",
    anew: Annotated[
        bool, typer.Option("--anew", help="From what is stored now, though a report of the week is kept.")
    ] = False,
    send: Annotated[
        str, typer.Option(metavar="CHANNEL", help="Send it to this channel now, in the place of writing.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Make the weekly reports that are due, or one of any week."""
    from monitor.jobs import report as job

    set_up_log()
    if brand and together:
        raise ConfigError("--brand and --together exclude each other")
    if send:
        if to or form or anew:
            raise ConfigError("--format, --out and --anew do not go with --send: report.attach says what goes with it")
        _send(config, week or "last", brand, send, together=together, as_json=as_json)
        return
    if not week:
        if brand or to or together or anew or form:
            raise ConfigError(_WITH_WEEK)
        run_job(config, as_json, job.run)
        return
    with opened(config) as (settings, engine), session_of(engine) as session:
        names = [""] if together else _brands(settings, brand)
        if to and len(names) > 1:
            raise ConfigError(f"--out takes one report: name one of {', '.join(names)} with --brand, or say --together")
        form = _form(form, to)
        found = list(_chosen(session, settings, names, week, utcnow(), anew=anew))
        _write(settings, found, form, to, as_json=as_json)


def _brands(settings: Settings, brand: str) -> list[str]:
    return [brand] if brand else [one.id for one in settings.ours]


def _form(form: str, to: str) -> str:
    """The form that is asked for, else the one that the file's ending says; an unknown one is refused."""
    from monitor.reports.forms import FORMS

    ending = Path(to).suffix.lstrip(".").lower()
    form = form or (ending if ending in FORMS else "html")
    if form not in FORMS:
        raise ConfigError(f"--format: {form!r} is not one of {', '.join(FORMS)}")
    return form


def _chosen(
    session: Session, settings: Settings, names: list[str], week: str, now: datetime, *, anew: bool
) -> "Iterator[Chosen]":
    """The figures of each brand; of all of them together for the name ""."""
    from monitor.jobs import report as job

    for name in names:
        if name:
            yield job.chosen(session, settings, name, week, now, anew=anew)
        else:
            yield job.chosen_together(session, settings, week, now, anew=anew)


def _write(settings: Settings, found: "list[Chosen]", form: str, to: str, *, as_json: bool) -> None:
    """Each into its file, or the only one to standard output; from what it was made is said beside it."""
    from monitor.jobs import report as job
    from monitor.reports.forms import name_of, render_as

    written = {}
    for one in found:
        content = render_as(one.figures, form)
        if to == "-":
            err.print(f"from {one.words}", highlight=False)
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
            return
        path = Path(to) if to else job.file_of(settings.report.folder, name_of(one.figures), form)
        job.write_whole(path, content)
        written[str(path)] = one.words
    show({"written": ", ".join(written), "from": "; ".join(dict.fromkeys(written.values()))}, as_json)


def _send(config: Path, week: str, brand: str, channel: str, *, together: bool, as_json: bool) -> None:
    from monitor.jobs import report as job

    with opened(config) as (settings, engine), session_of(engine) as session:
        now = utcnow()
        if together:
            receipts = {"all brands": job.send_together(session, settings, week, channel, now)}
        else:
            brands = _brands(settings, brand)
            receipts = {slug: job.send_report(session, settings, slug, week, channel, now) for slug in brands}
    show({"channel": channel, **receipts}, as_json)
