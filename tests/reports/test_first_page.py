"""Tests of the first page: what is on it, in which order, and how much."""

import re

from monitor.facts import Stage
from monitor.reports.figures import Figures, FoundFigures, Unit
from monitor.reports.first_page import MOST, summary
from tests.reports.samples import figure, full_figures


def texts(figures: Figures) -> list[str]:
    return [sentence.text for sentence in summary(figures)]


def starts(figures: Figures, words: str) -> int | None:
    """The place of the sentence that begins so, from 0."""
    return next((i for i, text in enumerate(texts(figures)) if text.startswith(words)), None)


def test_a_full_week_is_told_in_a_minute() -> None:
    found = texts(full_figures())
    assert len(found) == MOST
    assert sum(len(text.split()) for text in found) < 300


def test_every_sentence_has_a_figure_in_it_and_names_what_it_is_made_of() -> None:
    for sentence in summary(full_figures()):
        assert sentence.figures
        assert re.search(r"\d", sentence.text) or sentence.figures[0].startswith("incident:")


def test_a_critical_incident_is_told_before_anything_else() -> None:
    critical = full_figures()
    high = full_figures(incidents=tuple(one.model_copy(update={"severity": "high"}) for one in critical.incidents))
    assert starts(critical, "1 incident opened, critical") == 0
    assert texts(high)[0].startswith("1,204 mentions")


def test_the_least_telling_sentences_are_left_out_when_there_are_too_many() -> None:
    figures = full_figures()
    assert starts(figures, "A complaint that no theme tells of") is None
    assert starts(figures, "Not fully heard") is not None
    assert starts(figures, "Delivery was a large part of the complaints for 4 weeks in a row") is not None


def test_what_was_found_is_told_when_there_is_room() -> None:
    figures = full_figures(recurring=(), praised=(), silent=(), incidents=(), follow_ups=())
    assert (
        starts(figures, "A complaint that no theme tells of: “parking gate” (9 this week, heard in 3 weeks)")
        is not None
    )


def test_what_is_not_known_comes_last() -> None:
    assert texts(full_figures())[-1].startswith("Not fully heard")


def test_a_quiet_week_is_told_in_few_words() -> None:
    parts = ("incidents", "complaints", "compliments", "recurring", "found", "praised", "silent", "follow_ups")
    nothing: dict[str, object] = dict.fromkeys((*parts, "why", "sources", "alert_quality"), ())
    cases = ("cases_opened", "answered_in_time", "overdue", "cases_solved")
    quiet = full_figures(**nothing, response=tuple(figure(name, 0.0, Unit.CASES) for name in cases))
    assert len(summary(quiet)) == 3


def test_a_found_theme_without_a_complaint_this_week_is_not_told() -> None:
    quiet = FoundFigures(id=2, name="gate", words=("gate",), figure=figure("found:2", 0.0), weeks=3, quotes=())
    figures = full_figures(recurring=(), praised=(), silent=(), incidents=(), follow_ups=(), found=(quiet,))
    assert not any("gate" in text for text in texts(figures))


def test_stages_have_words_for_every_part_of_the_journey() -> None:
    assert len({stage.words for stage in Stage}) == 6


def test_every_figure_that_a_sentence_names_can_be_looked_up() -> None:
    figures = full_figures()
    others = {f"incident:{one.id}" for one in figures.incidents} | {f"source:{one.slug}" for one in figures.sources}
    others |= {f"why:{group.key}" for group in figures.why}
    named = {name for sentence in summary(figures) for name in sentence.figures}
    assert {figures.figure(name).name for name in named - others} == named - others
