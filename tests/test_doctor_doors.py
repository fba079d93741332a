"""The doctor's look at the doors: nothing is taken in, and each trouble comes with what to do."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.doctor import Area, doors, steps
from monitor.verdict import State, Verdict
from tests.contexts import make_settings
from tests.doors.dovecot import free_port

MAIL = {"type": "imap", "id": "post", "brands": ["karak"], "host": "127.0.0.1", "tls": "none", "user": "help"}


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOOR_SECRET", "a-secret-of-some-length")


def verdict(door: dict[str, object], **changes: object) -> Verdict:
    (only,) = doors.examine(make_settings(doors=[door], **changes))
    return only


@pytest.fixture
def port() -> Iterator[int]:
    """Where something answers as the reception does."""

    class Well(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"ok\n")

        def log_message(self, *words: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Well)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_a_mailbox_that_cannot_be_reached_fails_with_what_to_check():
    found = verdict({**MAIL, "port": free_port(), "password": {"env": "DOOR_SECRET"}})
    assert (found.state, found.area) == (State.FAILS, Area.DOORS)
    assert "cannot be reached" in found.found
    assert "app password" in found.remedy
    assert "a-secret" not in f"{found}"


def test_a_folder_must_be_there(tmp_path: Path):
    folder = {"type": "folder", "id": "files", "brands": ["karak"], "path": str(tmp_path)}
    assert verdict(folder).state is State.OK
    assert "is no folder" in verdict({**folder, "path": str(tmp_path / "nowhere")}).found


def test_a_reception_that_answers_is_well_and_one_that_does_not_is_worth_knowing(port: int):
    hook = {"type": "webhook", "id": "till", "brands": ["karak"], "secret": {"env": "DOOR_SECRET"}}
    well = verdict(hook, reception={"port": port, "url": "https://in.karak.example"})
    assert (well.state, "https://in.karak.example/in/till" in well.found) == (State.OK, True)
    assert verdict(hook, reception={"port": free_port()}).state is State.WARNING


def test_doors_that_are_off_or_far_are_left_alone():
    door = {"type": "survey", "id": "visit", "brands": ["karak"], "enabled": False}
    assert verdict(door).state is State.SKIPPED
    settings = make_settings(doors=[{**door, "enabled": True}])
    (step,) = steps(settings, Path("config.yaml"), None, only=[Area.DOORS], offline=True)
    assert [found.state for found in step.verdicts()] == [State.SKIPPED]


def test_links_in_alerts_need_a_reception_that_answers(port: int):
    mail = {"type": "email", "id": "mail", "host": "127.0.0.1", "security": "none", "sender": "a@b.example"}
    channels = [{**mail, "recipients": ["c@d.example"]}]
    for number, state in ((port, State.OK), (free_port(), State.WARNING)):
        (found,) = doors.examine(make_settings(channels=channels, reception={"port": number}))
        assert (found.subject, found.state) == ("links in alerts", state)
