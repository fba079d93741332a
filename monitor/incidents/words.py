"""The sentence that a finding comes to, by its kind, and what to do about it."""

from collections.abc import Mapping

from monitor.clock import spoken_duration
from monitor.facts import Dimension, Finding, Kind

NO_NAMES: Mapping[str, str] = {}
MOSTLY = 0.5
"""A theme is named when at least half of the voices are about it."""
COPIED = 0.2
"""A review bombing with a smaller share of copies is known by its new authors."""
PLACES = {
    Dimension.ALL: "",
    Dimension.THEME: " about {}",
    Dimension.SOURCE: " on {}",
    Dimension.LANGUAGE: " in {}",
    Dimension.STORY: " telling the same story",
}
_ADVICE = {
    Kind.SPIKE: "Read the first complaints, find what they have in common, and answer them before you post anything.",
    Kind.REVIEW_BOMBING: "Do not answer each of them. Report them to the platform, with the list of texts and authors, "
    "and reply once, in public.",
    Kind.RATING_DROP: "Read the newest low ratings, find the change behind them (a version, a delivery, a price), and "
    "say when it is mended.",
    Kind.SLOW_BURN: "No fire, but it does not stop: find what has been wrong for days and who can end it, and answer "
    "those who wait.",
    Kind.VOLUME: "Look at what people talk about. Nothing is to be mended unless complaints rise as well.",
}


def advice(kind: Kind) -> str:
    """What to do about an incident of this kind."""
    return _ADVICE[kind]


def sentence(finding: Finding, names: Mapping[str, str] = NO_NAMES) -> str:
    """The evidence in one plain line, without any text from outside.

    For example "14 negative mentions in 40 min, usually 0.6; 12 authors, 2 sources; mostly refunds".
    """
    told = {
        Kind.SPIKE: _spike,
        Kind.REVIEW_BOMBING: _review_bombing,
        Kind.RATING_DROP: _rating_drop,
        Kind.SLOW_BURN: _slow_burn,
        Kind.VOLUME: _volume,
    }[finding.kind]
    return told(finding, names)


def _spike(finding: Finding, names: Mapping[str, str]) -> str:
    return _joined(
        f"{_several(_number(finding), 'negative mention')}{_during(finding, names)}",
        _who(finding),
        _mostly(finding, names),
        "a video is among them" if finding.video else "",
        f"{_several(finding.copies, 'copy', 'copies')} not counted" if finding.copies else "",
    )


def _review_bombing(finding: Finding, names: Mapping[str, str]) -> str:
    count = _several(_number(finding), "low rating")
    copied = finding.copies >= COPIED * finding.authors
    return _joined(
        f"Review bombing: {count} by {_several(finding.authors, 'author')}{_during(finding, names)}",
        f"{finding.copies} share the same text" if copied else "most of them new here",
        "a video is among them" if finding.video else "",
    )


def _rating_drop(finding: Finding, names: Mapping[str, str]) -> str:
    """Without the name of the product, which is text from outside."""
    fall, place = finding.rating, _place(finding, names)
    if fall is None:
        return f"Rating fell{place} within {_window(finding)}"
    newest = f"the last {_several(fall.ratings, 'rating')}" if fall.ratings != 1 else "the last rating"
    return (
        f"Rating fell{place}: {newest} in {_window(finding)} averaged {fall.now:.1f} of {fall.best:g}, "
        f"usually {fall.before:.1f}"
    )


def _slow_burn(finding: Finding, names: Mapping[str, str]) -> str:
    """Detectors hear single voices of the last 48 hours; of what was before they know the counts."""
    count = _several(_number(finding), "negative mention")
    who = f"{_several(finding.authors, 'author')} in the last 48 h, {_several(len(finding.sources), 'source')}"
    return _joined(f"Slow burn: {count}{_during(finding, names)}", who, _mostly(finding, names))


def _volume(finding: Finding, names: Mapping[str, str]) -> str:
    count = _several(round(finding.seen), "mention")
    return _joined(f"More is said than usual: {count}{_during(finding, names)}", _who(finding))


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def _number(finding: Finding) -> int:
    """Every author counts at least once, however unsure the model is of each text."""
    return max(round(finding.seen), finding.authors)


def _during(finding: Finding, names: Mapping[str, str]) -> str:
    return f"{_place(finding, names)} in {_window(finding)}, usually {_usually(finding.expected)}"


def _place(finding: Finding, names: Mapping[str, str]) -> str:
    """A source is called by its id: a theme may have the same one."""
    dimension, key = finding.cell.dimension, finding.cell.key
    return PLACES[dimension].format(key if dimension is Dimension.SOURCE else names.get(key, key))


def _window(finding: Finding) -> str:
    return spoken_duration(finding.window_end - finding.window_start)


def _who(finding: Finding) -> str:
    if not finding.authors:
        return ""
    return f"{_several(finding.authors, 'author')}, {_several(len(finding.sources), 'source')}"


def _several(number: int, noun: str, nouns: str = "") -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {nouns or noun + 's'}"


def _usually(expected: float) -> str:
    if expected < 0.05:
        return "none"
    return f"{expected:.1f}".removesuffix(".0") if expected < 9.95 else str(round(expected))


def _mostly(finding: Finding, names: Mapping[str, str]) -> str:
    """The themes of at least half of the voices, except the one that the finding is about."""
    own = finding.cell.key if finding.cell.dimension == Dimension.THEME else None
    themes = [names.get(theme, theme) for theme, share in finding.themes if share >= MOSTLY and theme != own]
    return "mostly " + " and ".join(themes[:2]) if themes else ""
