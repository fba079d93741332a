"""Speed of the analyse job: texts read per second, with the shipped model, on filled databases.

    python -m benchmarks.analyse --mentions 10000 100000 1000000

Saves new texts of several languages into a copy of the database and lets the job read them: relevance, language,
sentiment, themes, story, counts and search index, each batch committed. `the rest` is the time not spent in the model.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.filled import COMMON, END, FOLDER, filled
from monitor.config import BrandOptions, Settings, SourceOptions
from monitor.facts import Collected, MentionKind, Prediction
from monitor.jobs import analyse
from monitor.jobs.context import Context
from monitor.store import authors, mentions, sources
from monitor.store.database import open_database, session_of

BRANDS = 50
TEXTS = 1_024


class Timed:
    """The assessor, and how long it took."""

    def __init__(self, assessor: analyse.Reads) -> None:
        self._assessor = assessor
        self.name, self.version = assessor.name, assessor.version
        self.subjects = assessor.subjects
        self.seconds = 0.0

    def assess(self, texts: Sequence[str]) -> list[Prediction]:
        started = time.perf_counter()
        said = self._assessor.assess(texts)
        self.seconds += time.perf_counter() - started
        return said


def settings(url: str) -> Settings:
    """All brands of the filled database, and one source for the new texts."""
    return Settings(
        database={"url": url},
        brands=tuple(BrandOptions(id=f"brand{i}", name=f"Brand {i}") for i in range(BRANDS)),
        sources=(SourceOptions(id="new", type="feed", brands=("brand0",), params={"url": "http://x.example/"}),),
    )


def text(i: int) -> Collected:
    languages = list(COMMON)
    words = COMMON[languages[i % len(languages)]]
    turned = words[i % len(words) :] + words[: i % len(words)]
    return Collected(
        kind=MentionKind.COMMENT,
        host="new.example",
        external_id=f"new-{i}",
        url=f"https://new.example/{i}",
        text=f"Brand 0 number {i}: {' '.join(turned)} {i * 7919 % 10_007}",
        author_ref=f"person-{i % 300}",
        published_at=END,
    )


def measure(url: str, assessor: analyse.Reads, first: int = 0) -> tuple[float, float]:
    """Texts per second, and the milliseconds per text that are not the model's; the texts are numbered from `first`."""
    engine, options = open_database(url), settings(url)
    timed = Timed(assessor)
    with session_of(engine) as session:
        sources.sync(session, options)
        source = sources.by_slug(session, "new")
        assert source is not None, "it was just synced"  # noqa: S101 (a broken benchmark)
        key = authors.installation_key(session)
        batch = [(text(first + i), True) for i in range(TEXTS)]
        mentions.save_many(session, batch, source=source, now=END, author_key=key)
        session.commit()
        started, read = time.perf_counter(), 0
        while done := analyse.run(Context(options, session, END), timed)["read"]:
            read += done
        seconds = time.perf_counter() - started
    engine.dispose()
    if read != TEXTS:
        raise SystemExit(f"{read} of {TEXTS} texts were read")
    return TEXTS / seconds, 1000 * (seconds - timed.seconds) / TEXTS


def main() -> None:
    """Print a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, nargs="+", default=[10_000, 100_000])
    asked = parser.parse_args()
    print(f"{'stored':>10}  {'texts/s':>8}  {'the rest, ms/text':>18}")
    for size in asked.mentions:
        source = Path(filled(size, folder=FOLDER, brands=BRANDS).removeprefix("sqlite:///"))
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{shutil.copy(source, Path(folder) / 'bench.db')}"
            rate, rest = measure(url, analyse.prepare(settings(url)))
        print(f"{size:>10,}  {rate:>8.0f}  {rest:>18.2f}", flush=True)


if __name__ == "__main__":
    main()
