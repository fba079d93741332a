"""The settings of a replay: those of the config, with what was asked to be tried instead."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from monitor.config import DetectionOptions, Settings
from monitor.detection import DETECTORS, options_of
from monitor.errors import ConfigError
from monitor.facts import Sensitivity
from monitor.incidents import IncidentOptions

INCIDENTS = "incidents"
"""`--set incidents.calm_after=4h` is about the rules of incidents, all others name a detector."""


def with_detectors(settings: Settings, kinds: Sequence[str]) -> Settings:
    """Only these detectors, each with its options of the config, or its defaults; all configured ones when none."""
    for kind in kinds:
        if kind not in DETECTORS:
            raise ConfigError(f"--detectors: {kind!r} is not one of {', '.join(sorted(DETECTORS))}")
    if not kinds:
        return settings
    known = {options.type: options for options in settings.detection.detectors}
    chosen = [known.get(kind) or _usual(kind, settings) for kind in dict.fromkeys(kinds)]
    return with_these(settings, chosen)


def _usual(kind: str, settings: Settings) -> Any:
    """The defaults of a detector that the config does not name, at the config's sensitivity."""
    options = options_of(kind)()
    return options.model_copy(update={"threshold": threshold_of(options, settings.detection.sensitivity)})


def with_these(settings: Settings, detectors: Sequence[Any]) -> Settings:
    """With these options of detectors in the place of the configured ones."""
    return _with(settings, detectors=tuple(detectors))


def with_sensitivity(settings: Settings, sensitivity: Sensitivity) -> Settings:
    """Every detector at its threshold of that sensitivity, whatever the config says of thresholds."""
    at = [one.model_copy(update={"threshold": threshold_of(one, sensitivity)}) for one in settings.detection.detectors]
    return with_these(settings, at)


def threshold_of(options: Any, sensitivity: Sensitivity) -> float:
    """The threshold of a detector's options at that sensitivity."""
    thresholds: Mapping[Sensitivity, float] = type(options).THRESHOLDS
    return thresholds[sensitivity]


def sensitivity_of(settings: Settings) -> Sensitivity | None:
    """The sensitivity that all detectors stand at, None when they stand at none, or at different ones."""
    detectors = settings.detection.detectors
    alike = [one for one in Sensitivity if all(d.threshold == threshold_of(d, one) for d in detectors)]
    return Sensitivity.BALANCED if Sensitivity.BALANCED in alike else next(iter(alike), None)


def with_changes(settings: Settings, changes: Sequence[str]) -> Settings:
    """With options set as `spike.threshold=6`, `spike.baseline.half_life=5d` or `incidents.calm_after=4h`."""
    for change in changes:
        settings = _with_change(settings, change)
    return settings


def _with_change(settings: Settings, change: str) -> Settings:
    path, sign, written = change.partition("=")
    name, *keys = path.strip().split(".")
    if not sign or not keys:
        raise ConfigError(f"--set: {change!r} is not like spike.threshold=6 or incidents.calm_after=4h")
    value = _value(change, written)
    if name == INCIDENTS:
        return _with(settings, incidents=_changed(settings.detection.incidents, keys, value, change))
    kinds = [one.type for one in settings.detection.detectors]
    if name not in kinds:
        more = " (choose it with --detectors)" if name in DETECTORS else ""
        raise ConfigError(f"--set: {name!r} is not one of {', '.join((*kinds, INCIDENTS))}{more}")
    detectors = settings.detection.detectors
    return _with(
        settings,
        detectors=tuple(_changed(one, keys, value, change) if one.type == name else one for one in detectors),
    )


def _value(change: str, written: str) -> Any:
    try:
        return yaml.safe_load(written)
    except yaml.YAMLError as error:
        raise ConfigError(f"--set: {change!r}: the value cannot be read") from error


def _changed(options: BaseModel, keys: Sequence[str], value: Any, change: str) -> Any:
    """The options with one of them, perhaps inside of a group, set to another value."""
    told = options.model_dump()
    inside, group = told, options
    for i, key in enumerate(keys):
        names = sorted(set(type(group).model_fields) - {"type"}) if isinstance(group, BaseModel) else []
        if key not in names:
            there = f"it has {', '.join(names)}" if names else f"{keys[i - 1]} has no parts"
            raise ConfigError(f"--set: {change!r}: there is no {key!r}; {there}")
        if i < len(keys) - 1:
            inside, group = inside[key], getattr(group, key)
    inside[keys[-1]] = value
    try:
        return type(options).model_validate(told)
    except ValidationError as error:
        reasons = "; ".join(str(one["msg"]).removeprefix("Value error, ") for one in error.errors())
        raise ConfigError(f"--set: {change!r}: {reasons}") from error


def _with(settings: Settings, **changes: Any) -> Settings:
    detection: DetectionOptions = settings.detection.model_copy(update=changes)
    return settings.model_copy(update={"detection": detection})


def told(settings: Settings) -> list[str]:
    """What was tried, in the words of the config: each detector with what differs from its defaults."""
    lines = [_told(options.type, options) for options in settings.detection.detectors]
    differs = _differences(settings.detection.incidents, IncidentOptions())
    return [*lines, f"{INCIDENTS} ({differs})"] if differs else lines


def _told(name: str, options: BaseModel) -> str:
    differs = _differences(options, type(options)())
    threshold = f"threshold {getattr(options, 'threshold', '')}"
    parts = [part for part in (threshold, *differs.split(", ")) if part and not part.startswith("threshold=")]
    return f"{name} ({', '.join(parts)})"


def _differences(options: BaseModel, usual: BaseModel) -> str:
    now, then = options.model_dump(mode="json"), usual.model_dump(mode="json")
    return ", ".join(f"{name}={now[name]}" for name in now if now[name] != then[name])
