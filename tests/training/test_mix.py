"""What is trained on, in which order, and how texts are written differently."""

import random
from collections import Counter
from itertools import islice
from pathlib import Path

from training import mix
from training.augment import augmented
from training.data import LABELS, Row
from training.mix import Example


def rows(count: int) -> tuple[Example, ...]:
    return tuple(Example(f"text {number}", "en", (1.0, 0.0, 0.0), neutral=True, weight=1.0) for number in range(count))


TWO = {"small": rows(4), "large": rows(10)}


SHARES = {"small": 2.0, "large": 0.5}


def test_a_round_takes_each_set_in_its_share() -> None:
    (chosen,) = islice(mix.rounds(1, TWO, SHARES), 1)
    assert len(chosen) == 4 * 2 + 10 // 2


def test_every_row_of_a_set_is_read_before_one_comes_again() -> None:
    both = [item.text for chosen in islice(mix.rounds(1, {"large": TWO["large"]}, SHARES), 2) for item in chosen]
    assert set(Counter(both).values()) == {1}


def test_the_same_seed_gives_the_same_order() -> None:
    first, again, other = (next(mix.rounds(seed, TWO, SHARES)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_short_run_reads_each_post_once_and_the_long_one_fewer() -> None:
    assert (mix.MIXES["short"]["umsab"], mix.MIXES["short"].keys()) == (1.0, mix.MIXES["long"].keys())
    assert mix.MIXES["long"]["umsab"] < 0.5


def test_the_rarer_class_weighs_more() -> None:
    weights = mix._class_weights(Counter({"negative": 100, "neutral": 400, "positive": 400}))
    assert weights["negative"] > weights["neutral"]


def test_a_two_class_set_asks_nothing_of_neutral() -> None:
    assert not mix._example("urdu_social_nasirbrohi", Row("x", "negative", "ur"), 1.0).neutral


def test_three_stars_are_not_surely_neutral() -> None:
    target = mix._example("skytrax", Row("x", "neutral", "en"), 1.0).target
    assert target[0] > target[2]
    assert max(target) < 0.6


def test_the_texts_written_for_the_project_have_known_labels_and_no_double() -> None:
    written = mix.written()
    assert {row.label for row in written} == set(LABELS)
    assert len({row.text.casefold() for row in written}) == len(written)


def test_each_mission_language_has_written_texts_of_all_three_classes() -> None:
    kinds = {(row.lang, row.label) for row in mix.written()}
    assert kinds == {(lang, label) for lang in ("en", "ur", "ur-Latn", "te", "te-Latn", "tl") for label in LABELS}


def test_corrections_of_people_join_the_mix(tmp_path: Path) -> None:
    line = '{"text": "bura nahi", "label": "positive", "lang": "ur-Latn", "was": "negative"}\n'
    (tmp_path / "c.jsonl").write_text(line, encoding="utf-8")
    found = mix.corrections(tmp_path / "c.jsonl")
    (chosen,) = islice(mix.rounds(1, {"corrections": found}, SHARES), 1)
    assert [item.text for item in chosen] == ["bura nahi", "bura nahi"]
    assert found[0].target[2] > 0.9


# writing a text differently


def test_the_same_draw_writes_the_same_text() -> None:
    text = "bohat hi bekar service hai bhai"
    assert augmented(text, "ur-Latn", -1, random.Random(4)) == augmented(text, "ur-Latn", -1, random.Random(4))


def test_romanised_words_get_other_spellings() -> None:
    chance = random.Random(1)
    found = {augmented("bohat ghatiya service hai", "ur-Latn", 0, chance).lower() for _ in range(200)}
    assert len({text.split()[0] for text in found}) > 3


def test_english_words_keep_their_spelling() -> None:
    chance = random.Random(1)
    found = {augmented("bad support", "en", 0, chance).lower()[:11] for _ in range(200)}
    assert found == {"bad support"}


def test_an_emoji_agrees_with_the_feeling() -> None:
    chance = random.Random(2)
    found = "".join(augmented("order", "en", -1, chance) for _ in range(300))
    assert "👎" in found
    assert "😍" not in found


def test_a_text_never_becomes_empty() -> None:
    chance = random.Random(3)
    assert all(augmented(text, "ur-Latn", 0, chance) for text in ("@you", "https://x.y", ".", "a") for _ in range(100))
