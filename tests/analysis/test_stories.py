"""When two texts are the same story."""

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.stories import alike, measure, pairs
from monitor.analysis import stories
from monitor.analysis.stories import BANDS, CROWDED, LONGEST, Shelf, same, shortlist, sketch
from monitor.facts import Sketch

TEXT = "My order from ShopTown never arrived and nobody answers the phone"
LONG = f"{TEXT}, although I paid for the express delivery of order 4711 in May"


def told(text: str) -> Sketch:
    found = sketch(text)
    assert found is not None
    return found


def share(one: str, other: str) -> bool:
    """Whether the second text joins the story of the first."""
    return len(places([one, other])) == 1


def places(texts: Sequence[str]) -> set[int]:
    shelf = Shelf({}, {}, {})
    return {shelf.place(told(text)) for text in texts}


@pytest.mark.parametrize(
    "copy",
    [
        TEXT.upper(),
        f"RT @angry_customer: {TEXT}",
        f"{TEXT} https://t.co/abc123",
        f"{TEXT} pic.example.com/abc123",
        f"{TEXT} 😡😡😡",
        f"  {TEXT}!!! ",
        TEXT.replace("never", "neeeever"),
        TEXT.replace(" ", "   "),
        f"@ShopTown {TEXT} @help.desk",
        TEXT.replace("order", "ｏｒｄｅｒ"),
        TEXT.replace("never", "𝐧𝐞𝐯𝐞𝐫").replace("My", "𝐌𝐲"),
        TEXT.replace("nobody", "nob\u043edy"),  # a Cyrillic o
        TEXT.replace("phone", "pho\u200bne\ufe0f"),
        TEXT.replace("arrived", "árrívèd"),
    ],
)
def test_a_copy_with_other_dressing_has_the_same_words(copy: str) -> None:
    assert told(copy).fingerprint == told(TEXT).fingerprint


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        (
            "بینک نے میرے پیسے کاٹ لیے اور اب کوئی جواب نہیں دیتا",
            "بينك نے ميرے پيسے كاٹ ليے اور اب كوئی جواب نہيں ديتا",
        ),
        ("خدمة العملاء لا ترد على الهاتف منذ ثلاثة أيام", "خِدمَةُ العُمَـــلاء لا تَرُدّ على الهاتف منذ ثلاثة ايام"),
        ("मेरा ऑर्डर २५ दिन से नहीं आया और फ़ोन कोई नहीं उठाता", "मेरा ऑर्डर 25 दिन से नहीं आया और फोन कोई नहीं उठाता"),
    ],
)
def test_letters_digits_and_points_of_other_keyboards_are_the_same_words(text: str, copy: str) -> None:
    assert told(copy).fingerprint == told(text).fingerprint


@pytest.mark.parametrize(
    "copy",
    [
        LONG.replace("4711", "99").replace("May", "June"),
        LONG.replace("ShopTown", "RoseCart").replace("express", "premium"),
        f"Same here! {LONG} #fail #shoptown #never #again",
        LONG[:75] + "…",
    ],
)
def test_templates_quotes_and_cut_texts_share_a_story(copy: str) -> None:
    assert share(LONG, copy)


@pytest.mark.parametrize(
    "other",
    [
        "My order from ShopTown never arrived but they sent another one the same day and even called to say sorry",
        LONG.replace("never arrived", "arrived").replace("nobody answers", "somebody answers"),
        LONG.replace(
            "the phone, although I paid for the express delivery", "my mails, so I will have to see a lawyer about"
        ),
    ],
)
def test_another_event_in_similar_words_is_another_story(other: str) -> None:
    assert not share(LONG, other)


def test_opposites_are_different_stories() -> None:
    works = "the new app of ShopTown works on my old phone after the update and the camera opens at once"
    assert not share(works, works.replace("works", "does not work"))


def test_a_form_with_another_complaint_in_it_is_another_story() -> None:
    form = (
        "Dear sir or madam, I write to you today because {}. I look forward to your kind answer, yours sincerely, Ann"
    )
    assert not share(
        form.format("my bike was stolen from your garage"), form.format("your guard called me a liar twice")
    )


def test_a_number_makes_another_story_of_short_words_only() -> None:
    assert not share("order 17 has not come yet, please help", "order 18 has not come yet, please help")
    assert share(LONG, LONG.replace("4711", "12 345"))


@pytest.mark.parametrize(
    "text", ["good", "worst service ever", "bohat bura", "😡😡😡", "", "\x00\ud800", "بہت برا", "http://x.y", "很差"]
)
def test_a_short_text_is_nobodys_story(text: str) -> None:
    assert sketch(text) is None


