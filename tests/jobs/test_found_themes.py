"""Tests of deciding on what was found: adopted, merged, renamed, dismissed, taken up again."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from monitor.errors import AnswerRefused
from monitor.facts import Dimension, Stage
from monitor.jobs import answer, finding
from monitor.jobs.context import Context
from monitor.models import Brand, Count, FoundState, FoundTheme, Resolution, Source, Theme
from monitor.store import found as store
from monitor.store import sources, themes
from tests.contexts import make_settings
from tests.factories import NOON, make_brand, make_source, make_theme, person
from tests.threads.told import complain

DAY = timedelta(days=1)
SANA, OMAR = person("Sana"), person("Omar")
OPEN = FoundState.OPEN


@pytest.fixture
def brand(session: Session) -> Brand:
    return make_brand(session, "karak", "Karak House")


@pytest.fixture
def source(session: Session, brand: Brand) -> Source:
    return make_source(session, brand)


@pytest.fixture
def fee(session: Session, brand: Brand, source: Source) -> FoundTheme:
    """One that was found, of 12 texts."""
    complain(session, brand, source, "fee", 12)
    return look(session)[-1]


def look(session: Session, now=NOON) -> list[FoundTheme]:
    finding.run(Context(make_settings(), session, now))
    return list(session.exec(select(FoundTheme).order_by(FoundTheme.id)))


def counted(session: Session, slug: str) -> float:
    rows = select(Count.mentions).where(
        Count.dimension == Dimension.THEME, Count.key == slug, Count.resolution == Resolution.HOUR
    )
    return sum(session.exec(rows))


def test_an_adopted_one_is_a_theme_whose_texts_have_it_and_are_counted(session: Session, fee: FoundTheme):
    done = answer.adopt_found(session, fee.id, " Hidden  fees ", SANA, NOON, seen=OPEN, stage=Stage.BUY)
    theme = session.get_one(Theme, done.theme_id)
    assert (theme.name, theme.adopted, theme.stage, theme.active) == ("Hidden fees", True, Stage.BUY, True)
    assert (done.state, done.decided_by) == (FoundState.ADOPTED, "Sana")
    assert counted(session, theme.slug) == 12
    assert store.members(session, fee.id) == []
    assert themes.adopted_names(session) == {theme.slug: "Hidden fees"}


def test_new_texts_like_an_adopted_one_get_the_theme_and_are_counted_once(
    session: Session, brand: Brand, source: Source, fee: FoundTheme
):
    done = answer.adopt_found(session, fee.id, "Fees", SANA, NOON, seen=OPEN)
    slug = session.get_one(Theme, done.theme_id).slug
    complain(session, brand, source, "fee", 5, now=NOON + DAY)
    look(session, NOON + DAY)
    look(session, NOON + 2 * DAY)
    assert counted(session, slug) == 17


def test_a_theme_that_was_adopted_stays_when_the_config_is_read(session: Session, fee: FoundTheme):
    done = answer.adopt_found(session, fee.id, "Fees", SANA, NOON, seen=OPEN)
    sources.sync(session, make_settings())
    assert session.get_one(Theme, done.theme_id).active


def test_adoption_is_undone_to_the_last_count(session: Session, fee: FoundTheme):
    done = answer.adopt_found(session, fee.id, "Fees", SANA, NOON, seen=OPEN)
    theme_id, slug = done.theme_id, f"found-{fee.id}"
    again = answer.reopen_found(session, fee.id, OMAR, NOON, seen=FoundState.ADOPTED)
    assert (again.state, again.theme_id) == (OPEN, None)
    assert counted(session, slug) == 0
    assert not session.get_one(Theme, theme_id).active
    look(session, NOON + DAY)
    assert len(store.members(session, fee.id)) == 12


def test_merged_into_a_theme_its_texts_get_that(session: Session, fee: FoundTheme):
    make_theme(session, "billing", "Billing")
    session.commit()
    done = answer.merge_found(session, fee.id, SANA, NOON, seen=OPEN, theme="billing")
    assert done.state is FoundState.MERGED
    assert counted(session, "billing") == 12
    with pytest.raises(AnswerRefused, match="is not kept"):
        answer.reopen_found(session, fee.id, SANA, NOON, seen=FoundState.MERGED)


def test_merged_into_another_its_texts_and_later_ones_belong_there(
    session: Session, brand: Brand, source: Source, fee: FoundTheme
):
    complain(session, brand, source, "music", 12, now=NOON + DAY)
    music = look(session, NOON + DAY)[-1]
    answer.merge_found(session, music.id, SANA, NOON, seen=OPEN, into=fee.id)
    complain(session, brand, source, "music", 6, now=NOON + 2 * DAY)
    look(session, NOON + 2 * DAY)
    assert len(store.members(session, fee.id)) == 30
    assert store.members(session, music.id) == []


def test_it_is_merged_only_into_one_open_thing(session: Session, fee: FoundTheme):
    for asked in ({}, {"theme": "nothing"}, {"into": fee.id}, {"into": 99}, {"theme": "x", "into": 99}):
        with pytest.raises(AnswerRefused):
            answer.merge_found(session, fee.id, SANA, NOON, seen=OPEN, **asked)
    assert store.one(session, fee.id).state is OPEN


def test_a_dismissed_one_is_not_found_again_until_it_is_taken_up(
    session: Session, brand: Brand, source: Source, fee: FoundTheme
):
    answer.dismiss_found(session, fee.id, SANA, NOON, seen=OPEN)
    complain(session, brand, source, "fee", 14, now=NOON + DAY)
    assert len(look(session, NOON + DAY)) == 1
    assert answer.reopen_found(session, fee.id, SANA, NOON, seen=FoundState.DISMISSED).state is OPEN
    assert len(store.members(session, fee.id)) == 26


def test_of_two_who_decide_at_once_the_second_is_told_what_it_is_now(session: Session, fee: FoundTheme):
    answer.dismiss_found(session, fee.id, SANA, NOON, seen=OPEN)
    with pytest.raises(AnswerRefused, match="it is dismissed by Sana now"):
        answer.adopt_found(session, fee.id, "Fees", OMAR, NOON, seen=OPEN)
    assert session.exec(select(Theme).where(Theme.adopted)).all() == []


def test_a_name_changes_only_in_the_place_of_the_one_on_the_screen(session: Session, fee: FoundTheme):
    before = fee.name
    assert answer.rename_found(session, fee.id, "Fees", SANA, NOON, seen_name=before).name == "Fees"
    with pytest.raises(AnswerRefused, match="it is called 'Fees' now"):
        answer.rename_found(session, fee.id, "Costs", OMAR, NOON, seen_name=before)


@pytest.mark.parametrize("name", ["", " \u200b ", "x" * 81])
def test_a_name_is_one_that_people_can_read(session: Session, fee: FoundTheme, name: str):
    with pytest.raises(AnswerRefused, match=r"first|longer"):
        answer.adopt_found(session, fee.id, name, SANA, NOON, seen=OPEN)


def test_no_two_themes_have_one_name(session: Session, fee: FoundTheme):
    make_theme(session, "billing", "Billing")
    session.commit()
    with pytest.raises(AnswerRefused, match="merge it into that"):
        answer.adopt_found(session, fee.id, "billing", SANA, NOON, seen=OPEN)
    assert store.one(session, fee.id).state is OPEN
