"""Reading: what waits is read once, counted once, and an edit is counted anew."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from monitor.analysis.stories import sketch
from monitor.errors import TextsNotRead
from monitor.facts import WHOLE, Cell, Collected, Dimension, Gone, MentionKind
from monitor.jobs import analyse
from monitor.jobs.context import Context
from monitor.models import Assessment, Mention, MentionBrand, ReadState, Resolution, SearchEntry, Source, Story
from monitor.store import assessments, counts, mentions, removal
from monitor.store.database import session_of
from tests.contexts import BRAND, SOURCE, make_context
from tests.fakes import FakeAssessor

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def post(number: int, text: str, **values: object) -> Collected:
    return Collected(
        kind=MentionKind.POST,
        host="news.example",
        external_id=str(number),
        url=f"https://news.example/{number}",
        text=text,
        published_at=NOW - timedelta(minutes=10),
        **values,
    )


def save(context: Context, *posts: Collected, slug: str = "news") -> None:
    source = context.session.exec(select(Source).where(Source.slug == slug)).one()
    batch = [(one, True) for one in posts]
    mentions.save_many(context.session, batch, source=source, now=context.now, author_key="key")
    context.session.commit()


@pytest.fixture
def context(session: Session) -> Context:
    return make_context(session, NOW)


def counted(context: Context, cell: Cell = WHOLE) -> tuple[float, float]:
    """Mentions and the sum of P(negative) in the hour before now."""
    rows = counts.read(context.session, 1, Resolution.HOUR, NOW - timedelta(hours=1), NOW).get(cell, [])
    return sum(row[1] for row in rows), round(sum(row[2] for row in rows), 6)


def test_what_waits_is_read_and_counted(context: Context):
    save(context, post(1, "Karak House: terrible delivery"), post(2, "Karak House is lovely"))
    done = analyse.run(context, FakeAssessor())
    assert done == {"read": 2}
    assert counted(context) == (2, 0.95)
    assert counted(context, Cell(Dimension.THEME, "delivery")) == (1, 0.9)


def test_a_second_look_finds_nothing_to_do(context: Context):
    save(context, post(1, "Karak House: terrible"))
    analyse.run(context, FakeAssessor())
    assert analyse.run(context, FakeAssessor()) == {}
    assert counted(context) == (1, 0.9)


def test_a_text_about_something_else_is_not_shown_to_the_model(context: Context):
    save(context, post(1, "The Karak House Museum is terrible"), post(2, "Weather today"))
    model = FakeAssessor()
    assert analyse.run(context, model) == {"dropped: about no watched brand": 2}
    assert model.seen == []
    assert counted(context) == (0, 0)


def test_on_the_brands_own_page_every_text_is_about_it(session: Session):
    context = make_context(session, NOW, sources=[{**SOURCE, "about_brand": True}])
    save(context, post(1, "terrible, never again"))
    assert analyse.run(context, FakeAssessor()) == {"read": 1}
    assert session.exec(select(MentionBrand.relevance)).one() == 1.0


def test_an_edited_text_is_counted_as_it_reads_now(context: Context):
    save(context, post(1, "Karak House: terrible delivery"))
    analyse.run(context, FakeAssessor())
    save(context, post(1, "Karak House made it right, lovely"))
    analyse.run(context, FakeAssessor())
    assert counted(context) == (1, 0.05)
    assert counted(context, Cell(Dimension.THEME, "delivery")) == (0, 0)


def test_an_edit_that_names_the_brand_no_more_is_taken_out_of_the_counts(context: Context):
    save(context, post(1, "Karak House: terrible"))
    analyse.run(context, FakeAssessor())
    save(context, post(1, "the other house: terrible"))
    analyse.run(context, FakeAssessor())
    assert counted(context) == (0, 0)
    assert not context.session.exec(select(Assessment).where(Assessment.is_current)).all()


def test_a_newer_model_replaces_what_the_older_one_counted(context: Context):
    save(context, post(1, "Karak House: terrible"))
    analyse.run(context, FakeAssessor())
    context.session.exec(select(Mention)).one().read_state = ReadState.WAITING
    newer = FakeAssessor()
    newer.version = "2"
    analyse.run(context, newer)
    assert counted(context) == (1, 0.9)
    current = context.session.exec(select(Assessment).where(Assessment.is_current)).one()
    assert current.model_version == "2"


def test_a_brand_added_later_counts_the_texts_that_are_there(session: Session):
    context = make_context(session, NOW)
    save(context, post(1, "Karak House and Tandoor Lane: terrible"))
    analyse.run(context, FakeAssessor())
    other = {"id": "tandoor", "name": "Tandoor Lane"}
    source = {**SOURCE, "brands": ["karak", "tandoor"]}
    later = make_context(session, NOW, brands=[BRAND, other], sources=[source])
    save(later, post(1, "Karak House and Tandoor Lane: terrible"))
    analyse.run(later, FakeAssessor())
    assert counted(later) == (1, 0.9)
    rows = counts.read(session, 2, Resolution.HOUR, NOW - timedelta(hours=1), NOW)[WHOLE]
    assert [row[1] for row in rows] == [1]


@pytest.mark.parametrize("text", ["", "<br>", "&nbsp;", "\u200b"])
def test_a_review_without_words_is_read_by_its_stars(context: Context, text: str):
    save(context, post(1, text, item="Karak House", rating_value=1.0, rating_worst=1.0, rating_best=5.0))
    analyse.run(context, FakeAssessor())
    assert context.session.exec(select(Assessment.negative)).one() == pytest.approx(0.9)


def test_the_same_words_share_a_story_and_others_do_not(context: Context):
    told = "Karak House charged my card twice and nobody answers the phone"
    save(context, post(1, told), post(2, told.upper() + "!!"), post(3, "Karak House has a lovely new garden outside"))
    analyse.run(context, FakeAssessor())
    stories = context.session.exec(select(Mention.story_id).order_by(Mention.external_id)).all()
    assert stories[0] == stories[1] != stories[2]


def test_a_repost_shares_the_story_of_a_short_original(context: Context):
    save(context, post(1, "Karak House: terrible"), post(2, "look at Karak House", repost_ref="1"))
    analyse.run(context, FakeAssessor())
    stories = context.session.exec(select(Mention.story_id)).all()
    assert stories[0] is not None
    assert stories[0] == stories[1]


TOLD = "Karak House charged my card {} times on {} and nobody answers the phone, I want the money back now"


def stories_of(context: Context) -> list[int | None]:
    return list(context.session.exec(select(Mention.story_id).order_by(Mention.external_id)))


def test_near_copies_of_one_batch_share_a_story(context: Context):
    save(context, post(1, TOLD.format("two", "Monday")), post(2, TOLD.format("nine", "Friday") + " 😡 #karak"))
    analyse.run(context, FakeAssessor())
    assert stories_of(context)[0] == stories_of(context)[1] is not None


def test_near_copies_share_a_story_with_what_was_read_before(context: Context):
    save(context, post(1, TOLD.format("two", "Monday")))
    analyse.run(context, FakeAssessor())
    save(context, post(2, TOLD.format("nine", "Friday")), post(3, "Karak House: terrible"))
    analyse.run(context, FakeAssessor())
    one, other, short = stories_of(context)
    assert one == other is not None
    assert short is None


def test_a_cross_post_with_a_title_shares_the_story(context: Context):
    save(context, post(1, TOLD.format("two", "Monday")), post(2, TOLD.format("two", "Monday"), title="Beware of them"))
    analyse.run(context, FakeAssessor())
    assert len(set(stories_of(context))) == 1


@pytest.mark.parametrize("batch_size", [1, 3, 64])
def test_stories_do_not_depend_on_the_batches(session: Session, batch_size: int):
    context = make_context(session, NOW, analysis={"batch_size": batch_size})
    slots = [("two", "Monday"), ("two", "Tuesday"), ("nine", "Friday"), ("six", "Sunday")]
    others = [f"Karak House opens a new place in {town} with a garden and a stage" for town in ("Leeds", "Hull")]
    texts = [text for slot, other in zip(slots, others * 2, strict=True) for text in (TOLD.format(*slot), other)]
    save(context, *(post(number, text) for number, text in enumerate(texts)))
    analyse.run(context, FakeAssessor())
    found = stories_of(context)
    assert found == [found[0], found[1]] * 4
    assert found[0] != found[1]


def test_reading_anew_keeps_the_story(context: Context):
    save(context, post(1, TOLD.format("two", "Monday")), post(2, TOLD.format("nine", "Friday")))
    analyse.run(context, FakeAssessor())
    before = stories_of(context)
    context.session.execute(sa.update(Mention).values(read_state=ReadState.WAITING))
    analyse.run(context, FakeAssessor())
    assert stories_of(context) == before


def test_a_short_text_keeps_the_story_of_its_reposts_when_it_is_read_anew(context: Context):
    save(context, post(1, "Karak House: terrible"), post(2, "look at Karak House", repost_ref="1"))
    analyse.run(context, FakeAssessor())
    before = stories_of(context)
    context.session.execute(sa.update(Mention).where(Mention.external_id == "1").values(read_state=ReadState.WAITING))
    analyse.run(context, FakeAssessor())
    assert stories_of(context) == before


def test_a_repost_of_a_repost_shares_the_story_of_the_first(context: Context):
    save(
        context,
        post(1, "Karak House: terrible"),
        post(2, "look at Karak House", repost_ref="1"),
        post(3, "Karak House again", repost_ref="2"),
    )
    analyse.run(context, FakeAssessor())
    assert len(set(stories_of(context))) == 1


def test_reposts_in_a_circle_are_read(context: Context):
    save(context, post(1, "Karak House: terrible", repost_ref="2"), post(2, "Karak House again", repost_ref="1"))
    assert analyse.run(context, FakeAssessor())["read"] == 2


def test_a_repost_shares_the_story_of_a_near_copy(context: Context):
    save(context, post(1, TOLD.format("two", "Monday")), post(2, TOLD.format("nine", "Friday")))
    analyse.run(context, FakeAssessor())
    save(context, post(3, "Karak House, look", repost_ref="2"))
    analyse.run(context, FakeAssessor())
    assert len(set(stories_of(context))) == 1


def test_a_story_that_another_process_begins_meanwhile_is_shared(context: Context, engine: sa.Engine):
    save(context, post(1, TOLD.format("two", "Monday")))

    def other_process(texts: Sequence[str]) -> None:
        with session_of(engine) as session:
            analyse.place(session, {99: sketch(TOLD.format("two", "Monday"))}, NOW)
            session.commit()

    analyse.run(context, FakeAssessor(other_process))
    story = context.session.exec(select(Story)).one()
    assert stories_of(context) == [story.id]


def test_a_text_that_kills_the_reader_is_set_aside_and_its_neighbours_are_read(context: Context):
    save(context, *(post(n, f"Karak House: lovely {n}") for n in range(5)), post(9, "Karak House: poison"))

    def crash(texts: Sequence[str]) -> None:
        if any("poison" in text for text in texts):
            raise MemoryError

    causes = []
    for _ in range(10):
        try:
            analyse.run(context, FakeAssessor(crash))
        except TextsNotRead as error:
            causes.append(type(error.__cause__))
    assert set(causes) == {MemoryError}
    states = dict(context.session.exec(select(Mention.external_id, Mention.read_state)).all())
    assert states.pop("9") is ReadState.FAILED
    assert set(states.values()) == {ReadState.READ}
    assert counted(context)[0] == 5


def test_an_edited_text_that_cannot_be_read_any_more_is_in_no_figure_and_not_found(context: Context):
    save(context, post(1, "Karak House: terrible"))
    analyse.run(context, FakeAssessor())
    save(context, post(1, "Karak House: poison"))

    def crash(texts: Sequence[str]) -> None:
        raise MemoryError

    for _ in range(5):
        with suppress(TextsNotRead):
            analyse.run(context, FakeAssessor(crash))
    assert counted(context) == (0, 0)
    assert context.session.exec(select(SearchEntry)).all() == []


@pytest.mark.sqlite("reads SQLite's query plans")
def test_an_idle_look_reads_no_mentions_however_many_are_stored(context: Context):
    save(context, *(post(number, f"Karak House: cup {number}") for number in range(40)))
    analyse.run(context, FakeAssessor())
    context.session.connection().exec_driver_sql("ANALYZE")  # now the planner knows that all mentions are read
    context.session.commit()
    asked: list[tuple[str, Any]] = []
    engine = context.session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    analyse.run(context, FakeAssessor())
    steps = [step for statement, values in asked for step in plan(context.session, statement, values)]
    assert any("ix_mention_unread" in step for step in steps)
    assert [step for step in steps if step.startswith("SCAN mention") and "ix_mention_" not in step] == []


def plan(session: Session, statement: str, values: Any) -> list[str]:
    """How SQLite goes about a statement."""
    connection = session.connection().connection.driver_connection
    assert connection is not None
    return [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]


def test_what_a_killed_process_held_is_read_once_its_lease_is_over(context: Context):
    save(context, post(1, "Karak House: terrible"))
    assessments.claim(context.session, 10, NOW)
    context.session.commit()
    assert analyse.run(context, FakeAssessor()) == {}
    later = Context(context.settings, context.session, NOW + assessments.LEASE)
    assert analyse.run(later, FakeAssessor()) == {"read": 1}


def test_what_another_process_reads_is_left_to_it(context: Context, engine: sa.Engine):
    save(context, *(post(n, f"Karak House: lovely {n}") for n in range(4)))

    def other_process(texts: Sequence[str]) -> None:
        with session_of(engine) as session:
            assert analyse.run(Context(context.settings, session, NOW), FakeAssessor()) == {}

    assert analyse.run(context, FakeAssessor(other_process)) == {"read": 4}
    assert counted(context)[0] == 4


def test_an_edit_that_comes_while_the_text_is_read_is_read_too(context: Context, engine: sa.Engine):
    save(context, post(1, "Karak House: terrible"))

    def edit(texts: Sequence[str]) -> None:
        if "terrible" in texts[0]:
            with session_of(engine) as session:
                save(Context(context.settings, session, NOW), post(1, "Karak House is lovely now"))

    model = FakeAssessor(edit)
    analyse.run(context, model)
    analyse.run(context, model)
    assert model.seen == ["Karak House: terrible", "Karak House is lovely now"]
    assert counted(context) == (1, 0.05)


def test_what_another_process_read_once_the_lease_was_over_is_counted_once(context: Context, engine: sa.Engine):
    save(context, post(1, "Karak House: terrible delivery"))
    slow = assessments.claim(context.session, 1, NOW)
    context.session.commit()
    with session_of(engine) as other:
        later = Context(context.settings, other, NOW + 2 * assessments.LEASE)
        assert analyse.run(later, FakeAssessor()) == {"read": 1}
    analyse._read_or_release(context, slow, FakeAssessor(), Counter())
    assert counted(context) == (1, 0.9)
    assert counted(context, Cell(Dimension.THEME, "delivery")) == (1, 0.9)


def test_what_was_edited_and_read_once_the_lease_was_over_is_not_overwritten(context: Context, engine: sa.Engine):
    save(context, post(1, "Karak House: terrible delivery"))
    slow = assessments.claim(context.session, 1, NOW)
    context.session.commit()
    with session_of(engine) as other:
        later = Context(context.settings, other, NOW + 2 * assessments.LEASE)
        save(later, post(1, "Karak House made it right, lovely"))
        analyse.run(later, FakeAssessor())
    counters: Counter[str] = Counter()
    analyse._read_or_release(context, slow, FakeAssessor(), counters)
    assert counted(context) == (1, 0.05)
    assert counters["read"] == 0


def test_when_asked_to_stop_the_rest_waits(session: Session):
    base = make_context(session, NOW, analysis={"batch_size": 2})
    save(base, *(post(n, "Karak House: lovely") for n in range(6)))
    asked: list[bool] = []
    context = Context(base.settings, session, NOW, stopping=lambda: len(asked) > 1 or bool(asked.append(True)))
    analyse.run(context, FakeAssessor())
    assert 0 < len(session.exec(select(Assessment)).all()) < 6


@pytest.mark.slow
def test_the_shipped_model_reads_five_languages(context: Context):
    texts = {
        "en": "Karak House charged me twice and nobody answers, worst service",
        "ur": "کارک ہاؤس Karak House کی سروس بہت خراب ہے، پیسے واپس نہیں کیے",
        "ur-Latn": "Karak House ki service bohat kharab hai, paise wapis nahi kiye",
        "te": "Karak House సేవ చాలా చెత్తగా ఉంది, డబ్బులు తిరిగి ఇవ్వలేదు",
        "tl": "Ang pangit ng serbisyo ng Karak House, hindi binalik ang bayad ko",
    }
    save(context, *(post(n, text) for n, text in enumerate(texts.values())))
    analyse.run(context)
    read = context.session.exec(select(Assessment)).all()
    assert all(said.negative > max(said.neutral, said.positive) for said in read)


def test_of_what_is_deleted_while_it_is_read_nothing_stays_that_was_made_of_its_words(
    context: Context, engine: sa.Engine
):
    save(context, post(1, "Karak House: terrible"))

    def delete(_: Sequence[str]) -> None:
        with session_of(engine) as other:
            removal.remove(other, [Gone(kind=MentionKind.POST, host="news.example", external_id="1")], NOW)
            other.commit()

    analyse.run(context, FakeAssessor(delete))
    context.session.expire_all()
    assert context.session.exec(select(Mention.text, Mention.read_state)).all() == [("", ReadState.READ)]
    assert context.session.exec(select(Assessment.embedding)).all() == [b""]
    assert context.session.exec(select(SearchEntry)).all() == []
