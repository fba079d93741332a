"""The common rule: exact looks on seeded streams."""

from monitor.detection.mean_sd import MeanSdOptions, detect
from monitor.facts import Held
from tests.detection.streams import HOUR, NOW, history, ordinary, stream, voices

HOURLY = history(20)
OPTIONS = MeanSdOptions()


def spoke(number: int, minutes: float = 50, **changes: float) -> bool:
    return bool(detect(stream(HOURLY, voices(number, minutes)), MeanSdOptions(**changes)))


def test_it_speaks_above_the_mean_and_three_standard_deviations():
    """The history has 6.8 negatives an hour, give or take 1.5; a voice here weighs 0.9."""
    assert [spoke(number) for number in (10, 11, 12, 13, 14)] == [False, False, False, True, True]


def test_a_larger_k_asks_for_more():
    assert [spoke(number, threshold=6.0) for number in (14, 18)] == [False, True]


def test_only_the_newest_hour_counts():
    assert not spoke(40, minutes=300)


def test_fewer_negatives_than_the_floor_say_nothing():
    rare = history(0.01)
    assert detect(stream(rare, voices(4, 50)), OPTIONS) == []
    assert detect(stream(rare, voices(4, 50)), MeanSdOptions(least_negatives=4)) != []


def test_what_two_authors_said_is_kept_and_raises_nothing():
    heard = [*voices(6, 50, author=1), *voices(6, 50, first=50, author=2)]
    (found,) = detect(stream(history(0.01), heard), OPTIONS)
    assert found.held is Held.FEW_AUTHORS


def test_a_rise_goes_on_at_every_look_until_the_hour_is_over():
    burst = voices(40, 10, now=NOW - HOUR)
    heard = [*ordinary(20, now=NOW - HOUR, seed=3), *burst]
    looks = [NOW - HOUR + minutes * HOUR / 60 for minutes in range(0, 90, 5)]
    said = [bool(detect(stream(HOURLY, [one for one in heard if one.at <= now], now=now), OPTIONS)) for now in looks]
    assert said == [True] * said.count(True) + [False] * said.count(False)
    assert said.count(True) == 12
