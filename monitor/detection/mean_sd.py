"""Finds hours with more negatives than the mean + k standard deviations of the hours of seven days, as others do."""

from datetime import timedelta
from typing import ClassVar, Literal

from monitor.detection.moving import MovingOptions, Rule, look
from monitor.facts import Finding, Sensitivity, Stream

NAME = "mean_sd"
HOUR = timedelta(hours=1)


class MeanSdOptions(MovingOptions):
    """The rule of Huginn's peak detector and of Socialmetrix, with a floor on negatives and on authors."""

    THRESHOLDS: ClassVar[dict[Sensitivity, float]] = {
        Sensitivity.QUIET: 4.0,
        Sensitivity.BALANCED: 3.0,
        Sensitivity.EARLY: 2.0,
    }

    type: Literal["mean_sd"] = "mean_sd"


Options = MeanSdOptions


def detect(stream: Stream, options: MeanSdOptions) -> list[Finding]:
    """The newest 60 minutes of the brand, when they are above mean + `threshold` sd of the hours before."""
    return look(stream, Rule(NAME, HOUR, timedelta()), options)
