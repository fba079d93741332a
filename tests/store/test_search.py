"""Searching: what was written is found by its words and by what is known of it, the newest first."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from monitor.facts import MediaKind, MentionKind, Sentiment
from monitor.folding import terms, words
from monitor.models import Assessment, Brand, Installation, Media, Mention, MentionBrand, SearchEntry, Source, Story
from monitor.store import search
from monitor.store.search import Wanted
from monitor.store.search_words import tag
from tests.factories import NOON, make_author, make_brand, make_case, make_found_mention, make_source

HOUR = timedelta(hours=1)


@pytest.fixture
def brand(session: Session) -> Brand:
    return make_brand(session)


@pytest.fixture
def source(session: Session, brand: Brand) -> Source:
    return make_source(session, brand)


def texts(session: Session, query: str = "", **asked: object) -> list[str]:
    """The texts that a question finds, in order."""
    hits = search.find(session, Wanted(1, terms(query), **asked), 100)
    return [session.get_one(Mention, hit.mention_id).text for hit in hits]


def test_all_words_must_occur(session: Session, brand: Brand, source: Source):
    make_found_mention(session, brand, source, "The parcel is late.")
    make_found_mention(session, brand, source, "Late again, and no refund!")
    assert texts(session, "late refund") == ["Late again, and no refund!"]
    assert texts(session, "late nothing") == []


def test_the_newest_come_first_whatever_was_collected_first(session: Session, brand: Brand, source: Source):
    make_found_mention(session, brand, source, "one", at=NOON)
    make_found_mention(session, brand, source, "two", at=NOON - 9 * HOUR)
    make_found_mention(session, brand, source, "three", at=NOON + HOUR)
    assert texts(session) == ["three", "one", "two"]


def test_a_phrase_is_found_in_its_order_only(session: Session, brand: Brand, source: Source):
    make_found_mention(session, brand, source, "late my order")
    make_found_mention(session, brand, source, "my order is late")
    assert texts(session, '"my order is"') == ["my order is late"]


def test_excluded_words_and_beginnings(session: Session, brand: Brand, source: Source):
    make_found_mention(session, brand, source, "refunded at last")
    make_found_mention(session, brand, source, "no refund, rude staff")
    assert texts(session, "refund* -rude") == ["refunded at last"]
    assert texts(session, "-rude") == ["refunded at last"]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("میرا آرڈر نہیں آیا", "ارڈر"),
        ("یہ کتاب واپس کرو", "كتاب"),
        ("الصَّلاة", "الصلاۃ"),
        ("ఆర్డర్ ఆలస్యంగా వచ్చింది", "ఆలస్యంగా"),
        ("पैसे वापस करो", "वापस"),
        ("สินค้าแย่มากครับ", "แย่"),
        ("这个网络很慢", "网络"),
        ("这个网络很慢", "慢"),
        ("返金してください", "返金"),
        ("Ｃａｆé Zürich", "cafe zurich"),
        ("don't buy", "don't"),
    ],
)
def test_what_people_wrote_is_found_in_any_script(
    session: Session, brand: Brand, source: Source, text: str, query: str
):
    make_found_mention(session, brand, source, text)
    assert texts(session, query) == [text]


def test_vowel_signs_count(session: Session, brand: Brand, source: Source):
    make_found_mention(session, brand, source, "देर से आया")
    assert texts(session, "दर") == []


def test_title_and_item_are_searched_too(session: Session, brand: Brand, source: Source):
    mention = make_found_mention(session, brand, source, "bad", title="Kettle trouble")
    mention.item = "Steel Kettle 1.7"
    search.index(session, [mention.id])
    assert texts(session, "kettle trouble steel") == ["bad"]


def test_tags_in_a_text_are_words_and_no_tags(session: Session, brand: Brand, source: Source):
    make_found_mention(session, brand, source, "¤b2 ¤lte b1")
    assert texts(session, tags=((tag("l", "te"),),)) == []
    assert search.find(session, Wanted(2), 10) == []


def test_only_mentions_of_the_brand_are_found(session: Session, brand: Brand, source: Source):
    other = make_brand(session, "acme", "Acme")
    make_found_mention(session, other, make_source(session, other, "acme"), "tap drips")
    unsure = make_found_mention(session, brand, source, "tap, but hardly ours")
    session.exec(select(MentionBrand).where(MentionBrand.mention_id == unsure.id)).one().relevance = 0.2
    search.index(session, [unsure.id])
    assert texts(session, "tap") == []
    assert len(search.find(session, Wanted(other.id, terms("tap")), 10)) == 1


def test_an_edited_mention_is_found_by_its_new_words_only(session: Session, brand: Brand, source: Source):
    mention = make_found_mention(session, brand, source, "awful kettle")
    mention.text, mention.published_at = "lovely kettle", NOON - 50 * HOUR
    search.index(session, [mention.id])
    assert texts(session, "awful") == []
    assert texts(session, "lovely") == ["lovely kettle"]
    assert [hit.position for hit in search.find(session, Wanted(1), 9)] == [
        search.position_of(NOON - 50 * HOUR, mention.id)
    ]


def test_a_removed_mention_is_found_no_more(session: Session, brand: Brand, source: Source):
    kept = make_found_mention(session, brand, source, "kettle one")
    gone = make_found_mention(session, brand, source, "kettle two")
    search.remove(session, [gone.id])
    assert texts(session, "kettle") == [kept.text]
    assert words_kept(session) == 1


def test_a_mention_that_says_deleted_is_not_indexed(session: Session, brand: Brand, source: Source):
    mention = make_found_mention(session, brand, source, "kettle")
    mention.deleted_at = NOON
    assert search.index(session, [mention.id]) == 0
    assert texts(session) == []


def test_no_words_stay_when_the_row_of_a_mention_is_deleted(session: Session, brand: Brand, source: Source):
    mention = make_found_mention(session, brand, source, "kettle")
    session.execute(sa.text("DELETE FROM mention_brand"))
    session.execute(sa.text("DELETE FROM assessment"))
    session.execute(sa.delete(Mention).where(col(Mention.id) == mention.id))
    assert words_kept(session) == 0


def words_kept(session: Session) -> int:
    return int(session.execute(sa.text("SELECT COUNT(*) FROM search_words")).scalar_one())


def test_results_are_narrowed_by_what_is_known(session: Session, brand: Brand, source: Source):
    make_found_mention(session, brand, source, "a", negative=0.9, language="ur-Latn", themes=["refund"], rating=1.0)
    make_found_mention(session, brand, source, "b", negative=0.1, language="en", rating=4.0, kind=MentionKind.COMMENT)
    assert texts(session, tags=((tag("n", "negative"),),)) == ["a"]
    assert texts(session, tags=((tag("l", "ur-Latn"),), (tag("t", 1),))) == ["a"]
    assert texts(session, tags=((tag("l", "ur"),),)) == []
    assert texts(session, tags=((tag("k", "comment"),),)) == ["b"]
    assert texts(session, tags=((tag("r", 1), tag("r", 2)),)) == ["a"]
    assert texts(session, tags=((tag("s", source.id),),)) == ["b", "a"]


def test_days_are_narrowed_with_their_start_and_without_their_end(session: Session, brand: Brand, source: Source):
    for hours in (0, 1, 2):
        make_found_mention(session, brand, source, str(hours), at=NOON + hours * HOUR)
    assert texts(session, since=NOON + HOUR, until=NOON + 2 * HOUR) == ["1"]
    assert texts(session, since=NOON + 3 * HOUR) == []


def test_pages_follow_each_other_without_gap_or_double(session: Session, brand: Brand, source: Source):
    for number in range(7):
        make_found_mention(session, brand, source, str(number), at=NOON + (number // 3) * HOUR)  # three at one time
    found, before = [], None
    while hits := search.find(session, Wanted(1), 2, before):
        found += [hit.mention_id for hit in hits]
        before = hits[-1].position
    assert found == sorted(found, reverse=True)
    assert len(found) == 7


@pytest.mark.parametrize("seek", [0, 300])
def test_copies_of_a_story_and_texts_of_an_author(
    session: Session, brand: Brand, source: Source, seek: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(search, "_SEEK", seek)
    author, story = make_author(session), Story(fingerprint="f", first_seen_at=NOON)
    session.add(story)
    session.flush()
    make_found_mention(session, brand, source, "kettle by her", author=author)
    make_found_mention(session, brand, source, "kettle told again").story_id = story.id
    make_found_mention(session, brand, source, "kettle")
    session.flush()
    assert texts(session, "kettle", author_id=author.id) == ["kettle by her"]
    assert texts(session, "kettle", story_id=story.id) == ["kettle told again"]
    assert texts(session, "tap", story_id=story.id) == []
    assert texts(session, author_id=999) == []


@pytest.mark.parametrize("most", [0, 5000])
def test_mentions_with_and_without_a_case(
    session: Session, brand: Brand, source: Source, most: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(search, "_MOST_AMONG", most)
    make_case(session, make_found_mention(session, brand, source, "taken kettle"))
    make_found_mention(session, brand, source, "free kettle")
    assert texts(session, "kettle", has_case=True) == ["taken kettle"]
    assert texts(session, "kettle", has_case=False) == ["free kettle"]


def test_pictures_and_films_are_told_apart(session: Session, brand: Brand, source: Source):
    mention = make_found_mention(session, brand, source, "see here")
    session.add(Media(mention_id=mention.id, kind=MediaKind.VIDEO, url="https://example.org/a.mp4"))
    search.index(session, [mention.id])
    assert texts(session, tags=((tag("m", "video"),),)) == ["see here"]
    assert texts(session, tags=((tag("m", "image"),),)) == []


@pytest.mark.parametrize(
    ("value", "worst", "best", "stars"),
    [(1, 1, 5, 1), (2.5, 1, 5, 3), (5, 1, 5, 5), (0, 0, 10, 1), (10, 0, 10, 5), (4, None, None, 4), (3, 3, 3, 1),
     (99, 1, 5, 5), (-4, 1, 5, 1)],
)  # fmt: skip
def test_ratings_of_any_scale_come_to_five(value: float, worst: float | None, best: float | None, stars: int):
    assert search.rating_of_five(value, worst, best) == stars


def test_a_text_is_found_by_what_it_is_held_to_be_not_by_its_likelihood(session: Session, brand: Brand, source: Source):
    mention = make_found_mention(session, brand, source, negative=0.4)
    row = session.exec(select(Assessment).where(Assessment.mention_id == mention.id)).one()
    row.label = Sentiment.NEGATIVE
    search.index(session, [mention.id])
    assert len(texts(session, tags=((tag("n", "negative"),),))) == 1
    assert texts(session, tags=((tag("n", "neutral"),),)) == []


def test_what_the_model_was_not_sure_of_is_found_as_to_be_checked(session: Session, brand: Brand, source: Source):
    make_found_mention(session, brand, source, "clear")
    make_found_mention(session, brand, source, "hm", unsure=True)
    assert texts(session, tags=((tag("u", search.TO_CHECK),),)) == ["hm"]


def test_what_was_read_before_is_made_findable_newest_first(session: Session, brand: Brand, source: Source):
    ids = [make_found_mention(session, brand, source, f"kettle {number}").id for number in range(5)]
    search.remove(session, ids)
    session.add(Installation(name=search.BACK_FILL, value=str(ids[-1])))
    session.flush()
    assert search.catch_up(session, 2) == 2
    assert texts(session) == ["kettle 4", "kettle 3"]
    assert search.is_behind(session)
    while search.catch_up(session, 2):
        pass
    assert len(texts(session)) == 5
    assert not search.is_behind(session)


def test_catching_up_leaves_alone_what_is_findable_already(session: Session, brand: Brand, source: Source):
    mention = make_found_mention(session, brand, source, "kettle")
    session.add(Installation(name=search.BACK_FILL, value=str(mention.id)))
    assert search.catch_up(session, 10) == 1
    assert session.exec(select(SearchEntry)).one().mention_id == mention.id


def test_without_older_mentions_there_is_nothing_to_catch_up(session: Session):
    assert search.catch_up(session, 10) == 0


ANY_TEXT = st.text(max_size=120)
FUZZ = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(query=st.one_of(ANY_TEXT, st.text(alphabet="\"'()*:+-^{}&|!<>\\ \x00aAND ORNEARت网%_;", max_size=40)))
def test_nothing_that_people_type_is_an_error(session: Session, query: str):
    assert search.find(session, Wanted(1, terms(query), tags=((tag("l", query),),)), 5) == []


@FUZZ
@given(text=ANY_TEXT)
@example(text="0«\x85-0")  # in quotes, a phrase that the other quote would end
def test_a_text_is_found_by_each_of_its_words_and_by_all_of_it(session: Session, text: str):
    text = text.replace("\x00", "")  # a crawl takes it out, and no database keeps it
    with session.begin_nested() as savepoint:
        brand = make_brand(session)
        mention = make_found_mention(session, brand, make_source(session, brand), text)
        for query in (*text.split()[:5], f'"{text.replace(chr(34), " ")}"'):
            if terms(query) and not terms(query)[0].without and words(query):
                found = search.find(session, Wanted(brand.id, terms(query)), 5)
                assert [hit.mention_id for hit in found] == [mention.id], query
        savepoint.rollback()
