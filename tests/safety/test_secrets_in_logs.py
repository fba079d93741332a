"""No secret of the config gets into any output, whatever goes wrong: every receiver here repeats what it was sent.

A config with every kind of source, door, channel and poster that has a secret; each is a word of its own with one mark
in it. The servers answer with errors that quote the whole request, with nonsense, or by hanging up.
"""

import base64
import itertools
import json
import os
import re
import signal
import socketserver
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import unquote_plus

import pytest
import yaml
from sqlmodel import select

from monitor.cli import main
from monitor.clock import utcnow
from monitor.config import Settings, load_settings
from monitor.errors import DeliveryError
from monitor.facts import Severity
from monitor.jobs import alert, answer
from monitor.models import Brand, CaseState, Source
from monitor.store import sources
from tests.alerting.receivers import free_port
from tests.factories import database_session, make_case, make_change, make_incident, make_mention, new_database, person

pytestmark = pytest.mark.slow
MARK = "Zq7Xw9Kp"
PATIENCE_SECONDS = 120.0


@dataclass
class Heard:
    """What the servers were sent."""

    texts: list[str] = field(default_factory=list)

    def __contains__(self, name: str) -> bool:
        secret = secret_of(name)
        return any(secret in form for text in self.texts for form in (text, unquote_plus(text), *_decoded(text)))


def secret_of(name: str) -> str:
    return f"{name.lower().replace('_', '-')}-{MARK}-{len(name):03}"


def _decoded(text: str) -> Iterator[str]:
    for word in re.findall(r"[A-Za-z0-9+/]{16,}={0,2}", text):
        with suppress(ValueError):
            yield base64.b64decode(word + "=" * (-len(word) % 4)).decode("latin-1")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    heard: Heard


class _Repeats(socketserver.StreamRequestHandler):
    """Speaks HTTP: repeats the whole request in an error, says nonsense, or hangs up; in turns."""

    timeout = 5
    turns = itertools.count()

    def handle(self) -> None:
        server: Any = self.server
        head = b""
        while not head.endswith(b"\r\n\r\n") and (line := self.rfile.readline()):
            head += line
        length = re.search(rb"content-length: *(\d+)", head, re.I)
        asked = (head + self.rfile.read(int(length[1]) if length else 0)).decode("latin-1")
        server.heard.texts.append(asked)
        if asked.startswith("GET /robots.txt"):
            self.wfile.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        turn = next(self.turns) % 4
        if turn == 2:
            return
        body = (json.dumps({"error": asked}) if turn else asked).encode()
        status = [b"400 Bad Request", b"403 Forbidden", b"", b"500 Broken"][turn]
        if turn == 3:
            self.wfile.write(b"nonsense " + asked.encode() + b"\r\n\r\n")
            return
        named = asked.splitlines()[0].encode("latin-1", "replace")
        self.wfile.write(
            b"HTTP/1.1 %s\r\nX-Asked: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            % (status, named, len(body))
        )
        self.wfile.write(body)


class _Mail(socketserver.StreamRequestHandler):
    """Speaks SMTP as far as the login, which it refuses with what it was told."""

    timeout = 5

    def handle(self) -> None:
        server: Any = self.server
        self.wfile.write(b"220 mail.example\r\n")
        while line := self.rfile.readline():
            said = line.decode("latin-1").strip()
            server.heard.texts.append(said)
            if said.upper().startswith("EHLO"):
                self.wfile.write(b"250-mail.example\r\n250 AUTH PLAIN LOGIN\r\n")
                continue
            told = " ".join([said, *_decoded(said)]).replace("\0", " ")
            self.wfile.write(f"535 5.7.8 no such login: {told}\r\n".encode("latin-1", "replace"))


class _Mailbox(socketserver.StreamRequestHandler):
    """Speaks IMAP as far as the login, which it refuses with what it was told."""

    timeout = 5

    def handle(self) -> None:
        server: Any = self.server
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline():
            said = line.decode("latin-1").strip()
            server.heard.texts.append(said)
            tag = said.split(" ")[0]
            if "CAPABILITY" in said.upper():
                self.wfile.write(f"* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n".encode())
            else:
                self.wfile.write(f"{tag} NO refused: {said}\r\n".encode("latin-1", "replace"))


@contextmanager
def serving(handler: type[socketserver.BaseRequestHandler], heard: Heard) -> Iterator[int]:
    server = _Server(("127.0.0.1", 0), handler)
    server.heard = heard
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield int(server.server_address[1])
    server.shutdown()
    server.server_close()


