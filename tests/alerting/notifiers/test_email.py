"""Mails against a real SMTP server: encryption, login, refusals, threading, hostile text, right to left."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from lxml import html
from pydantic import ValidationError

from monitor.alerting.channel import PartlyDelivered
from monitor.alerting.notifiers import email
from monitor.errors import DeliveryError
from monitor.facts import Severity
from tests.alerting.notifiers.stages import mail_options
from tests.alerting.receivers import MailServer, mail_server, make_certificate, silent_server
from tests.alerting.samples import HOSTILE, NOON, TELUGU, URDU, hostile_message, message


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"))


def refusal(options: email.Options) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        email.send(options, message())
    return caught.value


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_mail_arrives_as_text_and_html(server: MailServer) -> None:
    email.send(mail_options(server.port), message())
    (mail,) = server.mails
    assert mail.get_content_type() == "multipart/alternative"
    assert mail["Subject"] == "[high] Rose Cart, Refund: 14 negative in 40 min"
    assert mail["From"] == "Emberwatch <alerts@shop.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    for kind in ("plain", "html"):
        shown = body(mail, kind)
        assert all(part in shown for part in ("usually 0.6", "The parcel never came.", URDU, TELUGU, "nobody yet"))
        assert "https://watch.example/incident?id=7" in shown


def test_the_receipt_is_the_message_id_and_a_second_try_has_the_same(server: MailServer) -> None:
    receipts = {email.send(mail_options(server.port), message()) for _ in range(2)}
    assert receipts == {mail["Message-ID"] for mail in server.mails}
    assert len(server.mails) == 2
    assert server.raw[0].split(b"boundary")[0] == server.raw[1].split(b"boundary")[0]


def test_messages_of_one_incident_are_one_thread() -> None:
    options = mail_options(25)
    first = email.compose(options, message(key="1:mail"))
    second = email.compose(options, message(key="2:mail", at=NOON + timedelta(hours=1)))
    other = email.compose(options, message(key="3:mail", thread="incident:8"))
    assert first["Message-ID"] != second["Message-ID"]
    assert first["References"] == second["References"] == second["In-Reply-To"] != other["References"]


def test_only_critical_mails_are_marked_important() -> None:
    options = mail_options(25)
    assert email.compose(options, message())["Importance"] is None
    assert email.compose(options, message(severity=Severity.CRITICAL))["Importance"] == "high"


@pytest.mark.parametrize("name", HOSTILE)
def test_outside_text_forges_no_header_and_no_markup(server: MailServer, name: str) -> None:
    email.send(mail_options(server.port), hostile_message(HOSTILE[name]))
    (mail,) = server.mails
    assert set(mail.keys()) <= {
        "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
        "MIME-Version", "Content-Type", "X-Peer", "X-MailFrom", "X-RcptTo",
    }  # fmt: skip
    assert mail["To"] == "amna@shop.example"
    assert len(mail.defects) == 0
    page = html.fromstring(body(mail, "html"))
    assert {element.tag for element in page.iter()} <= {
        "html", "head", "meta", "title", "style", "body", "table", "tbody", "tr", "td", "th", "h1", "p",
        "blockquote", "div", "span", "bdi", "a", "br",
    }  # fmt: skip
    attributes = {key for element in page.iter() for key in element.attrib}
    assert not {key for key in attributes if key.startswith("on")}
    assert all(re.match("https?://", address) for address in page.xpath("//a/@href"))


def test_a_long_urdu_subject_comes_back_as_it_was(server: MailServer) -> None:
    email.send(mail_options(server.port), message(subject=f"{URDU} {TELUGU}"))
    assert server.mails[0]["Subject"] == f"{URDU} {TELUGU}"


def test_huge_texts_make_a_small_mail(server: MailServer) -> None:
    email.send(mail_options(server.port), hostile_message(HOSTILE["long"]))
    assert len(server.raw[0]) < 100_000


def test_right_to_left_is_marked_quote_by_quote() -> None:
    mail = email.compose(mail_options(25), message())
    page = html.fromstring(body(mail, "html"))
    assert page.xpath("//blockquote/div[1]/@dir") == ["auto", "rtl", "auto"]


def test_it_is_readable_on_a_phone() -> None:
    page = html.fromstring(body(email.compose(mail_options(25), message()), "html"))
    assert page.xpath("//meta[@name='viewport']/@content") == ["width=device-width, initial-scale=1"]
    assert "max-width:600px" in page.xpath("//table/@style")[0]


def test_starttls_encrypts_the_mail(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(certificate) as server:
        email.send(mail_options(server.port, security="starttls"), message())
    assert server.encrypted == [True]


def test_tls_encrypts_from_the_first_byte(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(certificate, implicit=True) as server:
        email.send(mail_options(server.port, security="tls"), message())
    assert len(server.mails) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    with mail_server(certificate) as server:
        error = refusal(mail_options(server.port, security="starttls"))
    assert "certificate" in str(error).lower()
    assert server.mails == []


def test_a_server_without_starttls_gets_no_mail(server: MailServer) -> None:
    assert refusal(mail_options(server.port, security="starttls")).permanent
    assert server.mails == []


def test_a_right_login_is_accepted_and_a_wrong_one_is_permanent(monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server(login=True) as server:
        monkeypatch.setenv("MAIL_PASSWORD", server.password)
        options = mail_options(server.port, username="a", password={"env": "MAIL_PASSWORD"})
        email.send(options, message())
        server.password = "changed"
        error = refusal(options)
    assert error.permanent
    assert "535" in str(error)
    assert "check username and password" in str(error)


def test_a_password_that_smtp_cannot_carry_is_permanent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "päßword")
    with mail_server(login=True) as server:
        error = refusal(mail_options(server.port, username="a", password={"env": "MAIL_PASSWORD"}))
    assert error.permanent
    assert "ä" not in str(error)


@pytest.mark.parametrize(("reply", "permanent"), [("550 no such user", True), ("450 greylisted", False)])
def test_refused_recipients(server: MailServer, reply: str, permanent: bool) -> None:
    server.recipient_replies["amna@shop.example"] = reply
    error = refusal(mail_options(server.port))
    assert error.permanent is permanent
    assert reply in str(error)


def test_some_recipients_refused_is_delivered_in_part(server: MailServer) -> None:
    server.recipient_replies["gone@shop.example"] = "550 no such user"
    error = refusal(mail_options(server.port, recipients=["amna@shop.example", "gone@shop.example"]))
    assert isinstance(error, PartlyDelivered)
    assert "gone@shop.example (550" in str(error)
    assert len(server.mails) == 1


def test_those_who_have_a_mail_do_not_get_it_again_when_those_who_waited_are_gone_from_the_config(
    server: MailServer,
) -> None:
    email.send(mail_options(server.port), message(only_for=("was-here@shop.example",)))
    assert server.mails == []


@pytest.mark.parametrize(("reply", "permanent"), [("554 spam", True), ("452 disk full", False)])
def test_refused_content(server: MailServer, reply: str, permanent: bool) -> None:
    server.data_reply = reply
    assert refusal(mail_options(server.port)).permanent is permanent


def test_a_dropped_connection_is_tried_again_under_the_same_id(server: MailServer) -> None:
    server.drop_after_data = True
    assert not refusal(mail_options(server.port)).permanent
    server.drop_after_data = False
    email.send(mail_options(server.port), message())
    assert len({mail["Message-ID"] for mail in server.mails}) == 1


def test_a_server_that_never_says_hello_is_left_in_time() -> None:
    with silent_server() as port:
        assert "too long" in str(refusal(mail_options(port, timeout="1s")))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"username": "a"}, "go together"),
        ({"password": {"env": "MAIL_PASSWORD"}}, "go together"),
        ({"host": "mail.example", "username": "a", "password": {"env": "MAIL_PASSWORD"}}, "starttls or tls"),
        ({"recipients": []}, "at least 1"),
        ({"recipients": ["a@b.example, c@d.example"]}, "not an address"),
        ({"sender": "Me\r\nBcc: x@y.example <a@b.example>"}, "not an address"),
        ({"sender": "nobody"}, "not an address"),
        ({"password": "plain"}, "env: NAME"),
        ({"security": "ssl"}, "starttls"),
        ({"id": "Not A Slug"}, "pattern"),
        ({"colour": "red"}, "not permitted"),
    ],
)
def test_wrong_options_are_refused(values: dict[str, object], words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "pass-phrase")
    with pytest.raises(ValidationError, match=words) as caught:
        mail_options(25, **values)
    assert "pass-phrase" not in str(caught.value)
    assert "'plain'" not in str(caught.value)


def test_a_probe_names_the_recipients_and_sends_nothing(server: MailServer) -> None:
    assert email.probe(mail_options(server.port)) == "127.0.0.1 takes mail for amna@shop.example; nothing was sent"
    assert server.mails == []


def test_a_probe_logs_in_over_tls(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("MAIL_PASSWORD", "open sesame")
    login = {"username": "alerts", "password": {"env": "MAIL_PASSWORD"}, "security": "tls"}
    with mail_server(certificate, implicit=True, login=True) as server:
        assert "login accepted" in email.probe(mail_options(server.port, **login))


def test_a_probe_finds_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "open barley")
    with mail_server(login=True) as server, pytest.raises(DeliveryError, match="check username and password") as caught:
        email.probe(mail_options(server.port, username="alerts", password={"env": "MAIL_PASSWORD"}))
    assert "open barley" not in str(caught.value)


@pytest.mark.parametrize(("reply", "permanent"), [("550 no such user", True), ("450 later", False)])
def test_a_probe_finds_a_recipient_that_is_refused(server: MailServer, reply: str, permanent: bool) -> None:
    server.recipient_replies["amna@shop.example"] = reply
    with pytest.raises(DeliveryError, match=r"refused the recipients: amna@shop\.example") as caught:
        email.probe(mail_options(server.port))
    assert caught.value.permanent is permanent


@pytest.mark.parametrize(
    "subject",
    ["=?utf-8?q?=0D=0ABcc:_evil@shop.example?=", "x =?utf-8?b?4oCuZXZpbA==?= y", f"{'A' * 70} é", "=?utf-8?q?hi?="],
)
def test_a_subject_is_read_as_it_was_written_and_becomes_no_other_header(server: MailServer, subject: str) -> None:
    email.send(mail_options(server.port), message(subject=subject))
    (mail,) = server.mails
    assert str(mail["Subject"]).replace("\u2060", "") == subject
    assert mail["Bcc"] is None
    assert b"\nBcc:" not in server.raw[0]
