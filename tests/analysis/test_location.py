"""Which location of a brand a text is about, by the names of the locations."""

import time

from monitor.analysis.location import location_of

PLACES = {
    "clifton": ("Clifton", "کلفٹن"),
    "block-5": ("Clifton Block 5",),
    "saddar": ("Saddar", "Zaibunnisa Street"),
}


def test_the_item_that_is_reviewed_goes_before_the_text():
    assert location_of(PLACES, "Mirchado, Saddar", "better than the one in Clifton, Clifton is worse") == "saddar"


def test_a_text_names_its_location_by_any_of_its_names_in_any_case_or_script():
    assert location_of(PLACES, "", "the zaibunnisa-street branch, never again") == "saddar"
    assert location_of(PLACES, "", "كلفٹن والی برانچ") == "clifton"
    assert location_of(PLACES, "", "cold food #CliftonBranch") == "clifton"


def test_a_name_that_is_part_of_a_longer_one_is_not_the_shorter_one():
    assert location_of(PLACES, "", "Clifton Block 5: cold food") == "block-5"
    assert location_of(PLACES, "", "Clifton Block 6: cold food") == "clifton"
    assert location_of(PLACES, "", "Clifton Block 5: cold. All of Clifton knows.") == "block-5"


def test_of_several_it_is_the_one_named_most_and_then_the_first():
    assert location_of(PLACES, "", "Saddar is fine. Clifton? Clifton is dirty.") == "clifton"
    assert location_of(PLACES, "", "Saddar or Clifton: both dirty.") == "saddar"


def test_a_text_that_names_none_is_about_none():
    assert location_of(PLACES, "Zinger burger", "Cliftonia is a moth") is None
    assert location_of(PLACES, "", "") is None


def test_a_text_full_of_names_costs_no_more_than_another_of_its_length():
    began = time.perf_counter()
    assert location_of({"f7": ("F7",), "f": ("F",)}, "", "F7 " * 4000) == "f7"
    assert time.perf_counter() - began < 0.5
