"""Messages on the terminal: panels for people, plain lines elsewhere, never a way to steer the terminal."""

import io
import sys

import pytest

from monitor.alerting.notifiers import console
from monitor.errors import DeliveryError
from tests.alerting.samples import HOSTILE, TELUGU, URDU, hostile_message, message, several

OPTIONS = console.Options(type="console", id="console")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_without_a_terminal_lines_are_plain_and_whole(capsys: pytest.CaptureFixture[str]) -> None:
    console.send(OPTIONS, message())
    shown = capsys.readouterr().err
    lines = shown.splitlines()
    assert lines[0] == "ALERT [high] Rose Cart, Refund: 14 negative in 40 min"
    assert lines[2:4] == ["  Severity: high", "  Owner: nobody yet"]
    assert lines[4] == "  “The parcel never came.” – author 3f9c2a, reviews, https://shop.example/reviews/7"
    assert URDU in shown
    assert TELUGU in shown
    assert lines[-1].endswith("https://watch.example/incident?id=7")


def test_on_a_terminal_it_is_a_panel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm-256color")
    console.send(OPTIONS, message())
    assert isinstance(sys.stderr, Terminal)
    assert "╭" in sys.stderr.getvalue()


@pytest.mark.parametrize("name", HOSTILE)
def test_outside_text_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str], name: str) -> None:
    console.send(OPTIONS, hostile_message(HOSTILE[name]))
    shown = capsys.readouterr().err
    assert not {char for char in shown if ord(char) < 32 or 127 <= ord(char) < 160} - {"\n"}
    assert not {"\u202e", "\u202d", "\u2066"} & set(shown)


def test_markup_is_shown_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    console.send(OPTIONS, message(sentence="[red]rich[/red] :fire:"))
    assert "[red]rich[/red] :fire:" in capsys.readouterr().err


def test_a_terminal_that_is_gone_may_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    with pytest.raises(DeliveryError) as caught:
        console.send(OPTIONS, message())
    assert not caught.value.permanent


def test_several_incidents_are_told_one_after_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    console.send(OPTIONS, several())
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "ALERT Rose Cart: 2 incidents, 1 critical, 1 over"
    assert lines[2:5] == [
        "  [critical] Rose Cart, Refund",
        "    Getting worse: critical (38 negative in 40 min, usually 0.6)",
        "    Owner: nobody yet",
    ]
    assert lines[-1] == "Open Rose Cart, Refund: https://watch.example/incident?id=7"


def test_several_fit_into_a_panel_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm-256color")
    console.send(OPTIONS, several("digest"))
    assert isinstance(sys.stderr, Terminal)
    assert "Owner: nobody yet" in sys.stderr.getvalue()


@pytest.mark.parametrize(("kind", "head"), [("digest", "DIGEST"), ("report", "REPORT"), ("several", "ALERT")])
def test_the_first_word_says_what_it_is(capsys: pytest.CaptureFixture[str], kind: str, head: str) -> None:
    console.send(OPTIONS, several(kind))
    assert capsys.readouterr().err.startswith(f"{head} ")
