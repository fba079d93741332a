"""The command: what it prints, checks and refuses, and how it stops."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from sqlmodel import Session, select

from crawlers.base import kinds
from monitor.clock import utcnow
from monitor.models import Mention, Run, RunOutcome, Source, SourceHealth
from monitor.store import sources
from tests.crawlers.conftest import ROOT, Command, Done, Watched
from tests.crawlers.site import Answer, Site, captured, wordpress

Show = Callable[..., Done]

OF_TESTS = [path.stem for path in (Path(__file__).parent / "spiders").glob("*.py")]
KNOWN = ", ".join(sorted([*kinds(), *OF_TESTS]))


def write(path: Path, *sources: dict[str, object]) -> Path:
    entries = [{"id": f"s{i}", "brands": ["acme"], **source} for i, source in enumerate(sources)]
    config = {"brands": [{"id": "acme", "name": "Acme"}], "sources": entries}
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return path


def test_printing_writes_one_line_of_json_per_mention_and_stores_nothing(site: Site, show: Show) -> None:
    site.pages |= wordpress()
    done = show("wordpress", url=site.url)
    assert (done.code, done.err) == (0, "")
    assert [line["external_id"] for line in done.mentions] == [f"comment-{number}" for number in range(1, 7)]


def test_printing_writes_ratings_as_lines_of_their_own(site: Site, show: Show) -> None:
    data = '{"@type": "Store", "name": "Acme", "aggregateRating": {"@type": "AggregateRating", "ratingValue": "4,2"}}'
    page = f'<script type="application/ld+json">{data}</script>'
    site.pages["/"] = Answer(page, headers={"Content-Type": "text/html"})
    place = f"{site.url}/"
    assert show("schemaorg", urls=place).mentions == [
        {"type": "rating", "place": place, "item": "Acme", "value": 4.2, "worst": 1.0, "best": 5.0}
    ]


def test_a_failed_print_says_why(site: Site, show: Show) -> None:
    done = show("feed", url=f"{site.url}/none")
    assert (done.code, done.out) == (1, "")
    assert done.err == f"failed: {site.url}/none: the server answers 404\n"


def test_a_private_address_is_refused_by_default(site: Site, command: Command) -> None:
    done = command("feed", "--print", "--delay", "0", f"--param=url={site.url}/feed")
    assert "is a private address: list it under crawling.allow_private" in done.err
    assert site.asked == []


def test_a_number_that_is_an_address_is_refused_as_that_address(site: Site, command: Command) -> None:
    url = site.url.replace("127.0.0.1", "2130706433")
    assert "private address" in command("feed", "--print", "--delay", "0", f"--param=url={url}").err
    assert site.asked == []


def test_a_server_that_cannot_be_reached_is_an_error(show: Show) -> None:
    done = show("feed", url="http://127.0.0.1:9/feed")
    assert done.code == 1
    assert done.err.startswith("blocked: robots.txt of 127.0.0.1:9 cannot be read now")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["nix", "--print"], f"type: 'nix' is not one of {KNOWN}"),
        (["feed", "--print"], "params.url: is missing"),
        (["feed", "--print", "--param=url=ftp://x/y"], "params.url: 'ftp://x/y' is not an address such as"),
        (["feed", "--print", "--param=url=https://x.example", "--param=nix=1"], "params.nix: unknown key"),
        (["feed", "--print", "--param=url"], "--param url: write KEY=VALUE"),
        (["feed"], "name a KIND with --print"),
        (["--source", "a", "--config", "/nix.yaml"], "/nix.yaml: no such file"),
    ],
)
def test_a_mistake_in_the_command_is_one_line_and_exit_code_2(
    command: Command, arguments: list[str], error: str
) -> None:
    done = command(*arguments)
    assert done.code == 2
    assert error in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("other", [(), ("--param=server=https://API.X.com:443/",)])
def test_what_costs_money_is_not_printed_but_crawled_within_its_limit(
    command: Command, other: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBERWATCH_TEST_KEY", "a-token")
    key = "--param=bearer={env: EMBERWATCH_TEST_KEY}"
    done = command("x", "--print", key, "--param=query=kettle", "--param=most_dollars_a_month=1", *other)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("--print: api.x.com charges for what it answers, and nothing printed is counted")
    assert "--source ID" in done.err


def test_a_source_that_is_not_configured_is_refused_with_the_known_ones(command: Command, tmp_path: Path) -> None:
    config = write(tmp_path / "c.yaml", {"type": "feed", "params": {"url": "https://blog.example/feed"}})
    done = command("--source", "nix", "--config", str(config))
    assert (done.code, done.err) == (2, "--source: 'nix' is not one of s0\n")


def test_check_says_nothing_of_a_good_config(command: Command, tmp_path: Path) -> None:
    config = write(
        tmp_path / "c.yaml",
        {"type": "feed", "params": {"url": "https://blog.example/feed", "kind": "post"}},
        {"type": "schemaorg", "params": {"urls": "https://shop.example/a"}},
        {"type": "wordpress", "params": {"url": "https://blog.example"}},
    )
    done = command("--check", "--config", str(config))
    assert (done.code, done.out, done.err) == (0, "", "")


def test_check_names_every_mistake_in_a_line_of_its_own(command: Command, tmp_path: Path) -> None:
    config = write(
        tmp_path / "c.yaml",
        {"type": "fed"},
        {"type": "feed", "params": {"url": "blog.example", "pages": 1}},
        {"type": "schemaorg", "params": {"urls": ["https://shop.example", "nix"]}},
    )
    done = command("--check", "--config", str(config))
    assert done.code == 2
    assert done.out.splitlines() == [
        f"sources[0].type: 'fed' is not one of {KNOWN}",
        "sources[1].params.url: 'blog.example' is not an address such as https://shop.example/blog",
        "sources[1].params.pages: unknown key",
        "sources[2].params.urls[1]: 'nix' is not an address such as https://shop.example/blog",
    ]


def test_list_shows_every_kind_with_its_params(command: Command) -> None:
    done = command("--list")
    assert done.code == 0
    assert "wordpress: Reads the comments (and posts) of a WordPress site" in done.out
    assert "params: url, [posts=False], [max_pages=50]" in done.out
    assert "    read without keys\n    params: url, [posts=False]" in done.out


def test_the_list_as_json_has_the_whole_ledger(command: Command) -> None:
    found = json.loads(command("--list", "--json").out)
    first = found["kinds"][0]
    assert {"kind", "summary", "verdict", "params"} <= first.keys()
    assert {place["verdict"] for place in found["refused"]} == {"refused"}


def test_texts_never_get_into_the_log(site: Site, show: Show) -> None:
    item = "<item><guid>a</guid><title>a very private matter</title></item><item><guid>b</guid></item>"
    site.pages["/feed"] = Answer(f'<rss version="2.0"><channel>{item}</channel></rss>')
    assert "private matter" not in show("feed", "--verbose", url=f"{site.url}/feed").err


def test_a_crawl_that_is_asked_to_stop_keeps_what_it_has(
    session: Session, site: Site, watch: Callable[..., Watched]
) -> None:
    site.pages |= wordpress()
    slow = Answer("[]", headers={"Content-Type": "application/json"}, delay=1.5)
    site.pages["/wp-json/wp/v2/comments"] = lambda asked: (
        slow if "page" in asked.query else captured("wordpress/comments_p1.json")(asked)
    )
    config = watch("wordpress", url=site.url).config
    command = [sys.executable, "-m", "crawlers", "--source", "place", "--config", str(config)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while len(site.paths()) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 1
    run = session.exec(select(Run)).one()
    assert (run.outcome, run.error) == (RunOutcome.FAILED, "stopped before its end, as asked")
    assert len(session.exec(select(Mention)).all()) == 3
    source = session.exec(select(Source)).one()
    assert source.health is SourceHealth.WAITING
    assert sources.due_at(source, timedelta(days=1), utcnow()) is None  # at once, not after its interval
