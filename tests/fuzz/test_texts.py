"""Whatever a text says, its story, and how much it concerns a brand, are found."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis import stories
from monitor.analysis.relevance import relevance
from tests.fuzz.odd import texts, tried


@tried(60)
@given(text=texts)
def test_a_story_is_sketched_alike_each_time_and_is_like_itself(text: str) -> None:
    one, two = stories.sketch(text), stories.sketch(text)
    assert one == two
    assert one is None or not one.signature or stories.same(one.signature, one.signature)


@tried(60)
@given(text=texts, title=texts, names=st.lists(texts, max_size=3), exclude=st.lists(texts, max_size=2))
def test_how_relevant_a_text_is_lies_between_nothing_and_all(
    text: str, title: str, names: list[str], exclude: list[str]
) -> None:
    assert 0 <= relevance(text, title, tuple(names), tuple(exclude)) <= 1
