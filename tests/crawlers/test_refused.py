"""The places that are never read: each with a reason and a way to import."""

import pytest

from crawlers.base import kinds, spider_of
from crawlers.ledger import Verdict
from crawlers.refused import REFUSED, why_refused
from monitor.errors import ConfigError

NAMES = [name for name, _ in REFUSED]


def test_all_places_that_the_project_refuses_are_listed_once() -> None:
    assert sorted(NAMES) == [
        "bestbuy", "daraz", "facebook", "flipkart", "google_play", "instagram", "lazada", "reddit_pages", "shopee",
        "tiktok", "tripadvisor", "trustpilot_pages", "yelp",
    ]  # fmt: skip
    assert not set(NAMES) & set(kinds())


@pytest.mark.parametrize("name", NAMES)
def test_a_refused_place_has_a_reason_and_a_way_to_import(name: str) -> None:
    about = dict(REFUSED)[name]
    assert about.verdict is Verdict.REFUSED
    assert len(about.why.split()) > 5
    assert about.instead.endswith("`emberwatch import FILE`")


@pytest.mark.parametrize("name", [*NAMES, "Best-Buy", "play_store", "reddit_rss"])
def test_a_source_of_a_refused_place_is_answered_with_the_reason(name: str) -> None:
    with pytest.raises(ConfigError) as refused:
        spider_of(name)
    assert str(refused.value).startswith(f"type: {name!r} is refused: ")
    assert "Instead: " in str(refused.value)


def test_a_kind_that_nobody_knows_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"type: 'foo' is not one of .*feed, .*youtube"):
        spider_of("foo")
    assert why_refused("foo") == ""
