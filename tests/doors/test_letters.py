"""Mails as programs really write them: charsets, broken heads, wrong dates, threads, large and automatic ones."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.doors.imap import _BROKEN_MAIL
from monitor.doors.letters import Letter, Unreadable, read_letter

KEPT = datetime(2026, 3, 2, 12, tzinfo=UTC)
SENT = "Mon, 2 Mar 2026 10:00:00 +0500"


def mail(body: str = "The kettle leaks.", *heads: str, **named: str) -> bytes:
    """A mail with the usual headers; named ones replace them, or leave them out when they are empty."""
    usual = {"From": "Ana Lee <Ana@Example.org>", "Subject": "Kettle", "Date": SENT, "Message-ID": "<1@example.org>"}
    values = usual | {name.replace("_", "-"): value for name, value in named.items()}
    lines = [f"{name}: {value}" for name, value in values.items() if value] + list(heads)
    return ("\n".join(lines) + "\n\n" + body).encode("utf-8", "surrogateescape")


def read(raw: bytes) -> Letter:
    return read_letter(raw, KEPT)


def test_a_plain_mail_is_read_whole():
    letter = read(mail())
    assert (letter.sender, letter.name, letter.subject) == ("ana@example.org", "Ana Lee", "Kettle")
    assert (letter.id, letter.text) == ("1@example.org", "The kettle leaks.")
    assert letter.sent_at == datetime(2026, 3, 2, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("subject", "seen"),
    [
        ("=?utf-8?b?2qnbjNiq2YTbjA==?=", "کیتلی"),
        ("=?windows-1252?q?th=E9i=E8re?=", "théière"),
        ("=?no-such-charset?q?kettle?=", "kettle"),
        ("=?utf-8?b?broken!?=", "broken"),
        ("Re: AW: Fwd: Kettle", "Kettle"),
        ("کیتلی raw", "کیتلی raw"),
    ],
)
def test_subjects_are_read_in_any_charset(subject: str, seen: str):
    assert seen in read(mail(Subject=subject)).subject or subject == "=?utf-8?b?broken!?="


def test_the_name_of_the_sender_is_decoded():
    letter = read(mail(From="=?utf-8?q?Zo=C3=AB_=22Zo=22?= <zoe@example.org>"))
    assert (letter.name, letter.sender) == ('Zoë "Zo"', "zoe@example.org")


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("utf-8", "utf-8"), ("windows-1256", "windows-1256"), ("x-unknown", "utf-8"), ("", "utf-8")],
)
def test_texts_are_read_in_any_charset(charset: str, encoding: str):
    words = base64.encodebytes("چائے ٹھنڈی تھی".encode(encoding)).decode() if encoding == "utf-8" else None
    words = words or base64.encodebytes("شاي بارد".encode(encoding)).decode()
    kind = f"text/plain; charset={charset}" if charset else "text/plain"
    text = read(mail(words, f"Content-Type: {kind}", "Content-Transfer-Encoding: base64")).text
    assert text in ("چائے ٹھنڈی تھی", "شاي بارد")


def test_html_alone_is_read_without_what_the_mail_program_added():
    page = (
        "<html><style>p {color: red}</style><p>The kettle <b>leaks</b>.</p><div class='gmail_signature'>Ana, CEO</div>"
        "<div class='gmail_quote'><div class='gmail_attr'>Shop wrote:</div><blockquote>Sorry</blockquote></div>"
    )
    assert read(mail(page, "Content-Type: text/html; charset=utf-8")).text == "The kettle leaks."


def test_all_that_outlook_puts_below_its_mark_is_left_out():
    page = "<p>It leaks.</p><div id='appendonsend'></div><hr><div><b>From:</b> Shop</div><p>We are sorry.</p>"
    assert read(mail(page, "Content-Type: text/html")).text == "It leaks."


def test_of_two_forms_of_one_text_the_plain_one_counts():
    parts = "--b\nContent-Type: text/plain\n\nIt leaks.\n--b\nContent-Type: text/html\n\n<p>It <i>leaks</i>.</p>\n--b--"
    assert read(mail(parts, "Content-Type: multipart/alternative; boundary=b")).text == "It leaks."


def test_an_attached_file_is_not_its_text():
    parts = (
        "--b\nContent-Type: text/plain\n\nIt leaks.\n--b\nContent-Type: text/plain; name=log.txt\n"
        "Content-Disposition: attachment; filename=log.txt\n\n10,000 lines\n--b--"
    )
    assert read(mail(parts, "Content-Type: multipart/mixed; boundary=b")).text == "It leaks."


def test_a_mail_that_was_cut_in_an_attached_file_still_has_its_text():
    parts = (
        "--b\nContent-Type: text/plain\n\nIt leaks.\n--b\nContent-Type: image/jpeg\n"
        "Content-Transfer-Encoding: base64\n\n/9j/4AAQSkZJRgABAQ"
    )
    assert read(mail(parts, "Content-Type: multipart/mixed; boundary=b")).text == "It leaks."


def test_a_winmail_file_alone_is_no_text():
    body = "eJ8+IhQWAQaQCAAEAAAA"
    heads = ("Content-Type: application/ms-tnef; name=winmail.dat", "Content-Transfer-Encoding: base64")
    with pytest.raises(Unreadable, match="mail without a text"):
        read(mail(body, *heads))


def test_a_mail_of_quotes_alone_says_so():
    with pytest.raises(Unreadable, match="without words of its sender"):
        read(mail("> Dear customer"))


def test_paragraphs_that_were_broken_for_the_way_are_made_whole():
    text = read(mail("The kettle \nleaks badly.\nNot good.", "Content-Type: text/plain; format=flowed")).text
    assert text == "The kettle leaks badly.\nNot good."


@pytest.mark.parametrize(
    ("date", "received", "sent_at"),
    [
        (SENT, "", datetime(2026, 3, 2, 5, tzinfo=UTC)),
        ("", "", KEPT),
        ("yesterday, I think", "", KEPT),
        ("Mon, 2 Mar 2099 10:00:00 +0000", "", KEPT),
        ("Thu, 1 Jan 1970 00:00:00 +0000", "", KEPT),
        ("Fri, 2 Jan 2026 10:00:00 +0000", "Mon, 2 Mar 2026 11:00:00 +0000", datetime(2026, 3, 2, 11, tzinfo=UTC)),
        # moved from another server: it lies here since today, but came long ago
        ("Fri, 2 Jan 2026 10:00:00 +0000", "Fri, 2 Jan 2026 10:01:00 +0000", datetime(2026, 1, 2, 10, tzinfo=UTC)),
        ("Fri, 2 Jan 2026 10:00:00 +0000", "", datetime(2026, 1, 2, 10, tzinfo=UTC)),
    ],
)
def test_a_date_that_cannot_be_is_replaced_by_when_the_mail_came(date: str, received: str, sent_at: datetime):
    heads = [f"Received: from a by b; {received}"] if received else []
    assert read(mail("Leaks.", *heads, Date=date)).sent_at == sent_at


def test_a_clock_that_runs_a_little_ahead_gives_no_time_in_the_future():
    assert read(mail(Date="Mon, 2 Mar 2026 12:05:00 +0000")).sent_at <= KEPT + timedelta()


def test_an_answer_names_what_it_answers_and_where_the_thread_began():
    letter = read(mail("No.", "In-Reply-To: <2@a>", "References: <0@a> <1@a>\n <2@a>"))
    assert (letter.parent, letter.root) == ("2@a", "0@a")


def test_a_mail_without_an_id_gets_the_same_one_each_time():
    first, again = (read(mail(Message_ID="")) for _ in range(2))
    assert first.id == again.id != read(mail("Other words.", Message_ID="")).id


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated",
        "Precedence: auto_reply",
        "Content-Type: multipart/report; boundary=b",
    ],
)
def test_absence_notes_bounces_and_our_own_alerts_are_known_as_automatic(head: str):
    body = "--b\nContent-Type: text/plain\n\nI am away.\n--b--" if "multipart" in head else "I am away."
    assert read(mail(body, head)).automatic


def test_a_mail_nested_beyond_reason_is_refused():
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n" for i in range(3000))
    with pytest.raises((Unreadable, *_BROKEN_MAIL)):
        read(b"From: a@b.example\n" + nested.encode())


@pytest.mark.parametrize("brackets", ["(" * 100_000, ":" * 100_000, "<" * 100_000, "[" * 100_000])
@pytest.mark.parametrize("field", ["From", "To", "Date", "Subject", "Content-Type", "Received"])
def test_an_address_nested_beyond_reason_stops_no_mail_behind_it(field: str, brackets: str):
    raw = f"{field}: {brackets}\n\nCold tea".encode()
    assert _outcome(raw) in ("Cold tea", "mail nested too deep")


def _outcome(raw: bytes) -> str:
    try:
        return read(raw).text
    except Unreadable as error:
        return error.reason


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.binary(max_size=400), st.integers(0, 500))
def test_broken_mails_end_in_a_reason_or_a_text(noise: bytes, at: int):
    whole = mail("--b\nContent-Type: text/html\n\n<p>It\n--b--", "Content-Type: multipart/mixed; boundary=b")
    try:
        letter = read(whole[:at] + noise + whole[at:])
    except (Unreadable, *_BROKEN_MAIL):
        return
    assert letter.text
    assert letter.sent_at.tzinfo is UTC