SENT = (
    "SLACK_PATH", "BOT_TOKEN", "MAIL_PASSWORD", "HOOK_PATH", "HOOK_HEADER", "APPRISE_TOKEN", "WORDPRESS_PASSWORD",
    "IMAP_PASSWORD", "HEARTBEAT_PATH", "X_BEARER", "REDDIT_SECRET", "YOUTUBE_KEY", "BLUESKY_PASSWORD",
)  # fmt: skip
"""Secrets that some server must have been sent: else a test of what becomes of them would say nothing."""
MORE = {
    "google_business": "GOOGLE_SECRET", "stackexchange": "STACK_KEY", "mastodon": "MASTODON_TOKEN",
    "trustpilot": "TRUSTPILOT_KEY", "github": "GITHUB_TOKEN",
}  # fmt: skip
"""Those of sources that send theirs the same way as one of the others: they are crawled with --soak."""
KEPT = ("HOOK_SECRET", "DOOR_SECRET", "OLD_DOOR_SECRET", "SURVEY_SECRET", "OIDC_SECRET", "COOKIE_SECRET", "GOOGLE_ID",
        "GOOGLE_REFRESH", "REDDIT_ID")  # fmt: skip


def _ids(kind: str) -> str:
    return "comments" if kind == "wordpress" else kind.replace("_", "-")


def config_of(folder: Path, http: int, smtp: int, imap: int, *, thorough: bool) -> dict[str, Any]:
    """Everything that has a secret, at servers of this machine."""
    at = f"http://127.0.0.1:{http}"
    env: Callable[[str], dict[str, str]] = lambda name: {"env": name}  # noqa: E731
    places = {
        "google_business": {
            "client_id": env("GOOGLE_ID"), "client_secret": env("GOOGLE_SECRET"),
            "refresh_token": env("GOOGLE_REFRESH"), "locations": ["accounts/1/locations/2"],
            "server": at, "auth_server": at,
        },
        "x": {"bearer": env("X_BEARER"), "query": "karak", "most_dollars_a_month": 5, "server": at},
        "reddit": {
            "client_id": env("REDDIT_ID"), "client_secret": env("REDDIT_SECRET"), "search": ["karak"], "server": at,
            "auth_server": at,
        },
        "stackexchange": {"site": "stackoverflow", "terms": ["karak"], "key": env("STACK_KEY"), "url": at},
        "mastodon": {"server": at, "search": ["karak"], "token": env("MASTODON_TOKEN")},
        "youtube": {"key": env("YOUTUBE_KEY"), "search": ["karak"], "server": at},
        "trustpilot": {"key": env("TRUSTPILOT_KEY"), "business_unit": "0" * 24, "server": at},
        "bluesky": {
            "search": ["karak"], "handle": "karak.example", "app_password": env("BLUESKY_PASSWORD"), "server": at,
            "pds": at,
        },
        "github": {"repo": "karak/house", "token": env("GITHUB_TOKEN"), "url": at},
    }  # fmt: skip
    channels = [
        {"type": "slack", "url": env("SLACK_URL")},
        {"type": "slack_bot", "token": env("BOT_TOKEN"), "channel": "C0123456789", "url": f"{at}/api/"},
        {"type": "email", "host": "127.0.0.1", "port": smtp, "security": "none", "username": "me",
         "password": env("MAIL_PASSWORD"), "sender": "a@karak.example", "recipients": ["b@karak.example"]},
        {"type": "webhook", "url": env("HOOK_URL"), "secret": env("HOOK_SECRET"),
         "headers": {"Authorization": env("HOOK_HEADER")}},
        {"type": "apprise", "url": env("APPRISE_URL")},
    ]  # fmt: skip
    return {
        "database": {"url": new_database(folder)},
        "brands": [{"id": "karak", "name": "Karak House"}],
        "sources": [
            {"id": _ids(kind), "type": kind, "brands": ["karak"], "every": "1h", "params": params,
             "enabled": thorough or kind not in MORE}
            for kind, params in {**places, "wordpress": {"url": at}}.items()
        ],
        "doors": [
            {"id": "shop", "type": "webhook", "brands": ["karak"], "secret": env("DOOR_SECRET"),
             "previous_secret": env("OLD_DOOR_SECRET")},
            {"id": "survey", "type": "survey", "brands": ["karak"], "secret": env("SURVEY_SECRET")},
            {"id": "letters", "type": "imap", "brands": ["karak"], "host": "127.0.0.1", "port": imap, "tls": "none",
             "user": "me", "password": env("IMAP_PASSWORD")},
        ],
        "channels": [{"id": f"to-{one['type'].replace('_', '-')}", **one} for one in channels],
        "routes": [{"channels": [f"to-{one['type'].replace('_', '-')}" for one in channels], "at_least": "watch"}],
        "posting": [{"id": "blog", "type": "wordpress", "sources": ["comments"], "url": at, "user": "me",
                     "password": env("WORDPRESS_PASSWORD")}],
        "crawling": {"contact": "a@karak.example", "allow_private": ["127.0.0.1"], "at_once": 8, "delay_seconds": 0},
        "dashboard": {
            "port": free_port(),
            "login": {"server_metadata_url": f"{at}/.well-known/openid-configuration", "client_id": "emberwatch",
                      "client_secret": env("OIDC_SECRET"), "cookie_secret": env("COOKIE_SECRET"),
                      "default_role": "viewer"},
        },
        "reception": {"port": free_port()},
        "metrics": {"enabled": True, "port": free_port()},
        "heartbeat": {"url": env("HEARTBEAT_URL"), "every": "10s"},
        "report": {"folder": str(folder / "reports")},
    }  # fmt: skip


