"""Tests of the files of reports in all their forms, and of what is left when one cannot be made."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from monitor.config import Settings
from monitor.errors import PartFailed
from monitor.facts import Gone
from monitor.jobs import report
from monitor.jobs.answer import forgetting
from monitor.jobs.context import Context
from monitor.models import Brand, Report, Source
from monitor.reports import forms
from monitor.reports.forms import FORMS
from monitor.store import removal
from tests.factories import make_brand, make_coverage, make_mention, make_source

MONDAY = datetime(2026, 11, 8, 19, tzinfo=UTC)  # 00:00 on 9 November in Karachi
DUE = MONDAY + timedelta(days=7, hours=7)
WRITTEN = ["html", "xlsx", "csv", "json"]
SAID = "The parcel never came, and nobody could say where it was."


@pytest.fixture
def source(session: Session) -> Source:
    brand = make_brand(session)
    source = make_source(session, brand)
    make_coverage(session, source, MONDAY, DUE)
    make_mention(session, brand, source, SAID, at=MONDAY + timedelta(days=1), themes=("delivery",))
    return source


def context(session: Session, folder: Path, now: datetime = DUE, **options: object) -> Context:
    brand = {"id": "rosecart", "name": "Rose Cart", "time_zone": "Asia/Karachi"}
    settings = Settings(
        brands=[brand], report={"folder": folder, **options}, channels=[{"type": "console", "id": "tv"}]
    )
    return Context(settings=settings, session=session, now=now)


def broken(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    """A form whose maker fails."""

    def fail(_figures: forms.Reported) -> bytes:
        raise RuntimeError("no font")

    monkeypatch.setitem(FORMS, form, replace(FORMS[form], render=fail))


def files_in(folder: Path) -> list[str]:
    return sorted(path.name.removeprefix("rosecart-2026-W46.") for path in folder.glob("rosecart*"))


def test_the_forms_of_the_config_are_written_as_bytes(session: Session, source: Source, tmp_path: Path) -> None:
    report.run(context(session, tmp_path, files=["json", "xlsx"]))
    assert files_in(tmp_path) == ["json", "xlsx"]
    assert (tmp_path / "rosecart-2026-W46.xlsx").read_bytes()[:2] == b"PK"


def test_the_same_figures_give_the_same_bytes_in_every_form(session: Session, source: Source, tmp_path: Path) -> None:
    given = context(session, tmp_path / "a", files=WRITTEN)
    report.run(given)
    figures = report.figures_of(session.exec(select(Report)).one())
    again = {form: forms.render_as(figures, form) for form in WRITTEN}
    assert {form: (tmp_path / "a" / f"rosecart-2026-W46.{form}").read_bytes() for form in WRITTEN} == again


def test_a_form_that_fails_loses_neither_the_report_nor_the_other_forms(
    session: Session, source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, "csv")
    with pytest.raises(PartFailed, match=r"rosecart-2026-W46\.csv \(RuntimeError\)"):
        report.run(context(session, tmp_path, files=["csv", "json"], channels=["tv"]))
    assert files_in(tmp_path) == ["json"]
    assert len(session.exec(select(Report)).all()) == 1


def test_a_form_that_failed_is_written_as_soon_as_it_can_be(
    session: Session, source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        broken(patched, "csv")
        with pytest.raises(PartFailed):
            report.run(context(session, tmp_path, files=["csv", "json"]))
    assert report.run(context(session, tmp_path, DUE + timedelta(hours=1), files=["csv", "json"]))["files"] == 1
    assert files_in(tmp_path) == ["csv", "json"]


def test_a_letter_goes_without_the_form_that_fails(
    session: Session, source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(monkeypatch, "csv")
    settings = context(session, tmp_path, attach=["csv", "json"]).settings
    figures = report.make_report(session, settings, "rosecart", "2026-W46", DUE)
    message = report.letter_of(session, figures, settings, key="one")
    assert [file.name for file in message.attachments] == ["rosecart-2026-W46.json"]


def remove(session: Session) -> None:
    mention = removal.select(removal.Mention).where(col(removal.Mention.text) == SAID)
    found = session.exec(mention).one()
    removal.remove(session, [Gone(kind=found.kind, host=found.host, external_id=found.external_id)], DUE)


def test_every_form_that_is_there_loses_the_quote_of_a_removed_text(
    session: Session, source: Source, tmp_path: Path
) -> None:
    report.run(context(session, tmp_path, files=["html", "csv", "json"]))
    before = {path.name: path.read_bytes() for path in tmp_path.glob("rosecart*")}
    assert all(SAID.encode() in content for content in before.values())
    remove(session)
    counters = report.run(context(session, tmp_path, DUE + timedelta(hours=1), files=["html"]))
    assert counters["files without a quote"] == 3
    assert not any(SAID.encode() in path.read_bytes() for path in tmp_path.glob("rosecart*"))


def test_forgetting_on_another_machine_leaves_the_files_to_the_job_that_has_them(
    session: Session, source: Source, tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        report.run(context(session, folder, files=["html"]))
    remove(session)
    assert forgetting.write_reports(context(session, here, files=["html"])) == 1
    assert report.run(context(session, there, DUE + timedelta(hours=1), files=["html"]))["files without a quote"] == 1
    assert not any(SAID in (folder / "rosecart-2026-W46.html").read_text() for folder in (here, there))


def test_a_file_that_cannot_be_made_without_the_quote_is_removed(
    session: Session, source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report.run(context(session, tmp_path, files=["csv", "json"]))
    remove(session)
    broken(monkeypatch, "csv")
    with pytest.raises(PartFailed):
        report.run(context(session, tmp_path, DUE + timedelta(hours=1), files=["json"]))
    assert files_in(tmp_path) == ["json"]


def test_a_kept_report_is_what_is_given_unless_it_is_wanted_anew(
    session: Session, source: Source, tmp_path: Path
) -> None:
    given = context(session, tmp_path, files=["json"])
    report.run(given)
    make_mention(session, session.exec(select(Brand)).one(), source, at=MONDAY + timedelta(days=2))
    kept = report.chosen(session, given.settings, "rosecart", "2026-W46", DUE)
    anew = report.chosen(session, given.settings, "rosecart", "2026-W46", DUE, anew=True)
    assert (kept.kept, forms.render_as(kept.figures, "json")) == (
        True,
        (tmp_path / "rosecart-2026-W46.json").read_bytes(),
    )
    assert (anew.kept, kept.words, anew.words) == (
        False,
        "the report kept on 2026-11-16 02:00 UTC",
        "what is stored now",
    )


def test_a_kept_report_that_cannot_be_read_holds_up_no_other(session: Session, source: Source, tmp_path: Path) -> None:
    brand = session.exec(select(Brand)).one()
    other = make_brand(session, "karak", "Karak House")
    make_coverage(session, make_source(session, other, "forum"), MONDAY, DUE)
    session.add(Report(brand_id=brand.id, week_start=date(2026, 11, 9), made_at=DUE, figures={}))
    given = context(session, tmp_path, files=["json"])
    both = [{"id": slug, "name": slug, "time_zone": "Asia/Karachi"} for slug in ("rosecart", "karak")]
    settings = given.settings.model_copy(update={"brands": Settings(brands=both).brands})
    with pytest.raises(PartFailed, match=r"rosecart-2026-W46 \(.*cannot be read by this version"):
        report.run(replace(given, settings=settings))
    assert [path.name for path in tmp_path.glob("*.json")] == ["karak-2026-W46.json"]
