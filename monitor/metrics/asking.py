"""Asks what may hang, such as a database behind a cut cable, so that who wants to know waits for a moment only."""

from collections.abc import Callable
from threading import Lock, Thread
from time import monotonic
from typing import Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError

T = TypeVar("T")


class Asking(Generic[T]):
    """One question, asked once at a time however many want to know; its answer is good for a while."""

    def __init__(self, question: Callable[[], T], *, good_for_seconds: float, patience_seconds: float) -> None:
        self._question = question
        self._good_for_seconds = good_for_seconds
        self._patience_seconds = patience_seconds
        self._lock = Lock()
        self._answer: tuple[float, T | None] | None = None  # when it came, and None when it was an error
        self._thread: Thread | None = None

    def __call__(self) -> T | None:
        """The answer; None when the database does not give one, or not in time."""
        with self._lock:
            known = self._known()
            if known is not None:
                return known[1]
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._ask, name="metrics look", daemon=True)
                self._thread.start()
            thread = self._thread
        thread.join(self._patience_seconds)
        known = self._known()
        return known[1] if known is not None else None

    def _known(self) -> tuple[float, T | None] | None:
        answer = self._answer
        return answer if answer is not None and monotonic() - answer[0] <= self._good_for_seconds else None

    def _ask(self) -> None:
        found: T | None = None
        try:
            found = self._question()
        except (SQLAlchemyError, ImportError):  # ImportError: the driver of the address is not installed
            found = None
        finally:
            self._answer = (monotonic(), found)
