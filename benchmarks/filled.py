"""Databases filled to a size: a year of generated mentions, read and counted, with cases and incidents.

    python -m benchmarks.filled --mentions 1000000

The texts are made of invented words and a few real ones in five scripts, so that searching has rare and common words to
find. A database is made once per size and kept in the folder; copy it before you write to it.
"""

import argparse
import hashlib
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from benchmarks import filled_work
from monitor import models as tables
from monitor.facts import Cell, MentionKind, Precision, Sentiment
from monitor.models import ReadState, SourceHealth
from monitor.store import counts, search
from monitor.store.assessments import cells_of
from monitor.store.database import open_database, session_of, upgrade
from monitor.store.revisions import MIGRATIONS

END = datetime(2026, 11, 1, 12, tzinfo=UTC)
"""The `now` of every filled database: a Sunday noon."""
YEAR = timedelta(days=365)
FOLDER = Path("var/bench")
BATCH, FOUND_AT_ONCE = 20_000, 2_000
KINDS = ("feed", "wordpress", "schemaorg")
LANGUAGES = ("en", "ur", "ur-Latn", "te", "tl", "hi", "es")
LANGUAGE_SHARES = (0.4, 0.12, 0.16, 0.08, 0.12, 0.07, 0.05)
THEMES = ("delivery", "refund", "quality", "staff", "price", "app", "safety", "food")
AUTHORS_PER_MENTION = 0.4
COMMON = {
    "en": [
        "the",
        "order",
        "came",
        "late",
        "and",
        "nobody",
        "answered",
        "my",
        "mail",
        "about",
        "a",
        "refund",
        "for",
        "this",
        "broken",
        "kettle",
        "again",
    ],
    "ur": [
        "یہ",
        "آرڈر",
        "دیر",
        "سے",
        "آیا",
        "اور",
        "کسی",
        "نے",
        "جواب",
        "نہیں",
        "دیا",
        "رقم",
        "واپس",
        "چاہیے",
        "بہت",
        "برا",
        "تجربہ",
    ],
    "ur-Latn": [
        "bohat",
        "der",
        "se",
        "aya",
        "order",
        "aur",
        "kisi",
        "ne",
        "jawab",
        "nahi",
        "diya",
        "paisay",
        "wapas",
        "karo",
        "bekar",
        "service",
    ],
    "te": ["ఆర్డర్", "ఆలస్యంగా", "వచ్చింది", "ఎవరూ", "సమాధానం", "ఇవ్వలేదు", "డబ్బు", "తిరిగి", "ఇవ్వండి"],
    "tl": [
        "sobrang",
        "tagal",
        "dumating",
        "ng",
        "order",
        "tapos",
        "walang",
        "sumasagot",
        "sa",
        "refund",
        "ko",
        "grabe",
        "naman",
    ],
    "hi": ["ऑर्डर", "देर", "से", "आया", "और", "किसी", "ने", "जवाब", "नहीं", "दिया", "पैसे", "वापस", "करो"],
    "es": ["el", "pedido", "llegó", "tarde", "y", "nadie", "contestó", "mi", "correo", "sobre", "el", "reembolso"],
}


@dataclass(frozen=True, slots=True)
class Plan:
    """Columns of all mentions, each of shape (n,), in order of time."""

    at: np.ndarray  # seconds since the Unix epoch
    brand: np.ndarray  # 0..brands-1
    source: np.ndarray  # 0..2 of the brand
    language: np.ndarray  # index into LANGUAGES
    negative: np.ndarray  # P(negative)
    themes: np.ndarray  # 0, 1 or 2 themes: bit set
    author: np.ndarray
    ids: np.ndarray  # of the mentions, as the database would number them


