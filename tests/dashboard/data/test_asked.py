"""The address of the Mentions page: what it asks for, and that nothing in it is an error."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.data import asked
from dashboard.data.asked import NAMES, Asked, Check, Sort, WithCase, WithMedia
from monitor.facts import MentionKind, Sentiment

FULL = Asked(
    q='"my order" -late', since=date(2026, 3, 1), until=date(2026, 3, 2), sentiment=Sentiment.NEGATIVE,
    language="ur-Latn", theme="refund", source="shop-reviews", kind=MentionKind.REVIEW, rating=2,
    media=WithMedia.VIDEO, case=WithCase.NO, check=Check.NEEDED, story=7, author=9, sort=Sort.NEGATIVE,
)  # fmt: skip


def test_an_address_says_all_that_was_asked():
    assert asked.read(asked.query(FULL)) == FULL


def test_an_address_without_wishes_is_empty():
    assert asked.query(Asked()) == {}
    assert asked.read({}) == Asked()
    assert not Asked(sort=Sort.NEGATIVE).narrowed


@pytest.mark.parametrize(
    "query",
    [
        {"sentiment": "angry"}, {"language": "'; DROP TABLE mention"}, {"theme": "a b"}, {"kind": "Review"},
        {"rating": "5"}, {"rating": "0"}, {"rating": "-1"}, {"rating": "²"}, {"from": "2026-02-30"},
        {"to": "tomorrow"}, {"from": "0001-01-01"}, {"story": "99999999999999999999999"}, {"story": "1.5"},
        {"author": "x"}, {"author": "2147483648"}, {"sort": "oldest"}, {"media": "yes"}, {"case": "1"}, {"check": "1"},
        {"unknown": "1"},
    ],
)  # fmt: skip
def test_what_is_not_known_is_left_out(query: dict[str, str]):
    assert asked.read(query) == Asked()


@given(st.dictionaries(st.sampled_from([*NAMES, "from", "to"]), st.text(max_size=40)))
def test_any_address_is_read_and_written_back_the_same(query: dict[str, str]):
    found = asked.read(query)
    assert asked.read(asked.query(found)) == found


def test_days_are_those_of_the_brand():
    start, end = asked.span(FULL, ZoneInfo("Asia/Karachi"))
    assert start == datetime(2026, 2, 28, 19, tzinfo=UTC)
    assert end == datetime(2026, 3, 2, 19, tzinfo=UTC)
