"""Makes a model's probabilities honest and its label useful, by numbers that were fitted per language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from monitor.errors import ModelUnavailable
from monitor.facts import Sentiment

Floats = NDArray[np.float32]

_TEMPERATURES = {"least": 0.01, "most": 100.0}  # below it every answer is 0 or 1, beyond it a third each
_THRESHOLDS = {"least": 0.01, "most": 1.0}  # from 0 on everything would be negative, an empty text too


@dataclass(frozen=True, slots=True)
class Calibration:
    """Which numbers hold for a text; languages that are not named have the common ones.

    Without a threshold a text is negative when that is the likeliest: a fixed share would lose macro-F1 (measured with
    0.5 on Roman Urdu: six points).

    Codes are compared as they are: `ur-Latn` is not `ur`, they are read differently well.
    """

    temperature: float = 1.0  # logits are divided by it
    temperatures: Mapping[str, float] = field(default_factory=dict)
    negative_from: float | None = None  # P(negative) from which a text is called negative
    negative_from_by_language: Mapping[str, float] = field(default_factory=dict)
    certainty: float = 0.5  # below it the likeliest class is doubtful

    @classmethod
    def read(cls, config: Mapping[str, Any], place: Path) -> Self:
        """From the object `emberwatch` of a config.json at `place`. Raises ModelUnavailable naming what is wrong."""
        return cls(
            temperature=number(config, "temperature", 1.0, place, **_TEMPERATURES),
            temperatures=_by_language(config, "temperatures", place, **_TEMPERATURES),
            negative_from=number(config, "negative_from", 0.5, place, **_THRESHOLDS)
            if "negative_from" in config
            else None,
            negative_from_by_language=_by_language(config, "negative_from_by_language", place, **_THRESHOLDS),
            certainty=number(config, "certainty", 0.5, place),
        )

    def changed(self, *, certainty: float | None = None, negative_from: float | None = None) -> Self:
        """With the operator's numbers where given; his `negative_from` holds for every language."""
        found = self if certainty is None else replace(self, certainty=certainty)
        if negative_from is None:
            return found
        return replace(found, negative_from=negative_from, negative_from_by_language={})

    def divisors(self, languages: Sequence[str | None]) -> Floats:
        """(n,): what the logits of a text of each language are divided by; None is a language nobody looked for."""
        found = [self.temperatures.get(code or "", self.temperature) for code in languages]
        return np.array(found, np.float32)

    def threshold(self, language: str | None = None) -> float | None:
        """P(negative) from which a text of this language is called negative; None: where it is the likeliest."""
        return self.negative_from_by_language.get(language or "", self.negative_from)

    def label(self, language: str | None, negative: float, neutral: float, positive: float) -> Sentiment:
        """What a text with these probabilities is held to be; neutral where neutral and positive are equal."""
        least = self.threshold(language)
        if negative >= (max(neutral, positive) if least is None else least):
            return Sentiment.NEGATIVE
        return Sentiment.POSITIVE if positive > neutral else Sentiment.NEUTRAL

    def unsure(self, negative: float, neutral: float, positive: float) -> bool:
        """Whether a person should look: no class is as probable as the certainty asks."""
        return max(negative, neutral, positive) < self.certainty


def number(
    config: Mapping[str, Any], name: str, usual: float, place: Path, *, least: float = 0.0, most: float = 1.0
) -> float:
    """A number of a model's config from `least` to `most`. Raises ModelUnavailable naming key, value and bounds."""
    value = config.get(name, usual)
    if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
        raise ModelUnavailable(
            f"{place}: emberwatch.{name} is {value!r}, it must be a number from {least:g} to {most:g}"
        )
    return float(value)


def _by_language(config: Mapping[str, Any], name: str, place: Path, **bounds: float) -> dict[str, float]:
    values = config.get(name, {})
    if not isinstance(values, dict):
        raise ModelUnavailable(f"{place}: emberwatch.{name} is {values!r}, it must be an object of numbers by language")
    named = {f"{name}.{code}": value for code, value in values.items()}
    return {code: number(named, f"{name}.{code}", 1.0, place, **bounds) for code in values}
