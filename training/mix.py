"""Chooses what is read in which order: every set in its share, classes evened out, each row with a soft label."""

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from training.data import LABELS, Row, read, set_names

WRITTEN = Path(__file__).with_name("written")
"""Texts written for this project, by language."""

BROAD: dict[str, float] = {
    # the languages the product is made for, and the posts it reads
    "umsab": 1.6, "semeval2013_16": 0.8, "roman_urdu_uci": 1.0, "daraz_roman_urdu": 1.3, "hinglish_sentimix": 0.6,
    "hinglish_iiith_fb": 0.6, "telugu_actsa": 1.3, "telugu_mtgcn": 0.5, "telugu_codemix": 1.0, "firecs": 1.2,
    "ph_yolanda_tweets": 1.0, "shopee_filipino_mteb": 0.5, "urdu_products_mt": 0.8, "urdu_social_nasirbrohi": 1.2,
    "written": 2.0,
    # English of other kinds
    "vader_icwsm": 0.25, "sr_crowdflower_products": 0.15, "sr_crowdflower_self_driving_cars": 0.15,
    "sr_crowdflower_deflategate": 0.15, "sr_hu_liu_jukebox_reviews": 0.4, "sr_hu_liu_nokia_reviews": 0.4,
    "apple_twitter_dfe": 0.4, "en_amazon_apps_pycaret": 0.2, "sr_tripadvisor_hotels": 0.15, "skytrax": 0.2,
    "steam_reviews": 0.2, "chatgpt_ios_reviews": 0.4,
    # other languages
    "spanglish_sentimix": 0.2, "ar_arsarcasm2": 0.3, "de_sb10k": 0.5, "id_smsa": 0.2, "nusax": 0.25,
    "tr_telco_tweets": 0.2, "tr_magaza": 0.2, "th_wisesight": 0.12, "fa_deepsentipers": 0.25, "bn_absa_cricket": 0.3,
    "bn_absa_restaurant": 0.3, "bn_drama": 0.15, "ta_codemix": 0.1, "ml_codemix": 0.1, "vi_vsfc": 0.12,
    "ms_covid_tweets": 0.25, "da_lcc": 1.0, "hi_absa": 0.4, "hi_movie_pranathi": 0.4, "afrisenti": 0.15,
    "zh_waimai": 0.12, "zh_online_shopping": 0.08, "he_omilab": 0.12, "uz_elmurod": 0.2, "ar_ajgt": 0.3,
    "pt_books": 0.4, "pattern_fr": 0.5, "pattern_nl": 0.2, "ko_nsmc": 0.08, "es_cuba_hotels": 0.15,
    "kk_kazsandra": 0.08, "ar_res2": 0.15, "ar_prod": 0.15, "my_product": 0.08,
}  # fmt: skip
"""How often a set is read per round of the first run, all sets in their share. A round is about 166,000 texts."""

LONG: dict[str, float] = {name: share for name, share in BROAD.items() if name != "sr_crowdflower_deflategate"} | {
    # posts: just enough not to be forgotten, see SHORT
    "umsab": 0.4, "semeval2013_16": 0.25, "apple_twitter_dfe": 0.3, "vader_icwsm": 0.12,
    # posts and reviews that are labelled in other ways
    "hinglish_sentimix": 0.5, "sr_crowdflower_products": 0.08, "sr_crowdflower_self_driving_cars": 0.08,
    "spanglish_sentimix": 0.1, "de_sb10k": 0.25,
}  # fmt: skip
"""How often a set is read per round of the long run. A round is about 135,000 texts."""

SHORT: dict[str, float] = {name: share / 3 for name, share in LONG.items()} | {
    "umsab": 1.0, "semeval2013_16": 0.8, "apple_twitter_dfe": 0.3, "vader_icwsm": 0.08, "de_sb10k": 0.12,
    "ar_arsarcasm2": 0.2, "roman_urdu_uci": 0.55, "daraz_roman_urdu": 0.7, "telugu_actsa": 0.8, "telugu_codemix": 0.6,
    "firecs": 0.6, "urdu_social_nasirbrohi": 0.8, "urdu_products_mt": 0.35, "written": 1.0,
}  # fmt: skip
"""The same for the short runs that end in the shipped weights: each post once, for a model that reads posts three
times learns their topics and reads those of another year worse."""

MIXES = {"broad": BROAD, "long": LONG, "short": SHORT}

TWO_CLASS = frozenset(
    [
        "urdu_social_nasirbrohi", "telugu_mtgcn", "zh_waimai", "zh_online_shopping", "he_omilab", "uz_elmurod",
        "hi_movie_pranathi", "ar_ajgt", "bn_drama", "en_amazon_apps_pycaret", "pt_books", "pattern_fr", "pattern_nl",
        "steam_reviews",
    ]
)  # fmt: skip
"""Sets without neutral: there the model is asked only whether negative or positive."""

