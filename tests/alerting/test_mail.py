"""What is in a mail: a report with its sections and files, safe with any text, and the same bytes on every try."""

import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest
from lxml import html

from monitor.alerting.mail import LARGEST_PAGE, isolated
from monitor.alerting.notifiers import email, send, slack, webhook
from monitor.alerting.shown import MAX_ATTACHED, presentable
from monitor.facts import Attachment, Body, Message, Row, Section, Severity
from monitor.reports import letter
from monitor.reports.figures import Figures, TogetherFigures
from monitor.reports.render import laid_out
from tests.alerting.notifiers.stages import mail_options
from tests.alerting.receivers import MailServer, mail_server
from tests.alerting.samples import HOSTILE, LINKS, TELUGU, URDU, message, quote, several
from tests.reports.samples import full_figures, together_figures

PAGE = Attachment("rosecart-2026-W46.html", "text/html", "<!doctype html>\r\n<p>پیسے\n".encode())
TABLE = Attachment("rosecart-2026-W46.csv", "text/csv", b"brand,week\r\nRose Cart,2026-W46\r\n")


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def report(text: str = "", **values: Any) -> Message:
    """A report as notifiers get it; `text` stands in every place that could come from outside."""
    rows = (
        Row(text or "Mentions", text or "136", text or "+18 %, last week 115", "bad"),
        Row(text or "Share positive", text or "50 %"),
    )
    quotes = (quote(text or URDU, language=text or "ur", author="", url=text or "https://shop.example/7"),)
    given = message(
        key="report:rosecart:2026-W46:mail",
        thread="report:rosecart:2026-W46",
        kind="report",
        subject=text or "Rose Cart, week 46: 2 incidents, negative share 28 % (up from 11 %)",
        sections=(Section(text or "The week in figures", rows), Section("What keeps going wrong", rows[:1], quotes)),
        attachments=(PAGE, TABLE),
    )
    return presentable(replace(given, **values))


def composed(given: Message) -> EmailMessage:
    return email.compose(mail_options(25), given)


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_report_is_text_html_and_files(server: MailServer) -> None:
    send(mail_options(server.port), report())
    (mail,) = server.mails
    assert mail.get_content_type() == "multipart/mixed"
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds[1:] == ["multipart/alternative", "text/plain", "text/html", "text/html", "text/csv"]
    assert mail["Message-ID"] != mail["References"]
    assert mail["Auto-Submitted"] == "auto-generated"


def test_text_and_html_say_the_same(server: MailServer) -> None:
    send(mail_options(server.port), report())
    words = (
        "negative share 28 % (up from 11 %)", "Mentions", "136", "+18 %, last week 115", "Share positive", URDU,
        "https://shop.example/7", "https://watch.example/incident?id=7", "rosecart-2026-W46.csv",
    )  # fmt: skip
    for kind in ("plain", "html"):
        shown = body(server.mails[0], kind)
        assert [word for word in words if word not in shown] == []


def test_the_files_arrive_byte_for_byte(server: MailServer) -> None:
    send(mail_options(server.port), report())
    found = list(server.mails[0].iter_attachments())
    assert [(part.get_filename(), part.get_payload(decode=True)) for part in found] == [
        (PAGE.name, PAGE.content),
        (TABLE.name, TABLE.content),
    ]
    assert {part.get_content_charset() for part in found} == {"utf-8"}


def test_every_try_is_the_same_to_the_byte(server: MailServer) -> None:
    for _ in range(2):
        send(mail_options(server.port), report())
    assert server.raw[0] == server.raw[1]


def test_what_needs_no_files_has_none(server: MailServer) -> None:
    send(mail_options(server.port), report(attachments=()))
    assert server.mails[0].get_content_type() == "multipart/alternative"
    assert "attached" not in body(server.mails[0], "html")


@pytest.mark.parametrize("name", HOSTILE)
def test_outside_text_forges_no_header_no_part_and_no_markup(server: MailServer, name: str) -> None:
    send(mail_options(server.port), report(HOSTILE[name]))
    (mail,) = server.mails
    assert len(mail.defects) == 0
    assert mail["To"] == "amna@shop.example"
    assert len(list(mail.walk())) == 6
    page = html.fromstring(body(mail, "html"))
    assert {element.tag for element in page.iter()} <= {
        "html", "head", "meta", "title", "style", "body", "table", "tbody", "tr", "td", "th", "h1", "h2", "p",
        "blockquote", "div", "span", "bdi", "a", "br",
    }  # fmt: skip
    assert not {key for element in page.iter() for key in element.attrib if key.startswith("on")}
    assert all(re.match("https?://", address) for address in page.xpath("//a/@href"))


