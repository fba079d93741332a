"""Tests of what a report says of answering: counts and rates, places, and people."""

import pytest

from monitor.facts import RULES, MentionKind
from monitor.jobs.gathering import make_report
from monitor.models import CaseMention, CaseState, Relation
from monitor.store.authors import author_hash, installation_key
from tests.factories import make_author, make_brand, make_case, make_mention, make_source
from tests.reports.conftest import DUE, MONDAY, NEXT_MONDAY, Watched, settings_of
from tests.reports.working import DAY, HOUR, a_case, did, group, solved, value

# rates and counts


def test_the_response_rate_goes_by_the_day_of_the_complaint(heard: Watched) -> None:
    a_case(heard, MONDAY + HOUR, answered_at=NEXT_MONDAY + HOUR)
    heard.say(MONDAY + 2 * HOUR)
    a_case(heard, MONDAY - HOUR, answered_at=MONDAY + HOUR)
    figures = heard.report()
    assert (value(figures, "response_rate"), value(figures, "answers_given")) == (0.5, 1)
    assert figures.figure("response_rate").note == "1 of 2"


def test_last_weeks_rate_is_judged_after_the_same_time(heard: Watched) -> None:
    a_case(heard, MONDAY - DAY, answered_at=MONDAY + 2 * HOUR)
    a_case(heard, MONDAY - DAY, answered_at=MONDAY + 9 * HOUR)  # the report is made seven hours after its week
    assert heard.report().figure("response_rate").last == 0.5


@pytest.mark.parametrize("sort", ["praise", "article", "repost", "removed", "dismissed", "irrelevant"])
def test_what_asks_for_no_answer_is_no_complaint(heard: Watched, sort: str) -> None:
    kind = MentionKind.ARTICLE if sort == "article" else MentionKind.REVIEW
    mention = heard.say(MONDAY + HOUR, 0.1 if sort == "praise" else 0.9, kind=kind)
    if sort == "repost":
        mention.repost_ref = "1"
    elif sort == "removed":
        mention.deleted_at = MONDAY + DAY
    elif sort == "dismissed":
        a_case(heard, MONDAY + HOUR, mention, state=CaseState.DISMISSED)
    elif sort == "irrelevant":
        heard.session.connection().exec_driver_sql("UPDATE mention_brand SET relevance = 0.1")
    figures = heard.report()
    assert (value(figures, "response_rate"), value(figures, "unanswered")) == (None, 0)


def test_a_text_with_a_case_is_a_complaint_whatever_it_reads_as(heard: Watched) -> None:
    a_case(heard, MONDAY + HOUR, heard.say(MONDAY + HOUR, 0.2), answered_at=MONDAY + 2 * HOUR)
    heard.say(MONDAY + HOUR)
    assert heard.report().figure("response_rate").note == "1 of 2"


def test_an_answer_in_public_counts_without_a_case(heard: Watched) -> None:
    settings = settings_of()
    ours = make_author(heard.session)
    mention, other = heard.say(MONDAY + HOUR), heard.say(MONDAY + HOUR)
    reply = heard.say(MONDAY + 3 * HOUR, 0.1, "We are sorry", author=ours)
    reply.parent_id = mention.id
    heard.session.flush()
    assert (value(heard.report(), "response_rate"), value(heard.report(), "unanswered")) == (0, 2)
    ours.key_hash = author_hash(installation_key(heard.session), "example.org", "rosecart")
    heard.session.flush()
    brand = {"id": "rosecart", "name": "Rose Cart", "time_zone": "Asia/Kolkata"}
    accounts = settings.model_validate({"brands": [brand | {"accounts": [{"host": "example.org", "id": "rosecart"}]}]})
    figures = make_report(heard.session, accounts, "rosecart", "last", DUE)
    assert (value(figures, "response_rate"), value(figures, "unanswered")) == (0.5, 1)
    assert [one.url for one in figures.silent_cases] == [other.url]


def test_a_second_complaint_is_answered_in_the_case_of_the_first(heard: Watched) -> None:
    case = a_case(heard, MONDAY + HOUR, answered_at=MONDAY + 2 * HOUR)
    later = heard.say(MONDAY + DAY)
    link = {"case_id": case.id, "mention_id": later.id, "relation": Relation.LATER, "linked_at": MONDAY + DAY}
    heard.session.add(CaseMention(**link))
    did(heard.session, case, "Sana", "answered", MONDAY + 2 * HOUR)
    assert value(heard.report(), "response_rate") == 0.5  # the answer was there before they wrote again
    did(heard.session, case, "Sana", "answered", MONDAY + 2 * DAY)
    assert (value(heard.report(), "response_rate"), value(heard.report(), "unanswered")) == (1, 0)


def test_solved_in_time_and_at_first_contact(heard: Watched) -> None:
    solved(heard, MONDAY + HOUR, 3 * HOUR)
    twice = solved(heard, MONDAY + HOUR, 2 * DAY)
    did(heard.session, twice, "Sana", "answered", MONDAY + DAY)
    figures = heard.report()
    assert (value(figures, "solved_in_time"), value(figures, "first_contact")) == (0.5, 0.5)


def test_a_case_reopened_after_its_week_was_judged_does_not_change_last_weeks_share(heard: Watched) -> None:
    case = solved(heard, MONDAY - 3 * DAY, state=CaseState.OWNED, solved_at=None, reopened=1)
    did(heard.session, case, "Sana", "reopened", MONDAY + 2 * DAY)
    assert heard.report().figure("first_contact").last == 1
    did(heard.session, case, "Sana", "reopened", MONDAY - HOUR)
    case.reopened = 2
    heard.session.flush()
    assert heard.report().figure("first_contact").last == 0


