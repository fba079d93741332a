"""Tests of the job that makes last week's reports."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from monitor.config import Settings
from monitor.errors import ConfigError, MonitorError
from monitor.facts import Gone
from monitor.jobs import report
from monitor.jobs.context import Context
from monitor.jobs.report import files
from monitor.models import Alert, AlertState, Brand, ReadState, Report, Source, SourceHealth
from monitor.reports import forms, render
from monitor.reports.figures import Figures
from monitor.store import removal
from tests.factories import make_brand, make_coverage, make_mention, make_source

MONDAY = datetime(2026, 11, 8, 19, tzinfo=UTC)  # 00:00 on 9 November in Karachi
DUE = MONDAY + timedelta(days=7, hours=7)


@pytest.fixture
def brand(session: Session) -> Brand:
    return make_brand(session)


@pytest.fixture
def source(session: Session, brand: Brand) -> Source:
    source = make_source(session, brand)
    make_coverage(session, source, MONDAY, DUE)
    make_mention(session, brand, source, at=MONDAY + timedelta(days=1))
    return source


def context(
    session: Session,
    folder: Path,
    now: datetime = DUE,
    *,
    stop: bool = False,
    zone: str = "Asia/Karachi",
    **values: Any,
) -> Context:
    brand = {"id": "rosecart", "name": "Rose Cart", "time_zone": zone} | values.pop("brand", {})
    report = {"folder": folder, "files": ["html", "csv"]} | values.pop("report", {})
    settings = Settings(brands=[brand], report=report, **values)
    return Context(settings=settings, session=session, now=now, stopping=lambda: stop)


def sent_to(*channels: str, **values: Any) -> dict[str, Any]:
    """A config with two terminals, and reports that go to some of its channels."""
    screens = [{"type": "console", "id": name} for name in ("screen", "boss")]
    return {"report": {"channels": channels}, "channels": screens} | values


def owed(session: Session) -> list[Alert]:
    return list(session.exec(select(Alert).order_by(col(Alert.id))))


def test_a_due_report_is_kept_and_written(session: Session, source: Source, tmp_path: Path) -> None:
    counters = report.run(context(session, tmp_path / "new"))
    assert counters == {"made": 1}
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "rosecart-2026-W46.csv",
        "rosecart-2026-W46.html",
    ]


def test_the_files_are_what_the_kept_figures_give(session: Session, source: Source, tmp_path: Path) -> None:
    report.run(context(session, tmp_path))
    kept = session.exec(select(Report)).one()
    figures = Figures.model_validate(kept.figures)
    assert (tmp_path / "rosecart-2026-W46.html").read_bytes() == render.html(figures).encode()
    assert (tmp_path / "rosecart-2026-W46.csv").read_bytes() == render.csv(figures).encode()


def test_it_is_made_once(session: Session, source: Source, tmp_path: Path) -> None:
    report.run(context(session, tmp_path))
    assert report.run(context(session, tmp_path, DUE + timedelta(hours=1))) == {"files": 0}
    assert len(session.exec(select(Report)).all()) == 1


def test_a_file_that_is_missing_is_written_again_as_it_was(session: Session, source: Source, tmp_path: Path) -> None:
    report.run(context(session, tmp_path))
    page = tmp_path / "rosecart-2026-W46.html"
    before = page.read_bytes()
    page.unlink()
    make_mention(session, session.exec(select(Brand)).one(), source, at=MONDAY + timedelta(days=2))
    assert report.run(context(session, tmp_path, DUE + timedelta(hours=1)))["files"] == 1
    assert page.read_bytes() == before


def test_the_files_lose_the_quote_of_a_text_that_is_gone_at_its_source(
    session: Session, brand: Brand, source: Source, tmp_path: Path
) -> None:
    said = "The parcel never came, and nobody could say where it was."
    mention = make_mention(session, brand, source, said, at=MONDAY + timedelta(days=2), themes=("delivery",))
    report.run(context(session, tmp_path))
    page = tmp_path / "rosecart-2026-W46.html"
    assert said in page.read_text()
    gone = Gone(kind=mention.kind, host=mention.host, external_id=mention.external_id)
    removal.remove(session, [gone], DUE + timedelta(hours=1))
    assert report.run(context(session, tmp_path, DUE + timedelta(hours=2)))["files without a quote"] == 2
    assert said not in page.read_text() + (tmp_path / "rosecart-2026-W46.csv").read_text()
    assert report.run(context(session, tmp_path, DUE + timedelta(hours=3))) == {"files": 0}


def test_before_monday_morning_nothing_is_due(session: Session, source: Source, tmp_path: Path) -> None:
    assert report.run(context(session, tmp_path, DUE - timedelta(minutes=1))) == {}


def test_it_waits_for_texts_that_are_being_read(session: Session, brand: Brand, source: Source, tmp_path: Path) -> None:
    mention = make_mention(session, brand, source, at=MONDAY + timedelta(days=2))
    mention.read_state, mention.collected_at = ReadState.WAITING, DUE - timedelta(hours=1)
    assert report.run(context(session, tmp_path)) == {"waiting: texts to be read": 1}
    assert report.run(context(session, tmp_path, DUE + timedelta(hours=12)))["made"] == 1


def test_it_waits_for_the_first_crawl_of_every_source(
    session: Session, brand: Brand, source: Source, tmp_path: Path
) -> None:
    make_source(session, brand, "blog", health=SourceHealth.WAITING)
    assert report.run(context(session, tmp_path)) == {"waiting: first crawl": 1}


def test_a_week_before_the_brand_was_watched_has_no_report(session: Session, brand: Brand, tmp_path: Path) -> None:
    make_coverage(session, make_source(session, brand), MONDAY + timedelta(days=7), DUE)
    assert report.run(context(session, tmp_path)) == {"waiting: nothing was watched that week": 1}


def test_a_week_in_which_all_crawls_failed_has_one(session: Session, brand: Brand, tmp_path: Path) -> None:
    early = make_source(session, brand, health=SourceHealth.FAILING)
    make_coverage(session, early, MONDAY - timedelta(days=3), MONDAY - timedelta(days=1))
    assert report.run(context(session, tmp_path))["made"] == 1


def test_a_brand_of_the_config_that_was_never_stored_is_no_error(session: Session, tmp_path: Path) -> None:
    assert report.run(context(session, tmp_path)) == {}


def test_it_stops_when_asked(session: Session, source: Source, tmp_path: Path) -> None:
    assert report.run(context(session, tmp_path, stop=True)) == {}


def test_a_folder_that_cannot_be_written_is_an_error_for_the_operator(
    session: Session, source: Source, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(ConfigError, match="cannot be written"):
        report.run(context(session, blocked))
    session.rollback()
    assert session.exec(select(Report)).all() == []


def test_a_page_of_the_running_week_is_replaced_by_the_report(session: Session, source: Source, tmp_path: Path) -> None:
    page = tmp_path / "rosecart-2026-W46.html"
    page.write_text("made on Thursday")
    report.run(context(session, tmp_path))
    assert page.read_text().startswith("<!doctype html>")


def test_an_unknown_form_is_refused_with_the_choices(session: Session, source: Source, tmp_path: Path) -> None:
    figures = report.make_report(session, context(session, tmp_path).settings, "rosecart", "last", DUE)
    with pytest.raises(ConfigError, match="'docx' is not one of html, pdf, xlsx, csv, json"):
        forms.render_as(figures, "docx")


def test_no_part_of_a_file_is_left_behind(session: Session, source: Source, tmp_path: Path) -> None:
    report.run(context(session, tmp_path))
    assert not list(tmp_path.glob("*.part"))


def test_a_report_is_owed_to_its_channels_with_a_reference_only(
    session: Session, source: Source, tmp_path: Path
) -> None:
    counters = report.run(context(session, tmp_path, **sent_to("boss", "screen", "boss")))
    assert counters == {"made": 1, "owed weekly_report": 2}
    kept = session.exec(select(Report)).one()
    assert [(row.key, row.report_id, row.message) for row in owed(session)] == [
        ("report:rosecart:2026-W46:boss", kept.id, {}),
        ("report:rosecart:2026-W46:screen", kept.id, {}),
    ]


def test_a_brand_may_have_channels_of_its_own_or_none(session: Session, source: Source, tmp_path: Path) -> None:
    report.run(context(session, tmp_path, brand={"report_channels": ["boss"]}, **sent_to("screen")))
    assert [row.channel for row in owed(session)] == ["boss"]


def test_a_brand_may_have_no_report_sent(session: Session, source: Source, tmp_path: Path) -> None:
    report.run(context(session, tmp_path, brand={"report_channels": []}, **sent_to("screen")))
    assert owed(session) == []


def test_a_report_is_owed_once(session: Session, source: Source, tmp_path: Path) -> None:
    report.run(context(session, tmp_path, **sent_to("screen")))
    report.run(context(session, tmp_path, DUE + timedelta(days=1), **sent_to("screen")))
    assert len(owed(session)) == 1


def test_a_channel_that_is_added_later_gets_no_old_reports(session: Session, source: Source, tmp_path: Path) -> None:
    report.run(context(session, tmp_path))
    report.run(context(session, tmp_path, DUE + timedelta(hours=1), **sent_to("screen")))
    assert owed(session) == []


def test_a_channel_that_is_switched_off_is_not_owed_and_the_reason_is_kept(
    session: Session, source: Source, tmp_path: Path
) -> None:
    off = {"channels": [{"type": "console", "id": "screen", "enabled": False}]}
    counters = report.run(context(session, tmp_path, **sent_to("screen", **off)))
    assert counters == {"made": 1, "withheld channel_disabled": 1}
    assert (owed(session)[0].state, owed(session)[0].next_try_at) == (AlertState.WITHHELD, None)


def test_report_and_debts_are_one_commit(session: Session, source: Source, tmp_path: Path) -> None:
    fill, empty = {
        "sqlite": (
            "CREATE TRIGGER disk BEFORE INSERT ON alert BEGIN SELECT RAISE(ABORT, 'disk'); END",
            "DROP TRIGGER disk",
        ),
        "postgresql": ("ALTER TABLE alert ADD CONSTRAINT disk CHECK (false)", "ALTER TABLE alert DROP CONSTRAINT disk"),
    }[session.get_bind().dialect.name]
    session.exec(sa.text(fill))
    session.commit()
    with pytest.raises(IntegrityError, match="disk"):
        report.run(context(session, tmp_path, **sent_to("screen")))
    session.rollback()
    assert session.exec(select(Report)).all() == []
    session.exec(sa.text(empty))
    assert report.run(context(session, tmp_path, **sent_to("screen"))) == {"made": 1, "owed weekly_report": 1}


def test_a_report_made_by_another_process_meanwhile_is_neither_kept_nor_owed_again(
    session: Session, source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.commit()

    def meanwhile(path: Path, content: bytes) -> None:
        monkeypatch.undo()
        report.run(context(session, tmp_path, DUE + timedelta(seconds=5), **sent_to("screen")))
        report.write_whole(path, content)

    monkeypatch.setattr(files, "write_whole", meanwhile)
    assert report.run(context(session, tmp_path, **sent_to("screen"))) == {}
    kept = session.exec(select(Report)).one()
    assert len(owed(session)) == 1
    page = (tmp_path / "rosecart-2026-W46.html").read_text(encoding="utf-8")
    assert page == render.html(Figures.model_validate(kept.figures))


WEEK = timedelta(weeks=1)


def test_weeks_that_were_missed_are_made_up_for_oldest_first(session: Session, source: Source, tmp_path: Path) -> None:
    report.run(context(session, tmp_path, **sent_to("screen")))
    counters = report.run(context(session, tmp_path, DUE + 3 * WEEK, **sent_to("screen")))
    assert counters == {"made": 3, "owed weekly_report": 2, "withheld too_late": 1}
    assert [(row.key.split(":")[2], row.state) for row in owed(session)[1:]] == [
        ("2026-W47", AlertState.WITHHELD),
        ("2026-W48", AlertState.PENDING),
        ("2026-W49", AlertState.PENDING),
    ]


def test_a_new_installation_makes_no_reports_of_older_weeks(session: Session, source: Source, tmp_path: Path) -> None:
    make_coverage(session, source, MONDAY - 8 * WEEK, MONDAY)
    assert report.run(context(session, tmp_path, **sent_to("screen")))["made"] == 1


def test_what_was_missed_is_made_up_for_before_this_weeks_is_due(
    session: Session, source: Source, tmp_path: Path
) -> None:
    report.run(context(session, tmp_path))
    report.run(context(session, tmp_path, DUE + 2 * WEEK - timedelta(hours=1)))
    assert [str(row.week_start) for row in session.exec(select(Report))] == ["2026-11-09", "2026-11-16"]


@pytest.mark.parametrize(
    ("zone", "now"),
    [
        ("Asia/Karachi", "2026-11-16T02:00Z"),
        ("Pacific/Auckland", "2026-11-15T18:00Z"),  # summer: Monday begins there first
        ("Pacific/Auckland", "2026-09-27T18:00Z"),  # the day after its clocks went forward
        ("Pacific/Auckland", "2026-04-05T19:00Z"),  # and back
        ("Pacific/Pago_Pago", "2026-11-16T18:00Z"),  # the last to begin it
        ("America/St_Johns", "2026-11-16T10:30Z"),  # half an hour beside
        ("America/St_Johns", "2026-03-09T09:30Z"),
        ("America/Havana", "2026-03-09T11:00Z"),  # whose Sunday began at 01:00
    ],
)
def test_a_report_is_owed_from_monday_seven_oclock_of_the_brand_on_and_once(
    session: Session, brand: Brand, tmp_path: Path, zone: str, now: str
) -> None:
    due = datetime.fromisoformat(now)
    brand.time_zone = zone
    heard = make_source(session, brand)
    make_coverage(session, heard, due - 3 * WEEK, due + WEEK)
    made = [
        report.run(context(session, tmp_path, due + late, zone=zone, **sent_to("screen")))["owed weekly_report"]
        for late in (-timedelta(seconds=1), timedelta(), timedelta(days=1), timedelta(days=6))
    ]
    assert made == [0, 1, 0, 0]
    assert owed(session)[0].created_at == due


def test_a_report_asked_for_by_hand_is_not_sent(session: Session, source: Source, tmp_path: Path) -> None:
    settings = context(session, tmp_path, **sent_to("screen")).settings
    report.make_report(session, settings, "rosecart", "last", DUE)
    assert owed(session) == []


def test_a_report_can_be_sent_by_hand_at_once(
    session: Session, source: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = context(session, tmp_path, **sent_to("boss")).settings
    assert report.send_report(session, settings, "rosecart", "2026-W46", "screen", DUE) == "printed"
    assert "REPORT Rose Cart, week 46: no incident, negative share 90 %" in capsys.readouterr().err
    assert (owed(session), session.exec(select(Report)).all()) == ([], [])


def test_by_hand_the_kept_figures_are_sent(
    session: Session, brand: Brand, source: Source, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = context(session, tmp_path, **sent_to())
    report.run(given)
    make_mention(session, brand, source, at=MONDAY + timedelta(days=2), negative=0.1)
    report.send_report(session, given.settings, "rosecart", "2026-W46", "screen", DUE)
    assert "1 mention." in capsys.readouterr().err


def test_by_hand_an_unknown_channel_is_refused_with_the_known_ones(
    session: Session, source: Source, tmp_path: Path
) -> None:
    settings = context(session, tmp_path, **sent_to()).settings
    with pytest.raises(ConfigError, match="'pager'; the config has screen, boss"):
        report.send_report(session, settings, "rosecart", "last", "pager", DUE)


def test_the_longest_names_make_a_key_that_fits(session: Session, source: Source, tmp_path: Path) -> None:
    long = "x" * 63
    session.exec(select(Brand)).one().slug = long
    screens = {"channels": [{"type": "console", "id": long}]}
    report.run(context(session, tmp_path, brand={"id": long}, **sent_to(long, **screens)))
    assert len(owed(session)[0].key) <= 120


def test_figures_that_cannot_be_read_say_so(session: Session, brand: Brand) -> None:
    kept = Report(brand_id=brand.id, week_start=MONDAY.date(), made_at=DUE, figures={"brand": "Rose Cart"})
    with pytest.raises(MonitorError, match="cannot be read by this version"):
        report.figures_of(kept)
