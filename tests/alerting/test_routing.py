"""The routing table: who is told of what, and the reason, sent or withheld."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.alerting.notifiers.console import Options
from monitor.alerting.routing import ChangeFacts, Decision, Reason, RouteOptions, Silenced, Told, decide
from monitor.facts import Cell, ChangeKind, Dimension, Severity, Worse
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
WORSENED, RESOLVED, CALMED, DISMISSED, ACKNOWLEDGED, OWNED = (
    replace(OPENED, kind=kind, change_id=11 + i)
    for i, kind in enumerate(
        (
            ChangeKind.WORSENED,
            ChangeKind.RESOLVED,
            ChangeKind.CALMED,
            ChangeKind.DISMISSED,
            ChangeKind.ACKNOWLEDGED,
            ChangeKind.OWNED,
        )
    )
)
AGAIN = replace(OPENED, change_id=20, incident_id=2)
AT_ROSE_ROAD = replace(OPENED, locations=("rose-road",))
KNOWN = {"size": 20.0, "sources": ("reviews",), "amplifier": 3_000}  # what was told of the trouble before


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
    Reason.STILL_GROWING,
    Reason.NOT_TOLD_OF_OPENING,
    Reason.CHANNEL_DISABLED,
    Reason.DUPLICATE,
    Reason.TOO_LATE,
    Reason.OVER_MEANWHILE,
    Reason.NOTHING_TO_TELL,
    Reason.RESTORED,
}
HELD = {Reason.GROUPED, Reason.QUIET_HOURS, Reason.OFF_DUTY, Reason.SILENCED}


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
        (AT_ROSE_ROAD, (), {"locations": ("rose-road", "mall")}, Reason.NEW_INCIDENT),
        (AT_ROSE_ROAD, (), {"locations": ("mall",)}, Reason.NO_ROUTE),
        (OPENED, (), {"locations": ("rose-road",)}, Reason.NO_ROUTE),
        # the cool-down
        (AGAIN, (told(minutes=29),), {}, Reason.COOLDOWN),
        (AGAIN, (told(minutes=30),), {}, Reason.NEW_INCIDENT),
        (AGAIN, (told(minutes=40),), {"cooldown": "1h"}, Reason.COOLDOWN),
        (AGAIN, (told(channel="boss"),), {}, Reason.NEW_INCIDENT),
        (AGAIN, (told(cell=Cell(Dimension.THEME, "staff")),), {}, Reason.NEW_INCIDENT),
        (AGAIN, (told(severity=Severity.WATCH),), {}, Reason.NEW_INCIDENT),
        (AGAIN, (told(ChangeKind.RESOLVED),), {}, Reason.NEW_INCIDENT),
        (AGAIN, (told(dismissed=True),), {}, Reason.NEW_INCIDENT),
        (AGAIN, (told(ChangeKind.ACKNOWLEDGED),), {}, Reason.NEW_INCIDENT),
        (AGAIN, (told(due_at=NOON - timedelta(minutes=29), minutes=90),), {}, Reason.COOLDOWN),
        (AGAIN, (told(due_at=NOON + timedelta(hours=5)),), {}, Reason.NEW_INCIDENT),
        # within the cool-down, what is worse is told
        (replace(AGAIN, severity=Severity.CRITICAL), (told(),), {}, Reason.NEW_INCIDENT),
        (replace(AGAIN, size=39.0), (told(**KNOWN),), {}, Reason.COOLDOWN),
        (replace(AGAIN, size=40.0), (told(**KNOWN),), {}, Reason.NEW_INCIDENT),
        (replace(AGAIN, size=40.0), (told(**KNOWN), told(size=25.0, change_id=11)), {}, Reason.COOLDOWN),
        (replace(AGAIN, size=40.0), (told(),), {}, Reason.COOLDOWN),
        (replace(AGAIN, sources=("reviews", "x")), (told(**KNOWN),), {}, Reason.NEW_INCIDENT),
        (replace(AGAIN, sources=("reviews", "x")), (told(**KNOWN), told(sources=("x",))), {}, Reason.COOLDOWN),
        (replace(AGAIN, sources=()), (told(**KNOWN),), {}, Reason.COOLDOWN),
        (replace(AGAIN, amplifier=100_000), (told(**KNOWN),), {}, Reason.NEW_INCIDENT),
        (replace(AGAIN, amplifier=99_999), (told(**KNOWN),), {}, Reason.COOLDOWN),
        (replace(AGAIN, amplifier=200_000), (told(amplifier=200_000),), {}, Reason.COOLDOWN),
        (replace(AGAIN, amplifier=150_000), (told(**KNOWN), told(amplifier=200_000)), {}, Reason.COOLDOWN),
        (replace(AGAIN, amplifier=200_001), (told(amplifier=200_000),), {}, Reason.NEW_INCIDENT),
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
        # somebody takes it up
        (ACKNOWLEDGED, (told(),), {}, Reason.NOT_ASKED_FOR),
        (ACKNOWLEDGED, (told(),), {"tell": ALL}, Reason.ACKNOWLEDGED),
        (ACKNOWLEDGED, (), {"tell": ALL}, Reason.NOT_TOLD_OF_OPENING),
        (ACKNOWLEDGED, (told(), told(ChangeKind.ACKNOWLEDGED, change_id=12)), {"tell": ALL}, Reason.DUPLICATE),
        (OWNED, (told(),), {"tell": ALL, "at_least": "critical"}, Reason.OWNED),
        (OWNED, (told(), told(ChangeKind.OWNED, change_id=12)), {"tell": ALL}, Reason.OWNED),
        (OWNED, (told(ChangeKind.RESOLVED),), {"tell": ALL}, Reason.NOT_TOLD_OF_OPENING),
        (WORSENED, (told(), told(ChangeKind.OWNED, change_id=5)), {"tell": ("opened",)}, Reason.NOT_ASKED_FOR),
        (RESOLVED, (told(), told(ChangeKind.OWNED, change_id=5)), {}, Reason.RESOLVED),
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


def test_how_big_a_voice_is_news_is_set_in_the_config() -> None:
    loud = replace(AGAIN, amplifier=5_000)
    routes = (RouteOptions(channels=("support",)),)
    (decision,) = decide(loud, routes, (SUPPORT,), (told(**KNOWN),), NOON, big_amplifier=5_000)
    assert decision.reason is Reason.NEW_INCIDENT


def test_who_was_called_because_nobody_acknowledged_hears_that_it_is_over() -> None:
    step = {"after": "15m", "channels": ["boss"]}
    routes = (RouteOptions(channels=("support",), escalate=(step,)),)
    history = (told(), told(channel="boss"))
    over = decide(RESOLVED, routes, (SUPPORT, BOSS), history, NOON)
    assert [(d.channel, d.reason, d.route) for d in over] == [
        ("support", Reason.RESOLVED, 1),
        ("boss", Reason.RESOLVED, 1),
    ]
    worse = decide(WORSENED, routes, (SUPPORT, BOSS), history, NOON)
    assert worse[1].reason is Reason.NO_ROUTE


def test_the_routes_of_other_brands_say_nothing_about_an_end() -> None:
    routes = (
        RouteOptions(channels=("support",), brands=("karak",)),
        RouteOptions(channels=("support",), brands=("rosecart",), tell=("opened",)),
    )
    (over,) = decide(RESOLVED, routes, (SUPPORT,), (told(),), NOON)
    assert (over.reason, over.route) == (Reason.NOT_ASKED_FOR, 2)


def test_the_route_that_decided_is_kept() -> None:
    routes = (
        RouteOptions(channels=("boss",)),
        RouteOptions(channels=("support",), at_least="critical"),
        RouteOptions(channels=("support",), interval="1m"),
    )
    decisions = decide(OPENED, routes, (SUPPORT, BOSS), (), NOON)
    assert [(d.channel, d.route) for d in decisions] == [("support", 3), ("boss", 1)]
    low = decide(replace(OPENED, severity=Severity.WATCH), routes[:2], (SUPPORT,), (), NOON)
    assert [(d.reason, d.route) for d in low] == [(Reason.BELOW_SEVERITY, 2)]


def test_without_routes_and_without_a_fitting_one_no_route_decided() -> None:
    elsewhere = (RouteOptions(channels=("support",), brands=("other",)),)
    assert [d.route for d in decide(OPENED, (), (SUPPORT,), (), NOON)] == [None]
    assert [d.route for d in decide(OPENED, elsewhere, (SUPPORT,), (), NOON)] == [None]
    assert decide(OPENED, (), (), (), NOON) == []


def test_a_message_goes_with_others_of_its_brand_unless_the_route_keeps_them_apart() -> None:
    grouped, apart, waits = ({}, {"interval": "0s"}, {"interval": "0s", "wait": "1m"})
    assert decided(OPENED, **grouped).together == "rosecart"
    assert decided(OPENED, **apart).together == ""
    assert decided(OPENED, **waits).together == "rosecart"


def decided(change: ChangeFacts, *history: Told, silences: tuple[Silenced, ...] = (), **route: object) -> Decision:
    """The whole decision for `support`, with one route to it."""
    routes = (RouteOptions(channels=("support",), **route),)
    (decision,) = decide(change, routes, (SUPPORT,), history, NOON, silences)
    return decision


def test_what_is_silenced_is_sent_when_the_silence_ends() -> None:
    silence = Silenced(4, NOON + timedelta(hours=2), Severity.HIGH, brand="rosecart")
    decision = decided(OPENED, silences=(silence,))
    assert (decision.send, decision.reason, decision.held) == (True, Reason.NEW_INCIDENT, Reason.SILENCED)
    assert (decision.until, decision.silence) == (silence.ends_at, 4)


def test_what_is_withheld_is_not_held() -> None:
    silence = Silenced(4, NOON + timedelta(hours=2), Severity.HIGH)
    decision = decided(OPENED, silences=(silence,), at_least="critical")
    assert (decision.send, decision.held, decision.until, decision.silence) == (False, None, None, None)


def test_the_route_that_lets_it_through_says_how_it_is_grouped() -> None:
    routes = (
        RouteOptions(channels=("support",), at_least="critical", interval="1h"),
        RouteOptions(channels=("support",), interval="10m"),
    )
    earlier = told(incident_id=3, change_id=3, cell=Cell(Dimension.THEME, "staff"), together="rosecart")
    (decision,) = decide(OPENED, routes, (SUPPORT,), (earlier,), NOON)
    assert (decision.held, decision.until) == (Reason.GROUPED, NOON + timedelta(minutes=5))


def test_every_reason_has_words_for_people() -> None:
    assert all(reason.words for reason in Reason)


def test_the_page_for_operators_lists_every_reason_with_these_words() -> None:
    page = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")
    for one in Reason:
        became = "withheld" if one in WITHHELD else "held" if one in HELD else "sent"
        assert f"| `{one}` | {became} | {one.words} |" in page


GROWING = replace(WORSENED, because=Worse.GROWING)


def grown(*sizes: float) -> tuple[Told, ...]:
    """What the channel was told: that it opened with the first size, then that it grew to the others."""
    opened = told(size=sizes[0], minutes=60)
    return (
        opened,
        *(
            told(ChangeKind.WORSENED, size=size, change_id=11 + i, minutes=50 - i, because=Worse.GROWING)
            for i, size in enumerate(sizes[1:])
        ),
    )


def test_mere_growth_is_told_at_twice_then_four_times_then_eight_times_what_was_told() -> None:
    size, sizes = 8.0, [8.0]
    while (size := size * 2) <= 10_000:  # the rules speak of it at each doubling
        change = replace(GROWING, change_id=99, size=size)
        if reason(change, *grown(*sizes), interval="0s") is Reason.WORSENED:
            sizes.append(size)
    assert sizes == [8, 16, 64, 512, 8192]


@pytest.mark.parametrize("because", [one for one in Worse if one is not Worse.GROWING])
def test_whatever_else_makes_it_worse_is_told_however_often_it_grew(because: Worse) -> None:
    change = replace(WORSENED, because=because, change_id=99, size=70.0)
    assert reason(change, *grown(8, 16, 64)) is Reason.WORSENED


def test_growth_that_nobody_was_told_of_before_is_told() -> None:
    assert reason(replace(GROWING, size=16.0), told(size=8.0)) is Reason.WORSENED
    assert (
        reason(replace(GROWING, change_id=99, size=16.0), told(), told(ChangeKind.WORSENED, change_id=15))
        is Reason.WORSENED
    )


def test_a_reminder_of_the_same_growth_is_no_more_growth() -> None:
    history = (*grown(8, 16), *(replace(one, at=NOON) for one in grown(8, 16)[1:] * 5))
    assert reason(replace(GROWING, change_id=99, size=64.0), *history, interval="0s") is Reason.WORSENED


def test_an_incident_that_is_back_is_told_of_its_growth_anew() -> None:
    back = told(change_id=50, size=8.0, minutes=20)
    assert reason(replace(GROWING, change_id=99, size=16.0), *grown(8, 16, 64), back) is Reason.WORSENED


def test_growth_withheld_from_one_channel_is_told_to_another_that_heard_less() -> None:
    change = replace(GROWING, change_id=99, size=32.0)
    heard = [replace(one, channel="boss") for one in grown(8)]
    routes = (RouteOptions(channels=("support", "boss"), interval="0s"),)
    decisions = decide(change, routes, (SUPPORT, BOSS), (*grown(8, 16), *heard), NOON)
    assert [one.reason for one in decisions] == [Reason.STILL_GROWING, Reason.WORSENED]
