"""Detectors: pure functions from a brand's stream to findings, named in one written registry."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from pydantic import BaseModel

from monitor.facts import Finding, Stream

# Modules are named, not imported, so that reading the settings does not load scipy.
DETECTORS: dict[str, str] = {
    "spike": "monitor.detection.spike",
    "review_bombing": "monitor.detection.review_bombing",
    "rating_drop": "monitor.detection.rating_drop",
    "slow_burn": "monitor.detection.slow_burn",
    "mean_sd": "monitor.detection.mean_sd",
    "ears_c2": "monitor.detection.ears_c2",
    "volume": "monitor.detection.volume",
}


def options_of(kind: str) -> type[BaseModel]:
    """The options class of one detector; KeyError when the registry does not know it."""
    options: type[BaseModel] = import_module(DETECTORS[kind]).Options
    return options


def detector(kind: str) -> Callable[[Stream, Any], list[Finding]]:
    """The `detect(stream, options)` of one detector; KeyError when the registry does not know it."""
    detect: Callable[[Stream, Any], list[Finding]] = import_module(DETECTORS[kind]).detect
    return detect
