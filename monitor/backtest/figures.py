"""A backtest as one JSON object with stable keys, and its times in words."""

from datetime import datetime, timedelta
from typing import Any

from monitor.analysis.scores import Estimate
from monitor.backtest.judging import Raised, Score
from monitor.backtest.running import Outcome
from monitor.clock import spoken_duration
from monitor.facts import Cell, Dimension, Kind
from monitor.jobs.detect import UNKNOWN_LANGUAGE
from monitor.languages import language_name
from monitor.store.backtests import WasRaised

DIGITS = 4
SAME = timedelta(minutes=1)
"""Of two looks a minute apart none is the earlier one."""
WORDS = {
    Kind.SPIKE: "spike",
    Kind.REVIEW_BOMBING: "review bombing",
    Kind.RATING_DROP: "rating drop",
    Kind.SLOW_BURN: "slow burn",
    Kind.VOLUME: "volume",
}


def subject_of(cell: Cell) -> str:
    """What an incident is about: `the brand`, `refund`, `on reviews`, `in Roman Urdu`, `one story`."""
    match cell.dimension:
        case Dimension.ALL:
            return "the brand"
        case Dimension.THEME:
            return cell.key
        case Dimension.SOURCE:
            return f"on {cell.key}"
        case Dimension.LANGUAGE:
            return f"in {UNKNOWN_LANGUAGE if cell.key in ('', 'und') else language_name(cell.key)}"
        case Dimension.STORY:
            return "one story"


def beside_words(one: Raised) -> str:
    """How much sooner than then it was raised; `new` when it was not, `again` when it is the same trouble once more."""
    if one.earlier is None:
        return "again" if one.again else "new"
    return compared_words(one.earlier)


def then_words(one: Raised) -> str:
    """What `beside_words` compares with."""
    if one.earlier is None:
        return "the same trouble as before" if one.again else "not raised then"
    return "than then"


def compared_words(sooner: timedelta) -> str:
    """How much sooner than then: `25 min sooner`, `2 h later`, `same`."""
    if abs(sooner) <= SAME:
        return "same"
    return f"{spoken_duration(abs(sooner))} {'sooner' if sooner > timedelta() else 'later'}"


def before_words(before: timedelta | None) -> str:
    """How long before something: `25 min before`, `2 h after`, `at once`; a dash when there is nothing to compare."""
    if before is None:
        return "–"
    if abs(before) <= SAME:
        return "at once"
    return f"{spoken_duration(abs(before))} {'before' if before > timedelta() else 'after'}"


def share_words(estimate: Estimate | None) -> str:
    """`75 % (41–93)`; a dash when nothing was marked."""
    if estimate is None:
        return "–"
    return f"{100 * estimate.value:.0f} % ({100 * estimate.low:.0f}–{100 * estimate.high:.0f})"


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Times in UTC, durations in minutes (before and sooner above 0), shares 0..1; null where nothing is known."""
    within, suggestion = outcome.within, outcome.suggestion
    return {
        "from": within.start.isoformat(),
        "to": within.end.isoformat(),
        "settings": list(outcome.settings),
        "brands": [one.brand for one in outcome.brands],
        "mentions": outcome.mentions,
        "looks": outcome.looks,
        "brand_weeks": round(outcome.whole.weeks, DIGITS),
        "raised": [_raised(one) for brand in outcome.brands for one in brand.raised],
        "not_raised": [_then(brand.brand, one) for brand in outcome.brands for one in brand.missed],
        "replay": _score(outcome.whole),
        "then": _score(outcome.then),
        "rules": [_score(rule) for rule in outcome.rules],
        "suggested_sensitivity": suggestion.sensitivity,
        "suggestion": suggestion.reason,
        "sensitivities": [_score(tried) for _, tried in suggestion.tried],
        "notes": list(outcome.notes),
    }


def _raised(one: Raised) -> dict[str, Any]:
    return {
        "brand": one.brand,
        "opened_at": _moment(one.opened_at),
        "alarmed_at": _moment(one.alarmed_at),
        "last_finding_at": _moment(one.last_finding_at),
        "severity": one.severity,
        "kind": one.kind,
        "cell": one.cell.dimension,
        "key": one.cell.key,
        "rule": one.detector,
        "sentence": one.sentence,
        "negative_voices": one.voices,
        "negative_voices_seen_first": one.seen_first,
        "minutes_after_first": _minutes(one.after_first),
        "minutes_before_half": _minutes(one.before_half),
        "minutes_before_all": _minutes(one.before_all),
        "incident": one.then.id if one.then else None,
        "incident_opened_at": _moment(one.then.opened_at) if one.then else None,
        "again": one.again,
        "minutes_sooner": _minutes(one.earlier),
        "mark": one.mark,
    }


def _then(brand: str, one: WasRaised) -> dict[str, Any]:
    return {
        "brand": brand,
        "incident": one.id,
        "opened_at": _moment(one.opened_at),
        "severity": one.severity,
        "kind": one.kind,
        "cell": one.cell.dimension,
        "key": one.cell.key,
        "rule": one.detector,
        "sentence": one.sentence,
        "mark": one.mark,
    }


def _score(score: Score) -> dict[str, Any]:
    return {
        "name": score.name,
        "alarms": score.alarms,
        "notices": score.notices,
        "useful": score.useful,
        "noise": score.noise,
        "unjudged": score.unjudged,
        "useful_not_raised": score.missed,
        **_estimate("precision", score.precision),
        **_estimate("recall", score.recall),
        "false_alarms_per_brand_week": round(score.false_a_week, DIGITS),
        "false_alarms_per_brand_week_at_most": round(score.most_false_a_week, DIGITS),
        "median_minutes_sooner": _minutes(score.sooner),
        "median_minutes_before_half": _minutes(score.before_half),
    }


def _estimate(name: str, estimate: Estimate | None) -> dict[str, Any]:
    if estimate is None:
        return {name: None, f"{name}_interval": None}
    interval = [round(estimate.low, DIGITS), round(estimate.high, DIGITS)]
    return {name: round(estimate.value, DIGITS), f"{name}_interval": interval}


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _minutes(time: timedelta | None) -> float | None:
    return round(time.total_seconds() / 60, 1) if time is not None else None
