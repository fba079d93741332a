"""`emberwatch run` with a model that dies of one text, for the tests of poison: `python -m tests.faults.poisoned`."""

import ctypes
import sys
from collections.abc import Sequence
from pathlib import Path

from monitor.guardian import guarded

POISON = "poison"
WAIT_SECONDS = 0.1


def die(texts: Sequence[str]) -> None:
    """End this process by a segmentation fault, as a broken native library does."""
    if any(POISON in text for text in texts):
        ctypes.string_at(0)


def work() -> None:
    """The monitor, with the model in its only seam."""
    from monitor.cli import main
    from monitor.jobs import analyse
    from tests.fakes import FakeAssessor
    from tests.faults.scenes import settings_of

    settings_of(Path(sys.argv[-1]).parent)  # sets the secrets that the config names
    analyse.prepare = lambda _settings: FakeAssessor(die)  # type: ignore[assignment,return-value]
    main()


if __name__ == "__main__":
    guarded(work, WAIT_SECONDS)