def environment_of(http: int) -> dict[str, str]:
    """The secrets, and the addresses that hold one."""
    at = f"127.0.0.1:{http}"
    secrets = {name: secret_of(name) for name in (*SENT, *MORE.values(), *KEPT)}
    secrets["COOKIE_SECRET"] = secrets["COOKIE_SECRET"] + "c" * 32
    secrets["BOT_TOKEN"] = f"xoxb-{secrets['BOT_TOKEN']}"
    addresses = {
        "SLACK_URL": f"http://{at}/services/T0/B0/{secrets['SLACK_PATH']}",
        "HOOK_URL": f"http://{at}/hook/{secrets['HOOK_PATH']}",
        "APPRISE_URL": f"json://{at}/{secrets['APPRISE_TOKEN']}",
        "HEARTBEAT_URL": f"http://{at}/ping/{secrets['HEARTBEAT_PATH']}",
    }
    mine = {key: value for key, value in os.environ.items() if not key.startswith("EMBERWATCH_")}
    return {**mine, **secrets, **addresses}


def fill(config: Path) -> None:
    """An incident to tell of, and an answer to post."""
    settings, now = load_settings(config), utcnow()
    with database_session(settings.database.url) as session:
        sources.sync(session, settings)
        brand = session.exec(select(Brand)).one()
        source = session.exec(select(Source).where(Source.slug == "comments")).one()
        mention = make_mention(session, brand, source, at=now)
        mention.host, mention.external_id = settings.posting[0].url.removeprefix("http://"), "comment-12"
        make_change(session, make_incident(session, brand, [mention], at=now, severity=Severity.CRITICAL))
        case = make_case(session, mention, at=now, state=CaseState.OWNED, owner="Sana")
        session.commit()
        answer.post(session, case.id or 0, person("Sana"), now, "Sorry!", seen=case.state, poster=settings.posting[0])


@dataclass
class Said:
    """All that was written to somebody's screen or log, by command; and what the servers heard."""

    heard: Heard
    of: dict[str, str] = field(default_factory=dict)
    settings: Settings | None = None

    def note(self, name: str, *words: str, env: dict[str, str]) -> None:
        command = [sys.executable, "-m", "monitor.cli", *words]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
        self.of[name] = done.stdout + done.stderr


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Said]:
    """Everything is run once, and fails."""
    folder, found = tmp_path_factory.mktemp("marked"), Said(Heard())
    with (
        serving(_Repeats, found.heard) as http,
        serving(_Mail, found.heard) as smtp,
        serving(_Mailbox, found.heard) as imap,
        pytest.MonkeyPatch.context() as patch,
    ):
        config, env = folder / "config.yaml", environment_of(http)
        thorough = bool(request.config.getoption("--soak"))
        told = config_of(folder, http, smtp, imap, thorough=thorough)
        config.write_text(yaml.safe_dump(told))
        for name, value in env.items():
            patch.setenv(name, value)
        fill(config)
        _run(found, config, told, env)
        found.note("check", *_check(thorough), "-c", str(config), env=env)
        found.note("status", "status", "-c", str(config), env=env)
        found.settings = load_settings(config)
        yield found


