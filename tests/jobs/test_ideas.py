"""The ideas box: proposed with a theme, seconded once by each, decided by leads; the slower one is told."""

import pytest
from sqlmodel import Session, select

from monitor.cases import LONGEST_NOTE
from monitor.errors import AnswerRefused
from monitor.facts import Role
from monitor.jobs import answer
from monitor.models import AuditEntry, Brand, Idea, IdeaState, IdeaVote
from monitor.store import ideas as store
from tests.factories import (
    NOON,
    count_rows,
    database_session,
    make_brand,
    make_case,
    make_mention,
    make_source,
    make_theme,
    person,
)

AGENT, OTHER, LEAD = (
    person(name, role) for name, role in (("Sana", Role.AGENT), ("Bilal", Role.AGENT), ("Lea", Role.LEAD))
)


@pytest.fixture
def brand(session: Session) -> Brand:
    brand = make_brand(session)
    make_theme(session, "refund", "Refunds")
    session.commit()
    return brand


def idea(session: Session, brand: Brand, text: str = "Refund at once below 500.", theme: str = "refund") -> Idea:
    return answer.propose(session, brand.id or 0, theme, text, AGENT, NOON)


def test_an_idea_is_kept_with_its_theme_and_who_had_it(session: Session, brand: Brand) -> None:
    kept = idea(session, brand, "  Refund at once below 500. ")
    assert (kept.text, kept.theme, kept.actor, kept.state) == (
        "Refund at once below 500.",
        "refund",
        "Sana",
        IdeaState.PROPOSED,
    )
    assert session.exec(select(AuditEntry.about)).all() == [f"idea {kept.id}"]


def test_an_idea_may_come_from_a_case_of_the_brand(session: Session, brand: Brand) -> None:
    case = make_case(session, make_mention(session, brand, make_source(session, brand)))
    kept = answer.propose(session, brand.id or 0, "", "Call first.", AGENT, NOON, case.id)
    assert [one.id for one in store.of_case(session, case.id or 0)] == [kept.id]
    with pytest.raises(AnswerRefused, match="no case"):
        answer.propose(session, make_brand(session, "other").id or 0, "", "Call first.", AGENT, NOON, case.id)


@pytest.mark.parametrize(
    ("text", "theme", "why"),
    [("  ", "refund", "write the idea"), ("x" * (LONGEST_NOTE + 1), "", "longer"), ("Call.", "unheard", "no theme")],
)
def test_what_is_no_idea_is_refused(session: Session, brand: Brand, text: str, theme: str, why: str) -> None:
    with pytest.raises(AnswerRefused, match=why):
        idea(session, brand, text, theme)
    assert count_rows(session, Idea) == 0


def test_each_seconds_an_idea_once_and_may_take_it_back(session: Session, brand: Brand) -> None:
    kept = idea(session, brand).id or 0
    for _ in range(2):
        answer.second(session, kept, OTHER, NOON)
    answer.second(session, kept, LEAD, NOON)
    assert store.votes(session, [kept]) == {kept: ["Bilal", "Lea"]}
    for _ in range(2):
        answer.take_back_second(session, kept, OTHER, NOON)
    assert store.votes(session, [kept]) == {kept: ["Lea"]}


def test_ones_own_idea_is_not_seconded(session: Session, brand: Brand) -> None:
    kept = idea(session, brand).id or 0
    with pytest.raises(AnswerRefused, match="yours"):
        answer.second(session, kept, AGENT, NOON)


def test_what_is_over_is_not_seconded(session: Session, brand: Brand) -> None:
    kept = idea(session, brand).id or 0
    answer.decide(session, kept, IdeaState.DONE, "Since Monday.", LEAD, NOON, seen=IdeaState.PROPOSED)
    with pytest.raises(AnswerRefused, match="done already"):
        answer.second(session, kept, OTHER, NOON)
    assert count_rows(session, IdeaVote) == 0


def test_a_lead_decides_with_the_reason(session: Session, brand: Brand) -> None:
    kept = idea(session, brand).id or 0
    decided = answer.decide(session, kept, IdeaState.DECLINED, "Too costly.", LEAD, NOON, seen=IdeaState.PROPOSED)
    assert (decided.state, decided.answer, decided.decided_by) == (IdeaState.DECLINED, "Too costly.", "Lea")


@pytest.mark.parametrize("state", [IdeaState.DECLINED, IdeaState.DONE])
def test_whoever_proposed_it_hears_why(session: Session, brand: Brand, state: IdeaState) -> None:
    kept = idea(session, brand).id or 0
    with pytest.raises(AnswerRefused, match="say why"):
        answer.decide(session, kept, state, " ", LEAD, NOON, seen=IdeaState.PROPOSED)
    assert answer.decide(session, kept, IdeaState.PLANNED, "", LEAD, NOON, seen=IdeaState.PROPOSED).decided_by == "Lea"


def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(
    database_url: str, session: Session, brand: Brand
) -> None:
    kept = idea(session, brand).id or 0
    with database_session(database_url) as another:
        answer.decide(another, kept, IdeaState.PLANNED, "", person("Amir", Role.LEAD), NOON, seen=IdeaState.PROPOSED)
    with pytest.raises(AnswerRefused, match="it is planned by Amir now"):
        answer.decide(session, kept, IdeaState.DECLINED, "No.", LEAD, NOON, seen=IdeaState.PROPOSED)


def test_agents_do_not_decide_and_viewers_propose_nothing(session: Session, brand: Brand) -> None:
    kept = idea(session, brand).id or 0
    with pytest.raises(AnswerRefused, match="role lead"):
        answer.decide(session, kept, IdeaState.DONE, "Done.", AGENT, NOON, seen=IdeaState.PROPOSED)
    with pytest.raises(AnswerRefused, match="role agent"):
        answer.propose(session, brand.id or 0, "", "Call.", person("Vera", Role.VIEWER), NOON)


def test_what_is_not_there_is_said(session: Session, brand: Brand) -> None:
    with pytest.raises(AnswerRefused, match="no idea 7"):
        answer.second(session, 7, AGENT, NOON)
    with pytest.raises(AnswerRefused, match="no brand 99"):
        answer.propose(session, 99, "", "Call.", AGENT, NOON)


def test_open_ideas_go_first_by_votes_and_are_counted_by_theme(session: Session, brand: Brand) -> None:
    done, plain, wanted = (idea(session, brand, text) for text in ("One", "Two", "Three"))
    idea(session, brand, "Four", "")
    answer.decide(session, done.id or 0, IdeaState.DONE, "Yes.", LEAD, NOON, seen=IdeaState.PROPOSED)
    answer.second(session, plain.id or 0, OTHER, NOON)
    found = [one.id for one in store.of_theme(session, brand.id or 0, "refund", 10)]
    assert found == [plain.id, wanted.id, done.id]
    assert store.open_by_theme(session, brand.id or 0) == {"refund": 2, "": 1}
