"""The sentence of a finding is plain, by its kind, and there is advice for each kind."""

from dataclasses import replace

import pytest

from monitor.facts import Cell, Dimension, Kind, RatingFall
from monitor.incidents import advice, sentence
from tests.incidents.samples import FINDING, HOUR, NOW, REFUND

REVIEWS = Cell(Dimension.SOURCE, "shop-reviews")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "14 negative mentions in 40 min, usually 0.6; 12 authors, 2 sources; mostly refunds"),
        (
            {"seen": 1.2, "authors": 1, "sources": ("forum",), "themes": (), "expected": 0.01},
            "1 negative mention in 40 min, usually none; 1 author, 1 source",
        ),
        (
            {"cell": REFUND, "expected": 12.4, "video": True},
            "14 negative mentions about refunds in 40 min, usually 12; 12 authors, 2 sources; a video is among them",
        ),
        (
            {"cell": Cell(Dimension.STORY, "8"), "expected": 2.0, "themes": (("refund", 0.6), ("staff", 0.5))},
            "14 negative mentions telling the same story in 40 min, usually 2; 12 authors, 2 sources; "
            "mostly refunds and staff",
        ),
        (
            {"cell": Cell(Dimension.LANGUAGE, "ur"), "window_start": NOW - 3 * HOUR, "themes": ()},
            "14 negative mentions in Urdu in 3 h, usually 0.6; 12 authors, 2 sources",
        ),
        (
            {"copies": 21, "themes": ()},
            "14 negative mentions in 40 min, usually 0.6; 12 authors, 2 sources; 21 copies not counted",
        ),
        (
            {"copies": 1, "themes": ()},
            "14 negative mentions in 40 min, usually 0.6; 12 authors, 2 sources; 1 copy not counted",
        ),
        (
            {"cell": Cell(Dimension.SOURCE, "forum"), "themes": ()},
            "14 negative mentions on forum in 40 min, usually 0.6; 12 authors, 2 sources",
        ),
    ],
)
def test_the_sentence_is_plain(changes: dict[str, object], expected: str):
    assert sentence(replace(FINDING, **changes), {"refund": "refunds", "ur": "Urdu"}) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"kind": Kind.REVIEW_BOMBING, "cell": REVIEWS, "seen": 34.0, "authors": 31, "copies": 12, "expected": 0.4},
            "Review bombing: 34 low ratings by 31 authors on shop-reviews in 40 min, usually 0.4; "
            "12 share the same text",
        ),
        (
            {"kind": Kind.REVIEW_BOMBING, "cell": REVIEWS, "seen": 34.0, "authors": 31, "copies": 2, "video": True},
            "Review bombing: 34 low ratings by 31 authors on shop-reviews in 40 min, usually 0.6; "
            "most of them new here; a video is among them",
        ),
        (
            {"kind": Kind.RATING_DROP, "cell": REVIEWS, "rating": RatingFall(4.4, 2.1, 1, 5, 38, "<b>Lamp</b>")},
            "Rating fell on shop-reviews: the last 38 ratings in 40 min averaged 2.1 of 5, usually 4.4",
        ),
        ({"kind": Kind.RATING_DROP, "cell": REVIEWS}, "Rating fell on shop-reviews within 40 min"),
        (
            {"kind": Kind.SLOW_BURN, "window_start": NOW - 72 * HOUR, "seen": 48.0, "expected": 19.0, "authors": 40},
            "Slow burn: 48 negative mentions in 3 days, usually 19; "
            "40 authors in the last 48 h, 2 sources; mostly refunds",
        ),
        (
            {"kind": Kind.VOLUME, "seen": 900.0, "expected": 210.0, "authors": 700},
            "More is said than usual: 900 mentions in 40 min, usually 210; 700 authors, 2 sources",
        ),
    ],
)
def test_every_kind_has_its_sentence(changes: dict[str, object], expected: str):
    assert sentence(replace(FINDING, **changes), {"refund": "refunds"}) == expected


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_its_advice(kind: Kind):
    assert advice(kind).endswith(".")


def test_a_review_bombing_is_not_answered_one_by_one():
    assert advice(Kind.REVIEW_BOMBING).startswith("Do not answer each of them.")


def test_a_place_that_is_called_as_a_theme_keeps_its_own_name():
    place = replace(FINDING, cell=Cell(Dimension.SOURCE, "delivery"))
    assert " on delivery in 40 min" in sentence(place, {"delivery": "late parcels"})
