"""Averages checkpoints of one base model weight by weight: `python -m training.average A=0.6 B=0.4 --out FILE`.

Two runs from the same start lie in one valley of the loss; between them the network reads texts unlike its training
texts better than at either end (Wortsman et al. 2022, model soups). Tensors that only the first file has stay as they
are there. The corrections of the words are averaged as what they add to the words, and brought back to their rank.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

Tensors = dict[str, NDArray[np.float32]]


def average(files: Sequence[tuple[Path, float]]) -> Tensors:
    """The weighted mean, in float32 and without the prefix `bert.`; the shares must add up to 1 (ValueError)."""
    if abs(sum(share for _, share in files) - 1) > 1e-6:
        raise ValueError(f"the shares {[share for _, share in files]} do not add up to 1")
    opened = [
        ({name.removeprefix("bert."): value for name, value in load_file(path).items()}, share) for path, share in files
    ]
    first = opened[0][0]
    means = {name: _mean(name, first, opened) for name in first if not name.startswith("words.")}
    return means | _words([(tensors, share) for tensors, share in opened if "words.down" in tensors])


def _mean(name: str, first: Tensors, opened: Sequence[tuple[Tensors, float]]) -> NDArray[np.float32]:
    parts = [value.get(name, first[name]).astype(np.float32) * share for value, share in opened]
    total: NDArray[np.float32] = np.sum(parts, axis=0)
    return total


def _words(opened: Sequence[tuple[Tensors, float]]) -> Tensors:
    """down (pieces, rank) and up (rank, hidden), whose product is nearest to the mean of the products."""
    if not opened:
        return {}
    total = sum(share for _, share in opened)
    rank = opened[0][0]["words.down"].shape[1]
    downs = [tensors["words.down"].astype(np.float32) * (share / total) for tensors, share in opened]
    ups = np.concatenate([tensors["words.up"].astype(np.float32) for tensors, _ in opened])
    basis, rest = np.linalg.qr(np.concatenate(downs, axis=1))
    left, strength, right = np.linalg.svd(rest @ ups, full_matrices=False)
    return {"words.down": basis @ (left[:, :rank] * strength[:rank]), "words.up": right[:rank]}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", help="safetensors file and its share, as FILE=0.6")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    pairs = [given.rsplit("=", 1) for given in options.files]
    mean = average([(Path(name), float(share)) for name, share in pairs])
    part = options.out.with_name(f"{options.out.name}.part")
    save_file({name: value.astype(np.float16) for name, value in mean.items()}, part)
    part.replace(options.out)


if __name__ == "__main__":
    main()
