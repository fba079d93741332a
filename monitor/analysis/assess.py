"""Assesses texts: language, sentiment, themes and embedding in one pass."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.default_themes import default_themes
from monitor.analysis.language import LanguageIdentifier
from monitor.analysis.model import SentimentModel
from monitor.analysis.options import AnalysisOptions, ThemeOptions
from monitor.analysis.themes import ThemeIndex
from monitor.facts import Prediction

Floats = NDArray[np.float32]


class Assessor:
    """Everything needed to assess texts, loaded once; `name` and `version` say which model answered."""

    def __init__(
        self,
        model: SentimentModel,
        embedder: SentimentModel,
        languages: LanguageIdentifier,
        themes: ThemeIndex,
    ) -> None:
        self.name = model.name
        self.version = model.version
        self._model = model
        self._embedder = embedder
        self._languages = languages
        self._themes = themes

    def assess(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction per text, in order. Never raises on any text; an empty one is neutral, without themes."""
        if not texts:
            return []
        reading = self._model.predict(texts)
        embeddings = self._embedder.embed(texts) if reading.embeddings is None else reading.embeddings
        return [
            Prediction(language, negative, neutral, positive, themes, packed(vector))
            for language, (negative, neutral, positive), themes, vector in zip(
                self._languages.identify_all(texts),
                reading.probabilities.tolist(),
                self._themes.match(embeddings),
                embeddings,
                strict=True,
            )
        ]


def load_assessor(options: AnalysisOptions | None = None, themes: Sequence[ThemeOptions] | None = None) -> Assessor:
    """Load what the options name; the default themes are used when none are given. Raises ModelUnavailable."""
    options = options or AnalysisOptions()
    model = SentimentModel.load(options.model, batch_size=options.batch_size, threads=options.threads)
    embedder = model
    if not model.embeds:
        embedder = SentimentModel.load(batch_size=options.batch_size, threads=options.threads)
    threshold = embedder.theme_threshold if options.theme_threshold is None else options.theme_threshold
    examples = {theme.id: theme.examples for theme in themes or default_themes()}
    index = ThemeIndex(examples, embedder.embed, threshold)
    return Assessor(model, embedder, LanguageIdentifier.load(), index)


def packed(vector: Floats) -> bytes:
    """A unit vector as int8 bytes, times 127."""
    return np.clip(np.rint(vector * 127), -127, 127).astype(np.int8).tobytes()


def unpacked(embedding: bytes) -> Floats:
    """The unit vector that `packed` stored."""
    vector: Floats = np.frombuffer(embedding, np.int8).astype(np.float32)
    return vector / max(float(np.linalg.norm(vector)), 1e-12)
