"""Finds days with more negatives than EARS C2 allows: mean + 3 sd of seven days, which end two days before."""

from datetime import timedelta
from typing import ClassVar, Literal

from pydantic import Field

from monitor.clock import Duration
from monitor.detection.moving import MovingOptions, Rule, look
from monitor.detection.windows import HEARD, Hours
from monitor.facts import Finding, Sensitivity, Stream

NAME = "ears_c2"


class EarsC2Options(MovingOptions):
    """C2 of the Early Aberration Reporting System (Hutwagner et al. 2003, CDC): the lag keeps an outbreak that began
    yesterday from hiding itself."""

    THRESHOLDS: ClassVar[dict[Sensitivity, float]] = {
        Sensitivity.QUIET: 4.0,
        Sensitivity.BALANCED: 3.0,
        Sensitivity.EARLY: 2.0,
    }

    type: Literal["ears_c2"] = "ears_c2"
    step: Hours = Field(
        timedelta(days=1),
        ge=timedelta(hours=1),
        le=HEARD,
        description="what is counted: a day as in the paper, or an hour",
    )
    lag: Duration = Field(
        timedelta(days=2), ge=timedelta(), description="between the baseline and the step that is judged"
    )


Options = EarsC2Options


def detect(stream: Stream, options: EarsC2Options) -> list[Finding]:
    """The newest `step` of the brand, when it is above mean + `threshold` sd of the steps of the baseline."""
    return look(stream, Rule(NAME, options.step, options.lag), options)
