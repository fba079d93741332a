"""The commands of a fleet: a worker, of which as many may run as there are machines; and reading all anew."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.frame import CONFIG, AsJson, ConfigFile, app, bar, opened, set_up_log, show, sync
from monitor.clock import parse_duration, utcnow
from monitor.config import load_settings
from monitor.errors import ConfigError
from monitor.store.database import open_database, session_of, upgrade


@app.command()
def worker(
    config: ConfigFile = CONFIG,
    queues: Annotated[str, typer.Option(help="Only these, such as crawl,receive; all when it is left out.")] = "",
    concurrency: Annotated[
        int | None,
        typer.Option(help="Crawls, readings and looks at brands at once; else crawling.at_once crawls, one of each."),
    ] = None,
) -> None:
    """Work on the queues of all workers, on PostgreSQL, until stopped; the database is brought up to date first."""
    _work(config, queues, concurrency)


def _work(config: Path, queues: str, concurrency: int | None) -> None:
    from monitor import garbage, metrics, worker
    from monitor.jobs import analyse
    from monitor.jobs.looking import Looking
    from monitor.jobs.stop import Stop

    set_up_log()
    settings = load_settings(config)
    url, chosen = worker.address_of(settings.database.url), worker.chosen(queues)
    slots = worker.slots_of(chosen, concurrency, settings.crawling.at_once)
    engine = open_database(url)
    upgrade(engine)
    sync(engine, settings)
    stop = Stop()
    looking = Looking(settings, engine, config, stop, shared=True)
    assessor = analyse.prepare(settings) if "analyse" in chosen else None
    stop.listen()
    looking.note_crash("run", utcnow())
    line = worker.Line(url)
    hands = worker.Hands(settings, engine, config, stop, line, looking, assessor)
    try:
        staff = worker.Worker(hands, slots, url)
        garbage.settle()
        with metrics.serve(settings, engine, staff.is_well):
            staff.run()
    finally:
        line.close()
        engine.dispose()


@app.command()
def rescore(
    config: ConfigFile = CONFIG,
    since: Annotated[str, typer.Option(metavar="TIME", help="Of the last, say, 90d; all of it when left out.")] = "",
    brand: Annotated[str, typer.Option(help="Of this brand only.")] = "",
    later: Annotated[bool, typer.Option("--later", help="Leave the reading to `run` or the workers.")] = False,
    end: Annotated[bool, typer.Option("--end", help="End it: nothing more is read anew.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read anew what another model read, after what is new; started again, it goes on where it was."""
    from monitor.jobs import reread
    from monitor.jobs.context import Context
    from monitor.jobs.stop import Stop
    from monitor.store import rereading

    set_up_log()
    stop = Stop()
    stop.listen()
    with opened(config) as (settings, engine), session_of(engine) as session:
        if brand and brand not in [one.id for one in settings.brands]:
            raise ConfigError(f"--brand: {brand!r} is not in the config")
        context = Context(settings, session, utcnow(), config, stop, bar)
        counters = {}
        if end:
            rereading.end(session)
            session.commit()
        else:
            known = reread.begin(context, _since(since), brand)
            counters = {} if later else dict(reread.go_on(context, known))
        latest = rereading.latest(session)
        told = {"to read anew": rereading.left(session, latest)} if latest else {}
    show({**counters, **told}, as_json)


def _since(told: str) -> datetime:
    try:
        return utcnow() - parse_duration(told) if told else datetime.min.replace(tzinfo=UTC)
    except ValueError as error:
        raise ConfigError(f"--since: {error}") from error
