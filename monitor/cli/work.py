"""The commands of single jobs: each runs its job once, or until nothing waits."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.frame import CONFIG, AsJson, ConfigFile, app, bar, err, opened, set_up_log, show
from monitor.clock import parse_duration, utcnow
from monitor.config import load_settings
from monitor.errors import ConfigError
from monitor.jobs.context import Context, Counters
from monitor.log import run_id, working
from monitor.store.database import session_of


def run_job(
    config: Path, as_json: bool, run: Callable[[Context], Counters], *, again: str = "", name: str = ""
) -> None:  # fmt: skip
    """Run a job once, or as long as it reports work under `again`, and show what it did."""
    from monitor.supervisor import Stop

    set_up_log()
    stop = Stop()
    stop.listen()
    counters = Counters()
    with opened(config) as (settings, engine), session_of(engine) as session:
        while True:
            now = utcnow()
            with working(run_id(name or run.__module__.removeprefix("monitor.jobs.").partition(".")[0], now)):
                done = run(Context(settings, session, now, config, stop, bar))
            session.commit()
            counters += done
            if not again or not done[again] or stop():
                break
    show(dict(counters), as_json)


@app.command()
def crawl(config: ConfigFile = CONFIG, as_json: AsJson = False) -> None:
    """Crawl the sources that are due."""
    from monitor.jobs import crawl as job

    run_job(config, as_json, job.run)


@app.command()
def receive(
    config: ConfigFile = CONFIG,
    serve: Annotated[
        bool, typer.Option("--serve", help="Serve webhooks, surveys and links of alerts until stopped, as `run` does.")
    ] = False,
    links: Annotated[
        bool, typer.Option("--links", help="Print where webhooks, surveys and alerts' links lead; how to embed a form.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look at the doors and take in what waits there."""
    if links:
        from monitor.reception.links import links as all_links

        print("\n\n".join(all_links(load_settings(config))))
        return
    if serve:
        from monitor.reception.server import serve as serve_reception

        set_up_log()
        serve_reception(config)
        return
    from monitor.jobs import receive as job

    run_job(config, as_json, job.run)


@app.command()
def analyse(
    config: ConfigFile = CONFIG,
    again: Annotated[bool, typer.Option("--again", help="Also those that were set aside after three tries.")] = False,
    outdated: Annotated[
        str, typer.Option(metavar="TIME", help="Also what another model read of the last, say, 30d: after an update.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Read the mentions that wait."""
    from monitor.jobs import analyse as job
    from monitor.jobs import reread
    from monitor.store import assessments

    if outdated:
        try:
            within = parse_duration(outdated)
        except ValueError as error:
            raise ConfigError(f"--outdated: {error}") from error
        run_job(config, as_json, lambda context: job.run(context) + reread.run(context, within), name="analyse")
        return
    if again:
        with opened(config) as (_, engine), session_of(engine) as session:
            number = assessments.wait_again(session)
            session.commit()
        err.print(f"{number} set aside: now waiting again", highlight=False)
    run_job(config, as_json, job.run, again="read")


@app.command()
def detect(config: ConfigFile = CONFIG, as_json: AsJson = False) -> None:
    """Look at every brand once, and open, worsen, calm or resolve incidents."""
    from monitor.jobs import detect as job

    run_job(config, as_json, job.run)


@app.command()
def answer(config: ConfigFile = CONFIG, as_json: AsJson = False) -> None:
    """Link what customers wrote later, open and escalate cases, post what people asked to post, find praise."""
    from monitor.jobs import answer as job

    run_job(config, as_json, job.run)


@app.command()
def prune(config: ConfigFile = CONFIG, as_json: AsJson = False) -> None:
    """Remove what is past its time."""
    from monitor.jobs import prune as job

    run_job(config, as_json, job.run)
