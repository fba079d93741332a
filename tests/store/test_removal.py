"""What a source has deleted: the words go everywhere, what was counted stays, and twice is once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from monitor.facts import WHOLE, Collected, Gone, MediaFile, MediaKind, MentionKind
from monitor.models import (
    Alert,
    Assessment,
    Author,
    Brand,
    CaseMention,
    Media,
    Mention,
    MentionVersion,
    Praise,
    ReadState,
    Relation,
    Report,
    Resolution,
    SearchEntry,
    Source,
    SourceBrand,
)
from monitor.store import assessments, counts, mentions, removal
from tests.factories import (
    NOON,
    make_author,
    make_brand,
    make_case,
    make_change,
    make_incident,
    make_mention,
    make_source,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def brand(session: Session) -> Brand:
    return make_brand(session)


@pytest.fixture
def source(session: Session, brand: Brand) -> Source:
    return make_source(session, brand)


@pytest.fixture
def mention(session: Session, brand: Brand, source: Source) -> Mention:
    row = make_mention(session, brand, source, "The parcel never came.", title="Late", themes=("delivery",))
    session.add(Media(mention_id=row.id, kind=MediaKind.IMAGE, url="https://example.org/a.png"))
    session.add(MentionVersion(mention_id=row.id, text="The parcel is late.", replaced_at=NOON))
    session.flush()
    return row


def gone(mention: Mention) -> Gone:
    return Gone(kind=mention.kind, host=mention.host, external_id=mention.external_id)


def collected(mention: Mention, text: str) -> Collected:
    return Collected(kind=mention.kind, host=mention.host, external_id=mention.external_id, url=mention.url, text=text)


def test_the_words_go_and_the_mention_stays(session: Session, mention: Mention) -> None:
    assert removal.remove(session, [gone(mention)], NOON + HOUR) == 1
    session.expire_all()
    assert (mention.title, mention.text, mention.author_id) == ("", "", None)
    assert (mention.deleted_at, mention.published_at) == (NOON + HOUR, NOON)
    assert [session.exec(select(table)).all() for table in (Media, MentionVersion, SearchEntry)] == [[], [], []]


def test_what_was_counted_is_not_counted_anew(session: Session, brand: Brand, mention: Mention) -> None:
    def counted() -> object:
        return counts.read(session, brand.id or 0, Resolution.HOUR, NOON - HOUR, NOON + HOUR)[WHOLE]

    before = counted()
    removal.remove(session, [gone(mention)], NOON)
    assert counted() == before
    assert session.exec(select(Assessment.negative)).one() == 0.9


def test_the_name_of_who_wrote_nothing_else_is_forgotten(session: Session, brand: Brand, source: Source) -> None:
    one, other = make_author(session, "Ana"), make_author(session, "Ben")
    rows = [make_mention(session, brand, source, author=author) for author in (one, other, other)]
    removal.remove(session, [gone(rows[0]), gone(rows[1])], NOON)
    session.expire_all()
    assert sorted(name or "" for name in session.exec(select(Author.display_name))) == ["", "Ben"]


def test_that_it_belonged_to_a_case_and_praised_somebody_stays_known(
    session: Session, brand: Brand, source: Source, mention: Mention
) -> None:
    case = make_case(session, make_mention(session, brand, source))
    session.add(CaseMention(case_id=case.id, mention_id=mention.id, relation=Relation.LATER, linked_at=NOON))
    session.add(Praise(mention_id=mention.id, brand_id=brand.id, person="Ayesha", found_at=NOON))
    removal.remove(session, [gone(mention)], NOON + HOUR)
    assert session.exec(select(CaseMention.mention_id)).all() == [mention.id]
    assert session.exec(select(Praise.person)).all() == ["Ayesha"]


def test_twice_is_once(session: Session, mention: Mention) -> None:
    removal.remove(session, [gone(mention)], NOON)
    assert removal.remove(session, [gone(mention), gone(mention)], NOON + HOUR) == 0
    assert mention.deleted_at == NOON


def test_what_is_not_known_is_nothing(session: Session, mention: Mention) -> None:
    other = Gone(kind=MentionKind.POST, host=mention.host, external_id=mention.external_id)
    assert removal.remove(session, [other], NOON) == 0
    assert mention.text


@pytest.mark.parametrize("state", [ReadState.WAITING, ReadState.FAILED])
def test_what_waits_to_be_read_is_not_read_any_more(session: Session, mention: Mention, state: ReadState) -> None:
    mention.read_state = state
    removal.remove(session, [gone(mention)], NOON)
    assert assessments.claim(session, 10, NOON) == []
    assert mention.read_state is ReadState.READ


def test_a_text_that_comes_back_is_an_edit(session: Session, mention: Mention, source: Source) -> None:
    removal.remove(session, [gone(mention)], NOON)
    saved = mentions.save(
        session, collected(mention, "It came after all."), source=source, now=NOON + HOUR, fresh=True, author_key="k"
    )
    session.expire_all()
    assert (saved, mention.text, mention.deleted_at) == (mentions.Saved.EDITED, "It came after all.", None)
    assert mention.read_state is ReadState.WAITING
    assert session.exec(select(MentionVersion)).all() == []


def test_alerts_do_not_quote_it_any_more(session: Session, brand: Brand, mention: Mention) -> None:
    incident = make_incident(session, brand, [mention])
    quote = {"text": "The parcel never came.", "author": "author 1", "url": mention.url}
    kept = {**quote, "text": "Where is it?", "url": "https://example.org/other"}
    quotes = [one | {"published_at": NOON.isoformat()} for one in (quote, kept)]
    alert = Alert(
        key="k", channel="c", reason="r", created_at=NOON, incident_id=incident.id, message={"quotes": quotes},
        change_id=make_change(session, incident).id,
    )  # fmt: skip
    session.add(alert)
    removal.remove(session, [gone(mention)], NOON)
    session.flush()
    session.expire_all()
    assert [one["text"] for one in alert.message["quotes"]] == [removal.DELETED, "Where is it?"]


def test_digests_do_not_quote_it_any_more(session: Session, mention: Mention) -> None:
    quote = {"text": "The parcel never came.", "author": "author 1", "url": mention.url}
    quote["published_at"] = mention.published_at.isoformat()
    other = quote | {"url": "https://example.org/other"}
    told = {"subject": "Two incidents", "quotes": [quote], "sections": [{"title": "Karak", "quotes": [quote, other]}]}
    alert = Alert(key="d", channel="lead", reason="digest", message=told, created_at=NOON + HOUR)
    session.add(alert)
    session.flush()
    removal.remove(session, [gone(mention)], NOON + 2 * HOUR)
    session.refresh(alert)
    without = quote | {"text": removal.DELETED, "author": ""}
    assert alert.message == {**told, "quotes": [without], "sections": [{"title": "Karak", "quotes": [without, other]}]}


def test_reports_do_not_quote_it_any_more(session: Session, brand: Brand, mention: Mention) -> None:
    quote = {"text": "The parcel never came.", "url": mention.url, "published_at": "2026-03-02T12:00:00Z"}
    other = quote | {"published_at": "2026-03-02T13:00:00Z"}
    figures = {"themes": [{"slug": "delivery", "quotes": [quote, other]}], "week": 10}
    report = Report(brand_id=brand.id, week_start=NOON.date(), made_at=NOON + HOUR, figures=figures)
    session.add(report)
    removal.remove(session, [gone(mention)], NOON + 2 * HOUR)
    session.flush()
    session.expire_all()
    assert report.figures == {"themes": [{"slug": "delivery", "quotes": [other]}], "week": 10}


@pytest.fixture
def elsewhere(session: Session, brand: Brand) -> Source:
    """Another source that shows the same text, for one more brand."""
    other = make_source(session, make_brand(session, "other"), "elsewhere")
    session.add(SourceBrand(source_id=other.id, brand_id=brand.id))
    session.flush()
    return other


def test_a_source_that_still_shows_it_changes_no_count_and_brings_nothing_back(
    session: Session, mention: Mention, elsewhere: Source
) -> None:
    removal.remove(session, [gone(mention)], NOON)
    picture = MediaFile(kind=MediaKind.IMAGE, url="https://example.org/a.png")
    shown = replace(collected(mention, "The parcel never came."), media=(picture,))
    mentions.save(session, shown, source=elsewhere, now=NOON + HOUR, fresh=True, author_key="k")
    session.expire_all()
    assert assessments.claim(session, 10, NOON + HOUR) == []
    assert (mention.text, session.exec(select(Media)).all()) == ("", [])


def test_a_text_that_comes_back_has_its_pictures_again(session: Session, mention: Mention, source: Source) -> None:
    removal.remove(session, [gone(mention)], NOON)
    picture = MediaFile(kind=MediaKind.IMAGE, url="https://example.org/a.png")
    shown = replace(collected(mention, "It came."), media=(picture,))
    mentions.save(session, shown, source=source, now=NOON + HOUR, fresh=True, author_key="k")
    assert len(session.exec(select(Media)).all()) == 1


def doubt(session: Session, mention: Mention, hours: int) -> None:
    removal.note_missing(session, [replace(gone(mention), doubted=True)], NOON + hours * HOUR)
    session.expire_all()


def test_what_is_doubted_keeps_its_words_and_the_moment_of_the_first_doubt(session: Session, mention: Mention) -> None:
    doubt(session, mention, 1)
    doubt(session, mention, 2)
    assert (mention.text, mention.missing_at) == ("The parcel never came.", NOON + HOUR)


def test_a_doubt_that_is_older_than_a_day_begins_anew(session: Session, mention: Mention) -> None:
    doubt(session, mention, 1)
    doubt(session, mention, 26)
    assert mention.missing_at == NOON + 26 * HOUR


def test_a_text_that_is_shown_is_not_doubted_any_more(session: Session, source: Source, mention: Mention) -> None:
    doubt(session, mention, 1)
    mentions.save(
        session, collected(mention, "The parcel never came."), source=source, now=NOON, fresh=False, author_key="key"
    )
    session.expire_all()
    assert mention.missing_at is None


def test_what_is_gone_is_not_doubted_any_more(session: Session, mention: Mention) -> None:
    doubt(session, mention, 1)
    removal.remove(session, [gone(mention)], NOON + 3 * HOUR)
    assert (mention.text, mention.missing_at) == ("", None)
