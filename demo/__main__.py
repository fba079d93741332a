"""`python -m demo`: the shop, the monitor and a complaint, on this machine and with nothing else."""

import argparse
import signal
import sys
from datetime import timedelta
from pathlib import Path
from types import FrameType

from rich.console import Console

from demo.story import Demo
from monitor.clock import utcnow


def main(words: list[str] | None = None) -> int:
    options = _options(words)
    started_at = utcnow()
    demo = Demo(
        seed=options.seed,
        start_after=timedelta(seconds=options.start_after),
        speed=options.speed,
        config=options.config,
        folder=options.folder / started_at.strftime("%Y%m%d-%H%M%S-%f"),
        dashboard=options.dashboard,
        screen=Console(),
        started_at=started_at,
    )

    def stop(_number: int, _frame: FrameType | None) -> None:
        demo.stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # the last: the terminal was closed
        signal.signal(number, stop)
    return demo.run(watched=sys.stdin.isatty() and sys.stdout.isatty())


def _options(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--seed", type=int, default=7, help="another seed, other texts and times")
    parser.add_argument("--start-after", type=float, default=45, metavar="SECONDS", help="when the complaint begins")
    parser.add_argument(
        "--speed", type=_speed, default=1.0, help="how many times as fast the complaint begins and spreads"
    )
    parser.add_argument("--config", type=Path, default=Path("config.yaml"), help="the config file")
    parser.add_argument("--folder", type=Path, default=Path("var/demo"), help="where each run gets a folder")
    parser.add_argument("--dashboard", action=argparse.BooleanOptionalAction, default=True)
    return parser.parse_args(words)


def _speed(text: str) -> float:
    value = float(text)
    if not 0.1 <= value <= 100:
        raise argparse.ArgumentTypeError("must be between 0.1 and 100")
    return value


if __name__ == "__main__":
    sys.exit(main())
