"""An address is asked once: without redirects, with certificates checked, and not at private addresses unasked."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.web import NoAnswer, ask, is_address, is_here
from tests.alerting.receivers import HttpReceiver, http_receiver, make_certificate

SECOND = timedelta(seconds=1)


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with http_receiver() as receiver:
        yield receiver


@contextmanager
def speaker(words: bytes, *, pause_seconds: float = 0.0, certificate: Path | None = None) -> Iterator[int]:
    """A server that says these bytes one after the other to each who connects, whatever is asked."""
    server = socket.create_server(("127.0.0.1", 0))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    if certificate:
        context.load_cert_chain(certificate)

    def speak() -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(line, server_side=True) if certificate else line as open_line:
                    open_line.recv(10_000)
                    for byte in words:
                        open_line.sendall(bytes([byte]))
                        time.sleep(pause_seconds)
            except OSError:
                line.close()  # the client gave up

    thread = threading.Thread(target=speak, daemon=True)
    thread.start()
    yield server.getsockname()[1]
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


@pytest.mark.parametrize(
    ("url", "sound"),
    [
        ("https://hooks.example/in?a=b#c", True),
        ("http://10.0.0.9:5678/x", True),
        ("https://[2001:db8::1]/x", True),
        ("https://user:password@hooks.example", False),
        ("https://hooks.example:99999/", False),
        ("https://[::1", False),
        ("https:///x", False),
        ("https://hooks.example/a b", False),
        ("https://hooks.example/\r\nX: y", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_what_an_address_is(url: str, sound: bool):
    assert is_address(url) is sound


def test_this_machine_is_known_by_its_usual_names():
    assert all(map(is_here, ("http://localhost:1/", "http://127.0.0.1/", "http://[::1]:9/")))
    assert not is_here("https://localhost.example/")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "localhost", "[::ffff:127.0.0.1]"])
def test_nothing_is_sent_to_a_private_address_under_any_name(receiver: HttpReceiver, host: str):
    with pytest.raises(NoAnswer, match="private address") as caught:
        ask("POST", receiver.url.replace("127.0.0.1", host), timeout=SECOND, private=False, body=b"{}")
    assert caught.value.permanent
    assert receiver.requests == []


def test_a_proxy_may_have_a_private_address(receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("http_proxy", receiver.url.removesuffix("/in/very-secret-token"))
    monkeypatch.setenv("no_proxy", "")
    assert ask("GET", "http://hooks.example/in", timeout=SECOND, private=False).status == 200
    assert receiver.paths == ["http://hooks.example/in"]


def test_an_answer_of_any_status_is_an_answer(receiver: HttpReceiver):
    receiver.status, receiver.headers, receiver.answer = (
        307,
        {"Location": receiver.url, "X-Some": "thing"},
        "over there",
    )
    answer = ask("GET", receiver.url, timeout=SECOND, private=True)
    assert (answer.status, answer.words, answer.headers["x-some"]) == (307, "over there", "thing")
    assert len(receiver.requests) == 1


def test_of_a_long_answer_the_beginning_is_read(receiver: HttpReceiver):
    receiver.answer = "x" * 1_000_000
    assert 0 < len(ask("GET", receiver.url, timeout=SECOND, private=True).words) <= 2_000


def test_an_answer_whose_words_come_slowly_holds_nobody():
    with speaker(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 30, pause_seconds=0.05) as port:
        started = time.monotonic()
        assert ask("GET", f"http://127.0.0.1:{port}/", timeout=SECOND, private=True).status == 200
    assert time.monotonic() - started < 8


@pytest.mark.parametrize(
    "words", [b"SSH-2.0-OpenSSH\r\n", b"", b"HTTP/1.1 lots OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a" * 70_000]
)
def test_what_does_not_speak_http_is_no_answer(words: bytes):
    with speaker(words) as port, pytest.raises(NoAnswer, match="cannot be reached") as caught:
        ask("GET", f"http://127.0.0.1:{port}/very-secret-token", timeout=SECOND, private=True)
    assert "very-secret-token" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path):
    served = speaker(b"HTTP/1.1 200 OK\r\n\r\n", certificate=make_certificate(tmp_path))
    with served as port, pytest.raises(NoAnswer, match="SSLCertVerificationError"):
        ask("GET", f"https://127.0.0.1:{port}/", timeout=SECOND, private=True)


def test_a_certificate_of_the_systems_authorities_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    certificate = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with speaker(b"HTTP/1.1 204 No Content\r\n\r\n", certificate=certificate) as port:
        assert ask("GET", f"https://127.0.0.1:{port}/", timeout=SECOND, private=True).status == 204


def test_an_answer_is_read_whole_up_to_what_we_take(receiver: HttpReceiver):
    receiver.answer = "x" * 50_000
    asked = {"timeout": SECOND, "private": True}
    assert len(ask("GET", receiver.url, longest=50_000, **asked).words) == 50_000
    assert len(ask("GET", receiver.url, **asked).words) <= 2_000
    with pytest.raises(NoAnswer, match="more than we take"):
        ask("GET", receiver.url, longest=49_999, **asked)


def test_an_answer_that_drips_is_left_in_time_however_much_we_take():
    started = time.monotonic()
    drops = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"." * 500
    with speaker(drops, pause_seconds=0.02) as port, pytest.raises(NoAnswer, match="took too long"):
        ask("GET", f"http://127.0.0.1:{port}", timeout=SECOND, private=True, longest=100_000)
    assert time.monotonic() - started < 6
