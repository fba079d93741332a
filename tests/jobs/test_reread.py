"""Reading anew: what another model read is read by the present one, and what people said stays."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from monitor.facts import Collected, Dimension, MentionKind, Sentiment
from monitor.jobs import analyse, reread
from monitor.jobs.context import Context
from monitor.models import Assessment, Mention, ReadState, Source
from monitor.models.count import Count, Resolution
from monitor.store import corrections, mentions, rereading
from monitor.store.rereading import Rereading
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


SINCE = NOW - MONTH


def begin(context: Context, brand: str = "") -> Rereading:
    return reread.begin(context, SINCE, brand, Newer())


def test_a_rereading_that_was_begun_goes_on_in_every_look_at_what_waits(context: Context) -> None:
    begun = begin(context)
    assert begun.total == 5
    assert analyse.run(context, Newer())["read"] == 5
    assert versions(context) == ["2", "2", "2", "2", "2", "1"]


def test_what_is_new_is_read_before_what_is_read_anew(context: Context) -> None:
    begin(context)
    source = context.session.exec(select(Source).where(Source.slug == "news")).one()
    mentions.save_many(context.session, [(_post(9, 0), True)], source=source, now=NOW, author_key="key")
    context.session.commit()
    newer = Newer()
    analyse.run(context, newer)
    assert newer.seen == ["Karak House: terrible 9"]


def test_stopped_anywhere_it_goes_on_where_it_was(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analyse, "AGAIN_PER_RUN", 2)
    begin(context)
    analyse.run(context, Newer())
    assert rereading.left(context.session, begin(context)) == 3
    assert begin(context).marked == 2


def test_the_command_reads_until_all_is_read_anew_and_the_counts_stay_exact(context: Context) -> None:
    before = sums(context)
    known = begin(context)
    assert reread.go_on(context, known, Newer())["read"] == 5
    latest = rereading.latest(context.session)
    assert latest is not None
    assert (latest.is_over, sums(context)) == (True, before)


def test_another_brand_is_left_alone(context: Context) -> None:
    assert begin(context, "elsewhere").is_over
    assert not analyse.run(context, Newer())


def test_a_process_with_another_model_does_not_take_part(context: Context) -> None:
    begin(context)
    assert not analyse.run(context, FakeAssessor())


def test_one_that_is_ended_marks_nothing_more(context: Context) -> None:
    begin(context)
    rereading.end(context.session)
    assert not analyse.run(context, Newer())


def sums(context: Context) -> tuple[int, float]:
    rows = context.session.exec(
        select(Count).where(Count.dimension == Dimension.ALL, Count.resolution == Resolution.HOUR)
    )
    found = list(rows)
    return sum(row.mentions for row in found), round(sum(row.negative for row in found), 6)
