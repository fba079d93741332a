"""The file by which the server hears of the login: in a folder of ours alone, readable by nobody else at any moment."""

import json
import os
import re
import stat
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from monitor.config import Settings
from monitor.config.login import LoginOptions
from monitor.errors import ConfigError

_OTHERS = 0o077


def path_for(settings: Settings) -> Path:
    """Where the file of this dashboard is, or would be: one for each address that somebody listens at."""
    name = re.sub(r"[^0-9a-z]+", "-", f"{settings.dashboard.host} {settings.dashboard.port}".lower())
    return _folder() / f"login-{name.strip('-')}.toml"


def write(settings: Settings) -> None:
    """Put the login there in the place of an older one; without a login, nothing stays there."""
    path, options = path_for(settings), settings.dashboard.login
    if options is None:
        path.unlink(missing_ok=True)
        return
    made = path.with_suffix(f".{os.getpid()}")
    made.unlink(missing_ok=True)
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(_toml(options, settings.dashboard.link))
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def take(settings: Settings) -> dict[str, Any]:
    """What the file says, which is gone after that; empty without one.

    Streamlit would look at the file again and again, and end all logins when it is not there any more: temporary files
    are cleared away, and a second dashboard that is started by mistake writes and removes its own in the same place.
    """
    path = path_for(settings)
    try:
        said = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    path.unlink(missing_ok=True)
    return tomllib.loads(said)


def _folder() -> Path:
    """A folder that is ours alone; ConfigError when somebody else made one in its place.

    In the runtime folder of the user, which is in memory and gone at their logout, or else among temporary files.
    """
    place = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    folder = place / f"emberwatch-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        raise ConfigError(f"{folder}: the folder for the login cannot be made: {error.strerror}") from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & _OTHERS:
        raise ConfigError(f"{folder}: others can read it, so no secret is written there: remove it, and start again")
    return folder


def _toml(options: LoginOptions, link: str) -> str:
    """The section that `st.login` reads."""
    values = {
        "redirect_uri": f"{link}/oauth2callback",
        "cookie_secret": options.cookie_secret.get_secret_value(),
        "client_id": options.client_id,
        "client_secret": options.client_secret.get_secret_value(),
        "server_metadata_url": options.server_metadata_url,
    }
    lines = [f"{name} = {_quoted(value)}" for name, value in values.items()]
    scopes = _quoted(" ".join(options.scopes))
    return "\n".join(["[auth]", *lines, f'client_kwargs = {{ scope = {scopes}, prompt = "select_account" }}', ""])


def _quoted(text: str) -> str:
    """A basic string of TOML, which is one of JSON but for one letter."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