def _check(thorough: bool) -> list[str]:
    """Without the model, which has no secret; and without asking all sources once more, unless there is time."""
    areas = ["config", "database", "doors", "channels", "posting", "login", *(["sources"] if thorough else [])]
    return ["check", *(word for area in areas for word in ("--only", area))]


def _run(found: Said, config: Path, told: dict[str, Any], env: dict[str, str]) -> None:
    """`emberwatch run` until every source, door, channel and poster was tried; with its metrics."""
    command = [sys.executable, "-m", "monitor.guardian", "run", "-c", str(config)]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and not all(name in found.heard for name in SENT):
        time.sleep(0.5)
    address = f"http://127.0.0.1:{told['metrics']['port']}/metrics"
    with suppress(URLError, ConnectionError), urllib.request.urlopen(address, timeout=10) as answered:
        found.of["metrics"] = answered.read().decode()
    process.send_signal(signal.SIGTERM)
    found.of["run"] = process.communicate(timeout=PATIENCE_SECONDS)[0]


@pytest.mark.parametrize("name", SENT)
def test_the_secret_was_sent_to_a_server_that_repeats_it(said: Said, name: str):
    assert name in said.heard


COMMANDS = ("run", "metrics", "check", "status")


@pytest.mark.parametrize("command", COMMANDS)
def test_no_secret_is_in_what_a_command_says(said: Said, command: str):
    assert said.of[command]
    assert leaks_of(said.of[command]) == []


@pytest.mark.parametrize("kind", ["slack", "slack-bot", "email", "webhook", "apprise"])
def test_no_secret_is_in_what_a_channel_says_of_a_failure(said: Said, kind: str):
    """Several times, for the servers fail in turns."""
    assert said.settings is not None
    for _ in range(4):
        with pytest.raises(DeliveryError) as failed:
            alert.test_channel(said.settings, f"to-{kind}", utcnow())
        assert leaks_of(str(failed.value)) == []


def test_no_secret_is_in_what_is_kept(said: Said):
    assert said.settings is not None
    file = Path(said.settings.database.url.removeprefix("sqlite:///"))
    kept = [path.read_bytes().decode("latin-1") for path in (file, file.with_name(f"{file.name}-wal")) if path.exists()]
    assert kept
    assert [line for text in kept for line in leaks_of(text)] == []


@pytest.mark.parametrize("event", ["alert not accepted", "answer not taken", "door in trouble", "heartbeat not heard"])
def test_what_failed_is_in_the_log_all_the_same(said: Said, event: str):
    assert f'"event": "{event}"' in said.of["run"]


def test_the_log_is_json_line_by_line_but_for_words_to_people(said: Said):
    others = [line for line in said.of["run"].splitlines() if not line.startswith("{")]
    assert [line for line in others if not line.startswith(("reception: ", "dashboard: "))] == []


@pytest.mark.parametrize("words", [["status"], ["upgrade"], ["check", "--only", "database"], ["crawl"]])
def test_the_password_of_the_database_is_in_no_error(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    url = f"postgresql+psycopg://me:{secret_of('DATABASE')}@127.0.0.1:{free_port()}/emberwatch"
    monkeypatch.setenv("EMBERWATCH_DATABASE__URL", url)
    monkeypatch.setattr(sys, "argv", ["emberwatch", *words])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    with pytest.raises(SystemExit) as ended:
        main()
    told = "".join(capsys.readouterr())
    assert (ended.value.code, leaks_of(told)) == (1, [])
    assert told


def leaks_of(text: str) -> list[str]:
    """The lines that have the mark of a secret, as it is or in base64."""
    coded = [base64.b64encode(b" " * pad + MARK.encode())[4 if pad else 0 : -4].decode() for pad in (0, 1, 2)]
    forms = [MARK, *coded]
    return [line for line in text.splitlines() if any(form in line for form in forms)]


@pytest.mark.parametrize("pad", [0, 1, 2])
def test_a_leak_would_be_seen(pad: int):
    coded = base64.b64encode(("me:"[:pad] + secret_of("X_BEARER")).encode()).decode()
    assert len(leaks_of(f"fine\nAuthorization: {secret_of('X_BEARER')}\nBasic {coded}\n")) == 2
