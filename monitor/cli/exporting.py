"""The commands that give out mentions, cases and alerts as tables."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.progress import Progress
from sqlmodel import Session

from monitor.alerting.routing import Reason
from monitor.cli.frame import CONFIG, ConfigFile, app, err, opened, set_up_log
from monitor.cli.silences import By, acting, zone_of
from monitor.clock import utcnow
from monitor.config import Settings
from monitor.errors import ConfigError
from monitor.exports import Form
from monitor.facts import MentionKind, Sentiment, Severity
from monitor.folding import Term, terms
from monitor.jobs.answer import exporting
from monitor.jobs.answer.exporting import Shape
from monitor.models import AlertState, Brand, CaseState, Source, Theme
from monitor.store import exports as store
from monitor.store import search
from monitor.store.database import session_of
from monitor.store.exports import AlertsWanted, CasesWanted, MentionsWanted, Wish
from monitor.store.search import Wanted
from monitor.store.search_words import tag

group = typer.Typer(no_args_is_help=True, help="Give out mentions, cases or alerts as a table.")
app.add_typer(group, name="export")

Out = Annotated[str, typer.Option("--out", metavar="FILE", help="A file, or - for standard output.")]
Format = Annotated[Form | None, typer.Option("--format", help="As the ending of --out says when absent, else csv.")]
OneBrand = Annotated[str, typer.Option("--brand", help="One brand of the config; all of them when absent.")]
Since = Annotated[str, typer.Option("--since", metavar="TIME", help="From this day or time on: 2026-11-01.")]
Until = Annotated[
    str, typer.Option("--until", metavar="TIME", help="Up to this day, that day too, or to this time; brand's zone.")
]
OneSource = Annotated[str, typer.Option("--source", help="A source by its id.")]
OneTheme = Annotated[str, typer.Option("--theme", help="A theme by its id.")]
OneLanguage = Annotated[str, typer.Option("--language", help="A language by its code, such as ur or ur-Latn.")]
Words = Annotated[str, typer.Option("--words", help="Words that must occur, as in the search of the dashboard.")]
Names = Annotated[bool, typer.Option("--names", help="Authors by name, where it is known, in the place of pseudonyms.")]
Unredacted = Annotated[
    bool, typer.Option("--unredacted", help="Texts with the numbers and addresses of people that are in them.")
]
Bom = Annotated[bool, typer.Option("--bom/--no-bom", help="Begin CSV with the mark by which Excel knows UTF-8.")]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the options that all have in common say."""

    config: Path
    to: str
    form: Form | None
    by: str
    names: bool = False
    marked: bool = True
    unredacted: bool = False


@group.command()
def mentions(
    config: ConfigFile = CONFIG,
    to: Out = "-",
    form: Format = None,
    brand: OneBrand = "",
    since: Since = "",
    until: Until = "",
    source: OneSource = "",
    language: OneLanguage = "",
    sentiment: Annotated[Sentiment | None, typer.Option(help="What the text is held to be.")] = None,
    theme: OneTheme = "",
    words: Words = "",
    names: Names = False,
    unredacted: Unredacted = False,
    bom: Bom = True,
    by: By = "",
) -> None:
    """Give out mentions that were read, newest first. Texts that were deleted at their source are not among them."""

    def wish(session: Session, settings: Settings, _now: datetime) -> Wish:
        start, end = _span(settings, brand, since, until)
        looked_for = _terms(words)
        of_source, of_theme = _number(session, Source, source), _number(session, Theme, theme)
        said = {"s": of_source, "t": of_theme, "l": language, "n": sentiment}
        tags = tuple((tag(kind, value),) for kind, value in said.items() if value)
        ids = _brands(session, settings, brand)
        if search.is_behind(session):
            err.print("older mentions are still being made findable: they are missing", highlight=False)
        return MentionsWanted(tuple(Wanted(number, looked_for, tags, start, end) for number in ids))

    _export(_Asked(config, to, form, by, names, bom, unredacted), wish)


@group.command()
def cases(
    config: ConfigFile = CONFIG,
    to: Out = "-",
    form: Format = None,
    brand: OneBrand = "",
    since: Since = "",
    until: Until = "",
    state: Annotated[list[CaseState] | None, typer.Option(help="May be given more than once.")] = None,
    owner: Annotated[str, typer.Option(help="Who owns it; - for those that nobody owns.")] = "",
    source: OneSource = "",
    source_kind: Annotated[str, typer.Option(metavar="TYPE", help="A type of source, such as trustpilot.")] = "",
    kind: Annotated[MentionKind | None, typer.Option(help="The kind of text.")] = None,
    language: OneLanguage = "",
    theme: OneTheme = "",
    severity: Annotated[Severity | None, typer.Option(help="Of its incident, else its own.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what owes its next step now.")] = False,
    words: Words = "",
    names: Names = False,
    unredacted: Unredacted = False,
    bom: Bom = True,
    by: By = "",
) -> None:
    """Give out cases, newest first; times are those of their opening."""

    def wish(session: Session, settings: Settings, now: datetime) -> Wish:
        start, end = _span(settings, brand, since, until)
        _number(session, Source, source)
        _number(session, Theme, theme)
        return CasesWanted(
            now=now, brand_ids=_brands(session, settings, brand), since=start, until=end, states=tuple(state or ()),
            owner={"": None, "-": ""}.get(owner, owner), source=source, source_kind=source_kind, kind=kind,
            language=language, theme=theme, severity=severity, overdue=overdue, terms=_terms(words),
        )  # fmt: skip

    _export(_Asked(config, to, form, by, names, bom, unredacted), wish)


