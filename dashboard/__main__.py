"""`python -m dashboard --config FILE`: becomes the dashboard's server."""

import argparse
import os
import sys
from pathlib import Path

from dashboard import secret_file
from dashboard.data.opening import config_path
from dashboard.launch import command, environment
from monitor.config import load_settings
from monitor.errors import ConfigError
from monitor.parent import end_with_parent


def main() -> None:
    """Read the settings and turn into the server, so that signals reach it."""
    parser = argparse.ArgumentParser(prog="python -m dashboard")
    parser.add_argument("--config", type=Path, default=config_path(), help="the config file")
    path = parser.parse_args().config
    end_with_parent()
    try:
        settings = load_settings(path)
        words = command(settings)
        secret_file.write(settings)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from error
    os.execve(words[0], words, environment(path))  # noqa: S606 (no shell is wanted)


if __name__ == "__main__":
    main()
