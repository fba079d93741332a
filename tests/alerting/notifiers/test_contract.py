"""What every notifier keeps: it sends once, times out, says if trying again helps, and never shows its secret."""

import importlib
import time
import traceback
from collections.abc import Iterator

import pytest

from monitor.alerting.channel import ChannelOptions
from monitor.alerting.notifiers import NOTIFIERS, probe, send
from monitor.errors import DeliveryError
from tests.alerting.notifiers.stages import PROBED, REMOTE, SECRET, STAGES, Stage
from tests.alerting.samples import HOSTILE, message, raw_hostile_message


@pytest.fixture(params=sorted(NOTIFIERS))
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with STAGES[request.param](request) as stage:
        yield stage


@pytest.fixture(params=REMOTE)
def remote(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with STAGES[request.param](request) as stage:
        yield stage


@pytest.fixture(params=PROBED)
def seen(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with STAGES[request.param](request) as stage:
        yield stage


def failure(channel: ChannelOptions | None) -> DeliveryError:
    assert channel is not None
    with pytest.raises(DeliveryError) as caught:
        send(channel, message())
    return caught.value


def probed(channel: ChannelOptions | None) -> DeliveryError:
    assert channel is not None
    with pytest.raises(DeliveryError) as caught:
        probe(channel)
    return caught.value


def test_every_notifier_has_a_stage() -> None:
    assert set(STAGES) == set(NOTIFIERS)


@pytest.mark.parametrize("kind", sorted(NOTIFIERS))
def test_its_file_its_type_and_its_key_are_one_name(kind: str) -> None:
    module = importlib.import_module(NOTIFIERS[kind])
    assert module.__name__.rpartition(".")[2] == kind
    assert module.Options.model_fields["type"].annotation.__args__ == (kind,)
    assert issubclass(module.Options, ChannelOptions)


@pytest.mark.parametrize("kind", sorted(NOTIFIERS))
def test_what_leaves_this_machine_has_a_time_limit(kind: str) -> None:
    fields = importlib.import_module(NOTIFIERS[kind]).Options.model_fields
    assert ("timeout" in fields) == (kind in REMOTE)


def test_a_message_arrives_once_and_leaves_a_receipt(stage: Stage) -> None:
    assert send(stage.works, message())
    assert stage.arrived() == 1


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_arrives_too(stage: Stage, name: str) -> None:
    send(stage.works, raw_hostile_message(HOSTILE[name]))
    assert stage.arrived() == 1


def test_a_receiver_that_says_nothing_is_left_in_time(remote: Stage) -> None:
    started = time.monotonic()
    error = failure(remote.hangs)
    assert not error.permanent
    assert time.monotonic() - started < 8


def test_a_receiver_that_is_away_may_come_back(remote: Stage) -> None:
    assert not failure(remote.is_away).permanent


def test_a_busy_receiver_is_tried_again(remote: Stage) -> None:
    assert remote.is_busy is not None
    assert not failure(remote.is_busy()).permanent
    assert remote.arrived() <= 1  # the notifier itself does not try again: the outbox does


def test_a_refusal_for_good_is_permanent(remote: Stage) -> None:
    assert remote.refuses is not None
    assert failure(remote.refuses()).permanent


def test_no_secret_is_shown_by_options_or_errors(remote: Stage, caplog: pytest.LogCaptureFixture) -> None:
    assert remote.refuses is not None
    caplog.set_level("DEBUG")
    channels = [remote.works, remote.hangs, remote.is_away, remote.refuses()]
    shown = [f"{channel} {channel!r} {channel.model_dump_json()}" for channel in channels if channel]
    shown += ["".join(traceback.format_exception(failure(channel))) for channel in channels[1:]]
    shown += [record.getMessage() for record in caplog.records if record.name != "mail.log"]  # the test's server
    assert SECRET not in " ".join(shown)


def test_a_probe_finds_a_working_receiver_and_sends_nothing(stage: Stage) -> None:
    assert probe(stage.works)
    assert stage.arrived() == 0


def test_a_probe_leaves_a_receiver_that_says_nothing_in_time(seen: Stage) -> None:
    started = time.monotonic()
    assert not probed(seen.hangs).permanent
    assert time.monotonic() - started < 8


def test_a_probe_says_that_a_receiver_is_away(seen: Stage) -> None:
    assert not probed(seen.is_away).permanent


def test_no_secret_is_shown_by_a_probe(seen: Stage) -> None:
    shown = [probe(seen.works), *(str(probed(channel)) for channel in (seen.hangs, seen.is_away))]
    assert SECRET not in " ".join(shown)
