"""The whole answer job, by two processes at once."""

import threading
from collections import Counter
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, select

from monitor.facts import Severity
from monitor.jobs import answer
from monitor.jobs.context import Context
from monitor.models import Alert, Case, CaseEvent, Incident
from monitor.store.database import session_of
from tests.contexts import make_context
from tests.factories import NOON, make_brand, make_incident, make_mention, make_source

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SHOP = {
    "people": [{"name": "Sana", "role": "lead"}],
    "service": {"escalate": {"to": "Sana", "channels": ["console"]}, "open_for": {"stars_at_most": 2}},
    "channels": [{"type": "console", "id": "console"}],
}


def by_two(engine: sa.Engine, prepared: Context, now: datetime) -> None:
    """Both look at the same moment."""
    gate = threading.Barrier(2)

    def work() -> None:
        with session_of(engine) as own:
            gate.wait()
            answer.run(Context(prepared.settings, own, now))

    both = [threading.Thread(target=work) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()


def test_two_processes_open_worsen_and_escalate_each_case_once(session: Session, engine: sa.Engine):
    brand = make_brand(session)
    source = make_source(session, brand)
    bad = [make_mention(session, brand, source, rating=1.0) for _ in range(30)]
    make_mention(session, brand, source, rating=5.0, negative=0.02)
    incident = make_incident(session, brand, bad[:10], severity=Severity.HIGH)
    session.commit()
    prepared = make_context(session, NOON, **SHOP)
    by_two(engine, prepared, NOON)
    session.get_one(Incident, incident.id).severity = Severity.CRITICAL
    session.commit()
    by_two(engine, prepared, NOON + 5 * MINUTE)
    by_two(engine, prepared, NOON + 2 * HOUR)
    done = Counter(session.exec(select(CaseEvent.action)))
    assert done == {"opened": 30, "severer": 10, "escalated": 30}
    nearer = select(Case.answer_due_at).where(Case.severity == Severity.CRITICAL).distinct()
    assert session.exec(nearer).all() == [NOON + 20 * MINUTE]
    assert set(session.exec(select(Alert.channel))) == {"console"}
