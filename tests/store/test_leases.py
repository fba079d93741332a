"""Who holds a lease, and whether that process is gone."""

import os
import signal
import subprocess
import sys

import pytest

from monitor.store import leases

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells when a process began")


def test_we_are_not_dead_and_call_ourselves_the_same_each_time():
    assert leases.holder() == leases.holder()
    assert not leases.is_dead(leases.holder())


def test_a_process_that_was_killed_is_dead_even_before_anyone_asked_how_it_ended():
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, leases.holder().encode())
        signal.pause()
    name = os.read(read, 1000).decode()
    os.close(read)
    os.close(write)
    assert not leases.is_dead(name)
    os.kill(child, signal.SIGKILL)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert leases.is_dead(name)
    os.waitpid(child, 0)
    assert leases.is_dead(name)


def test_another_process_with_the_same_number_is_not_taken_for_it():
    machine, number, _ = leases.holder().rsplit(" ", 2)
    assert leases.is_dead(f"{machine} {number} 1")


@pytest.mark.parametrize(
    "name", ["", "set aside: 3 tries did not finish", "being read by elsewhere pid:[1] 99999999 5"]
)
def test_of_what_is_not_on_this_machine_nobody_can_tell(name: str):
    assert not leases.is_dead(name)


def test_a_process_in_another_space_of_numbers_is_not_judged():
    name = leases.holder().replace("pid:[", "pid:[9")
    assert not leases.is_dead(name.rsplit(" ", 1)[0] + " 1")


def test_the_holder_is_told_from_a_fresh_process():
    told = subprocess.run(
        [sys.executable, "-c", "from monitor.store import leases; print(leases.holder())"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert leases.is_dead(told.stdout.strip())
