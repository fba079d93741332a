"""The page behind a link of an alert: looking changes nothing, a press of a button with a name does."""

import http.cookiejar
import re
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import sqlalchemy as sa
import yaml
from sqlmodel import col, select

from monitor.alerting import stored
from monitor.alerting.links import Grant, make
from monitor.clock import utcnow
from monitor.config import Settings, load_settings
from monitor.facts import ChangeKind, IncidentState, Mark
from monitor.jobs.acting import GOOD_FOR, key_of, links_of
from monitor.jobs.context import Context
from monitor.models import Alert, AlertMark, Incident, IncidentChange
from monitor.reception import app
from monitor.reception.acting import COOKIE
from monitor.reception.app import Desk
from monitor.reception.server import form_key
from monitor.reception.tally import Tally
from monitor.store.database import session_of
from tests.alerting.samples import HOSTILE, URDU, message
from tests.alerting.samples import quote as sample_quote
from tests.contexts import make_settings
from tests.doors.dovecot import free_port
from tests.factories import count_rows, make_alert, make_brand, make_change, make_incident
from tests.reception.conftest import Answered, House, house_of
from tests.reception.test_server import PATIENCE, process, wait_for

MAIL = {
    "type": "email", "id": "care-team", "host": "127.0.0.1", "security": "none",
    "sender": "a@karak.example", "recipients": ["b@karak.example"],
}  # fmt: skip
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def settings() -> Settings:
    return make_settings(channels=[MAIL])


@pytest.fixture
def house(engine: sa.Engine, settings: Settings) -> Iterator[House]:
    yield from house_of(settings, engine)


def owe(house: House, state: IncidentState = IncidentState.OPEN, **values: Any) -> tuple[int, str]:
    """An alert about a new incident: the incident's id, and the path of the links."""
    with session_of(house.engine) as session:
        incident = make_incident(session, make_brand(session), state=state, at=utcnow())
        told = message(brand="Karak House", **values)
        alert = make_alert(
            session, make_change(session, incident, at=utcnow()), "care-team", message=stored.to_dict(told)
        )
        session.commit()
        first = links_of(Context(house.desk.settings, session, utcnow()), alert, told)[0]
        return incident.id or 0, first.url.removeprefix(house.desk.settings.reception.link).partition("?")[0]


def press(house: House, path: str, do: str, name: str = "Ayesha", **fields: str) -> Answered:
    body = urlencode({"name": name, "do": do, **fields}).encode()
    return house.ask("POST", path, body, Content_Type=FORM)


def incident_of(house: House, incident_id: int) -> Incident:
    with session_of(house.engine) as session:
        return session.get_one(Incident, incident_id)


def all_rows(house: House) -> dict[str, list[Any]]:
    with house.engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        rows = {name: connection.exec_driver_sql(f'SELECT * FROM "{name}"').fetchall() for name in tables}
    return {name: sorted(map(repr, found)) for name, found in rows.items()}


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("do", ["ack", "own", "useful", "noise", "x"])
def test_whoever_opens_a_link_changes_nothing(house: House, method: str, do: str):
    path = owe(house)[1]
    before = all_rows(house)
    headers = {
        "User_Agent": "Mozilla/5.0 (compatible; LinkScanner/1.0)",
        "Purpose": "prefetch",
        "Cookie": f"{COOKIE}=A",
    }
    assert house.ask(method, f"{path}?do={do}", **headers).status in (200, 204)
    assert all_rows(house) == before


def test_only_a_form_that_is_sent_acts(house: House):
    path = owe(house)[1]
    before = all_rows(house)
    assert [house.ask(method, path).status for method in ("PUT", "DELETE", "PATCH")] == [405] * 3
    assert house.ask("POST", f"{path}?do=ack&name=Ayesha", b"{}", Content_Type="application/json").status == 415
    assert house.ask("POST", f"{path}?do=ack&name=Ayesha", b"", Content_Type=FORM).status == 422
    assert all_rows(house) == before


def test_a_press_acknowledges_and_says_what_came_of_it(house: House):
    number, path = owe(house)
    answer = press(house, path, "ack", " Ayesha ")
    assert (answer.status, "Acknowledged. Nobody else need be called." in answer.text) == (200, True)
    assert incident_of(house, number).acknowledged_by == "Ayesha"
    assert 'value="ack"' not in answer.text


def test_who_comes_second_learns_who_was_first(house: House):
    path = owe(house)[1]
    press(house, path, "ack", "Ayesha")
    answer = press(house, path, "ack", "Bilal")
    assert (answer.status, "Ayesha had acknowledged it before." in answer.text) == (200, True)


