"""When two texts are the same story."""

import pytest

from monitor.analysis.stories import fingerprint

TEXT = "My order from ShopTown never arrived and nobody answers the phone"


@pytest.mark.parametrize(
    "copy",
    [
        TEXT.upper(),
        f"RT @angry_customer: {TEXT}",
        f"{TEXT} https://t.co/abc123",
        f"{TEXT} 😡😡😡",
        f"  {TEXT}!!! ",
        TEXT.replace("never", "neeeever").replace("neeeever", "never"),
        TEXT.replace(" ", "   "),
        f"@ShopTown {TEXT} #fail".replace(" #fail", ""),
    ],
)
def test_a_copy_with_other_dressing_is_the_same_story(copy: str) -> None:
    assert fingerprint(copy) == fingerprint(TEXT)


def test_stretched_words_are_the_same_story() -> None:
    assert fingerprint(f"{TEXT} soooooo bad") == fingerprint(f"{TEXT} sooo bad")


def test_another_text_is_another_story() -> None:
    assert fingerprint(TEXT) != fingerprint(TEXT.replace("phone", "mail"))


def test_a_number_can_make_another_story() -> None:
    assert fingerprint(f"{TEXT} order 17") != fingerprint(f"{TEXT} order 18")


@pytest.mark.parametrize(
    "text", ["good", "worst service ever", "bohat bura", "😡😡😡", "", "\x00\ud800", "بہت برا", "http://x.y"]
)
def test_a_short_text_is_nobodys_story(text: str) -> None:
    assert fingerprint(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "آرڈر ابھی تک نہیں پہنچا اور کوئی فون نہیں اٹھاتا",
        "ఆర్డర్ ఇంకా రాలేదు డెలివరీ చాలా ఆలస్యం ఎవరూ ఫోన్ ఎత్తరు",
        "商品到现在还没有送到客服电话也没有人接真的太糟糕了我要退款投诉",
    ],
)
def test_a_sentence_in_any_script_is_a_story(text: str) -> None:
    assert fingerprint(text) == fingerprint(f"{text}!! 😡")
    assert fingerprint(text) is not None
