"""Tests of the report of all brands: when it is made, of what, and where it goes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from monitor.config import Settings
from monitor.errors import ConfigError
from monitor.jobs import report
from monitor.jobs.context import Context
from monitor.models import Alert, Brand, ReadState, Report, Source, SourceBrand
from monitor.reports.figures import TogetherFigures
from tests.factories import make_brand, make_coverage, make_mention, make_source

MONDAY = datetime(2026, 11, 8, 19, tzinfo=UTC)  # 00:00 on 9 November in Karachi
DUE = MONDAY + timedelta(days=7, hours=7)
LATER = DUE + timedelta(hours=12)
ROSE, LILY = {"id": "rosecart", "name": "Rose Cart"}, {"id": "lily", "name": "Lily Box"}
RIVAL = {"id": "rival", "name": "Rival Cart", "competitor": True}


@pytest.fixture
def stored(session: Session) -> dict[str, Brand]:
    """Two brands of ours and a competitor, with a source and a text each."""
    brands = {one["id"]: make_brand(session, str(one["id"]), str(one["name"])) for one in (ROSE, LILY, RIVAL)}
    brands["rival"].competitor = True
    for slug, brand in brands.items():
        source = make_source(session, brand, f"{slug}-news")
        make_coverage(session, source, MONDAY, LATER)
        make_mention(session, brand, source, at=MONDAY + timedelta(days=1), themes=("delivery",))
    session.commit()
    return brands


def context(
    session: Session,
    folder: Path,
    now: datetime = DUE,
    brands: tuple[dict[str, object], ...] = (ROSE, LILY),
    **options: object,
) -> Context:
    known = [{**one, "time_zone": "Asia/Karachi"} for one in brands]
    settings = Settings(
        brands=known,
        report={"folder": folder, "files": ["json"], **options},
        channels=[{"type": "console", "id": "boss"}],
    )
    return Context(settings=settings, session=session, now=now)


def of_all(session: Session) -> list[Report]:
    return list(session.exec(select(Report).where(col(Report.brand_id).is_(None))))


def figures(session: Session) -> TogetherFigures:
    found = report.figures_of(of_all(session)[0])
    assert isinstance(found, TogetherFigures)
    return found


def unread(session: Session, brand: Brand) -> None:
    """A text of the week that is still to be read holds up the report of its brand."""
    source = session.exec(select(Source).where(Source.slug == f"{brand.slug}-news")).one()
    mention = make_mention(session, brand, source, at=MONDAY + timedelta(days=2))
    mention.read_state, mention.collected_at = ReadState.WAITING, DUE + timedelta(hours=11)
    session.commit()


def test_it_is_kept_written_and_owed_once_with_those_of_the_brands(
    session: Session, stored: dict[str, Brand], tmp_path: Path
) -> None:
    assert report.run(context(session, tmp_path, together_channels=["boss"])) == {"made": 3, "owed weekly_report": 1}
    assert report.run(context(session, tmp_path, LATER, together_channels=["boss"])) == {"files": 0}
    assert (tmp_path / "all-brands-2026-W46.json").exists()
    assert [row.key for row in session.exec(select(Alert))] == ["report:all-brands:2026-W46:boss"]


def test_it_waits_for_the_report_of_each_brand_of_ours(
    session: Session, stored: dict[str, Brand], tmp_path: Path
) -> None:
    unread(session, stored["lily"])
    counters = report.run(context(session, tmp_path))
    assert (counters["made"], counters["waiting: reports of the brands"]) == (1, 1)
    assert of_all(session) == []


def test_a_brand_without_a_report_does_not_hold_it_up_for_ever_and_is_named(
    session: Session, stored: dict[str, Brand], tmp_path: Path
) -> None:
    unread(session, stored["lily"])
    report.run(context(session, tmp_path))
    assert report.run(context(session, tmp_path, LATER))["made"] == 1
    assert figures(session).summary[-1].text.startswith("Lily Box has no report of this week")


def test_it_is_made_of_what_was_kept_and_reads_nothing_anew(
    session: Session, stored: dict[str, Brand], tmp_path: Path
) -> None:
    report.run(context(session, tmp_path, together=False))
    source = session.exec(select(Source).where(Source.slug == "lily-news")).one()
    make_mention(session, stored["lily"], source, at=MONDAY + timedelta(days=3))
    report.run(context(session, tmp_path, DUE + timedelta(hours=1)))
    assert [group.figures[0].value for group in figures(session).brands] == [1.0, 1.0]


def test_one_brand_alone_has_none(session: Session, stored: dict[str, Brand], tmp_path: Path) -> None:
    report.run(context(session, tmp_path, brands=(ROSE,)))
    assert of_all(session) == []


def test_one_brand_and_a_competitor_have_one_in_which_it_stands_last(
    session: Session, stored: dict[str, Brand], tmp_path: Path
) -> None:
    report.run(context(session, tmp_path, brands=(RIVAL, ROSE)))
    found = figures(session)
    assert [group.key for group in found.brands] == ["rosecart", "rival"]
    assert [one.brand_slug for one in found.each] == ["rosecart"]
    assert {one.figures[5].value for one in found.brands} == {0.0, None}


def test_a_competitor_has_no_report_of_its_own(session: Session, stored: dict[str, Brand], tmp_path: Path) -> None:
    given = context(session, tmp_path, brands=(RIVAL, ROSE))
    report.run(given)
    assert {row.brand_id for row in session.exec(select(Report))} == {stored["rosecart"].id, None}
    with pytest.raises(ConfigError, match="'rival' is a competitor"):
        report.make_report(session, given.settings, "rival", "last", DUE)


def test_it_can_be_asked_for_before_it_is_kept_and_sent_by_hand(
    session: Session, stored: dict[str, Brand], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = context(session, tmp_path, attach=["json"]).settings
    assert report.chosen_together(session, settings, "last", DUE).kept is False
    assert report.send_together(session, settings, "last", "boss", DUE) == "printed"
    assert "All brands, week 46" in capsys.readouterr().err


def test_one_brand_cannot_be_put_together(session: Session, stored: dict[str, Brand], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nothing to put beside it"):
        report.chosen_together(session, context(session, tmp_path, brands=(ROSE,)).settings, "last", DUE)


def test_there_is_one_of_each_week_only(session: Session) -> None:
    for _ in range(2):
        session.add(Report(brand_id=None, week_start=MONDAY.date(), made_at=DUE))
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_report_says_how_the_brand_stands_beside_the_others(
    session: Session, stored: dict[str, Brand], tmp_path: Path
) -> None:
    news = session.exec(select(Source).where(Source.slug == "rosecart-news")).one()
    session.add_all([SourceBrand(source_id=news.id, brand_id=stored[slug].id) for slug in ("lily", "rival")])
    make_mention(session, stored["rival"], news, at=MONDAY + timedelta(days=2))
    settings = context(session, tmp_path, brands=(ROSE, RIVAL, LILY)).settings
    made = report.make_report(session, settings, "lily", "last", DUE)
    assert [(group.key, group.note.split(";")[0]) for group in made.brands][1:] == [
        ("rosecart", ""),
        ("rival", "competitor"),
    ]
    assert [group.figures[1].value for group in made.brands] == [0.0, 0.5, 0.5]
