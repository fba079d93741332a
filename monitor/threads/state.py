"""What one look at the complaints of a brand keeps for the next: when it was, the model, the middles of languages."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from monitor.threads.space import Space

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class State:
    """`space` is of embeddings of `model` (name and version)."""

    looked_at: datetime
    model: str
    space: Space

    @classmethod
    def read(cls, kept: str) -> Self | None:
        """None when nothing was kept, or nothing that this version reads: then all is made anew."""
        try:
            found: dict[str, Any] = json.loads(kept)
            middles = {language: _vector(values) for language, values in found["languages"].items()}
            space = Space(int(found["size"]), middles, {name: int(n) for name, n in found["texts"].items()})
            return cls(datetime.fromisoformat(found["looked_at"]), str(found["model"]), space)
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    def write(self) -> str:
        found = {
            "looked_at": self.looked_at.isoformat(),
            "model": self.model,
            "size": self.space.size,
            "texts": dict(self.space.texts),
            "languages": {language: _written(vector) for language, vector in self.space.of_language.items()},
        }
        return json.dumps(found, sort_keys=True)


def _written(vector: Floats) -> str:
    return base64.b64encode(vector.astype("<f2").tobytes()).decode("ascii")


def _vector(written: str) -> Floats:
    vector: Floats = np.frombuffer(base64.b64decode(written), "<f2").astype(np.float32)
    return vector
