"""The replay of mentions through any detector: what it makes of events, and when it speaks."""

import numpy as np

from benchmarks.any_detector import DAY, HOUR, alarms, looks, read_voices
from benchmarks.bombings import customers, ordinary
from benchmarks.mean_rule import mean_rule
from benchmarks.slow_burns import START, found
from monitor.detection import options_of
from monitor.facts import WHOLE, MentionKind

MONDAY = 1_700_438_400.0
CHOSEN = [("mean_sd", options_of("mean_sd")(type="mean_sd"))]


def event(number: int, at: float, **changes: object) -> dict[str, object]:
    names = {"brand": "b", "id": number, "seen": at + 30, "t": at, "source": "forum", "author": number}
    return {**names, "followers": 5, "neg": 0.9, "theme": "refund", "text_id": number, "repost_of": -1, **changes}


def burst(day: float, first: int) -> list[dict[str, object]]:
    """Twenty complaints within half an hour."""
    return [event(first + i, MONDAY + day * DAY + i * 90) for i in range(20)]


def quiet(days: int) -> list[dict[str, object]]:
    """One complaint in six hours."""
    return [event(10_000 + i, MONDAY + i * 6 * HOUR) for i in range(days * 4)]


def arriving(*events: dict[str, object]) -> list[dict[str, object]]:
    return sorted(events, key=lambda one: float(str(one["seen"])))


def test_an_author_is_a_newcomer_until_two_days_after_we_first_heard_of_them():
    ages = (0.0, 1.9, 2.1)
    voices = read_voices([event(i, MONDAY + age * DAY, author=7) for i, age in enumerate(ages)])
    assert [voice.newcomer for voice in voices] == [True, True, False]


def test_what_stands_at_a_place_for_reviews_is_a_review_and_what_comes_late_is_not_fresh():
    review, late = read_voices([event(1, MONDAY, source="reviews"), event(2, MONDAY, seen=MONDAY + HOUR)])
    assert (review.kind, review.fresh) == (MentionKind.REVIEW, True)
    assert (late.kind, late.fresh) == (MentionKind.POST, False)


def test_a_look_knows_nothing_that_comes_after_it():
    voices = read_voices([event(i, MONDAY + i * HOUR) for i in range(60)])
    for now, stream in looks("b", voices, 600):
        assert all(voice.seen_at.timestamp() <= now for voice in stream.voices)
        assert stream.hourly[WHOLE].mentions.sum() == sum(voice.seen_at.timestamp() <= now for voice in voices)


def test_each_episode_gives_one_alarm():
    events = arriving(*quiet(20), *burst(9.0, 1), *burst(9.3, 100), *burst(14.0, 200))
    said = list(alarms(read_voices(events), "b", CHOSEN, 600))
    days = [(float(str(alarm["time"])) - MONDAY) / DAY for alarm in said]
    assert [round(day, 1) for day in days] == [9.0, 14.0]


def test_the_common_rule_is_the_detector_mean_sd():
    events = arriving(*quiet(20), *burst(9.0, 1))
    assert list(mean_rule(events)) == list(alarms(read_voices(events), "b", CHOSEN, 600))


def test_customers_are_new_as_often_as_usual_and_copy_nothing():
    rng = np.random.default_rng(1)
    told = ordinary(rng, ("shop",), 50.0, 1.0, (START, START.replace(month=2)))
    made = customers(rng, told, 0.2)
    assert 0.1 < np.mean([voice.newcomer for voice in made]) < 0.3
    assert len({voice.story for voice in made}) == len(made)


def test_a_burn_over_a_week_is_found_before_it_ends():
    after = found(50.0, 4.0, 7, 1, "slow_burn", {})
    assert after is not None
    assert 0 < after < 7
