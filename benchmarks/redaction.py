"""How well and how fast numbers and addresses of people are found, on made texts and on real ones.

    python -m benchmarks.redaction [--each 40] [--sample 0]

Recall is the share of what has to go that is gone whole; precision the share of what was taken that had to go. The
templates are split in two: rules were chosen on one half, and the other was held out. Of the real texts (those of
EMBERWATCH_DATA) nobody knows what is in them: it is counted what is found, and `--sample` prints so many for a look.
"""

import argparse
import gzip
import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.redaction_texts import Text, texts
from monitor.redaction import Found, find

SEED = 20261123
MOST_REAL = 200_000
REGIONS = ("PK", "IN", "PH")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=40, help="texts of each template")
    parser.add_argument("--sample", type=int, default=0, help="print so many of what is found in the real texts")
    parser.add_argument(
        "--wrong", action="store_true", help="print what went wrong in the half that rules are chosen on"
    )
    asked = parser.parse_args()
    made = list(texts(SEED, asked.each))
    for held_out in (False, True):
        half = [one for one in made if one.held_out is held_out]
        print(f"\n{'held out' if held_out else 'chosen on'}: {len(half):,} texts")
        _show(half, wrong=asked.wrong and not held_out)
    _speed([one.text for one in made])
    folder = Path(os.environ.get("EMBERWATCH_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if folder.is_dir():
        _real(folder, asked.sample)


def _show(half: Sequence[Text], *, wrong: bool) -> None:
    had, whole, taken, right = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for one in half:
        found = find(one.text, REGIONS)
        had[one.about] += len(one.spans)
        gone = sum(_is_gone(one.text, span, found) for span in one.spans)
        whole[one.about] += gone
        taken[one.about] += len(found)
        good = sum(any(_overlaps(hit, span) for span in one.spans) for hit in found)
        right[one.about] += good
        if wrong and (gone < len(one.spans) or good < len(found)):
            print("   ", one.about, repr(one.text), [(one.text[hit.start : hit.end], hit.kind.value) for hit in found])
    for about in dict.fromkeys(one.about for one in half):
        number = sum(one.about == about for one in half)
        recall = f"{whole[about] / had[about]:8.3f}" if had[about] else "       –"
        print(f"  {about:32}{number:6} texts  recall {recall}  wrongly taken {taken[about] - right[about]:5}")
    recall, precision = sum(whole.values()) / sum(had.values()), sum(right.values()) / sum(taken.values())
    print(f"  recall {recall:.4f}, precision {precision:.4f}")


def _is_gone(text: str, span: tuple[int, int, str], found: Iterable[Found]) -> bool:
    """Whether every letter and digit of it is taken, whatever it was held to be."""
    return any(hit.end >= span[1] and not any(map(str.isalnum, text[span[0] : hit.start])) for hit in found)


def _overlaps(hit: Found, span: tuple[int, int, str]) -> bool:
    return hit.start < span[1] and span[0] < hit.end


def _speed(made: Sequence[str]) -> None:
    started = time.perf_counter()
    for text in made:
        find(text, REGIONS)
    print(f"\n{len(made) / (time.perf_counter() - started):,.0f} of these texts/s, each with a number in it")


def _real(folder: Path, sample: int) -> None:
    read = list(_read(folder))
    started = time.perf_counter()
    hits = [(text, hit) for text in read for hit in find(text, REGIONS)]
    seconds = time.perf_counter() - started
    kinds = Counter(hit.kind.value for _, hit in hits)
    print(f"{len(read):,} real texts, {len(read) / seconds:,.0f}/s; found: {dict(kinds.most_common())}")
    for text, hit in random.Random(SEED).sample(hits, min(sample, len(hits))):
        near = " ".join(text[max(0, hit.start - 50) : hit.end + 25].split())
        print(f"  {hit.kind.value:10} {text[hit.start : hit.end]!r:36} {near!r}")


def _read(folder: Path) -> Iterator[str]:
    """Real texts, the same in every run, some of each file."""
    files = sorted((folder / "sentiment").glob("t*/*.jsonl.gz"))
    most = max(1, MOST_REAL // max(1, len(files)))
    for path in files:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if number >= most:
                    break
                yield str(json.loads(line)["text"])


if __name__ == "__main__":
    main()
