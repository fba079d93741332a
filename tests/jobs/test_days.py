"""Random days, minute by minute through the real job: what must hold whatever happens, and however channels fail."""

import random
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from types import ModuleType

import pytest
from sqlmodel import Session, col, select

from monitor import hours
from monitor.alerting import notifiers
from monitor.alerting.channel import ChannelOptions, find
from monitor.alerting.routes import TROUBLE
from monitor.config import Settings
from monitor.errors import AnswerRefused, DeliveryError
from monitor.facts import Cell, ChangeKind, Dimension, IncidentState, Message, Severity
from monitor.jobs import alert as job
from monitor.jobs.answer import alerts as answers
from monitor.jobs.answer import incidents as people
from monitor.jobs.context import Context
from monitor.models import Alert, AlertState, Brand, Incident, IncidentChange
from tests.factories import NOON, make_brand, make_change, make_incident, person

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LOOK = 3 * MINUTE
BRANDS = {"karak": "Karak House", "rose": "Rose Cart"}
CHANNELS = [
    {"id": "day", "quiet": ["14:00-16:00"], "time_zone": "UTC"},
    {"id": "night", "on_call": ["15:00-13:00"], "time_zone": "UTC"},
    {"id": "boss", "quiet": ["20:00-21:00"], "time_zone": "Asia/Karachi"},
]
ROUTES = [
    {
        "channels": ["day", "night"],
        "tell": ["opened", "worsened", "calmed", "resolved", "acknowledged"],
        "repeat": "1h",
        "escalate": [{"after": "20m", "channels": ["boss", "day"]}],
    },
    {"channels": ["boss"], "at_least": "critical", "interval": "30m", "wait": "4m", "cooldown": "2h"},
]
NEXT = {
    IncidentState.OPEN: (ChangeKind.WORSENED, ChangeKind.WORSENED, ChangeKind.CALMED),
    IncidentState.CALMED: (ChangeKind.OPENED, ChangeKind.RESOLVED),
}
STATE = {
    ChangeKind.OPENED: IncidentState.OPEN,
    ChangeKind.WORSENED: IncidentState.OPEN,
    ChangeKind.CALMED: IncidentState.CALMED,
    ChangeKind.RESOLVED: IncidentState.RESOLVED,
}


class Receiver:
    """Takes every message, but for hours in which a channel is away."""

    def __init__(self, chance: random.Random) -> None:
        self.now = NOON
        self.taken: list[tuple[datetime, str, Message]] = []
        self.away = {one["id"]: NOON + chance.random() * 6 * HOUR for one in CHANNELS}
        self.back = {name: since + chance.choice((0, 3, 40, 90)) * MINUTE for name, since in self.away.items()}

    def send(self, options: ChannelOptions, message: Message) -> str:
        if self.away[options.id] <= self.now < self.back[options.id]:
            raise DeliveryError("away", permanent=False)
        self.taken.append((self.now, options.id, message))
        return "taken"


class Day:
    """What happens to incidents of two brands, and what people do about them."""

    def __init__(self, session: Session, settings: Settings, chance: random.Random) -> None:
        self.session, self.settings, self.chance = session, settings, chance
        self.brands = [make_brand(session, slug, name) for slug, name in BRANDS.items()]

    def go_on(self, now: datetime) -> None:
        """One thing happens, more often than on most days."""
        live = self.session.exec(select(Incident).where(col(Incident.state).in_(NEXT))).all()
        roll = self.chance.random()
        if roll < 0.3 or not live:
            self._open(self.chance.choice(self.brands), now)
        elif roll < 0.8:
            incident = self.chance.choice(live)
            self.move(incident, self.chance.choice(NEXT[incident.state]), now)
        else:
            self._act(self.chance.choice(live), now)
        self.session.commit()

    def _open(self, brand: Brand, now: datetime) -> None:
        cell = Cell(Dimension.THEME, self.chance.choice(("staff", "refund", "delivery")))
        make_incident(self.session, brand, at=now, cell=cell, severity=self.chance.choice(list(Severity)))

    def move(self, incident: Incident, kind: ChangeKind, now: datetime) -> None:
        if kind is ChangeKind.WORSENED and self.chance.random() < 0.4:
            incident.severity = Severity.CRITICAL
        if kind is ChangeKind.OPENED:
            incident.acknowledged_at = None
        incident.state = STATE[kind]
        make_change(self.session, incident, kind, now)

    def _act(self, incident: Incident, now: datetime) -> None:
        if self.chance.random() < 0.5:
            up_to, ends_at = self.chance.choice(list(Severity)), now + self.chance.choice((20, 200)) * MINUTE
            given = {"brand": "karak", "up_to": up_to, "ends_at": ends_at, "reason": "a sale", "actor": person("Amna")}
            answers.silence(self.session, self.settings, **given, now=now)
            return
        try:
            people.acknowledge_incident(self.session, incident.id or 0, person("Amna"), now)
        except AnswerRefused:
            self.session.rollback()


