"""An evaluation as one JSON object with stable keys, and what people should know when they read its figures."""

from typing import Any

from monitor.analysis.scores import LEAST_PRECISION, NEGATIVE, NEUTRAL, POSITIVE, Decided, Estimate, Scores, Threshold
from monitor.evaluation.gather import LEAST_ROWS, Evaluation
from monitor.facts import Sentiment

FEW_ROWS = 100
DIGITS = 4
_CLASSES = tuple(str(one) for one in Sentiment)


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """Shares are 0..1, intervals [low, high] of 95 %; null where there is nothing to measure."""
    found = evaluation.survey
    given = evaluation.languages_given
    return {
        "file": evaluation.file,
        "model": evaluation.model,
        "model_version": evaluation.version,
        **_scores(evaluation.whole),
        "worst_language": evaluation.worst_language,
        "language_agreement": round(evaluation.languages_found / given, DIGITS) if given else None,
        "per_language": {code: _scores(scores) for code, scores in evaluation.by_language.items()},
        "rows_usable": found.usable,
        "rows_left_out": found.left_out,
        "rows_skipped": sum(found.bad.values()),
        "skipped_reasons": dict(found.bad),
        "skipped_first": [{"line": bad.line, "reason": bad.kind, "detail": bad.detail} for bad in found.first_bad],
        "notes": notes(evaluation),
    }


def notes(evaluation: Evaluation) -> list[str]:
    """What is to be known when these figures are read."""
    whole, told = evaluation.whole, []
    counts = whole.largest.table.sum(axis=1)
    missing = [_CLASSES[number] for number in (NEGATIVE, NEUTRAL, POSITIVE) if not counts[number]]
    if whole.two_classes:
        told.append(
            "No text is labelled neutral: negative is scored against positive, and neutral is not an answer; "
            "only the figures of negative are by the labels as they are shipped."
        )
    elif missing:
        told.append(f"No text is labelled {' or '.join(missing)}: the means are over the other classes.")
    if whole.n < evaluation.survey.usable:
        told.append(f"{whole.n:,} of {evaluation.survey.usable:,} texts were read, evenly spaced over the file.")
    if whole.n < FEW_ROWS:
        told.append(f"{whole.n} texts are few: look at the intervals, not at the figures alone.")
    if whole.threshold is not None and counts[NEGATIVE] < LEAST_ROWS:
        told.append(f"The threshold is chosen on {counts[NEGATIVE]} negative texts: too few to rely on.")
    return told


def rule_of(threshold: Threshold) -> str:
    """How it was chosen."""
    if threshold.precise:
        return f"the lowest with a negative precision of at least {LEAST_PRECISION:.0%}".replace("%", " %")
    return f"the best F1, since none has a negative precision of {LEAST_PRECISION:.0%}".replace("%", " %")


def _scores(scores: Scores) -> dict[str, Any]:
    limit = scores.threshold
    return {
        "n": scores.n,
        "labels": dict(zip(_CLASSES, scores.largest.table.sum(axis=1).tolist(), strict=True)),
        "two_classes": scores.two_classes,
        **_decided(scores.largest),
        **_estimate("negative_recall", scores.negative_recall),
        **_estimate("negative_precision", scores.negative_precision),
        "calibration_error": round(scores.calibration_error, DIGITS),
        "brier_score": round(scores.brier_score, DIGITS),
        "unsure": round(scores.unsure, DIGITS),
        "suggested_threshold": limit.value if limit else None,
        "suggested_threshold_rule": rule_of(limit) if limit else None,
        "suggested_threshold_recall": round(limit.recall, DIGITS) if limit else None,
        "suggested_threshold_precision": round(limit.precision, DIGITS) if limit else None,
        "as_labelled": _decided(scores.labelled),
    }


def _decided(decided: Decided) -> dict[str, Any]:
    rows = decided.table.tolist()
    return {
        **_estimate("accuracy", decided.accuracy),
        **_estimate("macro_f1", decided.macro_f1),
        **_estimate("macro_recall", decided.macro_recall),
        "confusion": {truth: dict(zip(_CLASSES, row, strict=True)) for truth, row in zip(_CLASSES, rows, strict=True)},
    }


def _estimate(name: str, estimate: Estimate | None) -> dict[str, Any]:
    if estimate is None:
        return {name: None, f"{name}_interval": None}
    interval = [round(estimate.low, DIGITS), round(estimate.high, DIGITS)]
    return {name: round(estimate.value, DIGITS), f"{name}_interval": interval}
