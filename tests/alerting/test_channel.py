"""What all channels have in common: the hours in which they may be told."""

import pytest
from pydantic import ValidationError

from monitor.alerting.channel import ChannelOptions


def channel(**values: object) -> ChannelOptions:
    return ChannelOptions(type="console", id="support", **values)


def test_hours_are_read_and_written_as_people_write_them() -> None:
    given = channel(quiet=["22:00-07:00", "Sat,Sun"], on_call=["mon-sun 06:00-23:00"], time_zone="Asia/Karachi")
    assert given.model_dump()["quiet"] == ("22:00-07:00", "sat,sun")
    assert ChannelOptions.model_validate(given.model_dump()) == given


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {"quiet": ["mon-sun"]},
            "quiet: these hours cover the whole week; to tell it less, set at_least in its routes",
        ),
        ({"quiet": ["21:00-09:00", "09:00-21:00"]}, "quiet: these hours cover the whole week"),
        ({"quiet": ["08:00-20:00"], "on_call": ["09:00-18:00"]}, "on_call: all of these hours are quiet hours too"),
        ({"quiet": ["whenever"]}, "'whenever' is not hours such as 22:00-07:00"),
        ({"on_call": ["mon-fri 9-18"]}, "'mon-fri 9-18' is not hours"),
        ({"quiet": ["mon-fry 09:00-18:00"]}, "fry is not one of mon, tue"),
        ({"quiet": ["25:00-07:00"]}, "25:00 is no time of the day"),
        ({"quiet": ["22:00-07:00"] * 51}, "at most 50 items"),
        ({"time_zone": "Karachi"}, "'Karachi' is not a time zone such as Asia/Karachi"),
    ],
)
def test_hours_that_make_no_sense_are_refused_with_words(values: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        channel(**values)
    assert words in str(refused.value)
