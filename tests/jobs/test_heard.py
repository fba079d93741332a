"""What customers say later finds its case: once, in the right one, and with what it asks of us."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, func, select

from monitor.doors import survey
from monitor.errors import AnswerRefused
from monitor.facts import MentionKind, Sentiment
from monitor.jobs import answer
from monitor.jobs.answer import Looks, cases, heard
from monitor.models import (
    Assessment,
    Author,
    Brand,
    Case,
    CaseEvent,
    CaseMention,
    CaseState,
    Mention,
    MentionBrand,
    MentionVersion,
    ReadState,
    Relation,
    Source,
)
from monitor.store import authors
from tests.contexts import make_context
from tests.factories import (
    NOON,
    make_author,
    make_brand,
    make_case,
    make_mention,
    make_source,
)

HOUR = timedelta(hours=1)
LATER = NOON + 5 * HOUR
PATIENCE_SECONDS = 30.0


@pytest.fixture
def shop(session: Session) -> tuple[Brand, Source]:
    brand = make_brand(session)
    return brand, make_source(session, brand)


@pytest.fixture
def amna(session: Session) -> Author:
    return make_author(session, "Amna K.")


def case_of(session: Session, shop: tuple[Brand, Source], author: Author | None, **values: Any) -> Case:
    text = make_mention(session, *shop, "Where is my refund?", at=values.pop("said_at", NOON), author=author)
    case = make_case(session, text, **({"state": CaseState.WAITING, "owner": "Sana"} | values))
    session.commit()
    return case


def says(session: Session, shop: tuple[Brand, Source], author: Author | None, **values: Any) -> Mention:
    mention = make_mention(
        session, *shop, values.pop("text", "Still nothing."), **({"at": NOON + HOUR, "author": author} | values)
    )
    session.commit()
    return mention


def unread(session: Session, mention: Mention, *, state: ReadState = ReadState.READ) -> None:
    """As a text that names no brand: nobody read what it says."""
    for row in session.exec(select(Assessment).where(Assessment.mention_id == mention.id)):
        session.delete(row)
    link = session.exec(select(MentionBrand).where(MentionBrand.mention_id == mention.id)).one()
    link.relevance, mention.read_state = 0.0, state
    session.commit()


def look(session: Session, looks: heard.Looks | None = None, at: datetime = LATER) -> dict[str, int]:
    return dict(heard.run(make_context(session, at), looks))


def soon(is_so: Callable[[], bool]) -> bool:
    """On PostgreSQL nothing is settled while others, of whichever database, write."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not (so := is_so()) and time.monotonic() < until:
        time.sleep(0.05)
    return so


def links(session: Session) -> list[tuple[int, int, Relation]]:
    rows = session.exec(select(CaseMention).order_by(col(CaseMention.mention_id)))
    return [(row.case_id, row.mention_id, row.relation) for row in rows]


def history(session: Session, case: Case) -> list[tuple[str, str, str]]:
    rows = session.exec(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(col(CaseEvent.id)))
    return [(row.actor, row.action, row.note) for row in rows if row.action == "heard again"]


def test_a_waiting_case_is_ours_again_when_its_customer_writes(
    session: Session, shop: tuple[Brand, Source], amna: Author
) -> None:
    case = case_of(session, shop, amna)
    later = says(session, shop, amna)
    look(session)
    session.refresh(case)
    assert (case.state, links(session)) == (CaseState.ANSWERED, [(case.id, later.id, Relation.LATER)])
    assert history(session, case) == [("", "heard again", "wrote again: negative")]


def test_the_history_keeps_none_of_the_customers_words(
    session: Session, shop: tuple[Brand, Source], amna: Author
) -> None:
    case = case_of(session, shop, amna)
    says(session, shop, amna, text="A secret of mine", rating=2.0)
    look(session)
    assert history(session, case) == [("", "heard again", "wrote again: negative, 2 of 5")]


def test_a_solved_case_whose_customer_complains_again_is_due_for_follow_up_now(
    session: Session, shop: tuple[Brand, Source], amna: Author
) -> None:
    due = NOON + timedelta(days=3)
    case = case_of(session, shop, amna, state=CaseState.SOLVED, solved_at=NOON + HOUR / 2, follow_up_at=due)
    says(session, shop, amna)
    look(session)
    session.refresh(case)
    assert (case.state, case.follow_up_at) == (CaseState.SOLVED, LATER)


