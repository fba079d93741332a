"""How far an incident has gone, and who carries it."""

import random
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from monitor.detection.spread import CASCADE_VOICES, followed_by, in_words, spread
from monitor.facts import LARGEST_NUMBER, Amplifier, Forecast, Reproduction, Spread, Voice

from .streams import HOUR, MINUTE, NOW, voice, voices


def told(minutes: list[float], **changes: object) -> list[Voice]:
    """Voices of one story, so many minutes ago."""
    return [voice(number, NOW - ago * MINUTE, story=1, **changes) for number, ago in enumerate(minutes, 1)]


def test_it_counts_who_and_where():
    heard = [
        voice(1, NOW - 3 * HOUR, author=1, followers=100, source="forum", language="ur"),
        voice(2, NOW - 0.5 * HOUR, author=1, followers=300, source="forum", language="ur-Latn"),
        voice(3, NOW - 0.2 * HOUR, author=2, followers=50, source="reviews", language="en", video=True),
        voice(4, NOW, author=3, source="reviews", language="und"),
    ]
    found = spread(heard, NOW)
    assert (found.voices, found.per_hour, found.authors, found.reach) == (4, 3, 3, 350)
    assert (found.sources, found.languages, found.video) == (2, 2, True)


def test_nothing_heard_is_no_spread():
    assert spread((), NOW) == Spread(voices=0, per_hour=0, authors=0, reach=0, sources=0, languages=0, video=False)


def test_few_voices_are_counted_but_not_forecast():
    found = spread(voices(5, 60), NOW)
    assert (found.voices, found.reproduction, found.forecasts) == (5, None, ())


def test_an_incident_is_forecast_for_1_3_6_and_24_hours():
    found = spread(voices(30, 120), NOW)
    assert [one.hours for one in found.forecasts] == [1, 3, 6, 24]
    assert all(30 <= one.low <= one.median <= one.high for one in found.forecasts)


def test_a_large_story_is_forecast_as_a_cascade_and_complaints_of_their_own_are_not():
    own = voices(CASCADE_VOICES, 300)
    story = [replace(one, story=1) for one in own]
    assert spread(story, NOW).forecasts != spread(own, NOW).forecasts
    assert spread(story[1:], NOW).forecasts == spread(own[1:], NOW).forecasts


def test_the_order_and_repeats_of_voices_do_not_matter():
    heard = [replace(one, followers=one.mention_id * 10) for one in voices(60, 200)]
    mixed = heard + heard[10:20]
    random.Random(1).shuffle(mixed)
    assert spread(mixed, NOW) == spread(heard, NOW)


def test_a_clock_that_is_ahead_counts_as_just_heard():
    heard = voices(30, 120)
    ahead = [*heard[:-1], replace(heard[-1], at=NOW + 5 * HOUR)]
    assert spread(ahead, NOW) == spread([*heard[:-1], replace(heard[-1], at=NOW)], NOW)


def test_no_more_are_reached_than_a_column_can_hold():
    heard = [replace(one, followers=LARGEST_NUMBER) for one in voices(3, 30)]
    assert spread(heard, NOW).reach == LARGEST_NUMBER


def test_the_voice_after_which_many_spoke_is_an_amplifier():
    heard = told([180, 120, 60, *range(59, 29, -1)])
    heard[2] = replace(heard[2], followers=5_000)
    found = spread(heard, NOW).amplifiers
    assert found[0] == Amplifier(mention_id=3, followers=5_000, followed_by=30)


def test_one_whom_many_hear_is_an_amplifier_before_anybody_answers():
    heard = [*told([50, 40, 30, 20]), voice(9, NOW, story=2, followers=200_000)]
    assert spread(heard, NOW).amplifiers == (Amplifier(9, 200_000, 0),)


def test_what_was_under_way_before_is_not_the_merit_of_who_came_last():
    heard = told([*range(60, 30, -1), *range(29, 0, -1)])
    heard[0] = replace(heard[0], followers=20_000)
    heard.append(voice(99, NOW - 29.5 * MINUTE, story=1, followers=60))
    assert [one.mention_id for one in spread(heard, NOW).amplifiers] == [1]


