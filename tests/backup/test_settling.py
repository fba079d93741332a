"""After a restore nothing of long ago is sent, and no number or key is given twice."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from monitor.alerting.reasons import Reason
from monitor.jobs.answer import incidents
from monitor.models import AlertState, Brand, Incident, IncidentChange, Reply, ReplyState, Source
from monitor.store import numbering, restoring
from tests.backup.taken import DAY, HOUR, alert, backup, restore
from tests.factories import (
    NOON,
    database_session,
    make_case,
    make_incident,
    make_mention,
    make_source,
    person,
)
from tests.filled import worked_on


@pytest.fixture
def owing(session: Session) -> Session:
    """A database that owes alerts and an answer, at noon."""
    brand = Brand(slug="karak", name="Karak House", time_zone="UTC")
    session.add(brand)
    session.flush()
    make_source(session, brand)
    return session


def test_what_was_owed_long_ago_is_withheld_with_the_reason_and_the_rest_goes_out(owing: Session):
    old, going = alert(owing, "old", -2 * HOUR), alert(owing, "going", -2 * HOUR, AlertState.SENDING)
    young, later = alert(owing, "young", -HOUR / 2), alert(owing, "later", DAY)
    sent = alert(owing, "sent", -2 * HOUR, AlertState.SENT)
    assert restoring.settle(owing, NOON - HOUR, NOON).alerts == 2
    owing.expire_all()
    states = {one.key: one.state.value for one in (old, going, young, later, sent)}
    assert states == {
        "old": "withheld",
        "going": "withheld",
        "young": "pending",
        "later": "pending",
        "sent": "sent",
    }
    assert Reason(old.reason) is Reason.RESTORED


def test_changes_of_long_ago_count_as_told(owing: Session):
    incident = make_incident(owing, owing.exec(select(Brand)).one())
    for ago in (HOUR * 2, HOUR / 2):
        owing.add(IncidentChange(incident_id=incident.id, kind="opened", severity="high", sentence="", at=NOON - ago))
    owing.flush()
    assert restoring.settle(owing, NOON - HOUR, NOON).changes == 1


def test_a_public_answer_on_its_way_is_held_back_and_can_be_asked_for_again(owing: Session):
    brand = owing.exec(select(Brand)).one()
    mention = make_mention(owing, brand, owing.exec(select(Source)).one())
    case = make_case(owing, mention)
    reply = Reply(case_id=case.id, state=ReplyState.POSTING, actor="Sana", text="Sorry", written_at=NOON, poster="wp")
    owing.add(reply)
    owing.flush()
    assert restoring.settle(owing, NOON - HOUR, NOON).answers == 1
    owing.expire_all()
    assert reply.state is ReplyState.FAILED
    assert "may be out already" in reply.error


def test_numbers_of_rows_that_the_back_up_lacks_are_not_given_again(owing: Session):
    brand = owing.exec(select(Brand)).one()
    first = make_incident(owing, brand).id or 0
    restoring.settle(owing, NOON, NOON)
    numbers = []
    for _ in range(2):
        incident = Incident(**{**_values(owing), "id": numbering.next_number(owing, Incident)})
        owing.add(incident)
        owing.flush()
        numbers.append(incident.id)
    assert numbers == [first + numbering.GAP, first + numbering.GAP + 1]


def test_numbers_that_were_given_after_an_earlier_restore_are_not_given_again_either(owing: Session):
    newest = make_incident(owing, owing.exec(select(Brand)).one()).id or 0
    for _ in range(2):
        restoring.settle(owing, NOON, NOON)
    incident = Incident(**{**_values(owing), "id": numbering.next_number(owing, Incident)})
    owing.add(incident)
    owing.flush()
    assert incident.id == newest + 2 * numbering.GAP - 1


def _values(session: Session) -> dict[str, Any]:
    row = session.exec(select(Incident).order_by(col(Incident.id))).first()
    assert row is not None
    return row.model_dump(exclude={"id"})


def test_alerts_are_known_by_other_keys_after_a_restore(tmp_path: Path):
    other = f"sqlite:///{tmp_path}/other.db"
    restore(backup(worked_on(tmp_path), tmp_path / "copy.db"), other)
    with database_session(other) as session:
        incidents.dismiss_incident(session, 1, "no", person("Sana"), NOON)
        assert session.exec(select(IncidentChange.id).order_by(col(IncidentChange.id).desc())).first() > numbering.GAP
