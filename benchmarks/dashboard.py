"""How long the data of each page of the dashboard takes, in milliseconds, without anything cached.

    python -m benchmarks.dashboard --mentions 10000 100000 1000000

Databases come from `benchmarks.filled` (one case in twenty mentions) and are made findable once. Medians over some
brands; a page's total is what its first view reads, in the order in which it reads it.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median

import streamlit as st
from streamlit.logger import set_log_level

from benchmarks.filled import END, FOLDER
from benchmarks.search import searchable
from dashboard.data import inbox, incidents, loads, mentions, opening, response, series, sources, theme_detail, themes
from dashboard.data.asked import Asked
from dashboard.data.brands import BrandRow, brands, theme_names
from dashboard.data.casefile import casefile
from dashboard.data.queues import Filters, Show
from dashboard.data.worked import By
from monitor.facts import WHOLE, Dimension

TARGETS = {"Overview": 300.0, "Inbox": 300.0}
"""Milliseconds; the aim is a third of it."""
WEEK = timedelta(days=7)
Calls = list[tuple[str, Callable[[], object]]]


def pages(brand: BrandRow) -> dict[str, Calls]:
    """What each page reads when it is opened."""
    number = brand.id
    lists: Calls = [
        ("active_incidents", lambda: incidents.active_incidents(number)),
        ("past_incidents", lambda: incidents.past_incidents(number)),
    ]
    state: Calls = [
        ("sources", lambda: sources.sources(END)),
        ("jobs", sources.jobs),
        ("channels", lambda: sources.channels(END)),
    ]
    found: Calls = [("results", lambda: mentions.results(brand, Asked(), None)), ("theme_names", theme_names)]
    shown = {"Overview": _overview(number), "Inbox": _inbox(number), "Inbox, other lists": _lists(number)}
    shown |= {"Incidents": lists, "Incident": _incident(number), "Sources": state, "Mentions": found}
    shown |= {"Themes": _themes(brand), "Response": _response(brand)}
    return {page: [("brands", brands), *calls] for page, calls in shown.items()}


def _themes(brand: BrandRow) -> Calls:
    """The list, and one theme of it."""
    return [
        ("board: 30 days", lambda: themes.board(brand.id, 30, END, brand.zone)),
        ("open_cases", lambda: theme_detail.open_cases(brand.id, END)),
        ("response by theme", lambda: response.groups(brand.id, 30, By.THEME, END, brand.zone)),
        ("board: 90 days", lambda: themes.board(brand.id, 90, END, brand.zone)),
        ("detail", lambda: theme_detail.detail(brand.id, "refund", 90, END, brand.zone)),
    ]


def _response(brand: BrandRow) -> Calls:
    """The first view of the longest stretch, and a click on each way to tell cases apart."""
    every: Calls = [
        ("waiting", lambda: response.waiting(brand.id, END)),
        ("response: 90 days", lambda: response.response(brand.id, 90, END, brand.zone)),
        ("weeks", lambda: response.weeks(brand.id, 90, END, brand.zone)),
    ]
    return every + [(f"by {by}", partial(response.groups, brand.id, 90, by, END, brand.zone)) for by in By]


def _overview(number: int) -> Calls:
    return [
        ("hours: 4 weeks", lambda: series.hours(number, END, WHOLE, 4 * WEEK, 24)),
        ("active_incidents", lambda: incidents.active_incidents(number)),
        ("theme_names", theme_names),
        ("levels: whole", lambda: series.levels(number, END, Dimension.ALL)),
        ("workload", lambda: loads.workload(number, END)),
        ("hours: a week", lambda: series.hours(number, END, WHOLE, WEEK, 3)),
        ("complaints: four", lambda: inbox.complaints(Filters(number), 4, END)),
        ("levels: themes", lambda: series.levels(number, END, Dimension.THEME)),
        ("levels: languages", lambda: series.levels(number, END, Dimension.LANGUAGE)),
    ]


def _inbox(number: int) -> Calls:
    """The list, and the first case of it beside."""
    case = next((row.case_id for row in inbox.complaints(Filters(number), 1, END) if row.case_id), 0)
    return [
        ("theme_names", theme_names),
        ("languages", lambda: loads.languages(number, END)),
        ("owners", lambda: loads.owners(number)),
        ("complaints: to do", lambda: inbox.complaints(Filters(number), 21, END)),
        ("complaint_of_case", lambda: inbox.complaint_of_case(case)),
        ("casefile", lambda: casefile(case, 0)),
    ]


def _lists(number: int) -> Calls:
    """Each is one click in the inbox."""
    asked = {
        "to do, theme": Filters(number, theme="refund"),
        "to do, language": Filters(number, language="te"),
        "nobody's": Filters(number, Show.UNTAKEN),
        "mine": Filters(number, Show.MINE, "amna"),
        "closed": Filters(number, Show.CLOSED),
        "closed, theme": Filters(number, Show.CLOSED, theme="refund"),
    }
    return [(name, partial(inbox.complaints, filters, 21, END)) for name, filters in asked.items()]


def _incident(number: int) -> Calls:
    one = incidents.active_incidents(number)[0]
    start = one.started_at - timedelta(hours=8)
    return [
        ("incident", lambda: incidents.incident(one.id)),
        ("latest_finding", lambda: incidents.latest_finding(one.id)),
        ("around", lambda: series.around(number, one.cell, start, END, END)),
        ("changes", lambda: incidents.changes(one.id)),
        ("evidence_size", lambda: incidents.evidence_size(one.id)),
        ("evidence", lambda: incidents.evidence(one.id, 6)),
        ("alerts", lambda: incidents.alerts(one.id)),
    ]


@contextmanager
def dashboard_of(url: str) -> Iterator[None]:
    """Let the dashboard's data functions read this database."""
    set_log_level("ERROR")  # Streamlit warns that no page is open
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.yaml"
        path.write_text(f'database: {{url: "{url}"}}\nbrands: [{{id: brand0, name: Brand 0}}]\n')
        os.environ[opening.CONFIG_VARIABLE] = str(path)
        st.cache_resource.clear()
        yield


