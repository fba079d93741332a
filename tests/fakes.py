"""Stand-ins for the slow and the far: a model that knows a few words."""

from collections.abc import Callable, Sequence

from monitor.facts import Prediction, ThemeScore

BAD, GOOD = "terrible", "lovely"


class FakeAssessor:
    """Says negative of `terrible`, positive of `lovely`, and finds the theme `delivery` where it is named."""

    name, version = "fake", "1"

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
    return Prediction("en", negative, 1 - negative - positive, positive, themes, b"\x01")
