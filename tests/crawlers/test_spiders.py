"""All spiders: the contract they share, and for each the pages it must read with the mentions they must give."""

import importlib
import inspect
import json
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from crawlers.base import SourceSpider, SpiderParams, kinds, spider_of
from crawlers.ledger import Verdict
from crawlers.settings import scrapy_settings
from monitor.config import CrawlingOptions
from tests.crawlers.play import play_case
from tests.crawlers.replay import read_case

FIXTURES = Path(__file__).parent / "fixtures"
CASES = sorted(path.parent for path in FIXTURES.glob("*/*/ask.json"))
LONGEST_SPIDER = 80


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_a_page_gives_the_mentions_expected_of_it(folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    assert play_case(folder).mentions == expected


@pytest.mark.parametrize("kind", kinds())
def test_a_spider_is_named_like_its_file_and_says_what_it_reads(kind: str) -> None:
    spider = spider_of(kind)
    assert spider.name == kind
    assert (importlib.import_module(spider.__module__).__doc__ or "").strip()
    assert spider.__doc__ != SourceSpider.__doc__


@pytest.mark.parametrize("kind", kinds())
def test_a_spider_has_a_page_with_the_mentions_expected_of_it(kind: str) -> None:
    assert any(folder.parent.name == kind for folder in CASES)


@pytest.mark.parametrize("kind", kinds())
def test_a_spider_keeps_to_our_manners(kind: str) -> None:
    assert spider_of(kind).custom_settings is None
    source = inspect.getsource(importlib.import_module(f"crawlers.spiders.{kind}"))
    assert "dont_obey_robotstxt" not in source
    assert "scrapy.Request(" not in source


@pytest.mark.parametrize("kind", kinds())
def test_the_params_of_a_spider_are_frozen_and_refuse_unknown_keys(kind: str) -> None:
    params = spider_of(kind).Params
    assert issubclass(params, SpiderParams)
    assert (params.model_config["frozen"], params.model_config["extra"]) == (True, "forbid")


@pytest.mark.parametrize("kind", kinds())
def test_a_spider_says_what_it_needs_what_its_host_allows_and_why_it_is_off(kind: str) -> None:
    about = spider_of(kind).about
    assert about.verdict in (Verdict.OPEN, Verdict.KEYED, Verdict.OFF), "what is refused has no spider"
    assert about.needs or about.verdict is Verdict.OPEN
    assert about.limits
    assert about.terms
    assert about.why or about.verdict is not Verdict.OFF


@pytest.mark.parametrize("kind", [kind for kind in kinds() if spider_of(kind).about.verdict is Verdict.OFF])
def test_a_spider_that_is_off_says_why_and_how_to_switch_it_on(kind: str) -> None:
    fields = spider_of(kind).Params.model_fields
    assert fields["switched_on"].default is False
    given = {**read_case(next(folder for folder in CASES if folder.parent.name == kind)).params, "switched_on": False}
    with pytest.raises(ValidationError, match="set switched_on: true"):
        spider_of(kind).Params.model_validate(given)


@pytest.mark.parametrize("kind", kinds())
def test_a_spider_that_looks_at_texts_again_is_told_of_them(kind: str) -> None:
    source = inspect.getsource(importlib.import_module(f"crawlers.spiders.{kind}"))
    uses = any(sign in source for sign in ("memory.recent", "memory.hot", "Again("))
    assert spider_of(kind).looks_again() or not uses


@pytest.mark.parametrize("kind", kinds())
def test_a_spider_is_short(kind: str) -> None:
    source = inspect.getsource(importlib.import_module(f"crawlers.spiders.{kind}"))
    assert len(source.splitlines()) <= LONGEST_SPIDER


def test_our_manners_are_slow_honest_and_obedient() -> None:
    settings = scrapy_settings(CrawlingOptions(contact="bot@shop.example"))
    assert settings["ROBOTSTXT_OBEY"] is True
    assert settings["DOWNLOAD_DELAY"] == 1.0
    assert settings["CONCURRENT_REQUESTS_PER_DOMAIN"] == 1
    assert settings["USER_AGENT"] == "Emberwatch/0.1 (+bot@shop.example)"
    assert settings["DOWNLOAD_VERIFY_CERTIFICATES"] is True


@pytest.mark.parametrize("door", ["TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "HTTPPROXY_ENABLED"])
def test_no_door_stands_open_while_we_crawl(door: str) -> None:
    assert scrapy_settings(CrawlingOptions())[door] is False


def test_a_contact_cannot_forge_a_header() -> None:
    settings = scrapy_settings(CrawlingOptions(contact="a@b.example)\r\nX-Evil: 1 ("))
    assert settings["USER_AGENT"] == "Emberwatch/0.1 (+a@b.exampleX-Evil: 1)"


def test_a_crawl_ends_itself_at_its_time_limit() -> None:
    assert scrapy_settings(CrawlingOptions(time_limit=timedelta(minutes=3)))["CLOSESPIDER_TIMEOUT"] == 180
