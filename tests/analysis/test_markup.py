"""Text that came as HTML is read as its readers saw it, and nothing else is taken for HTML."""

import time

import pytest

from monitor.analysis.markup import without_markup


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<b>bad</b>", "bad"),
        ("un<b>believ</b>able", "unbelievable"),
        ("late<br>and<BR/>cold", "late and cold"),
        ("<p>bad</p><p>food</p>", "bad food"),
        ("<a href='http://x.example/?a=1&amp;b=2' target=_blank rel=\"x\">here</a>", "here"),
        ('<div class="a b" hidden>no</div>', "no"),
        ("fish &amp; chips &#128545;&#x1F621; caf&eacute;", "fish & chips 😡😡 café"),
        ("&lt;br&gt;cold", "cold"),
        ("<script>if (a < b) { steal(); }</script>bad<style>b { color: red }</style>", "bad"),
        ("bad <!-- not < shown --> food", "bad food"),
        ("<img src=x onerror=alert(1)>ugly", "ugly"),
    ],
)
def test_html_becomes_the_words_that_readers_saw(html: str, text: str) -> None:
    assert " ".join(without_markup(html).split()) == text


@pytest.mark.parametrize(
    "text",
    [
        "a < b and c > d",
        "I <3 you, really > all",
        "if a <b and c> d",
        "<name> was rude",
        "AT&T, R&D and Q&A; &copy without an end",
        "never closed: <script> and <!-- so > what",
        "1<2>0",
        ">:( and <:o",
        "<b",
        "a > b",
    ],
)
def test_what_only_looks_like_html_stays(text: str) -> None:
    assert set(text.split()) - {"<script>"} <= set(without_markup(text).split())


def test_an_escaped_heart_is_a_heart() -> None:
    assert without_markup("I &lt;3 you") == "I <3 you"


@pytest.mark.parametrize(
    "text",
    [
        "<a " * 30_000,
        '<a b="' * 20_000 + ">",
        "<!--" * 30_000 + "-->" * 3,
        "<a" + " " * 50_000 + "<a" + " x=1" * 20_000 + ">",
        "<script>" * 20_000,
        "<a x='" * 10_000 + ">" * 100,
        "<style" * 20_000 + "</script>" * 5_000,
        "&" * 100_000 + ";",
    ],
)
def test_no_text_makes_it_slow(text: str) -> None:
    started = time.process_time()
    without_markup(text)
    assert time.process_time() - started < 0.5
