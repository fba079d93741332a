"""Tests of screen texts in the viewer's language."""

from pathlib import Path

import pytest

from dashboard import viewer, words
from dashboard.words import _, _h, _hn, _n, _p

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Owner"
msgstr "ذمہ دار"

msgid "opened %(time)s"
msgstr "%(hour)s کھلا"

msgid "half %(part)s"
msgstr "100% %(part)s"

msgid "said %(name)s"
msgstr "<b>%(name)s & دیگر"

msgctxt "of a case"
msgid "open"
msgstr "جاری"

msgid "%(n)s case"
msgid_plural "%(n)s cases"
msgstr[0] "ایک کیس"
msgstr[1] "%(n)s کیس"
"""


@pytest.fixture
def urdu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "ur" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "emberwatch.po").write_text(PO, encoding="utf-8")
    monkeypatch.setattr(words, "LOCALE", tmp_path)
    monkeypatch.setattr(viewer, "language", lambda: "ur")
    words.catalogue.cache_clear()
    yield
    words.catalogue.cache_clear()


def test_where_nobody_looks_the_words_are_english():
    assert _("Owner") == "Owner"
    assert _n("%(n)s case", "%(n)s cases", 1) == "1 case"
    assert _n("%(n)s case", "%(n)s cases", 12345) == "12,345 cases"


def test_what_has_no_values_keeps_its_signs():
    assert _("100% of them") == "100% of them"


@pytest.mark.usefixtures("urdu")
def test_words_are_said_in_the_language_of_the_viewer():
    assert _("Owner") == "ذمہ دار"
    assert _p("of a case", "open") == "جاری"
    assert (_n("%(n)s case", "%(n)s cases", 1), _n("%(n)s case", "%(n)s cases", 3)) == ("ایک کیس", "3 کیس")


@pytest.mark.usefixtures("urdu")
def test_what_is_not_translated_is_english():
    assert _("Inbox") == "Inbox"
    assert _p("of a door", "open") == "open"
    assert _("") == ""


@pytest.mark.usefixtures("urdu")
def test_a_translation_with_wrong_places_breaks_no_page():
    assert _("opened %(time)s", time="14:05") == "opened 14:05"
    assert _("half %(part)s", part=3) == "half 3"


@pytest.mark.usefixtures("urdu")
def test_a_translation_brings_no_tags_into_a_page():
    assert _h("said %(name)s", name="<i>Sana</i>") == "&lt;b&gt;<i>Sana</i> &amp; دیگر"
    assert _hn("%(n)s case", "%(n)s cases", 1) == "ایک کیس"


@pytest.mark.parametrize("language", [*viewer.LANGUAGES, "xx"])
def test_every_language_has_a_catalogue_that_can_be_read(language: str):
    assert words.catalogue(language).gettext("no such words") == "no such words"
