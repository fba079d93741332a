"""`emberwatch silence` keeps trouble quiet for a while; `alert --dead` and `--resend` care for lost messages."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml

from monitor.clock import utcnow
from monitor.models import AlertState, IncidentChange
from tests.contexts import BRAND, SOURCE
from tests.factories import database_session, make_alert, make_brand, make_incident
from tests.typed import Terminal, Typed

HOUR = timedelta(hours=1)


@pytest.fixture
def terminal(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """A brand in Karachi with two messages that were given up."""
    with database_session(database_url) as session:
        incident = make_incident(session, make_brand(session, "karak", "Karak House"))
        change = session.get_one(IncidentChange, 1)
        change.incident_id = incident.id or 0
        for channel in ("screen", "support"):
            lost = make_alert(session, change, channel, AlertState.FAILED, attempts=9, error="404 \x1b[2Jgone")
            lost.message = {"subject": "[high] Karak House\x07: 14 negative"}
        session.commit()
    config = {
        "brands": [{**BRAND, "time_zone": "Asia/Karachi"}],
        "sources": [SOURCE],
        "channels": [{"id": "screen", "type": "console"}, {"id": "support", "type": "console"}],
        "database": {"url": database_url},
    }
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return Terminal(path, monkeypatch, capsys)


def quiet(terminal: Terminal, *words: object) -> Typed:
    return terminal.type("silence", "--by", "Ravi", "--reason", "We move house \x1b[2Jtoday", *words)


def test_a_silence_is_made_listed_and_ended(terminal: Terminal):
    made = json.loads(quiet(terminal, "--brand", "karak", "--source", "news", "--for", "2h", "--json").out)
    assert (made["brand"], made["source"], made["up_to"], made["by"]) == ("karak", "news", "high", "Ravi")
    assert abs(datetime.fromisoformat(made["ends_at"]) - utcnow() - 2 * HOUR) < timedelta(minutes=1)
    assert terminal.type("silence").out.startswith("1  brand karak, source news, up to high; 2 h more, until ")
    assert terminal.type("silence", "--end", 1, "--by", "Sana").code == 0
    assert terminal.type("silence").out == "nothing is kept quiet\n"
    assert "over, until" in (past := terminal.type("silence", "--list").out)
    assert "ended by Sana; by Ravi: We move house today" in past


def test_what_is_critical_is_kept_quiet_only_when_it_is_asked_for(terminal: Terminal):
    made = json.loads(quiet(terminal, "--everything", "--for", "1d", "--also-critical", "--json").out)
    assert made["up_to"] == "critical"


def test_an_end_is_a_time_of_the_brands_clock(terminal: Terminal):
    tomorrow = (utcnow() + 24 * HOUR).strftime("%Y-%m-%d")
    made = json.loads(quiet(terminal, "--brand", "karak", "--until", f"{tomorrow}T18:00", "--json").out)
    assert made["ends_at"] == f"{tomorrow}T13:00:00+00:00"


def test_a_bare_time_is_the_next_one_that_the_clock_shows(terminal: Terminal):
    made = json.loads(quiet(terminal, "--brand", "karak", "--until", "07:30", "--json").out)
    ends = datetime.fromisoformat(made["ends_at"])
    assert (ends.hour, ends.minute) == (2, 30)
    assert timedelta() < ends - utcnow() <= 24 * HOUR


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--for", "2h"], "say what is to be quiet"),
        (["--everything", "--brand", "karak", "--for", "2h"], "say what is to be quiet"),
        (["--brand", "karak"], "say how long"),
        (["--brand", "karak", "--for", "2h", "--until", "18:00"], "say how long"),
        (["--brand", "karak", "--for", "soon"], "--for: 'soon' is not a duration"),
        (["--brand", "karak", "--until", "25:00"], "--until: hour must be in 0..23"),
    ],
)
def test_what_is_not_said_is_asked_for(terminal: Terminal, words: list[str], says: str):
    done = quiet(terminal, *words)
    assert done.code == 2
    assert says in done.err
    assert "config" not in done.err, "it is an option that is wrong"


@pytest.mark.parametrize("number", [77, -1, 10**30])
def test_a_silence_that_there_is_not_cannot_be_ended(terminal: Terminal, number: int):
    done = terminal.type("silence", f"--end={number}", "--by", "Ravi")
    assert (done.code, done.err) == (1, f"there is no silence {number}\n")


def test_a_silence_without_a_reason_is_refused(terminal: Terminal):
    done = terminal.type("silence", "--brand", "karak", "--for", "2h")
    assert (done.code, "--reason: say why" in done.err) == (2, True)


def test_a_reason_with_brackets_is_no_markup(terminal: Terminal):
    done = terminal.type("silence", "--everything", "--for", "2h", "--by", "Ravi", "--reason", "Out [red] of [/] stock")
    assert done.code == 0
    assert "Out [red] of [/] stock" in done.out


def test_a_silence_of_what_the_config_does_not_have_is_refused_with_what_it_has(terminal: Terminal):
    done = quiet(terminal, "--brand", "nobody", "--for", "2h")
    assert done.code == 1
    assert "no brand 'nobody'; known are karak" in done.err


def test_messages_that_were_given_up_are_listed_without_what_steers_a_terminal(terminal: Terminal):
    said = terminal.type("alert", "--dead").out
    assert "support, 9 tries: [high] Karak House: 14 negative; 404 gone\n" in said
    assert not {"\x1b", "\x07"} & set(said)
    assert [one["id"] for one in json.loads(terminal.type("alert", "--dead", "--json").out)["dead"]] == [2, 1]


def test_one_message_is_sent_again_then_all(terminal: Terminal):
    assert json.loads(terminal.type("alert", "--resend", 2, "--by", "Ravi", "--json").out) == {"resent": [2]}
    assert json.loads(terminal.type("alert", "--resend", "all", "--by", "Ravi", "--json").out) == {"resent": [1]}
    assert terminal.type("alert", "--resend", "all").out.startswith("no message was given up")


@pytest.mark.parametrize(
    ("asked", "code", "says"),
    [
        ("two", 2, "--dead lists them"),
        ("9", 1, "there is no alert 9"),
        ("9" * 30, 2, "--dead lists them"),
        (2**31, 2, "--dead lists them"),
    ],
)
def test_a_message_that_there_is_not_cannot_be_sent_again(terminal: Terminal, asked: object, code: int, says: str):
    done = terminal.type("alert", "--resend", asked, "--by", "Ravi")
    assert done.code == code
    assert says in done.err