@pytest.mark.parametrize(("negative", "at"), [(0.1, NOON + HOUR), (0.9, NOON + HOUR / 4)], ids=["thanks", "before"])
def test_thanks_and_what_was_said_before_the_solution_ask_for_nothing(
    session: Session, shop: tuple[Brand, Source], amna: Author, negative: float, at: datetime
) -> None:
    due = NOON + timedelta(days=3)
    case = case_of(session, shop, amna, state=CaseState.SOLVED, solved_at=NOON + HOUR / 2, follow_up_at=due)
    says(session, shop, amna, negative=negative, at=at)
    look(session)
    session.refresh(case)
    assert (case.follow_up_at, len(history(session, case))) == (due, 1)


def test_twice_is_once_in_one_process_and_in_another(
    session: Session, shop: tuple[Brand, Source], amna: Author
) -> None:
    case = case_of(session, shop, amna)
    says(session, shop, amna)
    looks = heard.Looks()
    assert look(session, looks) == {"customers_wrote_again": 1}
    assert look(session, looks) == look(session) == {}
    assert len(history(session, case)) == 1


def test_each_look_sees_only_what_was_read_since(session: Session, shop: tuple[Brand, Source], amna: Author) -> None:
    case_of(session, shop, amna)
    looks = heard.Looks()
    look(session, looks)
    later = says(session, shop, amna)
    look(session, looks)
    newest = session.exec(select(func.max(Assessment.id))).one()
    assert soon(lambda: look(session, looks) == {} and looks.reading.settled == newest)
    assert [mention for _, mention, _ in links(session)] == [later.id]


def test_others_other_brands_and_what_came_before_belong_to_nothing(
    session: Session, shop: tuple[Brand, Source], amna: Author
) -> None:
    case_of(session, shop, amna)
    says(session, shop, make_author(session, "Ben"))
    says(session, shop, amna, at=NOON - HOUR)
    other = make_brand(session, "other", "Other")
    says(session, (other, make_source(session, other, "other-reviews")), amna)
    assert (look(session), links(session)) == ({}, [])


def test_a_name_that_many_share_is_nobody(session: Session, shop: tuple[Brand, Source]) -> None:
    google = make_author(session, "A Google user")
    case_of(session, shop, google)
    says(session, shop, google)
    assert (look(session), links(session)) == ({}, [])


def test_an_answer_in_the_same_thread_need_not_name_the_brand(
    session: Session, shop: tuple[Brand, Source], amna: Author
) -> None:
    case = case_of(session, shop, amna)
    reply = says(session, shop, amna, text="When?", kind=MentionKind.COMMENT)
    reply.parent_id = case.mention_id
    unread(session, reply)
    assert look(session) == {"customers_wrote_again": 1}
    assert history(session, case)[0][2] == "wrote again: not read, it names no brand"


def test_an_answer_that_is_not_read_yet_is_looked_at_again(
    session: Session, shop: tuple[Brand, Source], amna: Author
) -> None:
    case = case_of(session, shop, amna)
    reply = says(session, shop, amna, text="When?")
    reply.parent_id = case.mention_id
    unread(session, reply, state=ReadState.WAITING)
    looks = heard.Looks()
    assert look(session, looks) == {}
    reply.read_state = ReadState.READ
    session.commit()
    assert look(session, looks) == {"customers_wrote_again": 1}


def test_of_two_cases_the_one_of_the_thread_is_meant_then_the_open_then_the_newest(
    session: Session, shop: tuple[Brand, Source], amna: Author
) -> None:
    closed = case_of(session, shop, amna, state=CaseState.SOLVED, solved_at=NOON, said_at=NOON + HOUR / 2)
    old, new = (case_of(session, shop, amna, said_at=NOON + minutes) for minutes in (HOUR / 6, HOUR / 3))
    says(session, shop, amna)
    thread = says(session, shop, amna, at=NOON + 2 * HOUR)
    thread.root_id = old.mention_id
    session.commit()
    look(session)
    assert [case for case, _, _ in links(session)] == [new.id, old.id]
    assert history(session, closed) == []


def test_what_its_source_deleted_belongs_to_nothing(session: Session, shop: tuple[Brand, Source], amna: Author) -> None:
    case_of(session, shop, amna)
    says(session, shop, amna).deleted_at = NOON + HOUR
    session.commit()
    assert look(session) == {}


def test_a_text_of_months_ago_is_no_news(session: Session, shop: tuple[Brand, Source], amna: Author) -> None:
    case_of(session, shop, amna)
    says(session, shop, amna)
    assert look(session, at=NOON + timedelta(days=40)) == {}


def test_a_case_that_was_closed_long_ago_listens_no_more(
    session: Session, shop: tuple[Brand, Source], amna: Author
) -> None:
    case_of(session, shop, amna, state=CaseState.SOLVED, solved_at=NOON)
    at = NOON + timedelta(days=120)
    says(session, shop, amna, at=at)
    assert look(session, at=at + HOUR) == {}


