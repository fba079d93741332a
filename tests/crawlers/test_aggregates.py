"""Average ratings of pages: read from every form they are written in, and hostile ones dropped with a reason."""

import json
from typing import Any

import pytest
from scrapy.http import HtmlResponse

from crawlers.aggregates import check_rating, count_of, rating_as_json
from monitor.edge import Rejected
from monitor.facts import LARGEST_NUMBER, AggregateRating
from tests.crawlers.play import Played, make, play

PAGE = "https://shop.example/kettle"


def read(html: str) -> Played:
    response = HtmlResponse(PAGE, headers={"Content-Type": "text/html"}, body=html.encode(), encoding="utf-8")
    return play(make("schemaorg", {"urls": [PAGE]}), {PAGE: response})


def linked(data: Any) -> Played:
    return read(f'<script type="application/ld+json">{json.dumps(data)}</script>')


def told(value: object, **more: object) -> dict[str, object]:
    return {"@type": "AggregateRating", "ratingValue": value, **more}


def rating(**values: Any) -> AggregateRating:
    return AggregateRating(**{"place": PAGE, "item": "Kettle", "value": 4.1, "worst": 1.0, "best": 5.0, **values})


def test_a_rating_is_read_with_its_scale_its_counts_and_what_is_rated() -> None:
    product = {"@type": "Product", "name": "Kettle &amp; base", "aggregateRating": told("4,1", ratingCount="1,203")}
    assert linked(product).ratings == [
        {
            "type": "rating",
            "place": PAGE,
            "item": "Kettle & base",
            "value": 4.1,
            "worst": 1.0,
            "best": 5.0,
            "ratings": 1203,
        }
    ]


@pytest.mark.parametrize(
    "data",
    [
        {"@type": "LocalBusiness", "name": "Acme", "aggregateRating": told(4, reviewCount=7)},
        {"@type": "Organization", "name": "Acme", "aggregateRating": [told(4, reviewCount=7)]},
        {"@graph": [{"@id": "#page"}, {"@type": "Store", "name": "Acme", "aggregateRating": told(4, reviewCount=7)}]},
        {**told(4, reviewCount=7), "itemReviewed": {"@type": "Restaurant", "name": "Acme"}},
        [{"@type": "Brand", "@id": "#a", "name": "Acme"}, {**told(4, reviewCount=7), "itemReviewed": {"@id": "#a"}}],
        {"@type": "Organization", "name": "Acme", "r": {**told(4, reviewCount=7), "@type": "EmployerAggregateRating"}},
        {"@type": "Product", "name": "Acme", "aggregateRating": {"ratingValue": 4, "reviewCount": 7}},
    ],
    ids=["business", "list", "graph", "top", "by id", "employer", "without a type"],
)  # fmt: skip
def test_a_rating_is_found_wherever_it_stands(data: object) -> None:
    assert [(found["item"], found["value"], found["reviews"]) for found in linked(data).ratings] == [("Acme", 4.0, 7)]


def test_a_rating_in_microdata_is_read() -> None:
    played = read(
        '<div itemscope itemtype="https://schema.org/Product"><span itemprop="name">Kettle</span>'
        '<div itemprop="aggregateRating" itemscope itemtype="https://schema.org/AggregateRating">'
        '<span itemprop="ratingValue">8,5</span> of <span itemprop="bestRating">10</span>, '
        '<span itemprop="ratingCount">1.203</span></div></div>'
    )
    assert [(found["item"], found["value"], found["best"], found["ratings"]) for found in played.ratings] == [
        ("Kettle", 8.5, 10.0, 1203)
    ]


def test_the_rating_of_one_review_is_no_rating_of_the_thing() -> None:
    review = {"@type": "Review", "reviewBody": "Leaks", "reviewRating": {"@type": "Rating", "ratingValue": 1}}
    assert linked({"@type": "Product", "name": "Kettle", "review": review}).ratings == []


