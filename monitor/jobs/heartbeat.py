"""Asks an address while all is well, so that something else notices when the monitor dies; part of the loop."""

from datetime import datetime
from threading import Thread
from urllib.parse import urlsplit, urlunsplit

from monitor.config import HeartbeatOptions
from monitor.log import get_logger
from monitor.web import NoAnswer, ask

log = get_logger(__name__)


class Heartbeat:
    """The sign of life of `emberwatch run`. It never delays the loop: a thread of its own asks, one at a time."""

    def __init__(self, options: HeartbeatOptions | None) -> None:
        self._options = options
        self._asked_at: datetime | None = None
        self._asking: Thread | None = None
        self._unheard = False

    def beat(self, *, well: bool, now: datetime) -> None:
        """Ask if it is time to: the address when all is well, its `/fail` (or nothing) when it is not."""
        options = self._options
        if options is None or not self._is_due(options, now) or (not well and options.when_failing == "silent"):
            return
        if self._asking is not None and self._asking.is_alive():
            return
        self._asked_at = now
        self._asking = Thread(target=self._ask, args=(options, well), name="heartbeat", daemon=True)
        try:
            self._asking.start()
        except RuntimeError:  # the machine has no thread left: the loop goes on
            self._asking = None
            self._note("was not asked: no thread could be started")

    def _is_due(self, options: HeartbeatOptions, now: datetime) -> bool:
        """Also when the clock was set back since the last time."""
        return self._asked_at is None or now < self._asked_at or now - self._asked_at >= options.every

    def _ask(self, options: HeartbeatOptions, well: bool) -> None:
        url = options.url.get_secret_value()
        try:
            answer = ask("GET", url if well else failing(url), timeout=options.timeout, private=True, headers=_HEADERS)
            self._note("" if 200 <= answer.status < 300 else f"answered {answer.status}")
        except NoAnswer as error:
            self._note(str(error))

    def _note(self, trouble: str) -> None:
        """Log the first of the failures in a row, and that they are over; never the address, who knows it can ask."""
        if trouble and not self._unheard:
            log.warning("heartbeat not heard", error=f"the heartbeat's address {trouble}")
        elif self._unheard and not trouble:
            log.info("heartbeat heard again")
        self._unheard = bool(trouble)


_HEADERS = {"User-Agent": "Emberwatch"}


def failing(url: str) -> str:
    """The address by which Healthchecks hears of a failure: `/fail` after the path."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/fail"))
