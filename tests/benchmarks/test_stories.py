"""The measuring of stories runs, and its figures mean what they say."""

from pathlib import Path

import pytest

from benchmarks import stories
from benchmarks.stories import DRESSES, Pair, measure, pairs


def test_precision_and_recall_are_what_they_are_called() -> None:
    same, other = Pair("choose", "x", "", "", same=True), Pair("choose", "x", "", "", same=False)
    assert measure([(same, True), (same, False), (other, True), (other, False)]) == (0.5, 0.5)
    assert measure([(same, True), (same, True), (same, False), (other, False)]) == (1.0, pytest.approx(2 / 3))


def test_every_dress_changes_the_text_and_is_used() -> None:
    used = {pair.category for pair in pairs() if pair.same}
    assert all(dress(pairs()[0].one + " یہ") != pairs()[0].one + " یہ" for dress in DRESSES.values())
    assert used >= DRESSES.keys()


def test_no_text_of_one_half_stands_in_the_other() -> None:
    halves = {half: {pair.one for pair in pairs() if pair.half == half} for half in stories.HALVES}
    assert not halves["choose"] & halves["held"]


def test_the_scale_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stories.show_scale(2100, tmp_path, turns=1)
    assert "2,100 stories" in capsys.readouterr().out
