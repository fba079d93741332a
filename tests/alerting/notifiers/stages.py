"""A stage per notifier: its receiver on this machine, in every mood that the contract asks for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from monitor.alerting.channel import ChannelOptions
from monitor.alerting.notifiers import apprise, console, email, slack, slack_bot, webhook
from tests.alerting.receivers import free_port, http_receiver, mail_server, silent_server, slack_receiver
from tests.alerting.slack_api import TOKEN, slack_api

SECRET = "very-secret-token"
WEBHOOK_SECRET = f"{SECRET}-of-a-webhook"


@dataclass
class Stage:
    """A channel, how many messages its receiver got, and the same channel when things go wrong.

    A notifier that reaches no further than this machine has nothing to go wrong.
    """

    works: ChannelOptions
    arrived: Callable[[], int]
    hangs: ChannelOptions | None = None
    is_away: ChannelOptions | None = None
    refuses: Callable[[], ChannelOptions] | None = None  # for good
    is_busy: Callable[[], ChannelOptions] | None = None  # for now


def slack_options(patch: pytest.MonkeyPatch, url: str, **values: Any) -> slack.Options:
    patch.setenv("SECRET_URL", url)
    given = {"type": "slack", "id": "team", "url": {"env": "SECRET_URL"}, "timeout": "1s"}
    return slack.Options.model_validate(given | values)


@contextmanager
def slack_stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    patch = request.getfixturevalue("monkeypatch")
    with slack_receiver() as receiver, silent_server() as silent:

        def mood(status: int, answer: str) -> ChannelOptions:
            receiver.status, receiver.answer = status, answer
            return slack_options(patch, receiver.url)

        yield Stage(
            works=slack_options(patch, receiver.url),
            arrived=lambda: len(receiver.received),
            hangs=slack_options(patch, f"http://127.0.0.1:{silent}/{SECRET}"),
            is_away=slack_options(patch, f"http://127.0.0.1:{free_port()}/{SECRET}"),
            refuses=lambda: mood(404, f"no_service {SECRET[:4]}"),
            is_busy=lambda: mood(503, "unavailable"),
        )


def slack_bot_options(patch: pytest.MonkeyPatch, url: str, **values: Any) -> slack_bot.Options:
    patch.setenv("SLACK_TOKEN", TOKEN)
    given = {"type": "slack_bot", "id": "team", "token": {"env": "SLACK_TOKEN"}, "channel": "#complaints", "url": url}
    return slack_bot.Options.model_validate(given | {"timeout": "1s"} | values)


@contextmanager
def slack_bot_stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    patch = request.getfixturevalue("monkeypatch")
    with slack_api() as api, silent_server() as silent:

        def mood(status: int, error: str) -> ChannelOptions:
            api.status, api.error = status, error
            return slack_bot_options(patch, api.url)

        yield Stage(
            works=slack_bot_options(patch, api.url),
            arrived=lambda: len(api.messages),
            hangs=slack_bot_options(patch, f"http://127.0.0.1:{silent}/"),
            is_away=slack_bot_options(patch, f"http://127.0.0.1:{free_port()}/"),
            refuses=lambda: mood(200, "token_revoked"),
            is_busy=lambda: mood(503, f"busy, said {TOKEN}"),
        )


def mail_options(port: int, **values: Any) -> email.Options:
    given = {
        "type": "email",
        "id": "mail",
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "Emberwatch <alerts@shop.example>",
        "recipients": ["amna@shop.example"],
        "timeout": "1s",
    }
    return email.Options.model_validate(given | values)


@contextmanager
def email_stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    patch = request.getfixturevalue("monkeypatch")
    patch.setenv("MAIL_PASSWORD", SECRET)
    login = {"username": "alerts", "password": {"env": "MAIL_PASSWORD"}}
    with mail_server(login=True) as server, silent_server() as silent:
        server.password = SECRET

        def mood(reply: str) -> ChannelOptions:
            server.data_reply = reply
            return mail_options(server.port, **login)

        yield Stage(
            works=mail_options(server.port, **login),
            arrived=lambda: len(server.mails),
            hangs=mail_options(silent, **login),
            is_away=mail_options(free_port(), **login),
            refuses=lambda: mood(f"554 refused, said {SECRET}"),
            is_busy=lambda: mood("451 try later"),
        )


@contextmanager
def console_stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    screen = request.getfixturevalue("capsys")
    yield Stage(
        works=console.Options(type="console", id="screen"),
        arrived=lambda: screen.readouterr().err.count("ALERT"),
    )


def webhook_options(patch: pytest.MonkeyPatch, url: Any, **values: Any) -> webhook.Options:
    patch.setenv("WEBHOOK_SECRET", WEBHOOK_SECRET)
    given = {"type": "webhook", "id": "hook", "url": url, "secret": {"env": "WEBHOOK_SECRET"}, "timeout": "1s"}
    return webhook.Options.model_validate(given | values)


@contextmanager
def webhook_stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    patch = request.getfixturevalue("monkeypatch")
    with http_receiver() as receiver, silent_server() as silent:

        def mood(status: int, answer: str) -> ChannelOptions:
            receiver.status, receiver.answer = status, answer
            return webhook_options(patch, receiver.url)

        yield Stage(
            works=webhook_options(patch, receiver.url),
            arrived=lambda: len(receiver.posts),
            hangs=webhook_options(patch, f"http://127.0.0.1:{silent}/{SECRET}"),
            is_away=webhook_options(patch, f"http://127.0.0.1:{free_port()}/{SECRET}"),
            refuses=lambda: mood(401, f"refused, said {WEBHOOK_SECRET}"),
            is_busy=lambda: mood(503, "unavailable"),
        )


def apprise_options(patch: pytest.MonkeyPatch, url: str, **values: Any) -> apprise.Options:
    patch.setenv("APPRISE_URL", url)
    given = {"type": "apprise", "id": "teams", "url": {"env": "APPRISE_URL"}, "timeout": "1s"}
    return apprise.Options.model_validate(given | values)


@contextmanager
def apprise_stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    patch = request.getfixturevalue("monkeypatch")
    with http_receiver() as receiver, silent_server() as silent:
        address = receiver.url.replace("http://", "json://")

        def mood(status: int, answer: str) -> ChannelOptions:
            receiver.status, receiver.answer = status, answer
            return apprise_options(patch, address)

        yield Stage(
            works=apprise_options(patch, address),
            arrived=lambda: len(receiver.posts),
            hangs=apprise_options(patch, f"json://127.0.0.1:{silent}/{SECRET}"),
            is_away=apprise_options(patch, f"json://127.0.0.1:{free_port()}/{SECRET}"),
            refuses=lambda: mood(404, f"nobody at {SECRET}"),
            is_busy=lambda: mood(503, "unavailable"),
        )


STAGES = {
    "apprise": apprise_stage,
    "console": console_stage,
    "email": email_stage,
    "slack": slack_stage,
    "slack_bot": slack_bot_stage,
    "webhook": webhook_stage,
}
REMOTE = ("apprise", "email", "slack", "slack_bot", "webhook")
PROBED = ("email", "slack", "slack_bot", "webhook")
"""Those that can look whether a receiver is there without a message; a service behind apprise offers no such look."""
