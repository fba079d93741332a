"""WooCommerce: closed interfaces, and walking back no further than needed."""

from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import ValidationError

from tests.crawlers.answering import answer, problems, read, second_crawl

SHOP = "https://shop.example"
ASKED = {"order": "desc", "orderby": "date", "per_page": "100"}
PATH = "wc/store/v1/products/reviews"
PRETTY = f"{SHOP}/wp-json/{PATH}?{urlencode(ASKED)}"
PLAIN = f"{SHOP}/?{urlencode({'rest_route': f'/{PATH}', **ASKED})}"
PARAMS = {"url": SHOP}


def review(number: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "review": "<p>Leaks</p>", "rating": 1, "date_created_gmt": "2026-11-22T13:30:00", **more}


def test_the_second_crawl_stops_where_the_one_before_has_read() -> None:
    old = review(1, date_created_gmt="2026-11-01T00:00:00")
    page = answer([review(2), old], Link=f'<{PRETTY}&page=2>; rel="next"')
    played = read("woocommerce", PARAMS, {PRETTY: page}, second_crawl())
    assert played.asked == [PRETTY]
    assert problems(played) == []


def test_a_shop_in_a_folder_has_ids_of_its_own() -> None:
    url = f"{SHOP}/tea/wp-json/{PATH}?{urlencode(ASKED)}"
    (mention,) = read("woocommerce", {"url": f"{SHOP}/tea"}, {url: answer([review(5)])}).mentions
    assert mention["external_id"] == "tea/review-5"


@pytest.mark.parametrize("products", [12, "12", [12], ["12"]])
def test_one_product_may_stand_without_brackets(products: Any) -> None:
    url = f"{PRETTY}&product_id=12"
    played = read("woocommerce", PARAMS | {"products": products}, {url: answer([review(5)])})
    assert (played.asked, len(played.mentions)) == ([url], 1)


@pytest.mark.parametrize("products", [True, 1.5, "tea", {"id": 1}])
def test_what_is_no_number_of_a_product_is_refused(products: Any) -> None:
    with pytest.raises(ValidationError, match="products"):
        read("woocommerce", PARAMS | {"products": products}, {})


@pytest.mark.parametrize("status", [401, 403])
def test_a_closed_interface_blocks_the_source_and_is_not_gone_around(status: int) -> None:
    played = read("woocommerce", PARAMS, {PRETTY: answer({"code": "rest_forbidden"}, status)})
    assert played.asked == [PRETTY]
    assert problems(played) == [f"the shop has closed its interface to the public ({status})"]


def test_a_site_without_a_shop_is_said_in_words() -> None:
    none = answer({"code": "rest_no_route"}, 404)
    assert problems(read("woocommerce", PARAMS, {PRETTY: none, PLAIN: none})) == [
        "there is no WooCommerce, or one that is older than its public reviews (404)"
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"reviews": []}, "the reviews are no list"),
        ([{"id": 1}, {"id": 2}], "the field 'review' has vanished"),
        ("<!doctype html><p>Shop", "HTML instead of JSON"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_in_words(given: Any, words: str) -> None:
    pages = {PRETTY: answer(given), PLAIN: answer(given)}
    assert words in problems(read("woocommerce", PARAMS, pages))[0]
