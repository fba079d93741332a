"""When falling stars are told: by reviews one by one, and by the average that a page shows."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from monitor.detection.rating_drop import RatingDropOptions, detect
from monitor.facts import (
    Cell,
    Dimension,
    Finding,
    Held,
    Kind,
    MentionKind,
    RatingTrack,
    Reviewed,
    Severity,
    Stream,
    Voice,
)
from tests.detection.streams import HOUR, NOW, as_reviews, history, ordinary, stream, voice, voices

OPTIONS = RatingDropOptions()
DAY = timedelta(days=1)


def low(number: int, hours: float, *, rating: float = 0.0, first: int = 1, **changes: object) -> list[Voice]:
    more: dict[str, object] = {"kind": MentionKind.REVIEW, "source": "reviews", "rating": rating, **changes}
    return voices(number, hours * 60, first=first, **more)


def good(number: int, hours: float, **changes: object) -> list[Voice]:
    return low(number, hours, rating=1.0, first=5000, negative=0.05, **changes)


def raised(seen: Stream) -> list[Finding]:
    return [one for one in detect(seen, OPTIONS) if one.held is None]


def page(*steps: tuple[float, float, int | None], item: str = "", source: str = "shop") -> Stream:
    """A stream without voices; a step is (days ago, value, count)."""
    told = tuple((NOW - DAY * age, value, count) for age, value, count in steps)
    return stream(history(1.0), ratings=[RatingTrack(source, item, 1.0, 5.0, told)])


def test_a_row_of_one_star_reviews_at_a_good_place_is_a_drop():
    (found,) = raised(stream(history(1.0, negative=0.1), [*good(30, 47), *low(12, 5)]))
    assert (found.kind, found.severity, found.cell) == (
        Kind.RATING_DROP,
        Severity.HIGH,
        Cell(Dimension.SOURCE, "reviews"),
    )
    assert found.rating is not None
    assert found.rating.now < 2.5 < 3.5 < found.rating.before
    assert (found.rating.worst, found.rating.best) == (1.0, 5.0)
    assert set(found.mention_ids) == set(range(1, 13))


def test_the_same_row_at_a_bad_place_is_none():
    bad_place = history(1.0, negative=0.95)
    earlier = low(30, 47, rating=0.1, first=5000)
    assert raised(stream(bad_place, [*earlier, *low(12, 5)])) == []


def test_five_bad_ratings_are_too_few():
    assert raised(stream(history(0.1, negative=0.0), low(5, 5))) == []


def test_one_author_counts_once():
    assert detect(stream(history(1.0, negative=0.1), [*good(30, 47), *low(40, 5, author=3)]), OPTIONS) == []


def test_a_slight_fall_is_none_however_many_ratings_show_it():
    assert raised(stream(history(50.0, negative=0.1), [*good(400, 47), *low(600, 5, rating=0.75, negative=0.2)])) == []


def test_bad_ratings_that_were_followed_by_good_ones_do_not_go_on():
    over = [replace(one, at=one.at - 40 * HOUR) for one in low(12, 5)]
    assert detect(stream(history(1.0, negative=0.1), [*over, *good(3, 10)]), OPTIONS) == []


def test_answers_to_our_own_surveys_are_no_stars():
    heard = [*good(30, 47), *low(12, 5, kind=MentionKind.SURVEY)]
    assert detect(stream(history(1.0, negative=0.1), heard), OPTIONS) == []


def test_a_near_miss_is_kept_and_raises_nothing():
    numbers = range(6, 13)
    found = [detect(stream(history(1.0, negative=0.1), [*good(30, 47), *low(n, 5)]), OPTIONS) for n in numbers]
    held = [one.held for said in found for one in said]
    assert Held.BELOW in held
    assert held == sorted(held, key=lambda one: one is None)


def test_the_average_of_a_page_is_enough_without_any_review():
    (found,) = raised(page((20, 4.52, 60), (10, 4.51, 70), (2.5, 4.50, 80), (0, 4.07, 95), item="Kettle"))
    assert found.rating is not None
    assert (found.rating.item, found.rating.ratings) == ("Kettle", 15)
    assert found.rating.now < 2.2
    assert found.rating.before == pytest.approx(4.5, abs=0.1)
    assert (found.authors, found.mention_ids, found.first_mention_id) == (0, (), None)


def test_an_average_that_was_rounded_away_proves_nothing():
    """The new ones may have been 4.4 as well as 1.0: 40 in 2,000 hardly move one decimal."""
    assert detect(page((20, 4.5, 1900), (2, 4.5, 2000), (0, 4.4, 2040)), OPTIONS) == []


@pytest.mark.parametrize(
    "steps",
    [
        ((20, 4.5, 60), (2, 4.5, 80), (0, 2.0, 4)),  # counts reset
        ((20, 4.5, 60), (2, 4.5, 80), (0, 2.25, 84)),  # another scale
        ((20, 4.5, None), (2, 4.5, None), (0, 2.0, None)),  # no counts
        ((1, 1.5, 40), (0, 1.4, 80)),  # bad since we know it
        ((20, 3.0, 60), (2, 3.0, 80), (0, 4.0, 140)),  # better
    ],
)
def test_a_page_that_changed_otherwise_is_no_drop(steps):
    assert detect(page(*steps), OPTIONS) == []


def test_ordinary_reviews_are_silent():
    said = 0
    for seed in range(100):
        rate = (0.05, 0.5, 5.0)[seed % 3]
        heard = as_reviews(ordinary(rate, seed=seed), seed=seed)
        said += bool(raised(stream(history(rate, seed=seed), heard)))
    assert said == 0


def test_a_page_that_fell_days_ago_and_got_no_rating_since_is_no_news():
    fell = ((20, 4.52, 60), (10, 4.51, 70), (5, 4.50, 80))
    assert raised(page(*fell, (1, 4.07, 95)))
    assert detect(page(*fell, (3, 4.07, 95)), OPTIONS) == []


def test_an_average_over_ordinary_ratings_is_silent():
    rng = np.random.default_rng(3)
    for _ in range(50):
        stars = rng.choice([1, 2, 3, 4, 5], 400, p=[0.2, 0.05, 0.1, 0.25, 0.4])
        counts = [100, 200, 300, 360, 400]
        steps = [(age, round(float(stars[:n].mean()), 1), n) for age, n in zip((21, 14, 7, 2, 0), counts, strict=True)]
        assert raised(page(*steps)) == []


def test_an_empty_track_is_silent():
    assert detect(page(), OPTIONS) == []
    assert detect(stream(history(1.0), [voice(1, NOW)]), OPTIONS) == []


def test_a_page_that_flips_a_digit_up_and_goes_on_as_before_is_no_drop():
    """3.44 and 3.46 show as 3.4 and 3.5: the seventy between were no best ones, and a thousand as usual no fall."""
    assert detect(page((20, 3.4, 10_000), (10, 3.5, 10_070), (0, 3.4, 11_070)), OPTIONS) == []


def test_a_page_that_takes_single_ratings_down_is_still_heard():
    (found,) = raised(page((30, 4.4, 2000), (2, 4.4, 2000), (0.5, 4.4, 1999), (0, 2.9, 3500)))
    assert found.rating is not None
    assert found.rating.ratings == 1501


def test_low_stars_with_mild_words_are_a_drop_where_good_stars_are_usual():
    """The words of these complaints are irony: by them alone nothing has changed."""
    mild = low(9, 5, negative=0.2)
    seen = stream(history(0.1, negative=0.1), mild)
    known = replace(seen, reviewed={"reviews": Reviewed(rated=80, stars=76.0)})
    assert raised(seen) == []
    (found,) = raised(known)
    assert found.rating is not None
    assert found.rating.before > 4.4


def test_low_stars_with_mild_words_are_none_where_they_are_usual():
    seen = stream(
        history(0.1, negative=0.1), low(9, 5, negative=0.2), reviewed={"reviews": Reviewed(rated=80, stars=8.0)}
    )
    assert detect(seen, OPTIONS) == []


def test_a_page_may_say_that_it_has_a_billion_ratings():
    (found,) = raised(page((9, 4.5, 1000), (2, 4.5, 1000), (0, 1.5, 1_000_000_000)))
    assert found.strength > OPTIONS.threshold


def test_a_page_whose_scale_is_none_does_not_tell_the_scale_of_its_reviews():
    broken = RatingTrack("reviews", "", 5.0, 5.0, ((NOW - DAY, 5.0, 10),))
    (found,) = raised(stream(history(1.0, negative=0.1), [*good(30, 47), *low(12, 5)], ratings=[broken]))
    assert found.rating is not None
    assert (found.rating.worst, found.rating.best) == (1.0, 5.0)
    assert found.rating.now < found.rating.before
