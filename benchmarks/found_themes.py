"""Measures found themes: whether hidden themes are found again, and whether labels stay from one week to the next.

    EMBERWATCH_DATA=../shared python -m benchmarks.found_themes
        [--only spaces|hidden|stable|cost] [--half choosing|measuring] [--names]

Spaces: how often the nearest other text has the same theme, and the same language, as embeddings are and as placed.

Hidden: texts written for training (the choosing half) or labelled by people and read from shop reviews (the measuring
half), of which the themes are not told to the grouping; how well do the groups match them? Only texts read as negative
count, and only those with one hidden theme are judged; the rest is there as it would be.

Stable: streams with times, cut into pieces of as many complaints as a brand may have in a week. Weeks 1..n and 1..n+1
are grouped (a) with what was kept from each week to the next, (b) each from scratch, and labels are matched one to one
(Hungarian). Told is the share of the complaints of weeks 1..n that have a label in either, which is the same in both.

Cost: made-up complaints of eight weeks, as many as one look goes through.
"""

import argparse
import gzip
import json
import pickle
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from benchmarks.stream_texts import author_of, event_times, stream_file
from monitor.analysis.assess import load_assessor, unpacked
from monitor.analysis.stories import Shelf, sketch
from monitor.facts import Prediction, Sentiment
from monitor.threads.grouping import ALONE, Ints
from monitor.threads.looking import Heard, Looked, look, without
from monitor.threads.naming import Told, name_all
from monitor.threads.space import Space

Floats = NDArray[np.float32]
KEPT = Path(tempfile.gettempdir()) / "emberwatch-found-themes"
FIRST = frozenset({"app", "billing", "food", "price", "safety", "delivery"})
"""The themes hidden in the choosing half; in the measuring half it is the others."""
STREAMS = {"choosing": ("power_outage_tweets",), "measuring": ("ph_covid_manila_tweets", "daraz_roman_urdu")}
WEEKS, LOOKED_AT = 9, 8
LEAST_WORDS, MOST = 1, 24  # as the job has it


@dataclass(frozen=True)
class Text:
    """One text as the shipped model read it."""

    text: str
    said: Prediction
    themes: frozenset[str]
    author: int
    story: int | None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=("spaces", "hidden", "stable", "cost"))
    parser.add_argument("--half", choices=tuple(STREAMS), default="measuring")
    parser.add_argument("--names", action="store_true", help="also show the words of the groups")
    asked = parser.parse_args()
    if asked.only in (None, "spaces"):
        show_spaces(asked.half)
    if asked.only in (None, "hidden"):
        show_hidden(asked.half, names=asked.names)
    if asked.only in (None, "stable"):
        show_stable(asked.half)
    if asked.only in (None, "cost"):
        show_cost()


def show_spaces(half: str) -> None:
    print("| texts | nearest has the theme: as is, placed | nearest has the language: as is, placed |")
    print("|---|---|---|")
    for name, texts, hidden in _hidden(half):
        judged = [one for one in texts if len(one.themes) == 1 and one.themes <= hidden]
        kept = [one for one in judged if one.said.label is Sentiment.NEGATIVE]
        heard, themes = _heard(kept, [0] * len(kept)), np.array([next(iter(one.themes)) for one in kept])
        shares = []
        for points in (heard.embeddings, _space(heard).place(heard.embeddings, heard.languages)):
            cosines = points @ points.T
            np.fill_diagonal(cosines, -1)
            nearest_one = cosines.argmax(axis=1)
            languages = np.array(heard.languages)
            shares.append(((themes[nearest_one] == themes).mean(), (languages[nearest_one] == languages).mean()))
        (theme, language), (theme_placed, language_placed) = shares
        print(f"| {name}: {len(themes)} | {theme:.3f}, {theme_placed:.3f} | {language:.3f}, {language_placed:.3f} |")


