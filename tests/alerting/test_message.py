"""What messages say."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerting.message import build, build_test, build_trouble, from_dict, to_dict
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
