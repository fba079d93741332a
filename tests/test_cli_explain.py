"""`emberwatch explain`: what an incident is, what happened, and why each channel was told of it or was not."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlmodel import Session, col, select

from monitor.facts import Cell, ChangeKind, Dimension, Held, Kind, Mark, Severity
from monitor.models import AlertMark, AlertState, AlertThread, Finding, HeldFinding, Incident, IncidentChange, Silence
from monitor.store.spreads import keep
from tests.contexts import BRAND
from tests.factories import (
    NOON,
    database_session,
    make_alert,
    make_brand,
    make_change,
    make_incident,
)
from tests.incidents.samples import gone_to
from tests.typed import Terminal

HOUR = timedelta(hours=1)
HOSTILE = "It is \x1b]0;title\x07\x1b[2J[red]late[/red] \u202eevil"
CHANNELS = [{"id": one, "type": "console"} for one in ("support", "boss", "night", "quiet", "lost", "chief", "new")]
ROUTES = [
    {
        "channels": ["support", "night"],
        "themes": ["refund"],
        "cooldown": "30m",
        "escalate": [{"after": "99999d", "channels": ["boss"]}],
    },
    {"channels": ["boss"], "at_least": "critical", "cooldown": "30m", "brands": ["karak"]},
]


@pytest.fixture
def terminal(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """An incident of which one channel was told, one waits, two were not told, one was never reached."""
    with database_session(database_url) as session:
        told_of(session)
        session.commit()
    path = tmp_path / "config.yaml"
    config = {
        "brands": [{**BRAND, "time_zone": "Asia/Karachi"}],
        "channels": CHANNELS,
        "routes": ROUTES,
        "database": {"url": database_url},
    }
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return Terminal(path, monkeypatch, capsys)


def told_of(session: Session) -> None:
    brand = make_brand(session, "karak", "Karak House")
    cell = Cell(Dimension.THEME, "refund")
    incident = make_incident(session, brand, cell=cell, sentence=HOSTILE, why="High: far above the usual.")
    make_change(session, incident, ChangeKind.WORSENED, NOON + HOUR)
    silence = Silence(up_to=Severity.HIGH, starts_at=NOON, ends_at=NOON + 9 * HOUR, reason=HOSTILE, actor="Ravi")
    silence.created_at = NOON
    session.add(silence)
    session.flush()
    alerts(session, incident, silence.id or 0)
    session.add(AlertThread(channel="support", thread=f"incident:{incident.id}", incident_id=incident.id,
                            ref="C1:1700.1", shown_at=NOON))  # fmt: skip
    session.add(AlertMark(incident_id=incident.id, mark=Mark.NOISE, actor="Sana", at=NOON, kind=Kind.SPIKE))
    session.add(HeldFinding(brand_id=brand.id, detector="spike", kind=Kind.SPIKE, dimension=cell.dimension,
                            key=cell.key, reason=Held.FEW_AUTHORS, strength=5, seen=6, expected=1, authors=2,
                            sentence="6 negative mentions", first_at=NOON, last_at=NOON, looks=3))  # fmt: skip
    keep(session, incident.id or 0, gone_to(40_000), NOON)


def alerts(session: Session, incident: Incident, silence_id: int) -> None:
    of_incident = select(IncidentChange).where(IncidentChange.incident_id == incident.id)
    opened, worse = session.exec(of_incident.order_by(col(IncidentChange.id))).all()
    opened.routed_at, opened.finding_id = NOON, session.exec(select(Finding.id)).one()
    first = make_alert(session, opened, "support", attempts=2, route=1)
    make_alert(session, opened, "boss", AlertState.WITHHELD, "below_severity", route=2)
    late = NOON + timedelta(days=99999)
    make_alert(session, opened, "night", AlertState.PENDING, held="quiet_hours", due_at=late, next_try_at=late, route=1)
    values = {"held": "silenced", "silence_id": silence_id}
    make_alert(session, opened, "quiet", AlertState.WITHHELD, "over_meanwhile", **values)
    make_alert(session, opened, "lost", AlertState.FAILED, attempts=9, error="404 \x1b[2Jno_service")
    make_alert(session, opened, "chief", reason="escalated", route=1)
    make_alert(session, worse, "support", reason="worsened", bundle_id=first.id)
    session.add(opened)
    session.flush()


def test_an_incident_is_told_with_its_rule_its_figures_and_its_people(terminal: Terminal):
    done = terminal.type("explain", 1)
    assert done.code == 0
    assert done.out.startswith("Incident 1: karak, theme refund; high, spike, open\n")
    for words in (
        "Why: High: far above the usual.",
        "Where it goes: 14 so far, 2 in the last hour",
        "found by spike in theme refund: 14.0 seen, 0.6 expected, strength 9.3, 12 authors, reviews, blog",
        "nobody looks after it; marked noise by Sana",
        "3 looks, held (few authors): 6 negative mentions",
    ):
        assert words in done.out


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        ("support", "told at 2026-03-02 17:00:00 PKT because a new incident opened; in one message with 1 other; at "
         "try 2; its thread there is C1:1700.1 (route 1: theme refund; at least high; tells opened, worsened, "
         "resolved; cool-down 30m)."),
        ("boss", "not told because it is less severe than the routes to this channel ask for (route 2: brand karak; "
         "at least critical; tells opened, worsened, resolved; cool-down 30m)."),
        ("night", " because the channel has quiet hours; it is to be told because a new incident opened (route 1: "),
        ("quiet", "not told because it was over before it was to be told. Silence 1 by Ravi until 2026-03-02 21:00"),
        ("lost", "never reached, after 9 tries: 404 no_service; `emberwatch alert --resend "),
        ("new", "not told because the channel was not in the config when it was decided."),
    ],
)  # fmt: skip
def test_each_channel_has_its_reason_in_words(terminal: Terminal, channel: str, words: str):
    said = terminal.type("explain", 1, "--channel", channel).out
    assert words in said.splitlines()[1]


def test_a_change_that_nobody_has_decided_about_waits(terminal: Terminal):
    said = terminal.type("explain", 1, "--channel", "boss").out.splitlines()
    assert said[2].endswith("waits: nobody has decided about it yet: `emberwatch run` does, or `emberwatch alert`.")


def test_who_will_be_called_is_told_before_it_happens(terminal: Terminal):
    said = terminal.type("explain", 1, "--channel", "boss").out.splitlines()
    assert said[-1].startswith("  boss will be called at ")
    assert said[-1].endswith("unless somebody acknowledges it (route 1).")


def test_what_the_routes_ask_for_is_told_once(terminal: Terminal):
    said = terminal.type("explain", 1).out
    assert "quiet hours; it is to be told because a new incident opened (route 1).\n" in said
    assert said.count("theme refund; at least high") == 1
    assert "\nRoute 2: brand karak; at least critical; tells opened, worsened, resolved; cool-down 30m\n" in said


def test_a_call_because_nobody_acknowledged_it_is_marked(terminal: Terminal):
    line = next(one for one in terminal.type("explain", 1).out.splitlines() if one.startswith("  chief"))
    assert "! told at" in line
    assert line.endswith("because nobody acknowledged the incident in time (route 1).")


def test_hostile_texts_do_not_steer_the_terminal(terminal: Terminal):
    said = terminal.type("explain", 1).out
    assert "It is [red]late[/red] evil" in said
    assert not {"\x1b", "\x07", "\u202e"} & set(said)


def test_the_same_as_json(terminal: Terminal):
    told: dict[str, Any] = json.loads(terminal.type("explain", 1, "--json").out)
    opened, worse = told["steps"]
    by_channel = {one["channel"]: one for one in opened["channels"]}
    assert (told["incident"], told["times"]["opened"], worse["kind"]) == (1, "2026-03-02T12:00:00+00:00", "worsened")
    assert (by_channel["boss"]["outcome"], by_channel["boss"]["reason"]) == ("not told", "below_severity")
    assert opened["finding"]["seen"] == 14.0


@pytest.mark.parametrize("number", [99, 0, 10**30])
def test_an_incident_that_there_is_not_is_answered_with_those_there_are(terminal: Terminal, number: int):
    done = terminal.type("explain", number)
    assert done.code == 1
    assert f"there is no incident {number}; the newest are\n  1  high, Karak House: It is" in done.err
    assert "\x1b" not in done.err


def test_a_channel_that_there_is_not_is_answered_with_those_there_are(terminal: Terminal):
    done = terminal.type("explain", 1, "--channel", "chef")
    assert done.code == 2
    assert "there is no channel 'chef'; there are support, boss, night" in done.err