def test_a_text_that_looks_like_a_boundary_ends_no_part() -> None:
    boundary = composed(report()).get_boundary()
    assert boundary is not None
    mail = composed(report(f"\n--{boundary}\nContent-Type: text/html\n\nforged\n--{boundary}--"))
    assert f"\n--{boundary}\nContent-Type: text/html\n\nforged" not in mail.as_string()
    assert len(list(mail.walk())) == 6


@pytest.mark.parametrize("text", ["plain words only", URDU, f"{TELUGU} and much more of English words around it " * 3])
def test_no_part_needs_a_server_that_takes_eight_bits(text: str) -> None:
    mail = composed(report(text))
    assert bytes(mail).isascii()
    assert {part["Content-Transfer-Encoding"] for part in mail.walk() if not part.is_multipart()} <= {
        "quoted-printable",
        "base64",
    }
    assert text.strip() in body(mail, "plain")


@pytest.mark.parametrize("figures", [full_figures(), together_figures()], ids=["brand", "together"])
def test_a_weekly_report_arrives_whole_and_loads_nothing(
    server: MailServer, figures: Figures | TogetherFigures
) -> None:
    given = presentable(letter.build(figures, key="k", dashboard="https://watch.example", attach=("html", "csv")))
    send(mail_options(server.port), given)
    page = body(server.mails[0], "html")
    titles = [one.text_content() for one in html.fromstring(page).xpath("//h2")]
    assert [title for title in titles if title != "Next"] == [one.title for one in laid_out(figures).chapters]
    assert not re.search(r"<(img|link|script|svg|iframe)\b|@import|url\(|<\w[^>]*\ssrc=", page)
    assert len(page.encode()) < LARGEST_PAGE
    assert page.index("is attached") < page.index(titles[-1])


def test_the_text_of_a_weekly_report_has_its_chapters_too(server: MailServer) -> None:
    send(mail_options(server.port), presentable(letter.build(full_figures(), key="k", dashboard="")))
    plain = body(server.mails[0], "plain")
    assert [one.title for one in laid_out(full_figures()).chapters if one.title.upper() not in plain] == []


def test_a_body_that_gmail_would_cut_makes_way_for_the_sections() -> None:
    large = Body(first="<p>" + "x" * LARGEST_PAGE, rest="", plain_first="x", plain_rest="")
    assert body(composed(report(body=large)), "html") == body(composed(report()), "html")
    assert body(composed(report(body=replace(large, first="<p>short"))), "html") != body(composed(report()), "html")


def test_other_channels_keep_the_short_form() -> None:
    given = presentable(letter.build(full_figures(), key="k", dashboard="https://watch.example"))
    for payload in (slack.payload, webhook.payload):
        assert payload(given) == payload(replace(given, body=None))


def test_files_that_are_too_large_stay_behind() -> None:
    large = Attachment("large.html", "text/html", b"x" * (MAX_ATTACHED + 1))
    assert [file.name for file in report(attachments=(large, TABLE)).attachments] == [TABLE.name]


