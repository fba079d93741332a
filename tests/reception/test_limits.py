"""The reception stays well: floods, large and slow visitors, odd methods; and it tells strangers nothing."""

import json
import re
import socket
import time
from contextlib import suppress

import pytest
from starlette.requests import Request

from monitor.reception import limits
from monitor.reception.app import CLOSED_POLICY, Desk
from monitor.reception.limits import LARGEST_BODY, PER_ADDRESS, Rates, address_of
from monitor.reception.server import Punctual
from tests.reception.conftest import House


def answered(connection: socket.socket) -> bytes:
    """All that comes until the other end closes."""
    received = b""
    while piece := connection.recv(65536):
        received += piece
    return received


def connected(house: House) -> socket.socket:
    return socket.create_connection(("127.0.0.1", house.port), timeout=20)


def test_rates_refill_with_time():
    at = [0.0]
    rates = Rates(lambda: at[0])
    assert [rates.wait("a", 2) for _ in range(2)] == [0, 0]
    assert rates.wait("a", 2) == pytest.approx(30)
    assert rates.wait("b", 2) == 0
    at[0] = 30
    assert rates.wait("a", 2) == 0
    assert rates.wait("a", 2) > 0


def test_no_flood_of_addresses_fills_the_memory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "MOST_KEPT", 10)
    rates = Rates(lambda: 0.0)
    for number in range(100):
        rates.wait(str(number), 5)
    assert len(rates._left) == 10


def request_of(client: str, *forwarded: str) -> Request:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return Request({"type": "http", "client": (client, 1), "headers": headers, "method": "GET", "path": "/"})


@pytest.mark.parametrize(
    ("request_", "behind_proxy", "address"),
    [
        (request_of("192.0.2.1"), False, "192.0.2.1"),
        (request_of("192.0.2.1", "198.51.100.9"), False, "192.0.2.1"),
        (request_of("127.0.0.1", "203.0.113.5, 198.51.100.9"), True, "198.51.100.9"),
        (request_of("127.0.0.1", "203.0.113.5", "198.51.100.9"), True, "198.51.100.9"),
        (request_of("127.0.0.1"), True, "127.0.0.1"),
        (request_of("127.0.0.1", "nonsense"), True, "unknown"),
        (request_of("2001:db8:1:2:3:4:5:6"), False, "2001:db8:1:2::/64"),
        (request_of("127.0.0.1", "::ffff:198.51.100.9"), True, "198.51.100.9"),
    ],
)
def test_who_asks_is_told_by_our_own_proxy_or_by_the_connection(request_: Request, behind_proxy: bool, address: str):
    assert address_of(request_, behind_proxy=behind_proxy) == address


def test_one_address_may_not_ask_without_end(house: House):
    for _ in range(PER_ADDRESS):
        house.desk.rates.wait("address 127.0.0.1", PER_ADDRESS)
    answer = house.post({"text": "x"})
    assert (answer.status, answer.json) == (429, {"error": "too many requests"})
    assert int(answer.headers["retry-after"]) >= 1
    assert house.ask("GET", "/health").status == 200


def test_one_door_may_not_be_flooded(house: House):
    door = house.desk.hook("till")
    assert door is not None
    for _ in range(door.per_minute):
        house.desk.rates.wait("door till", door.per_minute)
    assert house.post({"text": "x"}).status == 429


def test_a_body_that_says_it_is_too_large_is_not_read(house: House):
    answer = house.ask("POST", "/in/till", b"", Content_Length=str(LARGEST_BODY + 1))
    assert answer.status == 413


