"""Real receivers on this machine: one that judges like Slack, a mail server, and one that never answers."""

import ipaddress
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from monitor.clock import utcnow


def units(text: str) -> int:
    """Length as JavaScript counts it, the larger of the two ways."""
    return len(text.encode("utf-16-le")) // 2


def slack_problems(body: dict[str, Any]) -> list[str]:
    """What Slack's documented limits would refuse in a message."""
    blocks = body.get("blocks", [])
    problems = [f"{len(blocks)} blocks"] if len(blocks) > 50 else []
    problems += [] if 0 < units(body.get("text", "")) <= 4000 else ["text"]
    size = units(json.dumps(blocks, ensure_ascii=False))  # more than 12,000 in all is refused, as people found out
    problems += [f"{size} characters of blocks"] if size > 12_000 else []
    for block in blocks:
        problems += [f"{block['type']}: {problem}" for problem in _block_problems(block)]
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    return problems + (["block_id twice"] if len(set(ids)) < len(ids) else [])


def _block_problems(block: dict[str, Any]) -> Iterator[str]:
    limits = {"header": 150, "section": 3000}
    if units(block.get("block_id", "")) > 255:
        yield "block_id"
    if block["type"] in limits and "text" in block:
        yield from _text_problems(block["text"], limits[block["type"]])
    if block["type"] == "section" and not ("text" in block or block.get("fields")):
        yield "neither text nor fields"
    if len(block.get("fields", [])) > 10 or len(block.get("elements", [])) > (10 if block["type"] == "context" else 5):
        yield "too many parts"
    for part in block.get("fields", []):
        yield from _text_problems(part, 2000)
    for button in [block.get("accessory"), *block.get("elements", [])]:
        if button and button["type"] == "button":
            yield from _text_problems(button["text"], 75)
            yield from [] if 0 < len(button["url"]) <= 3000 else ["url"]


def _text_problems(part: dict[str, Any], limit: int) -> Iterator[str]:
    text = part["text"]
    if not 0 < units(text) <= limit:
        yield f"{units(text)} characters, {limit} allowed"
    if re.search(r"&(?!amp;|lt;|gt;)", text):
        yield "a halved or unknown entity"
    if re.search(r"[<>]", text):
        yield "an unescaped control character"


@dataclass
class SlackReceiver:
    """Answers posts like an incoming webhook: 200 ok, 400 invalid_blocks, or what the test asks for."""

    url: str = ""
    status: int = 200
    answer: str = "ok"
    headers: dict[str, str] = field(default_factory=dict)
    delay_seconds: float = 0.0
    is_slack: bool = True  # False: takes empty texts, as other receivers may
    refusal: str = "no_text"  # of an empty text
    before_answer: Callable[[], None] = lambda: None
    received: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        return [body["blocks"][0]["block_id"] for body in self.received]


@contextmanager
def slack_receiver() -> Iterator[SlackReceiver]:
    receiver = SlackReceiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if receiver.is_slack and body == {"text": ""}:
                self._say(*((400, receiver.refusal) if receiver.status == 200 else (receiver.status, receiver.answer)))
                return
            problems = slack_problems(body) if receiver.is_slack else []
            receiver.received.append(body)
            receiver.problems += problems
            receiver.before_answer()
            time.sleep(receiver.delay_seconds)
            self._say(*((400, "invalid_blocks") if problems else (receiver.status, receiver.answer)))

        def _say(self, status: int, answer: str) -> None:
            try:
                self.send_response(status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.encode())
            except ConnectionError:
                pass  # the client was killed or gave up

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/services/T0/B0/very-secret-token"
    yield receiver
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass(frozen=True)
class Post:
    """One request as it came; names of headers in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class HttpReceiver:
    """Takes what is posted or asked, and answers what the test says; HEAD is answered with 405 as most programs do."""

    url: str = ""
    status: int = 200
    answer: str = "taken"
    headers: dict[str, str] = field(default_factory=dict)
    delay_seconds: float = 0.0
    requests: list[Post] = field(default_factory=list)

    @property
    def posts(self) -> list[Post]:
        return [request for request in self.requests if request.method == "POST"]

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]


@contextmanager
def http_receiver(path: str = "/in/very-secret-token") -> Iterator[HttpReceiver]:
    receiver = HttpReceiver()

    class Handler(BaseHTTPRequestHandler):
        def _take(self, status: int | None = None) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.requests.append(Post(self.command, self.path, headers, body))
            time.sleep(receiver.delay_seconds)
            try:
                self.send_response(status or receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(receiver.answer.encode())
            except ConnectionError:
                pass  # the client gave up

        def do_POST(self) -> None:
            self._take()

        def do_GET(self) -> None:
            self._take()

        def do_HEAD(self) -> None:
            self._take(405)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}{path}"
    yield receiver
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class MailServer:
    """A mail server that keeps what it gets; replies can be changed by the test."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    reached: list[list[str]] = field(default_factory=list)  # the recipients of each mail
    recipient_replies: dict[str, str] = field(default_factory=dict)
    data_reply: str = "250 taken"
    drop_after_data: bool = False
    encrypted: list[bool] = field(default_factory=list)
    password: str = "open sesame"

    async def handle_RCPT(  # noqa: N802 (the library's name)
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self.recipient_replies.get(address, "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        if self.data_reply.startswith("250"):
            self.raw.append(content)
            self.reached.append(list(envelope.rcpt_tos))
            self.mails.append(message_from_bytes(content, policy=policy.default))
            self.encrypted.append(session.ssl is not None)
        if self.drop_after_data:
            server.transport.abort()
        return self.data_reply

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and data.password == self.password.encode()
        return AuthResult(success=right, handled=False)


class _Quick(Controller):
    """Chooses a free port by itself."""

    def __init__(self, handler: MailServer, **options: Any) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        super().__init__(handler, hostname="127.0.0.1", port=port, **options)


@contextmanager
def mail_server(
    certificate: Path | None = None, *, implicit: bool = False, login: bool = False
) -> Iterator[MailServer]:
    """A mail server: plain, with STARTTLS, or with TLS from the first byte (`implicit`)."""
    server = MailServer()
    options: dict[str, Any] = {}
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        options["ssl_context" if implicit else "tls_context"] = context
    if login:
        options |= {"authenticator": server.authenticate, "auth_require_tls": False}
    controller = _Quick(server, **options)
    controller.start()
    server.port = controller.port
    yield server
    controller.stop()


def make_certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1, with its key, in one file; it vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = utcnow()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def silent_server() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextmanager
def dripping_server() -> Iterator[int]:
    """A port where an answer begins at once and never ends: a drop every 50 ms."""
    ends = threading.Event()

    def drip(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not ends.wait(0.05):
                connection.sendall(b".")

    def accept(listener: socket.socket) -> None:
        with suppress(OSError):
            while not ends.is_set():
                connection, _ = listener.accept()
                threading.Thread(target=drip, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
        yield int(listener.getsockname()[1])
        ends.set()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