def test_similar_short_texts_are_different_stories() -> None:
    assert not share("worst service ever, never ordering here again", "worst service ever! never order here again")


@pytest.mark.parametrize(
    "text",
    [
        "آرڈر ابھی تک نہیں پہنچا اور کوئی فون نہیں اٹھاتا",
        "ఆర్డర్ ఇంకా రాలేదు డెలివరీ చాలా ఆలస్యం ఎవరూ ఫోన్ ఎత్తరు",
        "商品到现在还没有送到客服电话也没有人接真的太糟糕了我要退款投诉",
        "สั่งซื้อโทรศัพท์จากร้านนี้ไปสองอาทิตย์แล้วยังไม่ได้ของเลย",
    ],
)
def test_a_sentence_in_any_script_is_a_story(text: str) -> None:
    assert told(text).fingerprint == told(f"{text}!! 😡").fingerprint


@pytest.mark.parametrize("half", ["choose", "held"])
def test_labelled_pairs_are_told_apart(half: str) -> None:
    judged = [(pair, alike(pair)) for pair in pairs() if pair.half == half]
    precision, recall = measure(judged)
    assert len(judged) > 250
    assert precision >= 0.95
    assert recall >= 0.85


def test_no_two_of_the_labelled_texts_share_a_story_by_chance() -> None:
    bases = [found for text in {pair.one for pair in pairs()} if (found := sketch(text))]
    assert not [pair for pair in itertools.combinations(bases, 2) if same(pair[0].signature, pair[1].signature)]


def test_a_story_is_compared_with_its_first_text_only() -> None:
    words = [f"word{chr(97 + i)}" for i in range(20)]
    steps = [" ".join([f"new{chr(97 + i)}" for i in range(n)] + words[n:]) for n in (0, 4, 8)]
    assert len(places(steps[:2])) == len(places(steps[1:])) == 1
    assert len(places(steps)) == 2


def test_a_text_joins_the_story_that_is_most_alike() -> None:
    near, far = LONG.replace("May", "June"), LONG.replace("phone", "door").replace("express", "fast")
    known = {1: told(far.replace("order", "parcel")), 2: told(near)}
    by_band: dict[int, list[int]] = {}
    for story, one in known.items():
        for band in one.bands:
            by_band.setdefault(band, []).append(story)
    assert Shelf({}, by_band, {story: one.signature for story, one in known.items()}).place(told(LONG)) == 2


def test_a_story_whose_sketch_is_gone_is_passed_over() -> None:
    text = told(LONG)
    assert Shelf({}, {band: [7] for band in text.bands}, {}).place(text) == -1


def test_a_crowded_band_finds_no_more_stories() -> None:
    text = told(LONG)
    crowd = {text.bands[0]: list(range(1, CROWDED + 1))}
    shelf = Shelf({}, crowd, {})
    shelf.place(text)
    assert shelf.new[-1].bands == text.bands[1:]


def test_the_shortlist_has_those_first_that_share_most() -> None:
    text = told(LONG)
    assert shortlist(text, {text.bands[0]: [5, 3, 9], text.bands[1]: [9]}) == [9, 3, 5]


def test_a_sketch_is_small() -> None:
    text = told("sofa " + " ".join(f"word{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(600)))
    assert len(text.signature) == 2 * (LONGEST + 1)
    assert len(text.bands) == BANDS
    assert all(-(2**63) <= band < 2**63 for band in text.bands)


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text_can_be_sketched_and_compared(one: str, other: str) -> None:
    first, second = sketch(one), sketch(other)
    if first and second:
        assert same(first.signature, second.signature) == same(second.signature, first.signature)
    assert first == sketch(one)


letter_runs = st.lists(st.integers(0, 3), max_size=24)


@given(letter_runs, letter_runs)
def test_the_common_words_in_order_are_those_of_the_textbook(one: list[int], other: list[int]) -> None:
    best = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            best[i + 1][j + 1] = best[i][j] + 1 if a == b else max(best[i][j + 1], best[i + 1][j])
    assert stories._in_order(one, other) == best[-1][-1]


@given(letter_runs, letter_runs)
def test_the_longest_run_is_one_of_both_texts(one: list[int], other: list[int]) -> None:
    def runs(codes: list[int], length: int) -> set[tuple[int, ...]]:
        return {tuple(codes[i : i + length]) for i in range(len(codes) - length + 1)}

    longest = stories._longest_run(one, other)
    assert runs(one, longest) & runs(other, longest)
    assert not runs(one, longest + 1) & runs(other, longest + 1)
