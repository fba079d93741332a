"""Tests of what is removed and what stays."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from monitor.config import Settings
from monitor.facts import Held, Person, Role, Sketch, Way
from monitor.jobs import prune
from monitor.jobs.context import Context
from monitor.jobs.looking import part_name
from monitor.models import (
    AuditEntry,
    Author,
    Brand,
    CaseMention,
    CaseState,
    Count,
    DoorEvent,
    HeldFinding,
    JobHealth,
    Outcome,
    Praise,
    Relation,
    Resolution,
    Run,
    RunOutcome,
    Source,
    Story,
    StoryBand,
)
from monitor.store import audit, doors, held, hosts, retention, stories
from tests.factories import NOON, count_rows, make_author, make_brand, make_case, make_mention, make_run, make_source
from tests.incidents.samples import FINDING

DAY = timedelta(days=1)
OLD = NOON - 31 * DAY


@pytest.fixture
def source(session: Session) -> Source:
    return make_source(session, make_brand(session))


@pytest.fixture
def brand(session: Session, source: Source) -> Brand:
    return session.exec(select(Brand)).one()


def context(session: Session, stop_after: int = 10**6) -> Context:
    asked = iter(range(10**6))
    settings = Settings(brands=[{"id": "rosecart", "name": "Rose Cart"}])
    return Context(settings=settings, session=session, now=NOON, stopping=lambda: next(asked) >= stop_after)


def names(session: Session) -> set[str | None]:
    return set(session.exec(select(Author.display_name)))


def fine(session: Session) -> int:
    return len(session.exec(select(Count).where(Count.resolution == Resolution.FIVE_MINUTES)).all())


def test_fine_counts_go_after_two_days_and_hourly_ones_stay(session: Session, brand: Brand, source: Source) -> None:
    make_mention(session, brand, source, at=NOON - 2 * DAY - timedelta(minutes=5))
    make_mention(session, brand, source, at=NOON - 2 * DAY)
    hourly = count_rows(session, Count) - fine(session)
    removed = prune.run(context(session))["counts_5m"]
    assert removed == fine(session) == 3  # whole brand, source and language
    assert count_rows(session, Count) - fine(session) == hourly


def test_old_runs_go(session: Session) -> None:
    make_run(session, job="detect", at=OLD)
    young = make_run(session, job="detect", at=NOON - 29 * DAY)
    assert prune.run(context(session)) == {"runs": 1}
    assert [run.id for run in session.exec(select(Run))] == [young.id]


def test_the_last_good_crawl_of_a_source_stays(session: Session, source: Source) -> None:
    make_run(session, source, at=OLD - 2 * DAY)
    last_good = make_run(session, source, at=OLD - DAY)
    make_run(session, source, at=OLD, outcome=RunOutcome.FAILED)
    assert prune.run(context(session)) == {"runs": 2}
    assert [run.id for run in session.exec(select(Run))] == [last_good.id]


def test_a_run_that_goes_on_stays(session: Session) -> None:
    make_run(session, job="detect", at=OLD, outcome=RunOutcome.RUNNING)
    assert prune.run(context(session)) == {}


def test_names_of_authors_long_unseen_are_forgotten(session: Session) -> None:
    make_author(session, "Bilal", at=OLD)
    make_author(session, "Amira", at=NOON - 29 * DAY)
    assert prune.run(context(session)) == {"names": 1}
    assert names(session) == {None, "Amira"}


@pytest.mark.parametrize(
    ("state", "solved_at", "kept"),
    [
        (CaseState.WAITING, None, True),
        (CaseState.SOLVED, NOON - DAY, True),
        (CaseState.SOLVED, OLD, False),
        (CaseState.DISMISSED, None, False),
    ],
)
def test_a_name_stays_while_a_case_needs_it(
    session: Session, brand: Brand, source: Source, state: CaseState, solved_at: object, kept: bool
) -> None:
    author = make_author(session, "Bilal", at=OLD)
    make_case(session, make_mention(session, brand, source, author=author), state=state, solved_at=solved_at)
    prune.run(context(session))
    assert names(session) == ({"Bilal"} if kept else {None})


@pytest.mark.parametrize(("solved_at", "kept"), [(None, True), (OLD, False)])
def test_a_name_stays_while_a_case_that_it_was_linked_to_needs_it(
    session: Session, brand: Brand, source: Source, solved_at: object, kept: bool
) -> None:
    state = CaseState.SOLVED if solved_at else CaseState.WAITING
    case = make_case(session, make_mention(session, brand, source), state=state, solved_at=solved_at)
    said = make_mention(session, brand, source, author=make_author(session, "Bilal", at=OLD))
    link = {"case_id": case.id, "mention_id": said.id, "linked_at": OLD}
    session.add(CaseMention(**link, relation=Relation.SURVEY))
    prune.run(context(session))
    assert ("Bilal" in names(session)) is kept


@pytest.mark.parametrize(("found_at", "kept"), [(NOON - DAY, True), (OLD, False)])
def test_a_name_stays_some_days_after_praise_was_found(
    session: Session, brand: Brand, source: Source, found_at: datetime, kept: bool
) -> None:
    said = make_mention(session, brand, source, author=make_author(session, "Bilal", at=OLD))
    session.add(Praise(mention_id=said.id, brand_id=brand.id, person="Ayesha", found_at=found_at))
    prune.run(context(session))
    assert ("Bilal" in names(session)) is kept


def test_stories_not_told_for_long_fade_and_stay(session: Session) -> None:
    stories.begin(session, [Sketch("old", b"..", (1, 2))], OLD)
    stories.begin(session, [Sketch("new", b"..", (1, 3))], NOON - 29 * DAY)
    assert prune.run(context(session)) == {"stories": 1}
    assert count_rows(session, Story) == 2
    assert set(session.exec(select(StoryBand.band))) == {1, 3}


def test_batches_reach_the_end(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(5):
        make_author(session, f"name {number}", at=OLD)
        make_run(session, job="detect", at=OLD)
    assert prune.run(context(session)) == {"runs": 5, "names": 5}


def test_it_stops_after_the_current_batch(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(5):
        make_run(session, job="detect", at=OLD)
    assert prune.run(context(session, stop_after=1)) == {"runs": 4}


def test_what_was_removed_is_committed(session: Session) -> None:
    make_author(session, "Bilal", at=OLD)
    prune.run(context(session))
    session.rollback()
    assert names(session) == {None}


def test_twice_removes_nothing_more(session: Session, brand: Brand, source: Source) -> None:
    make_mention(session, brand, source, at=NOON - 3 * DAY)
    prune.run(context(session))
    assert prune.run(context(session)) == {}


def test_events_of_doors_go_when_nobody_tells_them_again(session: Session, source: Source) -> None:
    for name, days in (("old", 91), ("new", 89)):
        doors.take_event(session, source.id or 0, name, NOON - days * DAY)
    assert prune.run(context(session))["events"] == 1
    assert session.exec(select(DoorEvent.event_id)).all() == ["new"]


def test_a_host_that_a_source_left_long_ago_is_forgotten(session: Session, source: Source) -> None:
    for at, name in ((NOON - timedelta(days=31), "old.example"), (NOON - timedelta(days=29), "new.example")):
        hosts.note_asked(session, source.id or 0, [name], at)
    assert prune.run(context(session))["hosts"] == 1
    assert [host.name for host in hosts.of_source(session, source.id or 0)] == ["new.example"]


def test_what_nearly_was_an_incident_is_kept_for_a_month(session: Session, brand: Brand):
    near = replace(FINDING, held=Held.BELOW)
    for at in (OLD, NOON - 29 * DAY):
        held.keep(session, brand.id, [(near, "6 negative mentions")], at)
    session.commit()
    assert prune.run(context(session))["held"] == 1
    assert session.exec(select(HeldFinding.last_at)).all() == [NOON - 29 * DAY]


def test_the_audit_log_is_kept_for_a_year(session: Session):
    sana = Person("Sana", Role.LEAD, Way.DASHBOARD)
    for days in (364, 366, 1000):
        audit.keep(session, sana, "note", f"{days}", NOON - days * DAY, Outcome.DONE)
    session.commit()
    assert prune.run(context(session))["audit"] == 2
    assert session.exec(select(AuditEntry.about)).all() == ["364"]


def test_how_a_brand_did_that_left_the_config_is_forgotten(session: Session, brand: Brand) -> None:
    known = context(session)
    names = [part_name("detect", name) for name in ("gone", known.settings.brands[0].id)]
    session.add_all(JobHealth(job=name, failures=9) for name in [*names, "detect"])
    assert prune.run(known)["parts of jobs"] == 1
    assert set(session.exec(select(JobHealth.job))) == {names[1], "detect"}


def test_two_parts_with_long_names_are_two() -> None:
    long = "the-first-of-many-words-of-a-slug"
    names = {part_name("detect", f"{long}-{end}") for end in ("a", "b")}
    assert len(names) == 2
    assert {len(name) for name in names} == {32}
