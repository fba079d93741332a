"""How the demo reads the monitor's terminal, and how it ends it."""

import io
from email.message import EmailMessage
from pathlib import Path

import pytest

from demo.monitoring import Monitor, is_last
from demo.story import acknowledge_link, is_alarm


@pytest.mark.parametrize(
    ("line", "last"),
    [
        ("ALERT [high] Mirchado: 6 negative in 5 min", False),
        ("  Severity: high", False),
        ("  “bad kettle” – a, reviews, http://127.0.0.1:8750/x", False),
        ("Open the incident, take it. http://127.0.0.1:8501/incident?id=1", True),
    ],
)
def test_an_alert_ends_with_what_to_do_and_where(line: str, last: bool) -> None:
    assert is_last(line) is last


@pytest.mark.parametrize(
    ("subject", "alarm"),
    [
        ("[critical] Mirchado: 6 negative in 5 min", True),
        ("Emberwatch: The channel mail does not work", False),
        ("Mirchado is over after 2 h", False),
    ],
)
def test_only_the_brands_trouble_counts_as_the_alert(subject: str, alarm: bool) -> None:
    assert is_alarm(subject) is alarm


def test_the_first_button_of_a_mail_is_shown() -> None:
    mail = EmailMessage()
    mail.set_content(
        "Acknowledge:\nhttp://127.0.0.1:8502/act/AQ?do=ack\n\nNoise:\nhttp://127.0.0.1:8502/act/AQ?do=noise\n"
    )
    assert acknowledge_link(mail) == "http://127.0.0.1:8502/act/AQ?do=ack"
    assert acknowledge_link(EmailMessage()) == ""


def test_an_alert_is_read_whole_though_its_second_line_names_an_address(tmp_path: Path) -> None:
    heard: list[list[str]] = []
    monitor = Monitor(tmp_path / "config.yaml", tmp_path / "monitor.log", {}, heard.append, dashboard=False)
    lines = [
        "ALERT [high] Mirchado: 6 negative in 5 min",
        "6 negative mentions in 5 min, first: http://127.0.0.1:8750/x",
        "  Severity: high",
        "Open the incident, take it. http://127.0.0.1:8501/incident?id=1",
    ]
    monitor._read(io.StringIO("\n".join(["a line of the log", *lines, "another", ""])))
    assert heard == [lines]


def test_a_monitor_that_cannot_start_says_why(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("brands: []\n", encoding="utf-8")
    monitor = Monitor(config, tmp_path / "monitor.log", {}, lambda _: None, dashboard=False)
    monitor.start()
    monitor.wait(60)
    monitor.stop()
    assert monitor.exit_code == 2
    assert "brands" in monitor.last_words()