STARS = frozenset(
    [
        "shopee_filipino_mteb", "ko_nsmc", "es_cuba_hotels", "kk_kazsandra", "sr_tripadvisor_hotels", "skytrax",
        "ar_res2", "ar_prod", "my_product", "chatgpt_ios_reviews",
    ]
)  # fmt: skip
_OF_STARS = {"negative": (0.85, 0.12, 0.03), "neutral": (0.34, 0.46, 0.20), "positive": (0.04, 0.12, 0.84)}
"""Stars are not sentiment: three of five are mixed or mildly negative, four often complain."""
_OF_STARS_WEIGHT = 0.6
_SMOOTHING = 0.06
_HELD_OUT_SHARE = 0.05
_WITHOUT_VAL = frozenset(["firecs", "hinglish_sentimix", "tr_telco_tweets", "ar_arsarcasm2", "ph_yolanda_tweets"])
_CORRECTIONS_PER_ROUND = 2.0
_UNRELIABLE = {("umsab", "hi")}
"""Set and language whose labels say little: a model that knew 91 % of umsab's German and Italian rows by heart came
to 55 % of these, and to 36 % on their val part, which is chance. `hinglish_sentimix` has the same kind of posts."""
_SAME_POSTS = {"de_sb10k": ("umsab",), "umsab": ("de_sb10k",)}
"""Sets that hold posts of another's val and test parts, written a little differently: those are left out."""
_HANDLE_OR_LINK = re.compile(r"@\w+|https?\S*|\bhttp\b")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_LEAST_WEIGHT, _MOST_WEIGHT = 0.7, 1.8


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    lang: str
    target: tuple[float, float, float]
    neutral: bool  # whether the set knows the class at all
    weight: float


def written() -> list[Row]:
    """The project's own texts, one file a language."""
    rows = []
    for path in sorted(WRITTEN.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        rows += [Row(record["text"], record["label"], path.stem) for record in records]
    return rows


def held_out(name: str) -> list[Row]:
    """Training rows kept aside to look at, of the sets that have no val part: one in twenty, by the text's hash."""
    return [row for row in read("train", name) if _kept_aside(name, row)]


def _kept_aside(name: str, row: Row) -> bool:
    if name not in _WITHOUT_VAL:
        return False
    return hashlib.blake2b(row.text.encode(), digest_size=4).digest() < int(_HELD_OUT_SHARE * 2**32).to_bytes(4, "big")


@cache
def examples(name: str) -> tuple[Example, ...]:
    """All rows of one set that are trained on."""
    rows = written() if name == "written" else [row for row in read("train", name) if not _kept_aside(name, row)]
    seen = {
        _letters(row.text)
        for other in _SAME_POSTS.get(name, ())
        for part in ("val", "test")
        for row in read(part, other)
    }
    rows = [
        row
        for row in rows
        if row.label in LABELS
        and row.text.strip()
        and (name, row.lang) not in _UNRELIABLE
        and _letters(row.text) not in seen
    ]
    weights = _class_weights(Counter(row.label for row in rows))
    return tuple(_example(name, row, weights[row.label]) for row in rows)


def _letters(text: str) -> str:
    """What two copies of a post share, however handles, links, spaces and sharp s were written."""
    return _NOT_LETTERS.sub("", _HANDLE_OR_LINK.sub("", text).casefold())


def _example(name: str, row: Row, weight: float) -> Example:
    if name in STARS:
        return Example(row.text, row.lang, _OF_STARS[row.label], neutral=True, weight=weight * _OF_STARS_WEIGHT)
    place = LABELS.index(row.label)
    target = [_SMOOTHING / 2] * 3
    target[place] = 1 - _SMOOTHING
    shares = (target[0], target[1], target[2])
    return Example(row.text, row.lang, shares, neutral=name not in TWO_CLASS, weight=weight)


def _class_weights(counts: Counter[str]) -> dict[str, float]:
    """Half way (square root) to equal weight of the classes."""
    mean = sum(counts.values()) / max(1, len(counts))
    return {
        label: min(_MOST_WEIGHT, max(_LEAST_WEIGHT, math.sqrt(mean / count)))
        for label, count in counts.items()
        if count
    }


def sets(shares: Mapping[str, float] | None = None) -> dict[str, tuple[Example, ...]]:
    """Every set of a mix (of the broadest, when none is given) that is there, by its name."""
    there = {"written", *set_names("train")}
    return {name: examples(name) for name in (shares or BROAD) if name in there}


def corrections(path: Path) -> tuple[Example, ...]:
    """What people corrected in the dashboard, as `emberwatch corrections` writes it: JSON lines text, label, lang."""
    records = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return tuple(
        _example("corrections", Row(record["text"], record["label"], record["lang"]), 1.0) for record in records
    )


def rounds(seed: int, sets: Mapping[str, tuple[Example, ...]], shares: Mapping[str, float]) -> Iterator[list[Example]]:
    """Endless rounds of these shares; each set is read through before any of its rows comes again."""
    queues = {name: _endless(items, seed, name) for name, items in sets.items()}
    chance = np.random.default_rng(seed)
    while True:
        counts = {name: round(shares.get(name, _CORRECTIONS_PER_ROUND) * len(items)) for name, items in sets.items()}
        chosen = [next(queues[name]) for name, count in counts.items() for _ in range(count)]
        yield [chosen[index] for index in chance.permutation(len(chosen))]


def _endless(items: tuple[Example, ...], seed: int, name: str) -> Iterator[Example]:
    chance = np.random.default_rng([seed, *name.encode()])
    while items:
        for index in chance.permutation(len(items)):
            yield items[index]
