"""Starts the dashboard's server: Streamlit as its own process, bound to this machine only."""

import os
import subprocess
import sys
from pathlib import Path

from dashboard.data.opening import CONFIG_VARIABLE
from monitor.config import LOOPBACK, Settings
from monitor.errors import ConfigError

APP = Path(__file__).with_name("app.py")

OPTIONS = {
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "server.runOnSave": "false",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "type",
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
}
"""Streamlit's settings, given as flags so that no file of the user's changes them."""


def command(settings: Settings) -> list[str]:
    """The command line of the server; ConfigError unless it listens on this machine only."""
    host, port = settings.dashboard.host, settings.dashboard.port
    if host not in LOOPBACK:
        raise ConfigError(f"dashboard.host: {host!r} is refused: there is no login yet")
    flags = {**OPTIONS, "server.address": host, "server.port": str(port), "browser.serverAddress": host}
    return [
        sys.executable, "-m", "streamlit", "run", str(APP), *(f"--{name}={value}" for name, value in flags.items()),
    ]  # fmt: skip


def environment(config_path: Path) -> dict[str, str]:
    """Our own, with the place of the config, and with this package where Python looks for it."""
    found = os.pathsep.join(filter(None, [str(APP.parent.parent), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, CONFIG_VARIABLE: str(config_path.resolve()), "PYTHONPATH": found}


def serve(settings: Settings, config_path: Path) -> subprocess.Popen[bytes]:
    """Start the server as its own process; the caller ends it."""
    return subprocess.Popen(command(settings), env=environment(config_path))
