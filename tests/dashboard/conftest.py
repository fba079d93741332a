"""Databases and configs for the tests of the dashboard."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner

from monitor.clock import utcnow
from tests.dashboard.pages import write_config
from tests.dashboard.scenario import Scene, play
from tests.factories import database_session, make_brand, new_database

scan_once = cache(manifest_scanner.scan_component_manifests)
"""Streamlit reads what all installed packages say of themselves, at each run of a page in a test: most of its time."""


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if the server were bound to this machine only, with nothing kept from another test."""
    monkeypatch.setattr(st, "get_option", _at_home(st.get_option))
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", scan_once)
    st.cache_data.clear()
    yield
    st.cache_resource.clear()


def _at_home(real: Callable[[str], object]) -> Callable[[str], object]:
    return lambda name: "127.0.0.1" if name == "server.address" else real(name)


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with a brand and nothing else."""
    url = new_database(tmp_path)
    with database_session(url) as session:
        make_brand(session)
        session.commit()
    monkeypatch.setenv("EMBERWATCH_CONFIG", str(write_config(tmp_path, url)))
    return url


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Scene]:
    """The file of a shop on a bad day, made once."""
    folder = tmp_path_factory.mktemp("scene")
    url = new_database(folder, "scene.db")
    with database_session(url) as session:
        scene = play(session, utcnow())
    return (folder / "scene.db").read_bytes(), scene


@pytest.fixture
def full(played: tuple[bytes, Scene], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Scene]:
    """A database of a shop on a bad day."""
    path = tmp_path / "emberwatch.db"
    path.write_bytes(played[0])
    url = f"sqlite:///{path}"
    monkeypatch.setenv("EMBERWATCH_CONFIG", str(write_config(tmp_path, url)))
    return url, played[1]
