"""Tests of the report of all brands, as it is put together from those of each."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from monitor.reports import forms
from monitor.reports.comparing import COMPLAINT, MENTIONS, NEGATIVE, RATING, VOICE
from monitor.reports.figures import Figure, Figures, Group, TogetherFigures, Unit
from monitor.reports.together import NOT_COMPARED, put_together
from monitor.reports.weeks import Week
from tests.reports.samples import figure, full_figures

ZONE, WEEK = ZoneInfo("Asia/Karachi"), Week(date(2026, 11, 9))
NOW = datetime(2026, 11, 16, 2, tzinfo=UTC)


def said(
    slug: str, mentions: float | None, negative: tuple[float, float, float] = (0.3, 0.2, 0.4), theme: str = "Delivery"
) -> Group:
    share = figure(NEGATIVE.name, negative[0], Unit.SHARE).model_copy(
        update={"low": negative[1], "high": negative[2], "last": 0.1}
    )
    values: tuple[Figure, ...] = (
        figure(MENTIONS.name, mentions).model_copy(update={"last": None}),
        figure(VOICE.name, 0.5, Unit.SHARE),
        share if mentions else share.model_copy(update={"value": None}),
        figure(RATING.name, 4.0, Unit.STARS),
        figure(COMPLAINT.name, 0.2, Unit.SHARE).model_copy(update={"note": theme}),
    )
    return Group(key=slug, name=slug.title(), figures=values)


def report(slug: str, *others: Group, **values: object) -> Figures:
    mine = values.pop("said", said(slug, 100.0))
    return full_figures(brand=slug.title(), brand_slug=slug, brands=(mine, *others), **values)


def together(*reports: Figures, **values: object) -> TogetherFigures:
    return put_together(reports, zone=ZONE, week=WEEK, now=NOW, **values)


def texts(found: TogetherFigures) -> str:
    return "\n".join(sentence.text for sentence in found.summary)


def test_each_brand_has_the_row_of_its_own_report_and_a_competitor_that_of_the_first() -> None:
    rival = said("rival", 40.0)
    found = together(report("rose", said("lily", 7.0), rival), report("lily", said("rose", 9.0), said("rival", 1.0)))
    assert [(group.key, group.figures[0].value) for group in found.brands] == [
        ("rose", 100.0),
        ("lily", 100.0),
        ("rival", 40.0),
    ]


def test_what_was_done_is_not_known_of_a_competitor() -> None:
    found = together(report("rose", said("rival", 40.0)))
    assert [figure.name for figure in found.brands[0].figures[5:]] == [
        "incidents_opened",
        "answered_in_time",
        "overdue",
    ]
    assert [figure.value for figure in found.brands[1].figures[5:]] == [None, None, None]


def test_every_sentence_is_made_from_figures() -> None:
    found = together(report("rose"), report("lily"), missing=["Iris"])
    known = {f"{group.key}:{figure.name}" for group in found.brands for figure in group.figures}
    assert all(set(one.figures) <= known for one in found.summary[:-1])
    assert found.summary[-1].text == "Iris has no report of this week: what is said here is without."


def test_the_volume_is_told_in_all_and_of_each() -> None:
    assert "2 brands, 200 mentions: Rose 100, Lily 100." in texts(together(report("rose"), report("lily")))


def test_a_number_stays_on_its_side_of_an_urdu_name() -> None:
    urdu = report("gulab").model_copy(update={"brand": "گلاب گھر"})
    assert "گلاب گھر\N{LEFT-TO-RIGHT MARK} 100" in texts(together(report("rose"), urdu))


def test_one_brand_is_called_better_only_where_the_reading_tells_them_apart() -> None:
    near = together(report("rose"), report("lily", said=said("lily", 50.0, (0.25, 0.2, 0.35))))
    far = together(report("rose"), report("lily", said=said("lily", 50.0, (0.1, 0.05, 0.15))))
    assert "Lily at 25\N{NO-BREAK SPACE}% is not clearly better" in texts(near)
    assert "the smallest at Lily: 10\N{NO-BREAK SPACE}%" in texts(far)


def test_a_complaint_that_brands_share_is_named_once() -> None:
    assert "Delivery is the largest complaint of Rose and Lily" in texts(together(report("rose"), report("lily")))
    other = report("lily", said=said("lily", 5.0, theme="Staff"))
    assert "is the largest complaint of" not in texts(together(report("rose"), other))


def test_a_report_that_was_kept_before_brands_were_compared_stands_with_what_it_has() -> None:
    old = full_figures(brands=())
    found = together(old).brands[0]
    assert found.figures[0].value == old.figure("mentions").value
    assert (found.figures[1].value, found.figures[1].note) == (None, NOT_COMPARED)


def test_nothing_heard_is_said_as_such() -> None:
    assert "Nobody listened to any of the brands" in texts(together(report("rose", said=said("rose", None))))


def test_it_can_be_given_in_the_plain_forms() -> None:
    found = together(report("rose", said("rival", 40.0)), report("lily"))
    for form in ("html", "csv", "json", "xlsx"):
        assert forms.render_as(found, form) == forms.render_as(found, form)
