"""How long searching takes in a filled database, in milliseconds, with all that a page of results shows.

    python -m benchmarks.search --mentions 10000 100000 1000000

The first column of each size is the median over several brands of `dashboard.data.mentions.results`, uncached: words
found, counted, grouped by story and read. "1 brand" asks the same where one brand has half of all mentions.
"""

import argparse
import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median

from sqlmodel import col, select

from benchmarks.filled import END, FOLDER, filled
from dashboard.data.asked import Asked, Sort, WithCase
from monitor.facts import Sentiment
from monitor.models import Mention, SearchEntry
from monitor.store import search
from monitor.store.database import open_database, session_of

BATCH = 2000
TARGET, AIM = 500.0, 150.0
"""Milliseconds for a search in a million mentions."""

_MONTH_AGO, _WEEK_AGO = (END - timedelta(days=30)).date(), (END - timedelta(days=7)).date()
QUESTIONS = {
    "no words": Asked(),
    "rare word": Asked("nr77"),
    "no such word": Asked("zzzzqqqq"),
    "common word": Asked("order"),
    "two common words": Asked("order refund"),
    "rare and common": Asked("order wo1fard"),
    "phrase": Asked('"came late"'),
    "long phrase, hardly found": Asked('"order came late and nobody"'),
    "without a word": Asked("order -refund"),
    "prefix": Asked("ref*"),
    "prefix of most words": Asked("wo*"),
    "Urdu word": Asked("رقم"),
    "Urdu, typed in Arabic letters": Asked("چاهيے"),
    "Urdu phrase": Asked('"رقم واپس"'),
    "Telugu words": Asked("డబ్బు తిరిగి"),
    "word, negative": Asked("order", sentiment=Sentiment.NEGATIVE),
    "word, language, theme": Asked("order", language="tl", theme="refund"),
    "word, one month": Asked("order", since=_MONTH_AGO, until=_WEEK_AGO),
    "word, with a case": Asked("order", case=WithCase.YES),
    "word, without a case": Asked("order", case=WithCase.NO),
    "word, most negative first": Asked("order", sort=Sort.NEGATIVE),
    "rating at most 2": Asked(rating=2),
    "one story": Asked(story=77),
    "one author": Asked(author=77),
}


def searchable(mentions: int, folder: Path, *, uneven: bool = False) -> str:
    """The address of a filled database whose mentions can all be found: of a copy, unless it was filled so."""
    url = filled(mentions, folder=folder, uneven=uneven)
    if _is_searchable(url):
        return url
    source = Path(url.removeprefix("sqlite:///"))
    target = source.with_name(f"{source.stem}-searchable.db")
    if not target.exists():
        part = target.with_suffix(".part")
        shutil.copyfile(source, part)
        _index(f"sqlite:///{part}")
        part.rename(target)
    return f"sqlite:///{target}"


def _is_searchable(url: str) -> bool:
    engine = open_database(url)
    with session_of(engine) as session:
        found = session.exec(select(SearchEntry.position).limit(1)).first() is not None
    engine.dispose()
    return found


def _index(url: str) -> None:
    """Through the store, a batch at a time."""
    engine = open_database(url)
    with session_of(engine) as session:
        reached = 0
        while ids := session.exec(
            select(col(Mention.id)).where(col(Mention.id) > reached).order_by(col(Mention.id)).limit(BATCH)
        ).all():
            search.index(session, ids)
            session.commit()
            session.expunge_all()
            reached = ids[-1]
        session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def times(url: str, rounds: int, *, largest: bool = False) -> dict[str, float]:
    """Milliseconds by question: of the largest brand, or the median over brands."""
    from benchmarks.dashboard import dashboard_of
    from dashboard.data import mentions, opening
    from dashboard.data.brands import brands

    def one(asked: Asked, i: int) -> float:
        opening.forget()
        brand = rows[0 if largest else i % len(rows)]
        start = time.perf_counter()
        mentions.results(brand, asked, None)
        return 1000 * (time.perf_counter() - start)

    with dashboard_of(url):
        rows = sorted(brands(), key=lambda brand: brand.id)
        return {name: median(one(asked, i) for i in range(rounds)) for name, asked in QUESTIONS.items()}


def main() -> None:
    """Measure and print a table with one column per size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--uneven", action="store_true", help="also where one brand has half of all mentions")
    parser.add_argument("--url", help="measure this database instead; it is only read")
    asked = parser.parse_args()
    columns: dict[str, Callable[[], dict[str, float]]] = {}
    if asked.url:
        columns["given"] = lambda: times(asked.url, asked.rounds)
    for size in () if asked.url else asked.mentions:
        columns[f"{size:,}"] = lambda size=size: times(searchable(size, asked.folder), asked.rounds)
        if asked.uneven:
            columns[f"{size:,} 1 brand"] = lambda size=size: times(
                searchable(size, asked.folder, uneven=True), asked.rounds, largest=True
            )
    _print({name: measure() for name, measure in columns.items()})


def _print(columns: dict[str, dict[str, float]]) -> None:
    print(f"{'milliseconds, median':34}" + "".join(f"{name:>20}" for name in columns))
    for name in QUESTIONS:
        print(f"{name:34}" + "".join(f"{column[name]:20.1f}" for column in columns.values()))
    worst = max(max(column.values()) for column in columns.values())
    print(f"{'slowest':34}{worst:20.1f}   at most {TARGET:.0f}, aim {AIM:.0f} in a million mentions")


if __name__ == "__main__":
    main()
