"""A table becomes texts: what its rows mean is decided from all of them, and a bad row says what is wrong with it."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.doors.dates import Order
from monitor.doors.headers import Part
from monitor.doors.importing import Wishes
from monitor.doors.tables import Bad
from monitor.doors.told import outcome_of, remarks_on, report_of
from monitor.facts import Collected, MentionKind, Precision
from tests.doors.texts import planned, read, workbook

HEAD = "Review ID,Review,Stars,Date,Name,Product,URL\n"
ROW = "7,Cold tea,2,25/03/2024,Ali,Kettle,https://shop.example/7\n"


def good(folder: Path, content: str | bytes, wishes: Wishes | None = None) -> list[Collected]:
    return [one for one in read(folder, content, wishes) if isinstance(one, Collected)]


def wrong(folder: Path, content: str, wishes: Wishes | None = None) -> list[str]:
    return [str(one) for one in read(folder, content, wishes) if isinstance(one, Bad)]


def test_a_row_becomes_a_text(tmp_path: Path):
    assert good(tmp_path, HEAD + ROW) == [
        Collected(
            kind=MentionKind.REVIEW,
            host="import-karak",
            external_id="review id:7",
            url="https://shop.example/7",
            text="Cold tea",
            author_name="Ali",
            published_at=datetime(2024, 3, 25, tzinfo=UTC),
            precision=Precision.DAY,
            item="Kettle",
            rating_value=2,
            rating_worst=1,
            rating_best=5,
        )
    ]


def test_without_an_id_a_text_is_known_by_its_row_whatever_file_it_stands_in(tmp_path: Path):
    head, row = "Review,Stars,Date\n", "Cold tea,2,25/03/2024\n"
    alone, among = good(tmp_path, head + row), good(tmp_path, head + "Fine,5,26/03/2024\n" + row)
    assert alone[0].external_id == among[1].external_id
    assert alone[0].external_id.startswith("row:")


def test_how_dates_and_ratings_are_read_does_not_change_the_id_of_a_row(tmp_path: Path):
    content = "Review,Stars,Date\nCold tea,2,05/03/2024\n"
    other = Wishes(order=Order.MONTH_FIRST, scale=(1, 10), zone=ZoneInfo("Asia/Karachi"))
    one, two = good(tmp_path, content)[0], good(tmp_path, content, other)[0]
    assert one.external_id == two.external_id
    assert one.published_at != two.published_at


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("7,,,25/03/2024,Ali,,\n", "row 3, Review: is empty, and there is neither a title nor a rating"),
        ("7,a,nine,25/03/2024,Ali,,\n", "row 3, Stars: 'nine' is no rating"),
        ("7,a,9,25/03/2024,Ali,,\n", "row 3, Stars: '9' is not between 1 and 5"),
        ("7,a,2,2 days ago,Ali,,\n", "row 3, Date: '2 days ago' is no date"),
        ("7,a,2,31/02/2024,Ali,,\n", "row 3, Date: '31/02/2024' is no day of the calendar"),
        ("7,a,2,25/03/2024,Ali,,javascript:alert(1)\n", "row 3, URL: 'javascript:alert(1)' is no web address"),
    ],
)
def test_a_bad_row_says_its_number_its_column_and_what_is_wrong(tmp_path: Path, row: str, said: str):
    assert wrong(tmp_path, HEAD + ROW + row, Wishes(scale=(1, 5))) == [said]


def test_a_long_value_is_not_shown_whole(tmp_path: Path):
    said = wrong(tmp_path, HEAD + ROW + f"8,a,2,{'secret ' * 500},,,\n")[0]
    assert len(said) < 120


def test_a_rating_alone_is_a_text_without_words(tmp_path: Path):
    assert good(tmp_path, HEAD + ROW + "8,,5,26/03/2024,,,\n")[1].rating_value == 5


def test_names_that_many_share_name_nobody(tmp_path: Path):
    assert good(tmp_path, HEAD + "7,a,2,,A Google user,,\n8,b,2,,Guest,,\n")[0].author_name == ""


def test_an_address_without_its_beginning_is_completed(tmp_path: Path):
    assert good(tmp_path, HEAD + "7,a,2,,,,www.shop.example/7?x=1\n")[0].url == "https://www.shop.example/7?x=1"


def test_a_file_without_dates_may_be_given_a_day(tmp_path: Path):
    content = "Review,Stars\nCold,2\n"
    assert good(tmp_path, content)[0].precision is Precision.UNKNOWN
    assert good(tmp_path, content, Wishes(day=date(2024, 5, 1)))[0].published_at == datetime(2024, 5, 1, tzinfo=UTC)
    assert any("no dates" in remark for remark in planned(tmp_path, content)[0].remarks)


def test_a_heading_that_says_utc_is_believed_and_else_the_brand_s_zone_is_meant(tmp_path: Path):
    wishes = Wishes(usual_zone=ZoneInfo("Asia/Karachi"))
    utc = good(tmp_path, "Review,Created (UTC)\na,2024-03-05 14:00\n", wishes)
    local = good(tmp_path, "Review,Created\na,2024-03-05 14:00\n", wishes)
    assert [one[0].published_at.hour for one in (utc, local) if one[0].published_at] == [14, 9]


def test_an_answer_names_what_it_answers_by_the_same_kind_of_id(tmp_path: Path):
    texts = good(tmp_path, "Comment ID,Comment,Parent ID\n1,Late!,\n2,Sorry,1\n", Wishes(kind=MentionKind.COMMENT))
    assert texts[1].parent_ref == texts[0].external_id == "comment id:1"


def test_likes_and_first_purchases_are_read(tmp_path: Path):
    text = good(tmp_path, 'Feedback,Likes,First purchase\nLate,"1,204",yes\n')[0]
    assert text.engagement is not None
    assert text.engagement.likes == 1_204
    assert text.first_purchase is True


def test_a_sheet_s_numbers_and_dates_are_read_as_they_are_meant(tmp_path: Path):
    at = datetime(2024, 3, 5)  # noqa: DTZ001 (sheets know no zones)
    text = good(tmp_path, workbook(tmp_path, ["ID", "Review", "Date", "Stars", "Name"], [7.0, "Cold", at, 4, 1234.0]))[
        0
    ]
    assert (text.external_id, text.author_name, text.rating_value) == ("id:7", "1234", 4)
    assert (text.published_at, text.precision) == (at.replace(tzinfo=UTC), Precision.DAY)


def test_the_survey_counts_all_rows_and_shows_the_first_ones(tmp_path: Path):
    rows = "".join(f"{i},tea {i},2,{i + 1:02}/03/2024,,,\n" for i in range(20)) + "x,,,,,,\n"
    _, found = planned(tmp_path, HEAD + rows.replace("x,,,,,,", "x,,,,Ali,,"))
    assert (found.rows, found.good, len(found.examples)) == (21, 20, 3)
    assert found.reasons == {"Review": 1}
    assert (found.oldest, found.newest) == (datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 3, 20, tzinfo=UTC))


def test_a_file_of_a_heading_alone_has_nothing_to_take_in(tmp_path: Path):
    _, found = planned(tmp_path, HEAD)
    assert "no rows" in outcome_of(found, taken=False)


def test_the_report_names_columns_decisions_and_bad_rows(tmp_path: Path):
    made, found = planned(
        tmp_path, HEAD.replace("URL", "Order") + ROW.replace("https://shop.example/7", "55") + "8,,,,,,3\n"
    )
    told = report_of("march.csv", made, found, taken=False)
    for line in ("text: Review (", "dates: day before month", "not used: Order", "row 3, Review: is empty"):
        assert line in told


def test_columns_that_are_told_are_used(tmp_path: Path):
    content = "a,b\ncold tea again,nice\n"
    assert good(tmp_path, content, Wishes(columns={Part.TEXT: "b"}))[0].text == "nice"


def test_rows_that_are_one_text_are_told_before_they_are_taken_in(tmp_path: Path):
    made, found = planned(tmp_path, "Score,Date\n5,2026-03-01\n5,2026-03-01\n4,2026-03-01\n5,2026-03-01\n")
    assert found.same == 2
    assert any("2 rows say the same in everything as one above" in one for one in remarks_on(made, found))


def test_an_id_that_stands_twice_is_told(tmp_path: Path):
    made, found = planned(tmp_path, "Review ID,Review\n1,Cold tea\n1,Warm tea\n")
    assert any("1 rows have an id that stood above" in one for one in remarks_on(made, found))
