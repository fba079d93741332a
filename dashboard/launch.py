"""Starts the dashboard's server: Streamlit as its own process, on this machine only unless people log in."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from dashboard import secret_file
from dashboard.data.opening import CONFIG_VARIABLE
from monitor.config import Settings
from monitor.errors import ConfigError
from monitor.web import LOOPBACK

SERVED = Path(__file__).parent / "server" / "served.py"

OPTIONS = {
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "server.runOnSave": "false",
    "server.enableCORS": "true",
    "server.enableXsrfProtection": "true",
    "server.baseUrlPath": "",
    "server.trustedUserHeaders": "{}",
    "server.enableAgentApi": "false",
    "server.enableStaticServing": "false",
    "server.scriptHealthCheckEnabled": "false",
    "server.maxUploadSize": "0",
    "runner.postScriptGC": "false",  # else all objects are searched after each look, and nobody is served meanwhile
    "browser.gatherUsageStats": "false",
    "logger.hideWelcomeMessage": "true",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "type",
    "client.showErrorLinks": "false",
    "theme.base": "light",
    "theme.primaryColor": "#c2410c",
    "theme.backgroundColor": "#faf8f5",
    "theme.secondaryBackgroundColor": "#ffffff",
    "theme.textColor": "#292524",
    "theme.linkColor": "#9a3412",
    "theme.borderColor": "#e4ddd3",
    "theme.showWidgetBorder": "true",
    "theme.baseRadius": "8px",
    "theme.baseFontSize": "15",
    "theme.font": '"Source Sans", "Noto Sans Telugu", "Noto Sans Arabic", sans-serif',
}
"""Streamlit's settings, given as flags so that no file of the user's changes them."""


def command(settings: Settings) -> list[str]:
    """The command line of the server; ConfigError where others reach it and nobody asks who they are."""
    _refuse_open(settings)
    host, port = settings.dashboard.host, settings.dashboard.port
    flags = {
        **OPTIONS,
        "server.address": host,
        "server.port": str(port),
        "browser.serverAddress": host,
        "secrets.files": str(secret_file.path_for(settings)),
    }
    words = [f"--{name}={value}" for name, value in flags.items()]
    words += [f"--server.allowedHosts={name}" for name in hosts(settings)]
    return [sys.executable, "-m", "streamlit", "run", str(SERVED), *words]


def hosts(settings: Settings) -> tuple[str, ...]:
    """The names by which people may ask for the dashboard.

    A page elsewhere that leads a browser here under a name of its own must not reach it.
    """
    return tuple(dict.fromkeys((*LOOPBACK, urlsplit(settings.dashboard.link).hostname or "localhost")))


def _refuse_open(settings: Settings) -> None:
    own = settings.dashboard
    if own.host not in LOOPBACK and own.login is None:
        raise ConfigError(
            f"dashboard.host: {own.host!r} is refused: without a login it is for this machine only; "
            "set dashboard.login (docs/operating.md says how)"
        )
    if own.is_open:
        raise ConfigError(
            f"dashboard.url: {own.url!r} is refused: others reach the dashboard there, and nobody asks who they are; "
            "set dashboard.login (docs/operating.md says how), or dashboard.proxy_login: true where your proxy asks"
        )


def environment(config_path: Path) -> dict[str, str]:
    """Our own, with the place of the config, and with this package where Python looks for it."""
    found = os.pathsep.join(filter(None, [str(SERVED.parents[2]), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, CONFIG_VARIABLE: str(config_path.resolve()), "PYTHONPATH": found}


def serve(settings: Settings, config_path: Path) -> subprocess.Popen[bytes]:
    """Start the server as its own process; the caller ends it."""
    words = command(settings)
    secret_file.write(settings)
    return subprocess.Popen(words, env=environment(config_path))
