"""Writes the first config of a brand: commented, with sources that need no key, valid as it stands."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from monitor.config import load_settings
from monitor.errors import ConfigError
from monitor.first_config.answering import accounts, dashboard, service
from monitor.first_config.answers import Answers, Mail
from monitor.first_config.channels import channels, telling
from monitor.first_config.examples import doors, examples, refused
from monitor.first_config.places import places
from monitor.first_config.quoting import quoted, word
from monitor.first_config.site import Site, private_host

__all__ = ["Answers", "Mail", "Site", "render", "write"]

_HEAD = """\
# What Emberwatch watches, and whom it tells. Made by `emberwatch init`; from here on it is yours: nothing writes to it.
#
# `emberwatch check` says what is wrong, if anything, and what to do. Unknown keys are refused. Durations are written
# 90s, 15m, 2h, 7d. A secret is never written here: {env: NAME} takes it from the environment.
"""


def render(answers: Answers, site: Site | None = None) -> str:
    """The text of the config; `site` is what was found on the brand's own site, if someone looked."""
    parts = [
        _HEAD,
        _brand(answers),
        _sources(answers, site),
        doors(answers),
        channels(answers),
        telling(answers),
        service(answers, site),
        _manners(answers),
        dashboard(),
        _store(answers),
    ]
    return "\n".join(parts)


def _brand(answers: Answers) -> str:
    lines = ["brands:", f"  - id: {word(answers.id)} # stays the same for ever", f"    name: {quoted(answers.brand)}"]
    lines += _names("aliases", answers.aliases, "other ways to write it; capitals, accents and #tags need no entry")
    lines += _names("exclude", answers.exclude, "phrases with the name in them that mean something else")
    lines.append(f"    time_zone: {answers.time_zone} # of the week in reports")
    return "\n".join(lines) + "\n" + accounts(answers)


def _names(key: str, names: Sequence[str], meaning: str) -> list[str]:
    if not names:
        return [f"    {key}: [] # {meaning}"]
    return [f"    {key}: # {meaning}", *(f"      - {quoted(name)}" for name in names)]


def _sources(answers: Answers, site: Site | None) -> str:
    active = [place.written(answers.id) for place in places(answers, site)]
    head = "sources: # each is one place; `every` is how often it is asked: for sites of others 15m or more is polite"
    more = "  # More, to fill in: remove one # in front of each line, put your address, set what {env: NAME} names.\n"
    return "\n\n".join([f"{head}\n{active[0]}", *active[1:], more + examples(answers, site), refused(answers)]) + "\n"


def _manners(answers: Answers) -> str:
    lines = [
        "crawling:",
        f"  contact: {quoted(answers.contact)} # site owners find this in the requests: an address you read",
    ]
    hosts = private_host(answers.site)
    if hosts:
        lines.append(
            f"  allow_private: [{quoted(hosts[0])}] # your site is on a private address; no other may be asked"
        )
    return "\n".join(lines) + "\n"


def _store(answers: Answers) -> str:
    return "\n".join(
        (
            "report:",
            f"  folder: var/{answers.id}-reports",
            "  # channels: [console] # whom the weekly report is sent to; without it, it is only kept",
            "",
            "# heartbeat: # asked while all is well, so that something else notices when this monitor dies",
            "#   url: {env: HEARTBEAT_URL} # of Healthchecks, Uptime Kuma or the like",
            "",
            "database:",
            f"  url: sqlite:///var/{answers.id}.db",
            "",
        )
    )


def write(path: Path, text: str, *, force: bool = False) -> None:
    """Put the config in its place, whole or not at all. ConfigError when a file is there (unless forced) or it is not
    valid."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        part.chmod(0o644)
        load_settings(part)
        _place(part, path, force=force)
    finally:
        part.unlink(missing_ok=True)


def _place(part: Path, path: Path, *, force: bool) -> None:
    """Give the file its name; without force by a link, which never takes the place of a file that is there."""
    try:
        if force:
            part.replace(path)
        else:
            _link(part, path)
    except FileExistsError as error:
        remedy = "choose another name with --out, or replace it with --force"
        raise ConfigError(f"{path} is there already: {remedy}") from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error


def _link(part: Path, path: Path) -> None:
    try:
        path.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        with path.open("x", encoding="utf-8") as file:
            file.write(part.read_text(encoding="utf-8"))
