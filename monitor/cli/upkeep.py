"""The commands that look after an installation: check, status, upgrade."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict
from typing import Annotated, Any

import typer
from sqlalchemy.exc import SQLAlchemyError

from monitor import doctor
from monitor import status as states
from monitor.cli import screen
from monitor.cli.frame import CONFIG, AsJson, ConfigFile, app, out, show, sync
from monitor.clock import utcnow
from monitor.config import Settings, load_settings
from monitor.doctor import Area
from monitor.errors import MonitorError
from monitor.store.database import check_schema, file_of, open_database, schema_of, session_of, upgrade
from monitor.store.trouble import words_of
from monitor.verdict import State, Verdict

OnlyAreas = Annotated[
    list[Area] | None, typer.Option("--only", help="Look at this alone; may be given more than once.")
]


@app.command()
def check(
    config: ConfigFile = CONFIG,
    only: OnlyAreas = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask nothing of other machines.")] = False,
    deep: Annotated[bool, typer.Option("--deep", help="Take time: read every page of the database.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look at everything that is needed and say what is wrong and what to do: 0 fine, 1 something fails, 2 config."""
    settings = load_settings(config)
    if not only or {Area.CONFIG, Area.SOURCES} & set(only):
        doctor.check_params(config)
    steps = doctor.steps(settings, config, utcnow(), only=only or (), offline=offline, deep=deep)
    verdicts = list(_looked_at(steps, settings, quiet=as_json))
    if as_json:
        print(json.dumps(_as_json(settings, verdicts), ensure_ascii=False))
    else:
        out.print(screen.summary(verdicts), highlight=False)
    _end(verdicts)


def _looked_at(steps: list[doctor.Step], settings: Settings, *, quiet: bool) -> Iterator[Verdict]:
    """The verdicts, each shown as soon as it is known."""
    named = [f"source {source.id}" for source in settings.sources] + [f"channel {c.id}" for c in settings.channels]
    width = max(len(subject) for subject in (*named, "write-ahead log"))
    for step in steps:
        with out.status(f"{step.label} …") if out.is_terminal and step.label and not quiet else nullcontext():
            for verdict in step.verdicts():
                if not quiet:
                    screen.print_verdict(out, verdict, width)
                yield verdict


def _as_json(settings: Settings, verdicts: list[Verdict]) -> dict[str, Any]:
    counts = {name: len(getattr(settings, name)) for name in ("brands", "sources", "themes", "channels", "routes")}
    numbers = {f"{state}_count": sum(verdict.state is state for verdict in verdicts) for state in State}
    return {"config": "valid", **counts, **numbers, "verdicts": [asdict(verdict) for verdict in verdicts]}


@app.command()
def status(config: ConfigFile = CONFIG, as_json: AsJson = False) -> None:
    """Say how the monitor is doing, from its database alone: 0 when all is well, 1 when something needs a person."""
    settings = load_settings(config)
    try:
        found = _state(settings)
    except MonitorError as error:
        if not as_json:
            raise
        print(json.dumps({"healthy": False, "problem": str(error)}, ensure_ascii=False))
        raise typer.Exit(1) from error
    verdicts = list(states.verdicts(found))
    if as_json:
        print(json.dumps(states.as_json(found), ensure_ascii=False))
    else:
        screen.print_all(out, verdicts)
    _end(verdicts)


def _state(settings: Settings) -> states.Status:
    """The figures; MonitorError when there is no database of this version."""
    file = file_of(settings.database.url)
    if file is not None and not file.exists():
        raise MonitorError(f"there is no database yet at {file}: `emberwatch run` makes it")
    try:
        engine = open_database(settings.database.url)
        check_schema(engine)
        with session_of(engine) as session:
            found = states.gather(session, settings, schema_of(engine).wanted, utcnow())
        engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        raise MonitorError(words_of(error) or f"the database does not answer: {type(error).__name__}") from error
    return found


def _end(verdicts: list[Verdict]) -> None:
    if any(verdict.state is State.FAILS for verdict in verdicts):
        raise typer.Exit(1)


@app.command(name="upgrade")
def upgrade_command(config: ConfigFile = CONFIG, as_json: AsJson = False) -> None:
    """Bring the database to this version's schema."""
    settings = load_settings(config)
    engine = open_database(settings.database.url)
    upgrade(engine)
    sync(engine, settings)
    engine.dispose()
    show({"schema": "up to date"}, as_json)
