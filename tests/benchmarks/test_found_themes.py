"""Tests of the measure of found themes."""

import numpy as np

from benchmarks.found_themes import same_labels, v_measure


def test_groups_that_are_the_themes_have_a_v_measure_of_one_and_one_group_of_all_has_none():
    true = np.array(["a", "a", "b", "b"])
    assert v_measure(true, np.array([5, 5, 2, 2])) == 1.0
    assert v_measure(true, np.array([1, 1, 1, 1])) == 0.0


def test_labels_that_only_changed_their_numbers_are_the_same_once_they_are_matched():
    one, other = np.array([0, 0, 1, 1, -1]), np.array([1, 1, 0, 0, -1])
    assert same_labels(one, other, match=True) == 1.0
    assert same_labels(one, other) == 0.0


def test_a_text_that_has_a_label_in_one_only_is_not_the_same():
    assert same_labels(np.array([0, 0, -1, -1]), np.array([0, -1, 0, -1])) == 1 / 3
