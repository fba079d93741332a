"""The command that replays: what would have been raised with other settings, when, and how early."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from monitor.backtest import Outcome, Range, figures, html, run, with_changes, with_detectors, with_sensitivity
from monitor.backtest.judging import Raised
from monitor.cli import screen
from monitor.cli.frame import CONFIG, AsJson, ConfigFile, app, bar, err, out, set_up_log
from monitor.clock import utcnow
from monitor.config import Settings, load_settings
from monitor.errors import ConfigError
from monitor.facts import Sensitivity
from monitor.store.backtests import open_to_read
from monitor.store.database import check_schema, session_of

LONGEST = timedelta(days=366)
MOST_LISTED = 60
"""Incidents in the terminal; the page and the JSON have more."""


@app.command()
def backtest(
    start: Annotated[str, typer.Option("--from", metavar="DAY", help="The first day, such as 2026-09-01 (UTC).")],
    config: ConfigFile = CONFIG,
    end: Annotated[
        str, typer.Option("--to", metavar="DAY", help="Up to the start of this day; until now if absent.")
    ] = "",
    brand: Annotated[list[str] | None, typer.Option(help="A brand of the config, repeat it; all when absent.")] = None,
    change: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="RULE.OPTION=VALUE", help="Such as spike.threshold=6; repeat it."),
    ] = None,
    sensitivity: Annotated[Sensitivity | None, typer.Option(help="The thresholds of this sensitivity.")] = None,
    detectors: Annotated[str, typer.Option(metavar="RULE,RULE", help="Only these, such as mean_sd,spike.")] = "",
    page: Annotated[
        str, typer.Option("--out", metavar="FILE", help="Also write a page with charts, report.html.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Replay the stored history with any setting: what would have been raised, and when."""
    set_up_log()
    settings = _asked(load_settings(config), detectors, sensitivity, change or [])
    now = utcnow()
    within = Range(*_range(start, end, now), settings.detection.every)
    _refuse_folder(page)
    outcome = _replayed(settings, within, _brands(settings, brand or []))
    if page:
        _write(Path(page), html(outcome, now))
    if as_json:
        print(json.dumps(figures.as_json(outcome), ensure_ascii=False))
        return
    for part in shown(outcome):
        out.print(part, soft_wrap=not isinstance(part, Table), highlight=False)
    if page:
        err.print(f"written: {page}", markup=False, highlight=False, soft_wrap=True)


def _asked(settings: Settings, detectors: str, sensitivity: Sensitivity | None, changes: list[str]) -> Settings:
    """What `--set` says stands above the sensitivity."""
    settings = with_detectors(settings, [kind.strip() for kind in detectors.split(",") if kind.strip()])
    if sensitivity is not None:
        settings = with_sensitivity(settings, sensitivity)
    return with_changes(settings, changes)


def _range(start: str, end: str, now: datetime) -> tuple[datetime, datetime]:
    first, last = _moment("--from", start), _moment("--to", end) if end else now.replace(second=0, microsecond=0)
    if first >= now:
        raise ConfigError(f"--from: {start} is in the future; only what is stored can be replayed")
    if last > now:
        raise ConfigError(f"--to: {end} is in the future; leave --to out to replay until now")
    if first >= last:
        raise ConfigError(f"--from, --to: {start} is not before {end or 'now'}")
    if last - first > LONGEST:
        raise ConfigError(f"--from, --to: at most {LONGEST.days} days are replayed at once")
    return first, last


def _moment(option: str, told: str) -> datetime:
    try:
        moment = datetime.fromisoformat(told.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ConfigError(
            f"{option}: {told!r} is not a day such as 2026-09-01, or a time such as 2026-09-01T14:30"
        ) from error


def _brands(settings: Settings, asked: list[str]) -> list[str]:
    known = [one.id for one in settings.brands]
    for slug in asked:
        if slug not in known:
            raise ConfigError(f"--brand: {slug!r} is not one of {', '.join(known)}")
    return list(dict.fromkeys(asked)) or known


def _replayed(settings: Settings, within: Range, brands: list[str]) -> Outcome:
    engine = open_to_read(settings.database.url)
    try:
        check_schema(engine)
        with session_of(engine) as session:
            return run(session, settings, within, brands, bar)
    finally:
        engine.dispose()


def _refuse_folder(page: str) -> None:
    """Before minutes of work, not after them."""
    if page and (Path(page).is_dir() or not Path(page).parent.is_dir()):
        raise ConfigError(f"--out: {page} is not a file in a folder that is there")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"--out: {path} cannot be written: {error.strerror}") from error


