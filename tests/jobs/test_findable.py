"""What was read can be searched at once; an edit is searched as it is now."""

from datetime import UTC, datetime

from sqlmodel import Session, select

from monitor.facts import Collected, MentionKind
from monitor.folding import terms
from monitor.jobs import analyse
from monitor.jobs.context import Context
from monitor.models import Installation, Mention, SearchEntry, Source
from monitor.store import mentions, search
from monitor.store.search import Wanted
from tests.contexts import make_context
from tests.fakes import FakeAssessor

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def _save(context: Context, text: str) -> None:
    source = context.session.exec(select(Source).where(Source.slug == "news")).one()
    post = Collected(
        kind=MentionKind.POST, host="news.example", external_id="1", url="https://news.example/1", text=text,
        published_at=NOW,
    )  # fmt: skip
    mentions.save_many(context.session, [(post, True)], source=source, now=NOW, author_key="key")
    context.session.commit()


def _found(session: Session, query: str) -> int:
    return len(search.find(session, Wanted(1, terms(query)), 10))


def test_a_text_is_found_once_it_was_read(session: Session):
    context = make_context(session, NOW)
    _save(context, "Karak House: terrible delivery")
    assert _found(session, "delivery") == 0
    analyse.run(context, FakeAssessor())
    assert _found(session, "delivery") == 1


def test_an_edit_is_found_by_its_new_words(session: Session):
    context = make_context(session, NOW)
    _save(context, "Karak House: terrible delivery")
    analyse.run(context, FakeAssessor())
    _save(context, "Karak House: lovely staff")
    analyse.run(context, FakeAssessor())
    assert (_found(session, "delivery"), _found(session, "lovely")) == (0, 1)


def test_a_text_about_something_else_is_not_found(session: Session):
    context = make_context(session, NOW)
    _save(context, "Weather today")
    analyse.run(context, FakeAssessor())
    assert session.exec(select(SearchEntry)).all() == []


def test_each_run_makes_some_older_texts_findable(session: Session):
    context = make_context(session, NOW)
    _save(context, "Karak House: terrible delivery")
    analyse.run(context, FakeAssessor())
    (text,) = session.exec(select(Mention.id))
    search.remove(session, [text])
    session.add(Installation(name=search.BACK_FILL, value=str(text)))
    session.commit()
    assert analyse.run(context, FakeAssessor()) == {"made findable": 1}
    assert _found(session, "delivery") == 1
