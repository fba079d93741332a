"""The wish to stop of a process that stays: SIGTERM and Ctrl-C."""

import signal
import threading
import time
from types import FrameType

SAME_WISH_SECONDS = 1.0


class Stop:
    """Turns SIGTERM and Ctrl-C into a wish to stop; a second one leaves at once.

    A second one within a second is the same wish: a service manager tells all processes of a service, and the guardian
    hands on what it hears.
    """

    def __init__(self) -> None:
        self._event = threading.Event()
        self._heard_at = 0.0

    def listen(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._heard)

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        if self._event.is_set() and time.monotonic() - self._heard_at > SAME_WISH_SECONDS:
            raise SystemExit(128 + number)
        if not self._event.is_set():
            self._heard_at = time.monotonic()
        self._event.set()

    def __call__(self) -> bool:
        return self._event.is_set()

    def set(self) -> None:
        self._event.set()

    def wait(self, seconds: float) -> None:
        self._event.wait(seconds)