def filled(mentions: int, *, folder: Path = FOLDER, brands: int = 50, uneven: bool = False) -> str:
    """The address of an SQLite database with so many mentions of `brands` brands over the year before END.

    With `uneven` the first brand has half of them. Cases are a twentieth of the mentions, one in ten is open.
    """
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    path = folder / f"{mentions}-{brands}{'-uneven' if uneven else ''}-{head}.db"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        for leftover in folder.glob(f"{part.name}*"):
            leftover.unlink()
        engine = open_database(f"sqlite:///{part}")
        fill(engine, plan_of(mentions, brands, uneven), brands)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        part.rename(path)
    return f"sqlite:///{path}"


def plan_of(mentions: int, brands: int, uneven: bool) -> Plan:
    """What is said of whom and when; the ids are those of SQLite, which counts from 1."""
    chance = np.random.default_rng(20_261_101)
    start = (END - YEAR).timestamp()
    hours = chance.choice(24, mentions, p=_day_profile())
    days = chance.integers(0, YEAR.days, mentions)
    at = np.sort(start + days * 86_400 + hours * 3600 + chance.integers(0, 3600, mentions))
    shares = np.full(brands, 1 / brands)
    if uneven:
        shares = np.concatenate([[0.5], np.full(brands - 1, 0.5 / (brands - 1))])
    themes = (1 << chance.integers(0, len(THEMES), mentions)) * (chance.random(mentions) < 0.7)
    more = (1 << chance.integers(0, len(THEMES), mentions)) * (chance.random(mentions) < 0.2)
    return Plan(
        at=at,
        brand=chance.choice(brands, mentions, p=shares),
        source=chance.choice(len(KINDS), mentions, p=(0.5, 0.3, 0.2)),
        language=chance.choice(len(LANGUAGES), mentions, p=LANGUAGE_SHARES),
        negative=chance.beta(0.5, 1.5, mentions),
        themes=themes | more,
        author=chance.integers(1, max(2, int(mentions * AUTHORS_PER_MENTION)), mentions),
        ids=np.arange(1, mentions + 1),
    )


def _day_profile() -> np.ndarray:
    wave = 1.2 + np.sin((np.arange(24) - 9) / 24 * 2 * np.pi)
    return wave / wave.sum()


def fill(engine: sa.Engine, plan: Plan, brands: int) -> None:
    """Make all tables of an empty database and write what was planned."""
    upgrade(engine)
    with engine.begin() as connection:
        _write(connection, tables.Brand, _brands(brands))
        _write(connection, tables.Theme, ({"slug": slug, "name": slug.capitalize()} for slug in THEMES))
        _write(connection, tables.Source, _sources(brands))
        _write(connection, tables.SourceBrand, _links(brands))
        _write(connection, tables.Coverage, _coverage(brands))
        _write(connection, tables.Run, filled_work.runs(brands * len(KINDS), END))
    with engine.begin() as connection:
        _write(connection, tables.Author, _authors(plan))
    _mentions(engine, plan)
    with engine.begin() as connection:
        for table, rows in filled_work.work(plan.at, plan.brand, plan.negative, plan.ids, brands, END).items():
            _write(connection, table, rows)
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


@cache
def _defaults(table: type[SQLModel]) -> dict[str, Any]:
    """What a row of a table says unless told otherwise: Core does not know the defaults of the classes."""
    return {
        name: field.get_default(call_default_factory=True)
        for name, field in table.model_fields.items()
        if name != "id" and not field.is_required()
    }


