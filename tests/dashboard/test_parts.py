"""Tests of the pieces of pages."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboard import parts
from monitor.facts import IncidentState, Severity
from monitor.models import CaseState, SourceHealth

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KARACHI = ZoneInfo("Asia/Karachi")


def test_a_body_is_escaped_and_set_in_its_direction():
    html = parts.body("<b>بہت بری</b>", "ur")
    assert "&lt;b&gt;بہت بری&lt;/b&gt;" in html
    assert 'dir="rtl" lang="ur"' in html


def test_a_cut_body_spends_no_line_on_a_break():
    assert ">Nida: too late<" in parts.body("Nida:\n\ntoo late", "en", lines=2)
    assert "Nida:\n\ntoo late" in parts.body("Nida:\n\ntoo late", "en")


def test_a_language_code_cannot_break_out_of_its_place():
    assert '"><' not in parts.body("x", '"><script>')


def test_a_label_says_markdown_signs_as_they_stand():
    assert parts.plain("*a* :smile: $x$ [b](c)") == r"\*a\* \:smile\: \$x\$ \[b\]\(c\)"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", "//example.org", "ftp://a.b/"])
def test_only_web_addresses_become_links(url: str):
    assert parts.link(url, "open") == ""


def test_a_link_cannot_break_out_of_its_place():
    html = parts.link('https://example.org/"onmouseover="alert(1)', "open")
    assert '"onmouseover' not in html
    assert 'rel="noopener noreferrer nofollow"' in html


@pytest.mark.parametrize("kind", [Severity, SourceHealth, CaseState, IncidentState])
def test_every_state_has_a_badge(kind: type):
    assert all(parts.badge(value).startswith('<span class="ew-badge') for value in kind)


def test_the_same_word_of_two_kinds_keeps_its_meaning():
    assert "not crawled yet" in parts.badge(SourceHealth.WAITING)
    assert "waits for the customer" in parts.badge(CaseState.WAITING)


@pytest.mark.parametrize(
    ("value", "usual", "words"),
    [
        (33, 8.0, "4.1× the usual 8"),
        (8, 8.0, "as usual (8)"),
        (2, 8.0, "usually 8"),
        (5, 0.0, "usually none"),
        (5, None, "still learning what is usual"),
    ],
)
def test_numbers_are_compared_with_the_usual(value: float, usual: float | None, words: str):
    assert parts.times_usual(value, usual) == words


@pytest.mark.parametrize(("value", "words"), [(0.62, "0.6"), (14.2, "14"), (1230, "1,230"), (3.0, "3"), (9.97, "10")])
def test_numbers_are_short(value: float, words: str):
    assert parts.number(value) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW - timedelta(minutes=25), "16:35"),
        (NOW - timedelta(hours=20), "yesterday 21:00"),
        (NOW - timedelta(days=3), "Fri 27 Feb, 17:00"),
        (NOW - timedelta(days=300), "Tue 6 May 2025, 17:00"),
    ],
)
def test_times_are_those_of_the_brand(moment: datetime, words: str):
    assert parts.clock(moment, NOW, KARACHI) == words


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(minutes=25), "25 min ago"),
        (timedelta(seconds=20), "just now"),
        (timedelta(seconds=-3), "just now"),
        (timedelta(seconds=-40), "in a minute"),
        (timedelta(hours=-3), "in 3 h"),
    ],
)
def test_times_are_told_from_now(gap: timedelta, words: str):
    assert parts.ago(NOW - gap, NOW) == words


def test_bars_keep_in_their_tracks():
    html = parts.bars([("Refunds", 24.0, 1.3), ("Staff", 2.0, 30.0), ("<b>", 1.0, None)])
    assert "inset-inline-start:100.0%" in html
    assert "&lt;b&gt;" in html


def test_a_rating_is_shown_with_its_scale():
    assert "★ 2 of 5" in parts.stars(2.0, 5.0)
    assert parts.stars(None, 5.0) == ""
