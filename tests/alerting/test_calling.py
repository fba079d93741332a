"""The words in which people are told that nobody has acknowledged an incident."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.alerting.calling import reworded
from monitor.alerting.following import Call, Notice, Sort, Standing
from monitor.alerting.reasons import Reason
from monitor.alerting.shown import SUBJECT_LENGTH
from monitor.facts import Message, Severity
from tests.factories import NOON

KARACHI = ZoneInfo("Asia/Karachi")  # noon is 17:00 there
NOW = NOON + timedelta(minutes=15)


def message(subject: str = "[high] Rose Cart, Refund: 14 negative in 40 min") -> Message:
    return Message(
        key="", thread="incident:7", subject=subject, severity=Severity.HIGH, kind="opened", brand="Rose Cart",
        sentence="14 negative mentions in 40 min, usually 0.6.", facts=(("Severity", "high"),), quotes=(), link="",
        next_step="Answer the first complaints.", at=NOON,
    )  # fmt: skip


def notice(channel: str = "support", standing: Standing = Standing.SENT, **values: object) -> Notice:
    given = {"sort": Sort.CHANGE, "change_id": 1, "opens": True, "due_at": NOON} | values
    return Notice(channel=channel, standing=standing, **given)


def call(*told: Notice, reason: Reason = Reason.ESCALATED, lost: bool = False) -> Call:
    return Call("escalation:7:1:boss", "boss", reason, 1, 1, NOON, told or (notice(),), lost)


def test_who_is_called_reads_for_how_long_nobody_acknowledged_what():
    told = reworded(message(), call(), KARACHI, NOW)
    assert told.subject == "[high] Rose Cart, Refund: nobody has acknowledged it for 15 min: 14 negative in 40 min"
    assert (told.key, told.kind, told.thread) == ("escalation:7:1:boss", "escalated", "incident:7")


def test_who_is_called_reads_who_was_told_and_when_in_the_brands_time():
    late = notice("care", sent_at=NOON + timedelta(minutes=5))
    told = reworded(message(), call(notice(), notice("desk"), late), KARACHI, NOW)
    assert told.sentence.startswith(
        "Nobody has acknowledged it. Support and desk heard of it at 17:00; care heard of it at 17:05. 14 negative"
    )
    assert told.facts[-1] == ("Told before", "support and desk heard of it at 17:00; care heard of it at 17:05")
    assert told.next_step == "Acknowledge it, so that nobody else is called. Answer the first complaints."


def test_another_day_is_named():
    told = reworded(message(), call(), KARACHI, NOON + timedelta(days=1))
    assert "Support heard of it at 17:00 on 2 Mar." in told.sentence


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing.OWED, "Support could not be reached yet, since 17:00."),
        (Standing.HELD, "Support hears of it at 17:00."),
        (Standing.LOST, "Support could not be reached."),
        (Standing.WITHHELD, "Support was not told."),
    ],
)
def test_who_has_not_heard_of_it_is_not_said_to_have(standing: Standing, words: str):
    assert words in reworded(message(), call(notice(standing=standing)), KARACHI, NOW).sentence


def test_a_message_that_could_not_be_delivered_says_so():
    told = reworded(message(), call(notice(), notice("boss", Standing.LOST), lost=True), KARACHI, NOW)
    assert told.subject == "[high] Rose Cart, Refund: boss could not be reached: 14 negative in 40 min"
    assert told.sentence.startswith("Support heard of it at 17:00; boss could not be reached: so you are told.")


def test_a_reminder_says_that_it_goes_on():
    told = reworded(message(), call(reason=Reason.REMINDER), KARACHI, NOON + timedelta(hours=2))
    assert told.kind == "reminder"
    assert told.subject == (
        "[high] Rose Cart, Refund: it goes on, and nobody has acknowledged it for 2 h: 14 negative in 40 min"
    )
    assert told.sentence.startswith("It goes on, and nobody has acknowledged it. Support heard of it at 17:00.")


def test_a_subject_without_figures_and_a_long_one_stay_within_bounds():
    assert reworded(message("Rose Cart"), call(), KARACHI, NOW).subject.startswith("Rose Cart: nobody has")
    assert len(reworded(message("x" * 400 + ": 1"), call(), KARACHI, NOW).subject) <= SUBJECT_LENGTH
