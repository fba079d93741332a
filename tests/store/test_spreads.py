"""How far an incident has gone is read back as it was written."""

import pytest
from sqlmodel import Session, select

from monitor.facts import Amplifier, Forecast, Reproduction, Spread
from monitor.models import Incident
from monitor.store import spreads
from tests.factories import NOON, make_brand, make_incident

PLAIN = Spread(voices=60, per_hour=12.5, authors=40, reach=900, sources=1, languages=2, video=True)
FULL = Spread(
    voices=60,
    per_hour=12.5,
    authors=40,
    reach=900,
    sources=1,
    languages=2,
    video=False,
    reproduction=Reproduction(1.4, 1.1, 1.8, 0.97),
    forecasts=(Forecast(1.0, 61.0, 70.0, 82.0), Forecast(6.0, 70.0, 120.0, 180.0)),
    amplifiers=(Amplifier(7, 120_000, 31),),
)


@pytest.mark.parametrize("spread", [PLAIN, FULL])
def test_it_is_read_back_as_it_was_written(session: Session, spread: Spread):
    incident = make_incident(session, make_brand(session))
    session.commit()
    spreads.keep(session, incident.id, spread, NOON)
    session.commit()
    session.expire_all()
    row = session.exec(select(Incident)).one()
    assert (spreads.read(row.spread), row.spread_at) == (spread, NOON)


def test_before_the_first_look_nothing_is_known():
    assert spreads.read(None) is None
