"""Runs a classifier that has no ONNX files through torch, the extra `emberwatch[torch]`."""

import importlib
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.files import ModelFolder
from monitor.errors import ModelUnavailable

_NO_CODE: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False, "use_safetensors": True}
"""Nothing of a model runs but what we have: no program beside its weights, and no weights that are a pickle."""


class TorchRunner:
    """Same call as the ONNX runner; gives no embeddings. One pass at a time: torch shares it among its threads."""

    width = 0
    at_once = 1

    def __init__(self, torch: Any, model: Any) -> None:
        self._torch = torch
        self._model = model.eval()

    @classmethod
    def load(cls, folder: ModelFolder, threads: int | None) -> Self:
        """Raises ModelUnavailable when torch is missing or the files cannot be loaded."""
        try:
            torch = importlib.import_module("torch")
        except ImportError as error:
            raise ModelUnavailable(
                f"model {folder.name!r} has no ONNX files and torch is not installed: pip install 'emberwatch[torch]'"
            ) from error
        if threads:
            torch.set_num_threads(threads)
        from transformers import AutoModelForSequenceClassification

        try:
            model = AutoModelForSequenceClassification.from_pretrained(str(folder.path), **_NO_CODE)  # nosec B615
        except (OSError, ValueError) as error:
            raise ModelUnavailable(f"{folder.path} cannot be loaded by transformers: {error}") from error
        return cls(torch, model)

    def __call__(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> tuple[NDArray[np.float32], None]:
        given = {"input_ids": self._torch.from_numpy(ids), "attention_mask": self._torch.from_numpy(mask)}
        with self._torch.inference_mode():
            logits: NDArray[np.float32] = self._model(**given).logits.float().numpy()
        return logits, None
