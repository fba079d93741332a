"""The message about overdue cases: what it says, that every channel shows its links, and that it is kept whole."""

from datetime import timedelta
from email.message import EmailMessage

import pytest

from monitor.alerting import blocks, mail, overdue
from monitor.alerting.overdue import LateCase
from monitor.alerting.stored import from_dict, to_dict
from monitor.facts import Link, Message, Severity
from tests.factories import NOON

HOUR = timedelta(hours=1)


def late(number: int = 12, **values: object) -> LateCase:
    given = {"due": "answer", "late_by": 2 * HOUR, "owner": "Bilal", "severity": None, "about": "sky; Urdu; refund"}
    return LateCase(number, **(given | values))  # type: ignore[arg-type]


def message(*cases: LateCase, dashboard: str = "https://watch.example") -> Message:
    return overdue.build(
        cases or (late(),), key="overdue:1:boss:x", brand="Rose Cart", brand_id="rose", to="Sana",
        dashboard=dashboard, now=NOON,
    )  # fmt: skip


def test_one_case_is_named_and_linked():
    told = message()
    assert told.subject == "Rose Cart: case 12 is overdue"
    assert told.sentence == "The answer to a complaint is late by 2 h. Sana, please see that somebody does it."
    assert told.facts == (("Case 12", "answer late by 2 h; Bilal owns it; sky; Urdu; refund"),)
    assert (told.link, told.links) == ("https://watch.example/inbox?case=12", ())


def test_several_are_counted_by_what_they_wait_for():
    told = message(late(1), late(2, owner="", late_by=5 * HOUR), late(3, due="solution", severity=Severity.HIGH))
    assert told.subject == "Rose Cart: 3 cases are overdue"
    assert "2 for an answer and 1 for a solution; the longest is late by 5 h" in told.sentence
    assert told.next_step == "Assign what nobody owns (1), then ask the owners of the others."
    assert told.links[2] == Link("Case 3", "https://watch.example/inbox?case=3")


def test_without_an_address_there_are_no_links():
    told = message(late(1), late(2), dashboard="")
    assert (told.link, told.links) == ("", ())


def test_a_flood_is_one_message_that_says_how_many_more():
    told = message(*(late(number) for number in range(1, 200)))
    assert told.facts[-1] == ("And", "181 more")
    assert len(told.links) == 5


def test_names_cannot_break_the_message():
    told = message(late(owner="<b>Bilal</b>\n" + "x" * 500))
    assert "\n" not in told.facts[0][1]
    assert len(told.facts[0][1]) <= 300


@pytest.mark.parametrize("cases", [(late(),), (late(1), late(2))])
def test_it_is_kept_with_its_links(cases: tuple[LateCase, ...]):
    told = message(*cases)
    assert from_dict(to_dict(told)) == told


def test_a_mail_shows_each_case_and_its_link_as_text_and_as_html():
    written = EmailMessage()
    mail.fill(written, message(late(1), late(2, owner="<b>Eve</b>")))
    text, html = (written.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    assert "https://watch.example/inbox?case=2" in text
    assert 'href="https://watch.example/inbox?case=2"' in html
    assert "&lt;b&gt;Eve" in html
    assert "<b>Eve" not in html


def test_slack_shows_each_case_and_its_link():
    shown = str(blocks.body_of(message(late(1), late(2))))
    assert "https://watch.example/inbox?case=2" in shown
    assert "answer late by 2 h" in shown
