"""What nearly was an incident, and the times of a large one's voices, as the pages read them."""

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.data import incidents, nearly, opening
from dashboard.trouble import spreading
from monitor.facts import Dimension, Held, Kind, Spread
from monitor.models import HeldFinding
from tests.factories import NOON, database_session, make_brand, make_incident, make_mention, make_source, new_database

MINUTE = timedelta(minutes=1)


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database that the pages are pointed at."""
    found = new_database(tmp_path)
    config = tmp_path / "config.yaml"
    config.write_text(
        f"database: {{url: '{found}'}}\nbrands: [{{id: rosecart, name: Rose Cart}}]\n"
        "detection: {detectors: [{type: spike}, {type: volume}]}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv(opening.CONFIG_VARIABLE, str(config))
    opening.forget()
    return found


def held(brand_id: int, detector: str, kind: Kind) -> HeldFinding:
    return HeldFinding(
        brand_id=brand_id,
        detector=detector,
        kind=kind,
        dimension=Dimension.ALL,
        reason=Held.BELOW,
        strength=5.8,
        seen=40,
        expected=10,
        authors=20,
        sentence="More is said than usual",
        first_at=NOON,
        last_at=NOON,
    )


def test_a_threshold_that_is_no_strength_is_not_shown_beside_one(url: str):
    """Of mere volume it is a number of times the usual variation: 5.8 of 5 would seem to be enough."""
    with database_session(url) as session:
        brand = make_brand(session)
        session.add_all([held(brand.id, "spike", Kind.SPIKE), held(brand.id, "volume", Kind.VOLUME)])
        session.commit()
        rows = nearly.near_misses(brand.id, NOON)
    assert {row.kind: row.threshold is None for row in rows} == {Kind.SPIKE: False, Kind.VOLUME: True}


@pytest.mark.parametrize(("age", "shown"), [(5, True), (90, False)])
def test_an_old_forecast_is_not_shown_as_one_of_now(url: str, monkeypatch: pytest.MonkeyPatch, age: int, shown: bool):
    """When the monitor stands still, its last word on an open incident is not where it goes now."""
    monkeypatch.setattr(opening, "utcnow", lambda: NOON)
    gone = Spread(60, per_hour=20, authors=50, reach=0, sources=1, languages=1, video=False)
    with database_session(url) as session:
        at = NOON - age * MINUTE
        number = make_incident(session, make_brand(session), at=at, spread=asdict(gone), spread_at=at).id
        session.commit()
    row = incidents.incident(number)
    assert spreading.is_going_on(row) is shown
    assert ("Where it goes" in spreading.outlook(row)) is shown


def test_of_more_voices_than_a_chart_takes_the_newest_are_shown(url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(incidents, "MOST_MARKS", 3)
    with database_session(url) as session:
        brand = make_brand(session)
        source = make_source(session, brand)
        made = [make_mention(session, brand, source, at=NOON + number * MINUTE) for number in range(5)]
        number = make_incident(session, brand, made).id
        session.commit()
    assert incidents.evidence_times(number) == tuple(NOON + minutes * MINUTE for minutes in (2, 3, 4))
