"""Tests of taking out of a text what could tell who is meant, in texts as customers and agents write them."""

from zoneinfo import ZoneInfo

import pytest

from monitor.replies import SHIPPED, Complaint, ReplyOptions, Wish, draft, follow_up
from monitor.reports.anonymous import NEUTRAL, anonymous, language_of
from monitor.reports.names import GIVEN
from tests.factories import NOON

BRAND = ("Rose Cart", "Karachi")


def hidden(text: str, language: str = "en", *names: str) -> str | None:
    return anonymous(text, language, names, BRAND)


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        ("en", "Waited 3 weeks, order RC-20931 never came", "Waited 3 weeks, order [number] never came"),
        ("en", "My number is 0300-123 4567, please call", "My number is [number], please call"),
        ("en", "Call me at +92 (300) 1234567.", "Call me at [number]."),
        ("en", "two payments of 3,450 for one", "two payments of [number] for one"),
        ("en", "they took 1,23,450.50 from me", "they took [number] from me"),
        ("en", "Invoice no 12 is wrong", "Invoice no [number] is wrong"),
        ("en", "write to zara.k@shop.example.pk please", "write to [e-mail] please"),
        ("en", "see https://t.co/Ab1?x=zara and www.zara.com/me", "see [link] and [link]"),
        ("en", "it is on rosecart.pk/u/zara", "it is on [link]"),
        ("en", "@zara_k and @zara@mastodon.social saw it", "[name] and [name] saw it"),
        ("en", "u/zara_k posted the same", "[name] posted the same"),
        ("en", "my parcel is late #JusticeForZara", "my parcel is late"),
        ("ur", "میرا آرڈر نمبر ۴۵۶۷۸ ہے", "میرا آرڈر نمبر [نمبر] ہے"),
        ("ur", "نمبر ۰۳۰۰-۱۲۳۴۵۶۷ پر کال کریں", "نمبر [نمبر] پر کال کریں"),
        ("te", "నా ఆర్డర్ ౧౨౩౪౫ ఇంకా రాలేదు", "నా ఆర్డర్ [నంబర్] ఇంకా రాలేదు"),
        ("te", "ఆర్డర్ నంబర్ 42 రాలేదు", "ఆర్డర్ నంబర్ [నంబర్] రాలేదు"),
        ("tl", "ang order ko na 88123 wala pa po", "ang order ko na [numero] wala pa po"),
        ("ur-Latn", "order number 7 abhi tak nahi aya", "order number [number] abhi tak nahi aya"),
    ],
)
def test_numbers_links_and_handles_are_taken_out(language: str, text: str, shown: str) -> None:
    assert (hidden(text, language) or "").strip() == shown


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        ("en", "Dear Zarmina Gul, thank you", "Dear [name], thank you"),
        ("en", "Dear customer, thank you", "Dear customer, thank you"),
        ("en", "the rider ali was rude", "the rider [name] was rude"),
        ("en", "I spoke to Mr. Quddus and waited", "I spoke to Mr. [name] and waited"),
        ("ur-Latn", "ahmed bhai ne parcel gum kar diya", "[naam] bhai ne parcel gum kar diya"),
        ("ur-Latn", "nahi bhai ab tak kuch nahi aya", "nahi bhai ab tak kuch nahi aya"),
        ("ur-Latn", "mera naam Zarmina hai", "mera naam [naam] hai"),
        ("ur", "قدوس صاحب سے بات ہوئی", "[نام] صاحب سے بات ہوئی"),
        ("ur", "میرا نام زرمینہ ہے", "میرا نام [نام] ہے"),
        ("ur", "علی نے پارسل نہیں دیا", "[نام] نے پارسل نہیں دیا"),
        ("te", "శంకరయ్య గారు సహాయం చేశారు", "[పేరు] గారు సహాయం చేశారు"),
        ("te", "రవికి చెప్పాను కానీ ఏమీ చేయలేదు", "[పేరు] చెప్పాను కానీ ఏమీ చేయలేదు"),
        ("te", "నా పేరు శంకరయ్య", "నా పేరు [పేరు]"),
        ("tl", "kausap ko si Dodong kahapon", "kausap ko si [pangalan] kahapon"),
        ("tl", "sabi ni Aling Nena wala na", "sabi ni [pangalan] wala na"),
    ],
)
def test_names_told_by_the_words_around_them_or_by_a_list_are_taken_out(language: str, text: str, shown: str) -> None:
    assert hidden(text, language) == shown


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("en", "zarmina here, still no refund", "Zarmina Gul"),
        ("en", "Zarmina's parcel is lost", "Zarmina Gul"),
        ("ur", "زرمینہ کا پارسل نہیں آیا", "زرمینہ گل"),
        ("ur", "زرمينہ كا پارسل نہیں آیا", "زرمینہ گل"),  # typed with Arabic letters
        ("te", "శంకరయ్యకు పార్సెల్ రాలేదు", "శంకరయ్య"),
        ("tl", "hindi pa rin dumating kay dodong", "Dodong"),
    ],
)
def test_known_names_are_taken_out_however_they_are_typed(language: str, text: str, name: str) -> None:
    shown = hidden(text, language, name)
    assert shown is not None
    assert NEUTRAL[language].name in shown
    assert name.split()[0].casefold() not in shown.casefold()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I live at House 23-B, the parcel never came"),
        ("en", "deliver it to 14 Canal Road please"),
        ("en", "my number is zero three double one two two"),
        ("en", "mail zara at gmail please"),
        ("en", "zara (at) shop (dot) pk"),
        ("en", "my insta is zarasays"),
        ("en", "The parcel was left with Zarmina next door"),
        ("en", "Zarmina was rude to me"),
        ("en", "Sana, your order was cancelled"),
        ("en", "It never came. Zarmina: where is it?"),
        ("en", "still waiting, thank you,\nZarmina"),
        ("en", "NOBODY ANSWERS THE PHONE AND ZARMINA IS RUDE"),
        ("ur-Latn", "zarmina ne mera parcel kho diya"),
        ("ur-Latn", "gali 4 mein ghar hai, parcel nahi aya"),
        ("ur", "زرمینہ نے پارسل نہیں دیا"),
        ("ur", "گلی میں مکان نمبر پانچ پر نہیں آیا"),
        ("te", "మా వీధికి పార్సెల్ రాలేదు"),
        ("tl", "sa Brgy San Roque po ang bahay"),
        ("hi", "ऑर्डर अभी तक नहीं आया"),
        ("en", "late " * 1000),
    ],
)
def test_a_text_that_may_still_tell_somebody_is_refused(language: str, text: str) -> None:
    assert hidden(text, language) is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The parcel was 2 weeks late. Nobody answered, and Rose Cart in Karachi did not call. I am angry."),
        ("en", "Honestly, the worst. Again, no refund in 2 weeks, Rose Cart"),
        ("ur-Latn", "2 hafte se refund nahi mila, rider ne phone nahi uthaya"),
        ("ur", "رائیڈر نے فون نہیں اٹھایا، 3 ہفتے سے پیسے واپس نہیں ملے 😡"),
        ("te", "పార్సెల్ 2 వారాలు ఆలస్యంగా వచ్చింది, ఎవరూ సమాధానం ఇవ్వలేదు"),
        ("tl", "Dalawang linggo na po wala pa rin ang order ko. Walang sumasagot."),
    ],
)
def test_a_text_that_names_nobody_stays_as_it_is(language: str, text: str) -> None:
    assert hidden(text, language) == text


