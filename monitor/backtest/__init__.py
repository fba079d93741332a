"""Replays the stored history with any setting, and says what would have been raised, when, and how early."""

from monitor.backtest.asked import with_changes, with_detectors, with_sensitivity
from monitor.backtest.figures import as_json
from monitor.backtest.page import html
from monitor.backtest.replay import Range
from monitor.backtest.running import Outcome, run

__all__ = ["Outcome", "Range", "as_json", "html", "run", "with_changes", "with_detectors", "with_sensitivity"]
