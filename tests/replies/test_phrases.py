"""The sentences that ship: complete, short, in their own script, and right for whoever answers and whoever asked."""

import re
import unicodedata
from datetime import UTC, datetime
from itertools import chain, zip_longest
from zoneinfo import ZoneInfo

import pytest

from monitor.analysis.default_themes import default_themes
from monitor.replies import SHIPPED, Complaint, ReplyOptions, Wish, draft
from monitor.replies.filling import PLACES
from monitor.replies.sentences import ANY, Phrases

LONGEST = 700
"""Characters of a whole draft: what people read to the end below a review. Posts of 280 are not served."""
THEMES = [ANY, *(theme.id for theme in default_themes())]
BY = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)  # Wednesday, 20:30 in Karachi: among the longest
URDU_LETTERS = set("ءآأئؤابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھیےۂةِّٰاًُ")


def ways(phrases: Phrases) -> dict[str, tuple[str, ...]]:
    """Every part that can be said in several ways."""
    told = {
        name: getattr(phrases, name) for name in ("opening", "apology", "ownership", "promise", "thanks", "passed_on")
    }
    return told | {f"empathy {theme}": said for theme, said in phrases.empathy.items()}


def sentences(phrases: Phrases) -> list[str]:
    """All that a language says, with its places."""
    single = (phrases.greeting, phrases.greeting_unnamed, phrases.ask_order, phrases.alternative, phrases.offer)
    rest = (phrases.closing, phrases.follow_up, *phrases.step.values(), *phrases.by.values(), *phrases.weekdays)
    return [*chain.from_iterable(ways(phrases).values()), *single, *rest]


def plain(phrases: Phrases) -> str:
    return re.sub(r"\{[a-z]+\}", "", "\n".join(sentences(phrases)))


@pytest.mark.parametrize("phrases", SHIPPED.values(), ids=SHIPPED)
def test_every_language_has_words_of_its_own_for_every_default_theme(phrases: Phrases) -> None:
    assert list(phrases.empathy) == list(phrases.step) == THEMES
    said = list(chain.from_iterable(ways(phrases).values())) + list(phrases.step.values())
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("phrases", SHIPPED.values(), ids=SHIPPED)
def test_every_language_can_say_each_part_in_as_many_ways_as_english(phrases: Phrases) -> None:
    english = ways(SHIPPED["en"])
    assert {name: len(said) for name, said in ways(phrases).items()} == {
        name: len(said) for name, said in english.items()
    }


@pytest.mark.parametrize("phrases", SHIPPED.values(), ids=SHIPPED)
def test_places_stand_where_they_are_needed_and_there_are_no_others(phrases: Phrases) -> None:
    assert all(one.count("{agent}") == 1 for one in (*phrases.ownership, phrases.closing))
    assert all(one.count("{by}") == 1 for one in phrases.promise)
    told = {place for one in sentences(phrases) for place in re.findall(r"\{([a-z]+)\}", one)}
    assert told <= {*PLACES, "weekday", "time", "clock"}
    assert 0 in phrases.by


@pytest.mark.parametrize("phrases", SHIPPED.values(), ids=SHIPPED)
def test_every_sentence_is_ended_and_nothing_is_doubled(phrases: Phrases) -> None:
    full = [*chain.from_iterable(ways(phrases).values()), *phrases.step.values(), phrases.ask_order, phrases.follow_up]
    end = "۔!؟" if phrases.tag == "ur" else ".!?"
    assert [one for one in full if one[-1] not in end or one != one.strip()] == []
    assert re.findall(r"  | [.,!?۔،؟]|[.,!?۔،؟]{2}", "\n".join(full)) == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", SHIPPED)
def test_no_draft_of_any_way_is_longer_than_people_read(language: str, theme: str) -> None:
    name = "Muhammad Abdullah Khan Niazi Bahadur Ali"  # 40 characters, the longest that is greeted
    complaint = Complaint("Daraz Pakistan", language, name, (theme,))
    wish = Wish(language, "Muhammad Abdullah", BY, ask_order=True)
    for variant in range(162):
        found = draft(complaint, wish, ReplyOptions(), ZoneInfo("Asia/Karachi"), variant=variant)
        assert (found.missing, "{" in found.text) == ((), False)
        assert len(found.text) <= LONGEST


def test_urdu_is_written_with_urdu_letters_and_urdu_signs() -> None:
    said = plain(SHIPPED["ur"])
    letters = {char for char in unicodedata.normalize("NFC", said) if unicodedata.category(char)[0] in "LM"}
    assert letters <= URDU_LETTERS, "Arabic ي ك ه ى are other letters"
    assert not set(said) & set(".,;?٬٫")


