"""The routing table: who is told of what, and the reason, sent or withheld."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.alerting.notifiers.console import Options
from monitor.alerting.routing import ChangeFacts, Reason, RouteOptions, Told, decide
from monitor.facts import Cell, ChangeKind, Dimension, Severity
from tests.alerting.samples import NOON

REFUND = Cell(Dimension.THEME, "refund")
SUPPORT, BOSS = Options(type="console", id="support"), Options(type="console", id="boss")
OPENED = ChangeFacts(
    change_id=10,
    incident_id=1,
    kind=ChangeKind.OPENED,
    severity=Severity.HIGH,
    brand="rosecart",
    cell=REFUND,
    themes=("refund", "delivery"),
    sources=("reviews",),
    languages=("en", "ur-Latn"),
)
WORSENED, RESOLVED, CALMED, DISMISSED = (
    replace(OPENED, kind=kind, change_id=11 + i)
    for i, kind in enumerate((ChangeKind.WORSENED, ChangeKind.RESOLVED, ChangeKind.CALMED, ChangeKind.DISMISSED))
)
AGAIN = replace(OPENED, change_id=20, incident_id=2)


def told(kind: ChangeKind = ChangeKind.OPENED, minutes: int = 5, **values: object) -> Told:
    given = Told("support", 10, 1, kind, Severity.HIGH, REFUND, NOON - timedelta(minutes=minutes))
    return replace(given, **values)


def reason(change: ChangeFacts, *history: Told, **route: object) -> Reason:
    """The reason for `support`, with one route to it."""
    routes = (RouteOptions(channels=("support",), **route),)
    (decision,) = decide(change, routes, (SUPPORT,), history, NOON)
    assert decision.send is (decision.reason not in WITHHELD)
    return decision.reason


ALL = tuple(ChangeKind)
WITHHELD = {
    Reason.NO_ROUTE,
    Reason.BELOW_SEVERITY,
    Reason.NOT_ASKED_FOR,
    Reason.COOLDOWN,
    Reason.NOT_TOLD_OF_OPENING,
    Reason.CHANNEL_DISABLED,
    Reason.DUPLICATE,
    Reason.TOO_LATE,
}


@pytest.mark.parametrize(
    ("change", "history", "route", "expected"),
    [
        (OPENED, (), {}, Reason.NEW_INCIDENT),
        (OPENED, (), {"brands": ("rosecart",)}, Reason.NEW_INCIDENT),
        (OPENED, (), {"brands": ("other",)}, Reason.NO_ROUTE),
        (OPENED, (), {"themes": ("delivery",)}, Reason.NEW_INCIDENT),
        (OPENED, (), {"themes": ("staff",)}, Reason.NO_ROUTE),
        (OPENED, (), {"sources": ("reviews",), "languages": ("ur-Latn",)}, Reason.NEW_INCIDENT),
        (OPENED, (), {"sources": ("reviews",), "languages": ("te",)}, Reason.NO_ROUTE),
        (OPENED, (), {"at_least": "critical"}, Reason.BELOW_SEVERITY),
        (replace(OPENED, severity=Severity.WATCH), (), {}, Reason.BELOW_SEVERITY),
        (replace(OPENED, severity=Severity.WATCH), (), {"at_least": "watch"}, Reason.NEW_INCIDENT),
        (OPENED, (), {"tell": ("worsened",)}, Reason.NOT_ASKED_FOR),
        (OPENED, (told(),), {}, Reason.DUPLICATE),
        # the cool-down
        (AGAIN, (told(minutes=29),), {}, Reason.COOLDOWN),
        (AGAIN, (told(minutes=30),), {}, Reason.NEW_INCIDENT),
        (AGAIN, (told(minutes=40),), {"cooldown": "1h"}, Reason.COOLDOWN),
        (AGAIN, (told(channel="boss"),), {}, Reason.NEW_INCIDENT),
        (AGAIN, (told(cell=Cell(Dimension.THEME, "staff")),), {}, Reason.NEW_INCIDENT),
        (AGAIN, (told(severity=Severity.WATCH),), {}, Reason.NEW_INCIDENT),
        (AGAIN, (told(ChangeKind.RESOLVED),), {}, Reason.NEW_INCIDENT),
        (AGAIN, (told(dismissed=True),), {}, Reason.NEW_INCIDENT),
        (WORSENED, (told(minutes=1),), {}, Reason.WORSENED),
        (WORSENED, (), {}, Reason.WORSENED),
        # an incident that becomes severe enough later
        (WORSENED, (), {"tell": ("opened",)}, Reason.NOW_SEVERE),
        (WORSENED, (), {"tell": ("opened",), "at_least": "critical"}, Reason.BELOW_SEVERITY),
        (WORSENED, (told(),), {"tell": ("opened",)}, Reason.NOT_ASKED_FOR),
        (WORSENED, (told(ChangeKind.WORSENED),), {"tell": ("opened",)}, Reason.NOT_ASKED_FOR),
        (WORSENED, (told(incident_id=9, minutes=40),), {"tell": ("opened",)}, Reason.NOW_SEVERE),
        (WORSENED, (told(incident_id=9),), {"tell": ("opened",)}, Reason.COOLDOWN),
        (WORSENED, (told(incident_id=9),), {}, Reason.WORSENED),
        (WORSENED, (), {"tell": ("resolved",)}, Reason.NOT_ASKED_FOR),
        (
            WORSENED,
            (told(change_id=3), told(ChangeKind.RESOLVED, change_id=4, minutes=60)),
            {"tell": ("opened", "resolved"), "cooldown": "1m"},
            Reason.NOW_SEVERE,
        ),
        # the end
        (RESOLVED, (told(),), {}, Reason.RESOLVED),
        (RESOLVED, (), {}, Reason.NOT_TOLD_OF_OPENING),
        (RESOLVED, (told(incident_id=9),), {}, Reason.NOT_TOLD_OF_OPENING),
        (RESOLVED, (told(),), {"at_least": "critical", "themes": ("staff",)}, Reason.RESOLVED),
        (RESOLVED, (told(), told(ChangeKind.RESOLVED, change_id=11)), {}, Reason.DUPLICATE),
        (
            RESOLVED,
            (told(change_id=3), told(ChangeKind.RESOLVED, change_id=4), told(ChangeKind.WORSENED, change_id=5)),
            {},
            Reason.RESOLVED,
        ),
        (CALMED, (told(),), {}, Reason.NOT_ASKED_FOR),
        (CALMED, (told(),), {"tell": ALL}, Reason.CALMED),
        (DISMISSED, (told(),), {"tell": ALL}, Reason.DISMISSED),
        (DISMISSED, (), {"tell": ALL}, Reason.NOT_TOLD_OF_OPENING),
    ],
)
def test_the_table(change: ChangeFacts, history: tuple[Told, ...], route: dict[str, object], expected: Reason) -> None:
    assert reason(change, *history, **route) is expected


def test_without_routes_every_channel_hears_of_what_is_high() -> None:
    low = replace(OPENED, severity=Severity.WATCH)
    assert [d.send for d in decide(OPENED, (), (SUPPORT, BOSS), (), NOON)] == [True, True]
    assert {d.reason for d in decide(low, (), (SUPPORT, BOSS), (), NOON)} == {Reason.BELOW_SEVERITY}


def test_a_channel_without_a_route_is_withheld_with_that_reason() -> None:
    decisions = decide(OPENED, (RouteOptions(channels=("support",)),), (SUPPORT, BOSS), (), NOON)
    assert [(d.channel, d.reason) for d in decisions] == [
        ("support", Reason.NEW_INCIDENT),
        ("boss", Reason.NO_ROUTE),
    ]


def test_one_route_that_lets_it_through_is_enough() -> None:
    routes = tuple(RouteOptions(channels=("support",), brands=(brand,)) for brand in ("other", "rosecart", "rosecart"))
    assert [d.reason for d in decide(OPENED, routes, (SUPPORT,), (), NOON)] == [Reason.NEW_INCIDENT]


def test_the_reason_of_the_closest_route_is_kept() -> None:
    routes = (
        RouteOptions(channels=("support",), brands=("other",)),
        RouteOptions(channels=("support",), at_least="critical"),
    )
    assert [d.reason for d in decide(OPENED, routes, (SUPPORT,), (), NOON)] == [Reason.BELOW_SEVERITY]


def test_a_channel_that_is_switched_off_gets_nothing() -> None:
    off = Options(type="console", id="support", enabled=False)
    assert [d.reason for d in decide(OPENED, (), (off,), (), NOON)] == [Reason.CHANNEL_DISABLED]


def test_every_reason_has_words_for_people() -> None:
    assert all(reason.words for reason in Reason)


def test_the_page_for_operators_lists_every_reason_with_these_words() -> None:
    page = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")
    sent = set(Reason) - WITHHELD
    for one in Reason:
        assert f"| `{one}` | {'sent' if one in sent else 'withheld'} | {one.words} |" in page
