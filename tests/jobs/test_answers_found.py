"""Answers found in public: a text by an own account under a complaint marks its case answered, with the true time."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from monitor.facts import OWNER, WHOLE, MentionKind
from monitor.jobs import analyse, answer
from monitor.jobs.answer import found
from monitor.jobs.context import Context, Counters
from monitor.models import (
    Assessment,
    Author,
    Brand,
    Case,
    CaseMention,
    CaseState,
    Mention,
    MentionBrand,
    ReadState,
    Relation,
    Reply,
    ReplyState,
    Resolution,
    Source,
)
from monitor.store import cases as case_rows
from monitor.store import counts, public_answers, replies
from monitor.store.authors import author_hash, installation_key
from tests.contexts import make_settings
from tests.factories import (
    NOON,
    count_rows,
    make_author,
    make_brand,
    make_case,
    make_mention,
    make_source,
)
from tests.fakes import BAD, FakeAssessor
from tests.posting.blog import Blog
from tests.posting.owed import ANA, BRAND, history, settings_of

MINUTE = timedelta(minutes=1)
OPENED, ANSWERED, LOOKED = NOON + MINUTE, NOON + 5 * MINUTE, NOON + 60 * MINUTE
WORDS = "Dear Ana, we are sorry that the parcel never came. We send another one by six today."
ACCOUNT = {"host": "example.org", "id": "rosecart.example"}


@pytest.fixture
def shop(session: Session) -> tuple[Brand, Source]:
    brand = make_brand(session)
    return brand, make_source(session, brand)


@pytest.fixture
def us(session: Session) -> Author:
    """The brand's own account."""
    author = make_author(session, "Rose Cart")
    author.key_hash = author_hash(installation_key(session), "example.org", "rosecart.example")
    session.add(author)
    session.commit()
    return author


@pytest.fixture
def complaint(session: Session, shop: tuple[Brand, Source]) -> Mention:
    return make_mention(session, *shop, "The parcel never came.")


@pytest.fixture
def case(session: Session, complaint: Mention) -> Case:
    case = make_case(session, complaint, at=OPENED, state=CaseState.OWNED, owner="Ana")
    session.commit()
    return case


def under(
    session: Session, shop: tuple[Brand, Source], parent: Mention, by: Author | None,
    text: str = WORDS, at: datetime = ANSWERED, root: Mention | None = None,
) -> Mention:  # fmt: skip
    """What somebody wrote under a text."""
    mention = make_mention(session, *shop, text, at=at, author=by, kind=MentionKind.COMMENT)
    mention.parent_id, mention.root_id = parent.id, root.id if root else None
    session.add(mention)
    session.commit()
    return mention


def look(session: Session, at: datetime = LOOKED, accounts: Any = (ACCOUNT,), looks: Any = None) -> Counters:
    settings = make_settings(brands=[{**BRAND, "accounts": list(accounts)}], sources=[])
    counters = found.run(Context(settings, session, at), looks)
    return +Counter({"answers found": counters["answers found"]})


def now_of(session: Session, case: Case) -> Case:
    row = case_rows.case_of(session, case.id or 0)
    assert row is not None
    return row


def test_our_text_under_a_complaint_answers_its_case_at_the_time_it_was_published(
    session: Session, shop: tuple[Brand, Source], us: Author, complaint: Mention, case: Case
) -> None:
    ours = under(session, shop, complaint, us)
    assert look(session) == {"answers found": 1}
    after = now_of(session, case)
    assert (after.state, after.owner, after.answered_at) == (CaseState.ANSWERED, "Ana", ANSWERED)
    assert session.exec(select(CaseMention)).one().relation is Relation.ANSWER
    reply = replies.of_case(session, case.id or 0)[0]
    assert (reply.state, reply.actor, reply.text, reply.posted_at) == (ReplyState.POSTED, "", WORDS, ANSWERED)
    assert reply.mention_id == ours.id
    assert history(session, case)[-1] == ("", "found the answer", ours.url)
    assert replies.answers_found(session, case.id or 0) == [ours]


def test_a_second_look_finds_nothing_new(
    session: Session, shop: tuple[Brand, Source], us: Author, complaint: Mention, case: Case
) -> None:
    under(session, shop, complaint, us)
    look(session)
    before = count_rows(session, Reply), len(history(session, case))
    assert look(session, LOOKED + MINUTE) == {}
    assert (count_rows(session, Reply), len(history(session, case))) == before


def test_what_others_write_under_a_complaint_is_no_answer_of_ours(
    session: Session, shop: tuple[Brand, Source], us: Author, complaint: Mention, case: Case
) -> None:
    under(session, shop, complaint, make_author(session, "Rose Cart"))
    assert look(session) == {}
    assert look(session, accounts=()) == {}
    assert now_of(session, case).state is CaseState.OWNED


def test_the_account_of_one_host_is_none_at_another(
    session: Session, shop: tuple[Brand, Source], us: Author, complaint: Mention, case: Case
) -> None:
    under(session, shop, complaint, us)
    assert look(session, accounts=[{"host": "elsewhere.example", "id": "rosecart.example"}]) == {}


