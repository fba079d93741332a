"""The commands for people's requests: forget a text or a person, and give out all that is stored of somebody."""

import json
import sys
import zipfile
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.frame import CONFIG, AsJson, ConfigFile, app, bar, err, opened, out, set_up_log
from monitor.cli.silences import By, acting
from monitor.clock import utcnow
from monitor.errors import ConfigError
from monitor.store.database import session_of

Said = Annotated[
    str,
    typer.Argument(
        metavar="AUTHOR|URL",
        help="`author 3f9c2a` as pages show it, or more of the hash, a name as shown, id@host, or an address.",
    ),
]
Every = Annotated[bool, typer.Option("--every", help="All that are known by it, where several are.")]


@app.command()
def forget(
    said: Said,
    config: ConfigFile = CONFIG,
    author: Annotated[bool, typer.Option("--author", help="Of an address: everything of who wrote there.")] = False,
    every: Every = False,
    copies: Annotated[bool, typer.Option("--copies", help="Also what others repeated word for word.")] = False,
    notes: Annotated[bool, typer.Option("--notes", help="Also all that the team noted in the cases.")] = False,
    only_past: Annotated[bool, typer.Option("--only-past", help="Keep what they write from now on.")] = False,
    compact: Annotated[bool, typer.Option("--compact", help="SQLite: then write the file anew, with no rest.")] = False,
    dry: Annotated[bool, typer.Option("--dry-run", help="Say what would be taken away, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Forget a text or an author for good, everywhere; counts stay, and no crawl brings it back."""
    from monitor.jobs.answer import forgetting
    from monitor.jobs.context import Context

    set_up_log()
    asked = forgetting.Asked(said, author, every, copies, notes, only_past)
    with opened(config) as (settings, engine), session_of(engine) as session:
        context = Context(settings, session, utcnow(), config, progress=bar)
        if not dry and not yes:
            _ask(forgetting.forget(context, asked, acting(by), dry=True).as_dict())
        told = forgetting.forget(context, asked, acting(by), dry=dry).as_dict()
        if told["reports"] and not dry:
            told["report_files"] = forgetting.write_reports(context)
        session.close()
        if compact and not dry:
            forgetting.compact(engine)
    _show(told, as_json)


def _ask(would: dict[str, Any]) -> None:
    _show(would, as_json=False)
    if not sys.stdin.isatty():
        raise ConfigError("--yes: say it where nobody can be asked; nothing was changed")
    typer.confirm("Forget this for good?", abort=True, err=True)


def _show(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(told, ensure_ascii=False, default=str))
        return
    did = "would be forgotten" if told["dry"] else "forgotten"
    out.print(f"{told['texts']:,} texts and {told['authors']:,} authors {did}", highlight=False)
    lines = {
        "other rows without their traces": ", ".join(f"{name} {number:,}" for name, number in told["rows"].items()),
        "cases whose notes a person should read": ", ".join(map(str, told["cases"])),
        "copies by others that stay (see --copies)": told["copies_of_others"] or "",
        "reports without their words": ", ".join(map(str, told["reports"])),
        "our answers that stand in public": ", ".join(told["answers_in_public"]),
        "messages that are out and cannot be called back": ", ".join(
            f"{one['channel']} {one['sent_at']:%Y-%m-%d %H:%M} (alert {one['alert']})" for one in told["messages_sent"]
        ),
    }
    for words, value in lines.items():
        if value:
            out.print(f"  {words}: {value}", markup=False, highlight=False)
    if told["reports"] and not told["dry"]:
        words = "their files: written anew here, and by the next job `report` on the machine that runs it"
        out.print(f"  {words}", highlight=False, soft_wrap=True)
    if not told["dry"]:
        words = "backups, logs, exports that were made, reports on other machines, mail in the mailboxes of doors"
        out.print(f"  out of reach: {words}", soft_wrap=True)


@app.command()
def person(
    said: Said,
    to: Annotated[str, typer.Option("--out", metavar="FILE", help="A file that ends in .json or .zip.")],
    config: ConfigFile = CONFIG,
    every: Every = False,
    by: By = "",
) -> None:
    """Give out all that is stored about a person, for them to read: texts, readings, cases, answers, who was told."""
    from monitor.jobs.answer import forgetting

    set_up_log()
    path = Path(to)
    if path.suffix not in (".json", ".zip"):
        raise ConfigError(f"--out: {path.name} ends in neither .json nor .zip")
    with opened(config) as (_settings, engine), session_of(engine) as session:
        found = forgetting.person(session, said, acting(by), utcnow(), every=every)
    _write(path, json.dumps(found, ensure_ascii=False, indent=2, default=str))
    rows = sum(len(table["rows"]) for table in found["tables"].values())
    err.print(f"{rows:,} rows of {len(found['tables'])} tables", highlight=False)


def _write(path: Path, text: str) -> None:
    try:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as box:
                box.writestr("person.json", text)
        else:
            path.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"--out: {path} cannot be written: {error.strerror or error}") from error
