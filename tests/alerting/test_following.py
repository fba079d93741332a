"""Who is called besides when nobody acknowledges an incident, who is reminded, and what need not be told any more."""

from datetime import timedelta
from typing import Any

from monitor.alerting.channel import ChannelOptions
from monitor.alerting.following import Notice, Sort, Standing, Unanswered, Waiting, may_call, no_longer_owed
from monitor.alerting.reasons import Reason
from monitor.alerting.routes import ChangeFacts, RouteOptions, Silenced
from monitor.facts import WHOLE, ChangeKind, Severity
from tests.factories import NOON

MINUTE = timedelta(minutes=1)
OPENED, WORSENED = 1, 2  # changes
STEPS = [{"after": "15m", "channels": ["boss"]}, {"after": "30m", "channels": ["owner", "phone"]}]
ROUTE = RouteOptions(channels=("support", "care"), escalate=STEPS)


def channels(**of: dict[str, Any]) -> tuple[ChannelOptions, ...]:
    names = ("support", "care", "boss", "owner", "phone")
    return tuple(ChannelOptions(type="slack", id=name, **of.get(name, {})) for name in names)


def notice(channel: str = "support", standing: Standing = Standing.SENT, minutes: int = 0, **values: Any) -> Notice:
    """A message of route 1 about the opening that was due so many minutes after noon."""
    given = {"sort": Sort.CHANGE, "change_id": OPENED, "opens": True, "routes": frozenset({1})} | values
    return Notice(channel=channel, due_at=NOON + minutes * MINUTE, standing=standing, **given)


def called(channel: str, standing: Standing = Standing.SENT, minutes: int = 15) -> Notice:
    return notice(channel, standing, minutes, sort=Sort.ESCALATION, routes=frozenset())


def look(
    *notices: Notice, after: int = 15, severity: Severity = Severity.HIGH, routes: tuple[RouteOptions, ...] = (ROUTE,),
    silences: tuple[Silenced, ...] = (), **of: dict[str, Any],
) -> Unanswered:  # fmt: skip
    change = ChangeFacts(OPENED, 7, ChangeKind.OPENED, severity, "rosecart", WHOLE)
    return Unanswered(change, notices, routes, channels(**of), silences, NOON + after * MINUTE)


def names(seen: Unanswered) -> list[str]:
    return [call.channel for call in seen.calls()]


def test_the_next_channel_is_called_when_the_time_of_its_step_has_come():
    assert names(look(notice(), after=14)) == []
    (call,) = look(notice(), after=15).calls()
    assert (call.channel, call.reason, call.key) == ("boss", Reason.ESCALATED, "escalation:7:1:boss")
    assert (call.since, call.lost, call.send, call.held) == (NOON, False, True, None)


def test_what_was_called_before_is_not_called_again():
    assert names(look(notice(), called("boss"), after=29)) == []
    assert names(look(notice(), called("boss"), after=30)) == ["owner", "phone"]
    assert names(look(notice(), called("boss"), called("owner", Standing.OWED), after=60)) == ["phone"]


def test_a_monitor_that_was_off_calls_all_whose_time_has_come_meanwhile():
    assert names(look(notice(), after=300)) == ["boss", "owner", "phone"]


def test_the_time_counts_from_the_first_channel_that_was_told():
    assert names(look(notice("care", minutes=10), notice("support"), after=15)) == ["boss"]
    assert names(look(notice("care", minutes=10), after=15)) == []


def test_what_is_held_or_withheld_calls_nobody():
    assert names(look(notice(standing=Standing.HELD, minutes=600), after=60)) == []
    assert names(look(notice(standing=Standing.WITHHELD), after=60)) == []
    assert names(look(after=60)) == []


def test_the_time_of_a_held_message_counts_from_when_it_goes_out():
    assert names(look(notice(standing=Standing.OWED, minutes=600), after=614)) == []
    assert names(look(notice(standing=Standing.OWED, minutes=600), after=615)) == ["boss"]