def edits(session: Session, case: Case, at: datetime, *, positive: bool, rating: float | None = None) -> None:
    """As a crawl that finds other words, and a model that reads them under the assessment that it had."""
    mention = session.get_one(Mention, case.mention_id)
    session.add(MentionVersion(mention_id=mention.id, text="before", rating_value=1.0, replaced_at=at))
    mention.text, mention.edited_at, mention.rating_value, mention.rating_best = "after", at, rating, 5.0
    read = session.exec(select(Assessment).where(Assessment.mention_id == mention.id)).one()
    read.label = Sentiment.POSITIVE if positive else Sentiment.NEGATIVE
    session.commit()


def test_a_review_that_was_changed_for_the_better_is_noted(
    session: Session, shop: tuple[Brand, Source], amna: Author
) -> None:
    case = case_of(session, shop, amna, state=CaseState.SOLVED, solved_at=NOON + HOUR, follow_up_at=None)
    edits(session, case, NOON + 2 * HOUR, positive=True, rating=5.0)
    assert look(session) == {"customers_changed_text": 1}
    session.refresh(case)
    note = "changed their text: positive, 5 of 5 instead of 1"
    assert (history(session, case), case.follow_up_at) == ([("", "heard again", note)], None)


def test_each_change_is_noted_once(session: Session, shop: tuple[Brand, Source], amna: Author) -> None:
    case = case_of(session, shop, amna)
    edits(session, case, NOON + HOUR, positive=True)
    assert look(session) == {"customers_changed_text": 1}
    assert look(session) == {}
    edits(session, case, LATER + HOUR, positive=False)
    assert look(session, at=LATER + 2 * HOUR) == {"customers_changed_text": 1}
    assert len(links(session)) == 1


def test_a_change_of_before_the_case_is_none(session: Session, shop: tuple[Brand, Source], amna: Author) -> None:
    case = case_of(session, shop, amna, at=NOON + HOUR)
    edits(session, case, NOON + HOUR / 2, positive=True)
    assert look(session) == {}


def test_a_case_that_somebody_changes_at_this_moment_is_told_all_the_same(
    session: Session, shop: tuple[Brand, Source], amna: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_of(session, shop, amna)
    says(session, shop, amna)
    real, refused = cases.act, iter([True, False])

    def busy(*args: Any, **values: Any) -> Case:
        if next(refused):
            raise AnswerRefused("this case has changed meanwhile")
        return real(*args, **values)

    monkeypatch.setattr(heard, "act", busy)
    look(session)
    assert (len(links(session)), len(history(session, case))) == (1, 1)


def answers_survey(session: Session, shop: tuple[Brand, Source], item: str, name: str) -> Mention:
    """As the reception keeps it: known by what only we can make."""
    key = survey.form_key(authors.installation_key(session))
    said = says(session, shop, None, kind=MentionKind.SURVEY, rating=2.0, text="")
    said.host, said.item, said.external_id = "visit", item, survey.answer_id(key, "visit", name)
    session.commit()
    return said


def test_an_answer_that_came_by_the_link_of_a_case_belongs_to_it(
    session: Session, shop: tuple[Brand, Source], amna: Author
) -> None:
    case = case_of(session, shop, amna, state=CaseState.SOLVED, solved_at=NOON, reopened=1)
    said = answers_survey(session, shop, f"case {case.id}", f"case:{case.id}.1")
    assert look(session) == {"customers_answered_survey": 1}
    session.refresh(case)
    assert links(session) == [(case.id, said.id, Relation.SURVEY)]
    assert (history(session, case)[0][2], case.follow_up_at) == ("answered the survey: negative, 2 of 5", LATER)


@pytest.mark.parametrize("name", ["case:1.7", "case:2.0", "order:case 1", "form:x"])
def test_who_only_says_a_case_links_nothing(session: Session, shop: tuple[Brand, Source], name: str) -> None:
    case = case_of(session, shop, None)
    assert case.id == 1
    answers_survey(session, shop, "case 1", name)
    assert (look(session), links(session)) == ({}, [])


def test_a_text_that_belongs_to_a_case_goes_before_the_rules(
    session: Session, shop: tuple[Brand, Source], amna: Author
) -> None:
    case = case_of(session, shop, amna)
    says(session, shop, amna)
    counters = answer.run(make_context(session, LATER), Looks())
    assert counters["customers_wrote_again"] == 1
    session.refresh(case)
    assert case.state is CaseState.ANSWERED


def test_a_text_with_a_case_of_its_own_is_its_own_complaint(
    session: Session, shop: tuple[Brand, Source], amna: Author
) -> None:
    first = case_of(session, shop, amna)
    case_of(session, shop, amna, said_at=NOON + HOUR)
    assert (look(session), history(session, first)) == ({}, [])
