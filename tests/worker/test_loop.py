"""Periodic jobs are put in by the clock as it is, also after it was set."""

from procrastinate import App
from procrastinate.testing import InMemoryConnector

from monitor.worker.loop import Ticks

NOW = 1_790_000_000.5
DAY = 86_400.0


def ticks() -> Ticks:
    """What puts in a job of each second."""
    app = App(connector=InMemoryConnector())
    app.periodic(cron="* * * * * */1")(app.task(name="look")(lambda timestamp: None))
    return Ticks(registry=app.periodic_registry)


def put_in(known: Ticks, at: float) -> list[int]:
    return [moment for _, moment in known.get_previous_tasks(at)]


def test_each_tick_is_put_in_once() -> None:
    known = ticks()
    assert put_in(known, NOW) == [int(NOW)]
    assert put_in(known, NOW + 0.2) == []
    assert put_in(known, NOW + 1) == [int(NOW) + 1]


def test_after_the_clock_was_set_back_it_goes_on_at_once() -> None:
    known = ticks()
    put_in(known, NOW + DAY)
    assert put_in(known, NOW) == [int(NOW)]
    assert put_in(known, NOW + 1) == [int(NOW) + 1]


def test_of_what_was_missed_the_last_is_enough() -> None:
    known = ticks()
    put_in(known, NOW)
    assert put_in(known, NOW + 60) == [int(NOW) + 60]
    assert put_in(known, NOW + 30 * DAY) == [int(NOW + 30 * DAY)]
