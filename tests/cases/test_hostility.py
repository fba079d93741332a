"""Whether a text is hard to read, in the six languages; what only says that something is bad is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cases import Sign, is_hostile, signs
from monitor.cases.hostile_words import ACCUSATIONS, INSULTS, THREATS
from monitor.folding import words


@pytest.mark.parametrize(
    "text",
    [
        "You idiots lost my parcel again.",
        "Give me my money back or I will find where you live.",
        "What the f*** is this?",
        "LIARS! GIVE ME MY MONEY BACK RIGHT NOW",
        "You thieves and liars, shame on you.",
        "tum log harami ho, mera parcel kahan hai",
        "kaminay log, paise wapas karo",
        "agli dafa aaye to tangein tor dunga",
        "tum log chor ho aur besharam bhi",
        "تم لوگ حرامی ہو، میرے پیسے واپس کرو",
        "کمینے لوگ، آرڈر کہاں ہے",
        "چور اور جھوٹے ہیں سب، شرم کرو",
        "جان سے مار دوں گا",
        "మీరు వెధవలు, నా డబ్బులు ఇవ్వండి",
        "దొంగలు, సిగ్గులేని వాళ్ళు",
        "మీ ఆఫీస్ తగలబెడతా",
        "vedhava service, naa dabbulu ivvandi",
        "dongalu meeru, siggu leda",
        "intiki vachi champesta",
        "Mga bobo kayo, mali ang pinadala.",
        "Putang ina, ang tagal ng delivery.",
        "Magnanakaw kayo, mga walang hiya!",
        "Papatayin kita kapag nakita kita.",
        "You IDIOOOOTS, where is my order",
        "MF ASSHOLES",
    ],
)
def test_insults_threats_and_several_accusations_are_hard_to_read(text: str):
    assert is_hostile(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The worst shop ever. I will go to the consumer court.",
        "This is a scam, my refund never came!!!",
        "I hate this app, it crashes.",
        "WHERE IS MY REFUND, I HAVE WAITED FOR THREE WEEKS",  # shouting alone
        "ORDER AB-2231-KHI-99881-XYZ-QWERTY",
        "bohat bekar service, bakwas khana",
        "kutta bimar hai, dog food kharab nikla",
        "سروس بہت بری ہے، کھانا ٹھنڈا تھا",
        "చాలా చెత్త సర్వీస్, డబ్బులు వేస్ట్",
        "chetta service, time waste",
        "Ang pangit ng serbisyo, sayang ang pera.",
        "Hayop na sarap! Five stars.",
        "4** hotel, not 5*",
        "Dick Bobbitt from Scunthorpe ordered a classic bass.",
        "The assassin game will not start; the cocktail was fine.",
    ],
)
def test_a_plain_complaint_is_not(text: str):
    assert not is_hostile(text)


def test_each_sign_is_named_with_its_words_the_gravest_first():
    found = signs("Liars! You idiots, I will beat you up. Liars!")
    assert [(one.sign, one.words) for one in found] == [
        (Sign.INSULT, "idiots"),
        (Sign.THREAT, "beat you up"),
        (Sign.ACCUSATION, "liars"),
    ]


def test_one_accusation_is_not_enough_but_two_are():
    assert not is_hostile("You are liars.")
    assert is_hostile("You are liars and crooks.")


@pytest.mark.parametrize("listed", [INSULTS, ACCUSATIONS, THREATS])
def test_every_phrase_of_the_lists_is_found_as_it_is_written(listed: str):
    phrases = [line.rstrip("*") for line in listed.split("\n") if line.strip()]
    missed = [phrase for phrase in phrases if not any(one.words for one in signs(phrase))]
    assert missed == []


def test_no_phrase_stands_twice():
    phrases = [
        " ".join(words(line)) + line[-1:]
        for listed in (INSULTS, ACCUSATIONS, THREATS)
        for line in listed.split("\n")
        if line
    ]
    assert sorted({one for one in phrases if phrases.count(one) > 1}) == []


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str):
    assert is_hostile(text) in (True, False)


def test_a_very_long_text_is_judged_soon():
    assert not is_hostile("!?" * 3 + "a " * 500_000)
