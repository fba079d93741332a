"""What the pictures of a backtest say in words."""

from datetime import timedelta

from monitor.backtest.charts import ticks
from monitor.backtest.figures import subject_of
from monitor.backtest.replay import Range
from monitor.facts import Cell, Dimension
from tests.backtest.scenes import DAY, EVERY, HOUR, START


def test_the_ticks_of_half_a_day_tell_the_time():
    words = ticks(Range(START, START + 12 * HOUR, EVERY))
    assert len(set(words)) == 5
    assert all(":" in word for word in words)


def test_the_ticks_of_a_month_are_days():
    words = ticks(Range(START, START + 28 * DAY, timedelta(minutes=5)))
    assert len(set(words)) == 5
    assert not any(":" in word for word in words)


def test_a_text_whose_language_is_not_known_is_called_so():
    assert {subject_of(Cell(Dimension.LANGUAGE, key)) for key in ("", "und")} == {"in an unknown language"}
    assert subject_of(Cell(Dimension.LANGUAGE, "ur-Latn")) == "in Roman Urdu"