def test_escalations_count_in_the_week_a_manager_was_told(heard: Watched) -> None:
    for at in (MONDAY - DAY, MONDAY + HOUR, NEXT_MONDAY + HOUR):
        a_case(heard, MONDAY - 2 * DAY, escalated_at=at)
    a_case(heard, MONDAY - 2 * DAY, escalated_at=MONDAY + DAY, state=CaseState.DISMISSED)
    escalations = heard.report().figure("escalations")
    assert (escalations.value, escalations.last) == (2, 1)


def test_another_brands_work_is_not_told(heard: Watched) -> None:
    other = make_brand(heard.session, "lily", "Lily Box")
    at = MONDAY + HOUR
    theirs = make_mention(heard.session, other, make_source(heard.session, other, "lily"), at=at)
    case = make_case(heard.session, theirs, at=at, owner="Omar", answered_at=at, follow_up_at=at)
    did(heard.session, case, "Omar", "answered", at)
    figures = heard.report()
    assert (value(figures, "answers_given"), value(figures, "unanswered"), figures.channels) == (0, 0, ())
    assert (figures.people, value(figures, "follow_ups_due")) == ((), 0)


# places


def test_each_kind_of_place_stands_beside_what_was_promised_there(heard: Watched) -> None:
    phone = make_source(heard.session, heard.brand, "sky", "bluesky")
    heard.settings = settings_of(
        sources=[{"id": "sky", "type": "bluesky", "brands": ["rosecart"], "params": {"query": "rose cart"}}],
        service={
            "times": [{"sources": ["bluesky"], "answer_within": "30m", "solve_within": "2d", "round_the_clock": True}]
        },
    )
    at = MONDAY + HOUR
    solved(heard, at)
    make_case(heard.session, make_mention(heard.session, heard.brand, phone, at=at), at=at)
    channels = heard.report().channels
    assert [(one.key, one.name) for one in channels] == [("bluesky", "bluesky"), ("schemaorg", "schemaorg")]
    assert channels[0].note == "promised: answer within 30 min, solution within 2 days"
    assert channels[1].note == "promised: answer within 1 h, solution within 24 h; critical ones 15 min and 8 h"
    assert [figure.value for figure in channels[1].figures] == [1, 1, 30, 1]
    assert [figure.value for figure in channels[0].figures] == [1, 0, None, 0]


# people


@pytest.fixture
def team(heard: Watched) -> Watched:
    people = [{"name": name, "role": role} for name, role in (("Sana", "agent"), ("Omar", "lead"), ("Vera", "viewer"))]
    heard.settings = settings_of(people=people)
    return heard


def test_people_of_the_config_stand_there_with_nothing_and_those_who_only_look_do_not(team: Watched) -> None:
    assert [one.key for one in team.report().people] == ["Omar", "Sana"]
    assert {figure.value for figure in group(team.report().people, "Sana").values()} == {0, None}


def test_what_a_person_took_answered_and_solved_is_counted_by_case(team: Watched) -> None:
    at = MONDAY + HOUR
    case = solved(team, at, hostile=True)
    did(team.session, case, "Sana", "answered", at + 2 * HOUR)
    mine = a_case(team, at, owner="Omar")  # takes it
    did(team.session, mine, "Omar", "assigned", at + HOUR, "Sana")
    people = team.report().people
    sana = {name: figure.value for name, figure in group(people, "Sana").items()}
    assert sana == {
        "open_cases": 0, "taken": 2, "answered": 1, "solved": 1, "first_answer": 30, "hostile_share": 1, "praised": 0,
    }  # fmt: skip
    assert [one.key for one in people] == ["Sana", "Omar"]
    assert group(people, "Omar")["open_cases"].value == 1


def test_the_time_to_answer_is_that_of_who_answered_first(team: Watched) -> None:
    case = solved(team, MONDAY + HOUR, owner="Omar")
    did(team.session, case, "Omar", "answered", MONDAY + 5 * HOUR)
    people = team.report().people
    assert group(people, "Sana")["first_answer"].value == 30
    assert group(people, "Omar")["first_answer"].value is None


def test_what_nobody_owns_and_what_the_rules_found_stand_apart_at_the_end(team: Watched) -> None:
    a_case(team, MONDAY + HOUR)
    found = a_case(team, MONDAY + HOUR, answered_at=MONDAY + 2 * HOUR, state=CaseState.ANSWERED)
    did(team.session, found, RULES.name, "found the answer", MONDAY + 2 * HOUR)
    last = team.report().people[-1]
    figures = {figure.name: figure.value for figure in last.figures}
    assert (last.key, figures["open_cases"], figures["answered"], figures["taken"]) == ("", 2, 1, None)


def test_somebody_who_left_is_named_with_their_work(team: Watched) -> None:
    a_case(team, MONDAY + HOUR, owner="Nadia")
    assert next(one.note for one in team.report().people if one.key == "Nadia") == "not in the config"


def test_the_same_rows_give_the_same_figures_of_work(team: Watched) -> None:
    for hour in range(5):
        solved(team, MONDAY + hour * HOUR)
        team.say(MONDAY + hour * HOUR)
    assert team.report().model_dump_json() == team.report().model_dump_json()
