"""The benchmarks of the dashboard and of searching run on a small database and name what they measure."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from benchmarks import dashboard, search

SIZE = 600


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return search.searchable(SIZE, tmp_path_factory.mktemp("filled"))


def test_a_filled_database_is_searchable_and_made_once(url: str):
    path = Path(url.removeprefix("sqlite:///"))
    made = path.stat().st_mtime_ns
    assert search.searchable(SIZE, path.parent) == url
    assert path.stat().st_mtime_ns == made


def test_each_question_is_timed(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EMBERWATCH_CONFIG", "")
    assert search.times(url, 1).keys() == search.QUESTIONS.keys()


def test_each_page_is_timed(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EMBERWATCH_CONFIG", "")
    found = dashboard.times(url, 1)
    assert {page for page, _ in found} >= {"Overview", "Inbox", "Incident", "Sources", "Mentions"}
    assert min(found.values()) > 0
