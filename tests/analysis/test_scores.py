"""The measures against figures counted by hand, and what they say at the edges."""

import numpy as np
import pytest

from monitor.analysis import scores
from monitor.analysis.scores import Answers

# Truth in rows: of 4 negative 3 found, of 3 neutral 1, of 3 positive 2.
TABLE = np.array([[3, 1, 0], [1, 1, 1], [0, 1, 2]])


def answers(truth: list[int], negative: list[float], neutral: list[float] | None = None) -> Answers:
    """Labelled negative from 0.5 on, else neutral or positive."""
    low = np.array(negative)
    middle = np.array(neutral) if neutral else np.zeros(len(truth))
    shares = np.stack([low, middle, 1 - low - middle], axis=1)
    labels = np.where(low >= 0.5, 0, np.where(middle > shares[:, 2], 1, 2))
    return Answers(np.array(truth), labels, np.zeros(len(truth), bool), shares)


def test_a_confusion_table_has_the_truth_in_its_rows():
    table = scores.confusion(np.array([0, 0, 1, 2]), np.array([0, 2, 1, 2]))
    assert table.tolist() == [[1, 0, 1], [0, 1, 0], [0, 0, 1]]


def test_the_measures_of_a_table_are_those_counted_by_hand():
    assert scores.accuracy(TABLE) == pytest.approx(6 / 10)
    assert scores.recalls(TABLE).tolist() == pytest.approx([3 / 4, 1 / 3, 2 / 3])
    assert scores.precisions(TABLE).tolist() == pytest.approx([3 / 4, 1 / 3, 2 / 3])


def test_f1_is_the_harmonic_mean():
    table = np.array([[2, 2, 0], [0, 4, 0], [0, 0, 1]])  # recall 1/2, precision 1
    assert scores.f1_scores(table)[0] == pytest.approx(2 / 3)


def test_a_class_that_is_not_in_the_truth_does_not_count_in_the_means():
    table = np.array([[4, 0, 0], [0, 0, 0], [0, 2, 2]])
    assert scores.present(table) == [0, 2]
    assert scores.macro_recall(table, scores.present(table)) == pytest.approx(0.75)
    assert scores.macro_f1(table, scores.present(table)) == pytest.approx((1 + 2 / 3) / 2)


def test_a_class_that_was_never_said_has_the_f1_zero_and_no_warning():
    table = np.array([[0, 2, 0], [0, 2, 0], [0, 0, 2]])
    assert scores.f1_scores(table)[0] == 0
    assert scores.precisions(table)[0] == 0


def test_resampled_tables_keep_the_number_of_texts_and_come_out_the_same_again():
    drawn = scores.resampled(TABLE, draws=50)
    assert drawn.shape == (50, 3, 3)
    assert set(drawn.sum(axis=(1, 2)).tolist()) == {10}
    assert (drawn == scores.resampled(TABLE, draws=50)).all()


def test_the_bootstrap_interval_is_as_wide_as_theory_says():
    table = np.array([[700, 300, 0], [0, 0, 0], [0, 0, 0]])
    low, high = scores.percentiles(scores.accuracy(scores.resampled(table)))
    assert (low, high) == pytest.approx((0.6716, 0.7284), abs=0.004)


def test_wilsons_interval_is_the_published_one_and_stays_within_bounds():
    assert scores.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)  # Newcombe 1998, example 1
    assert scores.wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert scores.wilson(0, 0) == (0.0, 1.0)


def test_calibration_error_is_the_gap_between_sure_and_right():
    shares = np.tile([0.9, 0.1, 0.0], (10, 1))
    assert scores.expected_calibration_error(shares, np.array([0] * 9 + [1])) == pytest.approx(0, abs=1e-9)
    assert scores.expected_calibration_error(shares, np.array([0] * 5 + [1] * 5)) == pytest.approx(0.4)


