"""The command that crawls: `python -m crawlers KIND … --print`, `--source ID`, `--survey URL`, `--check`, `--list`."""

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from scrapy.crawler import Crawler, CrawlerProcess
from sqlalchemy.exc import SQLAlchemyError

from crawlers import kept_config
from crawlers.base import SourceSpider, SpiderParams, spider_of
from crawlers.memory import Memory, read, rests
from crawlers.quiet_log import WithoutQueries
from crawlers.quotas import Ledger, StoredLedger
from crawlers.run_log import RunLog
from crawlers.settings import scrapy_settings
from monitor import garbage
from monitor.clock import utcnow
from monitor.config import CrawlingOptions, Settings, SourceOptions, load_settings
from monitor.errors import ConfigError, MonitorError
from monitor.log import catch_all, given_run, in_this_process, run_id, run_of, set_up
from monitor.models import RunOutcome
from monitor.parent import end_with_parent
from monitor.secret import hide
from monitor.store import runs, sources
from monitor.store.database import check_schema, file_of, open_database, session_of
from monitor.store.hosts import host_of
from monitor.store.trouble import words_of

CHECK, PRINT, STORE = ("crawlers.pipelines.Check", "crawlers.pipelines.Print", "crawlers.pipelines.Store")
PRINT_DELAY_SECONDS = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0: done; 1: the crawl failed or was refused; 2: something must be edited."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    _set_up_log("INFO" if asked.verbose else "ERROR" if asked.print else "WARNING")
    catch_all()
    end_with_parent()
    garbage.settle()
    try:
        if asked.list:
            return _list(as_json=asked.json)
        if asked.check:
            return _check(load_settings(asked.config))
        if asked.source and asked.probe:
            return _probe(load_settings(asked.config), asked.source)
        if asked.source:
            return _crawl_source(kept_config.settings(asked.config), asked.source)
        if asked.survey:
            return _survey(asked)
        if asked.kind and asked.print:
            return _print(asked)
    except MonitorError as error:
        print(error, file=sys.stderr)
        return 2
    except SQLAlchemyError as error:
        if not (words := words_of(error)):
            raise
        print(words, file=sys.stderr)
        return 1
    parser.print_usage(sys.stderr)
    print("name a KIND with --print, or use --source, --survey, --check or --list", file=sys.stderr)
    return 2


def _set_up_log(level: str) -> None:
    set_up(hide=hide, level=level)
    for handler in logging.getLogger().handlers:
        handler.setLevel(level)  # the loggers' own levels do not count: Scrapy sets its own to DEBUG
        handler.addFilter(WithoutQueries())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crawlers", description=__doc__)
    parser.add_argument("kind", nargs="?", metavar="KIND", help="the kind of place, see --list")
    parser.add_argument("--param", action="append", default=[], metavar="KEY=VALUE", help="repeat a key for a list")
    parser.add_argument("--print", action="store_true", help="print the mentions as JSON lines; nothing is stored")
    parser.add_argument("--allow-private", action="append", default=[], metavar="HOST[:PORT]")
    parser.add_argument("--delay", type=float, default=PRINT_DELAY_SECONDS, metavar="SECONDS")
    parser.add_argument("--contact", default="", help="an address or page that site owners can turn to")
    parser.add_argument("--source", metavar="ID", help="crawl a source of the config into its database")
    parser.add_argument("--probe", action="store_true", help="with --source: one look, told as JSON; nothing is stored")
    parser.add_argument("--survey", metavar="URL", help="look around a site for what can be read, told as JSON")
    parser.add_argument("--config", type=Path, default=Path("config.yaml"))
    parser.add_argument("--check", action="store_true", help="validate every source of the config")
    parser.add_argument("--list", action="store_true", help="list the kinds of places and their parameters")
    parser.add_argument("--json", action="store_true", help="with --list: all that is known of them, as JSON")
    parser.add_argument("--verbose", action="store_true")
    return parser


def _list(*, as_json: bool) -> int:
    from crawlers import listing  # no crawl needs all kinds

    print(json.dumps(listing.as_json(), ensure_ascii=False) if as_json else listing.in_words())
    return 0


def _check(settings: Settings) -> int:
    """One line per mistake."""
    mistakes = [line for i, source in enumerate(settings.sources) for line in _mistakes(f"sources[{i}]", source)]
    for line in mistakes:
        print(line)
    return 2 if mistakes else 0