@group.command()
def alerts(
    config: ConfigFile = CONFIG,
    to: Out = "-",
    form: Format = None,
    brand: OneBrand = "",
    since: Since = "",
    until: Until = "",
    state: Annotated[list[AlertState] | None, typer.Option(help="May be given more than once.")] = None,
    channel: Annotated[str, typer.Option(help="A channel by its id.")] = "",
    reason: Annotated[str, typer.Option(help="Why it was sent or withheld; docs/alerts.md names the reasons.")] = "",
    bom: Bom = True,
    by: By = "",
) -> None:
    """Give out alerts, newest first; with a brand, those of that brand alone. Quoted texts are not among them."""

    def wish(session: Session, settings: Settings, _now: datetime) -> Wish:
        start, end = _span(settings, brand, since, until)
        if reason and reason not in set(Reason):
            raise ConfigError(f'--reason: "{reason}" is not one of {", ".join(Reason)}')
        return AlertsWanted(
            _brands(session, settings, brand), not brand, start, end, tuple(state or ()), channel, reason
        )

    _export(_Asked(config, to, form, by, marked=bom), wish)


def _export(asked: _Asked, wish_of: Callable[[Session, Settings, datetime], Wish]) -> None:
    set_up_log()
    now, form = utcnow(), _form(asked)
    with opened(asked.config) as (settings, engine), session_of(engine) as session:
        shape = Shape(
            form, names=asked.names, marked=asked.marked, unredacted=asked.unredacted, redactor=settings.redactor
        )
        wish = wish_of(session, settings, now)
        total = store.total(session, wish) if err.is_terminal else None
        with _kept(asked.to) as out, _progress(total) as watch:
            number = exporting.export(session, wish, shape, out, acting(asked.by), now, watch)
    err.print(f"{number:,} {'row' if number == 1 else 'rows'}", highlight=False)


def _form(asked: _Asked) -> Form:
    ending = Path(asked.to).suffix.lstrip(".").lower()
    form = asked.form or (Form(ending) if ending in set(Form) else Form.CSV)
    if asked.to == "-" and form in (Form.XLSX, Form.PARQUET) and sys.stdout.isatty():
        raise ConfigError(f"--out: {form} is not for a terminal: name a file")
    return form


@contextmanager
def _progress(total: int | None) -> Iterator[Callable[[int], None]]:
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("exporting", total=total)
        yield lambda number: bar.advance(task, number)


@contextmanager
def _kept(to: str) -> Iterator[BinaryIO]:
    """What is written to, kept apart until the block ends well: a file is there whole or not at all.

    Standard output too gets nothing of what ended early, or of what the audit log could not tell.
    """
    if to == "-":
        with tempfile.TemporaryFile() as out:
            yield out
            out.seek(0)
            shutil.copyfileobj(out, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        return
    path = Path(to)
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as out:
            yield out
        part.replace(path)
    except OSError as error:
        raise ConfigError(f"--out: {path} cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):  # there is none any more after it got its name
            part.unlink(missing_ok=True)


def _span(settings: Settings, brand: str, since: str, until: str) -> tuple[datetime | None, datetime | None]:
    """[start, end) of what is asked for."""
    zone = zone_of(settings, brand)
    start, end = _moment("--since", since, zone), _moment("--until", until, zone, whole_day=True)
    if start is not None and end is not None and end <= start:
        raise ConfigError("--until: lies before --since")
    return start, end


def _moment(option: str, said: str, zone: tzinfo, *, whole_day: bool = False) -> datetime | None:
    if not said:
        return None
    try:
        if len(said) == len("2026-11-01"):
            day = date.fromisoformat(said) + timedelta(days=1 if whole_day else 0)
            return datetime.combine(day, time(), zone).astimezone(UTC)
        moment = datetime.fromisoformat(said)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ConfigError(f'{option}: "{said}" is neither a day such as 2026-11-01 nor a time of one') from error


def _terms(words: str) -> tuple[Term, ...]:
    found = terms(words)
    if words.strip() and not found:
        raise ConfigError(f'--words: there is nothing to look for in "{words}"')
    return found


def _brands(session: Session, settings: Settings, brand: str) -> tuple[int, ...]:
    known = store.numbers(session, Brand)
    if not brand:
        return tuple(known[one.id] for one in settings.brands)
    return (_known("--brand", brand, known),)


def _number(session: Session, table: type[Source | Theme], slug: str) -> int | None:
    """The number of what is asked for by its id; None when nothing is."""
    return _known(f"--{table.__name__.lower()}", slug, store.numbers(session, table)) if slug else None


def _known(option: str, slug: str, known: dict[str, int]) -> int:
    if slug not in known:
        raise ConfigError(f'{option}: "{slug}" is not one of {", ".join(known) or "any: there is none yet"}')
    return known[slug]
