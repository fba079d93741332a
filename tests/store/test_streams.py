"""What detectors get to know: recent voices, and when the brand was heard."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from monitor.facts import WHOLE, Cell, Dimension, MediaKind, MentionKind
from monitor.models import Media, MentionBrand
from monitor.store import streams
from monitor.store.streams import heard_spans
from tests.factories import NOON, make_author, make_brand, make_coverage, make_incident, make_mention, make_source

HOUR = timedelta(hours=1)


def at(hour: int) -> datetime:
    return datetime(2026, 3, 2, hour, tzinfo=UTC)


def test_a_brand_is_heard_when_the_sources_of_half_its_texts_are():
    spans = {"large": [(at(0), at(6))], "small": [(at(0), at(3)), (at(8), at(9))]}
    assert heard_spans(spans, {"large": 90.0, "small": 10.0}) == [(at(0), at(6))]


def test_without_any_text_one_source_is_enough():
    spans = {"one": [(at(0), at(2))], "other": [(at(4), at(6))]}
    assert heard_spans(spans, {"one": 0.0, "other": 0.0}) == [(at(0), at(2)), (at(4), at(6))]


def test_two_halves_are_heard_when_either_is():
    spans = {"one": [(at(0), at(4))], "other": [(at(2), at(6))]}
    assert heard_spans(spans, {"one": 5.0, "other": 5.0}) == [(at(0), at(6))]


def test_nobody_listening_is_nothing_heard():
    assert heard_spans({}, {}) == []


def test_a_voice_carries_what_detectors_ask_for(session: Session):
    brand = make_brand(session)
    source = make_source(session, brand)
    author = make_author(session)
    mention = make_mention(session, brand, source, themes=["refund"], author=author, negative=0.8, language="ur")
    session.add(Media(mention_id=mention.id, kind=MediaKind.VIDEO, url="https://example.org/film"))
    session.flush()
    (voice,) = streams.voices(session, brand.id, NOON - HOUR, NOON)
    assert (voice.mention_id, voice.author, voice.source) == (mention.id, author.id, "reviews")
    assert (voice.negative, voice.language, voice.themes, voice.video) == (0.8, "ur", ("refund",), True)


def test_a_voice_says_whether_it_is_a_declared_repost(session: Session):
    brand = make_brand(session)
    source = make_source(session, brand)
    own, repost = make_mention(session, brand, source), make_mention(session, brand, source)
    repost.repost_ref = own.external_id
    session.add(repost)
    session.flush()
    assert [voice.repost for voice in streams.voices(session, brand.id, NOON - HOUR, NOON)] == [False, True]


def test_texts_of_unknown_authors_are_different_voices(session: Session):
    brand = make_brand(session)
    source = make_source(session, brand)
    for mention in (make_mention(session, brand, source), make_mention(session, brand, source)):
        mention.author_id = None
        session.add(mention)
    session.flush()
    found = streams.voices(session, brand.id, NOON - HOUR, NOON)
    assert len({voice.author for voice in found}) == 2


def test_what_is_old_deleted_or_about_something_else_is_not_heard(session: Session):
    brand = make_brand(session)
    source = make_source(session, brand)
    make_mention(session, brand, source, at=NOON - 3 * HOUR)
    deleted, foreign = make_mention(session, brand, source), make_mention(session, brand, source)
    deleted.deleted_at = NOON
    session.get_one(MentionBrand, (foreign.id, brand.id)).relevance = 0.0
    session.flush()
    assert streams.voices(session, brand.id, NOON - HOUR, NOON) == []


def test_a_cell_of_a_source_is_known_when_that_source_is(session: Session):
    brand = make_brand(session)
    one, other = make_source(session, brand, "one"), make_source(session, brand, "other")
    for source in (one, other):
        make_mention(session, brand, source, at=NOON - HOUR)
    make_coverage(session, one, NOON - 2 * HOUR, NOON)
    heard = streams.load(session, brand.id, NOON - 5 * HOUR, NOON - HOUR, NOON)
    assert heard.known[Cell(Dimension.SOURCE, "one")] == [(NOON - 2 * HOUR, NOON)]
    assert heard.known[Cell(Dimension.SOURCE, "other")] == []
    assert heard.known[WHOLE] == [(NOON - 2 * HOUR, NOON)]


@pytest.mark.parametrize(
    ("value", "worst", "best", "place"),
    [
        (2, 1, 5, 0.25),
        (2, None, None, 0.25),
        (0, 0, 1, 0.0),
        (87, 0, 100, 0.87),
        (7, 1, 5, None),
        (8, None, None, None),
        (0, None, None, 0.0),
        (1, 5, 1, None),
        (3, 3, 3, None),
        (None, None, None, None),
    ],
)
def test_stars_are_a_place_on_their_scale(
    session: Session, value: float | None, worst: float | None, best: float | None, place: float | None
):
    brand = make_brand(session)
    mention = make_mention(session, brand, make_source(session, brand))
    mention.rating_value, mention.rating_worst, mention.rating_best = value, worst, best
    session.add(mention)
    session.flush()
    (voice,) = streams.voices(session, brand.id, NOON - HOUR, NOON)
    assert (voice.rating, voice.kind) == (place, MentionKind.REVIEW)


@pytest.mark.parametrize(
    ("kind", "rating", "known_hours", "newcomer"),
    [
        (MentionKind.REVIEW, None, 0, True),
        (MentionKind.REVIEW, None, 48, True),
        (MentionKind.REVIEW, None, 49, False),
        (MentionKind.COMMENT, 1.0, 0, True),
        (MentionKind.POST, None, 0, False),
    ],
)
def test_an_author_of_reviews_is_a_newcomer_for_two_days(
    session: Session, kind: MentionKind, rating: float | None, known_hours: int, newcomer: bool
):
    brand, elsewhere = make_brand(session), make_brand(session, "elsewhere")
    author = make_author(session)
    make_mention(
        session, elsewhere, make_source(session, elsewhere, "other"), at=NOON - known_hours * HOUR, author=author
    )
    make_mention(session, brand, make_source(session, brand), kind=kind, rating=rating, author=author)
    (voice,) = streams.voices(session, brand.id, NOON - HOUR, NOON)
    assert voice.newcomer is newcomer


def test_an_author_nobody_knows_is_no_newcomer(session: Session):
    brand = make_brand(session)
    mention = make_mention(session, brand, make_source(session, brand))
    mention.author_id = None
    session.add(mention)
    session.flush()
    (voice,) = streams.voices(session, brand.id, NOON - HOUR, NOON)
    assert voice.newcomer is False


def test_older_evidence_of_an_incident_is_heard_by_itself(session: Session):
    brand = make_brand(session)
    source = make_source(session, brand)
    old, _foreign, new = (make_mention(session, brand, source, at=NOON - hours * HOUR) for hours in (60, 60, 1))
    incident = make_incident(session, brand, [old, new])
    found = streams.evidence(session, brand.id, incident.id, NOON - 72 * HOUR, NOON - 48 * HOUR)
    assert [voice.mention_id for voice in found] == [old.id]
