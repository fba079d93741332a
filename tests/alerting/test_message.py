"""What messages say."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerting.message import LoudVoice, build
from monitor.alerting.own import build_test, build_trouble
from monitor.alerting.stored import from_dict, to_dict
from monitor.facts import ChangeKind, Kind, Message, RatingFall
from tests.alerting.samples import HOSTILE, NOON, details, message, quote


def built(**values: object) -> Message:
    return build(details(**values), (quote(),) * 5, key="17:support", dashboard="https://watch.example")


def test_an_opened_incident_says_how_bad_it_is_against_usual() -> None:
    opened = built()
    assert opened.subject == "[high] Rose Cart, Refund: 14 negative in 40 min"
    assert dict(opened.facts) == {
        "Severity": "high",
        "Negative": "14 in 40 min, usually 0.6",
        "Growing": "2.5 times as fast as before",
        "Voices": "12 authors in 2 sources (reviews, blog)",
        "Mostly about": "Refund 64%, Delivery 20%",
        "Languages": "Roman Urdu 50%, English 50%",
        "Reach": "48,000 followers",
        "Film": "a video is among them",
        "Since": "02 Mar 16:20 PKT (40 min ago)",
        "Owner": "nobody yet",
    }


def test_three_quotes_and_the_page_of_the_incident_go_with_it() -> None:
    opened = built()
    assert len(opened.quotes) == 3
    assert opened.link == "https://watch.example/incident?id=7"
    assert opened.next_step.startswith("Open the incident")


def test_an_incident_that_someone_has_names_them() -> None:
    worse = built(kind=ChangeKind.WORSENED, owner="Amna")
    assert worse.subject == "[high] Rose Cart, Refund is getting worse: 14 negative in 40 min"
    assert dict(worse.facts)["Owner"] == "Amna"
    assert worse.next_step == "Amna has it: ask them before you answer."


def test_the_end_says_how_long_it_took_and_quotes_nobody() -> None:
    over = built(kind=ChangeKind.RESOLVED, at=NOON + timedelta(hours=2), actor="Amna")
    assert over.subject == "Rose Cart, Refund is over after 2 h 40 min"
    assert dict(over.facts)["Time to contain"] == "2 h 40 min"
    assert dict(over.facts)["Decided by"] == "Amna"
    assert over.quotes == ()


@pytest.mark.parametrize("kind", [ChangeKind.CALMED, ChangeKind.RESOLVED])
def test_the_time_to_contain_ends_when_it_calmed_not_when_it_had_stayed_calm(kind: ChangeKind) -> None:
    calmed = NOON + timedelta(hours=7)
    at = calmed if kind is ChangeKind.CALMED else calmed + timedelta(hours=18)
    over = built(kind=kind, at=at, calmed_at=calmed)
    assert dict(over.facts)["Time to contain"] == "7 h 40 min"
    assert over.subject.endswith("after 7 h 40 min")


def test_the_time_to_contain_counts_from_the_opening_as_the_report_does() -> None:
    opened = NOON - timedelta(minutes=10)
    over = built(kind=ChangeKind.CALMED, at=NOON + timedelta(hours=2), opened_at=opened)
    assert dict(over.facts)["Time to contain"] == "2 h 10 min"
    assert over.subject.endswith("after 2 h 40 min")


LOUD = LoudVoice(quote("They lost my ring.", url="https://forum.example/t/9"), followers=250_000, followed_by=31)


def test_the_loudest_voice_is_told_with_its_place_its_hearers_and_its_address() -> None:
    worse = built(kind=ChangeKind.WORSENED, loudest=LOUD)
    assert dict(worse.facts)["Loudest voice"] == (
        "author 3f9c2a in reviews, 250,000 followers, 31 spoke within the hour after it, https://forum.example/t/9"
    )
    assert [one.text for one in worse.quotes] == ["They lost my ring.", *["The parcel never came."] * 2]


def test_the_text_of_the_loudest_voice_is_quoted_once() -> None:
    again = build(details(loudest=LOUD), (LOUD.quote, quote()), key="k", dashboard="")
    assert [one.text for one in again.quotes] == ["They lost my ring.", "The parcel never came."]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://forum.example/" + "a" * 150])
def test_an_address_that_is_unsafe_or_fills_the_row_is_left_out_of_it(url: str) -> None:
    said = built(loudest=LoudVoice(quote(url=url), followers=1, followed_by=0))
    assert dict(said.facts)["Loudest voice"] == "author 3f9c2a in reviews, 1 follower"


def test_the_end_names_no_loudest_voice() -> None:
    over = built(kind=ChangeKind.RESOLVED, loudest=LOUD)
    assert "Loudest voice" not in dict(over.facts)
    assert over.quotes == ()


def test_who_acknowledged_it_is_told_with_the_time_and_asked_first() -> None:
    seen = built(kind=ChangeKind.WORSENED, acknowledged_by="Ravi", acknowledged_at=NOON)
    assert dict(seen.facts)["Acknowledged"] == "by Ravi, 02 Mar 17:00 PKT"
    assert seen.next_step == "Ravi has seen it: ask them, or take it yourself."


@pytest.mark.parametrize(
    ("kind", "subject", "next_step"),
    [
        (ChangeKind.ACKNOWLEDGED, "acknowledged by Ravi", "Nothing to do, unless you know more about it."),
        (ChangeKind.OWNED, "Ravi looks after it", "Ravi has it: ask them before you answer."),
    ],
)
def test_what_people_do_with_an_incident_is_told(kind: ChangeKind, subject: str, next_step: str) -> None:
    owner = "Ravi" if kind is ChangeKind.OWNED else ""
    done = built(kind=kind, actor="Ravi", owner=owner, acknowledged_by="Ravi", acknowledged_at=NOON)
    assert (done.subject, done.next_step) == (f"Rose Cart, Refund: {subject}", next_step)
    assert dict(done.facts)["Acknowledged"].startswith("by Ravi")
    assert "Decided by" not in dict(done.facts)


def test_an_incident_without_a_finding_still_makes_a_message() -> None:
    assert built(evidence=None, subject="").subject == "[high] Rose Cart: complaints are spreading"


FALL = RatingFall(before=4.4, now=2.1, worst=1.0, best=5.0, ratings=38, item="Lamp")


@pytest.mark.parametrize(
    ("changes", "subject", "row"),
    [
        (
            {"kind": Kind.REVIEW_BOMBING},
            "review bombing, 14 low ratings in 40 min",
            ("Low ratings", "14 in 40 min, usually 0.6"),
        ),
        ({"kind": Kind.SLOW_BURN}, "slow burn, 14 negative in 40 min", ("Negative", "14 in 40 min, usually 0.6")),
        ({"kind": Kind.VOLUME}, "14 mentions in 40 min", ("Mentions", "14 in 40 min, usually 0.6")),
        (
            {"kind": Kind.RATING_DROP, "rating": FALL},
            "rating fell to 2.1 of 5, usually 4.4",
            ("Rating", "2.1 of 5 by 38 new ratings in 40 min, usually 4.4"),
        ),
        ({"kind": Kind.RATING_DROP}, "rating fell in 40 min", ("Negative", "14 in 40 min, usually 0.6")),
    ],
)
def test_every_kind_of_trouble_is_called_by_its_name(
    changes: dict[str, object], subject: str, row: tuple[str, str]
) -> None:
    sent = built(evidence=replace(details().evidence, **changes))
    assert sent.subject == f"[high] Rose Cart, Refund: {subject}"
    assert row in sent.facts


def test_an_average_on_a_page_has_no_authors() -> None:
    sent = built(evidence=replace(details().evidence, kind=Kind.RATING_DROP, rating=FALL, authors=0))
    assert dict(sent.facts)["Voices"] == "2 sources (reviews, blog)"


def test_a_message_says_why_where_it_goes_and_what_to_do() -> None:
    told = {"why": "High: far above the usual.", "spread": "growing; 14 now", "advice": "Report them to the platform."}
    sent, facts = built(**told), dict(built(**told).facts)
    assert (facts["Why"], facts["Where it goes"]) == ("High: far above the usual.", "growing; 14 now")
    assert sent.next_step == "Report them to the platform."
    over = built(kind=ChangeKind.RESOLVED, **told)
    assert not {"Why", "Where it goes"} & dict(over.facts).keys()
    assert over.next_step == "Check that nobody still waits for an answer."


def test_messages_of_one_incident_share_a_thread() -> None:
    assert built().thread == built(kind=ChangeKind.RESOLVED).thread == "incident:7"


def test_long_quotes_are_cut_and_empty_ones_say_so() -> None:
    sent = build(details(), (quote(HOSTILE["long"]), quote("")), key="k", dashboard="")
    assert [len(q.text) <= 280 for q in sent.quotes] == [True, True]
    assert sent.quotes[1].text == "(no text)"
    assert sent.link == ""


def test_a_message_survives_the_outbox() -> None:
    for text in HOSTILE.values():
        sent = message(quotes=(quote(text),))
        assert from_dict(json.loads(json.dumps(to_dict(sent)))) == sent


def test_trouble_of_a_channel_says_what_to_do() -> None:
    told = build_trouble("slack", "404 no_service", failures=1, permanent=True, key="k", dashboard="", now=NOON)
    assert told.subject == "Emberwatch: The channel slack does not work"
    assert "emberwatch alert --test slack" in told.next_step
    assert dict(told.facts)["Error"] == "404 no_service"


def test_two_tests_of_a_channel_are_two_messages() -> None:
    keys = {build_test("slack", dashboard="", now=NOON + timedelta(seconds=i)).key for i in range(2)}
    assert len(keys) == 2
