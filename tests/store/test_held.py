"""What nearly was an incident: one row while it goes on, with the figures of its strongest look."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from monitor.facts import Cell, Dimension, Finding, Held
from monitor.models import Brand, HeldFinding
from monitor.store import held
from tests.factories import NOON, count_rows, make_brand
from tests.incidents.samples import FINDING

HOUR = timedelta(hours=1)
NEAR = replace(FINDING, held=Held.BELOW, strength=4.0, seen=6.0)


def keep(
    session: Session, brand: Brand, finding: Finding, at: datetime = NOON, words: str = "6 negative mentions"
) -> None:
    held.keep(session, brand.id, [(finding, words)], at)


def rows(session: Session) -> list[HeldFinding]:
    return list(session.exec(select(HeldFinding).order_by(col(HeldFinding.id))))


def test_what_is_held_again_and_again_is_one_row_with_its_strongest_figures(session: Session):
    brand = make_brand(session)
    keep(session, brand, NEAR)
    keep(session, brand, replace(NEAR, strength=4.6, seen=9.0), NOON + HOUR, "9 negative mentions")
    keep(session, brand, replace(NEAR, strength=3.6), NOON + 7 * HOUR)
    (row,) = rows(session)
    assert (row.strength, row.seen, row.sentence) == (4.6, 9.0, "9 negative mentions")
    assert (row.first_at, row.last_at, row.looks) == (NOON, NOON + 7 * HOUR, 3)


def test_after_six_quiet_hours_it_is_another_one(session: Session):
    brand = make_brand(session)
    keep(session, brand, NEAR)
    keep(session, brand, NEAR, NOON + 6 * HOUR + timedelta(minutes=1))
    assert [row.looks for row in rows(session)] == [1, 1]


def test_another_brand_detector_cell_or_reason_is_another_one(session: Session):
    brand = make_brand(session)
    for finding in (
        NEAR,
        replace(NEAR, detector="slow_burn"),
        replace(NEAR, cell=Cell(Dimension.THEME, "refund")),
        replace(NEAR, held=Held.ALL_UP),
    ):
        keep(session, brand, finding)
    keep(session, make_brand(session, "other"), NEAR)
    assert count_rows(session, HeldFinding) == 5


def test_two_of_the_same_in_one_look_are_one_row(session: Session):
    held.keep(session, make_brand(session).id, [(NEAR, "one"), (NEAR, "two")], NOON)
    assert count_rows(session, HeldFinding) == 1


def test_what_raises_something_is_not_kept_here(session: Session):
    keep(session, make_brand(session), FINDING)
    assert count_rows(session, HeldFinding) == 0


def test_old_ones_are_forgotten(session: Session):
    brand = make_brand(session)
    keep(session, brand, NEAR, NOON - 40 * HOUR)
    keep(session, brand, NEAR)
    assert held.forget(session, NOON - 39 * HOUR) == 1
    assert held.forget(session, NOON - 39 * HOUR) == 0
    assert [row.last_at for row in rows(session)] == [NOON]
