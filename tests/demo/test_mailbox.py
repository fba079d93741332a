"""The mailbox takes mail by SMTP and keeps it as files."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from demo.mailbox import HOST, Mailbox
from demo.story import free_port


@pytest.fixture
def heard() -> list[tuple[str, Path]]:
    return []


@pytest.fixture
def mailbox(tmp_path: Path, heard: list[tuple[str, Path]]) -> Iterator[Mailbox]:
    mailbox = Mailbox(tmp_path / "mail", free_port(), lambda mail, path: heard.append((str(mail["Subject"]), path)))
    mailbox.start()
    yield mailbox
    mailbox.stop()


def send(mailbox: Mailbox, subject: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@shop.example", "b@shop.example", subject
    mail.set_content("کیتلی سے چنگاریاں نکلیں")
    with smtplib.SMTP(HOST, mailbox.port, timeout=10) as connection:
        connection.send_message(mail)


def test_mails_are_kept_in_the_order_they_came(mailbox: Mailbox) -> None:
    send(mailbox, "one")
    send(mailbox, "two")
    assert [path.name for path in mailbox.files()] == ["0001.eml", "0002.eml"]
    assert [mail["Subject"] for mail in mailbox.mails()] == ["one", "two"]


def test_a_mail_reads_as_it_was_sent(mailbox: Mailbox) -> None:
    send(mailbox, "کیتلی")
    (mail,) = mailbox.mails()
    assert mail["Subject"] == "کیتلی"
    assert mail.get_content().strip() == "کیتلی سے چنگاریاں نکلیں"


def test_the_listener_hears_of_each_mail_and_where_it_is(mailbox: Mailbox, heard: list[tuple[str, Path]]) -> None:
    send(mailbox, "one")
    assert heard == [("one", mailbox.files()[0])]