def _write(connection: sa.Connection, table: type[SQLModel], rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows in batches; a row that names no value gets the default of its table."""
    statement, base, left = sa.insert(table), _defaults(table), iter(rows)
    while batch := [base | row for row in islice(left, BATCH)]:
        connection.execute(statement, batch)


def _brands(number: int) -> Iterator[dict[str, Any]]:
    return ({"slug": f"brand{i}", "name": f"Brand {i}", "time_zone": "Asia/Karachi"} for i in range(number))


def _sources(brands: int) -> Iterator[dict[str, Any]]:
    for i in range(brands * len(KINDS)):
        yield {
            "slug": f"brand{i // len(KINDS)}-{KINDS[i % len(KINDS)]}",
            "kind": KINDS[i % len(KINDS)],
            "health": SourceHealth.HEALTHY,
            "first_crawled_at": END - YEAR,
            "last_run_at": END,
            "last_good_at": END,
        }


def _links(brands: int) -> Iterator[dict[str, Any]]:
    return ({"source_id": i + 1, "brand_id": i // len(KINDS) + 1} for i in range(brands * len(KINDS)))


def _coverage(brands: int) -> Iterator[dict[str, Any]]:
    return ({"source_id": i + 1, "start": END - YEAR, "end": END} for i in range(brands * len(KINDS)))


def _authors(plan: Plan) -> Iterator[dict[str, Any]]:
    first = np.full(int(plan.author.max()) + 1, END.timestamp())
    np.minimum.at(first, plan.author, plan.at)
    for i in range(1, len(first)):
        key = hashlib.sha256(f"author {i}".encode()).hexdigest()
        at = datetime.fromtimestamp(float(first[i]), UTC)
        yield {
            "id": i,
            "key_hash": key,
            "followers": i * 7919 % 3000,
            "last_seen_at": END,
            "first_published_at": at,
        }


def _mentions(engine: sa.Engine, plan: Plan) -> None:
    """Mentions with all that reading adds, in order of time; the counts of an hour are written once it is over."""
    chance = random.Random(20_261_101)
    hourly: dict[Any, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for start in range(0, len(plan.at), BATCH):
        rows = [_one(plan, i, chance) for i in range(start, min(start + BATCH, len(plan.at)))]
        with engine.begin() as connection:
            _write(connection, tables.Story, (row["story"] for row in rows))
            _write(connection, tables.Mention, (row["mention"] for row in rows))
            _write(connection, tables.MentionBrand, (row["link"] for row in rows))
            _write(connection, tables.Assessment, (row["assessment"] for row in rows))
            _write(connection, tables.AssessmentTheme, (theme for row in rows for theme in row["themes"]))
            for row in rows:
                _count(hourly, row)
            over = int(plan.at[min(start + BATCH, len(plan.at)) - 1] // 3600 * 3600)
            _write_counts(connection, hourly, before=over if start + BATCH < len(plan.at) else over + 7200)
        with session_of(engine) as session:
            for some in range(0, len(rows), FOUND_AT_ONCE):
                search.index(session, [row["mention"]["id"] for row in rows[some : some + FOUND_AT_ONCE]])
            session.commit()
    _recent_counts(engine, plan)


def _one(plan: Plan, i: int, chance: random.Random) -> dict[str, Any]:
    """The rows of mention i."""
    number, brand, source = i + 1, int(plan.brand[i]), int(plan.source[i])
    mention_id = int(plan.ids[i])
    at = datetime.fromtimestamp(float(plan.at[i]), UTC)
    language, negative = LANGUAGES[plan.language[i]], round(float(plan.negative[i]), 4)
    themes = [name for bit, name in enumerate(THEMES) if int(plan.themes[i]) >> bit & 1]
    text = _text(language, brand, number, chance)
    digest = hashlib.sha256(text.encode()).hexdigest()
    review = KINDS[source] == "schemaorg"
    mention = {
        "id": mention_id,
        "kind": MentionKind.REVIEW if review else MentionKind.COMMENT if source else MentionKind.ARTICLE,
        "host": f"{KINDS[source]}{brand}.example",
        "external_id": digest[:16],
        "source_id": brand * len(KINDS) + source + 1,
        "author_id": int(plan.author[i]),
        "url": f"https://{KINDS[source]}{brand}.example/{number}",
        "text": text,
        "text_hash": digest,
        "published_at": at,
        "precision": Precision.SECOND,
        "collected_at": at + timedelta(minutes=5),
        "rating_value": float(1 + round(4 * (1 - negative))) if review else None,
        "rating_best": 5.0 if review else None,
        "story_id": number,
        "read_state": ReadState.READ,
    }
    return {
        "mention": mention,
        "story": {"id": number, "fingerprint": digest[:32], "first_seen_at": at, "last_seen_at": at},
        "link": _link(mention_id, brand + 1, at),
        "assessment": {
            "id": number,
            "mention_id": mention_id,
            "model_name": "filled",
            "model_version": "1",
            "text_hash": digest,
            "language": language,
            "negative": negative,
            "neutral": (1 - negative) * 0.3,
            "positive": (1 - negative) * 0.7,
            "label": _label(negative),
            "unsure": 0.45 < negative < 0.55,
            "embedding": b"\0" * 64,
            "assessed_at": at,
        },
        "themes": [{"assessment_id": number, "theme_id": THEMES.index(name) + 1, "score": 0.6} for name in themes],
        "cells": cells_of(f"brand{brand}-{KINDS[source]}", language, themes),
    }


def _link(mention_id: int, brand_id: int, at: datetime) -> dict[str, Any]:
    return {"mention_id": mention_id, "brand_id": brand_id, "relevance": 1.0, "published_at": at, "counted_at": at}


def _label(negative: float) -> Sentiment:
    if negative >= 0.5:
        return Sentiment.NEGATIVE
    return Sentiment.POSITIVE if (1 - negative) * 0.7 >= 0.5 else Sentiment.NEUTRAL


def _text(language: str, brand: int, number: int, chance: random.Random) -> str:
    """About twenty words: common ones of the language, invented ones of falling frequency, and a rare one."""
    common = chance.choices(COMMON[language], k=12)
    rarer = [f"wo{int(chance.paretovariate(0.6)) % 40_000:x}rd" for _ in range(7)]
    return f"{' '.join(common)} Brand {brand} {' '.join(rarer)} nr{number // 10}"


def _count(hourly: dict[Any, list[float]], row: dict[str, Any]) -> None:
    at, negative = row["mention"]["published_at"], row["assessment"]["negative"]
    start = int(at.timestamp() // 3600 * 3600)
    for cell in row["cells"]:
        sums = hourly[start, row["link"]["brand_id"], cell]
        sums[0] += 1
        sums[1] += negative
        sums[2] += negative * (1 - negative)


def _write_counts(connection: sa.Connection, hourly: dict[Any, list[float]], before: int) -> None:
    done = [key for key in hourly if key[0] < before]
    _write(connection, tables.Count, (_count_row(*key, hourly.pop(key)) for key in done))


def _count_row(start: int, brand_id: int, cell: Cell, sums: list[float]) -> dict[str, Any]:
    return {
        "brand_id": brand_id,
        "resolution": tables.Resolution.HOUR,
        "dimension": cell.dimension,
        "key": cell.key,
        "start": datetime.fromtimestamp(start, UTC),
        "mentions": round(sums[0]),
        "negative": sums[1],
        "uncertainty": sums[2],
    }


def _recent_counts(engine: sa.Engine, plan: Plan) -> None:
    """The 5-minute counts of the last 48 hours, through the store; its hours are there already."""
    tally = counts.Tally()
    for i in np.nonzero(plan.at >= (END - timedelta(hours=48)).timestamp())[0]:
        themes = [name for bit, name in enumerate(THEMES) if int(plan.themes[i]) >> bit & 1]
        source = f"brand{plan.brand[i]}-{KINDS[plan.source[i]]}"
        cells = cells_of(source, LANGUAGES[plan.language[i]], themes)
        at = datetime.fromtimestamp(float(plan.at[i]), UTC)
        tally.add(int(plan.brand[i]) + 1, cells, at, float(plan.negative[i]))
    fine = {key: sums for key, sums in tally.sums.items() if key[1] is tables.Resolution.FIVE_MINUTES}
    with session_of(engine) as session:
        counts.write(session, counts.Tally(fine))
        session.commit()


def main() -> None:
    """Make one and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, default=100_000)
    parser.add_argument("--brands", type=int, default=50)
    parser.add_argument("--uneven", action="store_true", help="the first brand has half of the mentions")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    asked = parser.parse_args()
    print(filled(asked.mentions, folder=asked.folder, brands=asked.brands, uneven=asked.uneven))


if __name__ == "__main__":
    main()