def test_the_second_to_look_after_it_sees_who_does_and_takes_over_only_when_asked(house: House):
    number, path = owe(house)
    press(house, path, "own", "Ayesha")
    refused = press(house, path, "own", "Bilal")
    assert (refused.status, "Ayesha looks after it now." in refused.text) == (409, True)
    assert incident_of(house, number).owner == "Ayesha"
    assert "Take over from Ayesha" in refused.text
    assert press(house, path, "own", "Bilal", owner="Ayesha").status == 200
    assert incident_of(house, number).owner == "Bilal"


def test_the_page_says_before_the_press_who_looks_after_it(house: House):
    path = owe(house)[1]
    press(house, path, "own", "Ayesha")
    text = house.ask("GET", f"{path}?do=own").text
    assert "Ayesha looks after it already." in text
    buttons = re.findall(r'<button[^>]*value="([^"]*)"', text)
    assert buttons[:2] == ["", "own"]  # Enter in the field of the name takes it from nobody
    assert press(house, path, "", "Bilal").status == 409


def test_who_looks_after_it_is_not_asked_again(house: House):
    path = owe(house)[1]
    assert 'value="own"' not in press(house, path, "own").text


@pytest.mark.parametrize("mark", list(Mark))
def test_a_mark_is_kept_with_the_alert_it_was_given_to(house: House, mark: Mark):
    number, path = owe(house)
    assert f"Thank you: marked as {mark}." in press(house, path, mark).text
    with session_of(house.engine) as session:
        row = session.exec(select(AlertMark)).one()
        alert = session.exec(select(Alert)).one()
    assert (row.alert_id, row.incident_id, row.mark, row.channel) == (alert.id, number, mark, "care-team")


@pytest.mark.parametrize(("do", "first"), [("ack", "ack"), ("own", "own"), ("useful", "useful"), ("noise", "noise")])
def test_the_button_that_the_link_asked_for_comes_first(house: House, do: str, first: str):
    text = house.ask("GET", f"{owe(house)[1]}?do={quote(do)}").text
    buttons = re.findall(r'<button name="do" value="(\w+)"( class="first")?>', text)
    assert buttons[0] == (first, ' class="first"')
    assert sorted(name for name, _ in buttons) == ["ack", "noise", "own", "useful"]


@pytest.mark.parametrize("query", ["", "?do=", "?do='<b>", "?do=ack%00"])
def test_a_link_that_asks_for_nothing_has_no_button_for_enter(house: House, query: str):
    text = house.ask("GET", owe(house)[1] + quote(query, safe="?=%")).text
    assert re.findall(r'<button[^>]*value="(\w*)"', text) == ["", "ack", "own", "useful", "noise"]
    assert 'class="first"' not in text


def test_a_link_whose_deed_is_done_says_so_and_enter_does_nothing_else(house: House):
    path = owe(house)[1]
    press(house, path, "own", "Ayesha")
    text = house.ask("GET", f"{path}?do=ack").text
    assert "Ayesha has acknowledged it already." in text
    assert 'class="first"' not in text
    mine = house.ask("GET", f"{path}?do=own", Cookie=f"{COOKIE}=Ayesha").text
    assert "You look after it already." in mine


def test_of_what_is_over_nothing_but_a_word_is_asked(house: House):
    number, path = owe(house, IncidentState.RESOLVED)
    text = house.ask("GET", f"{path}?do=ack").text
    assert re.findall(r'name="do" value="(\w*)"', text) == ["", "useful", "noise"]
    assert "It is over." in text
    refused = press(house, path, "ack")
    assert (refused.status, "nothing left to acknowledge" in refused.text) == (409, True)
    assert press(house, path, "noise").status == 200
    assert incident_of(house, number).mark is Mark.NOISE


@pytest.mark.parametrize("name", ["", "   ", "\u202e\u2066", "\x00\x1b[31m", "N" * 121])
def test_without_a_name_nothing_is_done(house: House, name: str):
    path = owe(house)[1]
    before = all_rows(house)
    answer = press(house, path, "ack", name)
    assert (answer.status, 'role="alert"' in answer.text, "set-cookie" in answer.headers) == (422, True, False)
    assert all_rows(house) == before


def test_a_name_is_kept_as_people_write_it_and_cannot_steer_a_page(house: House):
    number, path = owe(house)
    answer = press(house, path, "own", "<b>عائشہ\u202e</b>\r\nX: y")
    assert incident_of(house, number).owner == "<b>عائشہ</b> X: y"
    assert "&lt;b&gt;عائشہ&lt;/b&gt; X: y" in answer.text
    assert "<b>" not in answer.text


