"""The texts of the rivals' stories: labelled ones where they lie beside the project, else those of the demo's shop."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

from demo.phrases import LANGUAGES, Phrases, phrases
from monitor.facts import Prediction, Sentiment
from training.data import data_folder, read

LABELLED = "umsab"
SURE = 0.9
_MOODS = {Sentiment.NEGATIVE: "complaint", Sentiment.NEUTRAL: "neutral", Sentiment.POSITIVE: "praise"}


@dataclass(frozen=True, slots=True)
class Said:
    """One text and what it is."""

    text: str
    label: Sentiment


class Texts:
    """Gives texts of each mood, none of them twice as long as there are others."""

    def __init__(self, chance: random.Random, *, labelled: bool) -> None:
        given = _labelled(chance) if labelled else {label: _made(mood, chance) for label, mood in _MOODS.items()}
        self._left = {label: iter(texts) for label, texts in given.items()}
        self._chance = chance

    def take(self, number: int, *moods: Sentiment) -> list[Said]:
        """So many texts, in equal parts of these moods, in a random order."""
        taken = [Said(next(self._left[mood]), mood) for _, mood in zip(range(number), cycle(moods), strict=False)]
        self._chance.shuffle(taken)
        return taken


class Given:
    """Reads nothing: says of each text what it is known to be."""

    name, version, subjects = "given", "1", None

    def __init__(self, known: Mapping[str, Sentiment]) -> None:
        self._known = known

    def assess(self, texts: Sequence[str]) -> list[Prediction]:
        return [self._said(self._known[text]) for text in texts]

    def _said(self, label: Sentiment) -> Prediction:
        shares = {one: SURE if one is label else (1 - SURE) / 2 for one in Sentiment}
        negative, neutral, positive = (shares[one] for one in Sentiment)
        return Prediction("en", negative, neutral, positive, (), bytes(4), label)


def are_labelled() -> bool:
    """Whether the labelled texts are there (EMBERWATCH_DATA)."""
    return (data_folder() / "test" / f"{LABELLED}.jsonl.gz").exists()


def near_identical(number: int) -> list[Said]:
    """One complaint again and again, each with a number and a word of its own."""
    words = ("Terrible", "Awful", "Shameful", "Never again", "Horrible", "So angry")
    again = "my order {} never came and nobody answers the phone. I want my money back!"
    return [Said(f"{words[i % len(words)]}, {again.format(10_400 + 7 * i)}", Sentiment.NEGATIVE) for i in range(number)]


def _labelled(chance: random.Random) -> dict[Sentiment, list[str]]:
    rows = [row for row in read("test", LABELLED) if row.lang == "en"]
    chance.shuffle(rows)
    return {label: [row.text for row in rows if row.label == label.value] for label in Sentiment}


def _made(mood: str, chance: random.Random) -> Iterator[str]:
    """Two phrases of one language make a text, so that few are alike."""
    while True:
        language = phrases(chance.choice(LANGUAGES))
        yield f"{_phrase(language, mood, chance)} {_phrase(language, mood, chance)}"


def _phrase(language: Phrases, mood: str, chance: random.Random) -> str:
    said = [text for texts in language.said[mood].values() for text in texts]
    return chance.choice(said).format(city=chance.choice(language.cities), min=chance.randrange(15, 95))
