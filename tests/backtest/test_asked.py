"""What may be asked of a replay, and what is said when it may not."""

import pytest

from monitor.backtest.asked import (
    sensitivity_of,
    told,
    with_changes,
    with_detectors,
    with_sensitivity,
)
from monitor.config import Settings
from monitor.detection.spike import SpikeOptions
from monitor.errors import ConfigError
from monitor.facts import Sensitivity
from tests.contexts import make_settings


@pytest.fixture
def settings() -> Settings:
    return make_settings(detection={"detectors": [{"type": "spike"}]})


def threshold(settings: Settings) -> float:
    return settings.detection.detectors[0].threshold


def test_an_option_of_a_detector_is_changed(settings: Settings):
    assert threshold(with_changes(settings, ["spike.threshold=6"])) == 6


def test_an_option_of_a_group_is_changed_and_may_be_a_duration(settings: Settings):
    changed = with_changes(settings, ["spike.baseline.half_life=5d", "incidents.calm_after=4h"])
    assert changed.detection.detectors[0].baseline.half_life.days == 5
    assert changed.detection.incidents.calm_after.total_seconds() == 4 * 3600


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("threshold=6", "is not like spike.threshold=6"),
        ("spike.threshold", "is not like spike.threshold=6"),
        ("spike.treshold=6", "there is no 'treshold'; it has audible"),
        ("spike.threshold.more=6", "there is no 'more'; threshold has no parts"),
        ("spike.threshold=-1", "greater than 0"),
        ("spike.threshold=high", "valid number"),
        ("spike.type=ears_c2", "there is no 'type'"),
        ("mean_sd.threshold=6", "'mean_sd' is not one of spike, incidents (choose it with --detectors)"),
        ("spyke.threshold=6", "'spyke' is not one of spike, incidents"),
        ("spike.windows=[5m", "the value cannot be read"),
        ("incidents.calm_after=soon", "is not a duration"),
    ],
)
def test_a_mistake_is_named_with_the_choices(settings: Settings, change: str, words: str):
    with pytest.raises(ConfigError) as error:
        with_changes(settings, [change])
    assert words in str(error.value)
    assert change in str(error.value) or "--set" in str(error.value)


def test_a_detector_that_is_not_configured_comes_with_its_defaults(settings: Settings):
    kinds = [one.type for one in with_detectors(settings, ["mean_sd", "spike"]).detection.detectors]
    assert kinds == ["mean_sd", "spike"]


def test_a_configured_detector_keeps_its_options():
    settings = make_settings(detection={"detectors": [{"type": "spike", "threshold": 7}]})
    assert threshold(with_detectors(settings, ["spike"])) == 7


def test_a_detector_that_is_not_configured_is_as_sensitive_as_the_config():
    settings = make_settings(detection={"sensitivity": "quiet", "detectors": [{"type": "mean_sd"}]})
    assert threshold(with_detectors(settings, ["spike"])) == SpikeOptions.THRESHOLDS[Sensitivity.QUIET]


def test_an_unknown_detector_is_refused_with_the_known_ones(settings: Settings):
    with pytest.raises(ConfigError, match=r"'bogus' is not one of .*spike"):
        with_detectors(settings, ["bogus"])


@pytest.mark.parametrize("sensitivity", Sensitivity)
def test_a_sensitivity_sets_every_threshold(settings: Settings, sensitivity: Sensitivity):
    changed = with_sensitivity(settings, sensitivity)
    assert threshold(changed) == SpikeOptions.THRESHOLDS[sensitivity]
    assert sensitivity_of(changed) is sensitivity


def test_thresholds_of_ones_own_are_no_sensitivity(settings: Settings):
    assert sensitivity_of(with_changes(settings, ["spike.threshold=5.7"])) is None


def test_what_is_tried_is_said_with_what_differs_from_the_defaults(settings: Settings):
    changed = with_changes(settings, ["spike.least_authors=8", "incidents.calm_after=4h"])
    balanced = SpikeOptions.THRESHOLDS[Sensitivity.BALANCED]
    assert told(changed) == [f"spike (threshold {balanced}, least_authors=8)", "incidents (calm_after=4h)"]
