"""What a mention costs on PostgreSQL as the store grows: saving, reading, looking, showing, and its place on the disk.

    python -m benchmarks.scale --mentions 100000 1000000 10000000

Each size is a filled database of `benchmarks.filled_postgresql` (ten millions take about half an hour and 25 GB). It is
written to: some thousand texts more each time, which changes no figure that can be seen. Rates are of one process:

- `saved`: new texts through the pipelines of a crawl, best of `--times`; `of that, CPU` without the server's.
- `read, the rest`: milliseconds a text that the job `analyse` takes beside the model.
- `detection`: one look at all brands, the median of seven; `first`: the first of its process.
- `Overview`, `search`: the data of the page, uncached, the median over brands; the slowest of 24 questions.
- `cost`: milliseconds to save and to read one text, the model left out, beside that of the smallest size.
"""

import argparse
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from benchmarks import analyse as reading
from benchmarks import dashboard, detect, ingest, postgresql, search
from benchmarks.filled import END
from benchmarks.filled_postgresql import filled
from monitor.clock import utcnow
from monitor.config import Settings
from monitor.detection import detector
from monitor.jobs import analyse
from monitor.models import Mention, ReadState
from monitor.models.mention import UNREAD
from monitor.store.database import open_database

LOOKS, ROUNDS = 7, 5


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one size; times in milliseconds, rates a second."""

    stored: int
    saved: ingest.Rate
    rest: float
    first_look: float
    look: float
    overview: float
    inbox: float
    slowest: float
    question: str
    bytes_each: float

    @property
    def cost(self) -> float:
        return 1000 / self.saved.wall + self.rest


def measure(url: str, stored: int, texts: int, times: int, seed: int) -> Measured:
    """All of it on one database."""
    shown = dashboard.times(url, ROUNDS)
    found = search.times(url, ROUNDS)
    slowest = max(found, key=lambda name: found[name])
    looks = _looks(url)
    _leave_unread_alone(url)
    rest = min(_rest(url, seed + i) for i in range(times))
    saved = max((_saved(url, texts, seed + i) for i in range(times)), key=lambda rate: rate.wall)
    return Measured(
        stored=stored,
        saved=saved,
        rest=rest,
        first_look=looks[0],
        look=statistics.median(looks[1:]),
        overview=_page(shown, "Overview"),
        inbox=_page(shown, "Inbox"),
        slowest=found[slowest],
        question=slowest,
        bytes_each=_size(url) / stored,
    )


def _saved(url: str, texts: int, seed: int) -> ingest.Rate:
    return ingest.push(url, ingest.texts(texts, utcnow(), seed=seed))


def _rest(url: str, seed: int) -> float:
    return reading.measure(url, analyse.prepare(reading.settings(url)), first=seed * reading.TEXTS)[1]


def _leave_unread_alone(url: str) -> None:
    """What was saved by an earlier run would be read by this one."""
    engine = open_database(url)
    with engine.begin() as connection:
        connection.execute(sa.update(Mention).where(UNREAD).values(read_state=ReadState.READ))
    engine.dispose()


def _looks(url: str) -> list[float]:
    settings = Settings(brands=[{"id": "brand0", "name": "Brand 0"}], sources=[])
    for options in settings.detection.detectors:
        detector(options.type)
    engine = open_database(url)
    passes = [detect.one(engine, settings, END + timedelta(minutes=i)) for i in range(LOOKS + 1)]
    engine.dispose()
    return [1000 * one.wall for one in passes]


def _page(shown: dict[tuple[str, str], float], page: str) -> float:
    return sum(value for (where, _), value in shown.items() if where == page)


def _size(url: str) -> int:
    engine = open_database(url)
    with engine.connect() as connection:
        size = int(connection.execute(sa.text("SELECT pg_database_size(current_database())")).scalar_one())
    engine.dispose()
    return size


def _print(found: Sequence[Measured]) -> None:
    lines = {
        "saved a second": [f"{one.saved.wall:,.0f}" for one in found],
        "of that, CPU: a second": [f"{one.saved.cpu:,.0f}" for one in found],
        "read, the rest, ms a text": [f"{one.rest:.2f}" for one in found],
        "cost beside the smallest": [f"{one.cost / found[0].cost:.2f}" for one in found],
        "detection, first, ms": [f"{one.first_look:,.0f}" for one in found],
        "detection, ms": [f"{one.look:,.0f}" for one in found],
        "Overview, ms": [f"{one.overview:,.0f}" for one in found],
        "Inbox, ms": [f"{one.inbox:,.0f}" for one in found],
        "slowest search, ms": [f"{one.slowest:,.0f}" for one in found],
        "that search": [one.question for one in found],
        "bytes a mention": [f"{one.bytes_each:,.0f}" for one in found],
    }
    print(f"{'stored':28}" + "".join(f"{one.stored:>22,}" for one in found))
    for name, cells in lines.items():
        print(f"{name:28}" + "".join(f"{cell:>22}" for cell in cells))


def main() -> None:
    """Print a table with one column per size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--texts", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=3)
    asked = parser.parse_args()
    seed = int(utcnow().timestamp())  # new texts each time
    with postgresql.server() as server:
        found = [
            measure(filled(server, size), size, asked.texts, asked.times, seed + 100 * i)
            for i, size in enumerate(asked.mentions)
        ]
    _print(found)


if __name__ == "__main__":
    main()