def test_gaps_of_different_bins_do_not_cancel_out():
    shares = np.array([[0.9, 0.1, 0.0]] * 10 + [[0.5, 0.4, 0.1]] * 10)
    truth = np.array([0] * 7 + [1] * 3 + [0] * 7 + [1] * 3)  # 0.2 too sure, 0.2 not sure enough
    assert scores.expected_calibration_error(shares, truth) == pytest.approx(0.2)


def test_the_surest_answer_falls_into_the_last_bin():
    assert scores.expected_calibration_error(np.array([[1.0, 0.0, 0.0]]), np.array([0])) == 0


def test_the_brier_score_is_the_squared_distance():
    shares = np.array([[0.7, 0.2, 0.1]])
    assert scores.brier_score(shares, np.array([0])) == pytest.approx(0.3**2 + 0.2**2 + 0.1**2)
    assert scores.brier_score(np.array([[0.0, 0.0, 1.0]]), np.array([0])) == pytest.approx(2)


def test_the_threshold_is_the_lowest_that_is_precise_enough():
    negative = np.array([0.9, 0.8, 0.6, 0.405, 0.305, 0.1])
    truth = np.array([0, 0, 0, 1, 0, 2])
    found = scores.suggested_threshold(negative, truth)
    assert found is not None
    assert (found.value, found.recall, found.precision, found.precise) == (0.11, 1.0, 0.8, True)


def test_without_a_precise_one_the_threshold_has_the_best_f1():
    negative = np.array([0.9, 0.8, 0.6, 0.6, 0.2])
    truth = np.array([1, 0, 0, 1, 2])
    found = scores.suggested_threshold(negative, truth)
    assert found is not None
    assert (found.precise, found.recall, found.precision) == (False, 1.0, 0.5)


def test_a_few_lucky_hits_are_no_threshold():
    negative = np.concatenate([[0.99], np.full(19, 0.2), np.full(30, 0.6)])
    truth = np.array([0] * 20 + [1] * 30)
    found = scores.suggested_threshold(negative, truth)
    assert found is not None
    assert not found.precise


@pytest.mark.parametrize("truth", [[0, 0], [1, 2]])
def test_there_is_no_threshold_without_negative_texts_and_others(truth: list[int]):
    assert scores.suggested_threshold(np.array([0.4, 0.6]), np.array(truth)) is None


def test_data_without_neutral_is_scored_negative_against_positive():
    found = scores.measure(answers([0, 0, 2, 2], [0.3, 0.8, 0.1, 0.4], [0.6, 0.1, 0.7, 0.5]))
    assert found.two_classes
    assert found.labelled.accuracy.value == 0.75  # 0.4 to 0.1: negative
    assert found.labelled.table[:, 1].sum() == 0


def test_negative_recall_and_precision_are_by_the_shipped_labels_even_then():
    found = scores.measure(answers([0, 0, 2, 2], [0.3, 0.8, 0.1, 0.4], [0.6, 0.1, 0.7, 0.5]))
    assert found.negative_recall is not None
    assert found.negative_precision is not None
    assert (found.negative_recall.value, found.negative_precision.value) == (0.5, 1.0)


def test_labels_and_largest_probabilities_are_measured_apart():
    found = scores.measure(answers([0, 1, 2], [0.45, 0.1, 0.1], [0.25, 0.8, 0.1]))  # 0.45 is the largest, but no label
    assert found.labelled.accuracy.value == pytest.approx(2 / 3)
    assert found.largest.accuracy.value == 1


def test_what_was_never_said_or_never_true_has_no_figure():
    found = scores.measure(answers([1, 1, 2], [0.1, 0.1, 0.1], [0.8, 0.8, 0.1]))
    assert (found.negative_recall, found.negative_precision, found.threshold) == (None, None, None)


def test_one_text_can_be_measured():
    found = scores.measure(answers([0], [0.9]))
    assert (found.n, found.labelled.macro_f1.value) == (1, 1)
