"""Whether a text has a term that a place was searched for."""

import pytest
from pydantic import TypeAdapter, ValidationError

from crawlers.terms import Terms, stands_in
from monitor.facts import Collected, MentionKind

TERMS = TypeAdapter(Terms)


def text(words: str, title: str = "") -> Collected:
    return Collected(kind=MentionKind.POST, host="h", external_id="1", url="https://h", text=words, title=title)


@pytest.mark.parametrize(
    "words", ["My ACME phone", "acme-phone is bad", "the Açmé Phone!", "acme\nphone", "I own an “Acme Phone”"]
)
def test_a_term_is_found_however_it_is_written(words: str) -> None:
    assert stands_in(text(words), ["Acme Phone"])


@pytest.mark.parametrize("words", ["acmephone", "phone of acme", "acne phone", "my acme phones"])
def test_what_only_looks_like_a_term_is_not_one(words: str) -> None:
    assert not stands_in(text(words), ["Acme Phone"])


def test_a_term_may_stand_in_the_title() -> None:
    assert stands_in(text("It broke.", title="Acme Phone"), ["zenith", "acme phone"])


def test_one_term_needs_no_list_and_quotation_marks_are_no_part_of_it() -> None:
    assert TERMS.validate_python('"Acme  Phone"') == ("Acme Phone",)


def test_an_empty_term_is_refused() -> None:
    with pytest.raises(ValidationError, match="stand for everything"):
        TERMS.validate_python(["acme", ' "" '])
