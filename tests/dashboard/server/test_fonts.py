"""Tests of the fonts that the server has from packages."""

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.server import fonts

STYLE = Path(fonts.__file__).parents[1] / "style.css"


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[fonts.route()]))


@pytest.mark.parametrize("name", fonts.FONTS)
def test_a_font_comes_from_its_package_and_is_kept_by_the_browser(client: TestClient, name: str):
    answer = client.get(f"/fonts/{name}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "font/ttf")
    assert answer.content[:4] == b"\0\1\0\0"
    assert "max-age=" in answer.headers["cache-control"]


@pytest.mark.parametrize("name", ["none.ttf", "..%2f..%2fapp.py", "%2e%2e/served.py"])
def test_nothing_else_is_given_out(client: TestClient, name: str):
    assert client.get(f"/fonts/{name}").status_code == 404


def test_the_style_asks_for_these_fonts_of_this_server_and_for_no_others():
    asked = re.findall(r'url\("([^"]+)"\)', STYLE.read_text())
    assert sorted(asked) == [f"/fonts/{name}" for name in sorted(fonts.FONTS)]