def test_hidden_marks_do_not_hide_a_number() -> None:
    assert hidden("call 0300\u200e123\u200b4567 now") == "call [number] now"


def test_what_many_are_called_is_not_taken_out() -> None:
    assert hidden("a google user wrote the same", "en", "A Google user") == "a google user wrote the same"


def test_languages_near_a_known_one_have_its_words() -> None:
    assert [language_of(code) for code in ("fil", "hi-Latn", "en", "es")] == ["tl", "ur-Latn", "en", ""]


@pytest.mark.parametrize("language", SHIPPED)
@pytest.mark.parametrize("variant", range(6))
def test_every_shipped_answer_stays_readable_and_names_nobody(language: str, variant: int) -> None:
    complaint = Complaint("Rose Cart", language, name="Zarmina", themes=("delivery", "app")[variant % 2 :])
    wish = Wish(language, "Quddus Jan", by=NOON, ask_order=True)
    zone = ZoneInfo("Asia/Karachi")
    for made in (
        draft(complaint, wish, ReplyOptions(), zone, variant=variant),
        follow_up(complaint, wish, ReplyOptions(), zone),
    ):
        shown = hidden(made.text, language, "Zarmina", "Quddus Jan")
        assert shown is not None, made.text
        assert {"Zarmina", "Quddus"}.isdisjoint(shown.replace(",", " ").split())
        assert NEUTRAL[language].name in shown


def test_listed_names_are_folded_words() -> None:
    assert all(name == name.casefold() and " " not in name for name in GIVEN)