def test_a_body_that_grows_too_large_is_cut_off(house: House):
    with connected(house) as connection:
        connection.sendall(b"POST /in/till HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        piece = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
        for _ in range(LARGEST_BODY // 0x10000 + 1):
            connection.sendall(piece)
        assert connection.recv(65536).startswith(b"HTTP/1.1 413")


def test_a_body_that_does_not_come_is_not_waited_for(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.3)
    with connected(house) as connection:
        connection.sendall(b"POST /in/till HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
        assert connection.recv(65536).startswith(b"HTTP/1.1 408")


def test_headers_that_come_letter_by_letter_are_not_waited_for(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Punctual, "head_seconds", 0.5)
    with connected(house) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        began = time.monotonic()
        with suppress(OSError):  # reset, or a broken pipe
            while time.monotonic() - began < 15:
                connection.sendall(b"a")
                time.sleep(0.1)
    assert time.monotonic() - began < 10


def test_a_connection_that_says_nothing_is_closed(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Punctual, "head_seconds", 0.3)
    with connected(house) as connection, suppress(ConnectionResetError):
        assert connection.recv(10) == b""


def test_several_requests_may_come_by_one_connection(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Punctual, "head_seconds", 2.0)
    with connected(house) as connection:
        for _ in range(3):
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = connection.recv(65536)
            while answer and not answer.endswith(b"ok\n"):
                answer += connection.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200")
            time.sleep(0.8)


def test_headers_beyond_reason_are_refused(house: House):
    with connected(house) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 100_000)
        with suppress(ConnectionResetError):
            assert connection.recv(65536)[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 431")


@pytest.mark.parametrize(
    "noise", [b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 50 + b"x"]
)
def test_what_is_no_http_does_no_harm(house: House, noise: bytes):
    with connected(house) as connection:
        connection.sendall(noise)
        connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            answered(connection)
    assert house.ask("GET", "/health").text == "ok\n"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "TRACE"])
def test_every_answer_is_closed_to_other_sites_and_tells_nothing_of_us(house: House, method: str):
    for path in ("/", "/in/till", "/ask/visit", "/health", "/in/", "/ask/visit.js/x", "/../etc/passwd"):
        answer = house.ask(method, path)
        assert answer.status in (200, 204, 404, 405)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert not any(name.startswith("access-control") or name == "server" for name in answer.headers)


def test_what_is_possible_somewhere_is_told(house: House):
    assert house.ask("OPTIONS", "/in/till").headers["allow"] == "POST, OPTIONS"
    refused = house.ask("GET", "/in/till")
    assert (refused.status, refused.headers["allow"]) == (405, "POST, OPTIONS")
    head = house.ask("HEAD", "/ask/visit")
    assert (head.status, head.body) == (200, b"")


def test_of_our_own_errors_strangers_learn_nothing(house: House, monkeypatch: pytest.MonkeyPatch):
    def broken() -> None:
        raise RuntimeError("a detail of the inside")

    monkeypatch.setattr(house.desk, "now", broken)
    answer = house.post({"text": "x"})
    assert answer.status == 500
    assert json.loads(answer.text) == {"error": "an error on our side; please send it again"}
    assert answer.headers["content-security-policy"] == CLOSED_POLICY


def test_the_form_loads_nothing_from_anywhere(house: House):
    text = house.ask("GET", "/ask/visit").text
    assert re.findall(r'(?:src|href)="(?!\?)[^"]*"', text) == []


def test_forged_messages_do_not_use_up_what_the_real_sender_may_send(house: House):
    for number in range(PER_ADDRESS - 1):
        assert house.ask("POST", "/in/till", b"{}", X_Emberwatch_Signature="0" * 64).status == 401, number
    assert house.desk.rates.wait("door till", 120) == 0


def test_one_address_does_not_use_up_the_answers_of_all(house: House):
    door = house.desk.survey("visit")
    assert door is not None
    body, kind = b"score=1&comment=flood", {"Content_Type": "application/x-www-form-urlencoded"}
    statuses = {house.ask("POST", "/ask/visit", body, **kind).status for _ in range(door.per_minute)}
    assert statuses == {422, 429}
    assert house.desk.rates.wait("door visit", door.per_minute) == 0


def test_a_door_for_many_messages_takes_them_from_one_address(house: House):
    crowded = house.desk.settings.model_copy(
        update={"doors": tuple(door.model_copy(update={"per_minute": 500}) for door in house.desk.settings.doors)}
    )
    assert Desk(crowded, house.engine, "key", house.desk.tally).per_address == 500
    assert house.desk.per_address == PER_ADDRESS