def measured(brand: BrandRow) -> dict[tuple[str, str], float]:
    """Milliseconds by page and function; nothing is cached when a page begins."""
    found = {}
    for page, calls in pages(brand).items():
        opening.forget()
        for name, call in calls:
            start = time.perf_counter()
            call()
            found[page, name] = 1000 * (time.perf_counter() - start)
    return found


def times(url: str, rounds: int) -> dict[tuple[str, str], float]:
    """The median over brands by page and function, after one round to warm up."""
    with dashboard_of(url):
        rows = brands()
        found = [measured(rows[i % len(rows)]) for i in range(rounds + 1)][1:]
    return {key: median(one[key] for one in found) for key in found[0]}


def main() -> None:
    """Measure and print a table with one column per size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--url", help="measure this database instead; it is only read")
    asked = parser.parse_args()
    urls = {asked.url: asked.url} if asked.url else {}
    urls = urls or {f"{size:,}": searchable(size, asked.folder) for size in asked.mentions}
    columns = {name: times(url, asked.rounds) for name, url in urls.items()}
    _print(columns)


def _print(columns: dict[str, dict[tuple[str, str], float]]) -> None:
    print(f"{'milliseconds, median':34}" + "".join(f"{name[-14:]:>15}" for name in columns))
    first = next(iter(columns.values()))
    for page in dict.fromkeys(page for page, _ in first):
        totals = [sum(value for key, value in column.items() if key[0] == page) for column in columns.values()]
        target = TARGETS.get(page)
        note = f"   at most {target:.0f}, aim {target / 3:.0f}" if target else ""
        print(f"{page:34}" + "".join(f"{total:15.1f}" for total in totals) + note)
        for key in first:
            if key[0] == page:
                print(f"  {key[1]:32}" + "".join(f"{column[key]:15.1f}" for column in columns.values()))


if __name__ == "__main__":
    main()