def _mistakes(place: str, source: SourceOptions) -> list[str]:
    try:
        spider_of(source.type).Params.model_validate(source.params)
    except ConfigError as error:
        return [f"{place}.{error}"]
    except ValidationError as error:
        return [f"{place}.params{line}" for line in _lines(error)]
    return []


def _lines(error: ValidationError) -> list[str]:
    """`.url: is missing`: the place under `params` and what is wrong there."""
    words = {"missing": "is missing", "extra_forbidden": "unknown key"}
    return [
        "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in item["loc"])
        + f": {words.get(item['type'], item['msg'].removeprefix('Value error, '))}"
        for item in error.errors()
    ]


def _params(kind: str, given: dict[str, Any]) -> SpiderParams:
    try:
        return spider_of(kind).Params.model_validate(given)
    except ValidationError as error:
        raise ConfigError("\n".join(f"params{line}" for line in _lines(error))) from error


@dataclass(frozen=True)
class _Task:
    """What one process crawls."""

    spider: type[SourceSpider]
    params: SpiderParams
    memory: Memory
    settings: dict[str, Any]
    ledger: Ledger = field(default_factory=Ledger)


def _print(asked: argparse.Namespace) -> int:
    given: dict[str, Any] = {}
    for pair in asked.param:
        key, equals, value = pair.partition("=")
        if not equals:
            raise ConfigError(f"--param {pair}: write KEY=VALUE")
        given[key] = [*_as_list(given[key]), value] if key in given else _value(value)
    manners = CrawlingOptions(
        contact=asked.contact, allow_private=tuple(asked.allow_private), delay_seconds=asked.delay
    )
    options = scrapy_settings(manners, ITEM_PIPELINES={CHECK: 100, PRINT: 200})
    spider, params = spider_of(asked.kind), _params(asked.kind, given)
    _refuse_what_costs(spider, params)
    outcome, error = _run(_Task(spider, params, Memory(), options))
    if error:
        print(f"{outcome.value}: {error}", file=sys.stderr)
    return 0 if outcome is RunOutcome.OK else 1


def _refuse_what_costs(spider: type[SourceSpider], params: SpiderParams) -> None:
    """What is printed is counted nowhere, so no limit of money would hold; answers of another server are free."""
    if spider.charges and host_of(getattr(params, "server", "")) == spider.charges:
        raise ConfigError(
            f"--print: {spider.charges} charges for what it answers, and nothing printed is counted: write a source "
            "into a config and crawl it with --source ID, which keeps its limit"
        )


def _value(text: str) -> Any:
    """A key is named as in a config, `{env: NAME}`: written out it would stand in the shell's history."""
    name = text.removeprefix("{env:").removesuffix("}").strip()
    return {"env": name} if text.startswith("{env:") and text.endswith("}") else text


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _source(settings: Settings, slug: str) -> SourceOptions:
    options = next((source for source in settings.sources if source.id == slug), None)
    if options is None:
        known = ", ".join(source.id for source in settings.sources)
        raise ConfigError(f"--source: {slug!r} is not one of {known}")
    return options


def _probe(settings: Settings, slug: str) -> int:
    """Look at one source without a database, and say what was seen as one JSON object."""
    from crawlers.probe import LONGEST_PROBE, Look, first_page_of, naming, settings_of_probe  # no crawl needs it

    options = _source(settings, slug)
    params = first_page_of(_params(options.type, options.params))
    manners = settings.crawling.model_copy(update={"time_limit": LONGEST_PROBE})
    own = settings_of_probe(naming([settings.brand(brand) for brand in options.brands]))
    told_by = _with(scrapy_settings(manners), own)
    memory, ledger = _known_to(settings)
    crawler = _crawl(_Task(spider_of(options.type), params, memory, told_by, ledger))
    look = crawler.get_extension(Look)
    told = look.told() if look else {"outcome": "failed", "error": "the crawl could not start"}
    print(json.dumps({"source": slug, **told}, ensure_ascii=False))
    return 0 if told["outcome"] == RunOutcome.OK else 1


def _known_to(settings: Settings) -> tuple[Memory, Ledger]:
    """A look costs as much as a crawl does, and leaves alone the hosts that want it; all else it does not remember.

    Before there is a database nothing was spent and nobody asked.
    """
    url = settings.database.url
    file = file_of(url)
    if file is not None and not file.exists():
        return Memory(), Ledger()
    engine = open_database(url)
    try:
        check_schema(engine)
        with session_of(engine) as session:
            return Memory(resting=rests(session, utcnow())), StoredLedger(url)
    except (SQLAlchemyError, MonitorError):
        return Memory(), Ledger()
    finally:
        engine.dispose()


