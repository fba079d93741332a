"""Reviews as columns: what is bad, what is copied, and one per author."""

import numpy as np
import pytest

from monitor.detection.reviews import Reviews, badness, by_source, count_bad_authors, read_reviews
from monitor.facts import MentionKind, Voice
from tests.detection.streams import HOUR, NOW, voice


def review(number: int, **changes: object) -> Voice:
    return voice(number, NOW - number * HOUR, **{"kind": MentionKind.REVIEW, "source": "shop", **changes})


def read(*told: Voice) -> Reviews:
    return read_reviews(told, {}, NOW, 0.25)


@pytest.mark.parametrize(
    ("rating", "negative", "bad"),
    [(0.0, 0.1, 1.0), (0.25, 0.1, 1.0), (1.0, 0.9, 0.0), (0.5, 0.9, 0.81), (None, 0.5, 0.25)],
)
def test_stars_say_more_than_words(rating, negative, bad):
    assert badness(voice(1, NOW, rating=rating, negative=negative), 0.25) == pytest.approx(bad)


def test_only_reviews_are_taken_and_by_place():
    places = by_source([review(1), review(2, source="other"), review(3, kind=MentionKind.SURVEY)])
    assert {place: [one.mention_id for one in told] for place, told in places.items()} == {"shop": [1], "other": [2]}


def test_bad_authors_are_counted_once_and_only_when_fresh():
    assert count_bad_authors([review(1, author=5), review(2, author=5), review(3, fresh=False), review(4)], 0.25) == 2


def test_who_tells_the_story_of_another_author_copies_and_so_does_the_other():
    reviews = read(review(1, story=9), review(2, story=9), review(3))
    assert reviews.copy.tolist() == [True, True, False]


def test_to_repeat_oneself_or_to_repost_is_no_copy():
    reviews = read(review(1, story=9, author=4), review(2, story=9, author=4), review(3, story=9, repost=True))
    assert not reviews.copy.any()


def test_an_author_counts_by_the_worst_review():
    reviews = read(review(1, author=4, rating=1.0), review(2, author=4, rating=0.0), review(3)).authors()
    assert sorted(reviews.heard.id.tolist()) == [2, 3]


def test_they_stand_newest_first_also_when_a_clock_is_ahead():
    ahead = review(-2)
    reviews = read(review(1, rating=0.0), review(3, rating=1.0), ahead, review(-1, rating=1.0))
    assert reviews.heard.id.tolist() == [-2, -1, 1, 3]
    assert reviews.bad.tolist() == pytest.approx([0.81, 0.0, 1.0, 0.0])
    assert (reviews.age >= 0).all()


def test_bad_ones_of_a_window_are_fresh_and_young():
    reviews = read(review(1), review(2, fresh=False), review(5), review(1, mention_id=7, rating=1.0))
    assert np.flatnonzero(reviews.bad_within(3 * 3600.0)).tolist() == [reviews.heard.id.tolist().index(1)]
