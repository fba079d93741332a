"""Whether two answers say the same: what a place shows may differ from what was sent in quotes, spaces and emoji."""

from difflib import SequenceMatcher

from monitor.folding import words

ALIKE = 0.8
"""Share of words in order that two texts have in common (difflib's ratio). A name added, a greeting left out or a typo
mended in an answer of 40 words stay above 0.9; two answers to different people by the same template are told apart by
whom they answer, not by this."""
MOST_WORDS = 1_000
"""Of each text are compared: the ratio takes time by the product of both."""


def same_words(one: str, other: str) -> bool:
    """Whether both have the same words in the same order; two texts without words only if they are equal."""
    first, second = words(one), words(other)
    return first == second if first or second else one.strip() == other.strip()


def nearly_same(one: str, other: str) -> bool:
    """Whether most words are the same, in order: somebody mended the text before it went out."""
    if same_words(one, other):
        return True
    first, second = words(one)[:MOST_WORDS], words(other)[:MOST_WORDS]
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE
