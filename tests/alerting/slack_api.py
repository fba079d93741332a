"""A Web API that judges as Slack's does: tokens, channels, threads, deleted messages, limits, and what a test asks."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from tests.alerting.receivers import slack_problems

TOKEN = "xoxb-very-secret-token"
CHANNEL_ID = "C024BE91L"


@dataclass
class SlackApi:
    """What was posted and changed, by the time that Slack knows it by."""

    url: str = ""
    channels: dict[str, str] = field(default_factory=lambda: {"#complaints": CHANNEL_ID})  # by name
    errors: list[str] = field(default_factory=list)  # of the next calls that post or change
    error: str = ""  # of all calls
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: str | None = None  # said in the place of an answer
    delay_seconds: float = 0.0
    archived: bool = False
    member: bool = True
    scopes: str = "chat:write,channels:read"
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    _number: int = 0

    @property
    def posts(self) -> list[dict[str, Any]]:
        return [body for method, body in self.calls if method == "chat.postMessage"]

    @property
    def updates(self) -> list[dict[str, Any]]:
        return [body for method, body in self.calls if method == "chat.update"]

    @property
    def firsts(self) -> list[dict[str, Any]]:
        """Messages that stand in the channel by themselves, as they look now."""
        return [body for body in self.messages.values() if "thread_ts" not in body]

    def answer(self, method: str, token: str, body: dict[str, Any]) -> dict[str, Any]:
        if token != f"Bearer {TOKEN}":
            return {"ok": False, "error": "invalid_auth"}
        if self.error:
            return {"ok": False, "error": self.error, "needed": "chat:write"}
        return {
            "auth.test": self._whose,
            "conversations.info": self._info,
            "chat.postMessage": self._post,
            "chat.update": self._change,
        }[method](body)

    def _whose(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, "team": "Mirchado", "user": "emberwatch"}

    def _info(self, body: dict[str, Any]) -> dict[str, Any]:
        if "channels:read" not in self.scopes:
            return {"ok": False, "error": "missing_scope", "needed": "channels:read"}
        if body["channel"] not in self.channels.values():
            return {"ok": False, "error": "channel_not_found"}
        found = {"name": "complaints", "is_archived": self.archived, "is_member": self.member}
        return {"ok": True, "channel": found}

    def _judged(self, method: str, body: dict[str, Any]) -> str:
        self.calls.append((method, body))
        found = slack_problems(body)
        self.problems += found
        if self.errors:
            return self.errors.pop(0)
        return "invalid_blocks" if found else ""

    def _post(self, body: dict[str, Any]) -> dict[str, Any]:
        channel = self.channels.get(body["channel"], body["channel"])
        error = self._judged("chat.postMessage", body)
        if not error and channel not in self.channels.values():
            error = "channel_not_found"
        if not error and body.get("thread_ts", "") not in ("", *self.messages):
            error = "thread_not_found"
        if error:
            return {"ok": False, "error": error}
        self._number += 1
        ts = f"1503435956.{self._number:06}"
        self.messages[ts] = body
        return {"ok": True, "channel": channel, "ts": ts, "message": body}

    def _change(self, body: dict[str, Any]) -> dict[str, Any]:
        error = self._judged("chat.update", body)
        if not error and body["ts"] not in self.messages:
            error = "message_not_found"
        if error:
            return {"ok": False, "error": error}
        self.messages[body["ts"]] |= {"blocks": body["blocks"], "text": body["text"]}
        return {"ok": True, "channel": body["channel"], "ts": body["ts"]}


@contextmanager
def slack_api() -> Iterator[SlackApi]:
    api = SlackApi()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            if "json" in self.headers.get("Content-Type", ""):
                body = json.loads(sent or "{}")
            else:
                body = {name: values[0] for name, values in parse_qs(sent).items()}
            answer = api.answer(self.path.rpartition("/")[2], self.headers.get("Authorization", ""), body)
            time.sleep(api.delay_seconds)
            try:
                self.send_response(api.status)
                for name, value in ({"x-oauth-scopes": api.scopes} | api.headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write((json.dumps(answer) if api.raw is None else api.raw).encode())
            except ConnectionError:
                pass  # the client gave up

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    api.url = f"http://127.0.0.1:{server.server_port}/api/"
    yield api
    server.shutdown()
    server.server_close()
    thread.join()
