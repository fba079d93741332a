"""Windows that a detector cannot look through are refused in the config, not found out at night."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from monitor.detection import options_of
from monitor.detection.slow_burn import SlowBurnOptions

WRONG = [
    ("review_bombing", {"windows": []}, "at least one"),
    ("volume", {"windows": ["6h", "1h"]}, "rise"),
    ("rating_drop", {"windows": ["0s", "6h"]}, "above 0s"),
    ("rating_drop", {"windows": ["6h", "7d"]}, "longer than 2d"),
    ("rating_drop", {"page_windows": ["7d", "1d"]}, "rise"),
    ("slow_burn", {"windows": ["12h", "3d"]}, "2d at least"),
    ("slow_burn", {"windows": ["2d", "30d"]}, "14d at most"),
    ("review_bombing", {"baseline": {"half_life": "0s"}}, "greater than"),
    ("ears_c2", {"step": "3d"}, "less than or equal"),
    ("ears_c2", {"step": "90m"}, "multiple"),
]


@pytest.mark.parametrize(("kind", "options", "reason"), WRONG)
def test_windows_that_cannot_be_looked_through_are_refused(kind: str, options: dict[str, object], reason: str):
    with pytest.raises(ValidationError, match=reason):
        options_of(kind).model_validate({"type": kind, **options})


def test_those_that_can_are_taken():
    kept = SlowBurnOptions.model_validate({"type": "slow_burn", "windows": ["2d", "14d"]})
    assert kept.windows == (timedelta(days=2), timedelta(days=14))
