"""A command of Emberwatch with a model that knows a few words, so that a process is up in a moment after a kill.

python -m tests.faults.played run --config FILE
"""

import sys
from collections.abc import Callable

from monitor.guardian import guarded

WAIT_SECONDS = 0.1
"""Before a dead one is started again; doubled each time, as always."""


def work() -> None:
    """The command, with the model in its only seam."""
    from monitor.cli import main
    from monitor.jobs import analyse
    from tests.fakes import FakeAssessor

    analyse.prepare = lambda _settings: FakeAssessor()  # type: ignore[assignment,return-value]
    main()


def play(command: Callable[[], None]) -> None:
    """As the real command does, some are guarded."""
    if sys.argv[1:2] in (["run"], ["worker"]):
        guarded(command, WAIT_SECONDS)
    else:
        command()


if __name__ == "__main__":
    play(work)
