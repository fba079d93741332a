"""Language identification with the shipped weights (half a megabyte, so these tests are fast)."""

from pathlib import Path

import numpy as np
import pytest

from monitor.analysis.language import LanguageIdentifier
from monitor.errors import ModelUnavailable


@pytest.fixture(scope="module")
def identifier() -> LanguageIdentifier:
    return LanguageIdentifier.load()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("آرڈر ابھی تک نہیں پہنچا، بہت بری سروس ہے", "ur"),
        ("لم يصل الطلب حتى الآن والخدمة سيئة جدا", "ar"),
        ("کیفیت این محصول خیلی بد بود و پشیمان شدم", "fa"),
        ("ఆర్డర్ ఇంకా రాలేదు, చాలా ఆలస్యం", "te"),
        ("खाना बहुत खराब था", "hi"),
        ("Mera order abhi tak nahi aya, bohat bura tajurba hai aap logon ka", "ur-Latn"),
        ("order inka raledu, chala late chesaru ee company vallu", "te-Latn"),
        ("Ang bilis ng delivery, salamat po sa seller", "tl"),
        ("sobrang pangit ng quality hindi sulit", "tl"),
        ("El pedido llegó tarde y nadie contesta el teléfono", "es"),
        ("Barangnya rusak dan penjual tidak mau tanggung jawab", "id"),
        ("商品很差，客服不回复", "zh"),
        ("注文した商品がまだ届きません", "ja"),
        ("배송이 너무 늦어요", "ko"),
        ("สินค้าไม่มีคุณภาพ", "th"),
        ("Сервис ужасный, никому не советую", "ru"),
        ("Тауар сапасы өте төмен", "kk"),
        ("השירות היה גרוע מאוד", "he"),
    ],
)
def test_a_sentence_is_named(identifier: LanguageIdentifier, text: str, language: str) -> None:
    assert identifier.identify(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "Great quality, fast delivery, love it!",
        "Battery life is poor",
        "Stopped working after 2 days",
        "worst service ever",
        "item not as described",
        "My parcel is late and nobody answers the phone",
        "Nice phone case",
        "do not buy",
        "the food was cold and the waiter rude",
        "refund please @shop https://x.co/1 #NeverAgain",
    ],
)
def test_a_short_english_review_is_english(identifier: LanguageIdentifier, text: str) -> None:
    assert identifier.identify(text) == "en"


@pytest.mark.parametrize(
    "text",
    [
        "Lost a grey cat near the park in Karachi, please call if you see her.",
        "Power cut again in our street in Lahore, third time this week.",
        "Has anyone tried the pickup point of Chaudhry Sahib in Vijayawada? Thinking of using it.",
    ],
)
def test_names_of_cities_do_not_make_english_another_language(identifier: LanguageIdentifier, text: str) -> None:
    assert identifier.identify(text) == "en"


def test_romanised_text_with_names_keeps_its_language(identifier: LanguageIdentifier) -> None:
    text = "bhai ne Karachi se mangwaya tha, Lahore mein bohat bura tajurba hua"
    assert identifier.identify(text) == "ur-Latn"


@pytest.mark.parametrize("text", ["", "😡😡😡", "12345 !!", "@user https://t.co/x", "ok", "\ud800\x00", "x"])
def test_nothing_to_go_by_is_undetermined(identifier: LanguageIdentifier, text: str) -> None:
    assert identifier.identify(text) == "und"


def test_one_foreign_name_does_not_decide(identifier: LanguageIdentifier) -> None:
    assert identifier.identify("I watched the film బాహుబలి yesterday and it was wonderful") == "en"


def test_a_huge_text_is_bounded(identifier: LanguageIdentifier) -> None:
    assert identifier.identify("the parcel never arrived " * 200_000) == "en"


def test_damaged_weights_are_a_clear_error(tmp_path: Path) -> None:
    np.savez(tmp_path / "language.npz", levels=np.zeros(3))
    with pytest.raises(ModelUnavailable, match="reinstall emberwatch"):
        LanguageIdentifier.load(tmp_path / "language.npz")


def test_missing_weights_are_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"language\.npz cannot be read"):
        LanguageIdentifier.load(tmp_path / "language.npz")
