"""The rules that are compared for joining what is said of the parts of a long text."""

import numpy as np
import pytest

from benchmarks.long import RULES, line, mean, some, start_of

PARTS = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]], np.float32)
TOKENS = np.array([100, 100, 50], np.float32)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_gives_shares(rule) -> None:
    for parts in (PARTS, PARTS[:1]):
        assert rule(parts, TOKENS[: len(parts)]).sum() == pytest.approx(1, abs=1e-5)


def test_the_mean_is_by_tokens() -> None:
    assert mean()(PARTS, TOKENS) == pytest.approx([0.38, 0.38, 0.24], abs=1e-5)


def test_a_part_may_count_twice() -> None:
    assert mean(last=2)(PARTS, TOKENS) == pytest.approx([1 / 3] * 3, abs=1e-5)


def test_of_some_parts_the_first_and_the_last_are_among_them() -> None:
    assert some(2, mean())(PARTS, np.ones(3, np.float32)) == pytest.approx([0.45, 0.1, 0.45], abs=1e-5)


def test_a_start_ends_before_the_word_that_does_not_fit() -> None:
    assert (
        start_of("one two three four", lambda texts: [[0] * len(text.split()) for text in texts], 3) == "one two three"
    )


def test_a_set_of_two_classes_is_scored_without_neutral() -> None:
    said = np.array([[0.2, 0.5, 0.3], [0.3, 0.5, 0.2]], np.float32)
    assert line(said, np.array([2, 0]), np.array(["a", "a"])).split()[:3] == ["1.000", "1.000", "1.000"]