def _survey(asked: argparse.Namespace) -> int:
    """Look around a site, and say what was found as one JSON object."""
    from crawlers.probe import LONGEST_PROBE, naming, settings_of_probe
    from crawlers.survey import Params, SurveySpider  # its readers are many, and no crawl needs them all

    manners = CrawlingOptions(
        contact=asked.contact,
        allow_private=tuple(asked.allow_private),
        delay_seconds=asked.delay,
        time_limit=LONGEST_PROBE,
    )
    try:
        params = Params(url=asked.survey)
    except ValidationError as error:
        raise ConfigError("\n".join(f"--survey{line}" for line in _lines(error))) from error
    own = settings_of_probe(naming([]))
    crawler = _crawl(_Task(SurveySpider, params, Memory(), _with(scrapy_settings(manners), own)))
    outcome, error_words = _ended(crawler)
    found = asdict(crawler.spider.found) if isinstance(crawler.spider, SurveySpider) else {}
    print(json.dumps({**found, "outcome": outcome.value, "error": error_words}, ensure_ascii=False))
    return 0 if outcome is RunOutcome.OK else 1


def _with(settings: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Settings with others over them; our parts are added to the ones that are there."""
    return {**settings, **own, "EXTENSIONS": {**settings["EXTENSIONS"], **own.get("EXTENSIONS", {})}}


def _crawl_source(settings: Settings, slug: str) -> int:
    options = _source(settings, slug)
    params = _params(options.type, options.params)
    spider = spider_of(options.type)
    started_at = _named_run(slug)
    memory, run_row = _begin(settings, slug, started_at, looks_again=spider.looks_again())
    own = {
        "ITEM_PIPELINES": {CHECK: 100, STORE: 200},
        "EMBERWATCH_DATABASE": settings.database.url,
        "EMBERWATCH_SOURCE": slug,
        "EMBERWATCH_EVERY": options.every.total_seconds(),
        "EMBERWATCH_RUN": run_row,
    }
    manners, ledger = scrapy_settings(settings.crawling, **own), StoredLedger(settings.database.url)
    outcome, _ = _run(_Task(spider, params, memory, manners, ledger))
    return 0 if outcome is RunOutcome.OK else 1


def _named_run(slug: str) -> datetime:
    """Name this crawl in every line of its log, as who started it does; when its Run began."""
    name = given_run("crawl") or run_id("crawl", utcnow())
    in_this_process(run=name, source=slug)
    found = run_of(name)
    assert found is not None, "it was made to be read"  # noqa: S101 (tells mypy)
    return found[1]


def _begin(settings: Settings, slug: str, started_at: datetime, *, looks_again: bool) -> tuple[Memory, int]:
    """Open the Run of a source that is in step with the config."""
    engine = open_database(settings.database.url)
    try:
        check_schema(engine)
        with session_of(engine) as session:
            source = sources.by_slug(session, slug)
            if source is None:
                sources.sync(session, settings)
                source = sources.by_slug(session, slug)
            assert source is not None, "it was just synced"  # noqa: S101 (tells mypy)
            now = utcnow()
            memory = read(session, source, now, looks_again=looks_again)
            runs.close_left_open(session, source.id or 0, now)
            run = runs.start(session, "crawl", now=started_at, source_id=source.id)
            sources.record_start(session, source, now=now)
            session.commit()
            assert run.id is not None, "it was flushed"  # noqa: S101 (tells mypy)
            return memory, run.id
    finally:
        engine.dispose()


def _run(task: _Task) -> tuple[RunOutcome, str]:
    """How a crawl in this process ended, and its error."""
    return _ended(_crawl(task))


def _crawl(task: _Task) -> Crawler:
    """Crawl in this process; SIGTERM and Ctrl-C let the requests that are out come home and save them."""
    process = CrawlerProcess(task.settings)  # sets the levels of all its loggers anew
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel("CRITICAL")  # the Run says why, in one line
    crawler = process.create_crawler(task.spider)
    process.crawl(crawler, params=task.params, memory=task.memory, now=utcnow(), ledger=task.ledger)
    process.start()
    return crawler


def _ended(crawler: Crawler) -> tuple[RunOutcome, str]:
    log = crawler.get_extension(RunLog)
    if log is None or log.outcome is RunOutcome.RUNNING:
        return RunOutcome.FAILED, "the crawl could not start"
    return log.outcome, log.error