def show_hidden(half: str, *, names: bool) -> None:
    print("| hidden | texts | judged | groups | in a group | V-measure | purity | by chance | themes found |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, texts, hidden in _hidden(half):
        kept = [one for one in texts if one.said.label is Sentiment.NEGATIVE and one.themes <= hidden]
        heard = _heard(kept, [number % 4 for number in range(len(kept))])
        looked, words = named(look(heard, _none(heard), _space(heard)), kept, 0)
        print(_hidden_row(f"{name}: {', '.join(sorted(hidden))}", kept, looked))
        if names:
            for row, group in enumerate(words):
                print(f"    {int((looked.told == row).sum())} {' · '.join(group)}")


def _hidden(half: str) -> list[tuple[str, list[Text], frozenset[str]]]:
    from training.labelled import themed, written  # it needs the data

    if half == "choosing":
        rows = written()
        texts = _read([row.text for row in rows], [row.themes for row in rows], "written")
        return [("written", texts, FIRST)]
    rows = [*themed("val"), *themed("train", "themes_choose")]
    labelled = _read([row.text for row in rows], [row.themes for row in rows], "labelled")
    more = written()
    texts = _read([row.text for row in more], [row.themes for row in more], "written")
    rest = frozenset({theme for row in more for theme in row.themes}) - FIRST
    return [("written", texts, rest), ("labelled", labelled, rest), ("labelled", labelled, rest | FIRST)]


def _hidden_row(name: str, texts: Sequence[Text], looked: Looked) -> str:
    true = np.array([next(iter(one.themes)) if len(one.themes) == 1 else "" for one in texts])
    judged = true != ""
    both = judged & (looked.told != ALONE)
    groups = [Counter(true[judged & (looked.told == row)].tolist()) for row in range(len(looked.centres))]
    best = [group.most_common(1)[0] for group in groups if group]
    found = {theme for (theme, number), group in zip(best, filter(None, groups), strict=True)
             if number >= 5 and 2 * number >= group.total()}  # fmt: skip
    chance = Counter(true[both].tolist()).most_common(1)[0][1] / both.sum() if both.any() else 0.0
    purity = sum(number for _, number in best) / max(1, both.sum())
    v = v_measure(true[both], looked.told[both]) if both.any() else 0.0
    return (
        f"| {name} | {len(texts)} | {judged.sum()} | {len(looked.centres)} | {both.sum() / max(1, judged.sum()):.2f} "
        f"| {v:.3f} | {purity:.3f} | {chance:.3f} | {len(found)} of {len(set(true[judged].tolist()))} |"
    )


def v_measure(true: NDArray[np.str_], told: Ints) -> float:
    """The harmonic mean of homogeneity and completeness (Rosenberg and Hirschberg 2007)."""
    rows, columns = np.unique(true, return_inverse=True)[1], np.unique(told, return_inverse=True)[1]
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(table, (rows, columns), 1)
    shares = table / table.sum()
    by_row, by_column = shares.sum(1), shares.sum(0)
    some = shares > 0
    mutual = float((shares[some] * np.log(shares[some] / np.outer(by_row, by_column)[some])).sum())
    entropies = [-float((part * np.log(part)).sum()) for part in (by_row, by_column)]
    homogeneous, complete = (mutual / entropy if entropy else 1.0 for entropy in entropies)
    both = homogeneous + complete
    return 2 * homogeneous * complete / both if both else 0.0


def show_stable(half: str) -> None:
    print("\n| stream | complaints | groups at n, n+1 | told | same: kept | same: from scratch |")
    print("|---|---|---|---|---|---|")
    for name in STREAMS[half]:
        texts = [one for one in _stream(name) if one.said.label is Sentiment.NEGATIVE and not one.themes]
        weeks = [number * WEEKS // len(texts) for number in range(len(texts))]
        print(_stable_row(name, texts, weeks))


def _stable_row(name: str, texts: Sequence[Text], weeks: Sequence[int]) -> str:
    kept = run_kept(texts, weeks)
    scratch = []
    for last in (WEEKS - 2, WEEKS - 1):
        chosen = [row for row, week in enumerate(weeks) if last - LOOKED_AT < week <= last]
        heard = _heard([texts[row] for row in chosen], [weeks[row] for row in chosen])
        looked, _ = named(look(heard, _none(heard), _space(heard)), [texts[row] for row in chosen], 0)
        scratch.append(_spread(looked.told, chosen, len(texts)))
    first = np.array([week < WEEKS - 1 for week in weeks])
    told = np.mean((kept[0] != ALONE)[first])
    numbers = [len(set(labels[labels != ALONE].tolist())) for labels in kept]
    return (
        f"| {name} | {len(texts)} | {numbers[0]}, {numbers[1]} | {told:.2f} "
        f"| {same_labels(kept[0][first], kept[1][first]):.3f} "
        f"| {same_labels(scratch[0][first], scratch[1][first], match=True):.3f} |"
    )


def run_kept(texts: Sequence[Text], weeks: Sequence[int]) -> tuple[Ints, Ints]:
    """The labels after week n and n+1, when each look began with the centres and labels of the one before."""
    labels = np.full(len(texts), ALONE, np.int64)
    centres, space, results = np.zeros((0, 384), np.float32), None, []
    for last in range(1, WEEKS):
        chosen = [row for row, week in enumerate(weeks) if last - LOOKED_AT < week <= last]
        now = [texts[row] for row in chosen]
        heard = _heard(now, [weeks[row] for row in chosen], labels[chosen])
        space = _space(heard, space)
        looked, _ = named(look(heard, centres, space), now, len(centres))
        labels[chosen], centres = looked.told, looked.centres
        results.append(labels.copy())
    return results[-2], results[-1]


def named(looked: Looked, texts: Sequence[Text], known: int) -> tuple[Looked, list[tuple[str, ...]]]:
    """What the job keeps: new groups that words tell apart, as many as there is room for; and their words."""
    told = [Told(one.text, one.said.language, one.author) for one in texts]
    rows = range(known, len(looked.centres))
    groups = [[told[i] for i in np.flatnonzero(looked.told == row)] for row in rows]
    words = dict(zip(rows, name_all(groups, [told[i] for i in np.flatnonzero(looked.told < known)]), strict=True))
    fit = [row for row in rows if len(words[row]) >= LEAST_WORDS][: max(0, MOST - known)]
    return without(looked, sorted(set(rows) - set(fit))), [words[row] for row in fit]


def same_labels(one: Ints, other: Ints, *, match: bool = False) -> float:
    """The share of the texts with a label in either that have the same one; with `match`, labels are paired first."""
    either = (one != ALONE) | (other != ALONE)
    if not either.any():
        return 1.0
    if match:
        table = np.zeros((one.max() + 2, other.max() + 2))
        np.add.at(table, (one, other), 1)
        rows, columns = linear_sum_assignment(-table[:-1, :-1])
        pairs = dict(zip(rows.tolist(), columns.tolist(), strict=True))
        one = np.array([pairs.get(label, -2) if label != ALONE else ALONE for label in one.tolist()])
    return float((one == other)[either].mean())


def show_cost() -> None:
    rng = np.random.default_rng(1)
    number = 60_000
    subjects = rng.standard_normal((400, 384))
    vectors = (subjects[rng.integers(0, 400, number)] + 2 * rng.standard_normal((number, 384))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    weeks, authors = rng.integers(0, 8, number).tolist(), rng.integers(0, number // 2, number).tolist()
    heard = Heard(vectors, ["en"] * number, authors, weeks, [None] * number, np.full(number, ALONE))
    started = time.perf_counter()
    looked = look(heard, _none(heard), _space(heard))
    took = time.perf_counter() - started
    print(f"\ngrouping {number:,} complaints: {took:.1f} s, {len(looked.centres)} groups")


def _heard(texts: Sequence[Text], weeks: Sequence[int], was_in: Ints | None = None) -> Heard:
    return Heard(
        embeddings=np.stack([unpacked(one.said.embedding) for one in texts]),
        languages=[one.said.language for one in texts],
        authors=[one.author for one in texts],
        weeks=weeks,
        stories=[one.story for one in texts],
        was_in=np.full(len(texts), ALONE, np.int64) if was_in is None else was_in,
    )


def _none(heard: Heard) -> Floats:
    return np.zeros((0, heard.embeddings.shape[1]), np.float32)


def _space(heard: Heard, before: Space | None = None) -> Space:
    return Space.of(heard.embeddings, heard.languages, before)


def _spread(told: Ints, chosen: Sequence[int], size: int) -> Ints:
    labels = np.full(size, ALONE, np.int64)
    labels[list(chosen)] = told
    return labels


def _stream(name: str) -> list[Text]:
    """The texts of a stream in order of time."""
    with gzip.open(stream_file(name), "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    authors = [author_of(row, number) for number, row in enumerate(rows, 1)]
    texts = _read([row["text"] for row in rows], [None] * len(rows), name, authors)
    times = event_times(rows)
    return [texts[number] for number in sorted(range(len(rows)), key=lambda number: (times[number], number))]


def _read(
    texts: Sequence[str], themes: Sequence[frozenset[str] | None], name: str, authors: Sequence[int] | None = None
) -> list[Text]:
    """What the shipped model says of each, kept in a folder of the machine; its own themes where None are given."""
    path = KEPT / f"{name}-{len(texts)}.pickle"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(load_assessor().assess(texts)))
    said: list[Prediction] = pickle.loads(path.read_bytes())  # noqa: S301 (our own file)  # nosec B301
    shelf, read = Shelf({}, {}, {}), []
    for number, (text, one) in enumerate(zip(texts, said, strict=True)):
        told = themes[number]
        own = frozenset(score.theme for score in one.themes) if told is None else told
        sketched = sketch(text)
        story = shelf.place(sketched) if sketched else None
        read.append(Text(text, one, own, -number - 1 if authors is None else authors[number], story))
    return read


if __name__ == "__main__":
    main()
