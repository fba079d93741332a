"""What a customer answers becomes one text: once per form and per order, under nobody's e-mail."""

import re
from datetime import UTC, datetime, timedelta
from string import Formatter

import pytest
from pydantic import ValidationError

from monitor.doors import survey
from monitor.doors.survey import (
    TRAP,
    Invalid,
    Options,
    Trapped,
    WrongLink,
    answer_id,
    case_order,
    form_key,
    name_of_case,
    new_token,
    order_of,
    read_answer,
    sign_order,
)
from monitor.doors.survey_words import ENGLISH, LANGUAGES, Words, words_for
from monitor.facts import Collected, MentionKind

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY, SECRET = "key of the installation", "a-secret-of-some-length"
ASK = {"type": "survey", "id": "visit", "brands": ["karak"]}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASK_SECRET", SECRET)


def door(**changes: object) -> Options:
    return Options.model_validate({**ASK, **changes})


def fields(options: Options | None = None, **given: str) -> dict[str, str]:
    return {"token": new_token(KEY, "visit", NOW), "score": "2", **given}


def answer(options: Options | None = None, **given: str) -> Collected:
    (text,) = read_answer(options or door(), fields(**given), KEY, NOW).texts
    return text


def test_an_answer_is_a_text_with_its_score_on_its_scale():
    text = answer(comment="Cold tea.", first="yes", name="Ana")
    assert (text.kind, text.host, text.text) == (MentionKind.SURVEY, "visit", "Cold tea.")
    assert (text.rating_value, text.rating_worst, text.rating_best) == (2, 1, 5)
    assert (text.first_purchase, text.published_at, text.author_name) == (True, NOW, "Ana")


def test_a_recommendation_is_on_its_scale_from_nought_to_ten():
    text = answer(door(ask="nps"), score="0")
    assert (text.rating_value, text.rating_worst, text.rating_best) == (0, 0, 10)


@pytest.mark.parametrize(("said", "first"), [("yes", True), ("no", False), ("", None), ("perhaps", None)])
def test_whether_it_was_the_first_purchase_may_stay_open(said: str, first: bool | None):
    assert answer(first=said).first_purchase is first


@pytest.mark.parametrize("score", ["0", "6", "-1", "2.5", "99", "five", "٣", ""])
def test_a_score_off_the_scale_is_none(score: str):
    assert answer(score=score, comment="Cold.").rating_value is None


def test_an_answer_without_a_word_and_a_score_is_asked_for_again():
    with pytest.raises(Invalid, match="empty"):
        answer(score="", comment="  ")


def test_one_form_is_one_answer_and_two_forms_are_two():
    sent = fields()
    first, again = (read_answer(door(), sent, KEY, NOW) for _ in range(2))
    assert first.event == again.event != read_answer(door(), fields(), KEY, NOW).event


def test_a_form_that_we_did_not_show_or_long_ago_is_asked_for_again():
    with pytest.raises(Invalid, match="too_old"):
        read_answer(door(), fields(token="1772452800.abc.def"), KEY, NOW)
    with pytest.raises(Invalid, match="too_old"):
        read_answer(door(), fields(), KEY, NOW + timedelta(hours=25))
    with pytest.raises(Invalid, match="too_old"):
        read_answer(door(), fields(token=new_token(KEY, "another", NOW)), KEY, NOW)


def test_the_field_that_people_do_not_see_gives_programs_away():
    with pytest.raises(Trapped):
        answer(**{TRAP: "https://spam.example"})


def test_a_signed_order_answers_once_however_many_forms_are_opened():
    options = door(secret={"env": "ASK_SECRET"})
    link = {"ref": "4711", "sig": sign_order(SECRET, "visit", "4711")}
    events = {read_answer(options, fields(**link), KEY, NOW).event for _ in range(2)}
    assert events == {"order:4711"}
    assert answer(options, **link).item == "order 4711"


@pytest.mark.parametrize("link", [{"ref": "4711"}, {"ref": "4712", "sig": sign_order(SECRET, "visit", "4711")}])
def test_an_order_that_we_did_not_sign_is_refused(link: dict[str, str]):
    with pytest.raises(WrongLink):
        order_of(door(secret={"env": "ASK_SECRET"}), link)


def test_without_a_secret_the_order_of_a_link_says_nothing():
    assert answer(ref="4711").item == ""


def test_only_signed_links_when_that_is_wanted():
    with pytest.raises(WrongLink):
        order_of(door(secret={"env": "ASK_SECRET"}, signed_only=True), {})
    with pytest.raises(ValidationError, match="needs a `secret`"):
        door(signed_only=True)


def test_two_people_of_one_name_are_two_and_one_e_mail_is_one():
    assert answer(name="Ana").author_ref != answer(name="Ana").author_ref
    assert answer(email="ana@b.example").author_ref == answer(email=" ANA@b.example").author_ref


def test_the_id_of_an_answer_tells_nothing_of_its_order():
    options = door(secret={"env": "ASK_SECRET"})
    text = answer(options, ref="4711", sig=sign_order(SECRET, "visit", "4711"))
    assert "4711" not in text.external_id + text.author_ref


