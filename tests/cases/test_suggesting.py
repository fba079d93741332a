"""Who should own a case: language first, then theme, then room; hostile texts are spread; each reason is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cases import Candidate, Suggestion, suggest

SANA = Candidate("Sana", ("ur", "ur-Latn", "en"), ("refund",))
RAVI = Candidate("Ravi", ("te", "te-Latn", "en"), ("delivery",))
LIZA = Candidate("Liza", ("tl", "en"))


def suggested(
    *people: Candidate, language: str = "en", themes: tuple[str, ...] = (), hostile: bool = False
) -> list[str]:
    return [one.name for one in suggest(people, language=language, themes=themes, hostile=hostile)]


def of(person: Candidate, **values: object) -> Candidate:
    return Candidate(**{name: getattr(person, name) for name in Candidate.__slots__} | values)  # type: ignore[arg-type]


def first(*people: Candidate, **about: object) -> Suggestion:
    return suggest(people, **({"language": "en", "themes": (), "hostile": False} | about))[0]  # type: ignore[arg-type]


def test_who_reads_the_language_is_suggested_and_who_does_not_is_left_out():
    assert suggested(SANA, RAVI, LIZA, language="te-Latn") == ["Ravi"]


def test_where_nobody_reads_it_everybody_with_room_is_suggested():
    assert suggested(SANA, RAVI, language="de") == ["Ravi", "Sana"]


def test_filipino_is_tagalog():
    assert suggested(LIZA, RAVI, language="fil") == ["Liza"]


def test_the_script_counts():
    assert suggested(of(SANA, languages=("ur",)), RAVI, language="ur") == ["Sana"]
    assert "reads" not in first(of(SANA, languages=("ur",)), language="ur-Latn").words


def test_who_knows_the_theme_comes_first():
    assert suggested(SANA, RAVI, LIZA, themes=("refund",)) == ["Sana", "Liza", "Ravi"]


def test_a_theme_does_not_make_up_for_many_open_cases():
    assert suggested(of(SANA, load=3), RAVI, themes=("refund",)) == ["Ravi", "Sana"]


def test_who_has_fewer_open_cases_comes_first_and_of_equals_who_had_fewer_lately():
    assert suggested(of(SANA, load=2), of(RAVI, load=1), of(LIZA, cases=4, load=1)) == ["Ravi", "Liza", "Sana"]


def test_who_is_full_is_not_suggested():
    assert suggested(of(SANA, most=3, load=3), of(RAVI, most=0), of(LIZA, most=3, load=2)) == ["Liza"]


def test_a_hostile_text_goes_to_who_carries_few_of_them():
    burdened, fresh = of(SANA, cases=10, hostile=8), of(LIZA, cases=10, hostile=1, load=2)
    assert suggested(burdened, fresh) == ["Sana", "Liza"]
    assert suggested(burdened, fresh, hostile=True) == ["Liza", "Sana"]


def test_the_reasons_stand_in_words():
    sana = of(SANA, load=3)
    assert first(sana, language="ur", themes=("delivery", "refund")).words == "reads Urdu, knows refund, 3 open"


def test_a_hostile_text_names_the_share():
    sana = of(SANA, cases=12, hostile=4)
    assert first(sana, language="ur-Latn", hostile=True).words == "reads Roman Urdu, 0 open, 4 of 12 hostile lately"


def test_who_is_only_known_by_their_answers_is_suggested_for_that():
    assert first(Candidate("Bilal", load=1, cases=9, answered=7), language="te").words == "1 open, answered 7 lately"


def test_nobody_is_suggested_where_there_is_nobody():
    assert suggested() == []


people = st.lists(
    st.builds(
        Candidate,
        name=st.text("abc", min_size=1, max_size=3),
        languages=st.sets(st.sampled_from(["en", "ur", "te", "tl"])).map(tuple),
        themes=st.sets(st.sampled_from(["refund", "staff"])).map(tuple),
        most=st.none() | st.integers(0, 5),
        load=st.integers(0, 8),
    ),
    max_size=12,
)


@given(people, st.sampled_from(["en", "ur", "de", ""]), st.booleans())
def test_at_most_five_are_suggested_none_of_them_full(team: list[Candidate], language: str, hostile: bool):
    full = {(one.name, one.load) for one in team if one.most is not None and one.load >= one.most}
    room = {(one.name, one.load) for one in team if one.has_room}
    found = suggest(team, language=language, themes=("refund",), hostile=hostile)
    assert len(found) <= 5
    assert not {(one.name, one.load) for one in found} & (full - room)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_the_order_of_the_config_does_not_matter(order: tuple[int, ...]):
    team = (SANA, RAVI, LIZA)
    assert suggested(*(team[i] for i in order)) == ["Liza", "Ravi", "Sana"]