def test_a_message_that_is_lost_calls_the_next_channel_at_once():
    (call,) = look(notice(standing=Standing.LOST), after=1).calls()
    assert (call.channel, call.lost) == ("boss", True)
    assert names(look(notice(standing=Standing.LOST), called("boss", Standing.LOST), after=1)) == ["owner", "phone"]


def test_one_lost_message_of_several_calls_nobody_early():
    assert names(look(notice(standing=Standing.LOST), notice("care"), after=1)) == []
    assert names(look(notice(standing=Standing.LOST), notice("care", Standing.HELD, 600), after=1)) == ["boss"]


def test_what_has_become_less_severe_than_the_route_asks_for_calls_nobody():
    critical = RouteOptions(channels=("support",), at_least=Severity.CRITICAL, escalate=STEPS)
    assert names(look(notice(), after=15, routes=(critical,))) == []
    assert names(look(notice(), after=15, routes=(critical,), severity=Severity.CRITICAL)) == ["boss"]


def test_only_routes_that_lead_the_trouble_there_call():
    seen = look(notice(routes=frozenset({2})), after=60, routes=(ROUTE, RouteOptions(channels=("support",))))
    assert names(seen) == []


def test_a_channel_of_two_routes_is_called_once_for_the_same_opening():
    sooner = RouteOptions(channels=("support",), escalate=[{"after": "5m", "channels": ["boss"]}])
    assert names(look(notice(routes=frozenset({1, 2})), after=15, routes=(ROUTE, sooner))) == ["boss"]


def test_trouble_that_opens_again_calls_again():
    again = notice(change_id=5, minutes=100)
    assert names(look(notice(), called("boss"), again, after=114)) == []
    assert [call.key for call in look(notice(), called("boss"), again, after=115).calls()] == ["escalation:7:5:boss"]


def test_a_reopening_that_nobody_was_told_of_leaves_the_times_as_they_were():
    assert names(look(notice(), notice(standing=Standing.WITHHELD, minutes=14, change_id=5), after=15)) == ["boss"]


def test_a_channel_that_is_off_is_passed_over_with_its_reason():
    (call,) = look(notice(), after=15, boss={"enabled": False}).calls()
    assert (call.send, call.reason) == (False, Reason.CHANNEL_DISABLED)


def test_quiet_hours_hold_a_call_and_a_critical_one_breaks_through():
    quiet = {"quiet": ["11:00-13:00"]}
    (call,) = look(notice(), after=15, boss=quiet).calls()
    assert (call.held, call.until) == (Reason.QUIET_HOURS, NOON + 60 * MINUTE)
    (call,) = look(notice(), after=15, boss=quiet, severity=Severity.CRITICAL).calls()
    assert call.held is None


def test_a_held_call_goes_out_when_nothing_keeps_it_any_more():
    (call,) = look(notice(), called("boss", Standing.HELD, 20), after=20, boss={"quiet": ["11:00-12:20"]}).calls()
    assert (call.channel, call.held) == ("boss", None)


def test_who_is_off_duty_is_called_only_about_critical_trouble_that_nobody_else_of_the_step_hears_of():
    night = {"on_call": ["18:00-23:00"]}
    held = look(notice(), after=30, severity=Severity.CRITICAL, boss=night, owner=night).calls()
    assert [(call.channel, call.held) for call in held] == [("boss", None), ("owner", Reason.OFF_DUTY), ("phone", None)]


def test_a_silence_holds_calls_until_it_ends():
    silence = Silenced(3, NOON + 60 * MINUTE, Severity.HIGH, brand="rosecart")
    (call,) = look(notice(), after=15, silences=(silence,)).calls()
    assert (call.held, call.until, call.silence) == (Reason.SILENCED, NOON + 60 * MINUTE, 3)


REPEATING = RouteOptions(channels=("support", "care"), repeat="1h")


