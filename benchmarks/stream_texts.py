"""The real streams with times, read by the shipped model: rows of the files as the voices that detectors hear.

What the model says of each text is kept in a folder under the text's hash, so that a stream is read only once. No text
is kept.
"""

import gzip
import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.filled import FOLDER
from monitor.analysis.assess import Assessor, load_assessor
from monitor.analysis.stories import Shelf, sketch
from monitor.facts import MentionKind, Prediction, Voice

DAY = timedelta(days=1)
NEWCOMER = 2 * DAY
BATCH = 512
STREAMS = (
    "ph_covid_manila_tweets",
    "power_outage_tweets",
    "trustpilot_twitter",
    "review_bombing_meckl",
    "apple_twitter_dfe",
    "daraz_roman_urdu",
)
RATINGS = {"Empfohlen": 1.0, "Nicht empfohlen": 0.0}
Row = dict[str, Any]
Said = tuple[str, float, tuple[str, ...]]
"""Language, P(negative) and themes of one text."""


@dataclass(frozen=True, slots=True)
class Told:
    """One brand of a stream: its voices in order of time, the text of each mention, and its row."""

    brand: str
    voices: tuple[Voice, ...]
    rows: dict[int, Row]


def stream_file(name: str) -> Path:
    """Where a stream lies: EMBERWATCH_DATA/data/streams, default `../shared`."""
    return Path(os.environ.get("EMBERWATCH_DATA", "../shared")) / "data" / "streams" / f"{name}.jsonl.gz"


def read_stream(name: str, folder: Path = FOLDER) -> list[Told]:
    """The brands of a stream; the review bombing has one per episode. Reads what was not read before."""
    with gzip.open(stream_file(name), "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    said = read_texts([row["text"] for row in rows], folder / f"read-{name}.jsonl")
    brands = dict.fromkeys(brand_of(row, name) for row in rows)
    return [
        tell(brand, [(row, one) for row, one in zip(rows, said, strict=True) if brand_of(row, name) == brand])
        for brand in brands
    ]


def brand_of(row: Row, name: str) -> str:
    return str(row["extra"].get("incident") or name)


def read_texts(texts: Sequence[str], kept: Path) -> list[Said]:
    """What the shipped model says of each text, from the file where it is kept, else asked and kept there."""
    known = dict(_kept(kept)) if kept.exists() else {}
    missing = [text for text in dict.fromkeys(texts) if digest(text) not in known]
    if missing:
        assessor = load_assessor()
        kept.parent.mkdir(parents=True, exist_ok=True)
        for start in range(0, len(missing), BATCH):
            known.update(_ask(assessor, missing[start : start + BATCH], kept))
    return [known[digest(text)] for text in texts]


def _ask(assessor: Assessor, texts: Sequence[str], kept: Path) -> dict[str, Said]:
    said = {digest(text): _short(one) for text, one in zip(texts, assessor.assess(texts), strict=True)}
    with kept.open("a", encoding="utf-8") as out:
        out.writelines(json.dumps([key, *one]) + "\n" for key, one in said.items())
    return said


def _short(one: Prediction) -> Said:
    return one.language, round(one.negative, 4), tuple(score.theme for score in one.themes)


def _kept(path: Path) -> Iterable[tuple[str, Said]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        key, language, negative, themes = json.loads(line)
        yield key, (language, negative, tuple(themes))


def digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def tell(brand: str, read: Sequence[tuple[Row, Said]]) -> Told:
    """The rows of one brand as voices, each heard when it was published."""
    times = event_times([row for row, _ in read])
    order = sorted(range(len(read)), key=lambda number: (times[number], number))
    shelf, first = Shelf({}, {}, {}), dict[int, datetime]()
    voices, rows = [], {}
    for mention_id, number in enumerate(order, 1):
        row, said = read[number]
        at, author = times[number], author_of(row, mention_id)
        newcomer = at - first.setdefault(author, at) <= NEWCOMER
        voices.append(_voice(mention_id, at, row, said, author, _story(shelf, row, mention_id), newcomer))
        rows[mention_id] = row
    return Told(brand, tuple(voices), rows)


def _voice(mention_id: int, at: datetime, row: Row, said: Said, author: int, story: int, newcomer: bool) -> Voice:
    language, negative, themes = said
    is_review = row["domain"] != "tweet"
    return Voice(
        mention_id=mention_id,
        at=at,
        seen_at=at,
        author=author,
        story=story,
        negative=negative,
        source=source_of(row),
        language=language,
        themes=themes,
        repost=row["text"].startswith("RT @"),
        kind=MentionKind.REVIEW if is_review else MentionKind.POST,
        rating=rating_of(row),
        newcomer=newcomer,
    )


def event_times(rows: Sequence[Row]) -> list[datetime]:
    """When each row was published. Rows of which only the day is known are laid evenly over it, in their order.

    That is how they come to be dated by a crawl that sees them appear one after another.
    """
    of_day = Counter(day for row in rows if (day := only_day(row)))
    seen: Counter[str] = Counter()
    times = []
    for row in rows:
        day = only_day(row)
        at = datetime.fromisoformat(row["time"])
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        if day:
            seen[day] += 1
            at += DAY * (seen[day] - 0.5) / of_day[day]
        times.append(at.astimezone(UTC))
    return times


def only_day(row: Row) -> str:
    """The day, when no more is known of the time; else nothing."""
    day, _, clock = str(row["time"]).partition("T")
    return day if clock in {"", "00:00:00"} else ""


def author_of(row: Row, mention_id: int) -> int:
    """A number per author, negative when nobody is named."""
    user = row["extra"].get("user")
    return int(digest(user)[:12], 16) if user else -mention_id


def source_of(row: Row) -> str:
    extra = row["extra"]
    return str(extra.get("source") or extra.get("target") or row["domain"]).lower()


def rating_of(row: Row) -> float | None:
    """The stars from 0 (worst) to 1 (best)."""
    if row["stars"] is not None:
        return (float(row["stars"]) - 1) / 4
    return RATINGS.get(row["extra"].get("rating_raw", ""))


def _story(shelf: Shelf, row: Row, mention_id: int) -> int:
    text = sketch(row["text"])
    return shelf.place(text) if text else mention_id  # those of the shelf are below zero
