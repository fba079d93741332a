"""Which texts are about a brand."""

import pytest

from monitor.analysis.relevance import relevance
from monitor.facts import RELEVANT

LONG = "word " * 100


@pytest.mark.parametrize(
    ("text", "aliases"),
    [
        ("My Daraz parcel is late", ["daraz"]),
        ("DARAZ!!!", ["Daraz"]),
        ("daraz's rider never came", ["Daraz"]),
        ("thanks @DarazPK", ["DarazPK"]),
        ("such a #DarazFail", ["Daraz"]),
        ("#daraz_fail again", ["Daraz"]),
        ("دراز سے آرڈر کیا تھا", ["Daraz", "دراز"]),
        ("كراچی بروسٹ بہت برا ہے", ["کراچی بروسٹ"]),
        ("కొత్తగా డరాజ్లో కొన్నాను", ["డరాజ్"]),
        ("డరాజ్ వాళ్ళు మోసం చేశారు", ["డరాజ్"]),
        ("쿠팡에서 주문했어요", ["쿠팡"]),
        ("ฉันซื้อจากลาซาด้าเมื่อวาน", ["ลาซาด้า"]),
        ("我在京东买的手机", ["京东"]),
        ("I hate coca-cola", ["Coca Cola"]),
        ("I love CocaCola", ["coca cola"]),
        ("a cup of nestle milk", ["Nestlé"]),
        ("NESTLÉ recalls", ["nestle"]),
        ("ordered from Ｄａｒａｚ", ["daraz"]),
        ("C&A sale today", ["C&A"]),
        ("Yahoo! is down", ["Yahoo!"]),
    ],
)
def test_a_name_is_found_however_it_is_written(text: str, aliases: list[str]) -> None:
    assert relevance(text, "", aliases) == 1.0


@pytest.mark.parametrize(
    ("text", "aliases"),
    [
        ("the darazed look", ["Daraz"]),
        ("pineapple juice", ["apple"]),
        ("an apples and pears game", ["apple"]),
        ("درازی عمر کی دعا", ["دراز"]),
        ("दराजों में रखा", ["दराज"]),
        ("", ["Daraz"]),
        ("anything", []),
        ("anything", ["", "  "]),
        ("#pineappletree", ["apple"[:4]]),
    ],
)
def test_a_part_of_another_word_is_not_the_name(text: str, aliases: list[str]) -> None:
    assert relevance(text, "", aliases) == 0.0


def test_an_excluded_phrase_removes_only_the_matches_inside_it() -> None:
    assert relevance("apple pie recipe", "", ["Apple"], ["apple pie"]) == 0.0
    assert relevance("I ate apple pie while my Apple watch died", "", ["Apple"], ["apple pie"]) == 1.0


def test_an_excluded_tag_is_not_the_brand() -> None:
    assert relevance("#ApplePie day", "", ["Apple"], ["apple pie"]) == 0.0
    assert relevance("#lovemyapplepie", "", ["Apple"], ["apple pie"]) == 0.0


def test_an_excluded_phrase_elsewhere_does_not_hide_the_brand() -> None:
    assert relevance("Apple is down, pie is good", "", ["Apple"], ["apple pie"]) == 1.0


def test_one_name_in_a_long_text_may_be_in_passing() -> None:
    assert relevance(f"{LONG} Daraz {LONG}", "", ["Daraz"]) == 0.7
    assert relevance(f"{LONG} Daraz and Daraz {LONG}", "", ["Daraz"]) == 1.0
    assert relevance(f"{LONG} Daraz", "Daraz again", ["Daraz"]) == 1.0


def test_a_name_inside_a_run_together_tag_is_just_relevant() -> None:
    assert relevance("please #boycottdaraz", "", ["Daraz"]) == RELEVANT


def test_hostile_input_has_an_answer() -> None:
    assert relevance("\ud800\x00" * 1000, "", ["Daraz"]) == 0.0
    assert relevance("((((" * 50_000 + " daraz", "", ["Daraz", "((((", "a" * 10_000]) >= 0.0
