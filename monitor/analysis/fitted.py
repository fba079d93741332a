"""The linear part that was fitted for the default themes; it belongs to the shipped embedding."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from monitor.errors import ModelUnavailable

Floats = NDArray[np.float32]

WEIGHTS = Path(__file__).parent / "weights"
FILE = "themes.npz"


@dataclass(frozen=True, slots=True)
class FittedThemes:
    """How likely a theme is, by the embedding and by whether one of its words stands in the text.

    `vectors` has shape (themes, d), `by_word` and `bias` (themes,): the logit is their sum for unit vectors.
    """

    version: str  # of the model whose embeddings it was fitted to
    ids: tuple[str, ...]
    vectors: Floats
    by_word: Floats
    bias: Floats
    threshold: float  # a theme fits from this probability on

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """What stands in a model's folder; None when there is nothing. Raises ModelUnavailable when it is damaged."""
        path = folder / FILE
        if not path.is_file():
            return None
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                ids = tuple(str(name) for name in kept["ids"])
                vectors, by_word, bias = (kept[name].astype(np.float32) for name in ("vectors", "by_word", "bias"))
                return cls(str(kept["version"]), ids, vectors, by_word, bias, float(kept["threshold"]))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise ModelUnavailable(f"the weights {path} cannot be read: reinstall emberwatch") from error

    def write(self, folder: Path) -> None:
        np.savez_compressed(
            folder / FILE,
            version=np.array(self.version),
            ids=np.array(self.ids),
            vectors=self.vectors.astype(np.float16),
            by_word=self.by_word,
            bias=self.bias,
            threshold=np.array(self.threshold),
        )

    def probabilities(self, theme: str, embeddings: Floats, hits: NDArray[np.bool_]) -> Floats:
        """(n,) of one of `ids`."""
        row = self.ids.index(theme)
        logits = embeddings @ self.vectors[row] + self.by_word[row] * hits + self.bias[row]
        shares: Floats = (1 / (1 + np.exp(-np.clip(logits, -30, 30)))).astype(np.float32)
        return shares
