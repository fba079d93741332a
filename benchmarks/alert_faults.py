"""What becomes of alerts when things break: a sender that is killed, and a day without any receiver.

    python -m benchmarks.alert_faults kills --alerts 10000 --kills 10
    python -m benchmarks.alert_faults outage --hours 24 --incidents 60

`kills`: alerts, each to be told alone, at a receiver that refuses every other message, while the sending process is
killed (kill -9) at random moments. The receiver counts what each message stands for: lost, and taken twice.
`outage`: no receiver answers while incidents open, get worse and end; then all are back. Counted are the messages that
each channel got, and what became of every alert.

The job is the real one, its receivers are on this machine; only time is handed in, so that retries need no hours.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session, col, select

from benchmarks.alert_outage import outage, print_outage
from benchmarks.alert_scene import (
    BRANDS,
    MINUTE,
    START,
    Receiver,
    database,
    half_the_time,
    http_receiver,
    open_incident,
    settings_of,
    webhook,
)
from monitor.jobs import alert
from monitor.jobs.context import Context
from monitor.log import set_up
from monitor.models import Alert, AlertState, IncidentChange
from monitor.store.database import open_database, session_of

RESTART = timedelta(seconds=5)
"""After a kill; a minute each would make them late, and what is late goes out as one message: too easy."""
_OWED = (AlertState.PENDING, AlertState.SENDING)


@dataclass(frozen=True, slots=True)
class Delivered:
    """Of so many alerts: lost, taken more than once, and messages that came twice under the same key."""

    alerts: int
    lost: int
    twice: int
    messages_twice: int
    refused: int
    killed: int
    seconds: float


def kills(folder: Path, alerts: int, number: int, seed: int = 7) -> Delivered:
    """Send them all, with so many kills of the sending process between the first and the last."""
    chance, refuses, refused = random.Random(seed), half_the_time(seed), [0]

    def counted() -> bool:
        answer = refuses()
        refused[0] += answer
        return answer

    began = time.monotonic()
    with database(folder) as engine, http_receiver() as receiver:
        receiver.refuses = counted
        with session_of(engine) as session:
            for turn in range(alerts):
                open_incident(session, turn % BRANDS + 1, START)
            session.commit()
        now, killed = START, 0
        for share in (*range(1, number + 1), None):
            sender = _sender(folder, receiver.port, now)
            if share is not None:
                killed += _killed(sender, receiver, alerts * share // (number + 2), chance.uniform(0, 0.05))
            sender.wait()
            now = datetime.fromisoformat((folder / "now.txt").read_text()) + RESTART
        with session_of(engine) as session:
            expected = set(session.exec(select(Alert.key)))
    items = Counter(item for message in receiver.taken for item in message.items)
    messages = Counter(message.key for message in receiver.taken)
    return Delivered(
        alerts=len(expected),
        lost=len(expected - items.keys()),
        twice=sum(times > 1 for times in items.values()),
        messages_twice=sum(times > 1 for times in messages.values()),
        refused=refused[0],
        killed=killed,
        seconds=time.monotonic() - began,
    )


def _sender(folder: Path, port: int, now: datetime) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "benchmarks.alert_faults", "send", str(folder), str(port), now.isoformat()]
    with (folder / "log.txt").open("a") as log:
        return subprocess.Popen(command, stderr=log, stdout=log)


def _killed(sender: subprocess.Popen[bytes], receiver: Receiver, after: int, seconds: float) -> bool:
    """Kill it once so many messages were taken, at any point of what it does then; False when it was done before."""
    while len(receiver.taken) < after and sender.poll() is None:
        time.sleep(0.002)
    time.sleep(seconds)
    if sender.poll() is None:
        sender.send_signal(signal.SIGKILL)
    return sender.wait() == -signal.SIGKILL


def send(folder: Path, port: int, now: datetime) -> None:
    """The process that is killed: the alert job, a minute of handed-in time after the other, until nothing is owed."""
    url = f"sqlite:///{folder / 'bench.db'}"
    settings = settings_of(url, [webhook("hook", port)], ["hook"], interval="0s", cooldown="0s")
    engine, owed = open_database(url), True
    while owed:
        (folder / "now.txt").write_text(now.isoformat())
        with session_of(engine) as session:
            alert.run(Context(settings, session, now))
            session.commit()
            owed = is_owed(session)
        now += MINUTE


def is_owed(session: Session) -> bool:
    waiting = session.exec(select(IncidentChange.id).where(col(IncidentChange.routed_at).is_(None))).first()
    return bool(waiting or session.exec(select(Alert.id).where(col(Alert.state).in_(_OWED))).first())


def print_kills(done: Delivered) -> None:
    print(f"{done.alerts:,} alerts, {done.refused:,} refusals, {done.killed} kills, {done.seconds:.0f} s")
    print(f"lost: {done.lost}; twice: {done.twice} ({1000 * done.twice / done.alerts:.2f} in 1,000)")
    print(f"messages that came twice under the same key: {done.messages_twice}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    killing = commands.add_parser("kills")
    killing.add_argument("--alerts", type=int, default=10_000)
    killing.add_argument("--kills", type=int, default=10)
    killing.add_argument("--seed", type=int, default=7)
    away = commands.add_parser("outage")
    away.add_argument("--hours", type=int, default=24)
    away.add_argument("--incidents", type=int, default=60)
    away.add_argument("--minutes", type=float, default=1.0, help="between two looks")
    sender = commands.add_parser("send")
    sender.add_argument("folder", type=Path)
    sender.add_argument("port", type=int)
    sender.add_argument("now", type=datetime.fromisoformat)
    given = parser.parse_args()
    set_up(level="CRITICAL")
    if given.command == "send":
        send(given.folder, given.port, given.now)
        return
    with tempfile.TemporaryDirectory() as folder:
        if given.command == "kills":
            print_kills(kills(Path(folder), given.alerts, given.kills, given.seed))
        else:
            print_outage(outage(Path(folder), given.hours, given.incidents, given.minutes * MINUTE))


if __name__ == "__main__":
    main()
