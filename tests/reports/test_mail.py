"""Tests of a report as the body of a mail: whole, small, safe with any text, and in need of nothing else."""

import re
from dataclasses import replace

import pytest
from lxml import html

from monitor.facts import Body
from monitor.reports import mail
from monitor.reports.blocks import Chapter, Note, Outline
from monitor.reports.figures import Day, Figures
from monitor.reports.render import laid_out
from tests.reports.samples import FAMILY, HOSTILE, MONDAY, TELUGU, URDU, full_figures, quote, together_figures

REPORTS = {"brand": full_figures(), "together": together_figures()}


def body(figures: Figures | None = None) -> Body:
    return mail.body(laid_out(figures or full_figures()))


def page(given: Body) -> html.HtmlElement:
    return html.fromstring(f"<div>{given.first}{given.rest}</div>")


def long_outline(chapters: int, letters: int) -> Outline:
    first, *_ = laid_out(full_figures()).chapters
    others = tuple(Chapter(f"c{i}", f"Chapter {i}", blocks=(Note("x" * letters),)) for i in range(chapters))
    return replace(laid_out(full_figures()), chapters=(first, *others))


@pytest.mark.parametrize("name", REPORTS)
def test_every_chapter_is_there_in_both_forms(name: str) -> None:
    outline = laid_out(REPORTS[name])
    made = mail.body(outline)
    titles = [chapter.title for chapter in outline.chapters]
    assert [one.text_content() for one in page(made).xpath("//h2")] == titles
    plain = f"{made.plain_first}\n{made.plain_rest}"
    assert [title for title in titles if title.upper() not in plain] == []


def test_html_and_plain_text_say_the_same() -> None:
    made = body()
    plain = f"{made.plain_first}\n{made.plain_rest}"
    figures = full_figures()
    for told in (
        "1,204",
        "+25\xa0%, last week 963",
        URDU,
        TELUGU,
        FAMILY,
        "Delivery promise",
        "not answered",
        "HTTP 503",
    ):
        assert told in plain
        assert told in page(made).text_content()
    assert figures.practice[0].answer in plain


@pytest.mark.parametrize("name", REPORTS)
def test_it_loads_nothing_and_needs_no_style_sheet(name: str) -> None:
    made = mail.body(laid_out(REPORTS[name]))
    written = made.first + made.rest
    assert {one.tag for one in page(made).iter()} <= {
        "div", "h2", "p", "ul", "li", "table", "tr", "td", "th", "span", "br", "bdi", "blockquote", "a",
    }  # fmt: skip
    assert not re.search(r"<(img|link|style|svg|script|iframe)|\ssrc=|url\(|@import", re.sub(r">[^<]*<", "><", written))
    assert {one.get("href")[:20] for one in page(made).xpath("//a")} <= {"https://example.org/"}


def test_outside_text_cannot_become_a_part_of_the_mail() -> None:
    written = body().first + body().rest
    assert "<script" not in written
    assert "&lt;script&gt;alert(1)" in written
    assert not {key for one in page(body()).iter() for key in one.attrib if key.startswith("on")}


def test_an_outside_text_is_one_line_of_the_plain_text() -> None:
    forged = quote("Bad.\n\nNEXT\nhttps://evil.example/login\n\u202eback")
    theme = full_figures().complaints[0].model_copy(update={"quotes": (forged,)})
    plain = body(full_figures(complaints=(theme,))).plain_rest
    assert "  “Bad. NEXT https://evil.example/login back”" in plain.splitlines()


def test_bars_are_cells_with_a_colour_and_their_number_beside_them() -> None:
    bars = page(body()).xpath("//td[@bgcolor]")
    assert {one.get("bgcolor") for one in bars} == {"#b6c0cc", "#c8441b", "#2f7d4f"}
    assert "20, 6 negative" in page(body()).text_content()


def test_a_bar_is_as_wide_as_its_value() -> None:
    assert mail.part_of(30.0, 120.0, "red") == [(25, "red"), (75, "")]
    assert mail.part_of(None, 0.0, "red") == [(0, "red"), (100, "")]


def test_a_day_has_its_negative_part_and_one_unknown_has_none() -> None:
    days = laid_out(full_figures()).chapters[0].blocks[2]
    assert isinstance(days, mail.Days)
    bars = mail.bars_of_days(days)
    assert bars[0] == [(24, "#c8441b"), (56, "#b6c0cc"), (20, "")]
    assert bars[6] == [(0, "#c8441b"), (0, "#b6c0cc"), (100, "")]
    assert mail.day_words(Day(date=MONDAY, mentions=None, negative=None, last_mentions=9.0)) == "not known"


def test_right_to_left_quotes_stand_right_in_their_language() -> None:
    shown = page(body()).xpath("//blockquote/div[@lang='ur']")
    assert [(one.get("dir"), "text-align:right" in one.get("style")) for one in shown] == [("rtl", True)] * 2


def test_what_has_no_room_is_named_and_left_out_from_the_end() -> None:
    made = mail.body(long_outline(12, 10_000))
    assert len((made.first + made.rest).encode()) < mail.ROOM + 1000
    assert "Chapter 6" in made.rest
    assert "There was no room here for: Chapter 7, Chapter 8" not in made.plain_first
    for rest in (made.rest, made.plain_rest):
        assert re.search(
            r"There was no room here for: Chapter [78], .*Chapter 11\. The full report has all of it\.", rest
        )


def test_html_and_plain_text_are_cut_at_the_same_place() -> None:
    made = mail.body(long_outline(12, 10_000))
    kept = [one.text_content().upper() for one in page(made).xpath("//h2")[1:]]
    assert 0 < len(kept) < 12
    assert [line for line in made.plain_rest.splitlines() if re.fullmatch(r"CHAPTER \d+", line)] == kept


def test_long_tables_and_lists_are_cut_and_counted() -> None:
    many = tuple(full_figures().silent_cases[1:] * 8)
    rows = tuple(full_figures().praised * 20)
    made = body(full_figures(silent_cases=many, praised=rows))
    assert "And 3 more." in made.rest
    assert "- And 5 more." in made.plain_rest


def test_a_long_outside_text_is_cut() -> None:
    line = full_figures().missed[0].model_copy(update={"text": HOSTILE * 500})
    assert len(body(full_figures(missed=(line,))).rest) < mail.ROOM


def test_a_running_week_says_so_first() -> None:
    made = body(full_figures(running=True))
    assert page(made).xpath("//p")[0].text_content().startswith("This week is still running.")
    assert page(made).xpath("//h2")[0].text_content() == "In one minute"
    assert made.plain_first.startswith("This week is still running.")


def test_an_empty_table_says_what_it_means() -> None:
    made = body(full_figures(languages=()))
    assert "No mention was read." in made.rest
    assert "No mention was read." in made.plain_rest


def test_figures_kept_by_the_version_before_make_a_mail() -> None:
    old = full_figures().model_dump(mode="json")
    for name in ("why", "stages", "channels", "people", "recurring", "found", "silent", "reading", "practice"):
        del old[name]
    made = body(Figures.model_validate(old))
    assert "What people complained about" in made.rest
    assert "To practise with" not in made.rest
