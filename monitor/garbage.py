"""When a process that stays looks for garbage: seldom, and never through what it has loaded to keep."""

import gc

AFTER = 20_000
"""Objects made and still held before Python looks: thousands of texts are no garbage while they are looked at."""


def settle() -> None:
    """Once all is loaded that stays to the end: with Python's own 700 a look at a brand takes twice the processor."""
    gc.freeze()
    gc.set_threshold(AFTER)
