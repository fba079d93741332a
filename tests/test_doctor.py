"""The doctor finds what is wrong, says what to do, changes nothing, and shows no secret."""

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.config import load_settings
from monitor.doctor import Area, channels, database, jobs, model, places, reports, steps
from monitor.doctor import settings as config_rules
from monitor.errors import MonitorError
from monitor.facts import Prediction, Sentiment
from monitor.models import JobHealth
from monitor.store.database import open_database, session_of
from monitor.verdict import State, Verdict, spoken_size
from tests.alerting.notifiers.stages import mail_options, slack_options
from tests.alerting.receivers import free_port, mail_server, slack_receiver
from tests.contexts import BRAND, SOURCE, make_settings
from tests.crawlers.site import Answer, Site
from tests.factories import NOON


def by_subject(verdicts: Any) -> dict[str, Verdict]:
    return {verdict.subject: verdict for verdict in verdicts}


def told(**changes: Any) -> dict[str, Any]:
    """What a probe that went well says, with changes."""
    newest = (NOON - timedelta(hours=2)).isoformat()
    good = {"outcome": "ok", "error": "", "robots": "allows", "status": 200, "answered_in_seconds": 0.41}
    return {**good, "texts": 20, "naming_a_brand": 3, "newest_at": newest, "crawl_delay_seconds": 0, **changes}


def judged(**changes: Any) -> Verdict:
    return places.judge(make_settings().sources[0], told(**changes), NOON)


# the database


def test_a_good_database_is_ok_in_every_respect(database_path: Path):
    verdicts = by_subject(database.examine(f"sqlite:///{database_path}"))
    assert {verdict.state for verdict in verdicts.values()} == {State.OK}
    assert {"database", "schema", "writing", "integrity", "write-ahead log", "disk"} <= verdicts.keys()


def test_a_missing_database_is_a_warning_and_is_not_made(tmp_path: Path):
    verdict = by_subject(database.examine(f"sqlite:///{tmp_path}/new/e.db"))["database"]
    assert (verdict.state, verdict.remedy) == (State.WARNING, "`emberwatch run` makes it")
    assert list(tmp_path.iterdir()) == []