def test_telugu_is_written_in_telugu_only() -> None:
    letters = {char for char in plain(SHIPPED["te"]) if unicodedata.category(char)[0] in "LM"}
    assert {unicodedata.name(char).partition(" ")[0] for char in letters} == {"TELUGU"}


@pytest.mark.parametrize("language", ["en", "ur-Latn", "tl"])
def test_latin_languages_are_plain_enough_for_any_text_field(language: str) -> None:
    assert plain(SHIPPED[language]).isascii()


GENDERED = {
    "ur": (
        r"(?:تا|تی|رہا|رہی|گا|گی|گیا|گئی) ہوں",  # I, who answer
        r"[وؤ]ں (?:گا|گی)\b",
        r"آپ (?!کو|کے|کی|کا|سے|نے|تک|پر|خیریت)[^۔،؟]*?(?:تے|تیں|رہے|رہی|گے|گی|تھے|تھیں)\b",  # you
        r"صاحب|محترم|جناب|بھائی|بہن",
    ),
    "ur-Latn": (
        r"(?:ta|ti|raha|rahi|ga|gi) hoon",
        r"oon (?:ga|gi)\b|oonga|oongi",
        r"(?i)\baap (?!ko|ke|ki|ka|se|ne|tak|par|khairiyat)[^.,?]*?(?:te|tein|rahe|rahi|ge|gi|the|thein)\b",
        r"(?i)sahib|mohtaram|janab|bhai\b|behen",
    ),
    "te": (r"డైన|ురాల|శ్రీమతి|మేడమ్|సార్",),
    "tl": (r"(?i)\b(?:sir|ma'?am|ginoo|ginang|kuya|ate)\b",),
    "en": (r"(?i)\b(?:sir|madam|ma'am|mr|mrs|he|she|his|her)\b",),
}


@pytest.mark.parametrize("language", SHIPPED)
def test_no_form_tells_the_gender_of_who_answers_or_of_who_asked(language: str) -> None:
    said = plain(SHIPPED[language])
    assert [re.findall(form, said) for form in GENDERED[language]] == [[] for _ in GENDERED[language]]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ur", "میں دیکھ رہا ہوں۔"),
        ("ur", "میں بتاؤں گی۔"),
        ("ur", "آپ اچھے کھانے کی امید سے آئے تھے۔"),
        ("ur", "اگر آپ آرڈر کرنا چاہتے تھے"),
        ("ur-Latn", "Main dekh rahi hoon."),
        ("ur-Latn", "Agar aap order karna chahte the"),
        ("te", "బాధ్యుడైన మేనేజర్"),
    ],
)
def test_the_forms_looked_for_are_found_where_they_are(language: str, said: str) -> None:
    assert any(re.search(form, said) for form in GENDERED[language])


PROMISED = {
    "en": r"(?i)\b(?:replacement|money back|compensat|free of charge|has been|was done|our fault|we failed|guarantee)",
    "ur": r"تلافی|معاوضہ|ہماری غلطی|ہمارا قصور|کر دیا ہے|ہو گیا|ضمانت",
    "ur-Latn": r"(?i)talafi|muawza|hamari ghalti|hamara qasoor|kar diya hai|ho gaya|zamanat",
    "te": r"పరిహారం|మా తప్పు|చేశాము|వాపసు|హామీ",
    "tl": r"(?i)kapalit|babayaran|kasalanan namin|naayos na|garantiya",
}


@pytest.mark.parametrize("language", SHIPPED)
def test_nothing_is_granted_claimed_as_done_or_admitted(language: str) -> None:
    assert re.findall(PROMISED[language], plain(SHIPPED[language])) == []


def test_roman_urdu_says_what_urdu_says() -> None:
    """As long in words, sentence by sentence, but for what the two scripts write in one or two words."""
    pairs = zip_longest(sentences(SHIPPED["ur"]), sentences(SHIPPED["ur-Latn"]))
    assert [(one, other) for one, other in pairs if abs(len(one.split()) - len(other.split())) > 1] == []


@pytest.mark.parametrize("phrases", SHIPPED.values(), ids=SHIPPED)
def test_praise_is_answered_in_two_sentences_or_so(phrases: Phrases) -> None:
    complaint = Complaint("Daraz Pakistan", phrases.tag, "Muhammad Abdullah Khan", praise=True)
    for variant in range(9):
        text = draft(complaint, Wish(phrases.tag, "Ravi"), ReplyOptions(), ZoneInfo("UTC"), variant=variant).text
        assert len(text) < 200