def test_what_was_recorded_is_the_same_answer_and_gets_its_true_time(
    session: Session, shop: tuple[Brand, Source], us: Author, complaint: Mention, case: Case
) -> None:
    answer.answer(session, case.id or 0, ANA, NOON + 20 * MINUTE, f"{WORDS} Ana", seen=CaseState.OWNED)
    ours = under(session, shop, complaint, us)
    look(session)
    (reply,) = replies.of_case(session, case.id or 0)
    assert (reply.actor, reply.mention_id, reply.posted_at) == ("Ana", ours.id, ANSWERED)
    assert now_of(session, case).answered_at == ANSWERED


def test_another_answer_than_the_recorded_one_is_a_reply_of_its_own(
    session: Session, shop: tuple[Brand, Source], us: Author, complaint: Mention, case: Case
) -> None:
    answer.answer(session, case.id or 0, ANA, NOON + 20 * MINUTE, "Please call us.", seen=CaseState.OWNED)
    under(session, shop, complaint, us)
    look(session)
    assert [reply.text for reply in replies.of_case(session, case.id or 0)] == ["Please call us.", WORDS]


@pytest.mark.parametrize("state", [ReplyState.OWED, ReplyState.FAILED, ReplyState.CANCELLED])
def test_what_somebody_posted_by_hand_is_owed_no_more(
    session: Session, shop: tuple[Brand, Source], us: Author, complaint: Mention, case: Case, state: ReplyState
) -> None:
    session.add(Reply(case_id=case.id, state=state, actor="Ana", text=WORDS, written_at=OPENED, poster="blog"))
    under(session, shop, complaint, us)
    look(session)
    (reply,) = replies.of_case(session, case.id or 0)
    assert (reply.state, reply.posted_at) == (ReplyState.POSTED, ANSWERED)


def test_an_answer_on_its_way_is_left_to_its_sender(
    session: Session, shop: tuple[Brand, Source], us: Author, complaint: Mention, case: Case
) -> None:
    going = ReplyState.POSTING
    session.add(Reply(case_id=case.id, state=going, actor="Ana", text=WORDS, written_at=OPENED, poster="blog"))
    under(session, shop, complaint, us)
    assert look(session) == {}
    assert replies.of_case(session, case.id or 0)[0].state is going


@pytest.mark.parametrize("state", [CaseState.NEW, CaseState.WAITING, CaseState.SOLVED, CaseState.DISMISSED])
def test_a_case_of_any_state_keeps_when_it_was_answered(
    session: Session, shop: tuple[Brand, Source], us: Author, complaint: Mention, state: CaseState
) -> None:
    case = make_case(session, complaint, at=OPENED, state=state)
    under(session, shop, complaint, us)
    look(session)
    after = now_of(session, case)
    assert after.answered_at == ANSWERED
    assert after.state is (CaseState.ANSWERED if state is CaseState.NEW else state)


def test_a_case_that_is_opened_after_its_answer_came_is_answered_too(
    session: Session, shop: tuple[Brand, Source], us: Author, complaint: Mention
) -> None:
    under(session, shop, complaint, us)
    assert look(session) == {}
    case = make_case(session, complaint, at=NOON + 30 * MINUTE)
    session.commit()
    look(session, LOOKED)
    assert now_of(session, case).answered_at == ANSWERED


def test_an_answer_is_not_older_than_its_complaint_where_the_place_tells_days_only(
    session: Session, shop: tuple[Brand, Source], us: Author, complaint: Mention, case: Case
) -> None:
    under(session, shop, complaint, us, at=NOON.replace(hour=0))
    look(session)
    assert now_of(session, case).answered_at == complaint.published_at


def test_an_answer_to_the_customers_later_words_belongs_to_the_case(
    session: Session, shop: tuple[Brand, Source], us: Author, complaint: Mention, case: Case
) -> None:
    later = under(session, shop, complaint, make_author(session), "Still nothing?", NOON + 3 * MINUTE)
    link = {"case_id": case.id, "mention_id": later.id, "linked_at": LOOKED}
    session.add(CaseMention(relation=Relation.LATER, **link))
    under(session, shop, later, us)
    look(session)
    assert now_of(session, case).answered_at == ANSWERED


def test_in_the_thread_of_a_complaint_only_answers_to_its_customer_count(
    session: Session, shop: tuple[Brand, Source], us: Author, complaint: Mention, case: Case
) -> None:
    customer = session.get(Author, complaint.author_id)
    other = under(session, shop, complaint, make_author(session), "Me too.", root=complaint)
    under(session, shop, other, us, "Write to us as well, please.", root=complaint)
    assert look(session) == {}
    again = under(session, shop, other, customer, "And now?", root=complaint)
    under(session, shop, again, us, root=complaint)
    assert look(session) == {"answers found": 1}