def test_a_database_below_a_file_fails_since_no_run_can_make_it(tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    verdicts = list(database.examine(f"sqlite:///{tmp_path}/file/e.db"))
    assert [(verdict.state, verdict.subject) for verdict in verdicts] == [(State.FAILS, "database folder")]


def set_schema(path: Path, revision: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.execute("UPDATE installation SET value = ? WHERE name = 'schema_serves'", (revision,))
    connection.commit()
    connection.close()


@pytest.mark.parametrize(("revision", "remedy"), [("0001_first", "emberwatch upgrade"), ("9999_x", "newer version")])
def test_a_schema_of_another_version_fails_with_its_remedy(database_path: Path, revision: str, remedy: str):
    set_schema(database_path, first_revision() if revision == "0001_first" else revision)
    verdicts = by_subject(database.examine(f"sqlite:///{database_path}"))
    assert verdicts["schema"].state is State.FAILS
    assert remedy in verdicts["schema"].remedy
    assert "writing" not in verdicts


def first_revision() -> str:
    from alembic.script import ScriptDirectory

    from monitor.store.revisions import MIGRATIONS

    return str(ScriptDirectory(str(MIGRATIONS)).get_base())


def test_an_empty_file_has_no_tables_yet(tmp_path: Path):
    (tmp_path / "e.db").touch()
    assert by_subject(database.examine(f"sqlite:///{tmp_path}/e.db"))["schema"].state is State.WARNING


def test_a_file_that_is_no_database_fails(tmp_path: Path):
    (tmp_path / "e.db").write_text("no database at all, but long enough to be looked at" * 100, encoding="utf-8")
    verdict = by_subject(database.examine(f"sqlite:///{tmp_path}/e.db"))["database"]
    assert verdict.state is State.FAILS
    assert "damaged" in verdict.found


def test_a_damaged_page_is_found(database_path: Path):
    connection = sqlite3.connect(database_path)
    (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'author'").fetchone()
    connection.close()
    with database_path.open("r+b") as file:
        file.seek(4096 * (page - 1))
        file.write(b"\xff" * 4096)
    verdicts = by_subject(database.examine(f"sqlite:///{database_path}"))
    assert verdicts["integrity"].state is State.FAILS
    assert "backup" in verdicts["integrity"].remedy


def test_a_database_that_another_process_writes_to_is_a_warning(database_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    holder = sqlite3.connect(database_path)
    holder.execute("BEGIN IMMEDIATE")
    verdict = by_subject(database.examine(f"sqlite:///{database_path}"))["writing"]
    holder.close()
    assert verdict.state is State.WARNING
    assert "busy" in verdict.found


def test_little_space_is_told(database_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(database, "NO_SPACE", 2**70)
    verdict = by_subject(database.examine(f"sqlite:///{database_path}"))["disk"]
    assert verdict.state is State.FAILS
    assert "free space" in verdict.remedy


@pytest.mark.parametrize("url", ["not an address", "postgresql+nodriver://x/y"])
def test_an_address_that_leads_nowhere_is_one_verdict(url: str):
    assert [verdict.state for verdict in database.examine(url)] == [State.FAILS]
    assert [verdict.state for verdict in jobs.examine(url, NOON)] == [State.SKIPPED]


# the model, the config and the report folder


@pytest.mark.parametrize(("complaint", "praise", "state"), [(0.9, 0.1, State.OK), (0.1, 0.9, State.FAILS)])
def test_a_model_whose_labels_are_swapped_fails(complaint: float, praise: float, state: State):
    readings = [Prediction("en", share, 0.0, 1 - share, (), b"", Sentiment.NEUTRAL) for share in (complaint, praise)]
    assert model.judge("m 1", "loads", *readings).state is state


@pytest.mark.slow
def test_the_shipped_model_is_ok_and_an_absent_one_fails():
    settings = make_settings()
    assert [verdict.state for verdict in model.examine(settings.analysis, settings.themes)] == [State.OK]
    absent = settings.analysis.model_copy(update={"model": "./none"})
    (verdict,) = model.examine(absent, settings.themes)
    assert (verdict.state, "builtin" in verdict.remedy) == (State.FAILS, True)


def test_what_an_operator_forgets_is_a_warning():
    verdicts = by_subject(config_rules.examine(make_settings(sources=[{**SOURCE, "enabled": False}])))
    assert {subject for subject, verdict in verdicts.items() if verdict.state is State.WARNING} == {
        "contact",
        "brand karak",
        "channels",
    }


def test_the_report_folder_must_be_a_folder(tmp_path: Path):
    (tmp_path / "file").touch()
    assert [verdict.state for verdict in reports.examine(tmp_path / "new")] == [State.OK]
    assert [verdict.state for verdict in reports.examine(tmp_path / "file" / "x")] == [State.FAILS]
    assert not (tmp_path / "new").exists()


# sources


def test_a_source_that_gives_texts_is_ok_and_says_how_many_and_how_old():
    verdict = judged()
    assert verdict.state is State.OK
    assert verdict.found == "answers 200 in 0.4 s; 20 texts, 3 with a watched name, the newest 2 h old"


@pytest.mark.parametrize(
    ("changes", "state", "remedy"),
    [
        ({"texts": 0, "newest_at": None}, State.WARNING, "a new place may be empty"),
        ({"newest_at": (NOON - timedelta(days=400)).isoformat()}, State.WARNING, "right address"),
        ({"outcome": "blocked", "error": "no", "robots": "disallows"}, State.FAILS, "ask the site's owner"),
        (
            {"outcome": "blocked", "error": "the server answers 503", "robots": "unavailable"},
            State.FAILS,
            "asked again by itself",
        ),
        ({"outcome": "blocked", "error": "TimeoutError", "robots": "unavailable"}, State.FAILS, "check the address"),
        ({"outcome": "blocked", "error": "x: a captcha", "health": "walled"}, State.FAILS, "keeps programs out"),
        ({"outcome": "failed", "error": "'body' has vanished", "health": "changed"}, State.FAILS, "update Emberwatch"),
        ({"outcome": "spent", "error": "the quota is spent"}, State.WARNING, "raise `every`"),
        ({"outcome": "failed", "error": "404", "status": 404}, State.FAILS, "nothing is there"),
        ({"outcome": "failed", "error": "403", "status": 403}, State.FAILS, "does not let programs"),
        ({"outcome": "failed", "error": "429", "status": 429}, State.FAILS, "raise `every`"),
        ({"outcome": "failed", "error": "500", "status": 500}, State.FAILS, "in trouble"),
        ({"outcome": "failed", "error": "not a feed", "status": 200}, State.FAILS, "another type"),
        ({"outcome": "failed", "error": "x is a private address", "status": None}, State.FAILS, "allow_private"),
        ({"outcome": "failed", "error": "DNSLookupError", "status": None}, State.FAILS, "network"),
        (
            {"outcome": "failed", "error": "in part: x: the server answers 404", "status": 200},
            State.FAILS,
            "nothing is",
        ),
        ({"outcome": "failed", "error": "in part: x: DownloadTimeoutError", "status": 200}, State.FAILS, "network"),
        ({"outcome": "failed", "error": "the address leads back to itself"}, State.FAILS, "a cookie"),
    ],
)
def test_each_trouble_of_a_source_has_its_remedy(changes: dict[str, Any], state: State, remedy: str):
    verdict = judged(**changes)
    assert verdict.state is state
    assert remedy in verdict.remedy


def test_every_source_is_asked_once_and_nothing_is_stored(tmp_path: Path):
    feed = '<rss version="2.0"><channel><item><guid>a</guid><title>Karak House is closed</title></item></channel></rss>'
    with Site().open() as site:
        site.pages["/feed"] = Answer(feed, headers={"Content-Type": "application/rss+xml", "ETag": '"1"'})
        config = tmp_path / "c.yaml"
        config.write_text(yaml.safe_dump(three_sources(site.url, tmp_path)), encoding="utf-8")
        verdicts = list(places.examine(load_settings(config), config, NOON))
    assert [(v.subject, v.state) for v in verdicts] == [
        ("source good", State.OK),
        ("source off", State.SKIPPED),
        ("source gone", State.FAILS),
    ]
    assert "1 with a watched name" in verdicts[0].found
    assert sorted(site.paths()) == ["/feed", "/gone"]
    assert [path.name for path in tmp_path.iterdir()] == ["c.yaml"]


def three_sources(url: str, folder: Path) -> dict[str, Any]:
    def source(slug: str, path: str, **more: Any) -> dict[str, Any]:
        return {"id": slug, "type": "feed", "brands": ["karak"], "params": {"url": f"{url}{path}"}, **more}

    return {
        "brands": [BRAND],
        "sources": [source("good", "/feed"), source("off", "/off", enabled=False), source("gone", "/gone")],
        "crawling": {"allow_private": ["127.0.0.1"], "delay_seconds": 0},
        "database": {"url": f"sqlite:///{folder}/e.db"},
    }


def test_crawlers_that_do_not_start_in_time_are_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(places, "LONGEST_SECONDS", 0.01)
    with pytest.raises(MonitorError, match="did not start within"):
        places.check_params(tmp_path / "c.yaml")


def test_mistakes_in_params_are_left_to_the_config_check(tmp_path: Path):
    config = tmp_path / "c.yaml"
    config.write_text(yaml.safe_dump({"brands": [BRAND], "sources": []}), encoding="utf-8")
    places.check_params(config)


# channels


def test_a_channel_that_works_is_ok_and_gets_no_message(monkeypatch: pytest.MonkeyPatch):
    with slack_receiver() as slack, mail_server() as mail:
        verdicts = list(channels.examine((slack_options(monkeypatch, slack.url), mail_options(mail.port))))
    assert [verdict.state for verdict in verdicts] == [State.OK, State.OK]
    assert (slack.received, mail.mails) == ([], [])


def test_a_channel_that_fails_says_what_to_do_without_its_secret(monkeypatch: pytest.MonkeyPatch):
    with slack_receiver() as slack:
        slack.status, slack.answer = 403, "invalid_token"
        verdict = channels.judge(slack_options(monkeypatch, slack.url))
    assert verdict.state is State.FAILS
    assert "emberwatch alert --test team" in verdict.remedy
    assert "very-secret-token" not in str(verdict)


def test_a_channel_that_is_away_may_come_back_and_one_that_is_off_is_left_alone():
    assert "check host, port" in channels.judge(mail_options(free_port())).remedy
    assert channels.judge(mail_options(free_port(), enabled=False)).state is State.SKIPPED


# jobs and the whole


@pytest.mark.parametrize(
    ("failures", "age", "states"),
    [
        (0, timedelta(seconds=20), [State.OK]),
        (1, timedelta(seconds=20), [State.WARNING]),
        (3, timedelta(seconds=20), [State.FAILS]),
        (0, timedelta(days=2), [State.WARNING]),
    ],
)
def test_jobs_that_fail_and_a_monitor_that_does_not_run_are_told(failures: int, age: timedelta, states: list[State]):
    health = JobHealth(job="analyse", failures=failures, error="it broke", next_try_at=NOON)
    assert [verdict.state for verdict in jobs.judge([health], NOON - age, NOON)] == states


def test_jobs_are_read_from_the_database(database_path: Path):
    engine = open_database(f"sqlite:///{database_path}")
    with session_of(engine) as session:
        session.add(JobHealth(job="crawl", last_good_at=NOON))
        session.commit()
    engine.dispose()
    (verdict,) = jobs.examine(f"sqlite:///{database_path}", NOON + timedelta(seconds=5))
    assert verdict.found == "all 1 work; last sign of life just now"


def test_offline_asks_nobody_and_only_looks_at_one_thing(tmp_path: Path):
    settings = make_settings(database={"url": f"sqlite:///{tmp_path}/e.db"})
    chosen = steps(settings, tmp_path / "c.yaml", NOON, only=[Area.SOURCES, Area.CHANNELS], offline=True)
    assert [verdict.state for step in chosen for verdict in step.verdicts()] == [State.SKIPPED, State.SKIPPED]


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (900, "900 B"), (3_565_158, "3.4 MB"), (200 * 1024**3, "200 GB"), (2**60, "1048576 TB")],
)
def test_sizes_are_said_as_people_say_them(size: int, words: str):
    assert spoken_size(size) == words


# links in alerts

SLACK = {"id": "support", "type": "slack", "url": {"env": "SLACK_WEBHOOK"}}
RELAY = {
    "id": "mail", "type": "email", "host": "127.0.0.1", "security": "none",
    "sender": "a@karak.example", "recipients": ["b@karak.example"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("channel", "reception", "state", "words"),
    [
        (SLACK, {}, State.WARNING, "which readers on other machines do not reach; support has such readers"),
        (SLACK, {"url": "http://act.karak.example"}, State.WARNING, "unencrypted"),
        (SLACK, {"url": "https://act.karak.example"}, State.OK, "they lead to https://act.karak.example/act/"),
        ({**RELAY, "host": "mail.example.org"}, {}, State.WARNING, "mail has such readers"),
        (RELAY, {}, State.OK, "they lead to http://127.0.0.1:8502/act/"),
    ],
)
def test_links_that_readers_do_not_reach_are_worth_knowing(
    monkeypatch: pytest.MonkeyPatch, channel: dict[str, Any], reception: dict[str, str], state: State, words: str
):
    monkeypatch.setenv("SLACK_WEBHOOK", "https://hooks.slack.example/services/T0/B0/secret")
    verdicts = config_rules.examine(make_settings(channels=[channel], reception=reception))
    verdict = by_subject(verdicts)["links in alerts"]
    assert (verdict.state, words in verdict.found) == (state, True)
    assert "secret" not in verdict.found


def test_nothing_is_said_of_links_where_alerts_carry_none():
    for changes in (
        {"channels": [{"id": "screen", "type": "console"}]},
        {"channels": [RELAY], "reception": {"actions": False}},
    ):
        assert "links in alerts" not in by_subject(config_rules.examine(make_settings(**changes)))


def test_links_to_a_dashboard_that_readers_do_not_reach_are_worth_knowing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SLACK_WEBHOOK", "https://hooks.slack.example/services/T0/B0/secret")
    for dashboard, said in (({}, True), ({"url": "https://watch.karak.example"}, False)):
        verdicts = by_subject(config_rules.examine(make_settings(channels=[SLACK], dashboard=dashboard)))
        assert ("links to the dashboard" in verdicts) is said


@pytest.mark.parametrize("more", [{}, {"proxy_login": True}])
def test_a_dashboard_that_refuses_to_start_is_told_before_somebody_starts_it(more: dict[str, Any]):
    """As configs of older versions have it, which had no login."""
    dashboard = {"url": "https://watch.karak.example", **more}
    verdicts = by_subject(config_rules.examine(make_settings(dashboard=dashboard)))
    assert ("dashboard" in verdicts) is (not more)
    assert "dashboard" not in by_subject(config_rules.examine(make_settings()))


def test_an_address_that_a_server_only_listens_at_is_none_that_a_link_can_lead_to():
    settings = make_settings(channels=[RELAY], reception={"host": "0.0.0.0"})
    verdict = by_subject(config_rules.examine(settings))["links in alerts"]
    assert (verdict.state, "which readers on other machines do not reach" in verdict.found) == (State.WARNING, True)


# who is told

SCREEN = {"id": "screen", "type": "console"}
BOSS = {**RELAY, "id": "boss"}
OFF = {**BOSS, "enabled": False}
STEP = {"after": "15m", "channels": ["boss"]}
LATE_TO_BOSS = {"escalate": {"to": "Ana", "channels": ["boss"]}}
RIVAL = {"id": "rival", "name": "Rival House", "competitor": True}
IN_KARACHI = {**BRAND, "time_zone": "Asia/Karachi"}


def surprises(**changes: Any) -> dict[str, str]:
    """What the doctor says of who is told in a config that is well otherwise."""
    sound: dict[str, Any] = {"channels": [SCREEN, RELAY], "crawling": {"contact": "a@karak.example"}}
    told = config_rules.examine(make_settings(**{**sound, **changes}))
    return {verdict.subject: verdict.found for verdict in told if verdict.state is not State.OK}


def test_a_route_for_competitors_alone_leads_nowhere():
    told = surprises(brands=[BRAND, RIVAL], routes=[{"channels": ["screen", "mail"], "brands": ["rival"]}])
    assert told["route 1"] == "rival is a competitor: nobody is ever told of them"


def test_the_report_of_all_brands_is_missed_at_a_channel_that_is_off():
    changes = {"brands": [BRAND, RIVAL], "channels": [RELAY, OFF], "report": {"together_channels": ["boss"]}}
    assert surprises(**changes)["report"] == "it is meant for boss, but it is switched off"


def test_nobody_has_to_be_told_of_a_competitor():
    assert "telling of rival" not in surprises(
        brands=[BRAND, RIVAL], routes=[{"channels": ["screen", "mail"], "brands": ["karak"]}]
    )


@pytest.mark.parametrize(
    ("changes", "subject", "words"),
    [
        ({"routes": [{"channels": ["mail"]}]}, "hearing of screen", "it hears of nothing"),
        (
            {"channels": [RELAY, OFF], "routes": [{"channels": ["mail"], "escalate": [STEP]}]},
            "route 1",
            "it calls boss when nobody acknowledges, but it is switched off",
        ),
        (
            {"channels": [RELAY, OFF], "routes": [{"channels": ["boss"]}], "operator_channel": "mail"},
            "telling of karak",
            "nobody is told of its incidents",
        ),
        ({"routes": [{"channels": ["screen", "mail"], "themes": ["refund", "delivry"]}]}, "route 1", "theme delivry:"),
        ({"routes": [{"channels": ["screen", "mail"], "sources": ["nwes"]}]}, "route 1", "no source nwes:"),
        ({"channels": [RELAY, OFF], "digest": {"channels": ["boss"], "time_zone": "UTC"}}, "digest", "meant for boss"),
        ({"channels": [RELAY, OFF], "report": {"channels": ["boss"]}}, "report", "it is meant for boss"),
        ({"report": {"together_channels": ["mail"]}}, "report of all brands", "no report of all brands is made"),
        ({"channels": [RELAY, OFF], "operator_channel": "boss"}, "operator_channel", "boss is switched off"),
        (
            {"channels": [RELAY, OFF], "people": [{"name": "Ana"}], "service": LATE_TO_BOSS},
            "telling of overdue cases",
            "it is meant for boss, but it is switched off",
        ),
        (
            {"brands": [IN_KARACHI], "channels": [{**RELAY, "quiet": ["22:00-07:00"]}]},
            "hours of mail",
            "its hours are in UTC, but Asia/Karachi is the time of the brands",
        ),
        (
            {"brands": [IN_KARACHI], "digest": {"channels": ["mail"]}},
            "hour of the digest",
            "it is sent at 17:00 UTC, but Asia/Karachi is the time of the brands",
        ),
    ],
)
def test_what_would_surprise_who_waits_for_a_message_is_a_warning(changes: dict[str, Any], subject: str, words: str):
    found = surprises(**changes)
    assert list(found) == [subject]
    assert words in found[subject]


@pytest.mark.parametrize(
    "changes",
    [
        {"routes": [{"channels": ["mail"], "themes": ["refund"], "sources": ["news", "import-karak"]}],
         "operator_channel": "screen"},
        {"routes": [{"channels": ["screen"], "brands": ["karak"], "escalate": [STEP]}],
         "channels": [SCREEN, RELAY, BOSS], "digest": {"channels": ["mail"]}},
        {"brands": [IN_KARACHI], "channels": [{**RELAY, "on_call": ["mon-fri 09:00-18:00"], "time_zone": "UTC"}]},
        {"brands": [{**BRAND, "report_channels": ["boss"]}], "channels": [SCREEN, RELAY, BOSS],
         "routes": [{"channels": ["screen", "mail"]}]},
    ],
)  # fmt: skip
def test_a_config_that_is_meant_so_is_not_warned_of(changes: dict[str, Any]):
    assert surprises(**changes) == {}
