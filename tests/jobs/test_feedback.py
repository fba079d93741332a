"""What customers say later, ideas and kept views, as one story."""

from datetime import timedelta

from sqlmodel import Session, select

from monitor.jobs import answer
from monitor.jobs.answer import heard, praise
from monitor.models import CaseMention, CaseState, Mention, MentionVersion, Relation, SavedView
from monitor.store import ideas
from monitor.store import praise as praises
from tests.contexts import make_context
from tests.factories import NOON, make_author, make_brand, make_case, make_mention, make_source, person

HOUR = timedelta(hours=1)


def test_a_later_text_and_an_edit_find_their_case_once(session: Session):
    brand, author = make_brand(session), make_author(session, "Amna")
    source = make_source(session, brand)
    case = make_case(session, make_mention(session, brand, source, author=author), state=CaseState.WAITING, owner="S")
    make_mention(session, brand, source, "Still nothing.", at=NOON + HOUR, author=author)
    looks = heard.Looks()
    assert heard.run(make_context(session, NOON + 2 * HOUR), looks) == {"customers_wrote_again": 1}
    session.add(MentionVersion(mention_id=case.mention_id, text="before", replaced_at=NOON + 3 * HOUR))
    session.get_one(Mention, case.mention_id).edited_at = NOON + 3 * HOUR
    session.commit()
    assert heard.run(make_context(session, NOON + 4 * HOUR), looks) == {"customers_changed_text": 1}
    assert heard.run(make_context(session, NOON + 5 * HOUR), heard.Looks()) == {}
    assert {row.relation for row in session.exec(select(CaseMention))} == {Relation.LATER}


def test_praise_is_found_once(session: Session):
    brand = make_brand(session)
    make_mention(session, brand, make_source(session, brand), "Ayesha was great", negative=0.02)
    people = [{"name": "Ayesha Khan", "known_as": ["Ayesha"]}]
    found = [praise.run(make_context(session, NOON, people=people)) for _ in range(2)]
    assert found == [{"praise_found": 1}, {}]
    assert praises.counted(session, brand.id or 0, NOON, NOON + HOUR) == [("Ayesha Khan", 1)]


def test_a_vote_and_a_view_are_kept_once(session: Session):
    idea = answer.propose(session, make_brand(session).id or 0, "", "Call first.", person("Sana"), NOON).id or 0
    for hour in range(2):
        answer.second(session, idea, person("Bilal"), NOON)
        answer.keep_view(session, "inbox", "Mine", f"show={hour}", person("Sana"), NOON + hour * HOUR)
    assert ideas.votes(session, [idea]) == {idea: ["Bilal"]}
    assert session.exec(select(SavedView.query)).all() == ["show=1"]
