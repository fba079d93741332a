"""Assesses texts: language, sentiment, themes and embedding in one pass."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.calibration import Calibration
from monitor.analysis.default_themes import default_themes
from monitor.analysis.language import LanguageIdentifier
from monitor.analysis.model import SentimentModel
from monitor.analysis.options import AnalysisOptions, ThemeOptions
from monitor.analysis.subject import Weights, weights_for
from monitor.analysis.text import readable
from monitor.analysis.themes import ThemeIndex, fitted_for, theme_index
from monitor.facts import Prediction, ThemeScore

Floats = NDArray[np.float32]

_BLOCK = 1024
"""Texts that are worked on at once: what is kept of each while others are read adds up to tens of megabytes."""


class Assessor:
    """Everything needed to assess texts, loaded once; `name` and `version` say which model answered."""

    def __init__(
        self,
        model: SentimentModel,
        embedder: SentimentModel,
        languages: LanguageIdentifier,
        themes: ThemeIndex,
        calibration: Calibration | None = None,
        subjects: Weights | None = None,
    ) -> None:
        """`calibration` says what a text is called and which are doubtful; the model's own when not given.

        `subjects` are the weights that fit the embeddings, by which a brand is told from a word, if there are any.
        """
        self.name = model.name
        self.version = model.version
        self.subjects = subjects
        self._model = model
        self._embedder = embedder
        self._languages = languages
        self._themes = themes
        self._calibration = calibration or model.calibration

    def assess(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction per text, in order. Never raises on any text; an empty one is neutral, without themes."""
        blocks = (texts[start : start + _BLOCK] for start in range(0, len(texts), _BLOCK))
        return [prediction for block in blocks for prediction in self._assess(block)]

    def _assess(self, texts: Sequence[str]) -> list[Prediction]:
        plain = [readable(text) for text in texts]
        languages = self._languages.identify_all(plain)
        reading = self._model.predict(texts, languages)
        embeddings = self._embedder.embed(texts) if reading.embeddings is None else reading.embeddings
        said = zip(
            languages, reading.probabilities.tolist(), self._themes.match(embeddings, plain), embeddings, strict=True
        )
        return [self._prediction(*one) for one in said]

    def _prediction(
        self, language: str, shares: list[float], themes: tuple[ThemeScore, ...], vector: Floats
    ) -> Prediction:
        negative, neutral, positive = shares
        label = self._calibration.label(language, negative, neutral, positive)
        unsure = self._calibration.unsure(negative, neutral, positive)
        return Prediction(language, negative, neutral, positive, themes, packed(vector), label, unsure)


def load_assessor(options: AnalysisOptions | None = None, themes: Sequence[ThemeOptions] | None = None) -> Assessor:
    """Load what the options name; the default themes are used when none are given. Raises ModelUnavailable."""
    options = options or AnalysisOptions()
    model = SentimentModel.load(options.model, batch_size=options.batch_size, threads=options.threads)
    embedder = model
    if not model.embeds:
        embedder = SentimentModel.load(batch_size=options.batch_size, threads=options.threads)
    threshold = embedder.theme_threshold if options.theme_threshold is None else options.theme_threshold
    fitted = fitted_for(embedder.name, embedder.version, options.theme_threshold)
    index = theme_index(themes or default_themes(), embedder.embed, threshold, fitted)
    calibration = model.calibration.changed(certainty=options.certainty, negative_from=options.negative_from)
    subjects = weights_for(embedder.name, embedder.version)
    return Assessor(model, embedder, LanguageIdentifier.load(), index, calibration, subjects)


def packed(vector: Floats) -> bytes:
    """A unit vector as int8 bytes, times 127."""
    return np.clip(np.rint(vector * 127), -127, 127).astype(np.int8).tobytes()


def unpacked(embedding: bytes) -> Floats:
    """The unit vector that `packed` stored."""
    vector: Floats = np.frombuffer(embedding, np.int8).astype(np.float32)
    return vector / max(float(np.linalg.norm(vector)), 1e-12)