@pytest.mark.parametrize("value", ["NaN", "Infinity", "", "five", None, [], {}, True, "9" * 100_000, "4" + " " * 9_000])
def test_what_is_no_number_is_counted_and_left_out(value: object) -> None:
    played = linked({"@type": "Product", "name": "Kettle", "aggregateRating": told(value, reviewCount=3)})
    assert played.ratings == []
    assert played.spider.crawler.stats.get_value("emberwatch/dropped: rating is no number") == 1


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"value": 7.0}, "rating out of its scale"),
        ({"value": 0.5}, "rating out of its scale"),
        ({"worst": 5.0, "best": 1.0}, "rating out of its scale"),
        ({"value": float("nan")}, "rating out of its scale"),
        ({"best": float("inf")}, "rating out of its scale"),
        ({"value": 1e300, "worst": None, "best": None}, "rating out of its scale"),
        ({"ratings": -1}, "rating with an impossible count"),
        ({"reviews": LARGEST_NUMBER + 1}, "rating with an impossible count"),
        ({"ratings": 0, "value": 4.0}, "rating of nobody yet"),
        ({"ratings": 0, "reviews": 0}, "rating of nobody yet"),
        ({"place": "javascript:alert(1)"}, "rating without a web address"),
    ],
)
def test_a_rating_that_cannot_be_is_refused_with_a_reason(values: dict[str, Any], reason: str) -> None:
    with pytest.raises(Rejected, match=f"^{reason}$"):
        check_rating(rating(**values))


@pytest.mark.parametrize(
    "values", [{"value": 92.0, "worst": None, "best": None}, {"value": 0.0, "worst": 0.0, "best": 10.0}, {"reviews": 3}]
)
def test_a_rating_on_any_honest_scale_is_kept(values: dict[str, Any]) -> None:
    assert check_rating(rating(**values)).value == rating(**values).value


def test_what_is_rated_is_cleaned_and_cut() -> None:
    checked = check_rating(rating(item="  A\x00 \n long" + " name" * 1_000, value=4.123456789))
    assert checked.item.startswith("A long name")
    assert len(checked.item) <= 500
    assert checked.value == 4.1235


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (12, 12),
        (12.0, 12),
        ("1,203", 1203),
        ("1.203", 1203),
        ("1 203 reviews", 1203),
        ("(1\N{NO-BREAK SPACE}203)", 1203),
        ("2’345’678", 2345678),
        ("500+", 500),
        (["7"], 7),
        ("-5", -5),
    ],
)
def test_counts_are_read_as_pages_write_them(value: object, number: int) -> None:
    assert count_of(value) == number


@pytest.mark.parametrize("value", ["12K", "3 m", "2 million", "(12k)", "12 mil", "1.2万"])
def test_a_shortened_count_is_not_taken_for_a_small_one(value: object) -> None:
    assert count_of(value) is None


@pytest.mark.parametrize("value", ["many", "12.5", "1,20", None, True, {}, "1" * 5_000, "1 2 3", float("nan"), ""])
def test_what_is_no_count_is_none(value: object) -> None:
    assert count_of(value) is None


def test_a_rating_as_json_says_what_it_is() -> None:
    assert rating_as_json(rating(best=None, worst=None)) == {
        "type": "rating",
        "place": PAGE,
        "item": "Kettle",
        "value": 4.1,
    }


def test_a_sign_that_xml_does_not_allow_spoils_nothing_of_a_page() -> None:
    shop = '<div itemscope itemtype="http://schema.org/LocalBusiness"><b itemprop="name">Acme</b>'
    average = '<div itemprop="aggregateRating" itemscope itemtype="http://schema.org/AggregateRating">'
    played = read(f'<div itemscope>\x01 <meta> </div>{shop}{average}<b itemprop="ratingValue">4.5</b></div></div>')
    assert [found["value"] for found in played.ratings] == [4.5]
