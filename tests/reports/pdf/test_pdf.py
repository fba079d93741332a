"""A report as PDF: what it holds, that it is the same everywhere, and that no text from outside runs or breaks it."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import pytest

from monitor.errors import MonitorError
from monitor.reports.blocks import Chapter, Note, Outline, Quotes, Sentences
from monitor.reports.figures import Sentence
from monitor.reports.outline import outline
from monitor.reports.pdf import compiling, fonts, pdf
from tests.reports.pdf.read import held, inside, pages, text
from tests.reports.samples import FAMILY, HOSTILE, TELUGU, URDU, full_figures, quote

ROOT = Path(__file__).parents[3]
needs_pdftotext = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext (poppler-utils)")


@pytest.fixture(scope="module")
def full() -> bytes:
    return pdf(outline(full_figures()))


def said(*texts: str, language: str = "en") -> Outline:
    """A report that quotes these texts."""
    base = outline(full_figures())
    quotes = Quotes(tuple(quote(one, language) for one in texts))
    first = Chapter("minute", "In one minute", blocks=(Sentences((Sentence(text="One.", figures=("mentions",)),)),))
    return replace(base, chapters=(first, Chapter("found", "Found", blocks=(quotes,))))


def test_the_same_figures_give_the_same_bytes(full: bytes) -> None:
    assert pdf(outline(full_figures())) == full


def test_another_process_makes_the_same_bytes(full: bytes, tmp_path: Path) -> None:
    made = tmp_path / "other.pdf"
    code = (
        "import sys; from pathlib import Path; from tests.reports.samples import full_figures; "
        "from monitor.reports.outline import outline; from monitor.reports.pdf import pdf; "
        "Path(sys.argv[1]).write_bytes(pdf(outline(full_figures())))"
    )
    environment = {"PYTHONHASHSEED": "7", "TZ": "Asia/Karachi", "PATH": "/usr/bin:/bin"}
    subprocess.run([sys.executable, "-c", code, str(made)], cwd=ROOT, env=environment, check=True)
    assert made.read_bytes() == full


def test_it_is_dated_when_the_report_was_made(full: bytes) -> None:
    later = replace(outline(full_figures()), made_at=full_figures().made_at + timedelta(days=1))
    assert b"2026-11-16T01:30:00" in inside(full)
    assert b"2026-11-17T01:30:00" in inside(pdf(later))


def test_it_is_small_and_soon_made(full: bytes) -> None:
    start = perf_counter()
    pdf(outline(full_figures()))
    assert len(full) < 2_000_000
    assert perf_counter() - start < 3


def test_it_says_that_everyone_can_read_it_and_that_it_can_be_kept(full: bytes) -> None:
    raw = inside(full)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in raw
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in raw


def test_it_has_a_title_a_language_and_a_bookmark_for_each_chapter(full: bytes) -> None:
    raw = inside(full)
    assert held(full, "Rose Cart, Week 46 · 9–15 November 2026")
    assert b"/Lang(en)" in raw.replace(b" ", b"")
    assert all(held(full, chapter.title) for chapter in outline(full_figures()).chapters)


def test_every_picture_has_its_words(full: bytes) -> None:
    figures = full_figures()
    assert held(full, "Mentions per day: Mon 20 of which 6 negative")
    assert held(full, "Delivery: 80, last week 64, usually 48–72.")
    assert inside(full).count(b"/Alt") >= len(figures.headline) + len(figures.complaints)


def test_a_quote_in_urdu_is_marked_as_urdu(full: bytes) -> None:
    assert b"/Lang(ur)" in inside(full).replace(b" ", b"")


def test_only_addresses_of_the_web_are_links() -> None:
    base = said("Late again.")
    bad = tuple(
        quote("Late.").model_copy(update={"url": url})
        for url in ("javascript:alert(1)", "file:///etc/passwd", "https://example.org/good?a=(b)")
    )
    chapters = (base.chapters[0], Chapter("found", "Found", blocks=(Quotes(bad),)))
    made = pdf(replace(base, chapters=chapters))
    assert b"javascript" not in inside(made)
    assert b"passwd" not in inside(made)
    assert held(made, "https://example.org/good?a=(b)")


@pytest.mark.parametrize(
    "hostile",
    [
        HOSTILE,
        '#panic() #read("/etc/passwd") #{1+1} #import "x.typ"',
        "$ x^2 $ *bold* _it_ `raw` <label> @ref // no comment /* none */",
        "\\ \\u{41} ] [ } { = Heading\n== Heading\n- list\n+ enum\n/ term: x",
        "\x00\x01\x1b[31m \ud800 \ufffe \u202e turned",
        "",
        " ",
        "\u200d\ufe0f\u0301",
    ],
)
def test_no_text_from_outside_is_taken_for_markup(hostile: str) -> None:
    made = pdf(said(hostile))
    assert made.startswith(b"%PDF-1.7")
    assert not held(made, "root:x:0")


@needs_pdftotext
def test_hostile_texts_stand_there_as_they_are(tmp_path: Path) -> None:
    words = '#panic() $x$ *b* _i_ [c] \\ @ref <label> // --- ... "q" =1+1'
    assert words in text(pdf(said(words)), tmp_path)


@needs_pdftotext
def test_words_can_be_copied_out_of_it(full: bytes, tmp_path: Path) -> None:
    words = text(full, tmp_path)
    assert TELUGU in words
    assert FAMILY in words
    assert "1,204 mentions, +18 % against last week." in words.replace("\xa0", " ")


@needs_pdftotext
@pytest.mark.parametrize("urdu", ["لا حالات والا نومبر سروس صرف مایوسی ہوئی", "ٹھیک ڈاک بڑی گئے نہیں ملے۔", "واپسی"])
def test_urdu_is_copied_as_it_was_written(urdu: str, tmp_path: Path) -> None:
    assert urdu in text(pdf(said(urdu, language="ur")), tmp_path)


@needs_pdftotext
def test_letters_that_no_font_has_are_told_of(tmp_path: Path) -> None:
    words = text(pdf(said("Late བོད again 👩🏽‍💻")), tmp_path)
    assert "Late [3 letters not drawn: Tibetan] again 👩🏽‍💻" in words


def test_letters_that_no_font_has_do_not_break_its_rules() -> None:
    assert b"<pdfuaid:part>1</pdfuaid:part>" in inside(pdf(said("བོད་ ☃︎ 𓀀 \U0010ffff \ue000 ꙮ")))


def test_scripts_of_the_region_are_drawn() -> None:
    texts = f"{URDU} {TELUGU} हिन्दी বাংলা தமிழ் ไทย ગુજરાતી ਪੰਜਾਬੀ ಕನ್ನಡ മലയാളം සිංහල ଓଡ଼ିଆ עברית русский ελληνικά Việt"
    letters = fonts.letters()
    missing = [char for char in texts if char.isalpha() and ord(char) not in letters]
    assert missing == []


@pytest.mark.parametrize("emoji", ["🇵🇰", "👍🏽", "👨‍👩‍👧‍👦", "❤️", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_an_emoji_of_several_code_points_is_one_picture(emoji: str) -> None:
    """A glyph less is as wide as one emoji; two would be as wide as two."""
    assert _width(emoji) == pytest.approx(_width("😡"), rel=0.35)


def _width(words: str) -> float:
    available = fonts.available()
    source = "#set page(width: auto, height: auto, margin: 0pt)\n#set text(font: json(bytes(sys.inputs.f)))\n"
    source += "#context [#metadata(measure(text(sys.inputs.t)).width.pt()) <w>]"
    typst = fonts.compiler()
    found = typst.query(
        source.encode(),
        "<w>",
        field="value",
        one=True,
        font_paths=available.loaded,
        ignore_system_fonts=True,
        sys_inputs={"t": words, "f": json.dumps(list(available.families))},
    )
    return float(found)


def test_a_long_table_goes_on_overleaf() -> None:
    group = full_figures().channels[0]
    many = tuple(group.model_copy(update={"name": f"place {i}"}) for i in range(120))
    short, long = pdf(outline(full_figures())), pdf(outline(full_figures(channels=many)))
    assert pages(long) >= pages(short) + 3


def test_a_word_without_end_breaks() -> None:
    unbroken, broken = pdf(said("a")), pdf(said("a" * 20_000))
    assert pages(broken) > pages(unbroken)


def test_a_report_with_little_in_it_is_drawn() -> None:
    base = outline(full_figures())
    bare = replace(
        base, chapters=(Chapter("minute", "In one minute", blocks=(Note("Nothing was said."),)),), banner="Running"
    )
    assert pages(pdf(bare)) == 1


def test_a_template_that_cannot_be_compiled_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "report.typ").write_text("#no-such-name")
    monkeypatch.setattr(compiling, "_FOLDER", tmp_path)
    with pytest.raises(MonitorError, match=r"cannot be made as PDF: unknown variable.*html, xlsx, csv"):
        pdf(said("Late."))


def test_a_text_that_breaks_a_rule_is_drawn_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "letters", lambda: range(0x110000))
    raw = inside(pdf(said("བོད")))
    assert raw.startswith(b"%PDF-1.7")
    assert b"pdfuaid:part" not in raw


def test_missing_fonts_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_NEEDED", (("no_such_fonts", ""),))
    with pytest.raises(MonitorError, match="pip install no-such-fonts"):
        list(fonts._folders())
