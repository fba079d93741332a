"""The command that lists the places: what can be read, what is refused and why, and what hosts said to us."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.text import Text

from monitor.cli import screen
from monitor.cli.frame import CONFIG, AsJson, ConfigFile, app, out
from monitor.clock import utcnow
from monitor.config import Settings, load_settings
from monitor.doctor import ledger
from monitor.store.database import file_of, open_database, schema_of, session_of

VERDICTS = {
    "open": "Read without keys",
    "keyed": "Read with a key or an account",
    "off": "Off until switched on in the source's params (switched_on: true)",
}
_SAID = ("needs", "limits", "terms", "agreement", "why", "instead", "unverified")


@app.command()
def sources(config: ConfigFile = CONFIG, as_json: AsJson = False) -> None:
    """List the places that can be read, with needs and limits, those that are refused, and what our hosts said."""
    settings = load_settings(config) if config.exists() else None
    listed = ledger.kinds()
    lines = _configured(settings) if settings is not None else []
    if as_json:
        known = [asdict(line) for line in lines]
        print(json.dumps({**listed, "sources": known}, ensure_ascii=False, default=_plain))
        return
    agreed = [kind["kind"] for kind in listed["kinds"] if kind.get("agreement")]
    for text in _told(listed, [line for one in lines for line in ledger.in_words(one, agreed)], config):
        out.print(Text(screen.clean(text)), soft_wrap=True)


def _configured(settings: Settings) -> list[ledger.SourceLine]:
    """With what the database knows, when there is one of this version."""
    now, file = utcnow(), file_of(settings.database.url)
    if file is not None and not file.exists():
        return ledger.configured(None, settings, now)
    engine = open_database(settings.database.url)
    try:
        if not schema_of(engine).is_current:
            return ledger.configured(None, settings, now)
        with session_of(engine) as session:
            return ledger.configured(session, settings, now)
    finally:
        engine.dispose()


def _told(listed: dict[str, Any], configured: list[str], config: Path) -> Iterator[str]:
    for verdict, heading in VERDICTS.items():
        kinds = [kind for kind in listed["kinds"] if kind["verdict"] == verdict]
        yield from _group(heading, [(kind["kind"], kind["summary"], kind) for kind in kinds])
    yield from _group("Refused", [(place["name"], "", place) for place in listed["refused"]])
    yield f"Sources of {config}"
    yield from (f"  {line}" for line in configured or ["none"])


def _group(heading: str, places: list[tuple[str, str, dict[str, Any]]]) -> Iterator[str]:
    if not places:
        return
    yield heading
    for name, summary, about in places:
        yield f"  {name}{f': {summary}' if summary else ''}"
        yield from (f"    {word}: {about[word]}" for word in _SAID if about.get(word))
    yield ""


def _plain(value: Any) -> str:
    return str(value.isoformat())
