"""Feeds and pages recorded from real sites, which are not part of the project: read from the folder of the data."""

from pathlib import Path

import pytest
from scrapy.http import HtmlResponse, XmlResponse

from tests.crawlers.play import Played, make, play

FEED = "https://feed.example/feed"
PAGE = "https://page.example/recipe"
ENTRIES = {
    "huginn_cdata_rss.atom": 10,
    "huginn_github_rss.atom": 20,
    "huginn_iso-8859-1.rss": 1,
    "huginn_onethingwell.rss": 20,
    "huginn_slickdeals.atom": 79,
    "miniflux_encoding_ISO-8859-1.xml": 40,
    "miniflux_encoding_WINDOWS-1251.xml": 50,
    "miniflux_large_atom.xml": 25,
    "miniflux_large_rss.xml": 25,
    "miniflux_rdf_UTF8.xml": 60,
    "miniflux_small_atom.xml": 20,
}
REVIEWS = {  # number of reviews, and whether the page says that these are all
    "rs_allrecipescurated.html": (10, False),
    "rs_joythebaker.html": (6, True),
    "rs_motherthyme.html": (11, False),
    "rs_ricardocuisine_1.html": (10, False),
    "rs_simplyrecipes_1.html": (5, False),
    "rs_tasteofhome_1.html": (9, True),
    "rs_vegrecipesofindia_1.html": (2, True),
}
RATINGS = {  # what is rated, its value, numbers of ratings and of reviews; microdata, a graph and a list among them
    "extruct_LocalBusiness.002.html": ("GreatFood", 4.0, None, 250),
    "extruct_null_ld_mock.html": ("Some Name Goes Here", 5.0, 280, None),
    "extruct_product-ref.html": ("Executive Anvil", 4.4, None, 89),
    "extruct_product_microdata.html": ("Executive Anvil", 4.4, None, 89),
    "rs_allrecipescurated.html": ("Four Cheese Margherita Pizza", 4.8, 489, None),
    "rs_joythebaker.html": ("Jambalaya Biscuits", 5.0, None, 6),
    "rs_tasteofhome_1.html": ("Pressure-Cooker Sauerbraten", 3.7778, None, 9),
    "rs_vegrecipesofindia_1.html": ("Eggless Pineapple Cake | Pineapple Pastry Recipe", 4.8, 10, 2),
}
ALERT = "automatisch_1230_entry.xml"
ARTICLE = "https://georgetowner.com/articles/2023/08/21/"


def read_feed(path: Path) -> Played:
    response = XmlResponse(FEED, headers={"Content-Type": "application/xml"}, body=path.read_bytes())
    return play(make("feed", {"url": FEED}), {FEED: response})


def read_page(path: Path) -> Played:
    response = HtmlResponse(PAGE, headers={"Content-Type": "text/html"}, body=path.read_bytes(), encoding="utf-8")
    return play(make("schemaorg", {"urls": [PAGE]}), {PAGE: response})


@pytest.mark.parametrize("name", ENTRIES)
def test_a_recorded_feed_gives_texts_with_ids_of_their_own(data: Path, name: str) -> None:
    played = read_feed(data / "fixtures" / "rss" / name)
    ids = [mention["external_id"] for mention in played.mentions]
    assert played.spider.walk.failures == []
    assert len(set(ids)) == len(ids) == ENTRIES[name]
    assert not any("\ufffd" in mention.get("text", "") for mention in played.mentions)


@pytest.mark.parametrize("name", REVIEWS)
def test_a_recorded_page_gives_its_reviews_and_says_whether_they_are_all(data: Path, name: str) -> None:
    played = read_page(data / "fixtures" / "schema_org" / name)
    ids = {mention["external_id"] for mention in played.mentions}
    assert (len(ids), played.spider.walk.strands[0].complete) == REVIEWS[name]
    assert all(mention["text"] and mention["item"] for mention in played.mentions)


@pytest.mark.parametrize("name", REVIEWS)
def test_a_recorded_page_read_twice_gives_the_same_ids(data: Path, name: str) -> None:
    path = data / "fixtures" / "schema_org" / name
    assert read_page(path).mentions == read_page(path).mentions


@pytest.mark.parametrize("name", RATINGS)
def test_a_recorded_page_gives_its_average_rating(data: Path, name: str) -> None:
    (found,) = read_page(data / "fixtures" / "schema_org" / name).ratings
    assert (found["item"], found["value"], found.get("ratings"), found.get("reviews")) == RATINGS[name]
    assert (found["worst"], found["best"]) == (1.0, 5.0)


def test_a_recorded_google_alert_gives_the_address_of_the_article_and_keeps_its_own_id(data: Path) -> None:
    (mention,) = read_feed(data / "fixtures" / "google_alerts" / ALERT).mentions
    assert mention["url"].startswith(ARTICLE)
    assert "google" not in mention["url"]
    assert mention["external_id"] == "tag:google.com,2013:googlealerts/feed:4282476652342308031"
