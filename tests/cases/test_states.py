"""Tests of the state graph of a case, and of what is due next."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor import cases
from monitor.cases import BY_RULES, GRAPH, Action, CaseFacts, Due, Scope, ServicePolicy
from monitor.errors import AnswerRefused
from monitor.facts import MentionKind, Severity
from monitor.models import CaseState

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _case(state: CaseState = CaseState.NEW, owner: str = "", **values: object) -> CaseFacts:
    due = {"answer_due_at": NOW + HOUR, "solve_due_at": NOW + 24 * HOUR}
    return CaseFacts(state=state, owner=owner, opened_at=NOW, **(due | values))


def _after(case: CaseFacts, *steps: tuple[Action, str]) -> CaseFacts:
    for action, note in steps:
        case = cases.apply(case, action, "Ayesha", NOW, note)
    return case


def test_a_case_goes_from_new_to_solved():
    steps = (
        (Action.TAKE, ""),
        (Action.ANSWER, "We are sorry."),
        (Action.WAIT, ""),
        (Action.SOLVE, "Refunded."),
    )
    solved = _after(_case(), *steps)
    assert solved.state is CaseState.SOLVED
    assert (solved.owner, solved.answered_at, solved.solved_at, solved.outcome) == (
        "Ayesha", NOW, NOW, "Refunded.",
    )  # fmt: skip


def test_every_state_is_in_the_graph_and_can_be_reached():
    reached = {after for steps in GRAPH.values() for after in steps.values()}
    assert set(GRAPH) == reached == set(CaseState)


@pytest.mark.parametrize("state", list(CaseState))
@pytest.mark.parametrize("action", list(Action))
def test_an_action_outside_the_graph_is_refused(state: CaseState, action: Action):
    owner = "" if state is CaseState.NEW else "Ayesha"
    case = _case(state, owner, follow_up_at=NOW + HOUR)
    if action in cases.allowed(case):
        assert cases.apply(case, action, "Ayesha", NOW, "words", to="Bilal").state is GRAPH[state][action]
    else:
        with pytest.raises(AnswerRefused):
            cases.apply(case, action, "Ayesha", NOW, "words", to="Bilal")


@pytest.mark.parametrize("state", list(CaseState))
@pytest.mark.parametrize("action", sorted(BY_RULES))
def test_what_the_rules_do_is_possible_in_every_state(state: CaseState, action: Action):
    assert cases.apply(_case(state), action, "", NOW).state is GRAPH[state][action]


@pytest.mark.parametrize("state", list(CaseState))
@pytest.mark.parametrize("action", sorted(BY_RULES))
def test_people_never_do_what_is_for_the_rules(state: CaseState, action: Action):
    assert action not in cases.allowed(_case(state, "Ayesha"))
    with pytest.raises(AnswerRefused, match="for the rules alone"):
        cases.apply(_case(state, "Ayesha"), action, "Ayesha", NOW)


@pytest.mark.parametrize("action", [one for one in Action if one not in BY_RULES])
def test_the_rules_do_nothing_that_is_for_people(action: Action):
    with pytest.raises(AnswerRefused, match="say who you are first"):
        cases.apply(_case(), action, "", NOW, "words", to="Bilal")


def test_an_answer_that_was_found_counts_from_when_it_was_published():
    found = cases.apply(_case(), Action.FOUND, "", NOW + 5 * HOUR, at=NOW + HOUR / 2)
    assert (found.state, found.owner, found.answered_at) == (CaseState.ANSWERED, "", NOW + HOUR / 2)


def test_an_answer_that_was_found_late_does_not_move_the_first():
    case = _case(CaseState.ANSWERED, "Ayesha", answered_at=NOW)
    assert cases.apply(case, Action.FOUND, "", NOW + 5 * HOUR, at=NOW + HOUR).answered_at == NOW


def test_a_case_that_was_answered_before_anybody_had_it_is_taken_first():
    found = cases.apply(_case(), Action.FOUND, "", NOW)
    assert cases.allowed(found) == (Action.TAKE, Action.NOTE, Action.ASSIGN, Action.DISMISS)
    with pytest.raises(AnswerRefused, match="take it before you solve it"):
        cases.apply(found, Action.SOLVE, "Ayesha", NOW, "words")


def test_taking_an_answered_case_leaves_it_answered():
    found = cases.apply(_case(), Action.FOUND, "", NOW)
    taken = cases.apply(found, Action.TAKE, "Ayesha", NOW + HOUR)
    assert (taken.state, taken.owner, taken.answered_at) == (CaseState.ANSWERED, "Ayesha", NOW)


def test_a_case_whose_customer_wrote_again_is_ours_again():
    waiting = _case(CaseState.WAITING, "Ayesha", answered_at=NOW)
    assert cases.apply(waiting, Action.HEARD, "", NOW).state is CaseState.ANSWERED


@pytest.mark.parametrize(
    ("state", "owner"), [(CaseState.NEW, ""), (CaseState.OWNED, "Ayesha"), (CaseState.WAITING, "Ayesha")]
)
def test_a_case_is_assigned_to_somebody(state: CaseState, owner: str):
    given = cases.apply(_case(state, owner), Action.ASSIGN, "Ayesha", NOW, to=" Bilal ")
    assert (given.owner, given.state) == ("Bilal", CaseState.OWNED if state is CaseState.NEW else state)


def test_a_case_is_assigned_to_nobody_without_a_name():
    with pytest.raises(AnswerRefused, match="say who"):
        cases.apply(_case(), Action.ASSIGN, "Ayesha", NOW, to=" ")


def test_what_to_offer_first_leads_to_the_solution():
    firsts = [cases.allowed(_case(state, "" if state is CaseState.NEW else "Ayesha"))[0] for state in CaseState]
    assert firsts == ["take", "answer", "solve", "solve", "reopen", "reopen"]


def test_taking_a_taken_case_is_refused_naming_the_owner():
    with pytest.raises(AnswerRefused, match="Ayesha has taken this case already"):
        cases.apply(_case(CaseState.OWNED, "Ayesha"), Action.TAKE, "Bilal", NOW)


def test_taking_a_case_twice_says_that_it_is_ones_own():
    with pytest.raises(AnswerRefused, match="you have taken this case already"):
        cases.apply(_case(CaseState.OWNED, "Ayesha"), Action.TAKE, "Ayesha", NOW)


@pytest.mark.parametrize("action", [Action.ANSWER, Action.SOLVE, Action.DISMISS])
def test_only_the_owner_closes_or_answers(action: Action):
    with pytest.raises(AnswerRefused, match="Ayesha owns this case"):
        cases.apply(_case(CaseState.OWNED, "Ayesha"), action, "Bilal", NOW, "words")


def test_anybody_may_free_a_case_whose_owner_is_away():
    freed = cases.apply(_case(CaseState.ANSWERED, "Ayesha", answered_at=NOW), Action.RELEASE, "Bilal", NOW)
    assert (freed.state, freed.owner, freed.answered_at) == (CaseState.NEW, "", NOW)


def test_a_new_case_must_be_taken_before_it_is_answered():
    with pytest.raises(AnswerRefused, match="take it before you answer it"):
        cases.apply(_case(), Action.ANSWER, "Ayesha", NOW, "words")


@pytest.mark.parametrize("action", [Action.NOTE, Action.ANSWER, Action.SOLVE, Action.DISMISS])
def test_an_action_that_needs_words_is_refused_without(action: Action):
    with pytest.raises(AnswerRefused, match="first"):
        cases.apply(_case(CaseState.OWNED, "Ayesha"), action, "Ayesha", NOW, "  ")


def test_nobody_can_act_without_a_name():
    with pytest.raises(AnswerRefused, match="say who you are"):
        cases.apply(_case(), Action.TAKE, " ", NOW)


@pytest.mark.parametrize("name", ["\u200f", "\u200d", "\u0301\u0301", "\u3164", "\u2800", "\ufffd", "…"])
def test_a_name_that_nobody_can_see_is_none(name: str):
    with pytest.raises(AnswerRefused, match="say who you are first"):
        cases.check_name(name)


def test_a_name_may_be_of_any_script():
    for name in ("Ayesha", "عائشہ", "ఆమని", "9"):
        cases.check_name(name)


def test_a_name_or_a_text_that_is_too_long_is_refused():
    with pytest.raises(AnswerRefused, match="120 letters"):
        cases.apply(_case(), Action.TAKE, "a" * 121, NOW)
    with pytest.raises(AnswerRefused, match="4000 letters"):
        cases.apply(_case(), Action.NOTE, "Ayesha", NOW, "a" * 4001)


def test_the_first_answer_keeps_its_time():
    case = _case(CaseState.WAITING, "Ayesha", answered_at=NOW)
    assert cases.apply(case, Action.ANSWER, "Ayesha", NOW + HOUR, "More.").answered_at == NOW


def test_reopening_counts_and_gives_the_time_to_solve_anew():
    solved = _case(CaseState.SOLVED, "Ayesha", solved_at=NOW, outcome="Refunded.")
    again = cases.apply(solved, Action.REOPEN, "Bilal", NOW + 48 * HOUR, policy=ServicePolicy())
    assert (again.state, again.owner, again.reopened) == (CaseState.OWNED, "Bilal", 1)
    assert (again.solved_at, again.outcome, again.solve_due_at) == (None, "", NOW + 72 * HOUR)


def test_an_unanswered_case_owes_the_answer_first_and_then_the_solution():
    assert cases.next_due(_case()) == (Due.ANSWER, NOW + HOUR)
    assert cases.next_due(_case(CaseState.ANSWERED, "A", answered_at=NOW)) == (Due.SOLUTION, NOW + 24 * HOUR)


def test_a_closed_case_owes_nothing():
    assert cases.next_due(_case(CaseState.SOLVED)) is None
    assert cases.overdue(_case(CaseState.SOLVED), NOW + 99 * HOUR) is None


def test_a_case_is_overdue_by_the_time_since_it_was_due():
    assert cases.overdue(_case(), NOW + HOUR) is None
    assert cases.overdue(_case(), NOW + 3 * HOUR) == 2 * HOUR


def test_a_reopened_case_is_due_by_the_policy_of_its_channel_and_severity():
    times = [{"kinds": ["review"], "at_least": "high", "answer_within": "5m", "solve_within": "2h"}]
    solved = _case(CaseState.SOLVED, "Ayesha", severity=Severity.HIGH)
    scope = Scope(kind=MentionKind.REVIEW)
    again = cases.apply(solved, Action.REOPEN, "Bilal", NOW, policy=ServicePolicy(times=times), scope=scope)
    assert again.solve_due_at == NOW + 2 * HOUR


def test_what_is_due_comes_nearer_when_the_trouble_gets_worse():
    worse = cases.worsened(_case(), Severity.CRITICAL, NOW + HOUR / 4, ServicePolicy(), Scope())
    assert worse.severity is Severity.CRITICAL
    assert (worse.answer_due_at, worse.solve_due_at) == (NOW + HOUR / 2, NOW + 8 * HOUR + HOUR / 4)


def test_what_is_due_never_comes_later():
    soon = _case(answer_due_at=NOW + HOUR / 12, solve_due_at=NOW + HOUR)
    worse = cases.worsened(soon, Severity.CRITICAL, NOW, ServicePolicy(), Scope())
    assert (worse.answer_due_at, worse.solve_due_at) == (soon.answer_due_at, soon.solve_due_at)


def test_an_answer_that_was_given_is_not_due_anew_when_it_gets_worse():
    case = _case(CaseState.ANSWERED, "Ayesha", answered_at=NOW)
    assert cases.worsened(case, Severity.CRITICAL, NOW, ServicePolicy(), Scope()).answer_due_at == case.answer_due_at


@pytest.mark.parametrize(
    ("state", "known", "now"),
    [
        (CaseState.OWNED, Severity.CRITICAL, Severity.HIGH),
        (CaseState.OWNED, Severity.HIGH, Severity.HIGH),
        (CaseState.SOLVED, None, Severity.CRITICAL),
        (CaseState.DISMISSED, None, Severity.CRITICAL),
    ],
)
def test_a_case_that_is_as_severe_already_or_closed_stays(state: CaseState, known: Severity, now: Severity):
    case = _case(state, "Ayesha", severity=known)
    assert cases.worsened(case, now, NOW, ServicePolicy(), Scope()) is case


def _solved(**policy: timedelta) -> CaseFacts:
    case = _case(CaseState.ANSWERED, "Ayesha", answered_at=NOW)
    return cases.apply(case, Action.SOLVE, "Ayesha", NOW, "Refunded.", policy=ServicePolicy(**policy))


def test_a_solved_case_is_followed_up_some_days_later():
    solved = _solved()
    assert cases.next_due(solved) == (Due.FOLLOW_UP, NOW + timedelta(days=3))
    assert cases.allowed(solved)[0] is Action.FOLLOW_UP


def test_a_policy_without_follow_up_asks_for_none():
    solved = _solved(follow_up_after=timedelta())
    assert (solved.follow_up_at, cases.next_due(solved)) == (None, None)


def test_a_case_is_followed_up_once():
    done = cases.apply(_solved(), Action.FOLLOW_UP, "Bilal", NOW, "All well, she says.")
    assert (done.state, done.follow_up_at) == (CaseState.SOLVED, None)
    with pytest.raises(AnswerRefused, match="or somebody has"):
        cases.apply(done, Action.FOLLOW_UP, "Ayesha", NOW, "And again.")


def test_a_reopened_case_is_not_followed_up_until_it_is_solved_again():
    again = cases.apply(_solved(), Action.REOPEN, "Ayesha", NOW, "It came back.")
    assert again.follow_up_at is None