@pytest.fixture(params=(1, 10, 15))
def chance(request: pytest.FixtureRequest) -> random.Random:
    return random.Random(request.param)


@pytest.fixture
def receiver(chance: random.Random, monkeypatch: pytest.MonkeyPatch) -> Receiver:
    """In the place of Slack; its options stay those of Slack."""
    made, module = Receiver(chance), ModuleType("in_memory")
    module.send = made.send  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "in_memory", module)
    monkeypatch.setenv("HOOK", "https://hooks.slack.com/services/T/B/x")
    return made


@pytest.fixture
def settings(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Settings:
    channels = [{"type": "slack", "url": {"env": "HOOK"}, **one} for one in CHANNELS]
    brands = [{"id": slug, "name": name} for slug, name in BRANDS.items()]
    made = Settings(brands=brands, channels=channels, routes=ROUTES)
    monkeypatch.setitem(notifiers.NOTIFIERS, "slack", "in_memory")
    return made


def test_what_holds_on_every_day(
    session: Session, settings: Settings, receiver: Receiver, chance: random.Random
) -> None:
    day = Day(session, settings, chance)
    for minute in range(0, 6 * 60, LOOK // MINUTE):
        if chance.random() < 0.25:
            day.go_on(NOON + minute * MINUTE)
        look(session, settings, receiver, NOON + minute * MINUTE)
    for incident in session.exec(select(Incident).where(col(Incident.state).in_(NEXT))).all():
        day.move(incident, ChangeKind.RESOLVED, receiver.now)
    session.commit()
    for minute in range(0, 30 * 60, 30):
        look(session, settings, receiver, NOON + 6 * HOUR + minute * MINUTE)
    alerts = {alert.key: alert for alert in session.exec(select(Alert)).all()}
    changes = {change.id or 0: change for change in session.exec(select(IncidentChange)).all()}
    assert decided_once(alerts, changes) == []
    assert told_once_or_withheld(alerts, receiver) == []
    assert disturbed(alerts, changes, receiver, settings) == []
    assert misordered(alerts, changes, receiver) == []


def look(session: Session, settings: Settings, receiver: Receiver, now: datetime) -> None:
    receiver.now = now
    session.expire_all()
    job.run(Context(settings, session, now))


def keys_of(message: Message) -> tuple[str, ...]:
    return message.items or (message.key,)


def decided_once(alerts: dict[str, Alert], changes: dict[int, IncidentChange]) -> list[str]:
    """Changes and channels that nobody has decided about."""
    wanted = [f"{number}:{one['id']}" for number in changes for one in CHANNELS]
    return [key for key in wanted if key not in alerts]


def told_once_or_withheld(alerts: dict[str, Alert], receiver: Receiver) -> list[str]:
    """What was told another number of times than its alert says, or is owed for ever."""
    told = Counter(key for _, _, message in receiver.taken for key in keys_of(message))
    wanted = {key: int(alert.state is AlertState.SENT) for key, alert in alerts.items()}
    owed = [key for key, alert in alerts.items() if alert.state in (AlertState.PENDING, AlertState.SENDING)]
    return owed + [key for key in {*told, *wanted} if told[key] != wanted.get(key)]


def disturbed(
    alerts: dict[str, Alert], changes: dict[int, IncidentChange], receiver: Receiver, settings: Settings
) -> list[str]:
    """Messages without anything critical in quiet hours; those to the operator come at any time.

    What was due right before the hours goes out at the next look.
    """
    found = []
    for now, name, message in receiver.taken:
        channel = find(settings.channels, name)
        about = [alerts[key] for key in keys_of(message) if alerts[key].incident_id is not None]
        of = [changes[alert.change_id or 0] for alert in about]
        urgent = any(one.kind in TROUBLE and one.severity is Severity.CRITICAL for one in of)
        urgent = urgent or message.severity is Severity.CRITICAL  # a call tells how severe it is by now
        quiet = channel and all(hours.ends_at(channel.quiet, channel.zone, at) for at in (now, now - LOOK))
        if about and not urgent and quiet:
            found.append(f"{now:%H:%M} {name} {message.subject}")
    return found


def misordered(alerts: dict[str, Alert], changes: dict[int, IncidentChange], receiver: Receiver) -> list[str]:
    """Incidents that a channel heard of from their end, or in another order than things happened."""
    heard: dict[tuple[str, int | None], list[list[Alert]]] = defaultdict(list)
    for _, name, message in receiver.taken:
        together: dict[int | None, list[Alert]] = defaultdict(list)
        for key in keys_of(message):
            together[alerts[key].incident_id].append(alerts[key])
        for incident, some in together.items():
            heard[name, incident].append(some)
    found = []
    for (name, incident), messages in heard.items():
        order = [max(alert.id or 0 for alert in some) for some in messages]
        began = any(changes[alert.change_id].kind in TROUBLE for alert in messages[0] if alert.change_id)
        if incident is not None and (order != sorted(order) or not began):
            found.append(f"{name}: incident {incident}")
    return found
