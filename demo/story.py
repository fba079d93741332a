"""Opens the shop, watches it with Emberwatch, and tells the story as it happens."""

import re
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from rich.console import Console

from demo.mailbox import Mailbox
from demo.monitoring import Monitor
from demo.phrases import shop
from demo.scenario import Scenario, write
from demo.site import HOST, Site
from monitor.clock import utcnow

TIME_LIMIT = timedelta(minutes=4)
FIRST_READING = timedelta(seconds=90)
"""How long the complaint waits for the monitor to have read the shop once."""
SETTLED = timedelta(seconds=10)
POLL_SECONDS = 0.2
BRAND = "mirchado"


@dataclass
class Demo:
    """What runs, and what has happened so far."""

    seed: int
    start_after: timedelta
    speed: float
    config: Path
    folder: Path
    dashboard: bool
    screen: Console
    started_at: datetime = field(default_factory=utcnow)
    alert_at: datetime | None = None
    mail_at: datetime | None = None
    report: Path | None = None
    done_at: datetime | None = None
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        self.site = Site(self._scenario(self.start_after), utcnow)
        self.mailbox = Mailbox(self.folder / "mail", free_port(), self.hear_mail)
        self.page = f"http://{HOST}:{free_port()}"
        self.monitor = Monitor(
            self.config, self.folder / "monitor.log", self._environment(), self.hear_alert, dashboard=self.dashboard
        )

    @property
    def scenario(self) -> Scenario:
        return self.site.scenario

    def run(self, *, watched: bool) -> int:
        """Tell the story; with someone watching until they stop it, else until alert and report are there."""
        with ExitStack() as opened:
            self.open(opened)
            self.await_first_reading()
            self.await_alert(None if watched else self.started_at + TIME_LIMIT)
            if self.alert_at and self.mail_at:
                self.make_report()
            if watched:
                self.await_stop()
            return self.verdict()

    def open(self, opened: ExitStack) -> None:
        """Start everything; leaving `opened` stops what was started, the monitor first."""
        for part in (self.site, self.mailbox, self.monitor):
            part.start()
            opened.callback(part.stop)
        self.say(f"{shop().name}, an invented shop, is open:   {self.site.url}/")
        if self.dashboard:
            self.say(f"Emberwatch shows what it finds at:     {self.page}/")
        self.say(f"Logs, mails and the database are in:   {self.folder}/")
        quiet = len(self.scenario.until(self.scenario.start))
        self.say(f"First it reads two quiet weeks: {quiet} reviews, comments and posts in five languages.")

    def await_first_reading(self) -> None:
        """Let the complaint begin when it was asked for, but not before the history has been read."""
        latest = self.started_at + FIRST_READING / self.speed
        while self.is_on() and not self.site.was_read() and utcnow() < latest:
            self.stopping.wait(POLL_SECONDS)
        begin = max(self.scenario.complaint_at, utcnow() + SETTLED / self.speed)
        self.site.scenario = self._scenario((begin - self.started_at) * self.speed)
        if self.is_on():
            wait = (self.scenario.complaint_at - utcnow()).total_seconds()
            read = "The shop has been read." if self.site.was_read() else "Not all of the shop has been read yet."
            self.say(f"{read} In {wait:.0f} s a customer is going to complain.")

    def await_alert(self, deadline: datetime | None) -> None:
        self._await(lambda: utcnow() >= self.scenario.complaint_at, deadline)
        if self.is_on():
            self.say(f"The first complaint, with a video:     {self.site.address(self.scenario.root)}")
            self.say("Others answer, quote and review in English, Urdu, Roman Urdu, Telugu and Taglish …")
        self._await(lambda: bool(self.alert_at and self.mail_at), deadline)

    def await_stop(self) -> None:
        if self.is_on():
            self.say("Look around; Ctrl-C ends it all.")
        self._await(lambda: False, None)

    def make_report(self) -> None:
        page, printed = self.folder / "report.html", self.folder / "report.pdf"
        if self.monitor.report(BRAND, page) and self.monitor.report(BRAND, printed):
            self.report, self.done_at = page, utcnow()
            self.say(f"The report of this week:               {page}, {printed.name}")
        else:
            self.say("The report could not be made; monitor.log says why.")

    def verdict(self) -> int:
        """0 when all came about; else 1, with the reason."""
        parts = {"the alert": self.alert_at, "the mail": self.mail_at, "the report": self.report}
        missing = [name for name, there in parts.items() if not there]
        if self.alert_at and self.mail_at and self.done_at:
            alert, mail = self.after_complaint(self.alert_at), self.after_complaint(self.mail_at)
            whole = (self.done_at - self.started_at).total_seconds()
            self.say(
                f"From the first complaint, the alert took {alert:.0f} s and the mail {mail:.0f} s; "
                f"from the start, all of it with the report took {whole:.0f} s."
            )
        elif not self.stopping.is_set():
            code = self.monitor.exit_code
            ended = "" if code is None else f"; the monitor ended with code {code}"
            self.say(f"Failed: {' and '.join(missing)} did not come{ended}. The end of its log:")
            self.screen.print(self.monitor.last_words(), markup=False, highlight=False, soft_wrap=True)
        return 1 if missing else 0

    def _await(self, happened: Callable[[], bool], deadline: datetime | None) -> None:
        """Wait until it has happened, the deadline is over, or there is nothing to wait for any more."""
        while self.is_on() and not happened() and not (deadline and utcnow() > deadline):
            self.stopping.wait(POLL_SECONDS)

    def is_on(self) -> bool:
        return not self.stopping.is_set() and self.monitor.exit_code is None

    def hear_alert(self, lines: list[str]) -> None:
        first = self.alert_at is None and is_alarm(lines[0].removeprefix("ALERT "))
        if first:
            self.alert_at = utcnow()
            self.say(f"Alert, {self.after_complaint(self.alert_at):.0f} s after the first complaint:", style="bold red")
        self.screen.print("\n".join(f"    {line}" for line in lines), markup=False, highlight=False, soft_wrap=True)

    def hear_mail(self, mail: EmailMessage, path: Path) -> None:
        subject = str(mail["Subject"]).strip()  # a folded one begins with a blank
        first = self.mail_at is None and is_alarm(subject)
        if first:
            self.mail_at = utcnow()
        self.say(f"A mail came: “{subject}”  {path}")
        if first and (link := acknowledge_link(mail)):
            self.say(f"Its button Acknowledge opens:          {link}")

    def after_complaint(self, moment: datetime) -> float:
        return (moment - self.scenario.complaint_at).total_seconds()

    def say(self, line: str, style: str = "") -> None:
        minutes, seconds = divmod(int((utcnow() - self.started_at).total_seconds()), 60)
        self.screen.print(f"{minutes}:{seconds:02}  {line}", style=style, markup=False, highlight=False, soft_wrap=True)

    def _scenario(self, after: timedelta) -> Scenario:
        return write(self.seed, self.started_at, complaint_after=after, speed=self.speed)

    def _environment(self) -> dict[str, str]:
        folder = self.folder.resolve()
        return {
            "EMBERWATCH_DEMO_PORT": str(self.site.port),
            "EMBERWATCH_DEMO_MAIL_PORT": str(self.mailbox.port),
            "EMBERWATCH_DASHBOARD__PORT": self.page.rpartition(":")[2],
            "EMBERWATCH_RECEPTION__PORT": str(free_port()),  # where links in the mails lead
            "EMBERWATCH_DATABASE__URL": f"sqlite:///{folder / 'emberwatch.db'}",
            "EMBERWATCH_REPORT__FOLDER": str(folder / "reports"),
            "PYTHONUNBUFFERED": "1",
        }


def is_alarm(subject: str) -> bool:
    """Whether this is about the brand's trouble, and not about the monitor's own."""
    return subject.startswith("[") and shop().name in subject


def acknowledge_link(mail: EmailMessage) -> str:
    """The address behind the first button of a mail; "" when it has none."""
    body = mail.get_body(("plain",))
    found = re.search(r"http\S+do=ack", body.get_content() if body else "")
    return found[0] if found else ""


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
