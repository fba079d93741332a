"""Finds the files of a model: in a folder, or in the Hugging Face hub's cache after downloading."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.analysis.calibration import Calibration, number
from monitor.errors import ModelUnavailable

_ONNX_PLACES = ("model.onnx", "onnx/model.onnx", "onnx/model_quantized.onnx", "onnx/model_int8.onnx")
_SMALL_FILES = ("*.json", "*.txt", "*.model")
_TORCH_FILES = ("*.safetensors",)
"""Not `pytorch_model*.bin`: those are pickles, and to read one is to run what stands in it."""
_FEWEST_TOKENS, _MOST_TOKENS = 8, 512
_USUAL_TOKENS = 128  # posts and reviews are short; more tokens cost time on every batch


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model on disk: `onnx` is None when only torch can run it."""

    name: str
    version: str
    path: Path
    onnx: Path | None
    id2label: dict[int, str]
    max_tokens: int
    theme_threshold: float | None
    calibration: Calibration


def open_folder(name_or_path: str | Path, name: str = "") -> ModelFolder:
    """The files of a local folder or a Hugging Face id. Raises ModelUnavailable with what to do."""
    path = Path(name_or_path)
    if path.is_dir():
        return _read(path, name or path.name, "")
    if name or path.is_absolute() or str(name_or_path).startswith((".", "~")):
        raise ModelUnavailable(f"no model in {path}: the folder does not exist")
    path = _download(str(name_or_path))
    return _read(path, str(name_or_path), path.name[:12])


def _read(path: Path, name: str, version: str) -> ModelFolder:
    place = path / "config.json"
    config = _json(place)
    ours = _ours(config, place)
    onnx = next((path / file for file in _ONNX_PLACES if (path / file).is_file()), None)
    if onnx is None and not any(next(path.glob(pattern), None) for pattern in _TORCH_FILES):
        looked = ", ".join((*_ONNX_PLACES, *_TORCH_FILES))
        raise ModelUnavailable(f"no weights in {path}: looked for {looked}; pickled ones (.bin) are not opened")
    return ModelFolder(
        name=name,
        version=str(ours.get("version", version or "unversioned")),
        path=path,
        onnx=onnx,
        id2label=_labels(config, place),
        max_tokens=_max_tokens(ours, place),
        theme_threshold=number(ours, "theme_threshold", 0, place, least=-1)
        if ours.get("theme_threshold") is not None
        else None,
        calibration=Calibration.read(ours, place),
    )


def _ours(config: dict[str, Any], place: Path) -> dict[str, Any]:
    ours = config.get("emberwatch", {})
    if not isinstance(ours, dict):
        raise ModelUnavailable(f"{place}: emberwatch is {ours!r}, it must be an object")
    return ours


def _labels(config: dict[str, Any], place: Path) -> dict[int, str]:
    try:
        return {int(key): str(label) for key, label in config.get("id2label", {}).items()}
    except (AttributeError, ValueError) as error:
        raise ModelUnavailable(f'{place}: id2label must be an object like {{"0": "negative"}}') from error


def _max_tokens(ours: dict[str, Any], place: Path) -> int:
    """More than a model of this kind can read are brought down to that."""
    asked = number(ours, "max_tokens", _USUAL_TOKENS, place, least=_FEWEST_TOKENS, most=1_000_000)
    return min(int(asked), _MOST_TOKENS)


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelUnavailable(f"no model in {path.parent}: {path.name} is missing") from error
    except ValueError as error:
        raise ModelUnavailable(f"{path} is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise ModelUnavailable(f"{path} is not a model's config")
    return found


def _download(model_id: str) -> Path:
    """The hub's folder of a model, from the cache when there is no network; ONNX files if it has any, else torch's.

    `owner/name@COMMIT` is that very state of it; `owner/name` the newest, whatever its owner puts there.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    patterns = [*_SMALL_FILES, *(f"{place}*" for place in _ONNX_PLACES[:2])]
    name, _, commit = model_id.partition("@")
    revision = commit or None
    try:
        path = Path(snapshot_download(name, revision=revision, allow_patterns=patterns))  # nosec B615
        if not any((path / place).is_file() for place in _ONNX_PLACES):
            more = [*patterns, *_ONNX_PLACES, *_TORCH_FILES]
            path = Path(snapshot_download(name, revision=revision, allow_patterns=more))  # nosec B615
    except HFValidationError as error:
        raise ModelUnavailable(f"{model_id!r} is neither a folder nor a Hugging Face id like `owner/name`") from error
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        raise ModelUnavailable(
            f"model {model_id!r} is not on this machine and could not be downloaded from the Hugging Face hub: "
            f"check the name and the network, or set `analysis.model` to `builtin` or a folder ({error})"
        ) from error
    return path
