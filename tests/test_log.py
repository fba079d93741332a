"""What stands in the log: one JSON object per line, with the traceback of an error and without its values."""

import json
import logging
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from monitor.log import get_logger, run_id, run_of, set_up, working
from monitor.models import Run, RunOutcome
from tests.factories import NOON, make_run


def test_an_error_is_logged_with_its_traceback_and_no_values(capsys: pytest.CaptureFixture[str]):
    set_up(json=True)
    secret = "a text of somebody"
    try:
        raise RuntimeError(len(secret))
    except RuntimeError as error:
        get_logger("test").error("job failed", job="analyse", exc_info=error)
    told = json.loads(capsys.readouterr().err)
    assert told["exception"].endswith("RuntimeError: 18")
    assert secret not in json.dumps(told)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_what_is_no_terminal_gets_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("EMBERWATCH_LOG_TEXT", raising=False)
    set_up()
    get_logger("test").info("met", source="news")
    assert lines(capsys)[0]["source"] == "news"


def test_every_line_of_one_run_names_it_also_those_of_libraries(capsys: pytest.CaptureFixture[str]):
    set_up(json=True)
    with working(run_id("analyse", NOON)):
        get_logger("test").info("read")
        logging.getLogger("somebody.else").warning("slow")
    get_logger("test").info("idle")
    assert [line.get("run") for line in lines(capsys)] == ["analyse-20260302T120000.000000Z"] * 2 + [None]


def test_a_run_is_found_by_what_its_lines_name(session: Session):
    make_run(session, job="analyse", at=NOON + timedelta(microseconds=17))
    job, began = run_of(run_id("analyse", NOON + timedelta(microseconds=17))) or ("", NOON)
    assert session.exec(select(Run).where(Run.job == job, Run.started_at == began)).one().outcome is RunOutcome.OK


@pytest.mark.parametrize("name", ["", "analyse", "analyse-20261399T000000.000000Z", "x'; DROP-20260302T120000.000000Z"])
def test_what_names_no_run_is_none(name: str):
    assert run_of(name) is None


def test_two_threads_name_their_own_runs(capsys: pytest.CaptureFixture[str]):
    set_up(json=True)

    def work(job: str) -> None:
        with working(run_id(job, NOON)):
            get_logger("test").info(job)

    threads = [threading.Thread(target=work, args=(job,)) for job in ("alert", "detect")]
    for thread in threads:
        thread.start()
        thread.join()
    assert all(str(line["run"]).startswith(str(line["event"])) for line in lines(capsys))


def test_what_is_hidden_is_in_no_line_and_no_traceback(capsys: pytest.CaptureFixture[str]):
    set_up(json=True, hide=lambda line: line.replace("hunter22", "***"))
    try:
        raise RuntimeError("no such user: hunter22")
    except RuntimeError as error:
        get_logger("test").error("failed for hunter22", exc_info=error)
    told = capsys.readouterr().err
    assert "hunter22" not in told
    assert told.count("***") >= 2


def test_an_error_that_nobody_caught_is_a_line_like_all_others():
    code = "from monitor import log; log.set_up(json=True, hide=lambda line: line.replace('hunter22', '***'))\n"
    code += "log.catch_all(); import threading\n"
    code += "thread = threading.Thread(target=lambda: 1 / 0, name='beside'); thread.start(); thread.join()\n"
    code += "raise RuntimeError('hunter22')"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    first, second = [json.loads(line) for line in told.stderr.splitlines()]
    assert (first["thread"], "ZeroDivisionError" in first["exception"]) == ("beside", True)
    assert "RuntimeError: ***" in second["exception"]
    assert told.returncode == 1
