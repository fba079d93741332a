"""Tests of charts on a page."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import charts, viewer

MADE: list[str] = []
"""The languages in which `counted` was made."""


def _page() -> None:
    from zoneinfo import ZoneInfo

    import streamlit as st

    from dashboard import charts, drawing
    from tests.dashboard.test_charts import BUCKETS

    st.altair_chart(charts.volume(BUCKETS, ZoneInfo("Asia/Karachi")), theme=None)
    drawing.chart(charts.volume, BUCKETS, ZoneInfo("Asia/Karachi"))
    drawing.chart(charts.trouble, BUCKETS, (), ZoneInfo("Asia/Karachi"), field="mentions", words="Our words")


def test_a_chart_looks_as_altair_makes_it_and_has_its_words_for_those_who_do_not_see_it():
    app = AppTest.from_function(_page, default_timeout=60).run()
    theirs, ours, other = (one.proto for one in app.get("vega_lite_chart"))
    wanted = json.loads(theirs.spec)
    assert ours.alt == wanted.pop("description") != ""
    assert json.loads(ours.spec) == wanted
    assert other.alt == "Our words"


def _counting() -> None:
    from zoneinfo import ZoneInfo

    from dashboard import drawing
    from tests.dashboard.test_charts import BUCKETS
    from tests.dashboard.test_drawing import counted

    drawing.chart(counted, BUCKETS, ZoneInfo("Asia/Kolkata"))


def counted(*values: Any) -> Any:
    """A chart that says when it is made."""
    MADE.append(viewer.language())
    return charts.volume(*values)


def test_a_chart_is_made_once_for_the_same_values_and_anew_in_another_language(monkeypatch: pytest.MonkeyPatch):
    MADE.clear()
    app = AppTest.from_function(_counting, default_timeout=60).run().run()
    assert MADE == ["en"]
    monkeypatch.setattr(viewer, "language", lambda: "te")
    app.run()
    assert not app.exception
    assert MADE == ["en", "te"]
