"""Reading anew: what another model read is read by the present one, and what people said stays."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from monitor.facts import Collected, MentionKind, Sentiment
from monitor.jobs import analyse, reread
from monitor.jobs.context import Context
from monitor.models import Assessment, Mention, ReadState, Source
from monitor.store import corrections, mentions
from tests.contexts import make_context
from tests.fakes import FakeAssessor

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MONTH = timedelta(days=30)


class Newer(FakeAssessor):
    version = "2"


@pytest.fixture
def context(session: Session) -> Context:
    context = make_context(session, NOW, analysis={"batch_size": 2})
    source = session.exec(select(Source).where(Source.slug == "news")).one()
    texts = [_post(number, age) for number, age in enumerate((1, 2, 3, 4, 5, 60))]
    mentions.save_many(session, [(text, True) for text in texts], source=source, now=NOW, author_key="key")
    session.commit()
    analyse.run(context, FakeAssessor())
    return context


def _post(number: int, days: int) -> Collected:
    return Collected(
        kind=MentionKind.POST,
        host="news.example",
        external_id=str(number),
        url=f"https://news.example/{number}",
        text=f"Karak House: terrible {number}",
        published_at=NOW - timedelta(days=days),
    )


def versions(context: Context) -> list[str]:
    current = select(Assessment).where(Assessment.is_current).order_by(Assessment.mention_id)
    return [row.model_version for row in context.session.exec(current)]


def test_what_another_model_read_in_that_time_is_read_anew(context: Context) -> None:
    assert reread.run(context, MONTH, Newer())["read"] == 5
    assert versions(context) == ["2", "2", "2", "2", "2", "1"]


def test_a_second_time_there_is_nothing_to_do(context: Context) -> None:
    reread.run(context, MONTH, Newer())
    newer = Newer()
    assert not reread.run(context, MONTH, newer)
    assert not newer.seen


def test_what_a_person_corrected_is_not_read_anew(context: Context) -> None:
    said = context.session.exec(select(Assessment).order_by(Assessment.id)).first()
    assert said is not None
    seen = corrections.Seen(said.id or 0, said.text_hash)
    assert corrections.correct(context.session, said.mention_id, Sentiment.POSITIVE, "Ana", NOW, seen)
    context.session.commit()
    assert reread.run(context, MONTH, Newer())["read"] == 4


def test_what_was_deleted_at_its_source_stays_as_it_is(context: Context) -> None:
    first = context.session.exec(select(Mention).order_by(Mention.id)).first()
    assert first is not None
    first.deleted_at = NOW
    context.session.commit()
    assert reread.run(context, MONTH, Newer())["read"] == 4


def test_when_asked_to_stop_nothing_more_waits_than_one_batch(context: Context) -> None:
    stopped = Context(context.settings, context.session, NOW, context.config_path, lambda: True, context.progress)
    assert not reread.run(stopped, MONTH, Newer())
    waiting = context.session.exec(select(Mention).where(Mention.read_state == ReadState.WAITING)).all()
    assert not waiting
