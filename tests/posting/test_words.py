"""Whether two answers say the same, whatever a place made of quotes, spaces and markup."""

import pytest

from monitor.posting.words import nearly_same, same_words

ANSWER = (
    "Dear Ana, thank you for telling us. We are sorry that the parcel never came. We send another one by 6:00 PM on "
    "Monday, and write to you as soon as it is on its way. Bo, Rose Cart"
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('It\'s "ours"\n\nSorry', "It’s “ours” Sorry"),
        ("ہم معذرت خواہ ہیں۔", "ہم  معذرت خواہ ہيں"),
        ("క్షమించండి 🙏", "క్షమించండి"),
        ("🙏", " 🙏 "),
    ],
)
def test_the_same_words_are_the_same(one: str, other: str) -> None:
    assert same_words(one, other)


@pytest.mark.parametrize(("one", "other"), [("We are sorry", "We are not sorry"), ("🙏", "👎"), ("", "Sorry")])
def test_other_words_are_not(one: str, other: str) -> None:
    assert not same_words(one, other)


@pytest.mark.parametrize(
    "other",
    [
        ANSWER.replace("Dear Ana, ", ""),
        ANSWER.replace("6:00 PM", "7:00 PM"),
        f"@ana.example {ANSWER}",
        ANSWER.replace("telling", "teling"),
    ],
)
def test_what_somebody_mended_before_posting_is_nearly_the_same(other: str) -> None:
    assert nearly_same(ANSWER, other)


@pytest.mark.parametrize("other", ["Dear Ana, please call us.", "", ANSWER[:60], "Merci Ana, nous sommes désolés."])
def test_another_answer_is_not(other: str) -> None:
    assert not nearly_same(ANSWER, other)
