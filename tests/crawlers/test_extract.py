"""The small things of pages: text, times, ratings, addresses."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.extract import (
    Rating,
    absolute,
    canonical,
    host_of,
    html_to_text,
    is_anonymous,
    parse_rating,
    parse_time,
    unwrap,
)
from monitor.facts import Precision

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
DAY, SECOND = Precision.DAY, Precision.SECOND


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain & simple, 5 < 6", "plain & simple, 5 < 6"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("caf&eacute; &#128545;", "café 😡"),
        ('Late <img class="wp-smiley" alt="😡" src="x"> again', "Late 😡 again"),
        ('Late <img alt="👍🏽"> again', "Late 👍🏽 again"),
        ('<img alt="A photo of a box">Torn', "Torn"),
        ("<script>alert(1)</script><style>p{}</style>Late", "Late"),
        ("<!-- hidden -->Late", "Late"),
        ("<b></b>", ""),
        ("یہ <b>خراب</b> ہے", "یہ خراب ہے"),
    ],
)
def test_html_becomes_readable_text(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_deeply_nested_html_is_no_danger() -> None:
    assert "x" in html_to_text("<div>" * 20_000 + "x") or html_to_text("<div>" * 20_000 + "x") == ""


@given(st.text(alphabet="<>&;/ab=\"'!-[]\x00é😡", max_size=200))
def test_any_markup_gives_a_text(html: str) -> None:
    assert isinstance(html_to_text(html), str)


@pytest.mark.parametrize(
    ("value", "time", "precision"),
    [
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC), DAY),
        ("2026-11-20T10:00:00+05:00", datetime(2026, 11, 20, 5, tzinfo=UTC), SECOND),
        ("2026-11-20T10:00:00+0500", datetime(2026, 11, 20, 5, tzinfo=UTC), SECOND),
        ("2026-11-20T10:00:00Z", datetime(2026, 11, 20, 10, tzinfo=UTC), SECOND),
        ("2026-11-20T10:00:00", datetime(2026, 11, 20, 10, tzinfo=UTC), SECOND),
        ("Fri, 20 Nov 2026 10:00:00 +0100", datetime(2026, 11, 20, 9, tzinfo=UTC), SECOND),
        (1795301577.6, datetime.fromtimestamp(1795301577.6, UTC), SECOND),
        ("1795301577000", datetime.fromtimestamp(1795301577, UTC), SECOND),
        ("October 24, 2026", datetime(2026, 10, 24, tzinfo=UTC), DAY),
        ("24 de octubre de 2026", datetime(2026, 10, 24, tzinfo=UTC), DAY),
        ("24 octobre 2026", datetime(2026, 10, 24, tzinfo=UTC), DAY),
        ("2 days ago", datetime(2026, 11, 20, 15, tzinfo=UTC), DAY),
        ("Oct 24, 2026 10:30 PM", datetime(2026, 10, 24, 22, 30, tzinfo=UTC), SECOND),
    ],
)
def test_times_are_read_as_pages_write_them(value: object, time: datetime, precision: Precision) -> None:
    assert parse_time(value, NOW) == (time, precision)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "soon",
        None,
        [],
        "99999999-99-99",
        "2026-13-40",
        "x" * 5000,
        True,
        "Mon, 1 Jan 2024 10:00:00 +99999999999999999999",
        "31 December 9999 23:59 -1200",
    ],
)
def test_what_is_no_time_is_unknown(value: object) -> None:
    assert parse_time(value, NOW) == (None, Precision.UNKNOWN)


@pytest.mark.parametrize(
    ("value", "worst", "best", "rating"),
    [
        (5, None, None, Rating(5, 1, 5)),
        ("4,5", None, None, Rating(4.5, 1, 5)),
        ("3.7777777", None, "5", Rating(3.7777777, 1, 5)),
        ("80%", None, None, Rating(80, 0, 100)),
        ("4/5", None, None, Rating(4, 1, 5)),
        ("8 out of 10", None, None, Rating(8, 1, 10)),
        ("4 of 5 stars", None, None, Rating(4, 1, 5)),
        ("0", "0", "10", Rating(0, 0, 10)),
        ("1", 0, 1, Rating(1, 0, 1)),
        ("92", None, None, Rating(92, None, None)),
    ],
)
def test_ratings_are_read_with_their_scale(value: object, worst: object, best: object, rating: Rating) -> None:
    assert parse_rating(value, worst, best) == rating


@pytest.mark.parametrize(
    "value", ["five", "", None, "4 / x", "nan", [4], "1e9", "--3", "4" + " " * 50_000 + "x", "9" * 400]
)
def test_what_is_no_number_is_no_rating(value: object) -> None:
    assert parse_rating(value) is None


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Blog.Example/a", "blog.example"),
        ("https://blog.example:443/a", "blog.example"),
        ("http://127.0.0.1:8081/a", "127.0.0.1:8081"),
    ],
)
def test_a_host_has_its_port_unless_that_is_usual(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("link", "whole"),
    [
        ("/b", "https://blog.example/b"),
        ("https://other.example/", "https://other.example/"),
        ("javascript:alert(1)", ""),
        ("", ""),
        (None, ""),
        ("//[", ""),
    ],
)
def test_links_are_made_whole_or_left_out(link: object, whole: str) -> None:
    assert absolute("https://blog.example/a", link) == whole


@pytest.mark.parametrize(
    ("link", "real"),
    [
        ("https://www.google.com/url?sa=t&url=https://news.example/a%3Fb&ct=ga", "https://news.example/a?b"),
        ("https://www.google.com/url?rct=j&sa=t&url=http://news.example/a&ct=ga&cd=x&usg=y", "http://news.example/a"),
        ("https://google.com/url?q=https://news.example/a&sa=U", "https://news.example/a"),
        ("https://www.google.co.uk/url?url=https://news.example/a", "https://news.example/a"),
        ("https://www.google.com.pk/url?url=https://news.example/a", "https://news.example/a"),
        ("https://www.google.de/url?q=x&url=https://news.example/a", "https://news.example/a"),
        ("https://www.google.com/url?url=https://8.8.8.8/a", "https://8.8.8.8/a"),
        (
            "https://www.google.com/url?q=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%253A%252F%252Fnews.example%252Fa",
            "https://news.example/a",
        ),
    ],
)
def test_a_link_of_an_alert_is_unwrapped(link: str, real: str) -> None:
    assert unwrap(link) == real


@pytest.mark.parametrize(
    "link",
    [
        "https://www.google.com/url?url=javascript:alert(1)",
        "https://www.google.com/url?url=data:text/html,x",
        "https://www.google.com/url?url=file:///etc/passwd",
        "https://www.google.com/url?url=http://127.0.0.1:8080/admin",
        "https://www.google.com/url?url=http://[::1]/",
        "https://www.google.com/url?url=http://169.254.169.254/latest/meta-data",
        "https://www.google.com/url?url=http://2130706433/",
        "https://www.google.com/url?url=http://0x7f.0.0.1/",
        "https://www.google.com/url?url=http://127.1/",
        "https://www.google.com/url?url=http://localhost/",
        "https://www.google.com/url?url=http://router/",
        "https://www.google.com/url?url=http://printer.local/",
        "https://www.google.com/url?url=",
        "https://www.google.com/url",
        "https://www.google.com/search?url=https://news.example",
        "https://evil.example/url?url=https://news.example",
        "https://www.google.com.evil.example/url?url=https://news.example",
        "https://news.google.com/rss/articles/CBMiabc?oc=5",
        "https://www.google.com/url?url=https://[news.example/a",
        "https://[google.com/url?url=https://news.example/a",
    ],
)
def test_a_link_that_leads_nowhere_we_may_lead_stays_as_it_is(link: str) -> None:
    assert unwrap(link) == link


def test_wrappings_without_end_are_not_followed_to_their_end() -> None:
    link = "https://news.example/a"
    for _ in range(8):
        link = "https://www.google.com/url?url=" + quote(link, safe="")
    assert unwrap(link).startswith("https://www.google.com/url?")
    assert len(unwrap(link)) < len(link)


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://news.example/a?utm_source=x&utm_medium=y", "https://news.example/a"),
        ("https://news.example/a?id=7&fbclid=x&b=", "https://news.example/a?id=7&b="),
        ("https://news.example/a?GCLID=x&id=7#comment-5", "https://news.example/a?id=7#comment-5"),
        ("https://news.example/a?id=7&msclkid=z&mc_cid=1&yclid=2", "https://news.example/a?id=7"),
        ("https://news.example/a#xtor=RSS-1", "https://news.example/a"),
        ("https://news.example/a#utm_source=rss", "https://news.example/a"),
    ],
)
def test_an_address_is_the_same_whoever_led_to_it(url: str, same: str) -> None:
    assert canonical(url) == same


@pytest.mark.parametrize(
    "url",
    ["https://news.example/?", "https://news.example/a?b&&c=%7E#", "https://news.example/a?utm=1&q=utm_x", "", "#"],
)
def test_an_address_that_tells_nothing_of_its_reader_stays_byte_for_byte(url: str) -> None:
    assert canonical(url) == url


@given(st.text(alphabet="ab?&=#/utm_:.", max_size=60))
def test_an_address_without_tracking_has_nothing_more_to_lose(url: str) -> None:
    assert canonical(canonical(url)) == canonical(url)


@pytest.mark.parametrize(("name", "anonymous"), [("Anonymous", True), (" guest ", True), ("", True), ("Ana P", False)])
def test_a_name_that_many_share_is_no_name(name: str, anonymous: bool) -> None:
    assert is_anonymous(name) is anonymous
