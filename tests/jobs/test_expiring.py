"""Texts past the time for which their kind is kept go with all that is theirs; what was counted or is needed stays."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from monitor.facts import Collected, IncidentState, MediaKind, MentionKind, Precision
from monitor.folding import Term
from monitor.jobs import expiring, prune
from monitor.jobs.context import Context
from monitor.models import (
    Brand,
    Case,
    CaseMention,
    CaseState,
    Count,
    FoundTheme,
    FoundThemeMention,
    IncidentMention,
    Media,
    Mention,
    MentionBrand,
    MentionVersion,
    Praise,
    ReadState,
    Relation,
    Reply,
    Snapshot,
    Source,
    Story,
    StoryBand,
)
from monitor.store import authors, mentions, search
from monitor.store.mentions import Saved
from monitor.store.search import Wanted
from tests.contexts import make_context
from tests.factories import NOON, count_rows, make_brand, make_case, make_incident, make_mention, make_source

DAY = timedelta(days=1)
NOW = NOON
OLD, YOUNG = NOW - 91 * DAY, NOW - 89 * DAY
Shop = tuple[Brand, Source]


@pytest.fixture
def shop(session: Session) -> Shop:
    brand = make_brand(session)
    return brand, make_source(session, brand)


def context(session: Session, now: datetime = NOW, **kept: str) -> Context:
    return make_context(session, now, retention={"mentions": kept or {"review": "90d"}})


def texts(session: Session) -> set[str]:
    return set(session.exec(select(Mention.text)))


def tables_of(session: Session) -> dict[str, int]:
    """How many rows of each table name a text that is not there."""
    found = {}
    for table in SQLModel.metadata.sorted_tables:
        for name in {"mention_id", "parent_id", "root_id", "repost_of_id", "quote_of_id"} & set(table.columns.keys()):
            there = sa.orm.aliased(Mention)
            lost = ~sa.exists().where(col(there.id) == table.columns[name])
            asked = sa.select(sa.func.count()).where(table.columns[name].is_not(None), lost)
            found[f"{table.name}.{name}"] = session.execute(asked).scalar_one()
    return {name: number for name, number in found.items() if number}


def hang_on(session: Session, mention: Mention, other: Mention) -> None:
    """One row of every table that a text nobody needs can have, and another text that refers to it in every way."""
    number, brand_id = mention.id, 1
    theme = FoundTheme(brand_id=brand_id, name="a", words=["a"], model="m", found_at=OLD, first_at=OLD, last_at=OLD)
    story = Story(fingerprint="f", sketch=b"s", first_seen_at=OLD)
    closed = make_case(session, other, state=CaseState.SOLVED, solved_at=OLD)
    session.add_all([theme, story])
    session.flush()
    mention.story_id = story.id
    other.parent_id = other.root_id = other.repost_of_id = other.quote_of_id = number
    session.add_all([
        Media(mention_id=number, kind=MediaKind.IMAGE, url="u"),
        MentionVersion(mention_id=number, text="before", replaced_at=OLD),
        Snapshot(mention_id=number, taken_at=OLD, likes=3),
        FoundThemeMention(
            mention_id=number, brand_id=brand_id, found_theme_id=theme.id, published_at=OLD, similarity=1.0
        ),
        Praise(mention_id=number, brand_id=brand_id, person="Sana", found_at=OLD),
        CaseMention(case_id=closed.id, mention_id=number, relation=Relation.LATER, linked_at=OLD),
        Reply(case_id=closed.id, actor="Sana", text="Sorry", written_at=OLD, mention_id=number),
        StoryBand(band=1, story_id=story.id),
    ])  # fmt: skip
    make_incident(session, session.get_one(Brand, brand_id), [mention], at=OLD, state=IncidentState.RESOLVED)
    session.commit()


def test_a_text_goes_with_all_that_is_its_own_and_what_was_counted_stays(session: Session, shop: Shop) -> None:
    old = make_mention(session, *shop, "Delivery was late.", at=OLD, themes=["delivery"])
    hang_on(session, old, make_mention(session, *shop, "Young", at=YOUNG))
    counted = session.exec(sa.select(Count.key, Count.start, Count.mentions)).all()
    hourly = [row for row in counted if row[1] == OLD]
    assert prune.run(context(session))["mentions"] == 1
    assert (texts(session), tables_of(session), count_rows(session, Story)) == ({"Young"}, {}, 0)
    assert set(hourly) <= set(session.exec(sa.select(Count.key, Count.start, Count.mentions)).all())
    assert search.find(session, Wanted(shop[0].id or 0, (Term(("delivery",)),)), 9) == []


def test_each_kind_has_its_own_time_and_the_others_are_kept_for_ever(session: Session, shop: Shop) -> None:
    for kind in (MentionKind.REVIEW, MentionKind.POST, MentionKind.SURVEY):
        make_mention(session, *shop, f"old {kind}", at=OLD, kind=kind)
        make_mention(session, *shop, f"young {kind}", at=YOUNG, kind=kind)
    session.commit()
    prune.run(context(session, review="90d", post="30d"))
    assert texts(session) == {"young review", "old survey", "young survey"}


def test_nothing_goes_unless_it_is_asked_for(session: Session, shop: Shop) -> None:
    make_mention(session, *shop, "Ancient", at=NOW - 9_000 * DAY)
    session.commit()
    prune.run(make_context(session, NOW))
    assert texts(session) == {"Ancient"}


@pytest.mark.parametrize(
    "need",
    [
        {"state": CaseState.OWNED},
        {"state": CaseState.SOLVED, "solved_at": NOW - 29 * DAY},
        {"state": CaseState.SOLVED, "solved_at": OLD, "follow_up_at": NOW + DAY},
    ],
)
def test_what_a_case_needs_stays_until_it_is_over(session: Session, shop: Shop, need: dict[str, Any]) -> None:
    opened, later = (make_mention(session, *shop, name, at=OLD) for name in ("opened", "later"))
    case = make_case(session, opened, **need)
    session.add(CaseMention(case_id=case.id, mention_id=later.id, relation=Relation.LATER, linked_at=OLD))
    session.commit()
    prune.run(context(session))
    assert texts(session) == {"opened", "later"}
    case.state, case.solved_at, case.follow_up_at = CaseState.SOLVED, NOW, None
    session.commit()
    prune.run(context(session, NOW + 31 * DAY))
    session.expire_all()
    assert [(row.text, row.url != "", row.author_id) for row in session.exec(select(Mention))] == [("", True, None)]
    assert session.exec(select(Case.mention_id)).all() == [opened.id]


def test_what_an_incident_or_praise_needs_stays_and_what_waits_to_be_read(session: Session, shop: Shop) -> None:
    evidence, praised, unread = (
        make_mention(session, *shop, name, at=OLD) for name in ("evidence", "praise", "unread")
    )
    incident = make_incident(session, shop[0], [evidence], state=IncidentState.CALMED)
    session.add(Praise(mention_id=praised.id, brand_id=1, person="Sana", found_at=NOW - 29 * DAY))
    unread.read_state = ReadState.WAITING
    session.commit()
    prune.run(context(session))
    assert texts(session) == {"evidence", "praise", "unread"}
    incident.state, unread.read_state = IncidentState.RESOLVED, ReadState.READ
    session.commit()
    prune.run(context(session, NOW + 2 * DAY))
    assert (texts(session), count_rows(session, IncidentMention)) == (set(), 0)


def test_the_walk_goes_on_where_it_was_stopped_and_rests_until_the_next_day(
    session: Session, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiring, "MOST_A_LOOK", 1)
    monkeypatch.setattr("monitor.store.expired.BATCH", 2)
    for number in range(5):
        make_mention(session, *shop, f"{number}", at=OLD)
    session.commit()
    removed = [prune.run(context(session))["mentions"] for _ in range(4)]
    make_mention(session, *shop, "late", at=OLD)
    session.commit()
    assert removed == [2, 2, 1, 0]
    assert [prune.run(context(session, now))["mentions"] for now in (NOW, NOW + DAY)] == [0, 1]


def collected(name: str, at: datetime | None, text: str = "Late again") -> Collected:
    return Collected(
        kind=MentionKind.REVIEW, host="example.org", external_id=name, url=f"https://example.org/{name}", text=text,
        published_at=at, precision=Precision.SECOND if at else Precision.UNKNOWN,
    )  # fmt: skip


def save(session: Session, source: Source, *some: Collected, now: datetime = NOW) -> list[Saved]:
    key = authors.installation_key(session)
    saved = mentions.save_many(session, [(one, True) for one in some], source=source, now=now, author_key=key)
    session.commit()
    return saved


def test_the_next_crawl_does_not_bring_it_back(session: Session, shop: Shop) -> None:
    prune.run(context(session))
    told = [collected("old", OLD), collected("young", YOUNG), collected("old", OLD)]
    assert save(session, shop[1], *told) == [Saved.TOO_OLD, Saved.NEW, Saved.TOO_OLD]


def test_a_text_that_tells_no_time_is_not_news_again(session: Session, shop: Shop) -> None:
    save(session, shop[1], collected("undated", None), now=OLD)
    session.execute(sa.update(Mention).values(read_state=ReadState.READ))
    assert prune.run(context(session))["mentions"] == 1
    assert save(session, shop[1], collected("undated", None)) == [Saved.FORGOTTEN]


def test_a_crawl_gives_no_words_back_to_what_once_was_a_case(session: Session, shop: Shop) -> None:
    opened = make_mention(session, *shop, "opened", at=OLD)
    make_case(session, opened, state=CaseState.DISMISSED)
    session.commit()
    prune.run(context(session))
    again = replace(collected(opened.external_id, OLD), text="opened")
    assert save(session, shop[1], again) == [Saved.TOO_OLD]
    assert (texts(session), count_rows(session, MentionBrand)) == ({""}, 1)
