"""Stories: begun once whoever comes first, found by their bands, forgotten in batches."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from monitor.facts import Sketch
from monitor.models import Story, StoryBand
from monitor.store import stories
from monitor.store.database import session_of
from tests.factories import NOON, count_rows

ONE = Sketch("one", b"\x01\x00\x05\x00", (-7, 3, 2**62))
OTHER = Sketch("other", b"\x01\x00\x06\x00", (3, 4))
SHORT = Sketch("short")
DAY = timedelta(days=1)


def row(session: Session, fingerprint: str) -> Story:
    session.expire_all()
    return session.exec(select(Story).where(Story.fingerprint == fingerprint)).one()


def test_what_is_begun_is_found_by_its_words_and_by_its_bands(session: Session) -> None:
    ids = stories.begin(session, [ONE, OTHER], NOON)
    known = stories.known(session, [Sketch("one"), Sketch("new", b"..", (3, 99))])
    assert known.exact == {"one": ids["one"]}
    assert known.by_band == {3: [ids["one"], ids["other"]]}
    assert stories.signatures(session, ids.values()) == {ids["one"]: ONE.signature, ids["other"]: OTHER.signature}


def test_bands_of_a_text_whose_words_are_known_are_not_asked_for(session: Session) -> None:
    stories.begin(session, [ONE, OTHER], NOON)
    assert stories.known(session, [ONE]).by_band == {}


def test_a_text_without_a_signature_is_found_by_its_words_only(session: Session) -> None:
    ids = stories.begin(session, [SHORT], NOON)
    assert stories.signatures(session, ids.values()) == {}
    assert stories.known(session, [SHORT]).exact == ids


def test_a_story_that_another_process_began_is_that_ones(session: Session, engine: sa.Engine) -> None:
    with session_of(engine) as other:
        first = stories.begin(other, [ONE], NOON)
        other.commit()
    second = stories.begin(session, [ONE, OTHER], NOON + DAY)
    session.commit()
    assert second["one"] == first["one"] != second["other"]
    assert row(session, "one").first_seen_at == NOON
    assert count_rows(session, StoryBand) == len(ONE.bands) + len(OTHER.bands)


def test_nothing_is_begun_of_nothing(session: Session) -> None:
    assert stories.begin(session, [], NOON) == {}
    assert stories.known(session, []) == stories.Known()


def test_many_are_looked_up_in_parts(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stories, "AT_ONCE", 2)
    texts = [Sketch(f"text {number}", b"..", (number, 100)) for number in range(5)]
    ids = stories.begin(session, texts, NOON)
    known = stories.known(session, [Sketch("new", b"..", (0, 1, 2, 3, 4)), *texts[:3]])
    assert len(ids) == 5
    assert len(known.exact) == 3
    assert {band: len(found) for band, found in known.by_band.items()} == dict.fromkeys(range(5), 1)


def test_a_story_told_again_is_written_once_an_hour(session: Session) -> None:
    ids = stories.begin(session, [ONE], NOON)
    stories.hear(session, ids.values(), NOON + timedelta(minutes=59))
    assert row(session, "one").last_seen_at == NOON
    stories.hear(session, ids.values(), NOON + timedelta(minutes=61))
    assert row(session, "one").last_seen_at == NOON + timedelta(minutes=61)


def test_what_was_not_told_for_long_fades_in_batches(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stories, "BATCH", 2)
    old = [Sketch(f"text {number}", b"..", (number, 100)) for number in range(5)]
    stories.begin(session, old, NOON - 31 * DAY)
    stories.begin(session, [ONE], NOON)
    assert [stories.fade(session, NOON - 30 * DAY) for _ in range(4)] == [2, 2, 1, 0]
    assert count_rows(session, StoryBand) == len(ONE.bands)
    assert count_rows(session, Story) == 6


def test_a_faded_story_is_still_known_by_its_words(session: Session) -> None:
    ids = stories.begin(session, [ONE], NOON - 31 * DAY)
    stories.fade(session, NOON)
    known = stories.known(session, [ONE, Sketch("near", b"..", ONE.bands)])
    assert (known.exact, known.faded, known.by_band) == (ids, frozenset(ids.values()), {})


def test_a_faded_story_is_recalled_when_its_words_come_again(session: Session) -> None:
    ids = stories.begin(session, [ONE], NOON - 31 * DAY)
    stories.fade(session, NOON)
    stories.recall(session, {ids["one"]: ONE}, NOON)
    assert stories.known(session, [Sketch("near", b"..", (3,))]).by_band == {3: [ids["one"]]}
    assert row(session, "one").last_seen_at == NOON
    assert row(session, "one").sketch == ONE.signature


def test_a_story_told_again_does_not_fade(session: Session) -> None:
    ids = stories.begin(session, [ONE], NOON - 31 * DAY)
    stories.hear(session, ids.values(), NOON)
    assert stories.fade(session, NOON - 30 * DAY) == 0


def test_a_faded_story_is_not_heard_by_halves(session: Session) -> None:
    ids = stories.begin(session, [ONE], NOON - 31 * DAY)
    stories.fade(session, NOON)
    stories.hear(session, ids.values(), NOON)
    assert row(session, "one").last_seen_at is None
