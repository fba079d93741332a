"""Several messages as one: where each incident stands, the worst first, however many there are."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.alerting.bundle import LISTED, bundle, key_of
from monitor.alerting.shown import MAX_FACTS, MAX_ROWS, MAX_SECTIONS, presentable
from monitor.alerting.stored import from_dict, to_dict
from monitor.facts import ChangeKind, Message, Severity
from tests.alerting.samples import HOSTILE, NOON, message, raw_hostile_message

MINUTE = timedelta(minutes=1)
LINK = "https://watch.example"


def told(incident: int, kind: str = "opened", minute: int = 0, **values: Any) -> Message:
    given = {
        "key": f"{incident}-{kind}-{minute}:team",
        "thread": f"incident:{incident}",
        "kind": kind,
        "subject": f"Rose Cart, theme {incident}: {kind}",
        "sentence": f"{incident} {kind}",
        "link": f"{LINK}/incident?id={incident}",
        "at": NOON + minute * MINUTE,
    }
    return message(**given | values)


def together(*messages: Message, late: bool = False, minutes: int = 30) -> Message:
    return bundle(messages, dashboard=LINK, now=NOON + minutes * MINUTE, late=late)


def test_one_message_stays_as_it_is() -> None:
    only = told(1)
    assert together(only) == only


def test_one_message_that_is_late_or_of_something_that_is_over_says_so_under_its_own_key() -> None:
    only = told(1)
    late = bundle([only], dashboard=LINK, now=NOON + 30 * MINUTE, late=True, ended={only.thread: ChangeKind.RESOLVED})
    assert (late.key, late.items) == (only.key, ())
    assert late.facts[1:3] == (("By now", "Over"), ("Told late", "This channel could not be reached since 12:00."))


def test_changes_of_one_incident_are_where_it_stands_now_in_its_thread() -> None:
    found = together(told(7), told(7, "worsened", 5), told(7, "worsened", 9, severity=Severity.CRITICAL))
    assert (found.thread, found.kind, found.severity) == ("incident:7", "worsened", Severity.CRITICAL)
    assert (found.sentence, found.link) == ("7 worsened", f"{LINK}/incident?id=7")
    assert dict(found.facts)["Before"] == "opened 12:00, got worse 12:05"
    assert found.items == ("7-opened-0:team", "7-worsened-5:team", "7-worsened-9:team")


def test_changes_of_one_incident_that_are_late_say_so() -> None:
    found = together(told(7), told(7, "resolved", 20), late=True)
    assert dict(found.facts)["Told late"] == "This channel could not be reached since 12:00."


def test_several_incidents_are_one_message_with_the_worst_first() -> None:
    found = together(
        told(1, "resolved", 20),
        told(2, "opened", 3),
        told(3, "opened", 1, severity=Severity.CRITICAL),
    )
    assert (found.kind, found.subject) == ("several", "Rose Cart: 3 incidents, 1 critical, 1 over")
    assert found.severity is Severity.CRITICAL
    assert [section.title for section in found.sections] == [f"Rose Cart, theme {n}: {kind}" for n, kind in ORDER]
    assert found.link == f"{LINK}/alerts"
    assert found.next_step == "Begin with the worst: Rose Cart, theme 3: opened"


ORDER = ((3, "opened"), (2, "opened"), (1, "resolved"))


def test_it_says_why_they_come_together() -> None:
    grouped, late = together(told(1), told(2)), together(told(1), told(2), late=True, minutes=24 * 60)
    assert grouped.sentence == (
        "2 changes of 2 incidents of Rose Cart came soon after each other: they are told in one message."
    )
    assert late.sentence == (
        "This channel could not be reached since 02 Mar 12:00. This is where 2 incidents stand now."
    )


def test_an_incident_among_several_says_when_it_opened_and_got_worse() -> None:
    found = together(told(1), told(1, "worsened", 5), told(2))
    (row,) = [row for section in found.sections for row in section.rows if row.label == "Before"]
    assert row.beside == "opened 12:00"
    assert ("Getting worse", "Rose Cart, theme 1: worsened (opened 12:00)") in found.facts


def test_what_ended_without_the_channel_being_told_does_not_look_as_if_it_went_on() -> None:
    ended = {"incident:1": ChangeKind.CALMED}
    several = bundle((told(1), told(2)), dashboard=LINK, now=NOON, late=True, ended=ended)
    assert [label for label, _ in several.facts] == ["Open", "Calming down"]
    one = bundle((told(1), told(1, "worsened", 5)), dashboard=LINK, now=NOON, late=True, ended=ended)
    assert dict(one.facts)["By now"] == "Calming down"


def test_each_incident_has_a_quote_and_one_that_is_over_has_none() -> None:
    found = together(told(1), told(2, "resolved"))
    assert [len(section.quotes) for section in found.sections] == [1, 0]
    assert len(found.quotes) == 1


def test_brands_are_named_as_far_as_there_is_room() -> None:
    names = ("Rose Cart", "Karak House", "Mirchado", "Tea Shop", "Dhaba")
    found = together(*(told(number, brand=name) for number, name in enumerate(names)))
    assert found.subject == "Rose Cart, Karak House, Mirchado and 2 more: 5 incidents"


def test_the_same_messages_have_the_same_key_and_one_more_has_another() -> None:
    first, second, third = told(1), told(2), told(3)
    assert together(first, second).key == together(second, first, late=True).key == key_of([second, first])
    assert together(first, second).key != together(first, second, third).key


def test_ten_thousand_are_still_one_message_of_bounded_size() -> None:
    found = together(*(told(number, minute=number) for number in range(10_000)), minutes=10_001)
    assert len(found.items) == 10_000
    assert found.subject == "Rose Cart: 10,000 incidents"
    assert found.facts[LISTED] == ("And", f"{10_000 - LISTED:,} more")
    assert len(found.sections) == MAX_SECTIONS
    assert len(found.sections[-1].rows) == MAX_ROWS
    assert found.sections[-1].title == f"And {10_000 - MAX_SECTIONS + 1:,} more"
    assert len(json.dumps({**to_dict(found), "items": []})) < 40_000
    assert len(found.facts) <= MAX_FACTS


def test_it_survives_being_stored() -> None:
    found = together(told(1), told(2))
    assert from_dict(json.loads(json.dumps(to_dict(found)))) == replace(found, links=())


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_stay_within_their_bounds(text: str) -> None:
    found = together(replace(raw_hostile_message(text), thread="incident:1", kind="opened"), told(2))
    assert found == presentable(found)
    assert len(found.subject) <= 150
    assert "\n" not in found.subject
