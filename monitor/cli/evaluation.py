"""The command that measures: how well texts are read, on a labelled file of the operator's own."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from monitor import evaluation
from monitor.analysis.options import AnalysisOptions
from monitor.analysis.scores import Estimate, Scores
from monitor.cli import screen
from monitor.cli.frame import CONFIG, AsJson, ConfigFile, app, bar, err, out, set_up_log
from monitor.config import load_settings
from monitor.evaluation import LEAST_ROWS, Columns, Evaluation
from monitor.facts import Sentiment

_CLASSES = tuple(str(one) for one in Sentiment)


@app.command()
def evaluate(
    file: Annotated[
        str, typer.Argument(help="CSV or JSON lines with text, label and perhaps lang; - reads from a pipe.")
    ],
    config: ConfigFile = CONFIG,
    label: Annotated[
        list[str] | None, typer.Option(metavar="WORD=MEANING", help="Such as mixed=neutral or spam=skip; repeat it.")
    ] = None,
    text_column: Annotated[str, typer.Option(help="The name of the column with the text.")] = "text",
    label_column: Annotated[str, typer.Option(help="The name of the column with the label.")] = "label",
    lang_column: Annotated[str, typer.Option(help="The name of the column with the language.")] = "lang",
    rows: Annotated[int | None, typer.Option(min=1, help="Read at most so many, evenly spaced over the file.")] = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave bad lines out and count them.")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure how well the texts of a labelled file are read."""
    from monitor.analysis.assess import load_assessor

    set_up_log()
    columns = Columns(text_column, label_column, lang_column)
    options = _options(config)
    meant = evaluation.told(label or ())
    with evaluation.opened(file) as source:
        with err.status("looking through the file …") if err.is_terminal else nullcontext():
            found = evaluation.survey(source, columns, meant, skip_bad=skip_bad)
        assessor = load_assessor(options)
        figures = evaluation.evaluate(source, found, assessor, most=rows, progress=bar)
    if as_json:
        print(json.dumps(evaluation.as_json(figures), ensure_ascii=False))
        return
    for part in shown(figures):
        out.print(part, soft_wrap=not isinstance(part, Table), highlight=False)


def _options(config: Path) -> AnalysisOptions:
    """The configured model; the built-in one where there is no config."""
    if config == CONFIG and not config.exists():
        err.print("no config.yaml here: the built-in model is used", highlight=False)
        return AnalysisOptions()
    return load_settings(config).analysis


def shown(figures: Evaluation) -> Iterator[RenderableType]:
    """The evaluation as people read it."""
    count = f"{figures.whole.n:,} text{'s' if figures.whole.n != 1 else ''}"
    yield Text(screen.clean(f"{figures.file}: {count}, read by {figures.model} {figures.version}"), style="bold")
    yield "In %, with the 95 % interval; by the largest probability where nothing else is said:"
    yield _whole(figures.whole)
    yield f"\nBy language, those with {LEAST_ROWS} texts or more:"
    yield _languages(figures)
    yield "\nRows: as labelled in the file; columns: as read, by the largest probability and by the label given:"
    yield _confusion(figures.whole)
    yield ""
    for sentence in _sentences(figures):
        yield Text(screen.clean(sentence))


def _whole(scores: Scores) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for name, justify in (("", "left"), ("", "right"), ("from", "right"), ("to", "right")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    decided, labelled = scores.largest, scores.labelled
    estimates = {
        "accuracy": decided.accuracy,
        "macro-F1": decided.macro_f1,
        "macro recall": decided.macro_recall,
        "accuracy of the labels given": labelled.accuracy,
        "macro-F1 of the labels given": labelled.macro_f1,
        "negative recall, shipped threshold": scores.negative_recall,
        "negative precision, shipped threshold": scores.negative_precision,
    }
    for name, estimate in estimates.items():
        table.add_row(name, *_cells(estimate))
    table.add_row("calibration error", _percent(scores.calibration_error))
    table.add_row("marked unsure", _percent(scores.unsure))
    return table


def _languages(figures: Evaluation) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    heads = (
        "n",
        "accuracy",
        "macro-F1",
        "negative\nrecall",
        "negative\nprecision",
        "calibr.\nerror",
        "unsure",
        "suggested\nthreshold",
    )
    table.add_column("")
    for name in heads:
        table.add_column(name, justify="right")
    for code, scores in figures.by_language.items():
        if scores.n >= LEAST_ROWS:
            table.add_row(Text(screen.clean(code)), *_language_cells(scores))
    return table


def _language_cells(scores: Scores) -> list[str]:
    decided, limit = scores.largest, scores.threshold
    values = (decided.accuracy, decided.macro_f1, scores.negative_recall, scores.negative_precision)
    return [
        f"{scores.n:,}",
        *(_percent(estimate.value) if estimate else "-" for estimate in values),
        _percent(scores.calibration_error),
        _percent(scores.unsure),
        f"{limit.value:.2f}" if limit else "-",
    ]


def _confusion(scores: Scores) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("")
    for way in ("largest", "label"):
        for name in _CLASSES:
            table.add_column(f"{way}\n{name}", justify="right")
    both = zip(_CLASSES, scores.largest.table.tolist(), scores.labelled.table.tolist(), strict=True)
    for name, largest, label in both:
        table.add_row(name, *(f"{number:,}" for number in (*largest, *label)))
    return table


def _sentences(figures: Evaluation) -> Iterator[str]:
    small = [scores.n for scores in figures.by_language.values() if scores.n < LEAST_ROWS]
    if small:
        yield f"{len(small)} more languages with {sum(small):,} texts, fewer than {LEAST_ROWS} each: see --json."
    if (worst := figures.worst_language) and len(figures.by_language) > 1:
        macro_f1 = figures.by_language[worst].largest.macro_f1
        yield f"Worst language: {worst}, macro-F1 {_percent(macro_f1.value)} %."
    if limit := figures.whole.threshold:
        yield (
            f"Suggested threshold of P(negative): {limit.value:.2f}, {evaluation.rule_of(limit)}: "
            f"recall {_percent(limit.recall)} %, precision {_percent(limit.precision)} % on these texts."
        )
    yield from evaluation.notes(figures)
    found = figures.survey
    if found.left_out:
        yield f"{found.left_out:,} rows left out, as told with --label."
    if found.bad:
        kinds = ", ".join(f"{number:,} {kind}" for kind, number in found.bad.items())
        yield f"{sum(found.bad.values()):,} bad rows left out ({kinds}), the first: "
        yield from (f"  {evaluation.told_bad(bad)}" for bad in found.first_bad)


def _cells(estimate: Estimate | None) -> tuple[str, str, str]:
    if estimate is None:
        return "-", "", ""
    return _percent(estimate.value), _percent(estimate.low), _percent(estimate.high)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