def test_a_name_in_another_script_does_not_turn_our_words_around(house: House):
    path = owe(house, subject="[high] گلاب کارٹ, Refund: 14 negative in 40 min", quotes=())[1]
    done = press(house, path, "ack", "عائشہ")
    told = [done, house.ask("GET", f"{path}?do=ack"), press(house, path, "own", "عائشہ", owner="x")]
    assert [answer.status for answer in told] == [200, 200, 409]
    assert {tag for answer in told for tag in re.findall(r'<(\w+)[^>]*dir="auto"', answer.text)} == {"input"}


def test_what_is_refused_as_too_long_is_not_sent_back_whole(house: House):
    answer = press(house, owe(house)[1], "ack", "N" * 900_000)
    assert (answer.status, len(answer.body) < 20_000) == (422, True)


def test_a_link_is_never_sent_on_to_another_address(house: House):
    path = owe(house)[1]
    answers = [house.ask("GET", f"{path}/", Host="evil.example"), press(house, f"{path}/", "ack")]
    assert [(answer.status, answer.headers.get("location")) for answer in answers] == [(404, None)] * 2


def test_the_name_is_remembered_by_a_press_and_never_by_a_look(house: House):
    path = owe(house)[1]
    assert "set-cookie" not in house.ask("GET", path).headers
    cookie = press(house, path, "ack", "عائشہ خان").headers["set-cookie"]
    assert {"HttpOnly", "Path=/act", "SameSite=lax"} <= set(cookie.split("; "))
    again = house.ask("GET", path, Cookie=cookie.partition(";")[0])
    assert 'value="عائشہ خان"' in again.text


def test_the_cookie_is_secure_where_the_reception_is_and_goes_nowhere_else(engine: sa.Engine):
    reception = {"url": "https://karak.example/watch/"}
    for house in house_of(make_settings(channels=[MAIL], reception=reception), engine):
        path = owe(house)[1]
        cookie = press(house, path, "ack").headers["set-cookie"]
    assert {"Secure", "Path=/watch/act"} <= set(cookie.split("; "))


@pytest.mark.parametrize("name", ["%", "%ff%fe", "a" * 5000, "%3Cb%3E", '"', "%00%1b%5B31m"])
def test_a_cookie_of_others_does_no_harm(house: House, name: str):
    answer = house.ask("GET", owe(house)[1], Cookie=f"{COOKIE}={name}")
    assert (answer.status, "<b>" in answer.text, "\x1b" in answer.text) == (200, False, False)


def test_a_link_that_is_too_old_says_so_and_does_nothing(house: House):
    path = owe(house)[1]
    before = all_rows(house)
    house.ahead = GOOD_FOR
    answers = [house.ask("GET", path), press(house, path, "ack")]
    assert [(answer.status, "This link is too old" in answer.text) for answer in answers] == [(410, True)] * 2
    assert all_rows(house) == before


def test_a_link_works_until_then(house: House):
    path = owe(house)[1]
    house.ahead = GOOD_FOR - timedelta(minutes=1)
    assert press(house, path, "useful").status == 200


@pytest.mark.parametrize("change", [lambda path: path[:-3], lambda path: path[:-1] + "!", lambda _: "/act/AAAA"])
def test_a_link_that_is_not_ours_says_so_and_does_nothing(house: House, change: Any):
    path = owe(house)[1]
    before = all_rows(house)
    answers = [house.ask("GET", change(path)), press(house, change(path), "ack")]
    assert [(answer.status, "This link is not complete" in answer.text) for answer in answers] == [(404, True)] * 2
    assert all_rows(house) == before


def test_a_link_to_what_was_deleted_says_so(house: House):
    with session_of(house.engine) as session:
        token = make(key_of(session), Grant(99, 99, "care-team", utcnow() + GOOD_FOR))
    assert house.ask("GET", f"/act/{token}").status == 410
    assert press(house, f"/act/{token}", "ack").status in (409, 410)


@pytest.mark.parametrize(
    "change", [{"created_at": utcnow() - timedelta(hours=3)}, {"channel": "others"}], ids=["made_at", "channel"]
)
def test_a_link_is_none_for_another_alert_that_got_its_number_from_an_older_backup(
    house: House, change: dict[str, Any]
):
    path = owe(house)[1]
    with session_of(house.engine) as session:
        session.exec(select(Alert)).one().sqlmodel_update(change)
        session.commit()
    before = all_rows(house)
    assert [house.ask("GET", path).status, press(house, path, "own").status] == [410, 410]
    assert all_rows(house) == before


