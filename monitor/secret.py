"""Secrets: given in the config only as `{env: NAME}`, read from the environment, never printed."""

import json
import os
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, quote_plus, urlsplit

from pydantic import BeforeValidator, PlainSerializer, SecretStr

SHORTEST_HIDDEN = 6
"""Letters. A shorter secret would take the words of lines apart, and can be guessed anyway."""
LARGEST_FILE = 65_536
FILE = "_FILE"
"""How the name of a variable ends that names the file where another one's value stands."""


class _Known:
    """All forms of the secrets that this process has read, the longest first; replaced as a whole: threads read it."""

    forms: tuple[str, ...] = ()


def from_environment(name: str) -> str | None:
    """The variable NAME, or what the file holds that NAME_FILE names: so secrets are handed to containers and services.

    None when neither is there, or it is empty; ValueError when the file cannot be read.
    """
    if value := os.environ.get(name):
        return value
    path = os.environ.get(name + FILE)
    if not path:
        return None
    try:
        with Path(path).open(encoding="utf-8") as file:
            return file.read(LARGEST_FILE).rstrip("\r\n") or None
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{name}{FILE}: {path} cannot be read: {type(error).__name__}") from error


def read_secret(value: Any) -> SecretStr:
    """Resolve `{env: NAME}`; plain text and missing variables are refused without showing the value."""
    if isinstance(value, SecretStr):
        return value
    if not (isinstance(value, dict) and set(value) == {"env"} and isinstance(value["env"], str)):
        raise ValueError("a secret must be written as {env: NAME}, not in plain text")
    name = value["env"]
    found = from_environment(name)
    if found is None:
        raise ValueError(f"the environment variable {name} is not set")
    return remember(found)


Secret = Annotated[SecretStr, BeforeValidator(read_secret), PlainSerializer(lambda _: "***", return_type=str)]


def read_hidden(value: Any) -> SecretStr:
    """A text as it stands, or `{env: NAME}`."""
    return remember(value) if isinstance(value, str) else read_secret(value)


Hidden = Annotated[SecretStr, BeforeValidator(read_hidden), PlainSerializer(lambda _: "***", return_type=str)]
"""What need not be a secret and may hold one, such as an address with a token in its path: never printed either."""


def remember(value: str) -> SecretStr:
    """Keep a secret in mind, so that `hide` knows it wherever it turns up."""
    forms = {form for part in _parts(value) for form in (part, quote(part, safe=""), quote_plus(part), _in_json(part))}
    found = {*_Known.forms, *(form for form in forms if len(form) >= SHORTEST_HIDDEN)}
    _Known.forms = tuple(sorted(found, key=lambda form: (-len(form), form)))
    return SecretStr(value)


def hide(text: str) -> str:
    """The text with `***` in the place of every secret that this process has read.

    The last line of defence: errors of libraries quote addresses and answers, and nobody knows all of them.
    """
    for form in _Known.forms:
        if form in text:
            text = text.replace(form, "***")
    return text


def _parts(value: str) -> list[str]:
    """The whole, and of an address what may be a secret in it: errors quote it without its host, or in pieces."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return [value]
    if not parts.netloc:
        return [value]
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    pieces = [piece for piece in parts.path.split("/") if len(piece) >= 2 * SHORTEST_HIDDEN]
    return [value, parts.password or "", path if len(path) > SHORTEST_HIDDEN + 2 else "", *pieces]


def _in_json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]
