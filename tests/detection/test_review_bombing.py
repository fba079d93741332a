"""When bad reviews are called a bombing, and when they are customers in trouble."""

from dataclasses import replace

import numpy as np

from monitor.detection.review_bombing import ReviewBombingOptions, detect
from monitor.facts import Cell, Dimension, Finding, Held, Kind, MentionKind, Reviewed, Severity, Voice
from tests.detection.streams import HOUR, MINUTE, NOW, as_reviews, bombing, history, ordinary, stream, voice, voices

OPTIONS = ReviewBombingOptions()
HOURLY = history(5)
USUAL = as_reviews(ordinary(5), newcomers=0.5)
REVIEWS = Cell(Dimension.SOURCE, "reviews")


def raised(heard: list[Voice], **changes: object) -> list[Finding]:
    found = detect(stream(HOURLY, [*USUAL, *heard]), ReviewBombingOptions(**changes))
    return [one for one in found if one.held is None]


def newcomers(number: int, hours: float) -> list[Voice]:
    """Bombs in own words."""
    return [replace(one, story=one.mention_id) for one in bombing(number, hours)]


def copies(number: int, hours: float) -> list[Voice]:
    """The same five texts under names that were heard before."""
    return [replace(one, story=7_000_000 + i % 5, newcomer=False) for i, one in enumerate(bombing(number, hours))]


def test_newcomers_and_templates_at_one_place_are_a_bombing():
    (found,) = raised(bombing(40, 5))
    assert (found.kind, found.severity, found.cell) == (Kind.REVIEW_BOMBING, Severity.HIGH, REVIEWS)
    assert 40 <= found.authors <= 45
    assert found.seen > 5 * found.expected
    assert set(range(1, 41)) <= set(found.mention_ids)


def test_many_newcomers_in_their_own_words_are_one():
    assert raised(newcomers(40, 5))


def test_copies_under_known_names_are_one_although_a_copy_hardly_counts_elsewhere():
    (found,) = raised(copies(40, 5))
    assert 40 <= found.authors <= 45


def test_regular_customers_in_their_own_words_are_an_outage():
    assert raised([replace(one, newcomer=i % 2 == 0) for i, one in enumerate(newcomers(40, 5))]) == []


def test_where_newcomers_are_usual_they_are_no_sign():
    usual = as_reviews(ordinary(5), newcomers=0.97)
    assert [one for one in detect(stream(HOURLY, [*usual, *newcomers(30, 5)]), OPTIONS) if one.held is None] == []


def test_a_trouble_that_is_heard_elsewhere_too_is_no_bombing():
    elsewhere = voices(40, 300, first=900, source="forum")
    assert raised([*bombing(40, 5), *elsewhere]) == []


def test_two_places_for_reviews_may_be_bombed_at_once():
    both = [*bombing(40, 5), *bombing(40, 5, first=900, source="forum")]
    assert {one.cell.key for one in raised(both)} == {"reviews", "forum"}


def test_posts_are_no_reviews():
    assert raised([replace(one, kind=MentionKind.POST) for one in bombing(40, 5)]) == []


def test_four_authors_are_too_few():
    assert raised(copies(4, 5)) == []


def test_a_bombing_that_ended_is_not_told_again():
    over = [replace(one, at=one.at - 20 * HOUR) for one in bombing(40, 5)]
    assert raised(over) == []


def test_a_bombing_over_two_days_is_found():
    (found,) = raised(bombing(60, 47))
    assert found.window_end - found.window_start >= 24 * HOUR


def test_a_place_without_history_is_unknown():
    assert raised([replace(one, source="new") for one in bombing(40, 5)]) == []


def test_a_call_for_reviews_that_brings_newcomers_with_every_rating_is_none():
    rng = np.random.default_rng(4)
    asked = [
        replace(one, source="reviews", newcomer=True) for one in as_reviews(ordinary_burst(rng, 120), newcomers=1.0)
    ]
    assert raised(asked) == []


def ordinary_burst(rng: np.random.Generator, number: int) -> list[Voice]:
    """As many texts in five hours, 30 % of them negative."""
    return [
        voice(1 + i, NOW - i * 300 / number * MINUTE, negative=0.9 if rng.random() < 0.3 else 0.1)
        for i in range(number)
    ]


def test_stars_alone_make_a_bombing_when_the_words_are_mild():
    assert raised([replace(one, negative=0.2) for one in bombing(60, 5)])


def test_a_near_miss_is_kept_and_raises_nothing():
    strict = ReviewBombingOptions(threshold=20)
    found = [detect(stream(HOURLY, [*USUAL, *newcomers(number, 5)]), strict) for number in range(8, 60)]
    held = [one.held for said in found for one in said]
    assert Held.BELOW in held
    assert held == sorted(held, key=lambda one: one is None)


def test_ordinary_reviews_are_silent():
    for seed in range(40):
        rate, share = (0.05, 1.0, 10.0, 60.0)[seed % 4], (0.3, 0.6, 0.9)[seed % 3]
        heard = as_reviews(ordinary(rate, seed=seed), newcomers=share, seed=seed)
        assert [one for one in detect(stream(history(rate, seed=seed), heard), OPTIONS) if one.held is None] == []


def test_what_share_of_newcomers_is_usual_is_learnt_from_the_weeks_before():
    """Ten newcomers are hardly a sign where nothing is known of a place, and none where all reviewers are new."""
    few = [voice for voice in USUAL if voice.source != "reviews"]
    bombs = newcomers(16, 5)

    def said(**before: int) -> list[Finding]:
        seen = stream(HOURLY, [*few, *bombs], reviewed={"reviews": Reviewed(**before)})
        return [one for one in detect(seen, OPTIONS) if one.held is None]

    assert said() == []
    assert said(newcomers=30, known=70) != []
    assert said(newcomers=95, known=5) == []
