"""Whatever people wrote that week, the page is HTML that runs nothing, and the table has no formula."""

import csv
import io
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from monitor.jobs.report import make_report
from monitor.reports import render
from monitor.reports.figures import Figures
from tests.factories import make_brand, make_coverage, make_incident, make_mention, make_source
from tests.fuzz.odd import texts, tried
from tests.reports.conftest import DUE, MONDAY, NEXT_MONDAY, settings_of

storable = texts.map(lambda text: text.encode("utf-8", "ignore").decode("utf-8"))
"""What is read from a database: halves of signs never come so far."""
VOID = {"meta", "br", "hr", "img", "link", "input", "col", "source", "wbr"}


class Balance(HTMLParser):
    """Whether every element is closed in its turn, and what could run."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.wrong += [f"{tag} {name}" for name, _ in attrs if name.startswith("on")]
        links = [value or "" for name, value in attrs if name in ("href", "src", "action")]
        self.wrong += [
            link for link in links if link.lower().lstrip().startswith(("javascript:", "data:", "vbscript:"))
        ]
        self.wrong += [tag] if tag in ("script", "iframe", "object", "embed", "form") else []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")


@pytest.fixture
def figures(session: Session) -> Figures:
    """The report of a week with complaints, praise and an incident."""
    brand = make_brand(session)
    source = make_source(session, brand)
    make_coverage(session, source, MONDAY, NEXT_MONDAY)
    for number in range(6):
        at = MONDAY + (NEXT_MONDAY - MONDAY) * number / 7
        last = make_mention(
            session, brand, source, f"text {number}", at=at, negative=(number % 2) * 0.9, themes=["refund"]
        )
    make_incident(session, brand, [last], at=last.published_at)
    return make_report(session, settings_of(), "rosecart", "last", DUE)


def with_words(value: Any, words: list[str]) -> Any:
    """The figures as JSON, in which what stands for a text from outside is one of these words."""
    if isinstance(value, dict):
        outside = ("text", "title", "author", "url", "sentence", "subject", "name", "brand", "owner")
        return {
            key: words[len(str(item)) % len(words)]
            if key in outside and isinstance(item, str)
            else with_words(item, words)
            for key, item in value.items()
        }
    return [with_words(item, words) for item in value] if isinstance(value, list) else value


@tried(12)
@given(words=st.lists(storable, min_size=1, max_size=5))
def test_a_report_of_any_words_runs_nothing(figures: Figures, words: list[str]) -> None:
    told = Figures.model_validate(with_words(figures.model_dump(mode="json"), words))
    page = Balance()
    page.feed(render.html(told))
    assert (page.wrong, page.open) == ([], [])
    render.html(told).encode()
    rows = list(csv.reader(io.StringIO(render.csv(told), newline="")))
    assert [cell for row in rows for cell in row if cell[:1] in ("=", "@", "\t", "\r", "+")] == []
