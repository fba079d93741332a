"""Whom a positive text praises: whole words in any script, and only who is meant."""

import pytest

from monitor.praise import praised

TEAM = (
    ("Ayesha Khan", ("Ayesha", "عائشہ", "ఆయేషా")),
    ("Sana Malik", ("Sana", "ثنا", "సనా")),
    ("Bilal Ahmed", ("Bilal", "Ali Raza")),
    ("Ali Hassan", ("Ali",)),
    ("Grace Cruz", ("Grace",)),
)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Ayesha solved it in 5 minutes, thank you!", "Ayesha Khan"),
        ("AYESHA you are the best", "Ayesha Khan"),
        ("Áyesha’s help was great", "Ayesha Khan"),
        ("عائشہ نے بہت مدد کی", "Ayesha Khan"),
        ("عَائِشَة نے بہت مدد کی", "Ayesha Khan"),  # vowel marks, and the Arabic letter
        ("ఆయేషాగారు చాలా బాగా సహాయం చేశారు", "Ayesha Khan"),
        ("ఆయేషాకు చాలా ధన్యవాదాలు", "Ayesha Khan"),
        ("Great service from Ayesha", "Ayesha Khan"),
        ("Thank you, Ayesha", "Ayesha Khan"),
    ],
)
def test_a_name_is_found_in_any_script_however_it_is_written(text: str, who: str) -> None:
    assert praised(text, TEAM) == (who,)


@pytest.mark.parametrize("text", ["sanaa is a fine city", "Ayeshas", "Alison was kind", "Lovely service", ""])
def test_part_of_a_word_is_no_name(text: str) -> None:
    assert praised(text, TEAM) == ()


@pytest.mark.parametrize(
    "text",
    [
        "sana maulit ulit, ang ganda!",
        "Sana all ganito ka bait",
        "by the grace of God it arrived",
        "GRACE PERIOD WAS GREAT",
        "Great Service And Grace Always",
        "کمال کی ثنا ہے",
    ],
)
def test_a_name_that_is_an_everyday_word_is_not_taken_for_somebody(text: str) -> None:
    assert praised(text, TEAM) == ()


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("si Sana sobrang bait", "Sana Malik"),
        ("Ma'am Sana salamat po", "Sana Malik"),
        ("sana ne bohat madad ki", "Sana Malik"),
        ("bohat acha, sana ji shukriya", "Sana Malik"),
        ("ثنا باجی کا شکریہ", "Sana Malik"),
        ("సనా గారు చాలా మంచివారు", "Sana Malik"),
        ("Dr. Grace is the best", "Grace Cruz"),
        ("I talked to grace and she was lovely", "Grace Cruz"),
        ("The service was wonderful and Grace made my day", "Grace Cruz"),
        ("Grace helped me at once", "Grace Cruz"),
    ],
)
def test_such_a_name_is_one_where_something_says_so(text: str, who: str) -> None:
    assert praised(text, TEAM) == (who,)


def test_a_longer_name_goes_before_a_shorter_one_within_it() -> None:
    assert praised("Thanks to Ali Raza for the help", TEAM) == ("Bilal Ahmed",)
    assert praised("Ali Raza and Ali helped", TEAM) == ("Bilal Ahmed", "Ali Hassan")


def test_what_two_people_are_called_by_names_neither() -> None:
    two = (("Ali Hassan", ("Ali",)), ("Ali Baig", ("ALI", "Baig")))
    assert praised("Ali was great", two) == ()
    assert praised("Mr Baig was great", two) == ("Ali Baig",)


def test_each_is_named_once_in_the_order_of_the_text() -> None:
    assert praised("Bilal and Ayesha and Bilal again: wonderful", TEAM) == ("Bilal Ahmed", "Ayesha Khan")


@pytest.mark.parametrize(
    "text",
    [
        "Ayesha was rude.",
        "Unlike Ayesha they answered at once.",
        "My wife Ayesha loved it",
        "I am Ayesha and I loved it",
        "ako po si Ayesha, salamat",
        "Great service. Regards, Ayesha",
        "Loved it!\nAyesha",
        "Loved it – Ayesha",
    ],
)
def test_who_is_blamed_or_is_the_customer_is_not_praised(text: str) -> None:
    assert praised(text, TEAM) == ()


def test_blame_in_one_clause_leaves_the_praise_of_another() -> None:
    assert praised("Ayesha was rude but Bilal fixed it", TEAM) == ("Bilal Ahmed",)
    assert praised("The parcel was terrible, Bilal fixed it", TEAM) == ("Bilal Ahmed",)


def test_nobody_is_praised_where_nobody_is_known() -> None:
    assert praised("Ayesha was great", ()) == praised("Ayesha was great", (("Ayesha", ()), ("Bilal", ("", "!")))) == ()


def test_only_the_beginning_of_a_very_long_text_is_looked_through() -> None:
    assert praised("good " * 5_000 + "Ayesha", TEAM) == ()
