"""Tests of where an incident goes, in words of the pages."""

from dataclasses import replace

import pytest

from dashboard.trouble.foretelling import outlook_words
from monitor.detection.spread import in_words
from monitor.facts import Forecast, Reproduction, Spread

SPREAD = Spread(
    voices=60, per_hour=12, authors=40, reach=900, sources=1, languages=1, video=False,
    forecasts=(Forecast(1, 64, 72, 84), Forecast(6, 70, 90, 1234)),
)  # fmt: skip


@pytest.mark.parametrize(
    "spread",
    [
        SPREAD,
        replace(SPREAD, forecasts=()),
        replace(SPREAD, forecasts=(Forecast(6, 10, 20, 60),)),
        replace(SPREAD, voices=1234567),
        *(replace(SPREAD, reproduction=Reproduction(1.44, 1.1, 1.8, growing)) for growing in (0.01, 0.5, 0.99)),
    ],
)
def test_in_english_a_page_says_what_the_report_says(spread: Spread):
    assert outlook_words(spread) == in_words(spread)
