"""Stand-ins for the slow and the far: a model that knows a few words."""

from collections.abc import Callable, Sequence

from monitor.analysis.subject import Weights
from monitor.facts import Prediction, Sentiment, ThemeScore

BAD, GOOD, DOUBTFUL = "terrible", "lovely", "perhaps"


class FakeAssessor:
    """Says negative of `terrible`, positive of `lovely`, and finds the theme `delivery` where it is named.

    It is not sure of a text that says `perhaps`.
    """

    name, version = "fake", "1"
    subjects: Weights | None = None

    def __init__(self, before: Callable[[Sequence[str]], None] = lambda texts: None) -> None:
        self.seen: list[str] = []
        self._before = before

    def assess(self, texts: Sequence[str]) -> list[Prediction]:
        self._before(texts)
        self.seen += texts
        return [_read(text) for text in texts]


def _read(text: str) -> Prediction:
    negative = 0.9 if BAD in text else 0.05
    positive = 0.9 if GOOD in text else 0.05
    themes = (ThemeScore("delivery", 0.8),) if "delivery" in text else ()
    label = Sentiment.NEGATIVE if negative > 0.5 else Sentiment.POSITIVE if positive > 0.5 else Sentiment.NEUTRAL
    return Prediction(
        "en", negative, 1 - negative - positive, positive, themes, b"\x01", label, unsure=DOUBTFUL in text
    )
