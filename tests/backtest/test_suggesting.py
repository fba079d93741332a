"""Which sensitivity the marks speak for, and when they do not say."""

from monitor.backtest.judging import Score
from monitor.backtest.suggesting import LEAST_MARKS, enough, suggest, too_few
from monitor.facts import Sensitivity

QUIET, BALANCED, EARLY = Sensitivity


def score(name: str, alarms: int, useful: int, noise: int, missed: int) -> Score:
    return Score(name, alarms, 0, useful, noise, alarms - useful - noise, missed, 10.0, None, None)


def test_few_marks_say_nothing():
    assert not enough(LEAST_MARKS - 1)
    assert enough(LEAST_MARKS)
    assert too_few(3).sensitivity is None
    assert too_few(3).reason.startswith("Too few marks to say: 3 of this time are marked")
    assert "no incident of this time is marked" in too_few(0).reason


def test_much_noise_speaks_for_quiet():
    tried = [(QUIET, score("quiet", 6, 6, 0, 0)), (BALANCED, score("balanced", 14, 6, 8, 0))]
    assert suggest(tried).sensitivity is QUIET


def test_useful_ones_that_quiet_leaves_out_speak_against_it():
    tried = [(QUIET, score("quiet", 2, 2, 0, 6)), (BALANCED, score("balanced", 9, 8, 1, 0))]
    assert suggest(tried).sensitivity is BALANCED


def test_of_equals_the_one_with_fewer_alarms_is_suggested_and_the_reason_names_both():
    tried = [(BALANCED, score("balanced", 9, 8, 1, 0)), (EARLY, score("early", 20, 8, 1, 0))]
    found = suggest(tried)
    assert found.sensitivity is BALANCED
    assert "Balanced raises 8 of the 8 useful and 1 of what was noise, 9 alarms in all" in found.reason
    assert "Early: 8 useful, 1 noise, 20 in all" in found.reason
    assert "Balanced and early fit the marks about as well" in found.reason


def test_where_all_was_noise_the_quietest_is_suggested():
    tried = [(QUIET, score("quiet", 2, 0, 2, 0)), (BALANCED, score("balanced", 9, 0, 9, 0))]
    found = suggest(tried)
    assert found.sensitivity is QUIET
    assert "Quiet raises 2 of what was noise" in found.reason


def test_of_ones_that_raise_the_same_the_present_one_stays():
    tried = [(name, score(name, 9, 8, 1, 0)) for name in Sensitivity]
    found = suggest(tried, BALANCED)
    assert found.sensitivity is BALANCED
    assert "All three fit the marks about as well; nothing speaks for a change" in found.reason


def test_one_alarm_fewer_is_no_reason_to_change():
    """Early raised ten and the others eleven, as two incidents had become one."""
    tried = [(QUIET, score("quiet", 11, 5, 1, 0)), (BALANCED, score("balanced", 11, 5, 1, 0))]
    tried += [(EARLY, score("early", 10, 5, 1, 0))]
    found = suggest(tried, BALANCED)
    assert found.sensitivity is BALANCED
    assert "nothing speaks for a change" in found.reason
    assert suggest([*tried[1:], (QUIET, score("quiet", 8, 5, 1, 0))], BALANCED).sensitivity is QUIET
