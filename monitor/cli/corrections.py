"""The command that gives out what people corrected, for measuring and for training."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.frame import CONFIG, ConfigFile, app, err, opened
from monitor.errors import ConfigError
from monitor.store.corrections import Correction
from monitor.store.database import session_of


@app.command()
def corrections(
    config: ConfigFile = CONFIG,
    to: Annotated[str, typer.Option("--out", metavar="FILE", help="A file; standard output when absent.")] = "",
    brand: Annotated[str, typer.Option(help="One brand of the config; all of them when absent.")] = "",
) -> None:
    """Give out what people corrected in the dashboard as JSON lines: text, label, lang, and what the model had said."""
    from monitor.store import corrections as store

    with opened(config) as (settings, engine), session_of(engine) as session:
        if brand and brand not in (known := [one.id for one in settings.brands]):
            raise ConfigError(f'--brand: "{brand}" is not one of {", ".join(known)}')
        redact = settings.redactor
        found = (replace(one, text=redact(one.text)) for one in store.corrections(session, brand))
        lines = [json.dumps(_row(one), ensure_ascii=False) for one in found]
    if to:
        _write(Path(to), lines)
    for line in () if to else lines:
        print(line)
    err.print(f"{len(lines)} {'correction' if len(lines) == 1 else 'corrections'}", highlight=False)


def _write(path: Path, lines: Sequence[str]) -> None:
    try:
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="")
    except OSError as error:
        raise ConfigError(f"--out: {path} cannot be written: {error.strerror}") from error


def _row(one: Correction) -> dict[str, Any]:
    return {
        "text": one.text,
        "label": one.label.value,
        "lang": one.language,
        "was": one.was.value,
        "model": one.model,
        "corrected_by": one.corrected_by,
        "at": one.at.isoformat(timespec="seconds"),
    }