def test_there_are_no_such_pages_where_alerts_carry_no_links(engine: sa.Engine, house: House):
    path = owe(house)[1]
    for other in house_of(make_settings(channels=[MAIL], reception={"actions": False}), engine):
        assert [other.ask("GET", path).status, press(other, path, "ack").status] == [404, 404]


def test_hostile_text_is_shown_as_text(house: House):
    quotes = tuple(sample_quote(HOSTILE[name]) for name in ("html", "reversed", "markup"))
    text = house.ask("GET", owe(house, subject=f"[high] {HOSTILE['html']}", quotes=quotes)[1]).text
    assert "<script" not in text
    assert "<img" not in text
    assert HOSTILE["html"] in unescape(text)
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)


def test_right_to_left_text_is_marked_as_such_place_by_place(house: House):
    text = house.ask("GET", owe(house, quotes=(sample_quote(URDU, language="ur"),))[1]).text
    assert f'<p dir="auto" lang="ur">{URDU}</p>' in text
    assert '<html lang="en">' in text


def test_a_message_of_another_version_still_has_its_page(house: House):
    path = owe(house)[1]
    with session_of(house.engine) as session:
        session.exec(select(Alert)).one().message = {"odd": 1}
        session.commit()
    assert house.ask("GET", path).status == 200


def test_no_page_of_others_shows_it_or_sends_its_form_elsewhere(house: House):
    headers = house.ask("GET", owe(house)[1]).headers
    policy = headers["content-security-policy"]
    assert {"default-src 'none'", "form-action 'self'", "frame-ancestors 'none'"} <= set(policy.split("; "))
    assert "script-src" not in policy
    assert (headers["referrer-policy"], headers["cache-control"], headers["x-frame-options"]) == (
        "no-referrer", "no-store", "DENY",
    )  # fmt: skip


@pytest.mark.slow
def test_the_process_writes_neither_token_nor_name(engine: sa.Engine, tmp_path: Path):
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump({
        "database": {"url": engine.url.render_as_string()}, "brands": [{"id": "karak", "name": "Karak House"}],
        "channels": [MAIL], "reception": {"port": free_port()},
    }))  # fmt: skip
    settings = load_settings(config)
    house = House(
        settings.reception.port, engine, Desk(settings, engine, form_key(engine, settings), Tally((), utcnow()))
    )
    path = owe(house)[1]
    with process(config) as server:
        wait_for(house.port)
        answers = [
            house.ask("GET", path),
            press(house, path, "ack", "Siddiqua"),
            press(house, path[:-1], "own", "Siddiqua"),
        ]
        server.terminate()
        said = server.communicate(timeout=PATIENCE)[1]
    assert [answer.status for answer in answers] == [200, 200, 404]
    assert "incident acknowledged" in said
    assert path[:-1].rpartition("/")[2] not in said
    assert "Siddiqua" not in said


def test_who_presses_without_end_is_slowed_down(house: House):
    path = owe(house)[1]
    answers = [press(house, path, "ack") for _ in range(app.MOST_DEEDS + 1)]
    assert [answer.status for answer in answers] == [200] * app.MOST_DEEDS + [429]
    assert "A little slower" in answers[-1].text
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60


def test_the_dashboard_is_linked_where_its_readers_reach_it(engine: sa.Engine, house: House):
    number, path = owe(house)
    assert f"/incident?id={number}" in house.ask("GET", path).text
    away = make_settings(channels=[MAIL], reception={"url": "https://act.karak.example"})
    for other in house_of(away, engine):
        assert "/incident?id=" not in other.ask("GET", path).text


def test_a_press_is_a_change_that_the_others_are_told_of(house: House):
    path = owe(house)[1]
    press(house, path, "ack")
    press(house, path, "own", "Bilal")
    with session_of(house.engine) as session:
        told = session.exec(select(IncidentChange).where(col(IncidentChange.actor) != "")).all()
    assert [(change.kind, change.actor) for change in told] == [
        (ChangeKind.ACKNOWLEDGED, "Ayesha"),
        (ChangeKind.OWNED, "Bilal"),
    ]


def test_a_browser_that_keeps_cookies_needs_one_press_at_the_next_alert(house: House):
    path = owe(house)[1]
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar), urllib.request.ProxyHandler({}))
    base = f"http://127.0.0.1:{house.port}"
    opener.open(f"{base}{path}", urlencode({"name": "Ayesha", "do": "useful"}).encode()).close()
    with opener.open(f"{base}{path}?do=ack") as page:
        assert 'value="Ayesha"' in page.read().decode()
    with session_of(house.engine) as session:
        assert count_rows(session, AlertMark) == 1
