"""No text that a stranger can send keeps us busy: what reads their words takes no longer for words made to be slow."""

import itertools
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import pytest

from crawlers.extract import canonical, html_to_text, parse_rating, parse_time, unwrap
from crawlers.replies import without_queries
from monitor import edge, redaction, spreadsheet
from monitor.alerting.text import clean, direction, one_line, web_address
from monitor.analysis import parts, spelling, stories
from monitor.analysis.language import LanguageIdentifier
from monitor.analysis.relevance import relevance
from monitor.analysis.text import readable
from monitor.cases import hostility
from monitor.doors import webhook
from monitor.doors.events import BadEvent, read_message
from monitor.doors.letters import Unreadable, read_letter
from monitor.doors.quoting import written
from monitor.facts import Collected, MentionKind
from monitor.folding import terms, words
from monitor.praise.naming import praised
from monitor.reception.limits import LARGEST_BODY

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LONGEST_SECONDS = 4.0
"""On a busy machine; to read as many ordinary words takes a fraction of a second."""
MAIL = 256 * 1024
PUMPS = [
    "a",
    " ",
    "\n",
    "0",
    "-",
    "@",
    "<",
    ">",
    "!",
    "।",
    "'",
    '"',
    "/",
    ".",
    "(",
    "&",
    "٣",
    "ا",
    "👩\u200d",
    "z\u0301",
]
PAIRED = [
    "a ",
    "0 ",
    "-0",
    "a.",
    "a@",
    "<a",
    "://",
    "\n-",
    "\n>",
    "\n.",
    ": ",
    "=\n",
    "a\u0301",
    "+9",
    "&#",
    "www.",
    "ha",
]


def pumped(size: int) -> Iterator[str]:
    """Texts of one size that make a pattern try again at each place."""
    for pump in [*PUMPS, *PAIRED]:
        text = (pump * (size // len(pump) + 1))[: size - 2]
        yield text + "\0:"


def _edge(text: str) -> None:
    given = Collected(
        kind=MentionKind.COMMENT, host="mail", external_id=text, url="", text=text, title=text, author_name=text,
        author_ref=text, language=text, item=text, published_at=NOW,
    )  # fmt: skip
    edge.check(given, Counter(), public=False)


def _letter(text: str) -> None:
    line = text.replace("\n", " ")
    for raw in (
        f"From: {line}\nSubject: {line}\nMessage-ID: {line}\nReferences: {line}\n\nHello",
        f"Content-Type: text/html\n\n{text}",
        f"Content-Type: text/plain; format=flowed\n\n{text}",
        f"Received: {line}\nDate: {line}\nContent-Type: {line}\n\nHello",
    ):
        try:
            read_letter(raw.encode(), NOW)
        except Unreadable:
            continue


def _event(text: str) -> None:
    shape = webhook.Options.model_construct(id="till", type="webhook", map=webhook.Paths()).shape
    for event in ({"id": text, "text": text}, {"id": 1, "text": "a", "rating": text, "author": text, "url": text}):
        try:
            read_message(json.dumps(event, ensure_ascii=False).encode(), shape, NOW)
        except BadEvent:
            continue


def _places(text: str) -> Sequence[spelling.Place]:
    return spelling.places(f"{text} Target {text}", ["Target"])


def _message(text: str) -> object:
    return clean(text), one_line(text), direction(text, ""), web_address(f"https://{text}")


def _cell(text: str) -> object:
    return spreadsheet.guard(text), spreadsheet.fitting(text), spreadsheet.web_address(text)


LANGUAGES = LanguageIdentifier.load()
READERS: dict[str, tuple[Callable[[str], object], int]] = {
    "the edge": (_edge, MAIL),
    "a mail": (_letter, MAIL),
    "a mail's own words": (written, MAIL),
    "an event": (_event, LARGEST_BODY // 4),
    "a page": (html_to_text, 200_000),
    "a rating of a page": (lambda text: parse_rating(text, text, text), MAIL),
    "a time of a page": (lambda text: parse_time(text, NOW), MAIL),
    "an address of a page": (lambda text: (canonical(text), unwrap(text)), 20_000),
    "an error of a host": (without_queries, 20_000),
    "the brand's name": (lambda text: relevance(text, text, ("Karak House",), ("Karak House Museum",)), 20_000),
    "how a name is written": (lambda text: spelling.features(_places(text)), 20_000),
    "a story": (stories.sketch, 20_000),
    "a language": (LANGUAGES.identify, 20_000),
    "what the model reads": (readable, 20_000),
    "parts": (lambda text: parts.cut(text, 8), 20_000),
    "hostility": (hostility.signs, 20_000),
    "praise": (lambda text: praised(text, [("Sana", ("Sana Malik",))]), 20_000),
    "redaction": (redaction.redact, 20_000),
    "the index of words": (words, 20_000),
    "a search": (terms, 20_000),
    "a message": (_message, 20_000),
    "a cell": (_cell, 20_000),
}  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
def test_words_made_to_be_slow_are_read_in_time(reader: str):
    read, size = READERS[reader]
    took = {}
    for text in pumped(size):
        began = time.process_time()
        read(text)
        took[text[:6]] = time.process_time() - began
    assert max(took.values()) < LONGEST_SECONDS, sorted(took.items(), key=lambda item: -item[1])[:3]


def test_the_pumps_would_find_a_slow_pattern():
    began = time.process_time()
    for text in itertools.islice(pumped(20_000), 3):
        re.search(r"\s+\d$", text)
    assert time.process_time() - began > 0.1
