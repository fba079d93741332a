"""Tests of what belongs to a case beside its complaint."""

from datetime import timedelta

from sqlmodel import delete

from dashboard.data import opening
from dashboard.data.casefile import casefile
from monitor.clock import utcnow
from monitor.models import Assessment, Brand, CaseEvent, CaseMention, CaseState, Praise, Relation, Reply, ReplyState
from tests.factories import database_session, make_case, make_mention, make_source

NOW = utcnow()


def test_a_case_knows_its_answers_its_posting_and_who_is_praised(empty: str):
    with database_session(empty) as session:
        brand = session.get_one(Brand, 1)
        source = make_source(session, brand)
        text = make_mention(session, brand, source, "Bilal was kind.", negative=0.03)
        ours, later = (make_mention(session, brand, source, words) for words in ("We are sorry.", "Hm."))
        case = make_case(session, text, at=NOW, state=CaseState.OWNED, owner="Sana")
        session.add(CaseMention(case_id=case.id, mention_id=ours.id, relation=Relation.ANSWER, linked_at=NOW))
        session.add(CaseMention(case_id=case.id, mention_id=later.id, relation=Relation.LATER, linked_at=NOW))
        session.add(Praise(mention_id=text.id, brand_id=brand.id, person="Bilal", found_at=NOW))
        for state, poster in ((ReplyState.POSTED, ""), (ReplyState.FAILED, "blog"), (ReplyState.OWED, "blog")):
            session.add(Reply(case_id=case.id, state=state, actor="Sana", text="x", written_at=NOW, poster=poster))
            session.flush()
        session.commit()
        file = casefile(case.id, text.id)
    assert [event.action for event in file.events] == ["opened", "took"]
    assert [answer.text for answer in file.answers] == ["We are sorry."]
    assert file.posting is not None
    assert (file.posting.state, file.posting.poster, file.posting.seen) == (ReplyState.OWED, "blog", False)
    assert file.praised == ("Bilal",)


def test_answers_of_ours_are_shown_although_no_model_reads_them(empty: str):
    with database_session(empty) as session:
        brand = session.get_one(Brand, 1)
        source = make_source(session, brand)
        case = make_case(session, make_mention(session, brand, source), at=NOW)
        gone, ours = (make_mention(session, brand, source, words) for words in ("Sorry.", "We are sorry."))
        gone.deleted_at = NOW
        for answer in (gone, ours):
            session.exec(delete(Assessment).where(Assessment.mention_id == answer.id))
            session.add(CaseMention(case_id=case.id, mention_id=answer.id, relation=Relation.ANSWER, linked_at=NOW))
        session.commit()
        file = casefile(case.id, case.mention_id)
    assert [(answer.text, answer.deleted_at) for answer in file.answers] == [("Sorry.", NOW), ("We are sorry.", None)]


def test_of_a_long_history_the_last_hundred_are_shown_oldest_first(full: tuple[str, object]):
    url, _scene = full
    with database_session(url) as session:
        for i in range(120):
            session.add(CaseEvent(case_id=2, at=NOW + timedelta(seconds=i), actor="Sana", action="noted", note=str(i)))
        session.commit()
    opening.forget()
    events = casefile(2, 1).events
    assert len(events) == 100
    assert (events[0].note, events[-1].note) == ("20", "119")