def test_a_reminder_comes_when_a_channel_heard_nothing_more_for_so_long():
    assert names(look(notice(), after=59, routes=(REPEATING,))) == []
    (call,) = look(notice(), after=60, routes=(REPEATING,)).calls()
    assert (call.channel, call.reason, call.key) == ("support", Reason.REMINDER, "reminder:7:support:1")


def test_the_next_reminder_counts_from_the_one_before():
    first = notice(minutes=70, sort=Sort.REMINDER, routes=frozenset())
    assert names(look(notice(), first, after=129, routes=(REPEATING,))) == []
    assert [call.key for call in look(notice(), first, after=130, routes=(REPEATING,)).calls()] == [
        "reminder:7:support:2"
    ]


def test_news_of_the_incident_is_a_reminder_as_well():
    worse = notice(minutes=50, change_id=WORSENED, opens=False)
    assert names(look(notice(), worse, after=109, routes=(REPEATING,))) == []
    assert names(look(notice(), worse, after=110, routes=(REPEATING,))) == ["support"]


def test_who_has_not_got_the_message_is_not_reminded_of_it():
    for standing in (Standing.OWED, Standing.LOST, Standing.HELD, Standing.WITHHELD):
        assert names(look(notice(standing=standing), after=600, routes=(REPEATING,))) == []
    waiting = notice(standing=Standing.OWED, minutes=60, sort=Sort.REMINDER)
    assert names(look(notice(), waiting, after=600, routes=(REPEATING,))) == []


def test_nobody_is_reminded_in_quiet_hours_off_duty_in_a_silence_or_on_a_channel_that_is_off():
    silence = Silenced(3, NOON + 600 * MINUTE, Severity.HIGH)
    for of in ({"quiet": ["11:00-15:00"]}, {"on_call": ["18:00-20:00"]}, {"enabled": False}):
        assert names(look(notice(), after=60, routes=(REPEATING,), support=of)) == []
    assert names(look(notice(), after=60, routes=(REPEATING,), silences=(silence,))) == []


def test_a_config_without_steps_and_reminders_calls_nobody():
    assert not may_call((RouteOptions(channels=("support",)),))
    assert may_call((ROUTE,))
    assert may_call((REPEATING,))


def waiting(number: int, **values: bool) -> Waiting:
    return Waiting(number, **({"is_trouble": True, "is_call": False, "waits": True, "reached": True} | values))


def test_what_duty_or_a_silence_kept_is_not_told_when_it_is_over():
    stopped, quiet = waiting(1, stopped=True), waiting(2)
    assert no_longer_owed([stopped, quiet], is_over=True, taken_up=None) == {1: Reason.OVER_MEANWHILE}
    assert no_longer_owed([stopped, quiet], is_over=False, taken_up=Reason.OWNED) == {}


def test_who_was_never_told_of_the_trouble_is_not_told_of_its_end():
    end = waiting(2, is_trouble=False)
    assert no_longer_owed([waiting(1, stopped=True), end], is_over=True, taken_up=None) == {
        1: Reason.OVER_MEANWHILE,
        2: Reason.NOT_TOLD_OF_OPENING,
    }


def test_who_was_told_of_the_trouble_is_told_of_its_end_though_worse_was_kept():
    told = waiting(1, waits=False)
    messages = [told, waiting(2, stopped=True), waiting(3, is_trouble=False)]
    assert no_longer_owed(messages, is_over=True, taken_up=None) == {2: Reason.OVER_MEANWHILE}


def test_a_call_is_not_made_any_more_once_somebody_took_it_up():
    call = waiting(1, is_call=True)
    assert no_longer_owed([call], is_over=False, taken_up=Reason.ACKNOWLEDGED) == {1: Reason.ACKNOWLEDGED}
    assert no_longer_owed([call], is_over=True, taken_up=Reason.OWNED) == {1: Reason.OVER_MEANWHILE}
    assert no_longer_owed([call], is_over=False, taken_up=None) == {}


def test_what_is_being_sent_is_left_alone():
    assert no_longer_owed([waiting(1, stopped=True, waits=False)], is_over=True, taken_up=None) == {}
