"""Texts are checked and cleaned before anything else sees them."""

import math
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.edge import LONGEST_TEXT, Rejected, as_json, check
from monitor.facts import LARGEST_NUMBER, Collected, Engagement, MediaFile, MediaKind, MentionKind, Precision

GOOD = Collected(
    kind=MentionKind.REVIEW, host="shop.example", external_id="1", url="https://shop.example/1", text="Late"
)


def checked(**changes: Any) -> Collected:
    return check(replace(GOOD, **changes), Counter())


def reason(**changes: Any) -> str:
    with pytest.raises(Rejected) as caught:
        checked(**changes)
    return caught.value.reason


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"external_id": " "}, "no id"),
        ({"host": ""}, "no id"),
        ({"url": "javascript:alert(1)"}, "no web address"),
        ({"url": "https://shop.example:99999/1"}, "no web address"),
        ({"url": "https://" + "x" * 3000}, "no web address"),
        ({"url": "https://[bad"}, "no web address"),
        ({"text": " \x00 "}, "empty"),
        ({"text": "", "rating_value": 7.0, "rating_best": 5.0}, "empty"),
    ],
)
def test_what_cannot_be_kept_is_rejected_with_its_reason(changes: dict[str, Any], expected: str) -> None:
    assert reason(**changes) == expected


def test_something_else_than_a_text_is_rejected() -> None:
    with pytest.raises(Rejected, match="not a text"):
        check({"text": "Late"}, Counter())


def test_a_rating_without_words_is_kept() -> None:
    assert checked(text="", rating_value=1.0, rating_worst=1.0, rating_best=5.0).rating_value == 1.0


@pytest.mark.parametrize("value", [6.0, 0.0, math.nan, math.inf])
def test_a_rating_outside_its_scale_is_none_and_noted(value: float) -> None:
    notes: Counter[str] = Counter()
    item = check(replace(GOOD, rating_value=value, rating_worst=1.0, rating_best=5.0), notes)
    assert (item.rating_value, notes["rating out of its scale"]) == (None, 1)


@pytest.mark.parametrize("year", [1, 1970, 9999])
def test_a_time_that_cannot_be_is_not_told(year: int) -> None:
    item = checked(published_at=datetime(year, 1, 1, tzinfo=UTC))
    assert (item.published_at, item.precision) == (None, Precision.UNKNOWN)


def test_a_time_without_zone_is_taken_as_utc() -> None:
    naive = datetime(2026, 11, 20, 10)  # noqa: DTZ001 (the point of the test)
    assert checked(published_at=naive).published_at == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_control_characters_and_half_characters_are_taken_out() -> None:
    assert checked(text="La\x00te\ud83d\x1b[31m now\n").text == "Late[31m now"


def test_a_count_beyond_what_every_database_holds_is_the_most_that_one_can_hold() -> None:
    kept = checked(author_followers=3_000_000_000, engagement=Engagement(views=10**13, likes=-1, replies=4))
    assert kept.author_followers == LARGEST_NUMBER
    assert kept.engagement == Engagement(views=LARGEST_NUMBER, likes=None, replies=4)


def test_a_long_text_is_cut() -> None:
    assert len(checked(text="x" * 50_000).text) == LONGEST_TEXT


def test_a_long_id_becomes_a_hash_and_so_does_a_reference_to_it() -> None:
    item = checked(external_id="x" * 600, parent_ref="x" * 600)
    assert item.external_id.startswith("sha256:")
    assert item.parent_ref == item.external_id


@pytest.mark.parametrize(("tag", "kept"), [("en-GB", "en-GB"), ("ur", "ur"), ("<b>", ""), ("english please", "")])
def test_only_a_language_tag_is_kept_as_language(tag: str, kept: str) -> None:
    assert checked(language=tag).language == kept


def test_media_without_a_web_address_are_left_out() -> None:
    files = (MediaFile(MediaKind.IMAGE, "data:x"), MediaFile(MediaKind.IMAGE, "https://shop.example/a.jpg"))
    assert [file.url for file in checked(media=files).media] == ["https://shop.example/a.jpg"]


def test_json_leaves_out_what_is_not_known() -> None:
    line = as_json(replace(GOOD, engagement=Engagement(likes=0)))
    assert line == {
        "kind": "review",
        "host": "shop.example",
        "external_id": "1",
        "url": "https://shop.example/1",
        "text": "Late",
        "precision": "second",
        "engagement": {"likes": 0},
    }


@given(st.text(), st.text(), st.floats(), st.text())
def test_whatever_comes_is_kept_clean_or_rejected(text: str, ref: str, rating: float, language: str) -> None:
    item = replace(GOOD, text=text, external_id=ref, rating_value=rating, language=language)
    try:
        kept = check(item, Counter())
    except Rejected:
        return
    (kept.text + kept.external_id).encode()
    assert "\x00" not in kept.text + kept.external_id
