"""Texts with the searched words marked: nothing but marks is HTML."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.texts import marked
from monitor.folding import terms


def test_the_words_that_were_searched_are_marked():
    html = marked.body("Late, LATE and later", "en", terms("late"), lines=3)
    assert "<mark>Late</mark>, <mark>LATE</mark> and later" in html


def test_marks_stand_inside_of_escaped_text():
    html = marked.body("<b>late</b> & <script>", "en", terms("late b"), lines=3)
    assert "&lt;<mark>b</mark>&gt;<mark>late</mark>&lt;/<mark>b</mark>&gt; &amp; &lt;script&gt;" in html


def test_urdu_stays_in_its_own_direction():
    html = marked.body("یہ كتاب اچھی ہے", "ur", terms("کتاب"), lines=3)
    assert 'dir="rtl" lang="ur"' in html
    assert "<mark>كتاب</mark>" in html


def test_a_place_far_down_is_shown():
    html = marked.body("word " * 300 + "needle in the end", "en", terms("needle"), lines=3)
    assert html.index("<mark>needle</mark>") < 400
    assert ">… word" in html


def test_without_a_search_the_text_begins_at_its_beginning():
    assert ">Late again<" in marked.body("Late again", "en", (), lines=2)


@given(st.text(max_size=600), st.text(max_size=30))
def test_no_text_and_no_search_makes_html_of_their_own(text: str, query: str):
    html = marked.body(text, "en", terms(query), lines=2)
    inner = html[html.index(">") + 1 : html.rindex("</div>")]
    assert "<" not in inner.replace("<mark>", "").replace("</mark>", "")
    assert inner.count("<mark>") == inner.count("</mark>")
