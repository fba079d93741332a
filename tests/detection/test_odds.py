"""Chances of shares, and chances together."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import betabinom, combine_pvalues

from monitor.detection.odds import Habit, share_strength, together


@pytest.mark.parametrize(("yes", "number"), [(1, 5), (5, 5), (12, 30), (90, 200)])
def test_the_strength_of_a_share_is_the_tail_of_the_beta_binomial_distribution(yes, number):
    expected = -np.log10(betabinom.sf(yes - 1, number, 2.0, 6.0))
    assert share_strength(yes, number, Habit(2.0, 6.0)) == pytest.approx(expected)


def test_more_of_them_is_never_less_strange_also_between_whole_numbers():
    strengths = [share_strength(yes, 20.0, Habit(3.0, 9.0)) for yes in np.arange(0, 20.01, 0.1)]
    assert all(later >= earlier for earlier, later in pairwise(strengths))
    assert strengths[0] == 0


def test_a_habit_known_by_few_makes_the_same_share_less_strange():
    assert share_strength(9, 10, Habit(1.0, 3.0)) < share_strength(9, 10, Habit(100.0, 300.0))


def test_no_tries_are_not_strange():
    assert share_strength(0, 0, Habit(1.0, 1.0)) == 0


def test_what_was_seen_moves_the_habit():
    assert Habit(1.0, 1.0).after(8, 0).mean == pytest.approx(0.9)


def test_chances_together_are_those_of_fisher():
    chances = [0.01, 0.2, 0.003]
    expected = -np.log10(combine_pvalues(chances, method="fisher").pvalue)
    assert together([-np.log10(chance) for chance in chances]) == pytest.approx(expected)


def test_one_chance_together_is_itself():
    assert together([3.2]) == pytest.approx(3.2)


def test_a_share_of_a_billion_is_judged_at_once_and_never_stronger_than_it_is():
    habit = Habit(60.0, 40.0)
    assert share_strength(8e8, 1e9, habit) == pytest.approx(share_strength(4000, 5000, habit))
    assert share_strength(8e8, 1e9, habit) < share_strength(80_000, 100_000, habit) + 0.2


def test_what_was_seen_long_before_weighs_no_more_than_it_may():
    assert Habit(1.0, 1.0).after(900.0, 100.0, 60.0) == Habit(55.0, 7.0)
    assert Habit(1.0, 1.0).after(0.0, 0.0, 60.0) == Habit(1.0, 1.0)
