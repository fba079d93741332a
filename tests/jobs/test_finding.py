"""Tests of looking for recurring complaints: what is found, kept, left alone, and when it is looked."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from monitor.facts import Gone, MentionKind
from monitor.jobs import finding, prune
from monitor.jobs.context import Context
from monitor.models import Brand, FoundState, FoundTheme, FoundThemeMention, Source
from monitor.store import found as store
from monitor.store.removal import remove
from tests.contexts import make_settings
from tests.factories import NOON, make_brand, make_source
from tests.threads.told import complain, read_as, vector

DAY = timedelta(days=1)


@pytest.fixture
def brand(session: Session) -> Brand:
    return make_brand(session, "karak", "Karak House")


@pytest.fixture
def source(session: Session, brand: Brand) -> Source:
    return make_source(session, brand)


def context(session: Session, now=NOON) -> Context:
    return Context(make_settings(), session, now)


def themes(session: Session) -> list[FoundTheme]:
    return list(session.exec(select(FoundTheme).order_by(FoundTheme.id)))


def texts(session: Session, theme: FoundTheme) -> int:
    return len(store.members(session, theme.id or 0))


def test_recurring_complaints_are_found_and_named_by_their_words(session: Session, brand: Brand, source: Source):
    complain(session, brand, source, "fee", 12)
    complain(session, brand, source, "parking", 9)
    assert finding.run(context(session))["found"] == 2
    fee, parking = themes(session)
    assert ("hidden fee" in fee.words, texts(session, fee)) == (True, 12)
    assert ("parking place" in parking.words, texts(session, parking)) == (True, 9)


def test_what_has_a_theme_is_positive_or_is_about_another_brand_is_not_found(
    session: Session, brand: Brand, source: Source
):
    complain(session, brand, source, "fee", 12, themes=["refund"])
    complain(session, brand, source, "music", 12, negative=0.1)
    complain(session, make_brand(session, "other", "Other"), source, "parking", 12)
    finding.run(context(session))
    assert themes(session) == []


def test_a_day_is_looked_at_once(session: Session, brand: Brand, source: Source):
    finding.run(context(session))
    complain(session, brand, source, "fee", 12)
    assert finding.run(context(session, NOON + timedelta(hours=1)))["found"] == 0
    assert finding.run(context(session, NOON + DAY))["found"] == 1


def test_the_next_look_keeps_names_labels_and_centres(session: Session, brand: Brand, source: Source):
    complain(session, brand, source, "fee", 12)
    finding.run(context(session))
    (before,) = themes(session)
    kept = (before.id, before.name, before.centre, store.members(session, before.id or 0))
    complain(session, brand, source, "music", 12, now=NOON + DAY)
    finding.run(context(session, NOON + DAY))
    session.expire_all()
    after = themes(session)[0]
    assert (after.id, after.name, after.centre, store.members(session, after.id or 0)) == kept


def test_new_complaints_join_what_is_like_them(session: Session, brand: Brand, source: Source):
    complain(session, brand, source, "fee", 12)
    finding.run(context(session))
    complain(session, brand, source, "fee", 14, now=NOON + DAY)
    assert finding.run(context(session, NOON + DAY))["found"] == 0
    assert texts(session, themes(session)[0]) == 26


def test_a_look_that_ends_before_its_commit_leaves_nothing_and_is_done_again(
    session: Session, brand: Brand, source: Source, monkeypatch: pytest.MonkeyPatch
):
    complain(session, brand, source, "fee", 12)
    session.commit()
    with monkeypatch.context() as patch:
        patch.setattr(session, "commit", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            finding.run(context(session))
    session.rollback()
    assert themes(session) == []
    assert finding.run(context(session))["found"] == 1


def test_of_two_looks_at_once_one_stands(session: Session, brand: Brand, source: Source):
    complain(session, brand, source, "fee", 12)
    session.commit()
    seen = store.state_of(session, brand.id or 0)
    finding.run(context(session))
    assert store.keep_state(session, brand.id or 0, seen, "{}") is False
    assert store.keep_state(session, brand.id or 0, "not this", "{}") is False


def test_a_deleted_text_leaves_its_group_at_once(session: Session, brand: Brand, source: Source):
    mentions = complain(session, brand, source, "fee", 12)
    finding.run(context(session))
    gone = Gone(kind=MentionKind.REVIEW, host=mentions[0].host, external_id=mentions[0].external_id)
    remove(session, [gone], NOON)
    assert mentions[0].id not in store.members(session, themes(session)[0].id or 0)


def test_a_text_that_was_read_anew_and_complains_no_more_leaves_its_group(
    session: Session, brand: Brand, source: Source
):
    mentions = complain(session, brand, source, "fee", 12)
    finding.run(context(session))
    read_as(session, mentions[0], vector("lone", 1))
    read_as(session, mentions[1], vector("fee", 1), model="person")
    finding.run(context(session, NOON + DAY))
    left = store.members(session, themes(session)[0].id or 0)
    assert mentions[1].id not in left
    assert len(left) in (10, 11)


def test_another_model_makes_the_centre_anew_of_the_same_texts(session: Session, brand: Brand, source: Source):
    mentions = complain(session, brand, source, "fee", 12)
    finding.run(context(session))
    before = themes(session)[0].centre
    for number, mention in enumerate(mentions):
        read_as(session, mention, vector("fee as another reads it", number), model="newer")
    finding.run(context(session, NOON + DAY))
    session.expire_all()
    (theme,) = themes(session)
    assert theme.model == "newer 1"
    assert theme.centre != before
    assert texts(session, theme) == 12


def test_what_nobody_told_of_for_long_is_forgotten_unless_somebody_decided(
    session: Session, brand: Brand, source: Source, tmp_path: Path
):
    complain(session, brand, source, "fee", 12)
    complain(session, brand, source, "music", 12)
    finding.run(context(session))
    kept = themes(session)[1]
    kept.state = FoundState.DISMISSED
    session.add(kept)
    session.commit()
    prune.run(context(session, NOON + store.FADED + DAY))
    assert [theme.id for theme in themes(session)] == [kept.id]
    assert len(session.exec(select(FoundThemeMention)).all()) == 12


def test_a_busy_brand_is_looked_through_by_a_sample_that_is_the_same_again(
    session: Session, brand: Brand, source: Source
):
    complain(session, brand, source, "fee", 12)
    for i in range(3):
        complain(session, brand, source, "music", 12, weeks=1, now=NOON - i * timedelta(minutes=10))
    window = (NOON - timedelta(weeks=8), NOON)
    limit = store.hourly_limit(session, brand.id or 0, window, 30)
    some = store.complaints(session, brand.id or 0, window, 30)
    assert limit is not None
    assert 0 < len(some) <= 30
    assert some == store.complaints(session, brand.id or 0, window, 30)
    assert len(store.complaints(session, brand.id or 0, window)) == 48
