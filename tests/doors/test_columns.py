"""Columns are known by their names in many languages and by what stands in them; people have the last word."""

from pathlib import Path

import pytest

from monitor.doors.columns import choose, told_columns
from monitor.doors.headers import Part, is_reply, signature_of
from monitor.doors.importing import as_note, from_note
from monitor.doors.tables import Line
from monitor.errors import ConfigError
from tests.doors.texts import NOW

EXPORTS = [
    # As their documentation tells them; not compared with a file of each.
    (
        "Package Name,App Version Code,App Version Name,Reviewer Language,Device,Review Submit Date and Time,"
        "Review Submit Millis Since Epoch,Review Last Update Date and Time,Star Rating,Review Title,Review Text,"
        "Developer Reply Date and Time,Developer Reply Millis Since Epoch,Developer Reply Text,Review Link",
        "text=Review Text,title=Review Title,rating=Star Rating,date=Review Submit Date and Time,id=Review Link,"
        "url=Review Link,product=Package Name,language=Reviewer Language",
    ),
    (
        "Review Id,Review Created (UTC),Review Consumer User Id,Review Title,Review Content,Review Stars,"
        "Company Reply Date (UTC),Company Reply Text,Location Id,Reference Id,Consumer Name",
        "text=Review Content,title=Review Title,rating=Review Stars,date=Review Created (UTC),author=Consumer Name,"
        "author_id=Review Consumer User Id,id=Review Id,product=Location Id",
    ),
    (
        "ID,Title,Review,Rating,Nickname,Date,App Version,Territory,Developer Response",
        "text=Review,title=Title,rating=Rating,date=Date,author=Nickname,id=ID",
    ),
    (
        "Order ID,Product Name,Username,Rating,Comment,Review Time,Seller Reply",
        "text=Comment,rating=Rating,date=Review Time,author=Username,product=Product Name",
    ),
    (
        "Produkt;Kunde;Sterne;Bewertungstext;Erstellt am;Antwort des Händlers",
        "text=Bewertungstext,rating=Sterne,date=Erstellt am,author=Kunde,product=Produkt",
    ),
    ("نام;تبصرہ;ریٹنگ;تاریخ", "text=تبصرہ,rating=ریٹنگ,date=تاریخ,author=نام"),
    ("nama pembeli;ulasan;bintang;tanggal", "text=ulasan,rating=bintang,date=tanggal,author=nama pembeli"),
    ("createdAt;reviewText;starRating;userName;productTitle",
     "text=reviewText,rating=starRating,date=createdAt,author=userName,product=productTitle"),
    ("Timestamp;How likely are you to recommend us?;What did you think?;First purchase",
     "text=What did you think?,rating=How likely are you to recommend us?,date=Timestamp,"
     "first_purchase=First purchase"),
]  # fmt: skip


def chosen(heading: list[str], *rows: list[object], **given: object) -> dict[str, str]:
    lines = [Line(number, list(row)) for number, row in enumerate(rows, start=2)]
    found = choose(heading, lines, NOW, **given)  # type: ignore[arg-type]
    return {part.value: one.column for part, one in found.items()}


@pytest.mark.parametrize(("heading", "expected"), EXPORTS)
def test_the_columns_of_exports_are_known_by_their_names(heading: str, expected: str):
    names = heading.split(";" if ";" in heading else ",")
    assert chosen(names) == dict(pair.split("=") for pair in expected.split(","))


@pytest.mark.parametrize(
    "name", ["Developer Reply Text", "Company reply", "Antwort", "Owner response text", "卖家回复"]
)
def test_what_the_seller_answered_is_not_what_the_customer_wrote(name: str):
    assert is_reply(name)
    with pytest.raises(ConfigError, match="--map text=COLUMN"):
        chosen([name], ["Thank you for your kind words, see you soon"])


def test_a_name_counts_less_than_what_stands_below_it():
    rows = [["very cold tea", "note to self", "2024-03-05"], ["nothing but trouble", "call back", "2024-03-06"]]
    assert chosen(["Opinion", "Note", "Rating"], *rows) == {"text": "Opinion", "date": "Rating"}


def test_columns_without_a_known_name_are_known_by_what_stands_in_them():
    rows = [
        ["https://shop.example/1", "★★☆☆☆", "5 March 2024", "The parcel came late and open", "7"],
        ["https://shop.example/2", "★★★★★", "6 March 2024", "Everything was as promised, thank you", "8"],
    ]
    found = chosen(["a", "b", "c", "d", "e"], *rows)
    assert found == {"text": "d", "rating": "b", "date": "c", "url": "a"}


def test_what_is_told_goes_over_everything():
    told = {Part.TEXT: "notes", Part.RATING: ""}
    assert chosen(["Review", "Notes", "Stars"], ["a", "b", "3"], told=told) == {"text": "Notes"}


def test_a_column_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(ConfigError, match="no column 'Reveiw'; there are: Review, Stars"):
        chosen(["Review", "Stars"], told={Part.TEXT: "Reveiw"})


def test_the_columns_of_last_time_are_taken_and_nothing_is_guessed():
    assert chosen(["Review", "Stars", "x"], last={Part.TEXT: "x"}) == {"text": "x"}


def test_an_export_is_known_again_whatever_the_order_of_its_columns():
    assert signature_of(["Review Text", "Stars"]) == signature_of(["stars", "review_text"])


def test_columns_are_kept_as_they_were_chosen():
    found = choose(["Review", "Stars"], [], NOW)
    assert from_note(as_note(found)) == {Part.TEXT: "Review", Part.RATING: "Stars"}


@pytest.mark.parametrize("value", ["", "{", "[1]", "null"])
def test_a_note_that_says_nothing_is_none(value: str):
    assert from_note(value) is None


def test_a_part_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(ConfigError, match="PART is one of text, title, rating"):
        told_columns(["txt=Review"])


def test_the_words_of_headings_are_no_doubles_of_each_other():
    import yaml

    from monitor.doors import headers

    told = yaml.safe_load((Path(headers.__file__).parent / "headings.yaml").read_text(encoding="utf-8"))
    assert all(isinstance(word, str) for words in told.values() for word in words)
    assert set(told) == set(Part)


def test_a_column_of_dates_that_cannot_be_read_is_not_passed_over_in_silence():
    rows = [["Cold tea", "the other day"], ["Fine tea", "a while ago"]]
    assert chosen(["Review", "Date"], *rows) == {"text": "Review", "date": "Date"}


@pytest.mark.parametrize(
    "name",
    ["App Version Name", "Device Name", "user.email", "Customer Phone", "User Agent", "Customer City", "File name"],
)
def test_what_tells_no_name_of_a_person_is_no_author(name: str):
    assert chosen(["Review", name], ["Cold tea", "x1"], ["Fine tea", "x2"]).get("author") is None


def test_the_e_mail_of_who_wrote_tells_persons_apart_and_is_no_name():
    assert chosen(["Review", "user.email"], ["Cold tea", "a@b.pk"])["author_id"] == "user.email"