def test_what_a_poster_posted_is_known_by_its_name_even_where_no_account_is_configured(
    session: Session, shop: tuple[Brand, Source], complaint: Mention, case: Case
) -> None:
    reply = Reply(case_id=case.id, state=ReplyState.POSTED, actor="Ana", text="Sent.", written_at=OPENED, poster="blog")
    seen = under(session, shop, complaint, make_author(session), "Shown otherwise")
    reply.external_id, reply.posted_at = seen.external_id, NOON + 6 * MINUTE
    session.add(reply)
    session.commit()
    assert look(session, accounts=()) == {"answers found": 1}
    assert (reply_now(session, reply).mention_id, now_of(session, case).answered_at) == (seen.id, ANSWERED)


def reply_now(session: Session, reply: Reply) -> Reply:
    found = replies.reply_of(session, reply.id or 0)
    assert found is not None
    return found


def test_one_process_looks_every_half_minute(
    session: Session, shop: tuple[Brand, Source], us: Author, complaint: Mention, case: Case
) -> None:
    looks = found.Looks()
    look(session, looks=looks)
    under(session, shop, complaint, us)
    assert look(session, LOOKED + timedelta(seconds=29), looks=looks) == {}
    assert look(session, LOOKED + timedelta(seconds=30), looks=looks) == {"answers found": 1}


def unread(session: Session, mention: Mention) -> None:
    """As it is right after a crawl."""
    mention.read_state = ReadState.WAITING
    link = session.exec(select(MentionBrand).where(MentionBrand.mention_id == mention.id)).one()
    link.relevance = None
    session.add_all([mention, link])
    session.commit()


@pytest.mark.parametrize(("accounts", "negative"), [([ACCOUNT], 1), ([], 2)])
def test_what_own_accounts_write_is_read_by_no_model_and_counts_nowhere(
    session: Session, shop: tuple[Brand, Source], us: Author, complaint: Mention, accounts: Any, negative: int
) -> None:
    ours = under(session, shop, complaint, us, f"We at Rose Cart are sorry for this {BAD} delivery.")
    theirs = under(session, shop, complaint, make_author(session), f"Rose Cart is {BAD}.")
    for mention in (ours, theirs):
        unread(session, mention)
    model = FakeAssessor()
    settings = make_settings(brands=[{**BRAND, "accounts": accounts}], sources=[])
    counters = analyse.run(Context(settings, session, LOOKED), model)
    assert len(model.seen) == counters["read"] == negative
    assert counters["dropped: by own accounts"] == 2 - negative
    relevance = session.exec(select(MentionBrand.relevance).where(MentionBrand.mention_id == ours.id)).one()
    assert relevance == (0.0 if accounts else 1.0)


def counted(session: Session, brand: Brand) -> float:
    """How many texts the figures of the brand have."""
    rows = counts.read(session, brand.id or 0, Resolution.HOUR, NOON - 60 * MINUTE, LOOKED + 60 * MINUTE)
    return sum(mentions for _, mentions, *_ in rows[WHOLE])


def test_what_was_counted_before_its_account_was_configured_is_taken_out_of_the_counts(
    session: Session, shop: tuple[Brand, Source], us: Author, complaint: Mention
) -> None:
    ours = under(session, shop, complaint, us)
    before = counted(session, shop[0])
    settings = make_settings(brands=[{**BRAND, "accounts": [ACCOUNT]}], sources=[])
    context = Context(settings, session, LOOKED)
    assert found.run(context)["own texts to be read anew"] == 1
    analyse.run(context, FakeAssessor())
    assert (before, counted(session, shop[0])) == (2, 1)
    current = select(Assessment).where(Assessment.mention_id == ours.id, Assessment.is_current)
    assert session.exec(current).first() is None
    assert found.run(context)["own texts to be read anew"] == 0


def test_what_a_poster_posted_counts_nowhere_either(
    session: Session, shop: tuple[Brand, Source], complaint: Mention, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORDPRESS_PASSWORD", "for tests")
    ours = under(session, shop, complaint, make_author(session), f"Rose Cart is sorry: {BAD}.")
    reply = Reply(case_id=case.id, state=ReplyState.POSTED, actor="Ana", text="Sent.", written_at=OPENED)
    reply.external_id = ours.external_id
    session.add(reply)
    unread(session, ours)
    model = FakeAssessor()
    assert analyse.run(Context(settings_of(Blog()), session, LOOKED), model)["dropped: by own accounts"] == 1
    assert model.seen == []
    assert public_answers.posted_by_us(session, [ours, complaint]) == {ours.id}


def test_an_answer_within_a_review_is_found_without_any_account_in_the_config(
    session: Session, shop: tuple[Brand, Source], complaint: Mention, case: Case
) -> None:
    owner = make_author(session)
    owner.key_hash = author_hash(installation_key(session), "business.google.com", OWNER)
    session.add(owner)
    under(session, shop, complaint, owner)
    assert look(session, accounts=()) == {"answers found": 1}
    assert now_of(session, case).answered_at == ANSWERED