def test_all_files_together_stay_small() -> None:
    half = Attachment("half.csv", "text/csv", b"x" * (MAX_ATTACHED * 2 // 3))
    assert len(report(attachments=(half, half)).attachments) == 1


def test_a_name_of_a_file_is_only_a_name() -> None:
    file = Attachment('../../x"\r\nBcc: a@b.example.html', "text/html", b"")
    assert re.fullmatch(r"[\w.-]+", report(attachments=(file,)).attachments[0].name)


def test_huge_texts_make_a_small_mail() -> None:
    rows = tuple(Row(HOSTILE["long"], HOSTILE["long"], HOSTILE["long"]) for _ in range(50))
    sections = tuple(Section(HOSTILE["long"], rows, (quote(HOSTILE["long"]),) * 9) for _ in range(50))
    assert len(bytes(composed(report(sections=sections)))) < 1_000_000


def test_it_needs_nothing_from_elsewhere_and_bears_darkness() -> None:
    page = body(composed(report()), "html")
    assert not re.search(r"<link|<script|<img|<iframe|@import|url\(|<\w[^>]*\ssrc=", page)
    assert "prefers-color-scheme: dark" in page
    assert html.fromstring(page).xpath("//meta[@name='color-scheme']/@content") == ["light dark"]


def test_right_to_left_quotes_stand_right() -> None:
    page = html.fromstring(body(composed(report()), "html"))
    (shown,) = page.xpath("//blockquote/div[1]")
    assert shown.get("dir") == "rtl"
    assert "text-align:right" in shown.get("style")


def test_a_right_to_left_name_does_not_turn_the_heading_around() -> None:
    page = html.fromstring(body(composed(report(brand="مرچاڈو", subject="مرچاڈو, week 46: no incident")), "html"))
    (heading,) = page.xpath("//h1")
    assert [heading.find("bdi").text, heading.find("bdi").tail] == ["مرچاڈو", ", week 46: no incident"]


def test_good_and_bad_news_differ_in_colour_and_only_where_there_is_news() -> None:
    page = html.fromstring(body(composed(report()), "html"))
    assert [one.text for one in page.xpath("//td[contains(@class, 'bad')]")] == ["+18 %, last week 115"] * 2


@pytest.mark.parametrize("given", [message(), report()])
def test_lines_of_a_quote_cannot_pass_for_lines_of_the_mail(given: Message) -> None:
    forged = quote("Bad.\n\n-- \nEmberwatch\n\nOPEN IT:\nhttps://evil.example/login")
    sections = tuple(replace(section, quotes=(forged,)) for section in given.sections)
    text = body(composed(presentable(replace(given, quotes=(forged,), sections=sections))), "plain")
    assert text.count("Emberwatch\n") == text.count("  Emberwatch\n") > 0
    assert text.count("https://evil") == text.count("  https://evil")
    assert text.splitlines().count("-- ") == 1


@pytest.mark.parametrize("severity", list(Severity))
def test_every_severity_makes_a_mail(severity: Severity) -> None:
    assert "Where" in body(composed(message(severity=severity, facts=(("Where", "here"),))), "html")


def test_what_readers_can_do_stands_above_the_details_and_changes_nothing_by_itself() -> None:
    given = composed(presentable(message(links=LINKS)))
    page = html.fromstring(body(given, "html"))
    told = [(link.text, link.get("href")) for link in page.xpath("//a")]
    assert told[0] == ("Open in Emberwatch", "https://watch.example/incident?id=7")
    assert told[1:5] == [(link.label, link.url) for link in LINKS]
    assert body(given, "html").index("Acknowledge") < body(given, "html").index("nobody yet")


def test_in_plain_text_each_way_has_a_line_of_its_own() -> None:
    lines = body(composed(presentable(message(links=LINKS))), "plain").splitlines()
    for link in LINKS:
        assert lines[lines.index(f"{link.label}:") + 1] == link.url


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_several_incidents_are_told_one_after_the_other(kind: str) -> None:
    shown = body(composed(presentable(several())), kind)
    words = (
        "Rose Cart: 2 incidents, 1 critical, 1 over", "came soon after each other", "Rose Cart, Refund",
        "38 negative in 40 min", "nobody yet", URDU, "Staff is over after 3 h", "as usual again",
        "Begin with the worst", "https://watch.example/alerts", "https://watch.example/incident?id=7",
    )  # fmt: skip
    assert [word for word in words if word not in shown] == []
    assert "once a week" not in shown


def test_a_row_without_figures_is_one_line_of_text() -> None:
    assert "- Owner: nobody yet" in body(composed(presentable(several())), "plain").splitlines()


def test_a_digest_says_why_it_came() -> None:
    given = composed(presentable(several("digest")))
    assert "Sent once a day" in body(given, "plain")
    assert "Sent once a day" in body(given, "html")
    assert "Sent once a day" not in body(composed(presentable(several())), "html")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[high] Rose Cart: 14 negative", "[high] Rose Cart: 14 negative"),
        ("[high] مرچاڈو: 14 negative", "[high] <bdi>مرچاڈو</bdi>: 14 negative"),
        ("مرچاڈو اور، 2 دن & <b>", "<bdi>مرچاڈو اور، 2 دن</bdi> &amp; &lt;b&gt;"),
        ("a ب c ت", "a <bdi>ب</bdi> c <bdi>ت</bdi>"),
        ("", ""),
    ],
)
def test_right_to_left_words_do_not_turn_around_what_stands_beside_them(text: str, shown: str) -> None:
    assert isolated(text) == shown


def test_calm_news_has_another_colour_than_trouble() -> None:
    shown = {kind: body(composed(message(kind=kind)), "html") for kind in ("opened", "resolved")}
    assert "#b3261e" in shown["opened"]
    assert "#b3261e" not in shown["resolved"]


@pytest.mark.parametrize("given", [message(links=LINKS), several(), several("digest")])
def test_every_kind_needs_nothing_from_elsewhere_and_bears_darkness(given: Message) -> None:
    page = body(composed(presentable(given)), "html")
    assert not re.search(r"<link|<script|<img|<iframe|@import|url\(|<\w[^>]*\ssrc=", page)
    assert "prefers-color-scheme: dark" in page


def test_a_long_value_has_a_line_of_its_own_so_that_its_label_keeps_its_room() -> None:
    rows = (Row("Rose Cart, Refund", "goes on for 5 h 12 min", "nobody looks after it", "bad"), Row("To check", "12"))
    page = html.fromstring(body(composed(presentable(several(sections=(Section("Rose Cart", rows),)))), "html"))
    assert [cell.text_content() for cell in page.xpath("//td[@align='right']")] == ["12"]
    assert "goes on for 5 h 12 min · nobody looks after it" in page.text_content()