def shown(outcome: Outcome) -> Iterator[RenderableType]:
    """The backtest as people read it."""
    within = outcome.within
    span = f"{within.start:%Y-%m-%d %H:%M} to {within.end:%Y-%m-%d %H:%M} UTC"
    counts = f"{_several(outcome.mentions, 'mention')}, {_several(outcome.looks, 'look')}"
    yield Text(f"{span}, {counts}", style="bold")
    yield Text(screen.clean("; ".join(outcome.settings)))
    raised = sorted((one for brand in outcome.brands for one in brand.raised), key=lambda one: one.opened_at)
    missed = sum(len(brand.missed) for brand in outcome.brands)
    if raised:
        yield "\nRaised in this replay, beside what was raised then:"
        yield _incidents(raised[:MOST_LISTED], with_brand=len(outcome.brands) > 1)
    else:
        yield "\nNothing was raised."
    if len(raised) > MOST_LISTED:
        yield f"{len(raised) - MOST_LISTED} more: see --out or --json."
    if missed:
        yield f"{missed} incident{'s' if missed > 1 else ''} of then not raised: see --out or --json."
    yield "\nAlarms by what people said of them, in %, with the 95 % interval:"
    yield _scores(outcome)
    most = max(outcome.then.most_false_a_week, outcome.whole.most_false_a_week)
    yield f"False alarms per brand and week are those marked as noise; at most {most:.2f} if all unmarked ones were."
    yield ""
    chosen = outcome.suggestion.sensitivity
    yield Text(f"Suggested sensitivity: {chosen}" if chosen else "No sensitivity is suggested", style="bold")
    yield Text(screen.clean(outcome.suggestion.reason))
    yield from (Text(screen.clean(note)) for note in outcome.notes)


def _several(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _incidents(raised: list[Raised], *, with_brand: bool) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("when (UTC)", no_wrap=True)
    for name in ("brand", "about") if with_brand else ("about",):
        table.add_column(name, overflow="fold")
    for name in ("severity", "rule", "than then", "voices\nfirst", "half of\nthem", "mark"):
        table.add_column(name)
    for one in raised:
        brand = [Text(screen.clean(one.brand))] if with_brand else []
        table.add_row(
            f"{one.opened_at:%m-%d %H:%M}",
            *brand,
            Text(screen.clean(figures.subject_of(one.cell))),
            str(one.severity),
            one.detector,
            _short(figures.beside_words(one)),
            f"{one.seen_first} of {one.voices}",
            _short(figures.before_words(one.before_half)),
            str(one.mark or "–"),
        )
    return table


def _short(words: str) -> str:
    """`2 h 5 min before` as `2h05 before`, to fit in a column."""
    return re.sub(r"(\d+) h (\d+) min", lambda found: f"{found[1]}h{int(found[2]):02}", words)


def _scores(outcome: Outcome) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("", no_wrap=True)
    heads = ("alarms", "notices", "useful", "noise", "not\nmarked", "useful,\nmissed", "precision", "false\na week")
    for name in heads:
        table.add_column(name, justify="right", no_wrap=True)
    tried = [score for _, score in outcome.suggestion.tried]
    for score in (outcome.then, outcome.whole, *outcome.rules, *tried):
        numbers = (score.alarms, score.notices, score.useful, score.noise, score.unjudged, score.missed)
        precision = figures.share_words(score.precision).replace(" %", "")
        table.add_row(score.name, *(f"{one:,}" for one in numbers), precision, f"{score.false_a_week:.2f}")
    return table
