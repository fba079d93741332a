"""Measures how well copies of texts are recognised, what it costs, and whether it stays fast when many are stored.

    python -m benchmarks.stories [--scale 10000 100000 1000000] [--misses]

Pairs are those of tests/analysis/story_pairs.yaml; the half `choose` is the one that parameters were chosen on. What
it is compared with needs `datasketch`. Stories for the scale are made up of words that are made up.
"""

import argparse
import random
import re
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import count, islice
from pathlib import Path
from typing import Any

import yaml

from monitor.analysis.stories import CROWDED, same, sketch
from monitor.analysis.text import letters
from monitor.facts import Sketch
from monitor.jobs.analyse import place
from monitor.store import stories
from monitor.store.database import open_database, session_of, upgrade

PAIRS = Path(__file__).parent.parent / "tests" / "analysis" / "story_pairs.yaml"
HALVES = ("choose", "held")
BATCH = 64
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts, and whether they tell the same story."""

    half: str
    category: str
    one: str
    other: str
    same: bool


def pairs(path: Path = PAIRS) -> list[Pair]:
    """All labelled pairs."""
    return [pair for base in yaml.safe_load(path.read_text(encoding="utf-8")) for pair in _pairs_of(base)]


def _pairs_of(base: dict[str, Any]) -> Iterator[Pair]:
    text, half = base["text"], base["half"]
    for dress in base.get("dress", []):
        yield Pair(half, dress, text, DRESSES[dress](text), same=True)
    for category, copies in base.get("same", {}).items():
        for copy in copies:
            yield Pair(half, category, text, copy, same=True)
    for category, others in base.get("other", {}).items():
        for other in others:
            yield Pair(half, f"other: {category}", text, other, same=False)


def _stretched(text: str) -> str:
    """Every fourth word ends in five letters instead of one."""
    turn = count()
    return re.sub(r"\w+", lambda word: word[0] + word[0][-1] * 4 * (next(turn) % 4 == 3), text)


def _cut(text: str, part: float) -> str:
    return text[: int(len(text) * part)].rstrip() + "…"


def _full_width(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def _bold(text: str) -> str:
    """Mathematical bold letters, as people use them for headlines."""
    small, large = ord("𝐚") - ord("a"), ord("𝐀") - ord("A")
    letters_only = {code: code + small for code in range(ord("a"), ord("z") + 1)}
    return text.translate(letters_only | {code: code + large for code in range(ord("A"), ord("Z") + 1)})


DRESSES: dict[str, Callable[[str], str]] = {
    "emoji": lambda text: f"😡😡 {text} 🤬👎🏽",
    "link": lambda text: f"{text} https://t.example/aB3xYz9 www.example.org/p?x=1",
    "mention": lambda text: f"@brandcare @ShopTown.help {text} cc @minister_x",
    "hashtags": lambda text: f"{text} #fail #scam #viral #boycott #consumerrights",
    "stretched": _stretched,
    "shouted": str.upper,
    "punctuation": lambda text: re.sub(r"[.,:!?،۔。，]", " ...", text).lower() + " !!!",
    "cut": lambda text: _cut(text, 0.62),
    "half": lambda text: _cut(text, 0.45),
    "fullwidth": _full_width,
    "mathematical": _bold,
    "letters": lambda text: text.translate(str.maketrans("یکہيك", "يكهیک")),
    "mixed": lambda text: f"RT @news_now: {_stretched(text).lower()} 😭😭 #shame pic.example.com/x9 @brandcare",
}


def alike(pair: Pair) -> bool:
    """What is shipped: the same words, or a band in common and signatures that are alike."""
    one, other = sketch(pair.one), sketch(pair.other)
    if one is None or other is None:
        return False
    near = not set(one.bands).isdisjoint(other.bands) and same(one.signature, other.signature)
    return one.fingerprint == other.fingerprint or near


def same_words(pair: Pair) -> bool:
    one, other = sketch(pair.one), sketch(pair.other)
    return one is not None and other is not None and one.fingerprint == other.fingerprint


def min_hash(threshold: float) -> Callable[[Pair], bool]:
    """Plain MinHash of word 3-shingles with 128 permutations through `datasketch`, for comparison."""
    from datasketch import MinHash

    def sketched(text: str) -> Any:
        words = letters(text).split()
        found = MinHash(num_perm=128)
        found.update_batch([" ".join(words[i : i + 3]).encode() for i in range(max(1, len(words) - 2))])
        return found

    return lambda pair: bool(sketched(pair.one).jaccard(sketched(pair.other)) >= threshold)


def measure(judged: Sequence[tuple[Pair, bool]]) -> tuple[float, float]:
    """Precision and recall."""
    told = [pair.same for pair, said in judged if said]
    meant = [said for pair, said in judged if pair.same]
    return sum(told) / max(1, len(told)), sum(meant) / max(1, len(meant))


def show_quality(misses: bool) -> None:
    ways = {"shipped": alike, "same words only": same_words}
    if find_spec("datasketch"):
        ways |= {f"MinHash, 3 words, {t}": min_hash(t) for t in (0.5, 0.7)}
    print(f"{'':24}" + "".join(f"{half}: precision, recall   " for half in HALVES))
    for name, way in ways.items():
        figures = [measure([(p, way(p)) for p in pairs() if p.half == half]) for half in HALVES]
        print(f"{name:24}" + "".join(f"{precision:17.3f} {recall:7.3f}   " for precision, recall in figures))
    right: dict[str, Counter[str]] = defaultdict(Counter)
    for pair in pairs():
        right[pair.category][pair.half] += 1
        right[pair.category][f"{pair.half} right"] += alike(pair) == pair.same
        if misses and alike(pair) != pair.same:
            print(f"  {pair.category}\n    {pair.one}\n    {pair.other}")
    for category, found in sorted(right.items()):
        print(f"  {category:22}" + "".join(f"{found[f'{h} right']:14}/{found[h]:<14}" for h in HALVES))


def show_cost() -> None:
    texts = [text for pair in pairs() for text in (pair.one, pair.other)]
    started = time.process_time()
    for text in texts:
        sketch(text)
    each = (time.process_time() - started) / len(texts)
    print(f"sketching: {each * 1e6:.0f} us of CPU per text of {statistics.mean(map(len, texts)):.0f} letters")


def made_up(rng: random.Random) -> Iterator[str]:
    """Texts of 8 to 60 words that are as unevenly frequent as those of a language."""
    syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    words = ["".join(rng.choices(syllables, k=rng.randint(1, 4))) for _ in range(30_000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    while True:
        pool = rng.choices(words, weights, k=10_000)
        for _ in range(300):
            start = rng.randrange(len(pool) - 60)
            yield " ".join(pool[start : start + rng.randint(8, 60)] + rng.choices(words, k=2))


def fill(session: Any, texts: Iterator[str], number: int) -> None:
    """Store so many stories, each found by bands that are not crowded yet."""
    tellers: Counter[int] = Counter()
    while number > 0:
        some = {one.fingerprint: one for text in islice(texts, min(number, 5000)) if (one := sketch(text))}
        made = [_uncrowded(one, tellers) for one in some.values()]
        stories.begin(session, made, NOW)
        session.commit()
        number -= len(made)


def _uncrowded(one: Sketch, tellers: Counter[int]) -> Sketch:
    bands = tuple(band for band in one.bands if tellers[band] < CROWDED)
    tellers.update(bands)
    return replace(one, bands=bands)


def batches(texts: Iterator[str], known: Sequence[str], rng: random.Random) -> Iterator[list[str]]:
    """Batches of which three quarters are new, the rest copies of what is stored, every second of them changed."""
    while True:
        copies = rng.sample(known, BATCH // 4)
        changed = [f"{text} reso" if i % 2 else text for i, text in enumerate(copies)]
        yield [*islice(texts, BATCH - len(copies)), *changed]


def show_scale(number: int, folder: Path, turns: int = 20) -> None:
    rng = random.Random(1)
    url = f"sqlite:///{folder}/stories-{number}.db"
    engine = open_database(url)
    upgrade(engine)
    texts = made_up(rng)
    known = list(islice(texts, 2000))
    cpu, wall = [], []
    with session_of(engine) as session:
        fill(session, iter(known), len(known) - 100)
        fill(session, texts, number - len(known))
        for batch in islice(batches(texts, known[:1000], rng), turns):
            before, began = time.process_time(), time.perf_counter()
            place(session, {place_: sketch(text) for place_, text in enumerate(batch)}, NOW)
            session.commit()
            cpu.append(time.process_time() - before)
            wall.append(time.perf_counter() - began)
    engine.dispose()
    size = Path(folder / f"stories-{number}.db").stat().st_size / number
    taken = f"{statistics.median(cpu) * 1e3:6.1f} ms of CPU, {statistics.median(wall) * 1e3:6.1f} ms in all"
    print(f"{number:9,} stories: {taken} for {BATCH} texts; {size:.0f} bytes per story")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=int, nargs="*", default=[10_000, 100_000, 1_000_000], metavar="STORIES")
    parser.add_argument("--misses", action="store_true", help="also show the pairs that are judged wrongly")
    asked = parser.parse_args()
    show_quality(asked.misses)
    show_cost()
    for number in asked.scale:
        with tempfile.TemporaryDirectory() as folder:
            show_scale(number, Path(folder))


if __name__ == "__main__":
    main()
