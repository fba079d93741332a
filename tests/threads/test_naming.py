"""Tests of naming: a group is called by the words it uses more than others do, in the script people wrote."""

from monitor.threads.naming import Told, name_all, name_of


def told(*texts: str, language: str = "en", first: int = 1) -> list[Told]:
    return [Told(text, language, author) for author, text in enumerate(texts, first)]


FEE = told("They charge a hidden fee!", "A Hidden Fee on my bill?", "hidden fee again", "the hidden fee of 200")
PARKING = told("No parking there", "parking is full", "the parking costs", "no place for parking", first=20)
OTHERS = told("my bill is wrong", "it is full", "they never answer", "where is my thing", first=40)


def test_the_most_telling_words_come_first_and_are_those_of_the_group():
    fee, parking = name_all([FEE, PARKING], OTHERS)
    assert fee[0] == "hidden fee"
    assert parking[0] == "parking"


def test_numbers_links_handles_and_the_names_of_the_brand_name_nothing():
    texts = [f"@rosecart 555 https://x.example/fee{i} Rose Cart rosecart" for i in range(5)]
    assert name_all([told(*texts)], OTHERS, ["Rose Cart", "rosecart"]) == [()]


def test_a_word_of_one_person_is_no_name():
    same = [Told("my neighbour Aslam Mirza says so", "en", 7) for _ in range(6)]
    assert name_all([same], OTHERS) == [()]


def test_small_words_of_a_language_do_not_name_the_only_group_in_it():
    urdu = told("پارکنگ نہیں ہے", "پارکنگ کی جگہ نہیں", "یہ پارکنگ بہت مہنگی ہے", "پارکنگ کا کیا ہوا", language="ur")
    assert name_all([urdu], OTHERS)[0][0] == "پارکنگ"


def test_telugu_words_keep_their_vowel_signs():
    telugu = told("పార్కింగ్ లేదు!", "ఈ పార్కింగ్ చాలా చిన్నది", "పార్కింగ్, పార్కింగ్", "మాకు పార్కింగ్ కావాలి", language="te")
    assert name_all([telugu], OTHERS)[0][0] == "పార్కింగ్"


def test_no_word_tells_of_two_groups():
    both = told("parking fee", "parking fee here", "the parking fee", "a parking fee too", first=60)
    words = name_all([PARKING, both], OTHERS)
    assert not set(words[0]) & set(words[1])


def test_the_name_is_made_of_the_first_three_words():
    assert name_of(("a", "b", "c", "d")) == "a · b · c"
