"""What every spider keeps to, run for real against its fixture pair on a local site: manners, faults, ids."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from crawlers.base import kinds, spider_of
from monitor.models import Mention, Run, RunOutcome
from tests.crawlers.conftest import ROOT, Command, Watched
from tests.crawlers.faults import FAULTS, TIMEOUT_SECONDS, TOO_LATE, Fault
from tests.crawlers.replay import FIXTURES, Case, Spoil, case_of, serve
from tests.crawlers.site import Answer, Asked, Page, Site, opened

pytestmark = pytest.mark.sqlite(
    "starts a process for each crawl; what is stored is tried on both in tests/store, test_pipelines and test_saving"
)

KINDS = [kind for kind in kinds() if (FIXTURES / kind).is_dir()]  # test_spiders.py demands one of each
READS_PAGES = frozenset({"schemaorg", "telegram"})
"""They read pages of people: one without anything for them is a quiet place."""
MOST_REQUESTS = 120
"""Of a crawl whose next page is always the same one: at most `max_pages` of them, here and there of several lists."""
CRAWL_DELAY_SECONDS, LEAST_SECONDS = 4.0, 1.5
"""A busy machine takes its time to note when it was asked: a gap may look two seconds shorter than it was."""


@dataclass(frozen=True)
class Crawled:
    """How a crawl ended and what it kept."""

    outcome: str
    error: str
    crash: str
    mentions: list[dict[str, Any]]
    naive: list[str]
    known: list[str] | None
    asked: list[str]

    @property
    def ids(self) -> list[tuple[str, str, str]]:
        return sorted((text["kind"], text["host"], text["external_id"]) for text in self.mentions)


@dataclass(frozen=True)
class Marathon:
    """All crawls of the contract, by kind and by what was the matter, and the sites that they asked."""

    crawled: dict[tuple[str, str], Crawled]
    sites: dict[tuple[str, str], Site]


def _kinds_chosen(request: pytest.FixtureRequest) -> list[str]:
    """The kinds of the tests that run: who looks at one spider need not wait for all."""
    called = [getattr(item, "callspec", None) for item in request.session.items if item.path == Path(__file__)]
    return sorted({call.params["kind"] for call in called if call is not None and "kind" in call.params})


def _set_ups(case: Case) -> dict[str, Callable[[Site], dict[str, Any]]]:
    """What is the matter with each site of a kind; each lets the site answer, and returns the params to crawl it."""

    def spoilt(spoil: Spoil, spared: frozenset[str] = frozenset()) -> Callable[[Site], dict[str, Any]]:
        return lambda site: serve(case, site, spoil, spared)

    def with_robots(rules: str) -> Callable[[Site], dict[str, Any]]:
        def set_up(site: Site) -> dict[str, Any]:
            site.pages["/robots.txt"] = Answer(rules)
            return serve(case, site)

        return set_up

    ways = {name: spoilt(fault.spoil) for name, fault in FAULTS.items()}
    ways |= {"well": lambda site: serve(case, site), "well again": lambda site: serve(case, site)}
    ways |= {"stuck": lambda site: _stuck(case, site)}
    ways |= {"robots say no": with_robots("User-agent: *\nDisallow: /\n")}
    ways |= {"robots are slow": with_robots(f"User-agent: *\nCrawl-delay: {CRAWL_DELAY_SECONDS:g}\n")}
    ways |= {"only the first is well": spoilt(FAULTS["500"].spoil, frozenset(case.paths[:1]))}
    return ways


def _stuck(case: Case, site: Site) -> dict[str, Any]:
    """Each list answers with its first page, whichever page is asked for."""
    params = serve(case, site)
    for path in case.paths:
        first, page = next(served for served in case.served if served.path == path), site.pages[path]
        site.pages[path] = _always(page, dict(first.query))
    return params


def _always(page: Page, query: dict[str, list[str]]) -> Callable[[Asked], Answer]:
    def answer(asked: Asked) -> Answer:
        assert callable(page)
        return page(Asked(asked.path, query, asked.headers, asked.at, asked.method, asked.body))

    return answer


@pytest.fixture(scope="module")
def marathon(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marathon]:
    """Every crawl of the chosen kinds, run once in a process of its own."""
    cases = [case_of(kind) for kind in _kinds_chosen(request)]
    ways = {(case.kind, name): set_up for case in cases for name, set_up in _set_ups(case).items()}
    sites = {way: Site() for way in ways if way[1] != "well again"}
    sites |= {(kind, "well again"): sites[kind, "well"] for kind, _ in sites}
    slow = {"DOWNLOAD_TIMEOUT": TIMEOUT_SECONDS}
    crawls = []
    for way, set_up in ways.items():
        params, alone = set_up(sites[way]), way[1] in (TOO_LATE, "robots are slow")
        own = slow if way[1] == TOO_LATE else {}
        crawls.append({"kind": way[0], "params": params, "settings": own, "alone": alone})
    environment = {name: value for case in cases for name, value in case.variables.items()}
    with ExitStack() as stack:
        stack.enter_context(opened(list(set(sites.values()))))
        told = _run(crawls, environment, tmp_path_factory.mktemp("marathon"))
        yield Marathon(dict(zip(ways, (Crawled(**crawl) for crawl in told), strict=True)), sites)


def _run(crawls: list[dict[str, Any]], environment: dict[str, str], folder: Path) -> list[dict[str, Any]]:
    jobs, told = folder / "jobs.json", folder / "told.json"
    jobs.write_text(json.dumps({"crawls": crawls, "environment": environment}), encoding="utf-8")
    with (folder / "log").open("w") as log:
        subprocess.run(
            [sys.executable, "-m", "tests.crawlers.many", str(jobs), str(told)],
            cwd=ROOT, check=True, timeout=240, stderr=log, stdout=log,
        )  # fmt: skip
    found: list[dict[str, Any]] = json.loads(told.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_spider_reads_its_place_from_any_base_address(kind: str, marathon: Marathon) -> None:
    crawled = marathon.crawled[kind, "well"]
    assert (crawled.outcome, crawled.error) == ("ok", "")
    assert crawled.mentions
    assert {url.split("/")[2] for url in crawled.asked} == {marathon.sites[kind, "well"].url.removeprefix("http://")}


@pytest.mark.parametrize("kind", KINDS)
def test_the_times_of_a_spider_know_their_zone_and_its_ratings_their_scale(kind: str, marathon: Marathon) -> None:
    crawled = marathon.crawled[kind, "well"]
    assert crawled.naive == []
    assert _without_scale(crawled) == []


def _without_scale(crawled: Crawled) -> list[str]:
    scale = ("rating_worst", "rating_best")
    return [text["url"] for text in crawled.mentions if "rating_value" in text and not set(scale) <= set(text)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_ids_of_a_spider_stay_the_same(kind: str, marathon: Marathon) -> None:
    ids = marathon.crawled[kind, "well"].ids
    assert ids == marathon.crawled[kind, "well again"].ids
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("kind", KINDS)
def test_a_spider_obeys_robots_that_say_no(kind: str, marathon: Marathon) -> None:
    if spider_of(kind).about.agreement:
        pytest.skip(f"by agreement with the host: {spider_of(kind).about.agreement}")
    crawled = marathon.crawled[kind, "robots say no"]
    assert marathon.sites[kind, "robots say no"].paths() == []
    assert (crawled.outcome, crawled.mentions, crawled.known) == (RunOutcome.BLOCKED, [], None)
    assert "does not allow" in crawled.error


@pytest.mark.parametrize("kind", KINDS)
def test_a_spider_keeps_the_pace_that_a_host_asks_for(kind: str, marathon: Marathon) -> None:
    if spider_of(kind).about.agreement:
        pytest.skip(f"by agreement with the host: {spider_of(kind).about.agreement}")
    times = [asked.at for asked in marathon.sites[kind, "robots are slow"].asked]
    assert len(times) > 1
    assert min(later - earlier for earlier, later in pairwise(times)) > LEAST_SECONDS


def _wrong(kind: str, name: str, fault: Fault) -> bool:
    """Whether a crawl of this kind must end badly: a page of people is an odd answer only where none was asked for."""
    return fault.fails and not (kind in READS_PAGES and name in ("a page of people", "nothing"))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_spider_says_in_words_what_was_wrong_and_keeps_no_bad_text(kind: str, fault: str, marathon: Marathon) -> None:
    case, crawled = case_of(kind), marathon.crawled[kind, fault]
    spoilt = not FAULTS[fault].of_json or any("json" in served.answer.headers["Content-Type"] for served in case.served)
    assert crawled.crash == ""
    assert crawled.naive == []
    if spoilt and _wrong(kind, fault, FAULTS[fault]):
        assert crawled.outcome in (RunOutcome.FAILED, RunOutcome.BLOCKED, RunOutcome.SPENT)
        assert len(crawled.error.split()) > 2
        assert crawled.mentions == []
        assert crawled.known is None


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_answer_is_never_known_and_in_the_wrong_form_never_good(kind: str, marathon: Marathon) -> None:
    crawls = [marathon.crawled[kind, name] for name in ("an empty object", "an empty list")]
    assert [(crawled.mentions, crawled.known) for crawled in crawls] == [([], None)] * 2
    assert [crawled.outcome for crawled in crawls].count("ok") <= (2 if kind in READS_PAGES else 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_that_comes_again_and_again_is_not_read_for_ever_and_makes_nothing_known(
    kind: str, marathon: Marathon
) -> None:
    case, crawled = case_of(kind), marathon.crawled[kind, "stuck"]
    assert crawled.crash == ""
    assert len(crawled.asked) <= MOST_REQUESTS
    if len(case.served) > len(case.paths):
        assert crawled.known is None


@pytest.mark.parametrize("kind", KINDS)
def test_what_fails_later_on_makes_nothing_known(kind: str, marathon: Marathon) -> None:
    site, crawled = marathon.sites[kind, "only the first is well"], marathon.crawled[kind, "only the first is well"]
    if set(site.paths()) & set(case_of(kind).paths[1:]):
        assert (crawled.crash, crawled.known) == ("", None)
        assert len(crawled.error.split()) > 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_spider_crawled_twice_into_a_store_leaves_each_text_once(
    kind: str, session: Session, site: Site, watch: Callable[..., Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = watch(kind, **_here(kind, site, monkeypatch))
    codes = [watched.crawl().code, watched.crawl().code]
    runs = session.exec(select(Run)).all()
    rows = [(row.kind, row.host, row.external_id) for row in session.exec(select(Mention)).all()]
    assert (codes, [run.error for run in runs]) == ([0, 0], ["", ""])
    assert rows
    assert len(set(rows)) == len(rows)
    assert runs[1].counters.get("new", 0) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_prints_what_a_spider_reads_from_any_base_address(
    kind: str, command: Command, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [f"--param={pair}" for pair in _pairs(_here(kind, site, monkeypatch))]
    done = command(kind, "--print", "--delay", "0", "--allow-private", "127.0.0.1", *given)
    assert (done.code, done.err) == (0, "")
    assert any(text.get("type") != "rating" for text in done.mentions)


def _here(kind: str, site: Site, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Let the site answer as the fixture pair does; the params that lead there, and the keys that they name."""
    case = case_of(kind)
    for name, value in case.variables.items():
        monkeypatch.setenv(name, value)
    return serve(case, site)


def _pairs(params: dict[str, Any]) -> Iterator[str]:
    """The params as a person types them."""
    for name, value in params.items():
        for one in value if isinstance(value, list) else [value]:
            written = f"{{env: {one['env']}}}" if isinstance(one, dict) else str(one)
            yield f"{name}={written}"
