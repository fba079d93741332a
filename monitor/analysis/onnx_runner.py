"""Runs a classifier that comes as an ONNX file."""

import os
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from monitor.analysis.files import ModelFolder
from monitor.errors import ModelUnavailable

Floats = NDArray[np.float32]

NO_TELEMETRY = "ORT_DISABLE_TELEMETRY"
"""From 1.31 on, onnxruntime tells its makers of each start and model unless this is set before it is imported."""
_MOST_AT_ONCE = 4
"""Passes side by side; each takes up to 25 MB."""


class OnnxRunner:
    """Inputs `input_ids`, `attention_mask` (and zeros for types), output `logits`. May be called by several threads.

    Embeddings are the output `embedding`, if there is one. The last hidden states of a classifier will not do: they
    keep little of what a text is about (docs/sentiment.md: 30 % of the probe sentences got their theme).
    """

    def __init__(self, session: Any, at_once: int = 1) -> None:
        self.at_once = at_once
        self._session = session
        self._inputs = {item.name for item in session.get_inputs()}
        shapes = {item.name: item.shape for item in session.get_outputs()}
        if "logits" not in shapes:
            raise ModelUnavailable(f"the ONNX file gives {sorted(shapes)} but no `logits`: export a classifier")
        width = shapes["embedding"][-1] if "embedding" in shapes else 0
        self.width: int = width if isinstance(width, int) else 0
        self._outputs = ["logits", *(["embedding"] if self.width else [])]

    @classmethod
    def load(cls, folder: ModelFolder, threads: int | None) -> Self:
        """Raises ModelUnavailable when onnxruntime is missing or refuses the file.

        Threads take whole passes rather than shares of one: they never wait for each other. Waiting in a busy loop,
        the default of onnxruntime, costs half as much again where something else runs on the machine too.
        """
        os.environ.setdefault(NO_TELEMETRY, "1")
        try:
            import onnxruntime
            from onnxruntime.capi import onnxruntime_pybind11_state as errors
        except ImportError as error:
            raise ModelUnavailable("the package `onnxruntime` is missing: pip install onnxruntime") from error
        refusals = (
            errors.Fail, errors.InvalidProtobuf, errors.InvalidGraph, errors.InvalidArgument, errors.NotImplemented,
        )  # fmt: skip
        threads = threads or os.cpu_count() or 1
        at_once = min(threads, _MOST_AT_ONCE)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads // at_once
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3  # errors only: its warnings are about graph optimisation
        try:
            session = onnxruntime.InferenceSession(str(folder.onnx), options, providers=["CPUExecutionProvider"])
        except refusals as error:
            raise ModelUnavailable(f"{folder.onnx} cannot be loaded by onnxruntime: {error}") from error
        return cls(session, at_once)

    def __call__(self, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> tuple[Floats, Floats | None]:
        """ids and mask (texts, tokens) to logits (texts, classes) and embeddings (texts, width)."""
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        found = self._session.run(self._outputs, {name: given[name] for name in self._inputs})
        return found[0].astype(np.float32), found[1].astype(np.float32) if self.width else None
