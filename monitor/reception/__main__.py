"""`python -m monitor.reception --config FILE`: the reception as a process of its own."""

import argparse
import sys
from pathlib import Path

from monitor import log, secret
from monitor.errors import MonitorError
from monitor.parent import end_with_parent
from monitor.reception.server import serve


def main() -> None:
    """Serve until asked to stop; errors that people can mend are said without a traceback."""
    parser = argparse.ArgumentParser(prog="python -m monitor.reception")
    parser.add_argument("--config", type=Path, default=Path("config.yaml"), help="the config file")
    path = parser.parse_args().config
    end_with_parent()
    log.set_up(hide=secret.hide)
    log.catch_all()
    try:
        serve(path)
    except MonitorError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from error


if __name__ == "__main__":
    main()
