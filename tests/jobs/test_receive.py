"""What comes by doors is kept once and whole, a door in trouble is tried again, and the others do not wait for it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from monitor.config import Settings
from monitor.doors import folder
from monitor.doors.door import Taken
from monitor.facts import Collected, Gone, MentionKind, Precision
from monitor.jobs import receive
from monitor.jobs.context import Context
from monitor.models import Author, Coverage, Mention, ReadState, Source, SourceHealth
from monitor.store import coverage, doors, sources
from tests.contexts import make_context
from tests.factories import count_rows

CSV = "Review ID,Review,Stars,Date\n1,Cold tea,2,25/03/2024\n2,Fine,5,\n"


def now(seconds: float = 0) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=60 + seconds)  # noqa: TID251 (the clock of the file system)


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    path = tmp_path / "drop"
    path.mkdir()
    (path / "march.csv").write_text(CSV, encoding="utf-8")
    return path


def context(session: Session, drop: Path, at: datetime | None = None, **changes: object) -> Context:
    door = {"id": "drop", "type": "folder", "brands": ["karak"], "path": str(drop), **changes}
    return make_context(session, at or now(), doors=[door])


def text(name: str = "1", at: datetime | None = None, **values: object) -> Collected:
    given = {"kind": MentionKind.REVIEW, "host": "drop", "external_id": name, "url": "", "text": "Cold tea"}
    precision = Precision.SECOND if at else Precision.UNKNOWN
    return Collected(**{**given, "published_at": at, "precision": precision, **values})  # type: ignore[arg-type]


def row(session: Session) -> Source:
    found = sources.by_slug(session, "drop")
    assert found is not None
    return found


def test_a_dropped_file_becomes_mentions_of_its_door(session: Session, drop: Path):
    assert receive.run(context(session, drop)) == {"new": 2, "files": 1}
    found = session.exec(select(Mention).order_by(Mention.external_id)).all()
    assert [(one.text, one.source_id, one.url) for one in found] == [
        ("Cold tea", row(session).id, ""),
        ("Fine", row(session).id, ""),
    ]


def test_old_texts_and_texts_without_a_time_are_no_news(session: Session, drop: Path):
    receive.run(context(session, drop))
    assert not any(session.exec(select(Mention.fresh)))


def test_what_was_written_just_now_is_news(session: Session, drop: Path):
    here = context(session, drop)
    receive.keep(session, here.settings.door("drop"), Taken(texts=[text(at=here.now - timedelta(minutes=5))]), here.now)
    assert session.exec(select(Mention.fresh)).one()


def test_a_file_taken_in_is_not_taken_in_again(session: Session, drop: Path):
    receive.run(context(session, drop))
    (drop / "again.csv").write_text(CSV, encoding="utf-8")
    assert receive.run(context(session, drop, now(120))) == {}
    assert count_rows(session, Mention) == 2


def test_a_door_is_looked_at_when_its_time_has_come(session: Session, drop: Path):
    first = now()
    receive.run(context(session, drop, first, every="10m"))
    (drop / "april.csv").write_text(CSV.replace("tea", "soup"), encoding="utf-8")
    assert receive.run(context(session, drop, first + timedelta(minutes=9), every="10m")) == {}
    assert receive.run(context(session, drop, first + timedelta(minutes=10), every="10m"))["files"] == 1


def test_a_door_that_is_switched_off_is_not_looked_at(session: Session, drop: Path):
    assert receive.run(context(session, drop, enabled=False)) == {}
    assert (drop / "march.csv").exists()


def test_a_look_that_went_well_makes_the_time_since_the_last_one_known(session: Session, drop: Path):
    first = now()
    receive.run(context(session, drop, first))
    receive.run(context(session, drop, first + timedelta(hours=3)))
    assert coverage.stretches(session, row(session).id or 0) == [(first, first + timedelta(hours=3))]
    assert row(session).health is SourceHealth.HEALTHY


def test_a_door_in_trouble_says_so_and_is_tried_again_later(session: Session, drop: Path):
    first, gone = now(), drop / "gone"
    assert receive.run(context(session, gone, first)) == {"failed": 1}
    assert row(session).health is SourceHealth.FAILING
    assert "there is no folder" in row(session).error
    assert count_rows(session, Coverage) == 0
    assert receive.run(context(session, gone, first + timedelta(seconds=30))) == {}
    gone.mkdir()
    assert receive.run(context(session, gone, first + timedelta(minutes=2))) == {}
    assert row(session).health is SourceHealth.HEALTHY


def test_a_door_is_no_source_to_crawl(session: Session, drop: Path):
    here = context(session, drop)
    assert [one.slug for one in sources.due(session, here.settings, here.now)] == ["news"]
    assert row(session).kind == "folder"


def test_a_large_file_is_taken_in_over_many_turns_while_the_other_jobs_go_on(session: Session, drop: Path):
    lines = "".join(f"{i},tea {i},3,25/03/2024\n" for i in range(1_200))
    (drop / "march.csv").write_text("Review ID,Review,Stars,Date\n" + lines, encoding="utf-8")
    here, looks = context(session, drop), receive.Looks(seconds=0)
    turns = 0
    while (drop / "march.csv").exists():
        receive.run(here, looks)
        turns += 1
    assert turns > 3
    assert count_rows(session, Mention) == 1_200
    assert not looks.going


def test_a_look_that_was_cut_off_begins_anew_and_doubles_nothing(session: Session, drop: Path):
    lines = "".join(f"{i},tea {i},3,25/03/2024\n" for i in range(1_200))
    (drop / "march.csv").write_text("Review ID,Review,Stars,Date\n" + lines, encoding="utf-8")
    here, looks = context(session, drop), receive.Looks(seconds=0)
    while count_rows(session, Mention) == 0:
        receive.run(here, looks)
    del looks  # killed: nothing in memory is left, and the file still stands there
    assert receive.run(context(session, drop, now(120)))["unchanged"] == 500
    assert count_rows(session, Mention) == 1_200


def test_asked_to_stop_it_stops_after_the_piece_in_work(session: Session, drop: Path):
    here = context(session, drop)
    stopping = Context(here.settings, session, here.now, stopping=lambda: True)
    assert receive.run(stopping) == {}
    assert (drop / "march.csv").exists()


def test_an_event_told_again_is_not_kept_again(session: Session, drop: Path):
    door = context(session, drop).settings.door("drop")
    assert receive.keep(session, door, Taken(texts=[text()], event="e1"), now())["new"] == 1
    assert receive.keep(session, door, Taken(texts=[text(text="Other")], event="e1"), now()) == {"events told again": 1}
    assert session.exec(select(Mention.text)).one() == "Cold tea"


def test_texts_and_notes_of_a_piece_are_kept_together(session: Session, drop: Path):
    door = context(session, drop).settings.door("drop")
    receive.keep(session, door, Taken(texts=[text()], notes={"uid": "7"}), now())
    assert doors.note(session, row(session).id or 0, "uid") == "7"


def test_what_cannot_be_kept_is_counted_by_reason(session: Session, drop: Path):
    door = context(session, drop).settings.door("drop")
    done = receive.keep(session, door, Taken(texts=[text(text=""), text("2", url="ftp://x"), text("3")]), now())
    assert done == {"dropped: empty": 1, "dropped: no web address": 1, "new": 1}


def test_a_text_that_its_source_took_away_is_removed(session: Session, drop: Path):
    door = context(session, drop).settings.door("drop")
    receive.keep(session, door, Taken(texts=[text()]), now())
    receive.keep(session, door, Taken(gone=[Gone(kind=MentionKind.REVIEW, host="drop", external_id="1")]), now())
    assert session.exec(select(Mention.text, Mention.read_state)).one() == ("", ReadState.READ)


def test_an_error_in_a_door_leaves_no_half_done_look(session: Session, drop: Path, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> Iterator[Taken]:
        yield Taken()
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(folder, "poll", broken)
    looks = receive.Looks()
    with pytest.raises(RuntimeError):
        receive.run(context(session, drop), looks)
    assert not looks.going


def test_doors_and_sources_have_different_ids():
    door = {"id": "news", "type": "folder", "brands": ["karak"], "path": "x"}
    with pytest.raises(ValueError, match="sources and doors: the id 'news' is used twice"):
        _settings(doors=[door])
    with pytest.raises(ValueError, match="'import-karak' is used twice"):
        _settings(doors=[{**door, "id": "import-karak"}])


def test_a_door_names_brands_that_there_are():
    with pytest.raises(ValueError, match=r"doors\[0\]\.brands: 'nobody' is not one of karak"):
        _settings(doors=[{"id": "drop", "type": "folder", "brands": ["nobody"], "path": "x"}])


def test_the_place_of_a_text_is_a_source_a_door_or_the_imports_for_a_brand():
    settings = _settings(doors=[{"id": "drop", "type": "folder", "brands": ["karak"], "path": "x"}])
    places = [settings.place(slug) for slug in ("news", "drop", "import-karak", "import-karak.desk")]
    assert [place.about_brand for place in places if place] == [False, True, True, True]
    assert settings.place("import-nobody") is None


def _settings(**changes: object) -> Settings:
    from tests.contexts import make_settings

    return make_settings(**changes)


def test_an_e_mail_in_the_place_of_a_name_tells_persons_apart_and_is_kept_nowhere(session: Session, drop: Path):
    (drop / "march.csv").write_text("Review,Author,Stars\nCold tea,Ali@example.com,1\nFine,Zed <z@example.com>,4\n")
    assert receive.run(context(session, drop))["new"] == 2
    authors = session.exec(select(Author)).all()
    assert [one.display_name for one in authors] == [None, None]
    assert len({one.key_hash for one in authors}) == 2
