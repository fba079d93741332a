"""Mentions: one row per text, its versions, author, brands, media, engagement and relations."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from monitor.facts import Collected, Engagement, MediaFile, MediaKind, MentionKind, Precision
from monitor.models import (
    Author,
    Brand,
    Installation,
    Media,
    Mention,
    MentionBrand,
    MentionVersion,
    ReadState,
    Snapshot,
    Source,
    SourceBrand,
)
from monitor.store import authors, mentions
from monitor.store.database import session_of
from monitor.store.mentions import Saved

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATE = Collected(
    kind=MentionKind.COMMENT,
    host="blog.example",
    external_id="comment-1",
    url="https://blog.example/#comment-1",
    text="The parcel is late again",
    author_name="Ana P",
    published_at=NOW - HOUR,
)

Add = Callable[..., Source]


@pytest.fixture
def add_source(session: Session) -> Add:
    """Makes a source that is watched for the brands named."""

    def add(slug: str, *brands: str) -> Source:
        source = Source(slug=slug, kind="feed")
        session.add(source)
        session.flush()
        for name in brands:
            brand = session.exec(select(Brand).where(Brand.slug == name)).first() or Brand(slug=name, name=name)
            session.add(brand)
            session.flush()
            session.add(SourceBrand(source_id=source.id or 0, brand_id=brand.id or 0))
        session.flush()
        return source

    return add


@pytest.fixture
def blog(add_source: Add) -> Source:
    return add_source("blog", "acme")


def keep(session: Session, source: Source, text: Collected = LATE, now: datetime = NOW, fresh: bool = True) -> Saved:
    return mentions.save(session, text, source=source, now=now, fresh=fresh, author_key="key")


def only(session: Session) -> Mention:
    return session.exec(select(Mention)).one()


def test_a_text_is_new_once(session: Session, blog: Source) -> None:
    assert [keep(session, blog), keep(session, blog)] == [Saved.NEW, Saved.UNCHANGED]
    assert only(session).read_state is ReadState.WAITING


def test_the_same_text_twice_on_one_page_is_one_mention(session: Session, blog: Source) -> None:
    saved = mentions.save_many(session, [(LATE, True), (LATE, True)], source=blog, now=NOW, author_key="key")
    assert saved == [Saved.NEW, Saved.UNCHANGED]
    assert only(session).text == LATE.text


def test_the_same_id_of_another_kind_or_host_is_another_mention(session: Session, blog: Source) -> None:
    for text in (LATE, replace(LATE, kind=MentionKind.ARTICLE), replace(LATE, host="shop.example")):
        assert keep(session, blog, text) is Saved.NEW


@pytest.mark.parametrize("change", [{"text": "It came"}, {"title": "Parcel"}, {"rating_value": 1.0}])
def test_an_edit_keeps_the_old_text_and_asks_to_be_read_again(
    session: Session, blog: Source, change: dict[str, str]
) -> None:
    keep(session, blog)
    only(session).read_state = ReadState.READ
    assert keep(session, blog, replace(LATE, **change), NOW + HOUR) is Saved.EDITED
    assert (only(session).edited_at, only(session).read_state) == (NOW + HOUR, ReadState.WAITING)
    assert session.exec(select(MentionVersion)).one().text == LATE.text


@pytest.mark.parametrize("fresh", [True, False])
def test_an_edit_never_changes_whether_a_mention_is_fresh(session: Session, blog: Source, fresh: bool) -> None:
    keep(session, blog, fresh=fresh)
    mentions.save(session, replace(LATE, text="It came"), source=blog, now=NOW, fresh=not fresh, author_key="key")
    assert only(session).fresh is fresh


def test_an_unchanged_text_is_not_read_again(session: Session, blog: Source) -> None:
    keep(session, blog)
    only(session).read_state = ReadState.READ
    keep(session, blog, now=NOW + HOUR)
    assert (only(session).read_state, only(session).collected_at) == (ReadState.READ, NOW)


def test_a_mention_is_a_candidate_for_every_brand_of_its_source(session: Session, add_source: Add) -> None:
    keep(session, add_source("forum", "acme", "other"))
    links = session.exec(select(MentionBrand)).all()
    assert [(link.relevance, link.published_at) for link in links] == [(None, NOW - HOUR)] * 2


def test_another_source_with_another_brand_adds_a_link_and_asks_to_read_again(
    session: Session, blog: Source, add_source: Add
) -> None:
    keep(session, blog)
    only(session).read_state = ReadState.READ
    assert keep(session, add_source("forum", "other")) is Saved.UNCHANGED
    assert len(session.exec(select(MentionBrand)).all()) == 2
    assert only(session).read_state is ReadState.WAITING


def test_two_renderings_of_one_text_do_not_take_turns_as_edits(session: Session, blog: Source, add_source: Add) -> None:
    keep(session, blog)
    assert keep(session, add_source("feed", "acme"), replace(LATE, text="The parcel …")) is Saved.UNCHANGED
    assert only(session).text == LATE.text


def test_another_source_may_edit_once_the_first_one_is_gone(session: Session, blog: Source, add_source: Add) -> None:
    keep(session, blog)
    blog.active = False
    assert keep(session, add_source("feed", "acme"), replace(LATE, text="It came")) is Saved.EDITED


def test_an_author_is_a_keyed_hash_that_two_texts_share(session: Session, blog: Source) -> None:
    keep(session, blog, replace(LATE, author_followers=7))
    keep(session, blog, replace(LATE, external_id="comment-2"))
    author = session.exec(select(Author)).one()
    assert author.key_hash == authors.author_hash("key", "blog.example", "Ana P")
    assert (author.display_name, author.followers) == ("Ana P", 7)


def test_two_texts_without_an_author_are_not_taken_for_one_person(session: Session, blog: Source) -> None:
    keep(session, blog, replace(LATE, author_name=""))
    assert only(session).author_id is None


def test_an_id_tells_authors_of_the_same_name_apart(session: Session, blog: Source) -> None:
    for number in ("1", "2"):
        keep(session, blog, replace(LATE, external_id=number, author_ref=f"user-{number}"))
    assert len(session.exec(select(Author)).all()) == 2


def test_seeing_an_unchanged_text_again_does_not_bring_a_forgotten_name_back(session: Session, blog: Source) -> None:
    keep(session, blog)
    session.exec(select(Author)).one().display_name = None
    keep(session, blog, now=NOW + HOUR)
    assert session.exec(select(Author)).one().display_name is None


def test_the_installation_has_one_key(session: Session) -> None:
    key = authors.installation_key(session)
    assert len(key) == 64
    assert authors.installation_key(session) == key
    assert len(session.exec(select(Installation).where(Installation.name == "author_key")).all()) == 1


def test_media_are_kept_once(session: Session, blog: Source) -> None:
    picture = MediaFile(MediaKind.IMAGE, "https://blog.example/box.jpg", "a torn box")
    film = MediaFile(MediaKind.VIDEO, "https://blog.example/box.mp4")
    keep(session, blog, replace(LATE, media=(picture,)))
    keep(session, blog, replace(LATE, media=(picture, film)))
    assert [file.url for file in session.exec(select(Media))] == [picture.url, film.url]


def test_a_snapshot_is_taken_when_a_count_changes(session: Session, blog: Source) -> None:
    for hours, likes in ((0, 1), (1, 1), (2, 5)):
        keep(session, blog, replace(LATE, engagement=Engagement(likes=likes)), NOW + hours * HOUR)
    taken = session.exec(select(Snapshot).order_by(sa.text("taken_at"))).all()
    assert [(shot.taken_at, shot.likes) for shot in taken] == [(NOW, 1), (NOW + 2 * HOUR, 5)]


def test_two_counts_at_one_time_are_one_snapshot(session: Session, blog: Source) -> None:
    one, two = (replace(LATE, engagement=Engagement(likes=likes)) for likes in (1, 2))
    mentions.save_many(session, [(one, True), (two, True)], source=blog, now=NOW, author_key="key")
    assert session.exec(select(Snapshot)).one().likes == 2


RELATIONS = [
    ("parent_ref", "parent_id"),
    ("root_ref", "root_id"),
    ("repost_ref", "repost_of_id"),
    ("quote_ref", "quote_of_id"),
]


@pytest.mark.parametrize(("ref", "own"), RELATIONS)
@pytest.mark.parametrize("answer_first", [True, False])
def test_a_relation_is_found_whichever_text_comes_first(
    session: Session, blog: Source, ref: str, own: str, answer_first: bool
) -> None:
    answer = replace(LATE, external_id="comment-2", **{ref: "comment-1"})
    for text in (answer, LATE) if answer_first else (LATE, answer):
        keep(session, blog, text)
    rows = {row.external_id: row for row in session.exec(select(Mention))}
    assert getattr(rows["comment-2"], own) == rows["comment-1"].id


def test_a_relation_inside_one_page_is_found(session: Session, blog: Source) -> None:
    answer = replace(LATE, external_id="comment-2", parent_ref="comment-1", root_ref="post-4")
    mentions.save_many(session, [(answer, True), (LATE, True)], source=blog, now=NOW, author_key="key")
    rows = {row.external_id: row for row in session.exec(select(Mention))}
    assert rows["comment-2"].parent_id == rows["comment-1"].id
    assert rows["comment-2"].root_id is None


def test_a_relation_to_another_host_is_none(session: Session, blog: Source) -> None:
    keep(session, blog, replace(LATE, host="other.example"))
    keep(session, blog, replace(LATE, external_id="comment-2", parent_ref="comment-1"))
    rows = {row.external_id: row for row in session.exec(select(Mention))}
    assert rows["comment-2"].parent_id is None


def test_a_text_is_not_its_own_root(session: Session, blog: Source) -> None:
    keep(session, blog, replace(LATE, root_ref=LATE.external_id))
    assert only(session).root_id is None


def test_the_time_stays_when_the_same_claim_is_seen_again(session: Session, blog: Source) -> None:
    today = replace(LATE, published_at=NOW.replace(hour=0), precision=Precision.DAY)
    for hours in (0, 30):
        keep(session, blog, today, NOW + hours * HOUR)
    assert only(session).published_at == NOW


def test_a_changed_claim_moves_the_mention_and_its_brands(session: Session, blog: Source) -> None:
    keep(session, blog)
    keep(session, blog, replace(LATE, published_at=NOW - 3 * HOUR))
    assert only(session).published_at == NOW - 3 * HOUR
    assert session.exec(select(MentionBrand)).one().published_at == NOW - 3 * HOUR


def test_a_text_whose_time_was_moved_later_is_not_news_again(session: Session, blog: Source) -> None:
    keep(session, blog)
    keep(session, blog, replace(LATE, published_at=NOW - timedelta(minutes=1)), NOW + HOUR)
    assert not only(session).fresh


def before_new_mentions_are_written(engine: sa.Engine, act: Callable[[], None]) -> None:
    """Do this once, after what is stored was looked up and before the new rows are written."""
    waiting = [act]

    def look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if waiting and statement.startswith("INSERT INTO mention "):
            waiting.pop()()

    sa.event.listen(engine, "before_cursor_execute", look)


def test_two_processes_that_save_one_text_at_once_are_told_apart(
    session: Session, engine: sa.Engine, blog: Source
) -> None:
    session.commit()

    def other_process(*_: object) -> None:
        with session_of(engine) as other:
            other.add(
                Mention(
                    kind=LATE.kind,
                    host=LATE.host,
                    external_id=LATE.external_id,
                    source_id=blog.id or 0,
                    text_hash="",
                    published_at=NOW,
                    collected_at=NOW,
                )
            )
            other.commit()

    before_new_mentions_are_written(engine, other_process)
    with pytest.raises(IntegrityError):
        keep(session, blog, replace(LATE, author_name=""))
    session.rollback()
    assert keep(session, blog) is not Saved.NEW


def test_a_page_of_texts_is_saved_with_a_fixed_number_of_queries(
    session: Session, engine: sa.Engine, blog: Source
) -> None:
    asked: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    def queries(number: int) -> int:
        page = [(replace(LATE, external_id=f"{number}-{i}", author_name=""), True) for i in range(number)]
        asked.clear()
        mentions.save_many(session, page, source=blog, now=NOW, author_key="key")
        return sum(statement.startswith("SELECT") for statement in asked)

    assert queries(100) == queries(5)


def page(*texts: Collected) -> list[tuple[Collected, bool]]:
    return [(text, True) for text in texts]


def numbered(session: Session) -> dict[str, Mention]:
    return {row.external_id: row for row in session.exec(select(Mention))}


def test_what_became_of_each_text_stands_in_the_order_of_the_page(session: Session, blog: Source) -> None:
    first, second, third = (replace(LATE, external_id=name) for name in "abc")
    mentions.save_many(session, page(first, second), source=blog, now=NOW, author_key="key")
    edited, again = replace(second, text="It came"), replace(third, text="It did not")
    saved = mentions.save_many(session, page(third, edited, first, again), source=blog, now=NOW, author_key="key")
    assert saved == [Saved.NEW, Saved.EDITED, Saved.UNCHANGED, Saved.EDITED]
    assert sorted(old.text for old in session.exec(select(MentionVersion))) == [LATE.text, LATE.text]


def test_texts_of_several_hosts_and_kinds_on_one_page_are_told_apart(session: Session, blog: Source) -> None:
    other = replace(LATE, host="shop.example")
    review = replace(LATE, kind=MentionKind.REVIEW)
    answer = replace(other, external_id="comment-2", parent_ref="comment-1")
    for expected in (Saved.NEW, Saved.UNCHANGED):
        batch = page(LATE, other, review, answer)
        assert mentions.save_many(session, batch, source=blog, now=NOW, author_key="key") == [expected] * 4
    parent = session.get_one(Mention, numbered(session)["comment-2"].parent_id)
    assert parent.host == "shop.example"


def test_a_new_mention_says_what_its_class_says_unless_told_otherwise(session: Session, blog: Source) -> None:
    keep(session, blog, replace(LATE, author_name=""))
    made = Mention(
        kind=LATE.kind,
        host=LATE.host,
        external_id=LATE.external_id,
        source_id=blog.id or 0,
        url=LATE.url,
        text=LATE.text,
        text_hash=mentions.text_hash(LATE),
        published_at=NOW - HOUR,
        collected_at=NOW,
    )
    assert only(session).model_dump(exclude={"id"}) == made.model_dump(exclude={"id"})


def test_a_row_that_was_loaded_before_shows_what_is_saved_meanwhile(session: Session, blog: Source) -> None:
    keep(session, blog, replace(LATE, external_id="comment-2", parent_ref="comment-1"))
    answer, author = only(session), session.exec(select(Author)).one()
    keep(session, blog, replace(LATE, author_followers=12))
    assert answer.parent_id == numbered(session)["comment-1"].id
    assert author.followers == 12


def test_what_a_text_does_not_say_of_its_author_stays_as_it_was(session: Session, blog: Source) -> None:
    told = replace(LATE, author_ref="user-1", author_followers=7)
    texts = (told, replace(told, external_id="2", author_name="", author_followers=None))
    mentions.save_many(session, page(*texts), source=blog, now=NOW, author_key="key")
    keep(session, blog, replace(texts[1], external_id="3"), NOW + HOUR)
    author = session.exec(select(Author)).one()
    assert (author.display_name, author.followers, author.last_seen_at) == ("Ana P", 7, NOW + HOUR)


def test_counts_read_twice_at_one_time_are_one_snapshot(session: Session, blog: Source) -> None:
    for likes in (1, 2):
        keep(session, blog, replace(LATE, engagement=Engagement(likes=likes)))
    assert session.exec(select(Snapshot)).one().likes == 2


def test_a_file_that_two_texts_of_a_page_carry_belongs_to_both(session: Session, blog: Source) -> None:
    picture = MediaFile(MediaKind.IMAGE, "https://blog.example/box.jpg")
    one = replace(LATE, media=(picture,))
    mentions.save_many(session, page(one, one, replace(one, external_id="2")), source=blog, now=NOW, author_key="key")
    assert len({file.mention_id for file in session.exec(select(Media))}) == 2
    assert len(session.exec(select(Media)).all()) == 2


def crowd(number: int) -> list[tuple[Collected, bool]]:
    """Texts with all that a text can have."""
    picture = (MediaFile(MediaKind.IMAGE, "https://blog.example/box.jpg"),)
    told = replace(LATE, media=picture, engagement=Engagement(likes=3), root_ref="r", repost_ref="s", quote_ref="t")
    texts = (replace(told, external_id=f"{number}-{i}", author_name=f"{i}", parent_ref=f"{i}") for i in range(number))
    return page(*texts)


@pytest.mark.parametrize("times", [1, 2])
def test_questions_do_not_grow_with_the_page_whatever_its_texts_have(
    session: Session, engine: sa.Engine, blog: Source, times: int
) -> None:
    asked: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    def statements(number: int) -> int:
        for _ in range(times):
            asked.clear()
            mentions.save_many(session, crowd(number), source=blog, now=NOW, author_key="key")
        return len(asked)

    assert statements(100) == statements(5)


@pytest.mark.sqlite("reads SQLite's query plans")
def test_nothing_that_saving_asks_reads_a_whole_table(session: Session, engine: sa.Engine, blog: Source) -> None:
    asked: list[tuple[str, object]] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    for _ in range(2):
        mentions.save_many(session, crowd(5), source=blog, now=NOW, author_key="key")
    plans = [
        step
        for statement, values in list(asked)
        if statement.startswith("SELECT")
        for *_, step in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    ]
    assert any("mention USING INDEX ix_mention_waits_parent (host=? AND parent_ref=?)" in step for step in plans)
    assert [step for step in plans if step.startswith("SCAN") and "SUBQUERY" not in step] == []