def _said(words: Words) -> str:
    told = (getattr(words, name) for name in Words.__slots__)
    return "\n".join(one if isinstance(one, str) else " ".join(one) for one in told if not isinstance(one, bool))


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=LANGUAGES.keys())
def test_every_language_says_everything_and_names_the_brand(words: Words):
    for name in Words.__slots__:
        said = getattr(words, name)
        assert said or name == "right_to_left"
    for question in (words.csat, words.nps):
        assert [field for _, field, _, _ in Formatter().parse(question) if field] == ["brand"]


@pytest.mark.parametrize(
    ("asked", "accepted", "tag"),
    [
        ("", "", "en"), ("ur", "en", "ur"), ("", "fil-PH,fil;q=0.9,en;q=0.5", "tl"), ("", "de,te;q=0.7,en;q=0.5", "te"),
        ("", "de, fr", "en"), ("ur-Latn", "", "ur-Latn"), ("ur_PK", "", "ur"), ("xx", "tl", "tl"),
        ("", "ur;q=nan-sense,te", "te"), ("", "ur;q=0,tl;q=0.1", "tl"), ("", "," * 500, "en"),
    ],
)  # fmt: skip
def test_the_language_is_the_one_asked_for_else_the_browsers(asked: str, accepted: str, tag: str):
    assert words_for(asked, accepted, ENGLISH.tag).tag == tag


@pytest.mark.parametrize(
    ("tag", "form"),
    [
        ("ur", r"کتنے|کتنی مطمئن|آپ کسی[^۔؟]*گے|چاہتے|چاہتی"),
        ("ur-Latn", r"(?i)kitne|kitni mutmain|denge|dein ge|chahte|chahti"),
    ],
)
def test_no_question_takes_who_is_asked_for_a_man_or_a_woman(tag: str, form: str):
    assert re.findall(form, _said(LANGUAGES[tag])) == []


def test_people_are_asked_politely_in_tagalog():
    words = LANGUAGES["tl"]
    assert not re.search(r"\b(?:ka|mo|iyong|mong)\b", _said(words))
    assert all(re.search(r"\bpo\b", said) for said in (words.csat, words.nps, words.comment, words.first, words.empty))


def test_roman_urdu_spells_a_word_in_one_way():
    assert not re.search(r"\b(?:ek|pahunch|baar|mojood)\b", _said(LANGUAGES["ur-Latn"]))


def test_right_to_left_is_for_urdu_in_its_own_script():
    assert [tag for tag, words in LANGUAGES.items() if words.right_to_left] == ["ur"]


def test_the_longest_answer_is_cut_and_not_refused():
    assert len(answer(comment="a" * 10_000).text) == survey.LONGEST_COMMENT


def case_link(number: int = 12, reopened: int = 0, survey: str = "visit", key: str = KEY) -> dict[str, str]:
    return case_order(key, survey, number, reopened).query


def test_the_link_of_a_case_needs_no_secret_and_says_which_case():
    link = case_link()
    assert link["case"] == "12.0"
    assert order_of(door(), link, KEY).query == link
    assert answer(**link).item == "case 12"


def test_a_survey_for_signed_links_only_takes_that_of_a_case():
    options = door(secret={"env": "ASK_SECRET"}, signed_only=True)
    assert order_of(options, case_link(), KEY).case == "12.0"


@pytest.mark.parametrize(
    "link",
    [
        {"case": "12.0"},
        {"case": "12.0", "sig": "0" * 32},
        {**case_link(13), "case": "12.0"},
        {**case_link(), "case": "12.1"},
        case_link(survey="other"),
        case_link(key="another installation"),
        {"case": "12.0", "sig": sign_order(SECRET, "visit", "12.0")},
        {"case": "12.0", "sig": sign_order(KEY, "visit", "12.0")},
        {"case": "12", "sig": "\u0661" * 32},
    ],
)
def test_a_case_that_we_did_not_name_is_refused(link: dict[str, str]):
    with pytest.raises(WrongLink):
        order_of(door(secret={"env": "ASK_SECRET"}), link, KEY)


def test_without_our_key_no_case_is_believed():
    with pytest.raises(WrongLink):
        order_of(door(), case_order("", "visit", 12, 0).query, "")


def test_an_order_is_never_a_case():
    ref = "12.0"
    given = {"ref": ref, "sig": sign_order(SECRET, "visit", ref)}
    assert order_of(door(secret={"env": "ASK_SECRET"}), given, KEY).case == ""


def test_each_solution_of_a_case_is_asked_about_once():
    first, again, second = (
        read_answer(door(), fields(**link), KEY, NOW) for link in (case_link(), case_link(), case_link(reopened=1))
    )
    assert first.event == again.event == "case:12.0" != second.event
    assert first.texts[0].external_id == answer_id(KEY, "visit", name_of_case(12, 0))


def test_the_key_of_forms_is_not_that_of_the_installation():
    assert form_key(KEY) not in (KEY, form_key("another"))