def test_ordinary_voices_are_no_amplifiers():
    assert spread([replace(one, followers=200) for one in voices(40, 120)], NOW).amplifiers == ()


def test_an_author_is_an_amplifier_once_and_there_are_three_at_most():
    heard = [voice(number, NOW - number * MINUTE, author=number // 2, followers=90_000) for number in range(12)]
    found = spread(heard, NOW).amplifiers
    assert len(found) == 3
    assert len({one.mention_id // 2 for one in found}) == 3


def test_voices_are_shared_out_by_followers_among_those_of_their_story_in_the_hour_before():
    at = np.array([0.0, 600.0, 1200.0, 1200.0 + 4000.0, 0.0])
    story = np.array([1, 1, 1, 1, 2])
    followed, credit = followed_by(at, story, np.array([150.0, 50.0, 0.0, 0.0, 9e9]))
    assert followed.tolist() == [2, 1, 0, 0, 0]
    assert credit == pytest.approx([1 + 2 / 3, 1 / 3, 0, 0, 0])


def test_a_hundred_thousand_voices_are_no_matter():
    rng = np.random.default_rng(1)
    ages, stories = rng.exponential(5 * 3600, 100_000).tolist(), rng.integers(50, size=100_000).tolist()
    heard = [
        voice(number, NOW - timedelta(seconds=age), story=story)
        for number, (age, story) in enumerate(zip(ages, stories, strict=True))
    ]
    found = spread(heard, NOW)
    assert found.voices == found.authors == 100_000
    assert found.reproduction is not None


def gone(**changes: object) -> Spread:
    values: dict[str, object] = {
        "voices": 60,
        "per_hour": 20.0,
        "authors": 50,
        "reach": 1,
        "sources": 1,
        "languages": 1,
        "video": False,
        "reproduction": Reproduction(1.62, 1.18, 2.14, 0.99),
        "forecasts": (Forecast(1, 62, 70, 80), Forecast(6, 88, 120, 183)),
    }
    return Spread(**{**values, **changes})  # type: ignore[arg-type] # tests name real fields


def test_growth_is_said_in_plain_words():
    assert in_words(gone()) == "growing: each post brings about 1.6 more (1.2-2.1); 60 now, 88-180 within 6 h"


def test_what_cannot_be_told_from_1_is_about_1():
    doubtful = Reproduction(1.4, 0.9, 2.0, 0.94)
    assert in_words(gone(reproduction=doubtful)).startswith("going on: each post brings about 1 more (0.9-2.0); ")


def test_fading_is_said_as_well():
    fades = Reproduction(0.42, 0.2, 0.7, 0.01)
    quiet = gone(reproduction=fades, forecasts=(Forecast(6, 60, 60, 60),))
    assert in_words(quiet) == "fading: each post brings about 0.4 more (0.2-0.7); 60 now, hardly more within 6 h"


def test_without_a_forecast_only_what_was_heard_is_said():
    assert in_words(gone(reproduction=None, forecasts=())) == "60 so far, 20 in the last hour"


def test_large_numbers_are_rounded_to_what_is_known():
    large = gone(voices=1234, reproduction=None, forecasts=(Forecast(6, 1251, 1800, 4321),))
    assert in_words(large) == "1,234 now, 1,300-4,300 within 6 h"


def test_another_distance_can_be_asked_for():
    assert in_words(gone(), hours=1).endswith("60 now, 62-80 within 1 h")


@pytest.mark.parametrize(
    ("voices", "low", "high"), [(1049, 1049, 1050), (10_499, 10_499, 10_500), (10_490, 10_499, 10_540)]
)
def test_no_fewer_are_expected_than_there_are(voices: int, low: float, high: float):
    words = in_words(gone(voices=voices, reproduction=None, forecasts=(Forecast(6, low, high, high),)))
    least, most = (int(part.replace(",", "")) for part in words.split(", ")[-1].removesuffix(" within 6 h").split("-"))
    assert voices <= least < most
